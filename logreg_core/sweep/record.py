"""What is known of one trial of a sweep, whoever ran it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from optuna.trial import TrialState as OptunaState

from logreg_core.sweep.tries import NOTE, RESULT, SILENT, WORKER, waits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from optuna.trial import FrozenTrial

    from logreg_core.config import TrainConfig
    from logreg_core.goals import Goal
    from logreg_core.sweep.plan import Plan


class TrialState(Enum):
    """How far a trial is."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    PRUNED = "pruned"
    FAILED = "failed"


_STATES: Final = {
    OptunaState.WAITING: TrialState.WAITING,
    OptunaState.RUNNING: TrialState.RUNNING,
    OptunaState.COMPLETE: TrialState.FINISHED,
    OptunaState.PRUNED: TrialState.PRUNED,
    OptunaState.FAIL: TrialState.FAILED,
}

_FOREIGN: Final = (
    "Another program, or another version of Theta Lab, has put it into this sweep: "
    "what came of it cannot be read."
)


@dataclass(frozen=True)
class TrialResult:
    """The numbers at the end of a trial.

    Attributes
    ----------
    cost, penalty : float
        J on the training examples, and the part of it that is the penalty.
    accuracy : float
        Share of the training examples that are read rightly, 0 to 1.
    held_out_cost, held_out_accuracy : float
        Mean cost and share of the held-out examples.
    iterations : int
        How many there were.
    passes, seconds : float
        Over the training examples, and of training.
    reason : str
        Why it ended, the value of a `StopReason`; "pruned" where it was ended early.
    drawn_accuracy : float, optional
        Share of the labelled drawings that are read rightly, where that was asked.
    optimum : float, optional
        J*, where the seconds to a gap were asked.
    curve : tuple of (float, float)
        Held-out cost after so many passes over the data, at few of them.
    unsteady : bool
        Whether it ended while J swung: these numbers are of a moment, and not of its settings.
    """

    cost: float
    penalty: float
    accuracy: float
    held_out_cost: float
    held_out_accuracy: float
    iterations: int
    passes: float
    seconds: float
    reason: str
    drawn_accuracy: float | None = None
    optimum: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    unsteady: bool = False

    def by(self, goal: Goal) -> float | None:
        """What it is by a goal; None where no result says it.

        Examples
        --------
        >>> from logreg_core.sweep import HELD_OUT_COST, SECONDS_TO_GAP
        >>> result = TrialResult(0.3, 0.1, 0.99, 0.25, 0.95, 40, 41.0, 0.02, "converged")
        >>> result.by(HELD_OUT_COST), result.by(SECONDS_TO_GAP)
        (0.25, None)
        """
        value: float | None = None if goal.result is None else getattr(self, goal.result)
        return value

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> TrialResult:
        """From what `to_dict` gave, whatever a database has made of its tuples."""
        curve = tuple((passes, cost) for passes, cost in plain.get("curve", ()))
        return cls(**{**plain, "curve": curve})


def measured(
    told: Sequence[float], result: TrialResult | None, goals: Sequence[Goal]
) -> tuple[float, ...]:
    """What a finished trial came to, one value a goal.

    Parameters
    ----------
    told : sequence of float
        What its sampler was told; of one that ended unsteady the worst there is.
    result : TrialResult, optional
        Of the trial.
    goals : sequence of Goal
        Of the sweep.

    Returns
    -------
    tuple of float
        nan where that is not known of one that ended unsteady.
    """
    if result is None or not result.unsteady:
        return tuple(told)
    came_to = (result.by(goal) for goal in goals)
    return tuple(math.nan if value is None else value for value in came_to)


@dataclass(frozen=True)
class TrialRecord:
    """One trial.

    Attributes
    ----------
    number : int
        Unique in its sweep, from 0 in the order in which trials began; one that is tried
        again gets another.
    state : TrialState
        How far it is.
    settings : mapping
        What it tries, setting → value; empty as long as that is not known.
    config : TrainConfig
        With these settings: what opens it in Train.
    values : tuple of float, optional
        One a goal, where it is finished; inf where a gap was missed. Of one that ended unsteady,
        what it came to by chance, and nan where that is not known.
    result : TrialResult, optional
        Where it has ended by itself or was pruned.
    curve : tuple of (float, float)
        Held-out cost after so many passes over the data; of a trial that runs, as far as it
        was reported.
    worker : str, optional
        Who runs or ran it.
    began, ended : datetime, optional
        By that worker's clock, without a zone.
    note : str, optional
        Why it failed, in a sentence.
    """

    number: int
    state: TrialState
    settings: Mapping[str, Any] = field(hash=False)
    config: TrainConfig
    values: tuple[float, ...] | None
    result: TrialResult | None
    curve: tuple[tuple[float, float], ...]
    worker: str | None
    began: datetime | None
    ended: datetime | None
    note: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))

    @property
    def ended_unsteady(self) -> bool:
        """Whether it came to its end while J swung: what it came to is chance."""
        if self.state is not TrialState.FINISHED or self.result is None:
            return False
        return self.result.unsteady

    @property
    def value(self) -> float | None:
        """Of the first goal; None where it is not finished."""
        return None if self.values is None else self.values[0]

    @classmethod
    def of(cls, trial: FrozenTrial, plan: Plan) -> TrialRecord:
        """From what Optuna has of it; one that no worker of ours began has failed."""
        own = trial.user_attrs
        note = own.get(NOTE)
        # To Optuna, one whose settings fail has come to its end, with the worst of values.
        state = _STATES[trial.state] if note is None else TrialState.FAILED
        try:
            worker = own[WORKER]
            settings = plan.space.shortened(trial.params)
            config = plan.base.with_settings(settings)
            finished = state is TrialState.FINISHED
            result = TrialResult.from_dict(own[RESULT]) if finished or RESULT in own else None
        except (AttributeError, KeyError, TypeError, ValueError):  # a ConfigError is one too
            # Whatever a database holds may stand there, of any type and shape.
            return cls._unreadable(trial, plan)
        # Costs are never negative: the sign only says which way is better.
        reported = tuple((step, abs(c)) for step, c in sorted(trial.intermediate_values.items()))
        return cls(
            number=trial.number,
            state=state,
            settings=settings,
            config=config,
            values=measured(trial.values, result, plan.goals) if finished else None,
            result=result,
            curve=reported if result is None else result.curve,
            worker=worker,
            began=trial.datetime_start,
            ended=trial.datetime_complete,
            note=note,
        )

    @classmethod
    def _unreadable(cls, trial: FrozenTrial, plan: Plan) -> TrialRecord:
        """It takes the place of a trial, since workers go by the numbers."""
        return cls(
            number=trial.number,
            state=TrialState.FAILED,
            settings={},
            config=plan.base,
            values=None,
            result=None,
            curve=(),
            worker=None,
            began=trial.datetime_start,
            ended=trial.datetime_complete,
            note=trial.user_attrs.get(NOTE, _FOREIGN),
        )

    @classmethod
    def of_lost(cls, tries: Sequence[FrozenTrial], plan: Plan) -> TrialRecord:
        """From tries that were all lost: it waits to be tried again, or has failed for good."""
        last = replace(cls.of(tries[-1], plan), result=None, curve=())
        if waits(tries):
            return replace(last, state=TrialState.WAITING, worker=None, began=None, ended=None)
        return replace(last, state=TrialState.FAILED, note=SILENT)
