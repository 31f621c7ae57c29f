"""The project's own fast optimiser: surrogates on sampled rows, corrected to the exact gradient.

**The method.** Near the optimum most examples are read with confidence, h(1−h) is
next to nothing for them, and a few per cent of the rows hold nearly all the
curvature. Each iteration

1. goes once through all rows in float64, for J, ∇J and the margins at θ_k;
2. draws rows with probability ∝ h(1−h), copies them to float32 and weighs each
   by 1/probability, so that the sample A has the Hessian of the whole on average;
3. minimises the surrogate::

       S(δ) = J_A(θ_k + δ) + (∇J(θ_k) − ∇J_A(θ_k))ᵀ δ

   whose gradient at δ = 0 is that of the whole data exactly, by L-BFGS
   preconditioned with a Cholesky factor of the Hessian from still fewer rows;
4. steps to θ_k + δ, or along δ to where J stops falling: the margins are linear in
   θ, so that a line search after the step needs no further pass over X.

It starts from the optimum of a small uniform sample of the rows (of any order:
sorted by class they often are), and of larger ones while the data has many more.

**Why it is fast.** A full Newton step would cost m·n² for its Hessian, L-BFGS some
hundred passes over X. Here the passes are four to eight, because S knows the
non-linear J where it bends, and the work between two passes is on rows that fit
the cache. **Why it is exact.** The float32 sample decides only how far an iteration
gets; where it ends is decided by ∇J in float64, as in iterative refinement.

**What it observes.** A uniform sample is solved until its gradient drowns in the
sampling noise. Where an iteration shrinks ‖∇J‖ (in the metric of the Hessian) well, rows and
factor are kept for the next; where it does so badly, twice as many rows are
drawn, at the end all of them in float64: Newton's method, with its guarantees.

Sources: Shamir, Srebro, Zhang 2014, *Communication-efficient distributed
optimization using an approximate Newton-type method* (the corrected surrogate);
Xu, Yang, Roosta-Khorasani, Ré, Mahoney 2016, *Sub-sampled Newton methods with
non-uniform sampling*; Byrd, Chin, Nocedal, Wu 2012, *Sample size selection in
optimization methods for machine learning* (the noise test); Nocedal, Wright,
*Numerical Optimization* (2nd ed.), algorithm 7.4 (L-BFGS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.linalg import blas, lapack
from scipy.optimize import OptimizeResult
from scipy.special import expit

from logreg_core.optimizers.description import Optimizer
from logreg_core.optimizers.first_order import asks_to_stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import DTypeLike, NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Evaluation, Objective

    FloatArray = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]
    Apply = Callable[[FloatArray], FloatArray]

# Sizes of samples, in rows. With n columns, a Hessian from fewer than n rows is singular, and one
# from c·n rows is off by a factor of about 1 ± 2/√c.
_FIRST_PREFIX: Final = 1000  # at least; below, a pass costs less than the Python around it
_FIRST_PREFIX_PER_COLUMN: Final = 5
_PREFIX_GROWTH: Final = 8
_PREFIX_SHARE: Final = 4  # a prefix larger than m over this costs as much as it saves
_SAMPLE_PER_COLUMN: Final = 8
_SAMPLE_SHARE: Final = 16  # of m: ten iterations on the sample then cost about one pass
_FACTOR_PER_COLUMN: Final = 1.25
_FACTOR_SHARE: Final = 16  # of the sample
#: All samples together: this many bytes, or this share of X if that is more.
_SAMPLE_BYTES: Final = 128_000_000
_SAMPLE_BYTES_SHARE: Final = 8
#: Probability is ∝ h(1−h) + this times its mean: no weight is larger than 20 times its fair share.
_FLOOR: Final = 0.05

# How well a surrogate is minimised, and what is made of what it brought. Shrinkage is that of
# √(∇JᵀP⁻¹∇J), the square root of twice the distance to the optimum in J.
_NOISE: Final = 0.8  # of the gradient's standard deviation: a prefix is solved to here
_LOOSEST: Final = 0.1
_TIGHTEST: Final = 0.01
_TIGHTER_THAN_LAST: Final = 0.3
_SHRANK_WELL: Final = 0.15  # keep rows and factor
_SHRANK_BADLY: Final = 0.3  # twice the rows
_NEGLIGIBLE: Final = 0.01  # of the largest entry of ∇J: a class below it rests
_MANY_ITERATIONS: Final = 20  # the factor is poor: refresh it, from more rows
_SURROGATE_ITERATIONS: Final = 60
_PREFIX_ITERATIONS: Final = 15  # between two factors
_ANCHORS: Final = 4

#: ∇S shrinks to this fraction before float32, in which it is summed up from where it started,
#: blurs it; it is then summed up anew.
_FLOAT32: Final = 1e-4
_REMEMBERED_STEPS: Final = 20
#: In one surrogate, margins move by no more than this and the largest of them: data that can be
#: separated perfectly, at λ = 0, is followed in growing steps and never to infinity at once.
_REACH: Final = 50.0
_SLOPE_LEFT: Final = 0.2  # a line search in a surrogate ends here (strong Wolfe's second condition)
_LINE_SEARCH: Final = 30
_COPIED_AT_ONCE: Final = 1024  # rows: a float64 block that stays in the cache on its way to float32
_MULTIPLIED_AT_ONCE: Final = 4096

#: Added to the diagonal, relative to its largest entry: what rounding may have taken from it.
_JITTER: Final = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-13}
_ROUNDING: Final = 1e-13  # relative; J cannot be told apart below
_STALLED_AFTER: Final = 3  # iterations in a row that bring nothing


def sampled_surrogate(
    fun: Callable[[FloatArray], float],
    x0: FloatArray,
    *,
    objective: Objective,
    callback: Callable[[OptimizeResult], object] | None = None,
    tolerance: float = 1e-6,
    max_iterations: int = 400,
    seed: int = 0,
    **_: Any,  # noqa: ANN401 - whatever else SciPy hands to every method
) -> OptimizeResult:
    """Minimise J by surrogates on sampled rows; see the top of this file.

    Called by ``scipy.optimize.minimize(..., method=sampled_surrogate,
    options={"objective": objective})``.

    Parameters
    ----------
    fun : callable
        Not called: J, ∇J and the margins come from `objective` in one pass.
    x0 : (k·n,) ndarray of float64
        Where to start; not changed.
    objective : Objective
        k problems on one X, (m, n) of float64 or float32.
    callback : callable, optional
        Called after each iteration with ``intermediate_result``: ``x``, ``fun``,
        ``jac`` (at ``x``, on all rows, so that ``objective.evaluate(x)`` is free),
        ``nit``, ``rows`` (how many were sampled to get there, the most of any
        class) and ``sampled_passes``. May raise StopIteration.
    tolerance : float
        Converged when no entry of ∇J is larger than this.
    max_iterations : int
        At least 1. The first is the start, on uniform samples.
    seed : int
        Of the samples.

    Returns
    -------
    scipy.optimize.OptimizeResult
        ``status`` 0 converged, 1 iterations spent, 2 stalled (rounding), 3
        diverged, 99 stopped by the callback; ``sampled_passes`` is the work on
        samples as a number of passes, which `objective` has counted too.

    Examples
    --------
    >>> from scipy.optimize import minimize
    >>> from logreg_core.objective import Objective
    >>> objective = Objective.from_labels([[1, -1], [1, 0], [1, 1], [1, 2]], [0, 1, 0, 1], lam=1)
    >>> result = minimize(objective.cost_and_gradient, [0.0, 0.0], jac=True,
    ...                   method=sampled_surrogate, options={"objective": objective})
    >>> bool(abs(result.jac).max() <= 1e-6), result.message
    (True, 'converged')
    """
    del fun
    descent = _Descent(objective, np.asarray(x0, dtype=np.float64), seed, tolerance)
    status = _ITERATIONS
    for iteration in range(1, max_iterations + 1):
        before = descent.sampled_passes
        at = descent.step() if iteration > 1 else descent.start()
        objective.count_samples(descent.sampled_passes - before)
        intermediate = OptimizeResult(
            x=at.theta.copy(),
            fun=at.cost,
            jac=at.gradient.copy(),
            nit=iteration,
            rows=descent.rows,
            sampled_passes=descent.sampled_passes,
        )
        if asks_to_stop(callback, intermediate):
            status = _VISITOR
        elif not np.isfinite(at.cost) or not np.isfinite(at.gradient).all():
            status = _DIVERGED
        elif np.abs(at.gradient).max() <= tolerance:
            status = _CONVERGED
        elif descent.stalled:
            status = _STALLED
        if status != _ITERATIONS:
            break
    return OptimizeResult(
        x=at.theta.copy(),
        fun=at.cost,
        jac=at.gradient.copy(),
        nit=iteration,
        nfev=objective.evaluations,
        sampled_passes=descent.sampled_passes,
        status=status,
        success=status == _CONVERGED,
        message=_MESSAGES[status],
    )


_CONVERGED, _ITERATIONS, _STALLED, _DIVERGED, _VISITOR = 0, 1, 2, 3, 99
_MESSAGES: Final = {
    _CONVERGED: "converged",
    _ITERATIONS: "iterations spent",
    _STALLED: "stalled: J cannot be told from its minimum in float64",
    _DIVERGED: "diverged",
    _VISITOR: "stopped by the callback",
}


@dataclass
class _Sample:
    """Rows that stand for all, for one class.

    Attributes
    ----------
    rows : (s, n) ndarray
        float32, or X itself.
    index : (s,) ndarray of int or slice
        Which rows of X they are.
    signs : (s,) ndarray
        −1 where the target is 1, else 1: the loss of a row is log(1 + e^{signs·z}).
    weights : (s,) ndarray
        1/(m · probability).
    penalty : (n,) ndarray
        λ/m, and 0 for the bias.
    """

    rows: Rows
    index: Any
    signs: FloatArray
    weights: FloatArray
    penalty: FloatArray
    rows_read: int = 0

    def times(self, direction: FloatArray) -> FloatArray:
        """Signed change of the margins along a direction, (s,)."""
        self.rows_read += len(self.rows)
        return self.signs * (self.rows @ direction.astype(self.rows.dtype))

    def gathered(self, changes: FloatArray) -> FloatArray:
        """Σ weight · sign · change · row, (n,), for changes of p = σ(signed margin)."""
        self.rows_read += len(self.rows)
        pull = self.weights * self.signs * changes
        # float32 has no room below 1e-38, where p gets to on separable data.
        scale = float(np.abs(pull).max(initial=0.0)) or 1.0
        return scale * ((pull / scale).astype(self.rows.dtype) @ self.rows).astype(np.float64)

    def factor(self, p: FloatArray, count: int, random: np.random.Generator) -> Apply:
        """Apply v → P⁻¹v for the Hessian P at p, from about `count` of the rows."""
        curvature = self.weights * p * (1.0 - p)
        rows = self.rows
        if len(rows) > count:
            chance = _probabilities(curvature, count)
            drawn = np.flatnonzero(random.random(len(rows)) < chance)
            curvature = curvature[drawn] / chance[drawn]
            rows = rows[drawn]
        return _inverse(rows, curvature, self.penalty)


def _inverse(rows: Rows, curvature: FloatArray, penalty: FloatArray) -> Apply:
    """Apply v → (rowsᵀ diag(curvature) rows + diag(penalty))⁻¹ v, by Cholesky."""
    n = rows.shape[1]
    scale = float(curvature.max(initial=0.0)) or 1.0
    root = np.sqrt(curvature / scale).astype(rows.dtype)[:, None]
    multiply = blas.ssyrk if rows.dtype == np.float32 else blas.dsyrk
    hessian = np.zeros((n, n), rows.dtype, order="F")
    for start in range(0, len(rows), _MULTIPLIED_AT_ONCE):
        part = slice(start, start + _MULTIPLIED_AT_ONCE)
        weighted = rows[part] * root[part]
        hessian = multiply(1.0, weighted.T, beta=1.0, c=hessian, lower=1, overwrite_c=1)
    diagonal = np.diagonal(hessian) + penalty / scale
    lower, width = _cholesky(hessian, diagonal)
    solve = blas.strsv if width == np.float32 else blas.dtrsv

    def apply(v: FloatArray) -> FloatArray:
        largest = float(np.abs(v).max()) or 1.0
        half = solve(lower, (v / largest).astype(width), lower=1)
        solution: FloatArray = solve(lower, half, lower=1, trans=1, overwrite_x=1)
        return solution * (largest / scale)

    return apply


def _cholesky(hessian: Rows, diagonal: FloatArray) -> tuple[Rows, DTypeLike]:
    """Lower factor with this diagonal, in the narrowest width that holds it."""
    jitter = _JITTER[hessian.dtype]
    width: DTypeLike = hessian.dtype
    while True:
        matrix = hessian.astype(width)
        np.fill_diagonal(matrix, diagonal + jitter * diagonal.max() + np.finfo(np.float32).tiny)
        factor = lapack.spotrf if width == np.float32 else lapack.dpotrf
        lower, failed = factor(matrix, lower=1, clean=0, overwrite_a=1)
        if not failed:
            return lower, width
        if width == np.float64:
            jitter *= 100.0
        width = np.float64


def _probabilities(curvature: FloatArray, count: float) -> FloatArray:
    """min(1, c·(curvature + floor)), with c such that they add up to about `count`."""
    score = curvature + _FLOOR * curvature.mean() + np.finfo(float).tiny
    chance = score * (count / score.sum())
    certain = chance >= 1.0
    while certain.any() and not certain.all():
        factor = (count - certain.sum()) / chance[~certain].sum()
        if factor <= 1.001:
            break
        chance = np.where(certain, 1.0, chance * factor)
        certain = chance >= 1.0
    return np.minimum(chance, 1.0)


class _Steps:
    """L-BFGS in its compact form: all remembered steps in a few small products.

    With steps as rows of S, changes of the gradient as rows of Y, R the upper
    triangle of S Yᵀ, D its diagonal and P the preconditioner::

        −direction = P⁻¹g + Sᵀa + (Y P⁻¹)ᵀb,   b = −R⁻¹Sg,
        a = −R⁻ᵀ((D + Y P⁻¹Yᵀ) b + Y P⁻¹g)

    (Byrd, Nocedal, Schnabel 1994, theorem 2.2). Without a preconditioner, P⁻¹ is the
    usual multiple of one.
    """

    def __init__(self, n: int, apply: Apply | None) -> None:
        self.apply = apply
        self.count = 0
        self.scale = 1.0
        self._s = np.empty((_REMEMBERED_STEPS, n))
        self._y = np.empty((_REMEMBERED_STEPS, n))
        self._py = self._y if apply is None else np.empty((_REMEMBERED_STEPS, n))
        self._sy = np.zeros((_REMEMBERED_STEPS, _REMEMBERED_STEPS), order="F")
        self._ypy = np.zeros((_REMEMBERED_STEPS, _REMEMBERED_STEPS))

    def eased(self, gradient: FloatArray) -> FloatArray:
        """P⁻¹g."""
        return gradient if self.apply is None else self.apply(gradient)

    def remember(self, step: FloatArray, change: FloatArray, eased_change: FloatArray) -> None:
        """A step, how the gradient changed along it, and P⁻¹ times that."""
        curvature = float(step @ change)
        if not curvature > 0.0:
            return
        if self.count == _REMEMBERED_STEPS:
            for rows in {id(a): a for a in (self._s, self._y, self._py)}.values():
                rows[:-1] = rows[1:]
            for gram in (self._sy, self._ypy):
                gram[:-1, :-1] = gram[1:, 1:]
            self.count -= 1
        last = self.count
        self.count += 1
        self._s[last], self._y[last] = step, change
        if self.apply is not None:
            self._py[last] = eased_change
        self._sy[: self.count, last] = self._s[: self.count] @ change
        products = self._y[: self.count] @ self._py[last]
        self._ypy[: self.count, last] = self._ypy[last, : self.count] = products
        if self.apply is None:
            self.scale = curvature / products[-1]

    def direction(self, gradient: FloatArray, eased: FloatArray) -> FloatArray:
        """Downhill, from g and P⁻¹g."""
        c = self.count
        if c == 0:
            return -eased
        sy = self._sy[:c, :c]
        b = -blas.dtrsv(sy, self._s[:c] @ gradient)
        inner = self.scale * (self._ypy[:c, :c] @ b + self._py[:c] @ gradient)
        a = -blas.dtrsv(sy, inner + np.diagonal(sy) * b, trans=1)
        d: FloatArray = -(self.scale * (eased + b @ self._py[:c]) + a @ self._s[:c])
        return d


@dataclass
class _Goal:
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


def _minimised(
    sample: _Sample, margins: FloatArray, gradient: FloatArray, steps: _Steps, goal: _Goal
) -> tuple[FloatArray, FloatArray, int]:
    """δ that minimises the surrogate, its change of the margins, and how many iterations.

    Parameters
    ----------
    sample : _Sample
        The rows.
    margins : (s,) ndarray of float64
        Their signed margins at δ = 0.
    gradient : (n,) ndarray of float64
        ∇S at δ = 0: the one of the whole data.
    steps : _Steps
        The preconditioner, and what is remembered of the same rows.
    goal : _Goal
        When to end.
    """
    delta = np.zeros(len(gradient))
    moved = np.zeros(len(margins))
    p_before = p = expit(margins)
    now, eased = gradient, steps.eased(gradient)
    square_at_start = float(now @ eased) or 1.0
    farthest = _REACH + float(np.abs(margins).max())
    for iteration in range(goal.iterations):
        if goal.reached(now, p, float(now @ eased) / square_at_start):
            return delta, moved, iteration
        direction = steps.direction(now, eased)
        slope = float(now @ direction)
        along = sample.times(direction)
        reach = _reach(moved, along, farthest)
        if not (slope < 0.0 and reach > 0.0):
            return delta, moved, iteration
        pulled = sample.penalty * direction
        line = _Line(
            margins=margins + moved,
            along=along,
            weights=sample.weights,
            before=p_before,
            slope=float(gradient @ direction) + float(pulled @ delta),
            bend=float(pulled @ direction),
        )
        size, p = line.minimum(_SLOPE_LEFT * abs(slope), reach)
        step = size * direction
        delta = delta + step
        moved = moved + size * along
        before, eased_before = now, eased
        now = gradient + sample.penalty * delta + sample.gathered(p - p_before)
        eased = steps.eased(now)
        steps.remember(step, now - before, eased - eased_before)
    return delta, moved, goal.iterations


def _reach(moved: FloatArray, along: FloatArray, farthest: float) -> float:
    """How far along no margin has moved farther than that."""
    fastest = float(np.abs(along).max(initial=0.0))
    left = farthest - float(np.abs(moved).max(initial=0.0))
    return left / fastest if fastest > 0.0 else np.inf


@dataclass
class _Line:
    """J, or a surrogate, along a line: all that is needed are the margins.

    The slope at size a is slope + a·bend + Σ weight·along·(σ(margins + a·along) − before).
    """

    margins: FloatArray
    along: FloatArray
    weights: FloatArray
    before: FloatArray | float
    slope: float
    bend: float

    def minimum(self, slope_left: float, longest: float) -> tuple[float, FloatArray]:
        """Size of the step where the slope is nearly 0, and p there; Newton, safeguarded."""
        weighted = self.weights * self.along
        low, high, size = 0.0, np.inf, min(1.0, longest)
        p = expit(self.margins + size * self.along)
        for _ in range(_LINE_SEARCH):
            slope = self.slope + size * self.bend + float(weighted @ (p - self.before))
            if abs(slope) <= slope_left or (slope < 0.0 and size >= longest):
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
            p = expit(self.margins + size * self.along)
        return size, p


@dataclass
class _Plan:
    """How one class is sampled, and what came of it."""

    rows: int
    factor_rows: int
    dtype: DTypeLike = np.float32
    sample: _Sample | None = None
    steps: _Steps | None = None
    shrank: float = 1.0
    iterations: int = 0

    @property
    def shrink(self) -> float:
        """How well to minimise the surrogate: a little better than it is worth."""
        return min(_LOOSEST, max(_TIGHTEST, _TIGHTER_THAN_LAST * self.shrank))


class _Descent:
    """The state between iterations."""

    def __init__(
        self, objective: Objective, theta: FloatArray, seed: int, tolerance: float
    ) -> None:
        self.objective = objective
        self.tolerance = tolerance
        self.random = np.random.default_rng(seed)
        self.m, self.n = objective.X.shape
        self.signs = 1.0 - 2.0 * objective.targets  # (m, k)
        self.penalty = np.full(self.n, objective.lam / self.m)
        self.penalty[0] = 0.0
        self.theta = theta
        self.rows_read = 0
        self.rows = 0
        self.stalled = False
        self._in_vain = 0
        self._least = np.inf
        self._whole: Rows | None = None
        k = objective.classes
        room = max(_SAMPLE_BYTES, objective.X.nbytes // _SAMPLE_BYTES_SHARE)
        self.most_rows = min(self.m, max(room // (4 * self.n * k), 1))
        wanted = max(_SAMPLE_PER_COLUMN * self.n, self.m // _SAMPLE_SHARE)
        rows = min(wanted, self.most_rows)
        factor_rows = int(max(_FACTOR_PER_COLUMN * self.n, rows // _FACTOR_SHARE))
        self.plans = [_Plan(rows, factor_rows) for _ in range(k)]

    @property
    def sampled_passes(self) -> float:
        """Work on samples, in passes: a row of X times θ and back, for every class."""
        return self.rows_read / (2 * self.m * self.objective.classes)

    # -- the start, on uniform samples ---------------------------------------------------------

    def start(self) -> Evaluation:
        """To the optimum of a sample, and of larger ones while there is much more data."""
        stacked = self.theta.reshape(self.objective.classes, -1).copy()
        size = int(max(_FIRST_PREFIX, _FIRST_PREFIX_PER_COLUMN * self.n))
        first = True
        while first or size * _PREFIX_SHARE <= self.m:
            self._solve_prefix(stacked, min(size, self.m), factored=not first)
            size *= _PREFIX_GROWTH
            first = False
        self.at = self.objective.evaluate(stacked.ravel())
        self._least = float(np.abs(self.at.gradient).max())
        return self.at

    def _solve_prefix(self, stacked: FloatArray, size: int, *, factored: bool) -> None:
        """Move each class, in place, towards the optimum of `size` rows."""
        index: Any = slice(None)
        if size == self.m:
            rows = self._all_rows(np.float32)
        else:
            index = np.sort(self.random.choice(self.m, size, replace=False, shuffle=False))
            rows = _copied(self.objective.X, index)
        self.rows = size
        goal = self._prefix_goal(rows, factored=factored)
        margins = (rows @ stacked.T.astype(rows.dtype)).astype(np.float64)
        for c, plan in enumerate(self.plans):
            signs = self.signs[index, c]
            sample = _Sample(rows, index, signs, np.full(size, 1.0 / size), self.penalty)
            stacked[c] += self._anchored(
                plan, sample, signs * margins[:, c], stacked[c], goal, factored=factored
            )
            self._count(sample)

    def _prefix_goal(self, rows: Rows, *, factored: bool) -> _Goal:
        """All rows: to the tolerance. Some: until ∇J of theirs drowns in its sampling noise."""
        size = len(rows)
        if size == self.m:
            return _Goal(_FLOAT32, self.tolerance / 2.0, _SURROGATE_ITERATIONS)
        lengths = np.einsum("ij,ij->i", rows, rows).astype(np.float64)

        def drowned(gradient: FloatArray, p: FloatArray) -> bool:
            return float(gradient @ gradient) <= _NOISE**2 * float(lengths @ p**2) / size**2

        iterations = _PREFIX_ITERATIONS if factored else _SURROGATE_ITERATIONS
        return _Goal(0.0, 0.0, iterations, drowned)

    def _anchored(
        self,
        plan: _Plan,
        sample: _Sample,
        q: FloatArray,
        theta: FloatArray,
        goal: _Goal,
        *,
        factored: bool,
    ) -> FloatArray:
        """How far to go on a prefix, from θ with signed margins q.

        ∇J is summed up anew now and then, and so is the Hessian where there is one.
        """
        total = np.zeros(self.n)
        steps = _Steps(self.n, None)
        for _ in range(_ANCHORS):
            p = expit(q)
            gradient = sample.gathered(p) + self.penalty * (theta + total)
            if factored:
                steps = _Steps(self.n, sample.factor(p, plan.factor_rows, self.random))
            delta, moved, used = _minimised(sample, q, gradient, steps, goal)
            total = total + delta
            q = q + moved
            if used == 0 or (goal.enough is not None and used < goal.iterations):
                break
        if len(sample.rows) == self.m:  # a surrogate that cannot be better: the next steps keep it
            plan.rows, plan.sample, plan.steps, plan.shrank = self.m, sample, steps, 0.0
        return total

    def _count(self, sample: _Sample) -> None:
        self.rows_read += sample.rows_read
        sample.rows_read = 0

    # -- an iteration --------------------------------------------------------------------------

    def step(self) -> Evaluation:
        """One surrogate a class, one pass (two where a step went too far)."""
        k = self.objective.classes
        before = self.at
        theta = before.theta.reshape(k, -1)
        gradient = before.gradient.reshape(k, -1)
        done = max(self.tolerance / 2.0, _NEGLIGIBLE * float(np.abs(gradient).max()))
        self.rows = 0
        deltas = np.zeros_like(theta)
        for index, plan in enumerate(self.plans):
            if np.abs(gradient[index]).max() > done:
                deltas[index] = self._surrogate_step(plan, index, gradient[index])
        self.at = self.objective.evaluate((theta + deltas).ravel())
        if not self.at.cost <= before.cost * (1.0 + _ROUNDING):
            self.at = self._shortened(before, deltas)
        self._learn(deltas, gradient, self.at.gradient.reshape(k, -1))
        self._judge(before)
        return self.at

    def _surrogate_step(self, plan: _Plan, index: int, gradient: FloatArray) -> FloatArray:
        q = self.signs[:, index] * self.at.margins[:, index]
        poor = plan.shrank > _SHRANK_WELL or plan.iterations > _MANY_ITERATIONS
        if plan.sample is None or plan.steps is None or poor:
            plan.sample = self._drawn(plan, index, q)
            here = q[plan.sample.index]
            apply = plan.sample.factor(expit(here), plan.factor_rows, self.random)
            plan.steps = _Steps(self.n, apply)
        else:
            here = q[plan.sample.index]
        sample = plan.sample
        goal = _Goal(plan.shrink, self.tolerance / 2, _SURROGATE_ITERATIONS)
        delta, _, plan.iterations = _minimised(sample, here, gradient, plan.steps, goal)
        self._count(sample)
        self.rows = max(self.rows, len(sample.rows))
        return delta

    def _drawn(self, plan: _Plan, index: int, q: FloatArray) -> _Sample:
        """Rows by their h(1−h), or all."""
        plan.sample = None  # free its memory before the next takes more
        signs = self.signs[:, index]
        if plan.rows >= self.m or plan.dtype == np.float64:
            rows = self._all_rows(plan.dtype)
            return _Sample(rows, slice(None), signs, np.full(self.m, 1.0 / self.m), self.penalty)
        p = expit(q)
        chance = _probabilities(p * (1.0 - p), plan.rows)
        drawn = np.flatnonzero(self.random.random(self.m) < chance)
        rows = _copied(self.objective.X, drawn)
        return _Sample(rows, drawn, signs[drawn], 1.0 / (self.m * chance[drawn]), self.penalty)

    def _all_rows(self, dtype: DTypeLike) -> Rows:
        """X itself where it is of that width already."""
        if self.objective.X.dtype == dtype or self.most_rows < self.m:
            return self.objective.X
        if self._whole is None or self._whole.dtype != dtype:
            self._whole = self.objective.X.astype(dtype)
        return self._whole

    def _shortened(self, before: Evaluation, deltas: FloatArray) -> Evaluation:
        """Along each class's step to where its own J is least: one more pass."""
        theta = before.theta.reshape(deltas.shape)
        gradient = before.gradient.reshape(deltas.shape)
        sizes = np.zeros(len(deltas))
        for index, delta in enumerate(deltas):
            slope = float(gradient[index] @ delta)
            if not slope < 0.0:
                continue
            q = self.signs[:, index] * before.margins[:, index]
            line = _Line(
                margins=q,
                along=self.signs[:, index] * self.at.margins[:, index] - q,
                weights=np.full(self.m, 1.0 / self.m),
                before=expit(q),
                slope=slope,
                bend=float((self.penalty * delta) @ delta),
            )
            sizes[index], _ = line.minimum(0.1 * abs(slope), 1.0)
        return self.objective.evaluate((theta + sizes[:, None] * deltas).ravel())

    def _learn(self, deltas: FloatArray, before: FloatArray, after: FloatArray) -> None:
        """More rows where the surrogate was a poor picture of the whole."""
        for plan, delta, old, new in zip(self.plans, deltas, before, after, strict=True):
            if plan.steps is None or not delta.any():
                continue
            was = float(old @ plan.steps.eased(old))
            plan.shrank = np.sqrt(float(new @ plan.steps.eased(new)) / was) if was > 0.0 else 0.0
            if plan.iterations > _MANY_ITERATIONS:
                plan.factor_rows = min(2 * plan.factor_rows, self.m)
            if plan.shrank <= _SHRANK_BADLY:
                continue
            if plan.rows >= self.most_rows:
                plan.factor_rows = min(2 * plan.factor_rows, self.m)
                if plan.factor_rows >= plan.rows:
                    plan.dtype = np.float64
            plan.rows = min(2 * plan.rows, self.most_rows)

    def _judge(self, before: Evaluation) -> None:
        """Stalled: neither J nor ∇J gets smaller, with all rows in float64 neither."""
        largest = float(np.abs(self.at.gradient).max())
        better = self.at.cost < before.cost * (1.0 - _ROUNDING) or largest < 0.7 * self._least
        self._least = min(self._least, largest)
        self._in_vain = 0 if better else self._in_vain + 1
        if not better:
            for plan in self.plans:
                plan.rows, plan.factor_rows, plan.shrank = self.most_rows, self.m, 1.0
                plan.dtype = np.float64
        self.stalled = self._in_vain >= _STALLED_AFTER


def _copied(X: Rows, index: NDArray[np.intp]) -> Rows:
    """Those rows in float32, without a float64 copy of all of them on the way."""
    rows = np.empty((len(index), X.shape[1]), np.float32)
    for start in range(0, len(index), _COPIED_AT_ONCE):
        part = slice(start, start + _COPIED_AT_ONCE)
        rows[part] = X[index[part]]
    return rows


def _options(config: TrainConfig, objective: Objective) -> dict[str, Any]:
    return {
        "objective": objective,
        "tolerance": config.tolerance,
        "max_iterations": config.max_iterations,
        "seed": config.seed,
    }


SAMPLED_SURROGATE: Final = Optimizer(
    label="Sampled surrogate (our own)",
    family="Newton on samples",
    explanation="Few passes over the data: between them it works on the few examples that are "
    "still in doubt, which hold nearly all the curvature. The fastest here on large data.",
    settings=("lam", "max_iterations", "max_seconds", "tolerance", "seed"),
    method=sampled_surrogate,
    options=_options,
    does_softmax=False,
)
