"""The inner minimiser: preconditioned L-BFGS on a surrogate, with margins kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.linalg import blas
from scipy.special import expit

from logreg_core.objective import largest_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from logreg_core.optimizers.surrogates.preconditioner import Apply
    from logreg_core.optimizers.surrogates.rows import Sample

    FloatArray = NDArray[np.float64]

_REMEMBERED_STEPS: Final = 20
#: In one surrogate, margins move by no more than this and the largest of them: data that can be
#: separated perfectly, at λ = 0, is followed in growing steps and never to infinity at once.
_REACH: Final = 50.0
_SLOPE_LEFT: Final = 0.3  # a line search in a surrogate ends here (strong Wolfe's second condition)
_LINE_SEARCH: Final = 30


class Steps:
    """L-BFGS in its compact form: all remembered steps in a few small products.

    With steps as rows of S, changes of the gradient as rows of Y, R the upper
    triangle of S Yᵀ, D its diagonal and P the preconditioner::

        −direction = P⁻¹g + Sᵀa − (Y P⁻¹)ᵀb,   b = R⁻¹Sg,
        a = R⁻ᵀ((D + Y P⁻¹Yᵀ) b − Y P⁻¹g)

    (Byrd, Nocedal, Schnabel 1994, theorem 2.2). Without a preconditioner, P⁻¹ is the
    usual multiple of one. Rows of S and of Y P⁻¹ alternate in one matrix, so that one
    product takes a vector to both.
    """

    def __init__(self, n: int, apply: Apply | None = None) -> None:
        self.apply = apply
        self.count = 0
        self.scale = 1.0
        self._rows = np.empty((2 * _REMEMBERED_STEPS, n))
        self._sy = np.zeros((_REMEMBERED_STEPS, _REMEMBERED_STEPS), order="F")
        self._ypy = np.zeros((_REMEMBERED_STEPS, _REMEMBERED_STEPS))

    def eased(self, gradient: FloatArray) -> FloatArray:
        """P⁻¹g."""
        return gradient if self.apply is None else self.apply(gradient)

    def remember(self, step: FloatArray, change: FloatArray, eased_change: FloatArray) -> None:
        """A step, how the gradient changed along it, and P⁻¹ times that."""
        if self.count == _REMEMBERED_STEPS:
            self._forget_oldest()
        last, count = self.count, self.count + 1
        self._rows[2 * last], self._rows[2 * last + 1] = step, eased_change
        products = self._rows[: 2 * count] @ change
        if not products[-2] > 0.0:  # no curvature along the step
            return
        self.count = count
        self._sy[:count, last] = products[0::2]
        self._ypy[:count, last] = self._ypy[last, :count] = products[1::2]
        if self.apply is None:
            self.scale = float(products[-2] / products[-1])

    def _forget_oldest(self) -> None:
        self._rows[:-2] = self._rows[2:]
        for gram in (self._sy, self._ypy):
            gram[:-1, :-1] = gram[1:, 1:]
        self.count -= 1

    def direction(self, gradient: FloatArray, eased: FloatArray) -> FloatArray:
        """Downhill, from g and P⁻¹g."""
        c = self.count
        if c == 0:
            return -eased
        rows, sy = self._rows[: 2 * c], self._sy[:c, :c]
        products = rows @ gradient
        b = blas.dtrsv(sy, products[0::2])
        inner = self.scale * (self._ypy[:c, :c] @ b - products[1::2]) + sy.diagonal() * b
        amounts = np.empty(2 * c)
        amounts[0::2] = -blas.dtrsv(sy, inner, trans=1)
        amounts[1::2] = self.scale * b
        downhill: FloatArray = amounts @ rows - self.scale * eased
        return downhill


@dataclass
class Goal:
    """When a surrogate is minimised well enough.

    Attributes
    ----------
    shrink : float
        ‖∇S‖, in the metric of the preconditioner, has shrunk to this fraction.
    largest : float
        No entry of ∇S is larger.
    iterations : int
        So many were done.
    enough : callable, optional
        This says so of ∇S and p.
    """

    shrink: float
    largest: float
    iterations: int
    enough: Callable[[FloatArray, FloatArray], bool] | None = None

    def reached(self, gradient: FloatArray, p: FloatArray, fraction: float) -> bool:
        """Whether one of them is so; `fraction` is of the square of the norm."""
        return (
            fraction <= self.shrink**2
            or float(np.abs(gradient).max()) <= self.largest
            or (self.enough is not None and self.enough(gradient, p))
        )


@dataclass(frozen=True)
class Move:
    """What minimising a surrogate came to.

    Attributes
    ----------
    delta : (n,) ndarray
        How far θ goes.
    margins : (s,) ndarray
        Signed margins there.
    iterations : int
        How many it took.
    reached : bool
        Whether the goal was reached.
    largest : float
        The largest entry of ∇S there.
    """

    delta: FloatArray
    margins: FloatArray
    iterations: int
    reached: bool
    largest: float


def minimised(
    sample: Sample, margins: FloatArray, gradient: FloatArray, steps: Steps, goal: Goal
) -> Move:
    """Minimise the surrogate.

    Parameters
    ----------
    sample : Sample
        The rows.
    margins : (s,) ndarray of float64
        Their signed margins at δ = 0.
    gradient : (n,) ndarray of float64
        ∇S at δ = 0: the one of the whole data.
    steps : Steps
        The preconditioner, and what is remembered of the same rows.
    goal : Goal
        When to end.
    """
    delta = np.zeros(len(gradient))
    p_at_start = p = expit(margins)
    now, eased = gradient, steps.eased(gradient)
    square = square_at_start = float(now @ eased)
    left = _REACH + float(np.abs(margins).max())  # how far margins may still move
    for iteration in range(goal.iterations):
        if square == 0.0 or goal.reached(now, p, square / square_at_start):
            return Move(delta, margins, iteration, True, largest_entry(now))
        direction = steps.direction(now, eased)
        slope = float(now @ direction)
        along = sample.times(direction)
        fastest = float(np.abs(along).max(initial=0.0))
        if not (slope < 0.0 and square > 0.0 and left > 0.0):
            return Move(delta, margins, iteration, False, largest_entry(now))
        bend = float((sample.penalty * direction) @ direction)
        line = Line(margins, along, sample.weights, p, slope, bend)
        size, p, margins = line.minimum(
            _SLOPE_LEFT * -slope, left / fastest if fastest > 0.0 else np.inf
        )
        left -= size * fastest
        step = direction if size == 1.0 else size * direction
        delta = delta + step
        before, eased_before = now, eased
        now = gradient + sample.penalty * delta + sample.gathered(p - p_at_start)
        eased = steps.eased(now)
        steps.remember(step, now - before, eased - eased_before)
        square = float(now @ eased)
    return Move(delta, margins, goal.iterations, False, largest_entry(now))


@dataclass
class Line:
    """J, or a surrogate, along a line: all that is needed are the margins.

    The slope at size a is
    slope + a·bend + Σ weight·along·(σ(margins + a·along) − σ(margins)).
    """

    margins: FloatArray
    along: FloatArray
    weights: FloatArray
    p: FloatArray
    slope: float
    bend: float

    def minimum(self, slope_left: float, longest: float) -> tuple[float, FloatArray, FloatArray]:
        """Size of the step where the slope is nearly 0, p and margins there; guarded Newton."""
        weighted = self.weights * self.along
        start = self.slope - float(weighted @ self.p)
        low, high, size = 0.0, np.inf, min(1.0, longest)
        for trial in range(1, _LINE_SEARCH + 1):
            margins = self.margins + (self.along if size == 1.0 else size * self.along)
            p = expit(margins)
            slope = start + size * self.bend + float(weighted @ p)
            if abs(slope) <= slope_left or (slope < 0.0 and size >= longest):
                break
            if trial == _LINE_SEARCH:
                break
            low, high = (size, high) if slope < 0.0 else (low, size)
            curvature = self.bend + float((weighted * self.along) @ (p * (1.0 - p)))
            newton = size - slope / curvature if curvature > 0.0 else 10.0 * size
            if high == np.inf:
                size = min(max(newton, 1.2 * size), 10.0 * size, longest)
            elif low + 0.05 * (high - low) < newton < high - 0.05 * (high - low):
                size = newton
            else:
                size = (low + high) / 2.0
        return size, p, margins
