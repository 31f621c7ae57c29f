"""Watches every iteration of a run: records it, tells the caller, says when to stop."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.history import Recorder, Step, StopReason, Stopwatch
from logreg_core.objective import largest_entry
from logreg_core.yardstick import HeldOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Evaluation, Objective
    from logreg_core.yardstick import Yardstick

    FloatArray = NDArray[np.float64]
    StepCallback = Callable[[Step], object]


#: A J so many times that of the start does not come back.
HOPELESS: Final = 1e6

#: Seconds that an iteration may go on when the run should end. Most end by themselves
#: by then, and count; a longer one is broken off and does not.
_PATIENCE: Final = 0.25


class BrokenOffError(Exception):
    """Raised within an iteration that should not go on; `Observer.reason` says why."""


class Observer:
    """The one who is told of each iteration, whatever the optimiser.

    Parameters
    ----------
    objective : Objective
        What is minimised.
    config : TrainConfig
        Tolerance and budget of time.
    recorder : Recorder
        Where to note the steps.
    callback : callable, optional
        Told of each `Step`; may raise StopIteration.
    yardstick : Yardstick, optional
        What to measure each step on.
    stopping : callable, optional
        Says whether the run should end; asked after each iteration and within it, see
        `heartbeat`.

    Attributes
    ----------
    reason : StopReason or None
        Why the observer ended the run; None where it did not.
    """

    def __init__(
        self,
        objective: Objective,
        config: TrainConfig,
        recorder: Recorder,
        *,
        callback: StepCallback | None = None,
        yardstick: Yardstick | None = None,
        stopping: Callable[[], bool] | None = None,
    ) -> None:
        self.recorder = recorder
        self.reason: StopReason | None = None
        self._objective = objective
        self._config = config
        self._callback = callback
        self._yardstick = yardstick
        self._stopping = stopping
        self._stopwatch = Stopwatch()
        self._iteration = 0
        self._theta = np.zeros(objective.size)
        self._last_is_exact = True
        # By time.monotonic(), when the present iteration is broken off.
        self._overdue_at = math.inf  # for its time
        self._stopped_at = math.inf  # as it was asked to

    @property
    def theta(self) -> FloatArray:
        """The last finite θ, (n,) for two classes, (k, n) for more."""
        return self._shaped(self._theta).copy()

    def observe(
        self, theta: FloatArray, block: slice, passes: float, evaluation: Evaluation | None = None
    ) -> None:
        """Take note of an iteration that ended at θ.

        Parameters
        ----------
        theta : (k·n,) ndarray of float64
            Flat.
        block : slice
            The part of it that is being trained.
        passes : float
            Over the data, by the optimiser so far.
        evaluation : Evaluation, optional
            Of all k classes at θ, where the optimiser has it already. It may be
            accurate to float32 only: steps on the way are recorded by it, but whether
            the run is over is decided, and its end recorded, in float64.

        Raises
        ------
        StopIteration
            When the run should end; `reason` then says why.
        """
        seconds = self._stopwatch.seconds()
        with self._stopwatch:  # to watch is not to train
            step = self._measured(theta, block, passes, seconds, evaluation)
            self._theta = theta.copy()
            self._iteration += 1
            self.recorder.add(step, self._shaped(self._theta))
            self._tell(step)
        if self._stopping is not None and self._stopping():
            self._end(StopReason.VISITOR)
        if step.gradient_norm <= self._config.tolerance:
            self._end(StopReason.CONVERGED)
        if seconds >= self._config.max_seconds:
            self._end(StopReason.TIME)
        self._overdue_at = time.monotonic() + self._config.max_seconds - seconds + _PATIENCE

    def heartbeat(self) -> None:
        """Break off an iteration that goes on for long when the run should end.

        Called again and again while an optimiser works. One iteration may be minutes: a
        pass of single examples, or hundreds of products with the Hessian.

        Raises
        ------
        BrokenOffError
            `_PATIENCE` after the time was spent, or after `stopping` first said so. The
            iteration does not count: θ stays where the last one ended, so that as many
            iterations lead there again.
        """
        if self.reason is not None:
            return  # it has ended, and the optimiser is only tidying up
        now = time.monotonic()
        if self._stopping is not None and math.isinf(self._stopped_at) and self._stopping():
            self._stopped_at = now + _PATIENCE
        if now >= min(self._overdue_at, self._stopped_at):
            asked = self._stopped_at <= now
            self.reason = StopReason.VISITOR if asked else StopReason.TIME
            raise BrokenOffError

    def settle(self) -> None:
        """Make the last recorded step exact, whatever the run ended by."""
        step = self.recorder.latest
        if self._last_is_exact or step is None:
            return
        at = self._objective.evaluate(self._theta, counted=False)
        exact = replace(
            step,
            cost=at.cost,
            penalty=at.penalty,
            accuracy=self._objective.accuracy(at),
            gradient_norm=largest_entry(at.gradient),
        )
        self.recorder.correct_last(exact)
        self._last_is_exact = True

    def separates(self) -> bool:
        """Whether the last θ tells a class apart without a single mistake."""
        at = self._objective.evaluate(self._theta, counted=False)
        return self._objective.separates_at(at)

    def _measured(
        self,
        theta: FloatArray,
        block: slice,
        passes: float,
        seconds: float,
        evaluation: Evaluation | None,
    ) -> Step:
        is_rough = evaluation is not None and self._is_on_the_way(evaluation, block)
        if evaluation is None or not is_rough:
            evaluation = self._objective.evaluate(theta, counted=False)
        norm = largest_entry(evaluation.gradient[block])
        if self._is_lost(evaluation.cost, norm):
            self.recorder.lost_cost = evaluation.cost
            self._end(StopReason.DIVERGED)
        self._last_is_exact = not is_rough
        return Step(
            iteration=self._iteration,
            cost=evaluation.cost,
            penalty=evaluation.penalty,
            accuracy=self._objective.accuracy(evaluation),
            gradient_norm=norm,
            theta_norm=float(np.linalg.norm(theta)),
            passes=passes,
            seconds=seconds,
            held_out=HeldOut() if self._yardstick is None else self._yardstick.measure(theta),
        )

    def _is_on_the_way(self, at: Evaluation, block: slice) -> bool:
        """Whether the run goes on from here; what says that it is over must be exact."""
        norm = largest_entry(at.gradient[block])
        return norm > self._config.tolerance and not self._is_lost(at.cost, norm)

    def _is_lost(self, cost: float, norm: float) -> bool:
        start = self.recorder.first_cost
        hopeless = start is not None and cost > HOPELESS * start
        return hopeless or not (math.isfinite(cost) and math.isfinite(norm))

    def _tell(self, step: Step) -> None:
        if self._callback is None:
            return
        try:
            self._callback(step)
        except StopIteration:
            self._end(StopReason.VISITOR)

    def _end(self, reason: StopReason) -> None:
        self.reason = reason
        raise StopIteration

    def _shaped(self, theta: FloatArray) -> FloatArray:
        k = self._objective.classes
        return theta if k == 1 else theta.reshape(k, -1)
