"""How many of some images were read rightly, and what that proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logreg_core.errors import DataError
from logreg_core.evaluation import wilson_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from logreg_core.dataset import Dataset
    from logreg_core.model import Model


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


@dataclass(frozen=True)
class Scores:
    """A model on the images that it learnt from, and on those that it did not.

    Attributes
    ----------
    training, held_out : Score
        How many of these, and of those, are read rightly.
    training_cost, held_out_cost : float
        Their mean cost, without the penalty.
    """

    training: Score
    held_out: Score
    training_cost: float
    held_out_cost: float

    @classmethod
    def of_model(cls, model: Model, training: Dataset, held_out: Dataset) -> Scores:
        """Have a model read both.

        Parameters
        ----------
        model : Model
            Of these digits.
        training, held_out : Dataset
            The images, as they are: the model prepares them.

        Raises
        ------
        DataError
            If an image shows a digit that the model does not know.

        Examples
        --------
        >>> from logreg_core import TrainConfig, fit, load_bundled
        >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
        >>> scores = Scores.of_model(fit(training, TrainConfig()).model, training, held_out)
        >>> scores.held_out
        Score(right=90, of=90)
        >>> scores.training_cost < scores.held_out_cost
        True
        """
        learnt, asked = model.judge(training), model.judge(held_out)
        return cls(
            training=Score.of_readings(learnt.read_as, training.labels),
            held_out=Score.of_readings(asked.read_as, held_out.labels),
            training_cost=float(learnt.costs.mean()),
            held_out_cost=float(asked.costs.mean()),
        )
