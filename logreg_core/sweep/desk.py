"""Desk: where a worker takes trials, and leaves what came of them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Self

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import TrialState as OptunaState
from optuna.trial import create_trial

from logreg_core.errors import ConfigError, StorageError
from logreg_core.sweep.answering import answering
from logreg_core.sweep.ending import Ending
from logreg_core.sweep.record import TrialRecord, TrialState, measured
from logreg_core.sweep.samplers import sampler_of
from logreg_core.sweep.tries import (
    GIVEN_BACK,
    NOTE,
    RESULT,
    SURPLUS,
    WORKER,
    Retries,
    again,
    counting_try,
    tries_of,
    waits,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

    from logreg_core.config import TrainConfig
    from logreg_core.goals import Goal
    from logreg_core.sweep.sweep import Sweep

#: The workers of this process that are at their desks. In memory there are no others: who has
#: died sends no heartbeats that could be missed, but is not here any more.
_present: Final[set[str]] = set()

#: How often a worker looks for lost trials before it takes a new one; to read all trials takes
#: longer than all else that a trial costs.
_LOOK_SECONDS: Final = 5.0

#: How Optuna has what came of a trial, and the name under which its row has more of it.
_ENDS: Final = {
    TrialState.FINISHED: (OptunaState.COMPLETE, RESULT),
    TrialState.PRUNED: (OptunaState.PRUNED, RESULT),
    TrialState.FAILED: (OptunaState.FAIL, NOTE),
    TrialState.WAITING: (OptunaState.FAIL, GIVEN_BACK),
}


@dataclass(frozen=True)
class Ticket:
    """A trial that a worker has taken.

    Attributes
    ----------
    trial : optuna.Trial
        As Optuna has it.
    trial_id : int
        Under which the database has it.
    config : TrainConfig
        What to train with.
    """

    trial: optuna.Trial
    trial_id: int
    config: TrainConfig

    @property
    def number(self) -> int:
        """See `TrialRecord`."""
        return self.trial.number

    def record(self, ending: Ending, worker: str, goals: Sequence[Goal]) -> TrialRecord:
        """What is known of it when it has ended, without asking the database."""
        values = None
        if ending.state is TrialState.FINISHED and ending.values is not None:
            values = measured(ending.values, ending.result, goals)
        return TrialRecord(
            number=self.number,
            state=ending.state,
            settings={name: getattr(self.config, name) for name in self.trial.params},
            config=self.config,
            values=values,
            result=ending.result,
            curve=(),
            worker=worker,
            began=None,
            ended=None,
            note=ending.note,
        )


class Verdict(Enum):
    """Whether a trial should go on."""

    GO_ON = "go on"
    PRUNE = "end it early"
    LOST = "it was taken for lost, and is somebody else's by now"


class Desk:
    """Where one worker takes trials and leaves what came of them.

    It hands out as many as the plan has, however many workers there are, each to one of them;
    `logreg_core.sweep.tries` tells how. What Optuna's `Study.ask` and `tell` do is done here by
    its storage: they read the trial again and again, which on SQLite takes longer than to write.

    A context: within it the worker is there, so that others wait for what it may give back.

    Parameters
    ----------
    sweep : Sweep
        Of which.
    worker : str
        Its name.

    Raises
    ------
    StorageError
        If the database does not answer, or the sweep has been deleted; so do all methods.
    """

    def __init__(self, sweep: Sweep, worker: str) -> None:
        self.sweep = sweep
        self._worker = worker
        self._looked_at = -math.inf  # for lost trials
        self._all_are_begun = False
        self._retries = Retries()
        with answering():
            self._study = sweep.study()
            self._storage = self._study._storage  # noqa: SLF001 - it remembers what it has read
            self._study_id = self._storage.get_study_id_from_name(sweep.name)

    def __enter__(self) -> Self:
        _present.add(self._worker)
        return self

    def __exit__(self, *_: object) -> None:
        _present.discard(self._worker)

    def take(self) -> Ticket | None:
        """The next trial; None where none is left to take.

        Raises
        ------
        StorageError
            See the class. What has been begun by then will be missed, and begun again.
        """
        while True:
            with answering():
                lost = self._lost()
                if lost is None and self._all_are_begun:
                    return None
                trial_id = self._begun(lost)
            try:
                ticket = self._ticket(trial_id, is_retry=lost is not None)
            except StorageError:
                raise  # the trial will be missed
            except ConfigError as error:
                self._note(trial_id, Ending.by_settings(self.sweep.plan.goals, str(error)))
                continue
            except Exception:  # whatever it is, noted: else the trial would be tried again
                self._note(trial_id, Ending.by_our_fault())
                raise
            if ticket is not None:
                return ticket

    def report(self, ticket: Ticket, step: int, cost: float) -> Verdict:
        """Note a point of a trial's curve, and say whether it should go on.

        Parameters
        ----------
        ticket : Ticket
            Which trial.
        step : int
            Passes over the data so far.
        cost : float
            Held-out, with such a sign that to Optuna's pruners less of it is better.

        Returns
        -------
        Verdict

        Raises
        ------
        StorageError
            See the class.
        """
        prunes = self.sweep.plan.pruner != "none"
        with answering():
            try:
                if prunes:
                    ticket.trial.report(cost, step)
                else:  # with two goals Optuna's trial takes no curve, but its storage does
                    self._storage.set_trial_intermediate_value(ticket.trial_id, step, cost)
            except UpdateFinishedTrialError:
                return Verdict.LOST
            return Verdict.PRUNE if prunes and ticket.trial.should_prune() else Verdict.GO_ON

    def note(self, ticket: Ticket, ending: Ending) -> bool:
        """Note what came of a trial; whether it was still ours.

        Raises
        ------
        StorageError
            See the class.
        """
        return self._note(ticket.trial_id, ending)

    def more_may_come(self) -> bool:
        """Whether trials wait, or are under way and may come back: workers are stopped, or die.

        Raises
        ------
        StorageError
            See the class.
        """
        with answering():
            return any(
                waits(tries) or any(self._is_under_way(trial) for trial in tries)
                for tries in self._tries()
            )

    def _is_under_way(self, trial: FrozenTrial) -> bool:
        if trial.state is not OptunaState.RUNNING:
            return False
        return self.sweep.storage.is_shared or trial.user_attrs.get(WORKER) in _present

    def _tries(self) -> list[list[FrozenTrial]]:
        trials = self._study.get_trials(deepcopy=False)
        self._retries.learn(trials)
        return tries_of(trials, self.sweep.plan.trials)

    def _lost(self) -> FrozenTrial | None:
        """A trial to be tried again, if it is time to look for one."""
        now = time.monotonic()
        if not self._all_are_begun and now - self._looked_at < _LOOK_SECONDS:
            return None
        self._looked_at = now
        tries = self._tries()
        self._all_are_begun = len(tries) >= self.sweep.plan.trials
        return next((each[-1] for each in tries if waits(each)), None)

    def _begun(self, lost: FrozenTrial | None) -> int:
        """Begin a new trial, or one in the place of a lost one; its id."""
        trial_id = self._storage.create_new_trial(
            self._study_id,
            create_trial(
                state=OptunaState.RUNNING,
                user_attrs={WORKER: self._worker},
                system_attrs={} if lost is None else again(lost),
            ),
        )
        # At once, so that a worker that dies now is missed; see also `Pulse`.
        self.sweep.storage.beat(trial_id)
        return trial_id

    def _ticket(self, trial_id: int, *, is_retry: bool) -> Ticket | None:
        """A trial that has begun, with its settings; None for one that is not ours to run."""
        with answering():
            trial = optuna.Trial(self._study, trial_id)
            place = self._place_again(trial.number) if is_retry else self._place(trial.number)
        if place is None:
            self._leave(trial_id)
            return None
        plan = self.sweep.plan
        sampler = sampler_of(plan, place)
        with answering():
            self._study.sampler = sampler
            # As `Study.ask` does: a sampler that learns must not see the trials of long ago.
            self._study._thread_local.cached_all_trials = None  # noqa: SLF001 - nobody else does
            try:
                return Ticket(trial, trial_id, plan.space.suggested(trial, plan.base))
            except UpdateFinishedTrialError:  # asleep, and taken for dead
                return None

    def _place(self, number: int) -> int | None:
        """Which of the plan's trials this is, from 0; None for one beyond the plan."""
        if number == self._retries.known:  # nobody else has begun any
            self._retries.known += 1
        elif self._some_are_lost():
            self._tries()
        place = self._retries.place_of(number)
        self._all_are_begun = place >= self.sweep.plan.trials - 1
        return place if place < self.sweep.plan.trials else None

    def _place_again(self, number: int) -> int | None:
        """The same of a trial that is begun again; None where another was quicker."""
        for place, tries in enumerate(self._tries()):
            counts = counting_try(tries)
            if counts is not None and counts.number == number:
                return place
        self._looked_at = -math.inf  # there may be none left to begin
        return None

    def _some_are_lost(self) -> bool:
        """Whether any trial may have been begun again; else their numbers say all."""
        failed = self.sweep.storage.optuna.get_all_trials(
            self._study_id, deepcopy=False, states=(OptunaState.FAIL,)
        )
        return bool(failed)

    def _note(self, trial_id: int, ending: Ending) -> bool:
        state, name = _ENDS[ending.state]
        if ending.values is not None:  # a sampler learns also from one that has failed
            state = OptunaState.COMPLETE
        result = None if ending.result is None else ending.result.to_dict()
        more = {RESULT: result, NOTE: ending.note, GIVEN_BACK: True}[name]
        with answering():
            try:
                self._storage.set_trial_user_attr(trial_id, name, more)
                self._storage.set_trial_state_values(trial_id, state, ending.values)
            except UpdateFinishedTrialError:
                return False
        return True

    def _leave(self, trial_id: int) -> None:
        """Say of a trial that nobody needs it."""
        with answering():
            try:
                self._storage.set_trial_user_attr(trial_id, SURPLUS, value=True)
                self._storage.set_trial_state_values(trial_id, OptunaState.FAIL)
            except UpdateFinishedTrialError:  # asleep, and taken for dead
                return
