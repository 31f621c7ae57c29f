"""Ending: what came of a trial that a worker ran, by what its sweep looks for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from logreg_core.diagnosis import ended_unsteady
from logreg_core.goals import DRAWN_ACCURACY, SECONDS_TO_GAP
from logreg_core.history import StopReason
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.optimum import LONGEST_SECONDS, within_for_good
from logreg_core.score import Score
from logreg_core.sweep.record import TrialResult, TrialState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logreg_core.dataset import Dataset
    from logreg_core.goals import Goal
    from logreg_core.history import History
    from logreg_core.optimum import Optimum
    from logreg_core.sweep.plan import Plan
    from logreg_core.training import FitResult

_NO_OPTIMUM: Final = "There is no lowest J to come near to: at λ = 0 it falls for ever."
_OPTIMUM_NOT_FOUND: Final = (
    f"The lowest J was not found within {LONGEST_SECONDS:g} seconds, so that nobody knows when "
    "the trial came near it."
)
_OUR_FAULT: Final = "It ended by a fault of Theta Lab; the log of its worker has it."
_NO_MEMORY: Final = "There was not enough memory for it."


@dataclass(frozen=True)
class Ending:
    """What came of a trial.

    Attributes
    ----------
    state : TrialState
        WAITING where the worker gave it back, to be tried again.
    values : tuple of float, optional
        One a goal, where it is finished. Of one that its own settings have failed, or that ended
        unsteady, the worst that there are: a sampler that learns from them looks elsewhere,
        where luck would draw it to ever larger steps.
    result : TrialResult, optional
        As a `TrialRecord` has it.
    note : str, optional
        Why it failed, in a sentence.
    """

    state: TrialState
    values: tuple[float, ...] | None = None
    result: TrialResult | None = None
    note: str | None = None

    @classmethod
    def given_back(cls) -> Self:
        """Of a trial that somebody else shall try again."""
        return cls(TrialState.WAITING)

    @classmethod
    def by_settings(cls, goals: Sequence[Goal], note: str) -> Self:
        """Of a trial that fails wherever it is tried."""
        return cls(TrialState.FAILED, _worst(goals), note=note)

    @classmethod
    def by_memory(cls) -> Self:
        """Of a trial that took more memory than there is here."""
        return cls(TrialState.FAILED, note=_NO_MEMORY)

    @classmethod
    def by_our_fault(cls) -> Self:
        """Of a trial that met a fault of the program."""
        return cls(TrialState.FAILED, note=_OUR_FAULT)

    @classmethod
    def pruned(cls, plan: Plan, fitted: FitResult, drawings: Dataset | None) -> Self:
        """Of a trial that was ended early."""
        return cls(TrialState.PRUNED, result=_result(plan, fitted, drawings, "pruned"))

    @classmethod
    def of(
        cls,
        plan: Plan,
        fitted: FitResult,
        drawings: Dataset | None,
        find_optimum: Callable[[], Optimum | None],
    ) -> Self:
        """Of a trial that nobody has ended early.

        Parameters
        ----------
        plan : Plan
            Of the sweep.
        fitted : FitResult
            What came of its training.
        drawings : Dataset, optional
            To measure on, where the plan asks for them.
        find_optimum : callable
            What a search for the trial's J* has come to; None where the search was stopped.
        """
        if fitted.reason is StopReason.VISITOR:
            return cls.given_back()
        if fitted.reason is StopReason.DIVERGED:
            return cls.by_settings(plan.goals, _ran_away(fitted))
        least = None
        if SECONDS_TO_GAP in plan.goals:
            optimum = find_optimum()
            if optimum is None:
                return cls.given_back()
            if optimum.cost is None:
                missing = _NO_OPTIMUM if optimum.is_nowhere else _OPTIMUM_NOT_FOUND
                return cls.by_settings(plan.goals, missing)
            least = optimum.cost
        result = _result(plan, fitted, drawings, fitted.reason.value, least)
        if result.unsteady:
            return cls(TrialState.FINISHED, _worst(plan.goals), result)
        values = tuple(_value(goal, plan, result, fitted.history) for goal in plan.goals)
        return cls(TrialState.FINISHED, values, result)


def _worst(goals: Sequence[Goal]) -> tuple[float, ...]:
    return tuple(-math.inf if goal.more_is_better else math.inf for goal in goals)


def _ran_away(fitted: FitResult) -> str:
    """That what was before the last step is no result."""
    steps = "learning_rate" in OPTIMIZERS[fitted.model.config.optimizer].settings
    advice = ": take a smaller α" if steps else ""
    return f"J ran away in iteration {fitted.iterations + 1:,}{advice}."


def _value(goal: Goal, plan: Plan, result: TrialResult, history: History) -> float:
    if goal == SECONDS_TO_GAP and result.optimum is not None:
        there = within_for_good(history, result.optimum, plan.gap)
        return math.inf if there is None else float(history.seconds[there])
    value = result.by(goal)
    assert value is not None  # noqa: S101 - no sweep for drawings begins without any
    return value


def _result(
    plan: Plan,
    fitted: FitResult,
    drawings: Dataset | None,
    reason: str,
    optimum: float | None = None,
) -> TrialResult:
    last = fitted.history.step(-1)
    drawn_accuracy = None
    if drawings is not None and DRAWN_ACCURACY in plan.goals:
        readings = fitted.model.predict(drawings.images)
        drawn_accuracy = Score.of_readings(readings, drawings.labels).share
    return TrialResult(
        cost=last.cost,
        penalty=last.penalty,
        accuracy=last.accuracy,
        held_out_cost=last.held_out_cost,
        held_out_accuracy=last.held_out_accuracy,
        iterations=last.iteration,
        passes=last.passes,
        seconds=last.seconds,
        reason=reason,
        drawn_accuracy=drawn_accuracy,
        optimum=optimum,
        curve=_few_points(fitted.history),
        unsteady=ended_unsteady(fitted.history, fitted.model.config),
    )


def _few_points(history: History) -> tuple[tuple[float, float], ...]:
    """Held-out cost where a worker reports it, and at the end: few enough to be kept."""
    moments = 2.0 ** np.arange(np.log2(max(history.passes[-1], 1)))
    steps = np.unique([*np.searchsorted(history.passes, moments), len(history) - 1])
    passes, costs = history.passes[steps].tolist(), history.held_out_cost[steps].tolist()
    return tuple(zip(passes, costs, strict=True))
