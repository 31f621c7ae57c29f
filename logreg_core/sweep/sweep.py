"""Sweep: many trainings with settings of which nobody knows yet which are best."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import optuna
from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.samplers import RandomSampler
from optuna.storages import RDBStorage
from optuna.trial import TrialState as OptunaState
from optuna.trial import create_trial
from sqlalchemy.exc import SQLAlchemyError

from logreg_core.errors import ConfigError, DataError, StorageError
from logreg_core.sweep.data import Origin, SweepData
from logreg_core.sweep.goals import DRAWN_ACCURACY
from logreg_core.sweep.plan import Plan
from logreg_core.sweep.record import (
    GIVEN_BACK,
    NOTE,
    RESULT,
    SURPLUS,
    WORKER,
    TrialRecord,
    TrialState,
    is_tried_again,
    original_number,
)
from logreg_core.sweep.samplers import sampler_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optuna.pruners import BasePruner
    from optuna.trial import FrozenTrial

    from logreg_core.config import TrainConfig
    from logreg_core.sweep.record import TrialResult
    from logreg_core.sweep.storage import Storage

#: Bytes of chance in a name: nobody guesses 128 bits.
_NAME_BYTES: Final = 16

#: Passes over the data after which a trial may be ended early for the first time, and how
#: many times as far the next such moments lie.
_FIRST_RUNG: Final = 2
_RUNGS_APART: Final = 2

#: Trials that must have come to their end before one is ended early.
_STARTUP_TRIALS: Final = 5

_PLAN: Final = "plan"
_ORIGIN: Final = "origin"
_FINGERPRINTS: Final = "fingerprints"
_STOPPED: Final = "stopped"


@dataclass(frozen=True)
class Sweep:
    """One sweep in a database, for any number of workers and readers.

    Made by `create` or `open_`.

    Attributes
    ----------
    name : str
        Unguessable; who knows it can see the sweep and work on it.
    plan : Plan
        What is tried.
    origin : Origin
        Where a worker finds the data.
    fingerprints : dict of str to str
        Of the data; see `SweepData`.
    storage : Storage
        The database.
    """

    name: str
    plan: Plan
    origin: Origin
    fingerprints: dict[str, str]
    storage: Storage = field(repr=False)

    @classmethod
    def create(cls, storage: Storage, plan: Plan, data: SweepData, origin: Origin) -> Sweep:
        """Begin a sweep: it is in the database, and waits for workers.

        Raises
        ------
        ConfigError
            If the plan asks for drawings and the data have none.
        StorageError
            If the database does not answer.

        Examples
        --------
        >>> from logreg_core.sweep import Interval, Space, open_storage
        >>> origin = Origin("bundled", digits=(0, 1), held_out=25, seed=0)
        >>> plan = Plan(Space((Interval("lam", 0.1, 10, steps=3),)), sampler="grid")
        >>> sweep = Sweep.create(open_storage("memory"), plan, origin.fetch(), origin)
        >>> sweep.trials()
        ()
        """
        if DRAWN_ACCURACY in plan.goals and data.drawings is None:
            raise ConfigError(
                "There are no labelled drawings to measure on: draw some on the Predict page and "
                "say which digits they are, or choose another goal."
            )
        name = secrets.token_urlsafe(_NAME_BYTES)
        with answering():
            study = optuna.create_study(
                storage=storage.optuna,
                study_name=name,
                directions=[goal.direction for goal in plan.goals],
            )
            study.set_user_attr(_ORIGIN, origin.to_dict())
            study.set_user_attr(_FINGERPRINTS, data.fingerprints)
            study.set_user_attr(_PLAN, plan.to_dict())  # last: with it the sweep is complete
        return cls(name, plan, origin, data.fingerprints, storage)

    @classmethod
    def open_(cls, storage: Storage, name: str) -> Sweep:
        """Find a sweep by its name.

        Raises
        ------
        StorageError
            If there is none of this name, or the database does not answer.
        """
        with answering():
            try:
                study = optuna.load_study(study_name=name, storage=storage.optuna)
                own = study.user_attrs
                plan = Plan.from_dict(own[_PLAN])
                origin = Origin.from_dict(own[_ORIGIN])
            except (KeyError, ConfigError):
                raise StorageError(
                    "There is no sweep of this name here: its link may be incomplete, or the sweep "
                    "was kept in memory and the server has been started anew."
                ) from None
        return cls(name, plan, origin, own[_FINGERPRINTS], storage)

    def trials(self) -> tuple[TrialRecord, ...]:
        """All of them by number; of one that was tried again, the last time only.

        Raises
        ------
        StorageError
            If the database does not answer.
        """
        with answering():
            trials = self.study().get_trials(deepcopy=False)
        replaced = {
            number for trial in trials for number in trial.system_attrs.get("retry_history", ())
        }
        return tuple(
            TrialRecord.of(trial, self.plan)
            for trial in trials
            if trial.number not in replaced
            and not trial.user_attrs.get(GIVEN_BACK)
            and not trial.user_attrs.get(SURPLUS)
        )

    def stop(self) -> None:
        """Ask all workers, wherever they are, to end."""
        with answering():
            self.study().set_user_attr(_STOPPED, value=True)

    def resume(self) -> None:
        """Let workers work on it again."""
        with answering():
            self.study().set_user_attr(_STOPPED, value=False)

    @property
    def stopped(self) -> bool:
        """Whether workers are asked to end."""
        with answering():
            return bool(self.study().user_attrs.get(_STOPPED, False))

    def check(self, data: SweepData) -> None:
        """Raise a DataError where these are not the data of this sweep."""
        if data.fingerprints != self.fingerprints:
            raise DataError(
                "These are other images than those of the sweep: a worker takes the same data, "
                "of the same split, or its trials could not be compared."
            )

    def study(self) -> optuna.Study:
        """Optuna's own view of it, for one thread."""
        return optuna.load_study(
            study_name=self.name,
            storage=self.storage.optuna,
            sampler=RandomSampler(),  # each trial brings its own; see `Counter.take`
            pruner=_pruner(self.plan),
        )


@dataclass(frozen=True)
class Ticket:
    """A trial that a worker has taken.

    Attributes
    ----------
    trial : optuna.Trial
        As Optuna has it.
    config : TrainConfig
        What to train with.
    """

    trial: optuna.Trial
    config: TrainConfig

    @property
    def number(self) -> int:
        """See `TrialRecord`."""
        return self.trial.number


class Counter:
    """Where one worker takes trials and gives back what came of them.

    It hands out as many as the plan has, however many workers there are: Optuna numbers trials
    in the order in which they were created, and whoever creates one too many says so.

    Parameters
    ----------
    sweep : Sweep
        Of which.
    worker : str
        Its name.
    """

    def __init__(self, sweep: Sweep, worker: str) -> None:
        self.sweep = sweep
        self.study = sweep.study()
        self._worker = worker
        self._created = 0  # at least so many by all workers, those tried again left out

    def take(self) -> Ticket | None:
        """The next trial; None where none is left to take."""
        plan = self.sweep.plan
        with answering():
            if self._created >= plan.trials and not self._any(OptunaState.WAITING):
                return None
            trial = self.study.ask()
            # First of all, so that a worker that dies now is missed.
            self.beat(trial)
            place = self._place(trial)
            if place is None:
                trial.set_user_attr(SURPLUS, value=True)
                self.study.tell(trial, state=OptunaState.FAIL)
                return None
            trial.set_user_attr(WORKER, self._worker)
            self.study.sampler = sampler_of(plan, place)
            try:
                return Ticket(trial, plan.space.suggested(trial, plan.base))
            except ConfigError as error:  # each value is accepted, but not all together
                self._fail(trial, str(error))
                return self.take()

    def beat(self, trial: optuna.Trial) -> None:
        """Say that a trial's worker is still there."""
        storage = self.sweep.storage.optuna
        if isinstance(storage, RDBStorage):
            storage.record_heartbeat(trial._trial_id)  # noqa: SLF001 - see `Pulse`

    def finish(self, ticket: Ticket, values: Sequence[float], result: TrialResult) -> None:
        """Note what came of a trial."""
        self._end(ticket, OptunaState.COMPLETE, values, result)

    def prune(self, ticket: Ticket, result: TrialResult) -> None:
        """Note that a trial was ended early."""
        self._end(ticket, OptunaState.PRUNED, None, result)

    def fail(self, ticket: Ticket, note: str) -> None:
        """Note why a trial could not be."""
        with answering():
            self._fail(ticket.trial, note)

    def give_back(self, ticket: Ticket) -> None:
        """Leave a trial to whoever works on the sweep next."""
        with answering():
            frozen = self._frozen(ticket.number)
            ticket.trial.set_user_attr(GIVEN_BACK, value=True)
            if not self._told(ticket.trial, OptunaState.FAIL):
                return
            self.study.add_trial(
                create_trial(
                    state=OptunaState.WAITING,
                    params=frozen.params,
                    distributions=frozen.distributions,
                    system_attrs={**frozen.system_attrs, "failed_trial": original_number(frozen)},
                )
            )

    def others_are_at_work(self) -> bool:
        """Whether trials are under way that may come back, since their workers may die."""
        with answering():
            return self.sweep.storage.is_shared and self._any(OptunaState.RUNNING)

    def _end(
        self,
        ticket: Ticket,
        state: OptunaState,
        values: Sequence[float] | None,
        result: TrialResult,
    ) -> None:
        with answering():
            try:
                ticket.trial.set_user_attr(RESULT, result.to_dict())
            except UpdateFinishedTrialError:
                return
            self._told(ticket.trial, state, values)

    def _fail(self, trial: optuna.Trial, note: str) -> None:
        trial.set_user_attr(NOTE, note)
        self._told(trial, OptunaState.FAIL)

    def _told(
        self, trial: optuna.Trial, state: OptunaState, values: Sequence[float] | None = None
    ) -> bool:
        """Tell Optuna; whether it listens: a trial taken for lost is somebody else's by now."""
        try:
            self.study.tell(trial, values, state=state)
        except (UpdateFinishedTrialError, ValueError):
            return False
        return True

    def _place(self, trial: optuna.Trial) -> int | None:
        """Which of the plan's trials this is, from 0; None for one too many."""
        trials = self.study.get_trials(deepcopy=False)
        first_times = [each.number for each in trials if not is_tried_again(each)]
        self._created = len(first_times)
        number = original_number(trials[trial.number])
        place = first_times.index(number)
        return place if place < self.sweep.plan.trials else None

    def _frozen(self, number: int) -> FrozenTrial:
        """What the database has of a trial."""
        return self.study.get_trials(deepcopy=False)[number]

    def _any(self, state: OptunaState) -> bool:
        return bool(self.study.get_trials(deepcopy=False, states=(state,)))


@contextmanager
def answering() -> Iterator[None]:
    """Say in a sentence that the database does not answer."""
    try:
        yield
    except (SQLAlchemyError, StorageInternalError):
        raise StorageError(
            "The database of the sweeps does not answer; what is in it is not lost."
        ) from None


def _pruner(plan: Plan) -> BasePruner:
    if plan.pruner == "median":
        return optuna.pruners.MedianPruner(
            n_startup_trials=_STARTUP_TRIALS, n_warmup_steps=_FIRST_RUNG - 1
        )
    if plan.pruner == "halving":
        return optuna.pruners.SuccessiveHalvingPruner(
            min_resource=_FIRST_RUNG, reduction_factor=_RUNGS_APART
        )
    return optuna.pruners.NopPruner()


def is_over(sweep: Sweep, trials: Sequence[TrialRecord]) -> bool:
    """Whether every trial of a sweep has ended, in one way or another."""
    ended = sum(trial.state not in (TrialState.WAITING, TrialState.RUNNING) for trial in trials)
    return ended >= sweep.plan.trials
