"""Which trials of a sweep the table shows, and in which order."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.words.explore.trial_table import (
    BY_GOAL,
    BY_SECOND_GOAL,
    GOAL_RESULTS,
    NEWEST,
    RESULTS,
)
from logreg_core.sweep import TrialState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from logreg_core.sweep import Goal, Plan, TrialRecord

#: What has come to nothing that could be compared.
LEFT_OUT = (TrialState.PRUNED, TrialState.FAILED)


@dataclass(frozen=True)
class Choice:
    """What a visitor wants to see.

    Attributes
    ----------
    hides : bool
        Whether pruned and failed trials are left out.
    among : mapping
        Setting → the values that a trial may have; no values for any.
    between : mapping
        Setting → least and largest number that a trial may have; None for any.
    bounds : tuple of float or None
        One a goal: what a trial must reach, None for any; fewer than goals for any.
    best : int, optional
        So many of those that remain, by the first goal.
    """

    hides: bool = True
    among: Mapping[str, Collection[Any]] = field(default_factory=dict)
    between: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    bounds: tuple[float | None, ...] = ()
    best: int | None = None


def begun(trials: Sequence[TrialRecord]) -> tuple[TrialRecord, ...]:
    """Without those that wait, of which nothing is known yet."""
    return tuple(trial for trial in trials if trial.state is not TrialState.WAITING)


def differing(plan: Plan, trials: Sequence[TrialRecord]) -> tuple[str, ...]:
    """The swept settings whose values differ; all of them as long as there is one trial only."""
    swept = plan.space.settings
    if len(trials) < 2:
        return swept
    return tuple(name for name in swept if len({trial.settings.get(name) for trial in trials}) > 1)


def chosen(
    trials: Sequence[TrialRecord], choice: Choice, goals: Sequence[Goal]
) -> tuple[TrialRecord, ...]:
    """The trials that a visitor wants to see, in the order in which they are given."""
    fitting = [trial for trial in trials if _fits(trial, choice, goals)]
    if choice.best is not None:
        fitting = [trial for trial in fitting if trial.values is not None]
        numbers = {trial.number for trial in ordered(fitting, BY_GOAL, goals)[: choice.best]}
        fitting = [trial for trial in fitting if trial.number in numbers]
    return tuple(fitting)


def ordered(
    trials: Sequence[TrialRecord], order: str, goals: Sequence[Goal]
) -> tuple[TrialRecord, ...]:
    """Trials in one of `ORDERS`; what is not known comes last, and finished trials first.

    Parameters
    ----------
    trials : sequence of TrialRecord
        In any order.
    order : str
        A goal or a result has the best on top, a setting the least.
    goals : sequence of Goal
        Of the sweep.
    """
    if order == NEWEST:
        return tuple(sorted(trials, key=lambda trial: -trial.number))
    place = {BY_GOAL: 0, BY_SECOND_GOAL: 1}.get(order)
    if place is not None:
        goal = goals[place]
        return _best_first(trials, lambda t: goal_value(t, goals, place), goal.more_is_better)
    if order in RESULTS:
        return _best_first(
            trials,
            lambda trial: None if trial.result is None else getattr(trial.result, order),
            RESULTS[order].more_is_better,
        )
    return tuple(sorted(trials, key=lambda trial: (_rank(trial.settings.get(order)), trial.number)))


def best_numbers(trials: Sequence[TrialRecord], goals: Sequence[Goal]) -> frozenset[int]:
    """The numbers of the trials that are best, or that none is better than in both goals.

    One that has not reached the gap is none of them.
    """
    signs = [-1 if goal.more_is_better else 1 for goal in goals]
    losses = {
        trial.number: tuple(sign * value for sign, value in zip(signs, trial.values, strict=True))
        for trial in trials
        if trial.values is not None and all(map(math.isfinite, trial.values))
    }
    front: list[int] = []
    least: tuple[float, ...] = (math.inf,)
    # From the best in the first goal on, only what is better than all before in the last one.
    for number, loss in sorted(losses.items(), key=lambda item: item[1]):
        if loss[-1] < least[-1] or loss == least:
            front.append(number)
            least = loss
    return frozenset(front)


def goal_value(trial: TrialRecord, goals: Sequence[Goal], place: int) -> float | None:
    """A trial's value of a goal; of one that was pruned, what it had come to."""
    if trial.values is not None:
        return trial.values[place]
    field_name = GOAL_RESULTS.get(goals[place].name)
    if trial.result is None or field_name is None:
        return None
    value: float | None = getattr(trial.result, field_name)
    return value


def _fits(trial: TrialRecord, choice: Choice, goals: Sequence[Goal]) -> bool:
    if choice.hides and trial.state in LEFT_OUT:
        return False
    settings = trial.settings
    for name, values in choice.among.items():
        if values and settings.get(name) not in values:
            return False
    for name, (low, high) in choice.between.items():
        if not _is_between(settings.get(name), low, high):
            return False
    return all(
        bound is None or _reaches(goal_value(trial, goals, place), bound, goals[place])
        for place, bound in enumerate(choice.bounds)
    )


def _is_between(value: Any, low: float | None, high: float | None) -> bool:  # noqa: ANN401 - a setting is a string or a number
    if low is None and high is None:
        return True
    if not isinstance(value, (int, float)):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _reaches(value: float | None, bound: float, goal: Goal) -> bool:
    if value is None:
        return False
    return value >= bound if goal.more_is_better else value <= bound


def _best_first(
    trials: Sequence[TrialRecord],
    value_of: Callable[[TrialRecord], float | None],
    more_is_better: bool,
) -> tuple[TrialRecord, ...]:
    sign = -1 if more_is_better else 1

    def rank(trial: TrialRecord) -> tuple[bool, bool, float, int]:
        value = value_of(trial)
        unfinished = trial.state is not TrialState.FINISHED
        return unfinished, value is None, sign * (value or 0), trial.number

    return tuple(sorted(trials, key=rank))


def _rank(value: Any) -> tuple[int, float, str]:  # noqa: ANN401 - likewise
    """Numbers before words, and what a trial does not use last."""
    if value is None:
        return 2, 0, ""
    return (1, 0, value) if isinstance(value, str) else (0, value, "")
