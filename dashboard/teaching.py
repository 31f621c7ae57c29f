"""What learning from a visitor's drawings has changed, as values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from logreg_core import Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core import Dataset, Model

    FloatArray = NDArray[np.float64]
    Digits = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Readings:
    """What two models, one that never saw the drawings and one that did, read images as.

    Attributes
    ----------
    labels : (k,) ndarray of int64
        What the images show.
    before, after : (k,) ndarray of int64
        What each model reads them as.
    """

    labels: Digits
    before: Digits
    after: Digits

    @property
    def score_before(self) -> Score:
        """Of the model that never saw the drawings."""
        return Score.of_readings(self.before, self.labels)

    @property
    def score_after(self) -> Score:
        """Of the model that learnt from them."""
        return Score.of_readings(self.after, self.labels)

    @property
    def newly_right(self) -> int:
        """How many only the second model reads rightly."""
        return int(((self.before != self.labels) & (self.after == self.labels)).sum())

    @property
    def newly_wrong(self) -> int:
        """How many only the first model reads rightly."""
        return int(((self.before == self.labels) & (self.after != self.labels)).sum())

    @property
    def changed(self) -> NDArray[np.intp]:
        """Positions of the images that are read otherwise now."""
        return np.flatnonzero(self.before != self.after)


@dataclass(frozen=True, eq=False)
class Taught:
    """Two models of the same settings, the second of which learnt from drawings too.

    Parameters
    ----------
    before, after : Model
        Of the same classes.
    own : Dataset
        The drawings, each once, as scans.
    held_out : Dataset
        What neither has learnt from.
    """

    before: Model
    after: Model
    own: Dataset
    held_out: Dataset

    @cached_property
    def own_readings(self) -> Readings:
        """What they read the drawings as."""
        return self._readings(self.own)

    @cached_property
    def held_out_readings(self) -> Readings:
        """What they read the held-out images as."""
        return self._readings(self.held_out)

    @cached_property
    def change(self) -> FloatArray:
        """Δθ, θ after minus θ before, (401,) for two classes, (classes, 401) for more."""
        change: FloatArray = self.after.theta - self.before.theta
        return change

    @property
    def most_changed(self) -> int:
        """The digit whose θ has changed most, by the length of Δθ; of two, the second."""
        if self.change.ndim == 1:
            return self.after.classes[1]
        return self.after.classes[int(np.linalg.norm(self.change, axis=1).argmax())]

    def three_thetas(self, digit: int) -> FloatArray:
        """θ of a digit before and after, and their difference, (3, 401)."""
        row = self.after.classes.index(digit) if self.change.ndim == 2 else slice(None)
        return np.stack([self.before.theta[row], self.after.theta[row], self.change[row]])

    def _readings(self, dataset: Dataset) -> Readings:
        before, after = (model.judge(dataset).read_as for model in (self.before, self.after))
        return Readings(dataset.labels, before, after)
