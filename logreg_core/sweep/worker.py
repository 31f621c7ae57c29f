"""A worker: takes trials of a sweep one after another, until none is left."""

from __future__ import annotations

import os
import platform
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from logreg_core.background import Background
from logreg_core.errors import ConfigError, DataError, NoSweepError, StorageError
from logreg_core.optimum import find_optimum
from logreg_core.sweep.desk import Desk, Verdict
from logreg_core.sweep.ending import Ending
from logreg_core.sweep.follower import Follower
from logreg_core.sweep.pulse import Pulse
from logreg_core.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.config import TrainConfig
    from logreg_core.history import Recorder
    from logreg_core.line import Turns
    from logreg_core.optimum import Optimum
    from logreg_core.sweep.data import SweepData
    from logreg_core.sweep.desk import Ticket
    from logreg_core.sweep.record import TrialRecord
    from logreg_core.sweep.sweep import Sweep

#: Between two questions to the database whether it answers again, and whether a trial of another
#: worker has come back.
_ASK_SECONDS: Final = 1.0

#: How long a database that does not answer is asked again: its server may be started anew.
_OUTAGE_SECONDS: Final = 120.0

_Answer = TypeVar("_Answer")


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
    told : callable, optional
        Called, in the worker's thread, with what came of each trial that it ran.

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
        told: Callable[[TrialRecord], object] | None = None,
    ) -> None:
        super().__init__("sweep", still_wanted=still_wanted, line=line)
        sweep.check(data)
        self.sweep = sweep
        self.data = data
        self.name = worker_name() if name is None else name
        self._told = told or (lambda _: None)
        self._now: Running | None = None
        self._optima: dict[tuple[float, str, str], Optimum] = {}

    @property
    def now(self) -> Running | None:
        """The trial that is trained now; None between two."""
        return self._now

    def _work(self) -> None:
        if self._answer(lambda: self.sweep.stopped):
            return
        with suppress(StorageError):  # `Pulse` does it again
            self.sweep.touch()
        desk = self._answer(lambda: Desk(self.sweep, self.name))
        with desk, Pulse(self.sweep, stop=self.stop) as pulse:
            while not self._should_end() and self._line.pass_on(self, self._should_end):
                ticket = self._answer(desk.take)
                if ticket is not None:
                    pulse.trial_id = ticket.trial_id
                    self._try(desk, ticket)
                    pulse.trial_id = None
                elif self._answer(desk.more_may_come):
                    self._line.leave(self)
                    self._stopping.wait(_ASK_SECONDS)
                else:
                    return

    def _try(self, desk: Desk, ticket: Ticket) -> None:
        """Run one trial, and note what came of it."""
        follower = Follower(desk, ticket, self._give_way)
        self._now = Running(ticket.number, ticket.config, follower.recorder)
        try:
            ending = self._ending(ticket.config, follower)
        except (ConfigError, DataError) as error:
            ending = Ending.by_settings(self.sweep.plan.goals, str(error))
        except MemoryError:
            ending = Ending.by_memory()
        except StorageError:
            raise  # the trial will be missed
        except Exception:
            desk.note(ticket, Ending.by_our_fault())
            raise
        finally:
            self._now = None
        if follower.verdict is Verdict.LOST:
            return
        if self._answer(lambda: desk.note(ticket, ending)):
            self._told(ticket.record(ending, self.name, self.sweep.plan.goals))

    def _answer(self, ask: Callable[[], _Answer]) -> _Answer:
        """What the database says; where it does not answer, it is asked again for a while.

        To ask twice does no harm: a trial that was begun and not heard of is one whose worker
        fell silent, and what came of a trial is noted once.
        """
        give_up_at = time.monotonic() + _OUTAGE_SECONDS
        while True:
            try:
                return ask()
            except NoSweepError:
                raise
            except StorageError:
                if self._should_end() or time.monotonic() > give_up_at:
                    raise
            self._line.leave(self)
            self._stopping.wait(_ASK_SECONDS)

    def _ending(self, config: TrainConfig, follower: Follower) -> Ending:
        """Train, and say what came of it."""
        plan, drawings = self.sweep.plan, self.data.drawings
        fitted = fit(
            self.data.training,
            config,
            follower.step,
            held_out=self.data.held_out,
            recorder=follower.recorder,
            stopping=self._should_end,
        )
        if follower.verdict is Verdict.PRUNE:
            return Ending.pruned(plan, fitted, drawings)
        return Ending.of(plan, fitted, drawings, lambda: self._optimum(config))

    def _optimum(self, config: TrainConfig) -> Optimum | None:
        """Looked for once for all trials that have it in common; None where it was stopped."""
        common = (config.lam, config.preparation, config.multiclass)
        if common not in self._optima:
            found = find_optimum(
                self.data.training, config, self._give_way, stopping=self._should_end
            )
            if self._should_end():
                return None
            self._optima[common] = found
        return self._optima[common]
