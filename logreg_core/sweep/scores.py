"""Scores: what the finished trials of a sweep came to, by one goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from logreg_core.sweep.record import TrialState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from logreg_core.goals import Goal
    from logreg_core.sweep.record import TrialRecord


@dataclass(frozen=True, eq=False)
class Scores:
    """The finished trials that have a finite value of one goal.

    Attributes
    ----------
    goal : Goal
        Which.
    trials : tuple of TrialRecord
        By number; n of them, 0 included.
    values : (n,) ndarray of float64
        Of the goal, finite, read-only.
    left_out : int
        Finished trials without such a value: a gap that was not reached, a cost that
        overflowed.
    """

    goal: Goal
    trials: tuple[TrialRecord, ...]
    values: NDArray[np.float64]
    left_out: int

    @classmethod
    def of(cls, trials: Iterable[TrialRecord], goals: Sequence[Goal], goal: Goal) -> Self:
        """Of all trials of a sweep.

        Parameters
        ----------
        trials : iterable of TrialRecord
            In any state and order.
        goals : sequence of Goal
            Of the sweep's plan.
        goal : Goal
            One of them.
        """
        return cls._those(trials, goals, (goal,))[0]

    @classmethod
    def of_all(cls, trials: Iterable[TrialRecord], goals: Sequence[Goal]) -> tuple[Self, ...]:
        """For each goal; only trials whose values are all finite, the same in each."""
        return cls._those(trials, goals, goals)

    @classmethod
    def _those(
        cls, trials: Iterable[TrialRecord], goals: Sequence[Goal], wanted: Sequence[Goal]
    ) -> tuple[Self, ...]:
        """For each wanted goal, of the trials that have a finite value of each of them."""
        finished = sorted(
            (trial for trial in trials if trial.state is TrialState.FINISHED),
            key=lambda trial: trial.number,
        )
        table = np.array([trial.values for trial in finished], dtype=np.float64)
        columns = table.reshape(-1, len(goals))[:, [list(goals).index(goal) for goal in wanted]]
        finite = np.logical_and.reduce(np.isfinite(columns), axis=1)
        columns = columns[finite]
        columns.setflags(write=False)
        kept = tuple(trial for trial, is_kept in zip(finished, finite, strict=True) if is_kept)
        return tuple(
            cls(goal, kept, values, len(finished) - len(kept))
            for goal, values in zip(wanted, columns.T, strict=True)
        )

    def __len__(self) -> int:
        return len(self.trials)

    @property
    def losses(self) -> NDArray[np.float64]:
        """The values with such a sign that the least is the best, (n,)."""
        return -self.values if self.goal.more_is_better else self.values

    @property
    def best(self) -> TrialRecord:
        """The best trial, of equal ones the first; there must be one."""
        return self.trials[int(self.losses.argmin())]

    @property
    def best_value(self) -> float:
        """Its value."""
        return float(self.values[int(self.losses.argmin())])

    @property
    def are_equal(self) -> bool:
        """Whether no trial is better than another."""
        return len(self) == 0 or bool((self.values == self.values[0]).all())

    def best_so_far(self) -> NDArray[np.float64]:
        """The best value up to each trial, itself included, (n,)."""
        kept = np.maximum if self.goal.more_is_better else np.minimum
        return kept.accumulate(self.values) if len(self) else self.values

    def with_settings(self, *settings: str) -> Scores:
        """Those of the trials only that use some settings, all of them."""
        return self._only([all(name in each.settings for name in settings) for each in self.trials])

    def without(self, trial: TrialRecord) -> Scores:
        """All but one trial."""
        return self._only([each is not trial for each in self.trials])

    def _only(self, kept: list[bool]) -> Scores:
        trials = tuple(trial for trial, is_kept in zip(self.trials, kept, strict=True) if is_kept)
        return Scores(self.goal, trials, self.values[np.array(kept, dtype=bool)], self.left_out)
