"""The project's own fast optimiser: surrogates on sampled rows, corrected to the exact gradient.

**The method.** Near the optimum most examples are read with confidence, h(1−h) is
next to nothing for them, and a few per cent of the rows hold nearly all the
curvature. Each iteration

1. goes once through all rows, for J, ∇J and the margins at θ_k: in float32 until
   its rounding shows in ∇J, in float64 from then on;
2. draws rows with probability ∝ h(1−h), copies them to float32 and weighs each
   by 1/probability, so that the sample A has the Hessian of the whole on average;
3. minimises the surrogate::

       S(δ) = J_A(θ_k + δ) + (∇J(θ_k) − ∇J_A(θ_k))ᵀ δ

   whose gradient at δ = 0 is that of the whole data exactly, by L-BFGS
   preconditioned with a Cholesky factor of the Hessian from still fewer rows, or,
   where a handful of rows holds most of the curvature, with these alone;
4. steps to θ_k + δ, or along δ to where J stops falling: the margins are linear in
   θ, so that a line search after the step needs no further pass over X.

It starts from the optimum of a small uniform sample of the rows (of any order:
sorted by class they often are), and of larger ones while the data has many more.
Data as small as that sample is solved at once: L-BFGS on all rows in float32, and,
once it has settled which of them stay in doubt, with these as a preconditioner.

**Why it is fast.** A full Newton step would cost m·n² for its Hessian, L-BFGS some
hundred passes over X. Here the passes are four to nine, because S knows the
non-linear J where it bends, and the work between two passes is on rows that fit
the cache. **Why it is exact.** The float32 sample decides only how far an iteration
gets; where it ends is decided by ∇J on all rows, as in iterative refinement, and
that is in float64 wherever float32 could not tell it from the tolerance.

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

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import OptimizeResult
from scipy.special import expit

from logreg_core.objective import largest_entry
from logreg_core.optimizers.description import Optimizer
from logreg_core.optimizers.first_order import asks_to_stop
from logreg_core.optimizers.surrogates.minimiser import Goal, Line, Steps, minimised
from logreg_core.optimizers.surrogates.rows import Sample, copied, probabilities
from logreg_core.optimizers.surrogates.start import (
    to_the_optimum,
    towards_the_optimum,
    until_noise,
)
from logreg_core.optimizers.surrogates.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import DTypeLike, NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Evaluation, Objective

    FloatArray = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]

# Sizes of samples, in rows. With n columns, a Hessian from fewer than n rows is singular, and one
# from c·n rows is off by a factor of about 1 ± 2/√c.
_FIRST_PREFIX: Final = 1000  # at least; below, a pass costs less than the Python around it
_FIRST_PREFIX_PER_COLUMN: Final = 7
_PREFIX_GROWTH: Final = 8
_PREFIX_SHARE: Final = 5  # a prefix larger than m over this costs as much as it saves, and memory
_SAMPLE_PER_COLUMN: Final = 6
_SAMPLE_SHARE: Final = 16  # of m: ten iterations on the sample then cost about one pass
_FACTOR_PER_COLUMN: Final = 1.25
_FACTOR_SHARE: Final = 16  # of the sample
#: The samples of all classes: this many bytes, or this share of X if that is more.
_SAMPLE_BYTES: Final = 128_000_000
_SAMPLE_BYTES_SHARE: Final = 8

# How well a surrogate is minimised, and what is made of what it brought. Shrinkage is that of
# √(∇JᵀP⁻¹∇J), the square root of twice the distance to the optimum in J.
_LOOSEST: Final = 0.05
_TIGHTEST: Final = 0.01
_TIGHTER_THAN_LAST: Final = 0.3
_SHRANK_WELL: Final = 0.15  # keep rows and factor
_SHRANK_BADLY: Final = 0.3  # twice the rows
_NEGLIGIBLE: Final = 0.01  # of the largest entry of ∇J: a class below it rests
_MANY_ITERATIONS: Final = 20  # the factor is poor: refresh it, from more rows
_FACTOR_SERVES: Final = 8  # iterations or fewer: the factor is kept when rows are drawn anew
_SURROGATE_ITERATIONS: Final = 60
_IN_FEW_ROWS: Final = 0.5  # of the curvature: those few then make a better and cheaper factor

_NEARLY: Final = 0.8  # of the tolerance: samples aim here, so that the whole data arrives too
#: Relative; J cannot be told apart below, in float32 and in float64.
_ROUNDING_FLOAT32: Final = 1e-6
_ROUNDING: Final = 1e-13
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
    **_: object,  # whatever else SciPy hands to every method
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
        ``jac``, ``nit``, ``rows`` (how many were sampled to get there, the most of
        any class), ``sampled_passes`` and ``evaluation``, the `Evaluation` on all
        rows at ``x``. May raise StopIteration.
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
        samples as a number of passes, which `objective` has counted too. ``fun`` has
        six right digits where float32 was enough for the tolerance (whoever wants
        more asks `objective`), else it is J to float64.

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
    descent = _Descent(objective, seed, tolerance)
    status = _ITERATIONS
    for iteration in range(1, max_iterations + 1):
        before = descent.sampled_passes
        at = descent.step() if iteration > 1 else descent.start(objective.checked(x0))
        objective.count_samples(descent.sampled_passes - before)
        intermediate = OptimizeResult(
            x=at.theta.copy(),
            fun=at.cost,
            jac=at.gradient.copy(),
            nit=iteration,
            rows=descent.rows,
            sampled_passes=descent.sampled_passes,
            evaluation=at,
        )
        if asks_to_stop(callback, intermediate):
            status = _VISITOR
        elif not np.isfinite(at.cost) or not np.isfinite(at.gradient).all():
            status = _DIVERGED
        elif descent.has_converged():
            status = _CONVERGED
        elif descent.stalled:
            status = _STALLED
        if status != _ITERATIONS:
            break
    at = descent.at
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
class _Plan:
    """How one class is sampled, and what came of it."""

    rows: int
    factor_rows: int
    dtype: DTypeLike = np.float32
    sample: Sample | None = None
    steps: Steps | None = None
    shrank: float = 1.0
    iterations: int = 0

    @property
    def shrink(self) -> float:
        """How well to minimise the surrogate: a little better than it is worth."""
        return min(_LOOSEST, max(_TIGHTEST, _TIGHTER_THAN_LAST * self.shrank))


class _Uniform:
    """Rows that all classes share, each as good as another, and margins at Θ, (k, n)."""

    def __init__(self, rows: Rows, index: Any, stacked: FloatArray) -> None:  # noqa: ANN401 - whatever picks rows of an array
        self.rows = rows
        self._index = index
        self._margins = (rows @ stacked.T.astype(rows.dtype)).astype(np.float64)
        self._weights = np.full(len(rows), 1.0 / len(rows))

    def of_class(self, c: int, signs: FloatArray, penalty: FloatArray) -> tuple[Sample, FloatArray]:
        """These rows for one class, and their signed margins."""
        own = signs[self._index, c]
        sample = Sample(self.rows, self._index, own, self._weights, penalty)
        return sample, own * self._margins[:, c]


class _Descent:
    """The state between iterations."""

    def __init__(self, objective: Objective, seed: int, tolerance: float) -> None:
        self.objective = objective
        self.tolerance = tolerance
        self.random = np.random.default_rng(seed)
        self.m, self.n = objective.X.shape
        self.whole = Whole(objective, tolerance)
        self.signs = self.whole.signs
        self.penalty = np.full(self.n, objective.lam / self.m)
        self.penalty[0] = 0.0
        self.rows_read = 0
        self.rows = 0
        self.stalled = False
        self._in_vain = 0
        self._least = np.inf
        self.at: Evaluation  # where it is, from `start` on
        self._in_float64: Rows | None = None
        k = objective.classes
        self._room = max(_SAMPLE_BYTES, objective.X.nbytes // _SAMPLE_BYTES_SHARE)
        self.most_rows = min(self.m, max(self._room // (4 * self.n * k), 1))
        wanted = max(_SAMPLE_PER_COLUMN * self.n, self.m // _SAMPLE_SHARE)
        rows = min(wanted, self.most_rows)
        factor_rows = int(max(_FACTOR_PER_COLUMN * self.n, rows // _FACTOR_SHARE))
        self.plans = [_Plan(rows, factor_rows) for _ in range(k)]

    def has_converged(self) -> bool:
        """Whether no entry of ∇J is larger than the tolerance, in float64 if that is known."""
        if largest_entry(self.at.gradient) > self.tolerance:
            return False
        self.at = self.whole.confirms(self.at)
        return largest_entry(self.at.gradient) <= self.tolerance

    @property
    def sampled_passes(self) -> float:
        """Work on samples, in passes: a row of X times θ and back, for every class."""
        return self.rows_read / (2 * self.m * self.objective.classes)

    # -- the start, on uniform samples ---------------------------------------------------------

    def start(self, theta: FloatArray) -> Evaluation:
        """To the optimum of a sample, and of larger ones while there is much more data."""
        stacked = theta.reshape(self.objective.classes, -1).copy()
        size = int(max(_FIRST_PREFIX, _FIRST_PREFIX_PER_COLUMN * self.n))
        if size >= self.m:
            self._solve_all(stacked)
        else:
            self._solve_prefix(stacked, size, factored=False)
        size *= _PREFIX_GROWTH
        while size * _PREFIX_SHARE <= self.m:
            self._solve_prefix(stacked, size, factored=True)
            size *= _PREFIX_GROWTH
        self.at = self.whole.evaluate(stacked.ravel())
        self._least = largest_entry(self.at.gradient)
        return self.at

    def _solve_all(self, stacked: FloatArray) -> None:
        """Move each class, in place, to the optimum of all rows: they are so few."""
        self.rows = self.m
        goal = _NEARLY * self.tolerance
        uniform = _Uniform(self.whole.rows, slice(None), stacked)
        for c, plan in enumerate(self.plans):
            sample, q = uniform.of_class(c, self.signs, self.penalty)
            delta, plan.steps = to_the_optimum(sample, q, stacked[c], goal)
            stacked[c] += delta
            # A surrogate that cannot be better: the next steps keep it.
            plan.rows, plan.sample, plan.shrank = self.m, sample, 0.0
            self._count(sample)

    def _solve_prefix(self, stacked: FloatArray, size: int, *, factored: bool) -> None:
        """Move each class, in place, towards the optimum of `size` rows."""
        self.rows = size
        index = np.sort(self.random.choice(self.m, size, replace=False, shuffle=False))
        uniform = _Uniform(copied(self.whole.rows, index), index, stacked)
        goal = until_noise(uniform.rows, factored=factored)
        for c, plan in enumerate(self.plans):
            sample, q = uniform.of_class(c, self.signs, self.penalty)
            factor_rows = plan.factor_rows if factored else 0
            stacked[c] += towards_the_optimum(
                sample, q, stacked[c], goal, factor_rows=factor_rows, random=self.random
            )
            self._count(sample)

    def _count(self, sample: Sample) -> None:
        self.rows_read += sample.rows_read
        sample.rows_read = 0

    # -- an iteration --------------------------------------------------------------------------

    def step(self) -> Evaluation:
        """One surrogate a class, one pass (two where a step went too far)."""
        k = self.objective.classes
        before = self.at
        rounding = _ROUNDING if self.whole.exact else _ROUNDING_FLOAT32
        theta = before.theta.reshape(k, -1)
        gradient = before.gradient.reshape(k, -1)
        largest = largest_entry(gradient)
        done = max(_NEARLY * self.tolerance, _NEGLIGIBLE * largest)
        self.rows = 0
        deltas = np.zeros_like(theta)
        for index, plan in enumerate(self.plans):
            if largest_entry(gradient[index]) > done:
                deltas[index] = self._surrogate_step(plan, index, gradient[index])
        self.at = self.whole.evaluate((theta + deltas).ravel())
        if not self.at.cost <= before.cost * (1.0 + rounding):
            self.at = self._shortened(before, deltas)
        self._learn(deltas, gradient, self.at.gradient.reshape(k, -1))
        self._judge(before, rounding)
        return self.at

    def _surrogate_step(self, plan: _Plan, index: int, gradient: FloatArray) -> FloatArray:
        q = self.signs[:, index] * self.at.margins[:, index]
        poor = plan.shrank > _SHRANK_WELL or plan.iterations > _MANY_ITERATIONS
        if plan.sample is None or plan.steps is None or poor:
            plan.sample = self._drawn(plan, index, q)
            here = q[plan.sample.index]
            plan.steps = self._steps(plan, plan.sample, expit(here))
        else:
            here = q[plan.sample.index]
        sample = plan.sample
        goal = Goal(plan.shrink, _NEARLY * self.tolerance, _SURROGATE_ITERATIONS)
        move = minimised(sample, here, gradient, plan.steps, goal)
        plan.iterations = move.iterations
        self._count(sample)
        self.rows = max(self.rows, len(sample.rows))
        return move.delta

    def _steps(self, plan: _Plan, sample: Sample, p: FloatArray) -> Steps:
        """L-BFGS anew; on the factor that served well, or on a fresh one."""
        apply = None if plan.steps is None else plan.steps.apply
        if apply is None or plan.iterations > _FACTOR_SERVES:
            poor = plan.iterations > _MANY_ITERATIONS or plan.dtype == np.float64
            apply = None if poor else sample.low_rank(p, least_share=_IN_FEW_ROWS)
        if apply is None:
            apply = sample.factor(p, plan.factor_rows, self.random)
        return Steps(self.n, apply)

    def _drawn(self, plan: _Plan, index: int, q: FloatArray) -> Sample:
        """Rows by their h(1−h), or all."""
        plan.sample = None  # free its memory before the next takes more
        signs = self.signs[:, index]
        if plan.rows >= self.m or plan.dtype == np.float64:
            rows = self._all_rows(plan.dtype)
            return Sample(rows, slice(None), signs, np.full(self.m, 1.0 / self.m), self.penalty)
        p = expit(q)
        chance = probabilities(p * (1.0 - p), plan.rows)
        drawn = np.flatnonzero(self.random.random(self.m) < chance)
        rows = copied(self.whole.rows, drawn)
        return Sample(rows, drawn, signs[drawn], 1.0 / (self.m * chance[drawn]), self.penalty)

    def _all_rows(self, dtype: DTypeLike) -> Rows:
        """X in that width, or as it is where a copy would be too large."""
        if dtype == np.float32:
            return self.whole.rows
        X = self.objective.X
        if self._in_float64 is None and 8 * X.size <= self._room:
            self._in_float64 = X.astype(np.float64, copy=False)
        return X if self._in_float64 is None else self._in_float64

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
            line = Line(
                margins=q,
                along=self.signs[:, index] * self.at.margins[:, index] - q,
                weights=np.full(self.m, 1.0 / self.m),
                p=expit(q),
                slope=slope,
                bend=float((self.penalty * delta) @ delta),
            )
            sizes[index] = line.minimum(0.1 * abs(slope), 1.0)[0]
        return self.whole.evaluate((theta + sizes[:, None] * deltas).ravel())

    def _learn(self, deltas: FloatArray, before: FloatArray, after: FloatArray) -> None:
        """More rows where the surrogate was a poor picture of the whole."""
        for plan, delta, old, new in zip(self.plans, deltas, before, after, strict=True):
            if plan.steps is None or not delta.any():
                continue
            was, left = (float(g @ plan.steps.eased(g)) for g in (old, new))
            if was > 0.0 and left >= 0.0:
                plan.shrank = math.sqrt(left / was)
            else:  # rounding has left the factor without the sign of a Hessian
                plan.shrank, plan.steps = 1.0, None
            if plan.iterations > _MANY_ITERATIONS:
                plan.factor_rows = min(2 * plan.factor_rows, self.m)
            if plan.shrank <= _SHRANK_BADLY:
                continue
            if plan.rows >= self.most_rows:
                plan.factor_rows = min(2 * plan.factor_rows, self.m)
                if plan.factor_rows >= plan.rows:
                    plan.dtype = np.float64
            plan.rows = min(2 * plan.rows, self.most_rows)

    def _judge(self, before: Evaluation, rounding: float) -> None:
        """Stalled: neither J nor ∇J gets smaller, with all rows in float64 neither."""
        largest = largest_entry(self.at.gradient)
        better = self.at.cost < before.cost * (1.0 - rounding) or largest < 0.7 * self._least
        self._least = min(self._least, largest)
        self._in_vain = 0 if better else self._in_vain + 1
        if not better:
            self.whole.exact = True
            for plan in self.plans:
                plan.rows, plan.factor_rows, plan.shrank = self.most_rows, self.m, 1.0
                plan.dtype, plan.steps = np.float64, None
        self.stalled = self._in_vain >= _STALLED_AFTER


def _options(config: TrainConfig, objective: Objective) -> dict[str, Any]:
    return {
        "objective": objective,
        "tolerance": config.tolerance,
        "max_iterations": config.max_iterations,
        "seed": config.seed,
    }


SAMPLED_SURROGATE: Final = Optimizer(
    label="Sampled surrogate (ours)",
    family="Newton on samples",
    explanation="Few passes over the data: between them it works on the few examples that are "
    "still in doubt, which hold nearly all the curvature. The fastest here on large data.",
    settings=("lam", "max_iterations", "max_seconds", "tolerance", "seed"),
    method=sampled_surrogate,
    options=_options,
    picks_rows=True,
    does_softmax=False,
)
