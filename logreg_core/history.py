"""What a run leaves behind, step by step, in bounded memory."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

#: θ snapshots kept of a run; past this, every other one goes. Ten classes of 401
#: float64 at this many are 13 MB.
MAX_SNAPSHOTS: Final = 400


class StopReason(Enum):
    """Why a run ended; of several classes that ended differently, the last here is said."""

    CONVERGED = "converged"
    SEPARATED = "perfectly separated"
    STALLED = "stalled"
    ITERATIONS = "iterations spent"
    TIME = "time spent"
    VISITOR = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class Step:
    """The numbers of one iteration; number 0 is the start.

    Attributes
    ----------
    iteration : int
        From 0.
    cost : float
        J on the training examples, the penalty included.
    penalty : float
        The part of `cost` that is the penalty.
    held_out_cost : float
        Mean cost of the held-out examples, without penalty; nan where there are none.
    accuracy, held_out_accuracy : float
        Fraction read correctly, 0 to 1; nan where there are no held-out examples.
    gradient_norm : float
        Largest entry of ∇J by size.
    passes : float
        How often the optimiser has gone through all training examples.
    seconds : float
        Time spent training, without time spent in the caller's callback.
    """

    iteration: int
    cost: float
    penalty: float
    held_out_cost: float
    accuracy: float
    held_out_accuracy: float
    gradient_norm: float
    passes: float
    seconds: float


@dataclass(frozen=True)
class History:
    """A run so far; one entry a step in each array but the last two.

    Attributes
    ----------
    iteration : (s,) ndarray of int64
        See `Step`.
    cost, penalty, held_out_cost : (s,) ndarray of float64
        See `Step`.
    accuracy, held_out_accuracy : (s,) ndarray of float64
        See `Step`.
    gradient_norm, passes, seconds : (s,) ndarray of float64
        See `Step`.
    theta : (t, 401) or (t, classes, 401) ndarray of float64
        Snapshots of θ, `MAX_SNAPSHOTS` at most, the first and the last among them.
    theta_iteration : (t,) ndarray of int64
        The iteration of each snapshot.
    """

    iteration: IntArray
    cost: FloatArray
    penalty: FloatArray
    held_out_cost: FloatArray
    accuracy: FloatArray
    held_out_accuracy: FloatArray
    gradient_norm: FloatArray
    passes: FloatArray
    seconds: FloatArray
    theta: FloatArray
    theta_iteration: IntArray

    def __len__(self) -> int:
        return len(self.iteration)

    def step(self, position: int) -> Step:
        """The numbers of one step, by its position; −1 is the last."""
        numbers = {name: getattr(self, name)[position].item() for name in Step.__dataclass_fields__}
        return Step(**numbers)

    @property
    def training_cost(self) -> FloatArray:
        """Mean cost of the training examples without the penalty, as `held_out_cost` has it."""
        return self.cost - self.penalty


class Recorder:
    """Collects steps in one thread while others read; see `history`."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._snapshots: list[tuple[int, FloatArray]] = []
        self._stride = 1
        self._last: tuple[int, FloatArray] | None = None
        self._lock = threading.Lock()  # steps and snapshots are read as they belong together

    def add(self, step: Step, theta: FloatArray) -> None:
        """Append a step; θ is copied."""
        snapshot = theta.copy()
        snapshot.setflags(write=False)
        with self._lock:
            self._add(step, snapshot)

    def _add(self, step: Step, snapshot: FloatArray) -> None:
        if step.iteration % self._stride == 0:
            kept = [*self._snapshots, (step.iteration, snapshot)]
            if len(kept) >= MAX_SNAPSHOTS:
                self._stride *= 2
                kept = [pair for pair in kept if pair[0] % self._stride == 0]
            self._snapshots = kept
        self._last = (step.iteration, snapshot)
        self._steps.append(step)

    @property
    def latest(self) -> Step | None:
        """The newest step, None before the first."""
        return self._steps[-1] if self._steps else None

    @property
    def first_cost(self) -> float | None:
        """J at the start, None before."""
        return self._steps[0].cost if self._steps else None

    @property
    def latest_theta(self) -> FloatArray | None:
        """The newest θ (read-only), None before the first."""
        return None if self._last is None else self._last[1]

    def history(self) -> History:
        """Everything so far, as values of their own; safe from any thread."""
        with self._lock:
            last = self._last
            steps = self._steps[:]
            snapshots = list(self._snapshots)
        if last is not None and (not snapshots or snapshots[-1][0] < last[0]):
            snapshots.append(last)
        columns = {
            name: np.array([getattr(step, name) for step in steps])
            for name in Step.__dataclass_fields__
        }
        return History(
            **columns,
            theta=np.array([theta for _, theta in snapshots]),
            theta_iteration=np.array([iteration for iteration, _ in snapshots]),
        )


class Stopwatch:
    """Seconds that can be paused, so that a visitor's pause is not counted as work."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._paused_at: float | None = None

    def seconds(self) -> float:
        """Time that counted so far."""
        now = time.perf_counter() if self._paused_at is None else self._paused_at
        return now - self._started

    def __enter__(self) -> None:
        """Stop counting until the end of the ``with`` block."""
        self._paused_at = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        if self._paused_at is not None:
            self._started += time.perf_counter() - self._paused_at
        self._paused_at = None
