"""A run in a thread of its own, which a page can start, pause, step and stop.

It knows nothing of pages: whoever holds the job asks it how things stand.
"""

from __future__ import annotations

import math
import threading
import time
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from logreg_core.drawing_style import DrawingStyle, drawing_style
from logreg_core.errors import ConfigError, DataError
from logreg_core.history import History, Recorder, Step, StopReason
from logreg_core.line import Line
from logreg_core.model import Model
from logreg_core.training import FitResult, fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.line import Turns


#: How long nobody may want a run before it ends. A phone in a tunnel comes back
#: sooner; a visitor who has closed the page does not.
ABANDONED_SECONDS: Final = 30.0

_WATCH_SECONDS: Final = 1.0


class JobState(Enum):
    """Where a job stands."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"


class Watch:
    """Notices that nobody has wanted something for a while.

    Parameters
    ----------
    still_wanted : callable
        Asked about once a second.
    """

    def __init__(self, still_wanted: Callable[[], bool]) -> None:
        self._still_wanted = still_wanted
        self._wanted_at = self._asked_at = time.monotonic()

    def is_over(self) -> bool:
        """Whether it has been unwanted for `ABANDONED_SECONDS`; asks once a second at most."""
        now = time.monotonic()
        if now - self._asked_at >= _WATCH_SECONDS:
            self._asked_at = now
            if self._still_wanted():
                self._wanted_at = now
        return now - self._wanted_at >= ABANDONED_SECONDS


class TrainingJob:
    """One run of `fit`.

    Parameters
    ----------
    training, held_out : Dataset
        What to learn from, and what to measure on.
    config : TrainConfig
        How to train.
    seconds_per_iteration : float
        Least time that an iteration takes, so that eyes can follow; 0 for full
        speed. It changes when a θ is reached, never which θ.
    still_wanted : callable, optional
        Asked about once a second, also while it holds; once it has said False for
        `ABANDONED_SECONDS` without a break, the run stops.
    line : Turns, optional
        Where it waits for its turn before it works; shared by the runs that should not all
        work at once. A run that holds, or sleeps between iterations, gives its turn back.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    >>> job = TrainingJob(training, held_out, TrainConfig(max_iterations=3))
    >>> job.start()
    >>> job.wait(timeout=30)
    True
    >>> job.state, job.reason
    (<JobState.ENDED: 'ended'>, <StopReason.ITERATIONS: 'iterations spent'>)
    """

    def __init__(
        self,
        training: Dataset,
        held_out: Dataset,
        config: TrainConfig,
        *,
        seconds_per_iteration: float = 0.0,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        self.training = training
        self.held_out = held_out
        self.config = config
        self.seconds_per_iteration = seconds_per_iteration
        self._watch = Watch(still_wanted or (lambda: True))
        self._line: Turns = Line(places=1) if line is None else line
        self._recorder = Recorder()
        self._result: FitResult | None = None
        self._failure: str | None = None
        self._thread: threading.Thread | None = None
        # Guards the two below; the thread waits on it between iterations.
        self._condition = threading.Condition()
        self._iterations_allowed = 0.0
        self._stopping = False
        self._working_since = time.monotonic()
        self._begun = threading.Event()  # the first step is recorded, or never will be

    def start(self) -> None:
        """Begin, or go on after a pause."""
        self._allow(math.inf)

    def hold(self) -> None:
        """Begin, and hold at θ = 0."""
        self._allow(0)

    def step(self) -> None:
        """Begin if need be, do one iteration, then hold; two quick steps are two iterations."""
        with self._condition:  # else an iteration that is taken meanwhile would be given back
            waiting = 0.0 if math.isinf(self._iterations_allowed) else self._iterations_allowed
            self._allow(waiting + 1)

    def pause(self) -> None:
        """Hold before the next iteration."""
        with self._condition:
            self._iterations_allowed = 0

    def stop(self) -> None:
        """End after the present iteration, or within it if it is long, with the θ reached by then.

        A long iteration is broken off and does not count.
        """
        with self._condition:
            self._stopping = True
            self._condition.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the end; whether it came."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self.state in {JobState.ENDED, JobState.FAILED}

    def wait_for_first_step(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for a θ to show; whether there is one."""
        self._begun.wait(timeout)
        return self.latest is not None

    @property
    def state(self) -> JobState:
        """Where it stands now."""
        if self._failure is not None:
            return JobState.FAILED
        if self._result is not None:
            return JobState.ENDED
        if self._thread is None:
            return JobState.READY
        return JobState.RUNNING if self._iterations_allowed else JobState.PAUSED

    @property
    def ahead(self) -> int | None:
        """How many runs are before this one in line; None where it does not wait for a turn."""
        return self._line.ahead_of(self)

    @property
    def reason(self) -> StopReason | None:
        """Why it ended; None before."""
        return None if self._result is None else self._result.reason

    @property
    def learning_rate(self) -> float | None:
        """α at the start of the run; None before the end, or where the optimiser has none."""
        return None if self._result is None else self._result.learning_rate

    @property
    def failure(self) -> str | None:
        """What went wrong, in a sentence; None where nothing did."""
        return self._failure

    @property
    def latest(self) -> Step | None:
        """The newest step; None before the first."""
        return self._recorder.latest

    @property
    def curvature(self) -> float | None:
        """L, where α is a number that can be held against it; None else, and at first."""
        return self._recorder.curvature

    @property
    def lost_cost(self) -> float | None:
        """J of the step by which the run diverged, which is none of its history."""
        return self._recorder.lost_cost

    def history(self) -> History:
        """The steps so far, as a value that does not change any more."""
        return self._recorder.history() if self._result is None else self._result.history

    def model(self) -> Model | None:
        """With the newest θ; None before the first step."""
        if self._result is not None:
            return self._result.model
        theta = self._recorder.latest_theta
        if theta is None:
            return None
        return Model(
            theta, self.training.classes, self.config, self.training.fingerprint, self._style
        )

    @cached_property
    def _style(self) -> DrawingStyle:
        return drawing_style(self.training.images)

    def _allow(self, iterations: float) -> None:
        with self._condition:
            self._iterations_allowed = iterations
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="training", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def _run(self) -> None:
        try:
            if not self._line.take(self, self._should_end):
                self._failure = "The run was stopped before its turn had come."
                return
            self._result = fit(
                self.training,
                self.config,
                self._between_iterations,
                held_out=self.held_out,
                recorder=self._recorder,
                stopping=self._should_end,
            )
        except (DataError, ConfigError) as error:
            self._failure = str(error)
        except MemoryError:
            self._failure = "The server has not enough memory for this run: take fewer examples."
        finally:
            self._line.leave(self)
            self._recorder.forget_snapshots()  # the result has them
            # Any other error is a fault of ours: it goes to the server's log by
            # itself, and the page must not wait for a thread that is gone.
            if self._result is None and self._failure is None:
                self._failure = "The run ended by a fault of Theta Lab; the server's log has it."
            self._begun.set()

    def _between_iterations(self, _: Step) -> None:
        # What comes before the first step, a wait or the images' preparation, is no iteration.
        worked = time.monotonic() - self._working_since if self._begun.is_set() else 0.0
        self._begun.set()
        with self._condition:
            if self.seconds_per_iteration > 0:
                self._line.leave(self)
                self._condition.wait_for(lambda: self._stopping, self.seconds_per_iteration)
        self._hold()
        # An iteration that is longer than the sleep between two is not brief.
        brief = worked < self.seconds_per_iteration
        while not self._line.pass_on(self, self._wants_no_turn, brief=brief):
            self._hold()
        with self._condition:
            self._iterations_allowed = max(0, self._iterations_allowed - 1)
        self._working_since = time.monotonic()

    def _hold(self) -> None:
        """Wait until an iteration is allowed, or end the run."""
        with self._condition:
            while self._should_hold() and not self._should_end():
                self._line.leave(self)
                self._condition.wait(_WATCH_SECONDS)
        if self._should_end():
            raise StopIteration

    def _should_end(self) -> bool:
        return self._stopping or self._watch.is_over()

    def _wants_no_turn(self) -> bool:
        return self._should_end() or self._should_hold()

    def _should_hold(self) -> bool:
        return self._iterations_allowed <= 0
