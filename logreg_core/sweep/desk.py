"""Desk: where a worker takes trials, and leaves what came of them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import RDBStorage
from optuna.trial import TrialState as OptunaState
from optuna.trial import create_trial

from logreg_core.sweep.answering import answering
from logreg_core.sweep.record import TrialRecord, TrialState
from logreg_core.sweep.samplers import sampler_of
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
    from optuna.trial import FrozenTrial

    from logreg_core.config import TrainConfig
    from logreg_core.sweep.record import Ending
    from logreg_core.sweep.sweep import Sweep

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
    config : TrainConfig
        What to train with.
    """

    trial: optuna.Trial
    config: TrainConfig

    @property
    def number(self) -> int:
        """See `TrialRecord`."""
        return self.trial.number

    def record(self, ending: Ending, worker: str) -> TrialRecord:
        """What is known of it when it has ended, without asking the database."""
        return TrialRecord(
            number=self.number,
            state=ending.state,
            settings={name: getattr(self.config, name) for name in self.trial.params},
            config=self.config,
            values=ending.values,
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
        self._looked_at = -math.inf  # for lost trials
        self._all_are_begun = False
        with answering():
            self._study = sweep.study()
            self._storage = self._study._storage  # noqa: SLF001 - it remembers what it has read
            self._study_id = self._storage.get_study_id_from_name(sweep.name)

    def take(self) -> Ticket | None:
        """The next trial; None where none is left to take."""
        while True:
            with answering():
                lost = self._lost()
                if lost is None and self._all_are_begun:
                    return None
                trial = self._begun(lost)
                place = self._place(trial)
            if place is None:
                self._leave(trial)
                continue
            sampler = sampler_of(self.sweep.plan, place)
            with answering():
                self._study.sampler = sampler
                try:
                    config = self.sweep.plan.space.suggested(trial, self.sweep.plan.base)
                except UpdateFinishedTrialError:  # asleep, and taken for dead
                    continue
            return Ticket(trial, config)

    def report(self, ticket: Ticket, step: int, cost: float) -> Verdict:
        """Note a point of a trial's curve, and say whether it should go on."""
        with answering():
            try:
                ticket.trial.report(cost, step)
            except UpdateFinishedTrialError:
                return Verdict.LOST
            return Verdict.PRUNE if ticket.trial.should_prune() else Verdict.GO_ON

    def note(self, ticket: Ticket, ending: Ending) -> bool:
        """Note what came of a trial; whether it was still ours."""
        state, name = _ENDS[ending.state]
        result = None if ending.result is None else ending.result.to_dict()
        more = {RESULT: result, NOTE: ending.note, GIVEN_BACK: True}[name]
        trial_id = ticket.trial._trial_id  # noqa: SLF001 - nowhere else to be had
        with answering():
            try:
                self._storage.set_trial_user_attr(trial_id, name, more)
                self._storage.set_trial_state_values(trial_id, state, ending.values)
            except UpdateFinishedTrialError:
                return False
        return True

    def others_are_at_work(self) -> bool:
        """Whether trials are under way that may come back, since their workers may die."""
        if not self.sweep.storage.is_shared:
            return False
        with answering():
            running = OptunaState.RUNNING
            return any(trial.state is running for tries in self._tries() for trial in tries)

    def _tries(self) -> list[list[FrozenTrial]]:
        return tries_of(self._study.get_trials(deepcopy=False), self.sweep.plan.trials)

    def _lost(self) -> FrozenTrial | None:
        """A trial to be tried again, if it is time to look for one."""
        now = time.monotonic()
        if not self._all_are_begun and now - self._looked_at < _LOOK_SECONDS:
            return None
        self._looked_at = now
        tries = self._tries()
        self._all_are_begun = len(tries) >= self.sweep.plan.trials
        return next((each[-1] for each in tries if waits(each)), None)

    def _begun(self, lost: FrozenTrial | None) -> optuna.Trial:
        """A new trial, or one in the place of a lost one."""
        trial_id = self._storage.create_new_trial(
            self._study_id,
            create_trial(
                state=OptunaState.RUNNING,
                user_attrs={WORKER: self._worker},
                system_attrs={} if lost is None else again(lost),
            ),
        )
        # At once, so that a worker that dies now is missed; see also `Pulse`.
        if isinstance(self.sweep.storage.optuna, RDBStorage):
            self.sweep.storage.optuna.record_heartbeat(trial_id)
        return optuna.Trial(self._study, trial_id)

    def _place(self, trial: optuna.Trial) -> int | None:
        """Which of the plan's trials this is, from 0; None for one that nobody needs."""
        # Where none has failed none is tried again, and the number says it.
        failed = self.sweep.storage.optuna.get_all_trials(
            self._study_id, deepcopy=False, states=(OptunaState.FAIL,)
        )
        if not failed:
            self._all_are_begun = trial.number >= self.sweep.plan.trials - 1
            return trial.number if trial.number < self.sweep.plan.trials else None
        for place, tries in enumerate(self._tries()):
            counts = standing(tries)
            if counts is not None and counts.number == trial.number:
                return place
        self._looked_at = -math.inf  # there may be none left to begin
        return None

    def _leave(self, trial: optuna.Trial) -> None:
        """Say of a trial that nobody needs it."""
        trial_id = trial._trial_id  # noqa: SLF001 - nowhere else to be had
        with answering():
            try:
                self._storage.set_trial_user_attr(trial_id, SURPLUS, value=True)
                self._storage.set_trial_state_values(trial_id, OptunaState.FAIL)
            except UpdateFinishedTrialError:  # asleep, and taken for dead
                return
