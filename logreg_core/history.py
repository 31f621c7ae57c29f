"""What a run leaves behind, step by step, in bounded memory."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import numpy as np

from logreg_core.yardstick import HeldOut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

#: Steps kept of a run; past this, every other one goes. At 500 bytes each they are
#: 2 MB, and 0.3 MB as the columns of a `History`.
MAX_STEPS: Final = 4000

#: θ snapshots kept of a run; past this, every other one goes. They are fewer than the
#: steps, so that the step of each is kept too.
MAX_SNAPSHOTS: Final = 512

#: Of large θ fewer are kept, about 200 of ten classes, so that a race of eight fits into
#: the memory of a small server.
_SNAPSHOT_BYTES: Final = 2**22 + 2**21


class StopReason(Enum):
    """Why a run ended; of several classes that ended differently, the last here is said.

    At λ = 0, J may have no minimum, so that no θ is the end (Albert, Anderson 1984, *On
    the existence of maximum likelihood estimates in logistic regression models*).
    ``SEPARATED`` is said where the last θ tells a class apart without a mistake;
    ``ENDLESS`` where a run would have converged or stalled, though some pixel is inked
    on one side only, whose weight J rewards for growing for ever. A combination of
    several pixels that does so while each alone does not goes unnoticed: to rule that
    out takes a linear program.
    """

    CONVERGED = "converged"
    SEPARATED = "perfectly separated"
    ENDLESS = "no minimum"
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
    accuracy : float
        Fraction of the training examples read correctly, 0 to 1.
    gradient_norm : float
        Largest entry of ∇J by size.
    theta_norm : float
        ‖θ‖, the Euclidean length of all parameters together, biases included.
    passes : float
        How often the optimiser has gone through all training examples.
    seconds : float
        Time spent training, without time spent in the caller's callback.
    held_out : HeldOut
        Cost and accuracy on the held-out examples. To ask for them in a callback, step by
        step, is allowed but dear: asked for later, they are measured many at a time.
    """

    iteration: int
    cost: float
    penalty: float
    accuracy: float
    gradient_norm: float
    theta_norm: float
    passes: float
    seconds: float
    held_out: HeldOut = field(default_factory=HeldOut)

    @property
    def held_out_cost(self) -> float:
        """Mean cost of the held-out examples, without penalty; nan where there are none."""
        return self.held_out.cost

    @property
    def held_out_accuracy(self) -> float:
        """Fraction of the held-out examples read correctly; nan where there are none."""
        return self.held_out.accuracy


@dataclass(frozen=True)
class History:
    """A run so far; one entry a step in each array but the last two.

    Of a long run these are `MAX_STEPS` steps at most, evenly spread: every one, every
    second, every fourth, …, and always the first and the last. So how many iterations
    there were is ``iteration[-1]``, and not how many entries there are.

    Attributes
    ----------
    iteration : (s,) ndarray of int64
        See `Step`.
    cost, penalty, held_out_cost : (s,) ndarray of float64
        See `Step`.
    accuracy, held_out_accuracy : (s,) ndarray of float64
        See `Step`.
    gradient_norm, theta_norm, passes, seconds : (s,) ndarray of float64
        See `Step`.
    theta : (t, 401) or (t, classes, 401) ndarray of float64
        Snapshots of θ, `MAX_SNAPSHOTS` at most, the first and the last among them.
    theta_iteration : (t,) ndarray of int64
        The iteration of each snapshot; all of them are in `iteration`.
    """

    iteration: IntArray
    cost: FloatArray
    penalty: FloatArray
    held_out_cost: FloatArray
    accuracy: FloatArray
    held_out_accuracy: FloatArray
    gradient_norm: FloatArray
    theta_norm: FloatArray
    passes: FloatArray
    seconds: FloatArray
    theta: FloatArray
    theta_iteration: IntArray

    def __len__(self) -> int:
        return len(self.iteration)

    def step(self, position: int) -> Step:
        """The numbers of one kept step, by its position; −1 is the last."""
        numbers = {name: getattr(self, name)[position].item() for name in STEP_COLUMNS}
        held_out = HeldOut(numbers.pop("held_out_cost"), numbers.pop("held_out_accuracy"))
        return Step(**numbers, held_out=held_out)

    def position_at(self, iteration: int) -> int:
        """Position of the step that was the latest at an iteration; the first before it.

        Examples
        --------
        >>> from logreg_core import TrainConfig, fit, load_bundled
        >>> history = fit(load_bundled().only(0, 1), TrainConfig(max_iterations=5)).history
        >>> history.position_at(3), history.position_at(99)
        (3, 5)
        """
        return max(0, int(np.searchsorted(self.iteration, iteration, side="right")) - 1)

    @property
    def training_cost(self) -> FloatArray:
        """Mean cost of the training examples without the penalty, as `held_out_cost` has it."""
        return self.cost - self.penalty


#: What a history has of each step, which `Step` has under the same names.
STEP_COLUMNS: Final = tuple(
    name for name in History.__dataclass_fields__ if name not in {"theta", "theta_iteration"}
)

_Item = TypeVar("_Item")


class _Thinned(Generic[_Item]):
    """One item an iteration in bounded memory: evenly spread ones, and the last.

    Parameters
    ----------
    room : int
        How many there are at most. Kept are those whose iteration is a multiple of the
        stride, which doubles whenever they fill the room: a power of 2, so that what
        fits a smaller room is kept in a larger one too.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._stride = 1
        self._kept: list[tuple[int, _Item]] = []
        self.last: tuple[int, _Item] | None = None

    @property
    def first(self) -> _Item | None:
        return self._kept[0][1] if self._kept else None

    def add(self, iteration: int, item: _Item) -> None:
        self.last = (iteration, item)
        if iteration % self._stride == 0:
            self._kept.append(self.last)
        if len(self._kept) >= self._room:
            self._stride *= 2
            self._kept = [pair for pair in self._kept if pair[0] % self._stride == 0]

    def replace_last(self, item: _Item) -> None:
        """Put another item in the place of the newest."""
        if self.last is None:
            return
        iteration = self.last[0]
        if self._kept[-1][0] == iteration:
            self._kept[-1] = (iteration, item)
        self.last = (iteration, item)

    def items(self) -> list[tuple[int, _Item]]:
        """(iteration, item), the last one included."""
        if self.last is None or self._kept[-1][0] == self.last[0]:
            return list(self._kept)
        return [*self._kept, self.last]


class Recorder:
    """Collects steps in one thread while others read; see `history`.

    Parameters
    ----------
    explains : bool
        Whether to note what explains why a run diverged: `curvature`, which takes as long as
        some dozen iterations.

    Attributes
    ----------
    explains : bool
        As given.
    curvature : float or None
        L, where α is a number that can be held against it; see `Objective.curvature`.
    lost_cost : float or None
        J of the step by which a run diverged, inf and nan included: it is none of the
        steps, since nothing else of it can be used.
    """

    def __init__(self, *, explains: bool = True) -> None:
        self.explains = explains
        self.curvature: float | None = None
        self.lost_cost: float | None = None
        self._steps: _Thinned[Step] = _Thinned(MAX_STEPS)
        self._snapshots: _Thinned[FloatArray] = _Thinned(MAX_SNAPSHOTS)
        self._lock = threading.Lock()  # steps and snapshots are read as they belong together

    def add(self, step: Step, theta: FloatArray) -> None:
        """Append a step; θ is copied."""
        snapshot = theta.copy()
        snapshot.setflags(write=False)
        if self._snapshots.last is None:
            room = min(MAX_SNAPSHOTS, _SNAPSHOT_BYTES // max(theta.nbytes, 1))
            self._snapshots = _Thinned(room)
        with self._lock:
            self._steps.add(step.iteration, step)
            self._snapshots.add(step.iteration, snapshot)

    def correct_last(self, step: Step) -> None:
        """Put better numbers of the newest step in the place of the first ones."""
        with self._lock:
            self._steps.replace_last(step)

    def forget_snapshots(self) -> None:
        """Keep of all θ only the newest; a history that was asked for before has them all."""
        with self._lock:
            last = self._snapshots.last
            self._snapshots = _Thinned(MAX_SNAPSHOTS)
            if last is not None:
                self._snapshots.add(*last)

    @property
    def latest(self) -> Step | None:
        """The newest step, None before the first."""
        last = self._steps.last
        return None if last is None else last[1]

    @property
    def first_cost(self) -> float | None:
        """J at the start, None before."""
        first = self._steps.first
        return None if first is None else first.cost

    @property
    def latest_theta(self) -> FloatArray | None:
        """The newest θ (read-only), None before the first."""
        last = self._snapshots.last
        return None if last is None else last[1]

    def history(self) -> History:
        """Everything so far, as values of their own; safe from any thread.

        Held-out examples that wait to be measured are measured now.
        """
        with self._lock:
            steps = [step for _, step in self._steps.items()]
            snapshots = self._snapshots.items()
        columns = {name: np.array([getattr(step, name) for step in steps]) for name in STEP_COLUMNS}
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
