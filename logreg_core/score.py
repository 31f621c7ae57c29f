"""How many of some images were read rightly, and what that proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logreg_core.errors import DataError
from logreg_core.evaluation import wilson_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Score:
    """How many were right, of how many.

    Parameters
    ----------
    right : int
        0 to `of`.
    of : int
        At least 1.

    Raises
    ------
    DataError
        If the counts cannot be.

    Examples
    --------
    >>> score = Score(right=9, of=10)
    >>> score.share
    0.9
    >>> [round(end, 3) for end in score.interval]
    [0.596, 0.982]
    """

    right: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.right <= self.of or self.of == 0:
            raise DataError(f"{self.right} of {self.of} cannot have been right.")

    @classmethod
    def of_readings(cls, read_as: NDArray[np.int64], labels: NDArray[np.int64]) -> Score:
        """Of what images, (k,), were read as and what they are."""
        return cls(int((read_as == labels).sum()), len(labels))

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.right / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % confidence; see `wilson_interval`."""
        return wilson_interval(self.right, self.of)
