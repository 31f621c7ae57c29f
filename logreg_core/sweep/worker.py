"""A worker: takes trials of a sweep one after another, until none is left."""

from __future__ import annotations

import math
import os
import platform
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from optuna.storages import RDBStorage, fail_stale_trials
from optuna.trial import TrialState as OptunaState

from logreg_core.background import Background
from logreg_core.errors import ConfigError, DataError, StorageError
from logreg_core.history import Recorder, StopReason
from logreg_core.optimum import first_within, least_cost
from logreg_core.score import Score
from logreg_core.sweep.goals import DRAWN_ACCURACY, HELD_OUT_ACCURACY, HELD_OUT_COST, SECONDS_TO_GAP
from logreg_core.sweep.record import WORKER, TrialResult
from logreg_core.sweep.sweep import Counter, answering
from logreg_core.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna import Study, Trial

    from logreg_core.config import TrainConfig
    from logreg_core.history import History, Step
    from logreg_core.line import Turns
    from logreg_core.model import Model
    from logreg_core.sweep.data import SweepData
    from logreg_core.sweep.goals import Goal
    from logreg_core.sweep.plan import Plan
    from logreg_core.sweep.sweep import Sweep, Ticket
    from logreg_core.training import FitResult

#: Where nobody prunes, the curve of a trial is reported only once it has gone on for so
#: long: to write it takes longer than many a trial.
_REPORT_SECONDS: Final = 0.5

#: Between two questions to the database whether somebody has stopped the sweep, and whether a
#: silent worker's trial has come back.
_ASK_SECONDS: Final = 1.0


def worker_name() -> str:
    """A name that says where a worker is, and that no other has."""
    return f"{platform.node() or 'machine'}-{os.getpid()}-{secrets.token_hex(2)}"


@dataclass(frozen=True)
class Running:
    """A trial that a worker of this process trains now.

    Attributes
    ----------
    number : int
        See `TrialRecord`.
    config : TrainConfig
        What it trains with.
    recorder : Recorder
        What it has come to so far.
    """

    number: int
    config: TrainConfig
    recorder: Recorder


class SweepWorker(Background):
    """A thread that works on a sweep until no trial is left, nor may come back.

    Parameters
    ----------
    sweep : Sweep
        On which.
    data : SweepData
        Of the sweep.
    name : str, optional
        Unique; by default `worker_name`.
    still_wanted, line
        As for a `TrainingJob`.

    Raises
    ------
    DataError
        If these are not the data of the sweep.

    Examples
    --------
    >>> from logreg_core.sweep import Interval, Origin, Plan, Space, Sweep, open_storage
    >>> origin = Origin("bundled", digits=(0, 1), held_out=25, seed=0)
    >>> data = origin.fetch()
    >>> plan = Plan(Space((Interval("lam", 0.1, 10, steps=3),)), sampler="grid")
    >>> sweep = Sweep.create(open_storage("memory"), plan, data, origin)
    >>> worker = SweepWorker(sweep, data)
    >>> worker.start()
    >>> worker.wait(timeout=60)
    True
    >>> [trial.settings["lam"] for trial in sweep.trials()]
    [0.1, 1.0, 10.0]
    """

    def __init__(
        self,
        sweep: Sweep,
        data: SweepData,
        *,
        name: str | None = None,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        super().__init__("sweep", still_wanted=still_wanted, line=line)
        sweep.check(data)
        self.sweep = sweep
        self.data = data
        self.name = worker_name() if name is None else name
        self._now: Running | None = None
        self._optima: dict[tuple[float, str, str], float | None] = {}

    @property
    def now(self) -> Running | None:
        """The trial that is trained now; None between two."""
        return self._now

    def _work(self) -> None:
        counter = Counter(self.sweep, self.name)
        with Pulse(self.sweep, stop=self.stop) as pulse:
            while not self._should_end() and self._line.pass_on(self, self._should_end):
                ticket = counter.take()
                if ticket is not None:
                    pulse.trial = ticket.trial
                    self._try(counter, ticket)
                    pulse.trial = None
                elif counter.others_are_at_work():
                    self._line.leave(self)
                    self._stopping.wait(_ASK_SECONDS)
                else:
                    return

    def _try(self, counter: Counter, ticket: Ticket) -> None:
        """Run one trial, and note what came of it."""
        follower = _Follower(ticket, self.sweep.plan, self._give_way)
        self._now = Running(ticket.number, ticket.config, follower.recorder)
        try:
            fitted = fit(
                self.data.training,
                ticket.config,
                follower.step,
                held_out=self.data.held_out,
                recorder=follower.recorder,
                stopping=self._should_end,
            )
            if follower.pruned:
                counter.prune(ticket, self._result(fitted, reason="pruned"))
            elif fitted.reason is StopReason.VISITOR:
                counter.give_back(ticket)
            else:
                self._judge(counter, ticket, fitted)
        except (ConfigError, DataError) as error:
            counter.fail(ticket, str(error))
        except MemoryError:
            counter.fail(ticket, "There was not enough memory for this trial.")
        finally:
            self._now = None

    def _judge(self, counter: Counter, ticket: Ticket, fitted: FitResult) -> None:
        """Measure a trial that has come to its end by what the sweep looks for."""
        goals = self.sweep.plan.goals
        optimum = self._optimum(ticket.config) if SECONDS_TO_GAP in goals else None
        if self._should_end() and optimum is None and SECONDS_TO_GAP in goals:
            counter.give_back(ticket)
        elif optimum is None and SECONDS_TO_GAP in goals:
            counter.fail(ticket, "There is no lowest J to come near to: at λ = 0 it may fall on.")
        else:
            result = self._result(fitted, fitted.reason.value, optimum)
            values = [self._value(goal, result, fitted.history) for goal in goals]
            counter.finish(ticket, values, result)

    def _value(self, goal: Goal, result: TrialResult, history: History) -> float:
        if goal is SECONDS_TO_GAP and result.optimum is not None:
            there = first_within(history, result.optimum, self.sweep.plan.gap)
            return math.inf if there is None else float(history.seconds[there])
        if goal is DRAWN_ACCURACY and result.drawn_accuracy is not None:
            return result.drawn_accuracy
        of = {
            HELD_OUT_COST: result.held_out_cost,
            HELD_OUT_ACCURACY: result.held_out_accuracy,
        }
        return of[goal]

    def _result(self, fitted: FitResult, reason: str, optimum: float | None = None) -> TrialResult:
        last = fitted.history.step(-1)
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
            drawn_accuracy=self._drawn_accuracy(fitted.model),
            optimum=optimum,
        )

    def _drawn_accuracy(self, model: Model) -> float | None:
        drawings = self.data.drawings
        if drawings is None or DRAWN_ACCURACY not in self.sweep.plan.goals:
            return None
        return Score.of_readings(model.predict(drawings.images), drawings.labels).share

    def _optimum(self, config: TrainConfig) -> float | None:
        """J*, looked for once for all trials that have it in common."""
        common = (config.lam, config.preparation, config.multiclass)
        if common not in self._optima:
            found = least_cost(self.data.training, config, stopping=self._should_end)
            if self._should_end():
                return None
            self._optima[common] = found
        return self._optima[common]


class _Follower:
    """Follows one trial from step to step: reports its curve, and ends it where it is pruned.

    Parameters
    ----------
    ticket : Ticket
        Which trial.
    plan : Plan
        Of the sweep.
    between : callable
        Called with each step first; may raise StopIteration.
    """

    def __init__(self, ticket: Ticket, plan: Plan, between: Callable[[Step], object]) -> None:
        self.recorder = Recorder()
        self.pruned = False
        self._trial = ticket.trial
        self._between = between
        # Optuna takes no curves where there are two goals.
        self._next_report = 1 if len(plan.goals) == 1 else math.inf
        self._reports_all = plan.pruner != "none"
        # Where the largest is the best, Optuna's pruners would take more cost for better.
        self._sign = -1.0 if plan.goals[0].more_is_better else 1.0

    def step(self, step: Step) -> None:
        """After each iteration; raises StopIteration where it should not go on."""
        self._between(step)
        if step.passes < self._next_report:
            return
        # At powers of two: few enough to be written, and the same for trials to be compared.
        while self._next_report <= step.passes:
            self._next_report *= 2
        if self._reports_all or step.seconds >= _REPORT_SECONDS:
            self._trial.report(self._sign * step.held_out_cost, int(self._next_report // 2))
            if self._trial.should_prune():
                self.pruned = True
                raise StopIteration


class Pulse:
    """Tells the database that a worker is there, and hears what it says to all workers.

    Again and again, in a thread of its own: sends the heartbeat of the present trial, has the
    trials of silent workers tried again, and notices that somebody has stopped the sweep.
    Optuna does the first two in `Study.optimize`; whoever asks and tells does it by himself.

    Parameters
    ----------
    sweep : Sweep
        Which the worker works on.
    stop : callable
        Called once somebody has stopped the sweep.
    """

    def __init__(self, sweep: Sweep, stop: Callable[[], object]) -> None:
        self.trial: Trial | None = None
        self._sweep = sweep
        self._stop = stop
        self._missed: set[int] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        if self._sweep.storage.is_shared:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _beat(self) -> None:
        study, storage = self._sweep.study(), self._sweep.storage.optuna
        assert isinstance(storage, RDBStorage)  # noqa: S101 - the kind that is shared
        heartbeat_at = -math.inf
        while not self._over.wait(_ASK_SECONDS):
            # The worker itself meets a database that does not answer, and says so.
            with suppress(StorageError), answering():
                if self._sweep.stopped:
                    self._stop()
                if time.monotonic() - heartbeat_at >= (storage.get_heartbeat_interval() or 0):
                    heartbeat_at = time.monotonic()
                    self._send(storage)
                    self._rescue(study, storage)

    def _send(self, storage: RDBStorage) -> None:
        trial = self.trial
        if trial is not None:
            storage.record_heartbeat(trial._trial_id)  # noqa: SLF001 - nowhere else to be had

    def _rescue(self, study: Study, storage: RDBStorage) -> None:
        """Have the trials of silent workers tried again."""
        fail_stale_trials(study)
        # A worker that died before its first heartbeat is missed by nobody: somebody else's
        # heartbeat, sent once, makes its trial one that has fallen silent.
        silent_since = datetime.now() - timedelta(seconds=storage.grace_period or 0)  # noqa: DTZ005 - as Optuna writes it
        for trial in study.get_trials(deepcopy=False, states=(OptunaState.RUNNING,)):
            began = trial.datetime_start
            if WORKER in trial.user_attrs or began is None or began > silent_since:
                continue
            if trial.number not in self._missed:
                self._missed.add(trial.number)
                storage.record_heartbeat(trial._trial_id)  # noqa: SLF001 - nowhere else to be had
