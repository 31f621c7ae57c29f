"""TrialScores: what the finished trials of a sweep came to by one goal, and which is the best."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from logreg_core.goals import HELD_OUT_COST, SECONDS_TO_GAP
from logreg_core.sweep.record import TrialState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from logreg_core.goals import Goal
    from logreg_core.sweep.record import TrialRecord


def goal_value(trial: TrialRecord, goals: Sequence[Goal], goal: Goal) -> float | None:
    """What a trial came to by a goal, or stood at when it was ended early; None where unknown.

    Parameters
    ----------
    trial : TrialRecord
        In any state.
    goals : sequence of Goal
        Of the sweep's plan.
    goal : Goal
        Any.

    Returns
    -------
    float, optional
        In the goal's unit; inf where a gap was missed.
    """
    if trial.values is not None and goal in goals:
        return trial.values[goals.index(goal)]
    return None if trial.result is None else trial.result.by(goal)


def rank(trial: TrialRecord, goals: Sequence[Goal], goal: Goal) -> tuple[float, ...]:
    """By which trials are sorted, the best by a goal first.

    Finished trials come before others, those that ended unsteady last among them, and what is
    not known last of all. Of equal trials the better one is that which is better in the other
    goal, then the one of lower held-out cost, since many a trial reads all held-out digits
    rightly; then the first.

    Parameters
    ----------
    trial, goals, goal
        As for `goal_value`.

    Returns
    -------
    tuple of float
        The least is that of the best trial; of one sweep and goal, all have the same length.
    """
    losses = (loss(trial, goals, each) for each in (goal, *tie_breakers(goals, goal)))
    is_finished = trial.state is TrialState.FINISHED
    return not is_finished, trial.ended_unsteady, *losses, trial.number


def tie_breakers(goals: Sequence[Goal], goal: Goal) -> tuple[Goal, ...]:
    """What decides between trials that are equally good by a goal, the weightiest first.

    Examples
    --------
    >>> from logreg_core.goals import HELD_OUT_ACCURACY
    >>> [each.name for each in tie_breakers((HELD_OUT_ACCURACY, SECONDS_TO_GAP), SECONDS_TO_GAP)]
    ['held-out-accuracy', 'held-out-cost']
    """
    return tuple(each for each in dict.fromkeys((*goals, HELD_OUT_COST)) if each != goal)


def loss(trial: TrialRecord, goals: Sequence[Goal], goal: Goal) -> float:
    """A trial's value by a goal, with such a sign that the least is the best.

    Parameters
    ----------
    trial, goals, goal
        As for `goal_value`.

    Returns
    -------
    float
        inf where there is no finite value.
    """
    value = goal_value(trial, goals, goal)
    if value is None or not math.isfinite(value):
        return math.inf
    return -value if goal.more_is_better else value


@dataclass(frozen=True, eq=False)
class TrialScores:
    """The finished trials that have a finite value of one goal, and ended steadily.

    Attributes
    ----------
    goal : Goal
        Which.
    goals : tuple of Goal
        All of the sweep.
    trials : tuple of TrialRecord
        By number; n of them, 0 included.
    values : (n,) ndarray of float64
        Of the goal, finite, read-only.
    missed, overflowed, unsteady : int
        Finished trials that are left out: those that have only missed the gap, those that
        came to no finite number, and those whose J swung when they ended, since what such a
        trial came to is chance.
    """

    goal: Goal
    goals: tuple[Goal, ...]
    trials: tuple[TrialRecord, ...]
    values: NDArray[np.float64]
    missed: int
    overflowed: int
    unsteady: int

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

        Returns
        -------
        TrialScores
            Of no trial at all where none is finished, or each is left out.
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
        ended = [trial for trial in trials if trial.state is TrialState.FINISHED]
        finished = sorted(
            (trial for trial in ended if not trial.ended_unsteady), key=lambda trial: trial.number
        )
        table = np.array([trial.values for trial in finished], dtype=np.float64)
        columns = table.reshape(-1, len(goals))[:, [list(goals).index(goal) for goal in wanted]]
        is_finite = np.isfinite(columns)
        finite = np.logical_and.reduce(is_finite, axis=1)
        overflowed = ~is_finite[:, [goal != SECONDS_TO_GAP for goal in wanted]].all(axis=1)
        columns = columns[finite]
        columns.setflags(write=False)
        kept = tuple(trial for trial, is_kept in zip(finished, finite, strict=True) if is_kept)
        left_out = {
            "missed": int((~finite & ~overflowed).sum()),
            "overflowed": int(overflowed.sum()),
            "unsteady": len(ended) - len(finished),
        }
        return tuple(
            cls(goal, tuple(goals), kept, values, **left_out)
            for goal, values in zip(wanted, columns.T, strict=True)
        )

    def __len__(self) -> int:
        return len(self.trials)

    @property
    def losses(self) -> NDArray[np.float64]:
        """The values with such a sign that the least is the best, (n,)."""
        return -self.values if self.goal.more_is_better else self.values

    @property
    def order(self) -> NDArray[np.intp]:
        """Places of the trials, the best first by `rank`, (n,)."""
        ranks = [rank(trial, self.goals, self.goal) for trial in self.trials]
        return np.array(sorted(range(len(self)), key=ranks.__getitem__), dtype=np.intp)

    @property
    def best(self) -> TrialRecord:
        """The best trial, by `rank`; there must be one."""
        return min(self.ties, key=lambda trial: rank(trial, self.goals, self.goal))

    @property
    def best_value(self) -> float:
        """Its value."""
        return float(self.values[int(self.losses.argmin())])

    @property
    def ties(self) -> tuple[TrialRecord, ...]:
        """The trials that are as good as the best, itself included; by number."""
        return tuple(self.trials[place] for place in np.flatnonzero(self.values == self.best_value))

    @property
    def tie_breaker(self) -> Goal | None:
        """In what the best is better than some of its ties; None where they are all alike."""
        for goal in tie_breakers(self.goals, self.goal):
            if len({loss(trial, self.goals, goal) for trial in self.ties}) > 1:
                return goal
        return None

    @property
    def are_equal(self) -> bool:
        """Whether no trial is better than another."""
        return len(self) == 0 or bool((self.values == self.values[0]).all())

    def best_so_far(self) -> NDArray[np.float64]:
        """The best value up to each trial, itself included, (n,)."""
        kept = np.maximum if self.goal.more_is_better else np.minimum
        return kept.accumulate(self.values) if len(self) else self.values

    def with_settings(self, *settings: str) -> TrialScores:
        """Those of the trials only that use some settings, all of them."""
        return self.only([all(name in each.settings for name in settings) for each in self.trials])

    def without(self, trial: TrialRecord) -> TrialScores:
        """All but one trial."""
        return self.only([each is not trial for each in self.trials])

    def only(self, kept: Sequence[bool] | NDArray[np.bool_]) -> TrialScores:
        """Some of the trials; kept says of each, (n,), whether it is one of them."""
        trials = tuple(trial for trial, is_kept in zip(self.trials, kept, strict=True) if is_kept)
        values = self.values[np.array(kept, dtype=bool)]
        return replace(self, trials=trials, values=values)
