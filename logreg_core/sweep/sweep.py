"""Sweep: many trainings with settings of which nobody knows yet which are best."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.samplers import RandomSampler
from optuna.storages import RDBStorage
from optuna.trial import TrialState as OptunaState
from optuna.trial import create_trial

from logreg_core.errors import ConfigError, DataError, StorageError
from logreg_core.sweep.answering import answering
from logreg_core.sweep.data import Origin, SweepData
from logreg_core.sweep.goals import DRAWN_ACCURACY
from logreg_core.sweep.lifetime import make_room, touch
from logreg_core.sweep.plan import Plan
from logreg_core.sweep.record import TrialRecord, TrialState
from logreg_core.sweep.samplers import sampler_of
from logreg_core.sweep.storage import MEMORY
from logreg_core.sweep.tries import (
    GIVEN_BACK,
    NOTE,
    RESULT,
    SURPLUS,
    WORKER,
    again,
    standing,
    tries_of,
    waits,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.pruners import BasePruner
    from optuna.trial import FrozenTrial

    from logreg_core.config import TrainConfig
    from logreg_core.sweep.record import Outcome
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
        if storage.kind == MEMORY:
            make_room(storage)
        name = secrets.token_urlsafe(_NAME_BYTES)
        with answering():
            study = optuna.create_study(
                storage=storage.optuna,
                study_name=name,
                directions=[goal.direction for goal in plan.goals],
            )
            study.set_user_attr(_ORIGIN, origin.to_dict())
            study.set_user_attr(_FINGERPRINTS, data.fingerprints)
            study.set_user_attr(_PLAN, plan.to_dict())  # with it the sweep is complete
            touch(study)
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
                own = optuna.load_study(study_name=name, storage=storage.optuna).user_attrs
                plan = Plan.from_dict(own[_PLAN])
                origin = Origin.from_dict(own[_ORIGIN])
                fingerprints = own[_FINGERPRINTS]
            except (KeyError, ConfigError):
                raise StorageError(
                    "There is no sweep of this name here: its link may be incomplete, or the sweep "
                    "was kept in memory and the server has been started anew."
                ) from None
        sweep = cls(name, plan, origin, fingerprints, storage)
        sweep.touch()
        return sweep

    def trials(self) -> tuple[TrialRecord, ...]:
        """All of them by number; of one that was tried again, the last time only.

        Quick: what is over is read once.

        Raises
        ------
        StorageError
            If the database does not answer.
        """
        with answering():
            return self._reader.records()

    def stop(self) -> None:
        """Ask all workers, wherever they are, to end."""
        with answering():
            self._reader.study.set_user_attr(_STOPPED, value=True)

    def resume(self) -> None:
        """Let workers work on it again."""
        with answering():
            self._reader.study.set_user_attr(_STOPPED, value=False)
            touch(self._reader.study)

    @property
    def stopped(self) -> bool:
        """Whether workers are asked to end."""
        with answering():
            return bool(self._reader.study.user_attrs.get(_STOPPED, False))

    def touch(self) -> None:
        """Note that somebody has to do with it, so that it is kept."""
        with answering():
            touch(self._reader.study)

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

    @cached_property
    def _reader(self) -> _Reader:
        return _Reader(self.study(), self.plan)


class _Reader:
    """Reads the trials of a sweep, for any number of threads."""

    def __init__(self, study: optuna.Study, plan: Plan) -> None:
        self.study = study  # Optuna keeps in it what it has read of trials that are over
        self._plan = plan
        self._over: dict[int, TrialRecord] = {}

    def records(self) -> tuple[TrialRecord, ...]:
        """See `Sweep.trials`."""
        trials = self.study.get_trials(deepcopy=False)
        records = [self._record(tries) for tries in tries_of(trials, self._plan.trials)]
        return tuple(sorted(records, key=lambda record: record.number))

    def _record(self, tries: list[FrozenTrial]) -> TrialRecord:
        trial = standing(tries)
        if trial is None:
            return TrialRecord.of_lost(tries, self._plan)
        known = self._over.get(trial.number)
        if known is not None:
            return known
        record = TrialRecord.of(trial, self._plan)
        if trial.state.is_finished():
            self._over[trial.number] = record
        return record


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

    def record(self, outcome: Outcome, worker: str) -> TrialRecord:
        """What is known of it when it has ended, without asking the database."""
        return TrialRecord(
            number=self.number,
            state=outcome.state,
            settings=self.trial.params,
            config=self.config,
            values=outcome.values,
            result=outcome.result,
            curve=(),
            worker=worker,
            began=None,
            ended=None,
            note=outcome.note,
        )


class Verdict(Enum):
    """Whether a trial should go on."""

    GO_ON = "go on"
    PRUNE = "end it early"
    LOST = "it was taken for lost, and is somebody else's by now"


class Counter:
    """Where one worker takes trials and gives back what came of them.

    It hands out as many as the plan has, however many workers there are, each to one of them;
    `logreg_core.sweep.tries` tells how. Of Optuna's `Study.ask` and `tell` it does those parts
    that a trial needs, since each reads the whole trial once more: on SQLite that would be half
    of what a trial costs.

    Parameters
    ----------
    sweep : Sweep
        Of which.
    worker : str
        Its name.
    """

    def __init__(self, sweep: Sweep, worker: str) -> None:
        self.sweep = sweep
        self._worker = worker
        with answering():
            self._study = sweep.study()
            self._storage = self._study._storage  # noqa: SLF001 - it remembers what it has read
            self._study_id = self._storage.get_study_id_from_name(sweep.name)

    def take(self) -> Ticket | None:
        """The next trial; None where none is left to take."""
        plan = self.sweep.plan
        while True:
            with answering():
                known = self._study.get_trials(deepcopy=False)
                tries = tries_of(known, plan.trials)
                lost = next((each[-1] for each in tries if waits(each)), None)
                if lost is None and len(tries) >= plan.trials:
                    return None
                trial = self._begun(lost)
                is_next = lost is None and trial.number == len(known)
                place = len(tries) if is_next else self._place(trial)
                if place is not None:
                    # Only now: `Pulse` looks after those that have no worker's name.
                    trial.set_user_attr(WORKER, self._worker)
                    break
                trial.set_user_attr(SURPLUS, value=True)
                self._storage.set_trial_state_values(trial._trial_id, OptunaState.FAIL)  # noqa: SLF001 - as below
        self._study.sampler = sampler_of(plan, place)
        with answering():
            config = plan.space.suggested(trial, plan.base)
        return Ticket(trial, config)

    def report(self, ticket: Ticket, step: int, cost: float) -> Verdict:
        """Note a point of a trial's curve, and say whether it should go on."""
        with answering():
            try:
                ticket.trial.report(cost, step)
            except UpdateFinishedTrialError:
                return Verdict.LOST
            return Verdict.PRUNE if ticket.trial.should_prune() else Verdict.GO_ON

    def note(self, ticket: Ticket, outcome: Outcome) -> bool:
        """Note what came of a trial; whether it was still ours."""
        state, name = _ENDS[outcome.state]
        what = {
            RESULT: outcome.result and outcome.result.to_dict(),
            NOTE: outcome.note,
            GIVEN_BACK: True,
        }
        trial_id = ticket.trial._trial_id  # noqa: SLF001 - nowhere else to be had
        with answering():
            try:
                self._storage.set_trial_user_attr(trial_id, name, what[name])
                self._storage.set_trial_state_values(trial_id, state, outcome.values)
            except UpdateFinishedTrialError:  # taken for lost, it is somebody else's by now
                return False
        return True

    def others_are_at_work(self) -> bool:
        """Whether trials are under way that may come back, since their workers may die."""
        if not self.sweep.storage.is_shared:
            return False
        with answering():
            trials = self._study.get_trials(deepcopy=False)
        tries = tries_of(trials, self.sweep.plan.trials)
        return any(each[-1].state is OptunaState.RUNNING for each in tries)

    def _begun(self, lost: FrozenTrial | None) -> optuna.Trial:
        """A trial in the place of a lost one, or a new one."""
        template = None
        if lost is not None:
            template = create_trial(
                state=OptunaState.RUNNING,
                params=lost.params,
                distributions=lost.distributions,
                system_attrs=again(lost),
            )
        trial_id = self._storage.create_new_trial(self._study_id, template)
        # At once, so that a worker that dies now is missed.
        if isinstance(self.sweep.storage.optuna, RDBStorage):
            self.sweep.storage.optuna.record_heartbeat(trial_id)
        return optuna.Trial(self._study, trial_id)

    def _place(self, trial: optuna.Trial) -> int | None:
        """Which of the plan's trials this is, from 0; None for one that nobody needs."""
        trials = self._study.get_trials(deepcopy=False)
        for place, tries in enumerate(tries_of(trials, self.sweep.plan.trials)):
            counts = standing(tries)
            if counts is not None and counts.number == trial.number:
                return place
        return None


#: How Optuna has what came of a trial, and the name under which its row has more of it.
_ENDS: Final = {
    TrialState.FINISHED: (OptunaState.COMPLETE, RESULT),
    TrialState.PRUNED: (OptunaState.PRUNED, RESULT),
    TrialState.FAILED: (OptunaState.FAIL, NOTE),
    TrialState.WAITING: (OptunaState.FAIL, GIVEN_BACK),
}


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
