"""Sweep: many trainings with settings of which nobody knows yet which are best."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import optuna
from optuna.samplers import RandomSampler
from optuna.storages import fail_stale_trials
from optuna.trial import TrialState as OptunaState

from logreg_core.errors import ConfigError, DataError, NoSweepError, StorageError
from logreg_core.goals import DRAWN_ACCURACY
from logreg_core.sweep.answering import answering
from logreg_core.sweep.data import Origin, SweepData
from logreg_core.sweep.lifetime import make_room, touch
from logreg_core.sweep.name import new_name
from logreg_core.sweep.plan import PLAN, Plan
from logreg_core.sweep.record import TrialRecord, TrialState
from logreg_core.sweep.tries import counting_try, tries_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.pruners import BasePruner
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

    from logreg_core.sweep.storage import Storage

#: Passes over the data after which a trial may be ended early for the first time, and how
#: many times as far the next such moments lie. Before the first, a large α that will end best
#: often has a cost far above all others.
_FIRST_RUNG: Final = 16
_RUNGS_APART: Final = 2

#: Trials that must have come to their end before one is ended early.
_STARTUP_TRIALS: Final = 5

_ORIGIN: Final = "origin"
_FINGERPRINTS: Final = "fingerprints"
_STOPPED: Final = "stopped"

_UNKNOWN: Final = (
    "There is no sweep of this name here: its link may be incomplete, or the sweep was kept in "
    "memory and the server has been started anew, or nobody has opened it for months."
)


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
    fingerprints : mapping of str to str
        Of the data; see `SweepData`.
    storage : Storage
        The database.
    """

    name: str
    plan: Plan
    origin: Origin
    fingerprints: Mapping[str, str] = field(hash=False)
    storage: Storage = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprints", MappingProxyType(dict(self.fingerprints)))

    @classmethod
    def create(cls, storage: Storage, plan: Plan, data: SweepData, origin: Origin) -> Sweep:
        """Begin a sweep: it is in the database, and waits for workers.

        Raises
        ------
        ConfigError
            If the plan asks for drawings and the data have none, or sweeps over a setting
            that nothing uses: no optimiser of its own, or no learning of two digits.
        StorageFullError
            If others are at work on so many trials that there is no room for these.
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
        unused = plan.space.unused(plan.base, several_digits=len(data.training.classes) > 2)
        if unused == "multiclass":
            raise ConfigError(
                "There is one way to tell two digits apart: leave multiclass out, or take more."
            )
        if unused is not None:
            raise ConfigError(
                f"No optimiser of this sweep uses {unused}: leave it out, or choose one that does."
            )
        make_room(storage, plan.trials)
        name = new_name()
        with answering():
            study = optuna.create_study(
                storage=storage.optuna,
                study_name=name,
                directions=[goal.direction for goal in plan.goals],
            )
            study.set_user_attr(_ORIGIN, origin.to_dict())
            study.set_user_attr(_FINGERPRINTS, data.fingerprints)
            study.set_user_attr(PLAN, plan.to_dict())  # with it the sweep is complete
            touch(study, study)
        return cls(name, plan, origin, data.fingerprints, storage)

    @classmethod
    def open_(cls, storage: Storage, name: str) -> Sweep:
        """Find a sweep by its name.

        Raises
        ------
        NoSweepError
            If there is none of this name.
        StorageError
            If the database does not answer.
        """
        with answering(_UNKNOWN):
            study = optuna.load_study(study_name=name, storage=storage.reading)
            own = study.user_attrs
        try:
            plan, origin = Plan.from_dict(own[PLAN]), Origin.from_dict(own[_ORIGIN])
            sweep = cls(name, plan, origin, dict(own[_FINGERPRINTS]), storage)
        except (KeyError, TypeError, ValueError):  # a study of another program
            raise NoSweepError(_UNKNOWN) from None
        with suppress(StorageError):  # to be noted is nothing that one who looks must wait for
            sweep.touch()
        return sweep

    def trials(self) -> tuple[TrialRecord, ...]:
        """All of them by number; of one that was tried again, the last time only.

        Quick: what is over is read once.

        Raises
        ------
        StorageError
            If the database does not answer, or the sweep has been deleted.
        """
        with answering():
            return self._reader.records()

    def stop(self) -> None:
        """Ask all workers, wherever they are, to end.

        Raises
        ------
        StorageError
            If the database does not answer, or the sweep has been deleted.
        """
        with answering():
            self._writer.set_user_attr(_STOPPED, value=True)

    def resume(self) -> None:
        """Let workers work on it again.

        Raises
        ------
        StorageError
            If the database does not answer, or the sweep has been deleted.
        """
        with answering():
            self._writer.set_user_attr(_STOPPED, value=False)
            touch(self._writer, self._writer)

    @property
    def stopped(self) -> bool:
        """Whether workers are asked to end.

        Raises
        ------
        StorageError
            If the database does not answer, or the sweep has been deleted.
        """
        with answering():
            return bool(self._reader.study.user_attrs.get(_STOPPED, False))

    def touch(self) -> None:
        """Note that somebody has to do with it, so that it is kept.

        Raises
        ------
        StorageError
            If the database does not answer, or the sweep has been deleted.
        """
        with answering():
            touch(self._reader.study, self._hasty)

    def take_back_silent(self) -> None:
        """Take the trials of silent workers for lost, so that they are tried again.

        For whoever works on a sweep, or looks at it, to call now and again: a worker that died
        does not say so itself. How long a silence that takes, the storage says.

        Raises
        ------
        StorageError
            If the database does not answer, or the sweep has been deleted.
        """
        with answering():
            self._reader.take_back_silent(self._hasty, self.storage)

    def check(self, data: SweepData) -> None:
        """See whether these are the data of this sweep.

        Raises
        ------
        DataError
            If they are not.
        """
        if data.fingerprints != self.fingerprints:
            raise DataError(
                "These are other images than those of the sweep: a worker takes the same data, "
                "of the same split, or its trials could not be compared."
            )

    def study(self) -> optuna.Study:
        """Optuna's own view of it, for one thread.

        Raises
        ------
        StorageError
            If the database does not answer, or the sweep has been deleted.
        """
        with answering():
            return self._study(self.storage.optuna)

    def _study(self, storage: BaseStorage) -> optuna.Study:
        return optuna.load_study(
            study_name=self.name,
            storage=storage,
            sampler=RandomSampler(),  # each trial brings its own; see `Desk`
            pruner=_pruner(self.plan),
        )

    @cached_property
    def _reader(self) -> _Reader:
        return _Reader(self._study(self.storage.reading), self.plan)

    @cached_property
    def _writer(self) -> optuna.Study:
        return self.study()

    @cached_property
    def _hasty(self) -> optuna.Study:
        return self._study(self.storage.hasty)


class _Reader:
    """Reads the trials of a sweep, for any number of threads."""

    def __init__(self, study: optuna.Study, plan: Plan) -> None:
        self.study = study  # Optuna keeps in it what it has read of trials that are over
        self._plan = plan
        self._over: dict[int, TrialRecord] = {}
        self._looked_after: set[int] = set()

    def records(self) -> tuple[TrialRecord, ...]:
        """See `Sweep.trials`."""
        trials = self.study.get_trials(deepcopy=False)
        records = [self._record(tries) for tries in tries_of(trials, self._plan.trials)]
        return tuple(sorted(records, key=lambda record: record.number))

    def take_back_silent(self, study: optuna.Study, storage: Storage) -> None:
        """See `Sweep.take_back_silent`; the study is one to write to."""
        if storage.heartbeat_seconds is None:
            return
        fail_stale_trials(study)
        study_id = storage.hasty.get_study_id_from_name(study.study_name)
        # A worker that died before its first heartbeat would be missed by nobody: somebody
        # else's heartbeat, sent once, makes its trial one that can fall silent. The settings of
        # a trial are chosen after its first heartbeat.
        for trial in self.study.get_trials(deepcopy=False, states=(OptunaState.RUNNING,)):
            if not trial.params and trial.number not in self._looked_after:
                self._looked_after.add(trial.number)
                trial_id = storage.hasty.get_trial_id_from_study_id_trial_number(
                    study_id, trial.number
                )
                storage.beat(trial_id, hasty=True)

    def _record(self, tries: list[FrozenTrial]) -> TrialRecord:
        trial = counting_try(tries)
        if trial is None:
            return TrialRecord.of_lost(tries, self._plan)
        known = self._over.get(trial.number)
        if known is not None:
            return known
        record = TrialRecord.of(trial, self._plan)
        if trial.state.is_finished():
            self._over[trial.number] = record
        return record


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
