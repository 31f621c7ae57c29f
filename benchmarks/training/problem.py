"""What is to be solved, and the oracle that says how well it was: J in float64, and J*.

Written here a second time, beside ``logreg_core.objective``, so that the judge shares
no line with those who are judged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

# Rows that are brought to float64 in one go: 66 MB of 401 columns.
_ROWS_AT_ONCE: Final = 20_000

# From here on Newton starts at the optimum of every eighth row: three or four
# Hessians of all rows remain of about ten.
_ROWS_WORTH_A_FIRST_GUESS: Final = 20_000
_STRIDE: Final = 8

# J − J* that Newton's own model still promises, relative to J: less is below float64.
_MACHINE_PRECISION: Final = 1e-15


@dataclass(frozen=True, eq=False)
class Problem:
    """Logistic regression of k classes, each against the rest, on one design matrix.

    Attributes
    ----------
    X : (m, n) ndarray of float32 or float64
        Design matrix, the bias (ones) first, as a user has it.
    targets : (m, k) ndarray of float64
        1 where the row is of the class, else 0; k = 1 for two digits.
    lam : float
        λ > 0; the bias is not penalised.
    """

    X: NDArray[Any]
    targets: FloatArray
    lam: float

    @cached_property
    def pixels(self) -> NDArray[Any]:
        """X without its bias, (m, n−1), for peers with an intercept of their own."""
        return np.ascontiguousarray(self.X[:, 1:])

    @cached_property
    def optimum(self) -> float:
        """J*, the least J."""
        return cost(self, newton(self))

    def suboptimality(self, theta: FloatArray) -> float:
        """(J − J*)/J* at Θ, (k, n); inf where Θ or J is not finite, and never below 0."""
        if not np.isfinite(theta).all():
            return math.inf
        excess = (cost(self, theta) - self.optimum) / self.optimum
        return max(excess, 0.0) if math.isfinite(excess) else math.inf

    def every(self, stride: int) -> Problem:
        """Each `stride`-th row, with λ as much smaller as there are fewer rows."""
        targets = self.targets[::stride]
        lam = self.lam * len(targets) / len(self.targets)
        return Problem(np.ascontiguousarray(self.X[::stride]), targets, lam)

    def of_class(self, index: int) -> Problem:
        """One class alone against the rest."""
        return Problem(self.X, self.targets[:, index : index + 1], self.lam)


def cost(problem: Problem, theta: FloatArray) -> float:
    """Σ over the classes of J, in float64, at Θ, (k, n)."""
    losses = [
        np.logaddexp(0.0, (1.0 - 2.0 * targets) * (X @ theta.T)).sum()
        for X, targets in _blocks(problem)
    ]
    penalty = problem.lam / 2 * np.square(theta[:, 1:]).sum()
    return float(math.fsum(losses) + penalty) / len(problem.X)


def newton(problem: Problem) -> FloatArray:
    """Θ of the least J, (k, n), by damped Newton steps with the full Hessian."""
    classes = range(problem.targets.shape[1])
    return np.stack([_newton_of_one(problem.of_class(index)) for index in classes])


def _newton_of_one(problem: Problem) -> FloatArray:
    if len(problem.X) >= _ROWS_WORTH_A_FIRST_GUESS:
        theta = _newton_of_one(problem.every(_STRIDE))
    else:
        theta = np.zeros(problem.X.shape[1])
    current = cost(problem, theta[None])
    for _ in range(100):
        gradient, hessian = _derivatives(problem, theta)
        step = cho_solve(cho_factor(hessian), gradient)
        size = 1.0
        while size > 1e-9 and cost(problem, (theta - size * step)[None]) > current:
            size /= 2
        if size > 1e-9:
            theta = theta - size * step
            current = cost(problem, theta[None])
        if gradient @ step / 2 <= _MACHINE_PRECISION * current or size <= 1e-9:
            break
    return theta


def _derivatives(problem: Problem, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """∇J, (n,), and ∇²J, (n, n), of one class."""
    penalty = np.full(theta.size, problem.lam)
    penalty[0] = 0.0
    gradient, hessian = penalty * theta, np.diag(penalty)
    for X, targets in _blocks(problem):
        h = expit(X @ theta)
        gradient += X.T @ (h - targets[:, 0])
        weighted = X * np.sqrt(h * (1.0 - h))[:, None]
        hessian += weighted.T @ weighted
    return gradient / len(problem.X), hessian / len(problem.X)


def _blocks(problem: Problem) -> Iterator[tuple[FloatArray, FloatArray]]:
    for start in range(0, len(problem.X), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        yield problem.X[rows].astype(np.float64, copy=False), problem.targets[rows]
