"""Have each of a few images read by a model that did not learn from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.background import Background
from logreg_core.errors import DataError
from logreg_core.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.line import Turns

#: Trainings for all images together.
_FOLDS: Final = 5


def folds_of(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which of at most five parts each image belongs to, (k,), from 0.

    Each digit is spread as evenly over the parts as its number allows.

    Examples
    --------
    >>> folds_of(np.array([3, 3, 8, 3])).tolist()
    [0, 1, 3, 2]
    """
    parts = min(_FOLDS, len(labels))
    folds = np.empty(len(labels), dtype=np.int64)
    folds[np.argsort(labels, kind="stable")] = np.arange(len(labels)) % parts
    return folds


class CrossReading(Background):
    """Cross-validation of a few images beside many, in a thread of its own.

    The few are parted; for each part a model learns from the many and from the other
    parts, and reads it.

    Parameters
    ----------
    training : Dataset
        The many, of two digits or more; learnt from in any case.
    own : Dataset
        The few, of these digits.
    weight : int
        How often each of the few that is learnt from is repeated, at least 1.
    config : TrainConfig
        How to train.
    still_wanted, line
        As for a `TrainingJob`.

    Raises
    ------
    DataError
        If the weight is less than 1, or one of the few shows a digit that the many do not.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> digits = load_bundled().only(0, 1)
    >>> few = np.arange(len(digits)) < 6
    >>> reading = CrossReading(digits.take(~few), digits.take(few), 10, TrainConfig())
    >>> reading.start()
    >>> reading.wait(timeout=60)
    True
    >>> bool((reading.read_as == digits.labels[:6]).all())
    True
    """

    def __init__(
        self,
        training: Dataset,
        own: Dataset,
        weight: int,
        config: TrainConfig,
        *,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        if weight < 1:
            raise DataError(f"Each image counts as one example or more, not as {weight}.")
        others = sorted(set(own.classes).difference(training.classes))
        if others:
            raise DataError(
                f"The digits to learn are {_listed(training.classes)}, but there are images of "
                f"{_listed(others)}."
            )
        super().__init__("cross-validation", still_wanted=still_wanted, line=line)
        self.training = training
        self.own = own
        self.weight = weight
        self.config = config
        self._folds = folds_of(own.labels)
        self._read_as = np.full(len(own), -1, dtype=np.int64)
        self._done = 0

    @property
    def parts(self) -> int:
        """How many trainings there are in all."""
        return int(self._folds.max()) + 1

    @property
    def done(self) -> int:
        """How many of them are over."""
        return self._done

    @property
    def read_as(self) -> NDArray[np.int64] | None:
        """The digit that each of the few is read as, (k,); None until all are read. Read-only."""
        return self._read_as if self._done == self.parts else None

    def _work(self) -> None:
        if not self._line.take(self, self._should_end):
            return
        # Prepared once for all parts: what is added to is then the one copy that each part makes.
        training, own = (
            images.prepared(self.config.preparation) for images in (self.training, self.own)
        )
        for part in range(self.parts):
            if not self._line.pass_on(self, self._should_end):
                return
            self._read(training, own, self._folds == part)
            if self._should_end():
                return
            if part == self.parts - 1:
                self._read_as.setflags(write=False)
            self._done += 1

    def _read(self, training: Dataset, own: Dataset, left_out: NDArray[np.bool_]) -> None:
        """Learn from the prepared images but for those left out, and read these."""
        if not left_out.all():  # a single one leaves nothing to learn from
            training = training.with_added(own.take(~left_out).repeated(self.weight))
        as_they_are = replace(self.config, preparation="none")
        model = fit(training, as_they_are, self._give_way, stopping=self._should_end).model
        self._read_as[left_out] = model.judge(own.take(left_out)).read_as


def _listed(digits: Iterable[int]) -> str:
    return ", ".join(map(str, digits))
