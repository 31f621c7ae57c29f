"""The start: from θ to the optimum of a uniform sample, or of all rows where they are few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from logreg_core.optimizers.surrogates.minimiser import Goal, Steps, minimised

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.optimizers.surrogates.rows import Sample

    FloatArray = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]

_NOISE: Final = 0.8  # of the gradient's standard deviation: a prefix is solved to here
_ANCHORS: Final = 4  # times that ∇J is summed up anew, at most
_ITERATIONS: Final = 60  # between two of them
_FACTORED_ITERATIONS: Final = 15  # the same where each comes with a factor of its own

#: ∇S shrinks to this fraction before float32, in which it is summed up from where it started,
#: blurs it; it is then summed up anew.
_FLOAT32: Final = 1e-4
#: On all rows at once, ‖∇J‖ falls to this fraction before it pays to ask which are in doubt.
_SETTLED: Final = 0.01


def until_noise(rows: Rows, *, factored: bool) -> Goal:
    """Until ∇J of these rows, (s, n), drowns in its sampling noise."""
    lengths = np.einsum("ij,ij->i", rows, rows).astype(np.float64)

    def drowned(gradient: FloatArray, p: FloatArray) -> bool:
        noise = float(lengths @ p**2) / len(rows) ** 2
        return float(gradient @ gradient) <= _NOISE**2 * noise

    return Goal(0.0, 0.0, _FACTORED_ITERATIONS if factored else _ITERATIONS, drowned)


def towards_the_optimum(
    sample: Sample,
    q: FloatArray,
    theta: FloatArray,
    goal: Goal,
    *,
    factor_rows: int,
    random: np.random.Generator,
) -> FloatArray:
    """How far to go on a sample until the goal is reached.

    Parameters
    ----------
    sample : Sample
        Uniform.
    q : (s,) ndarray of float64
        Signed margins at θ.
    theta : (n,) ndarray of float64
        Where it starts; not changed.
    goal : Goal
        When to end.
    factor_rows : int
        Rows for a factor of the Hessian each time that ∇J is summed up anew; 0 for none.
    random : numpy.random.Generator
        Draws them.

    Returns
    -------
    (n,) ndarray of float64
        Change of θ.
    """
    total = np.zeros(len(theta))
    steps = Steps(len(theta))
    for _ in range(_ANCHORS):
        p = expit(q)
        gradient = sample.gathered(p) + sample.penalty * (theta + total)
        if factor_rows:
            steps = Steps(len(theta), sample.factor(p, factor_rows, random))
        move = minimised(sample, q, gradient, steps, goal)
        total = total + move.delta
        q = move.margins
        if move.reached or move.iterations == 0:
            break
    return total


def to_the_optimum(
    sample: Sample, q: FloatArray, theta: FloatArray, largest: float
) -> tuple[FloatArray, Steps]:
    """How far to go on all rows until no entry of ∇J is larger than that.

    Once it is settled which rows stay in doubt, these precondition the rest.

    Parameters
    ----------
    sample : Sample
        All rows.
    q, theta : ndarray of float64
        As for `towards_the_optimum`.
    largest : float
        Of the entries of ∇J.

    Returns
    -------
    delta : (n,) ndarray of float64
        Change of θ.
    steps : Steps
        What is remembered of the way.
    """
    n = len(theta)
    total = np.zeros(n)
    steps = Steps(n)
    shrink = _SETTLED
    for _ in range(_ANCHORS):
        p = expit(q)
        gradient = sample.gathered(p) + sample.penalty * (theta + total)
        if steps.count:
            apply = sample.low_rank(p)
            downhill = apply is not None and float(gradient @ apply(gradient)) > 0.0
            steps = Steps(n, apply if downhill else None)
            shrink = _FLOAT32
        move = minimised(sample, q, gradient, steps, Goal(shrink, largest, _ITERATIONS))
        total = total + move.delta
        q = move.margins
        if move.iterations == 0 or move.largest <= largest:
            break
    return total, steps
