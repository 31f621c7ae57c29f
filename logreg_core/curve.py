"""Curve: trainings one after another on images that are prepared once, of each a point."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from logreg_core.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.line import Turns

_Case = TypeVar("_Case")
_Point = TypeVar("_Point")


class Curve(Background, ABC, Generic[_Case, _Point]):
    """A curve in a thread of its own; what its points are of, and how to find one, says a kind.

    Parameters
    ----------
    called : str
        What it is, in a sentence about it.
    training, held_out : Dataset
        What to learn from, and what to measure on.
    config : TrainConfig
        Its preparation is that of all points.
    still_wanted, line
        As for a `TrainingJob`.
    """

    def __init__(
        self,
        called: str,
        training: Dataset,
        held_out: Dataset,
        config: TrainConfig,
        *,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        super().__init__(called, still_wanted=still_wanted, line=line)
        self.training = training
        self.held_out = held_out
        self.config = config
        self._points: list[_Point] = []

    @property
    def points(self) -> tuple[_Point, ...]:
        """Those that are known so far, in the order in which they are found."""
        return tuple(self._points)

    @property
    def of(self) -> int:
        """How many there will be."""
        return len(self._cases())

    @property
    def done(self) -> int:
        """How many of them are known."""
        return len(self._points)

    @abstractmethod
    def _cases(self) -> Sequence[_Case]:
        """What there is to be a point of, in the order in which they are found."""

    @abstractmethod
    def _point(self, case: _Case, training: Dataset, held_out: Dataset) -> _Point:
        """The point of a case, by a training on prepared images that gives way."""

    def _work(self) -> None:
        if not self._line.take(self, self._should_end):
            return
        training, held_out = (
            part.prepared(self.config.preparation) for part in (self.training, self.held_out)
        )
        for case in self._cases():
            if not self._line.pass_on(self, self._should_end):
                return
            point = self._point(case, training, held_out)
            if self._should_end():  # in the middle of it
                return
            self._points.append(point)
