"""J along the ray of one θ: what it costs to be surer, or less sure, of the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.objective import Objective, log_loss, penalty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

#: Where the ray ends; where it begins, unless a penalty wants θ even shorter.
_LONGEST: Final = 100.0
_SHORTEST: Final = 0.1

#: No θ that an optimiser finds is this many times too long for a penalty of λ = 1.
_SHORTEST_OF_ALL: Final = 1e-6

_POINTS_A_DECADE: Final = 40


@dataclass(frozen=True, eq=False)
class CostRay:
    """J at c·θ, for many c and any λ.

    Attributes
    ----------
    factors : (k,) ndarray of float64
        c > 0, ascending, evenly spread on a logarithmic axis.
    losses : (k,) ndarray of float64
        The mean cost at each c·θ, without a penalty.
    penalty_of_one : float
        What λ = 1 adds to J at θ itself.
    """

    factors: FloatArray
    losses: FloatArray
    penalty_of_one: float

    def costs(self, lam: float) -> FloatArray:
        """J at each c·θ, (k,), under a λ ≥ 0."""
        return self.losses + lam * self.penalty_of_one * self.factors**2

    def lowest(self, lam: float) -> int | None:
        """Where J is lowest; None where it still falls, or is rounded to 0, at the longest θ."""
        costs = self.costs(lam)
        position = int(costs.argmin())
        return None if costs[-1] == costs[position] else position


def cost_ray(X: NDArray[np.floating[Any]], y: FloatArray, theta: FloatArray) -> CostRay:
    """J at a tenth to a hundred times θ; from less, where λ = 1 wants it shorter.

    Parameters
    ----------
    X : (m, n) ndarray of float64 or float32
        Design matrix, bias first.
    y : (m,) ndarray of float64
        0 or 1.
    theta : (n,) ndarray of float64
        Which way the ray goes.

    Examples
    --------
    Two examples on their right sides: the longer θ, the surer, and J falls for ever.

    >>> X, y = np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([0.0, 1.0])
    >>> ray = cost_ray(X, y, np.array([0.0, 1.0]))
    >>> ray.lowest(lam=0) is None, float(round(ray.factors[ray.lowest(lam=1)], 2))
    (True, 0.67)
    """
    z = Objective(X, y[:, None], 0.0).evaluate(theta, counted=False).margins[:, 0]  # (m,)
    at_one = float(penalty(theta[None], 1.0, len(y)))
    shortest = _SHORTEST
    while True:
        decades = np.log10(_LONGEST / shortest)
        factors = np.geomspace(shortest, _LONGEST, round(decades * _POINTS_A_DECADE) + 1)
        losses = np.array([log_loss(c * z, y).mean() for c in factors])
        ray = CostRay(factors, losses, at_one)
        if ray.lowest(1.0) != 0 or shortest <= _SHORTEST_OF_ALL:
            return ray
        shortest /= 10
