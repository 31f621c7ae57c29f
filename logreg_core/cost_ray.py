"""J along the ray of one θ: what it costs to be surer, or less sure, of the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.loss_line import losses_on_a_line
from logreg_core.objective import Objective, penalty

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
    """J at s·θ, for many s and any λ.

    Attributes
    ----------
    factors : (t,) ndarray of float64
        s > 0, ascending, evenly spread on a logarithmic axis.
    losses : (t,) ndarray of float64
        The mean cost at each s·θ, without a penalty.
    penalty_of_one : float
        What λ = 1 adds to J at θ itself.
    falls_for_ever : bool
        Whether `losses` fall beyond the longest θ too, without end: θ has no example on the
        wrong side, and not all of them between the sides. With one that is wrong they turn up,
        be it far beyond.
    """

    factors: FloatArray
    losses: FloatArray
    penalty_of_one: float
    falls_for_ever: bool

    def costs(self, lam: float) -> FloatArray:
        """J at each s·θ.

        Parameters
        ----------
        lam : float
            λ ≥ 0.

        Returns
        -------
        (t,) ndarray of float64
            The penalty included.
        """
        return self.losses + lam * self.penalty_of_one * self.factors**2

    def lowest(self, lam: float) -> int | None:
        """Where J is lowest on this ray; another θ may cost less.

        Parameters
        ----------
        lam : float
            λ ≥ 0.

        Returns
        -------
        int or None
            A position in `factors`; None where J still falls, or is rounded to 0, at the
            longest θ.
        """
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
    >>> ray.falls_for_ever, float(round(ray.factors[ray.lowest(lam=1)], 2))
    (True, 0.67)
    """
    z = Objective(X, y[:, None], 0.0).evaluate(theta, counted=False).margins[:, 0]  # (m,)
    at_one = float(penalty(theta[None], 1.0, len(y)))
    rightness = np.where(y == 1, z, -z)
    falls_for_ever = bool(rightness.min() >= 0 and rightness.max() > 0)
    shortest = _SHORTEST
    while True:
        decades = np.log10(_LONGEST / shortest)
        factors = np.geomspace(shortest, _LONGEST, round(decades * _POINTS_A_DECADE) + 1)
        losses = losses_on_a_line(z, y, factors).log_loss.mean
        ray = CostRay(factors, losses, at_one, falls_for_ever)
        if ray.lowest(1.0) != 0 or shortest <= _SHORTEST_OF_ALL:
            return ray
        shortest /= 10
