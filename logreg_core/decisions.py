"""What a threshold makes of probabilities: how often each answer was right, and wrong how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logreg_core.errors import DataError
from logreg_core.evaluation import confusion_matrix

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Decisions:
    """The answers to a question of yes (1) or no (0), counted by what was true.

    Attributes
    ----------
    counts : (2, 2) ndarray of int64
        A row for each truth, a column for each answer, no before yes; read-only.

    Examples
    --------
    >>> decisions = Decisions.at(0.5, h=[0.1, 0.5, 0.7, 0.4], y=[0, 0, 1, 1])
    >>> decisions.counts
    array([[1, 1],
           [1, 1]])
    >>> decisions.accuracy, decisions.precision, decisions.recall
    (0.5, 0.5, 0.5)
    """

    counts: IntArray

    @classmethod
    def at(cls, threshold: float, h: ArrayLike, y: ArrayLike) -> Decisions:
        """Say yes from a threshold on, as the course does: at the threshold itself it is yes.

        Parameters
        ----------
        threshold : float
            0 to 1.
        h : (k,) array_like of float
            Probability of yes, k ≥ 1.
        y : (k,) array_like of int
            What is true, 0 or 1.

        Raises
        ------
        DataError
            If there are no probabilities, or not one truth for each.
        """
        says = (np.asarray(h) >= threshold).astype(np.int64)
        if not says.size:
            raise DataError("There must be at least one probability to decide on.")
        return cls(confusion_matrix(y, says, (0, 1)))

    @property
    def true_negatives(self) -> int:
        """No, and rightly."""
        return int(self.counts[0, 0])

    @property
    def false_positives(self) -> int:
        """False alarms: yes, and it was no."""
        return int(self.counts[0, 1])

    @property
    def false_negatives(self) -> int:
        """Missed: no, and it was yes."""
        return int(self.counts[1, 0])

    @property
    def true_positives(self) -> int:
        """Yes, and rightly."""
        return int(self.counts[1, 1])

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float(self.counts.trace() / self.counts.sum())

    @property
    def precision(self) -> float | None:
        """Share of right ones among those that were called yes; None where none was."""
        called = self.true_positives + self.false_positives
        return self.true_positives / called if called else None

    @property
    def recall(self) -> float | None:
        """Share of those called yes among those that are; None where there is none."""
        there = self.true_positives + self.false_negatives
        return self.true_positives / there if there else None
