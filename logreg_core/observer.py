"""Watches every iteration of a run: records it, tells the caller, says when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.history import Recorder, Step, StopReason, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Objective

    FloatArray = NDArray[np.float64]
    StepCallback = Callable[[Step], object]


#: A J so many times that of θ = 0 does not come back.
_HOPELESS: Final = 1e6


def accuracy(margins: FloatArray, targets: FloatArray) -> float:
    """Fraction of examples on the right side.

    Parameters
    ----------
    margins : (m, k) ndarray of float64
        z = XΘᵀ; k = 1 for two classes, where z ≥ 0, h ≥ 0.5, reads as the second.
    targets : (m, k) ndarray of float64
        1 where the example is of the class, else 0.

    Returns
    -------
    float
        0 to 1.

    Examples
    --------
    >>> accuracy(np.array([[0.0], [-1.0]]), np.array([[1.0], [1.0]]))
    0.5
    """
    if targets.shape[1] == 1:
        return float(np.mean((margins >= 0) == (targets == 1)))
    return float(np.mean(margins.argmax(axis=1) == targets.argmax(axis=1)))


@dataclass(frozen=True, eq=False)
class Yardstick:
    """Held-out examples, ready to be measured on.

    Attributes
    ----------
    X : (m, n) ndarray of float64
        Their design matrix.
    targets : (m, k) ndarray of float64
        1 where the example is of the class, else 0.
    """

    X: FloatArray
    targets: FloatArray

    def measure(self, objective: Objective, stacked: FloatArray) -> tuple[float, float]:
        """Cost without penalty, and accuracy, at (k, n) θ."""
        margins = self.X @ stacked.T
        cost = objective.total_loss(margins, self.targets) / len(self.X)
        return cost, accuracy(margins, self.targets)


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
        callback: StepCallback | None = None,
        yardstick: Yardstick | None = None,
    ) -> None:
        self.recorder = recorder
        self.reason: StopReason | None = None
        self._objective = objective
        self._config = config
        self._callback = callback
        self._yardstick = yardstick
        self._stopwatch = Stopwatch()
        self._iteration = 0
        self._theta = np.zeros(objective.size)

    @property
    def theta(self) -> FloatArray:
        """The last finite θ, (n,) for two classes, (k, n) for more."""
        return self._shaped(self._theta)

    def observe(self, theta: FloatArray, block: slice, passes: float) -> None:
        """Take note of an iteration that ended at θ.

        Parameters
        ----------
        theta : (k·n,) ndarray of float64
            Flat.
        block : slice
            The part of it that is being trained.
        passes : float
            Over the data, by the optimiser so far.

        Raises
        ------
        StopIteration
            When the run should end; `reason` then says why.
        """
        seconds = self._stopwatch.seconds()
        with self._stopwatch:  # to watch is not to train
            step = self._measured(theta, block, passes, seconds)
            self._theta = theta.copy()
            self._iteration += 1
            self.recorder.add(step, self.theta)
            self._tell(step)
        if step.gradient_norm <= self._config.tolerance:
            self._end(StopReason.CONVERGED)
        if seconds >= self._config.max_seconds:
            self._end(StopReason.TIME)

    def separates(self) -> bool:
        """Whether the last θ tells a class apart without a single mistake."""
        at = self._objective.evaluate(self._theta, counted=False)
        return self._objective.separates(at.margins, self._objective.targets)

    def _measured(self, theta: FloatArray, block: slice, passes: float, seconds: float) -> Step:
        at = self._objective.evaluate(theta, counted=False)
        start = self.recorder.first_cost
        hopeless = start is not None and at.cost > _HOPELESS * start
        if hopeless or not (np.isfinite(at.cost) and np.isfinite(at.gradient).all()):
            self._end(StopReason.DIVERGED)
        held_out_cost, held_out_accuracy = np.nan, np.nan
        if self._yardstick is not None:
            stacked = theta.reshape(self._objective.classes, -1)
            held_out_cost, held_out_accuracy = self._yardstick.measure(self._objective, stacked)
        return Step(
            iteration=self._iteration,
            cost=at.cost,
            penalty=at.penalty,
            held_out_cost=held_out_cost,
            accuracy=accuracy(at.margins, self._objective.targets),
            held_out_accuracy=held_out_accuracy,
            gradient_norm=float(np.abs(at.gradient[block]).max()),
            passes=passes,
            seconds=seconds,
        )

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
        return theta.copy() if k == 1 else theta.reshape(k, -1).copy()
