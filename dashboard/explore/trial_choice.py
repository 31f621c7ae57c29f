"""Which trials of a sweep the table shows, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from dashboard.words.explore.trial_table import (
    BY_GOAL,
    BY_SECOND_GOAL,
    NEWEST,
    PRINTED_DIGITS,
    RESULTS,
)
from logreg_core.sweep import TrialState
from logreg_core.sweep.scores import goal_value, rank

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from logreg_core.sweep import Goal, Plan, TrialRecord

#: Left out where a visitor hides what has come to nothing that could be compared.
HIDDEN: Final = (TrialState.PRUNED, TrialState.FAILED)


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
        return tuple(sorted(trials, key=lambda trial: rank(trial, goals, goals[place])))
    if order in RESULTS:
        return tuple(sorted(trials, key=lambda trial: _rank_of_result(trial, order)))
    return tuple(sorted(trials, key=lambda t: (_rank_of_setting(t.settings.get(order)), t.number)))


def _fits(trial: TrialRecord, choice: Choice, goals: Sequence[Goal]) -> bool:
    if choice.hides and trial.state in HIDDEN:
        return False
    settings = trial.settings
    for name, values in choice.among.items():
        if values and settings.get(name) not in values:
            return False
    for name, (low, high) in choice.between.items():
        if not _is_between(settings.get(name), low, high):
            return False
    return all(
        bound is None or _reaches(goal_value(trial, goals, goal), bound, goal)
        for goal, bound in zip(goals, choice.bounds, strict=False)  # fewer bounds: any
    )


def _is_between(value: str | float | None, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return True
    if not isinstance(value, (int, float)):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _reaches(value: float | None, bound: float, goal: Goal) -> bool:
    if value is None:
        return False
    # As the table prints it: who sees 98.89 % and asks for that much must not lose it.
    scale = 100 if goal.is_share else 1
    printed = float(f"{scale * value:.{PRINTED_DIGITS}g}") / scale
    return printed >= bound if goal.more_is_better else printed <= bound


def _rank_of_result(trial: TrialRecord, name: str) -> tuple[bool, bool, bool, float, int]:
    value = None if trial.result is None else getattr(trial.result, name)
    sign = -1 if RESULTS[name].more_is_better else 1
    unfinished = trial.state is not TrialState.FINISHED
    return unfinished, trial.ended_unsteady, value is None, sign * (value or 0), trial.number


def _rank_of_setting(value: str | float | None) -> tuple[int, float, str]:
    """Numbers before words, and what a trial does not use last."""
    if value is None:
        return 2, 0, ""
    return (1, 0, value) if isinstance(value, str) else (0, value, "")
