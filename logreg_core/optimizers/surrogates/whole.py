"""J and ∇J over all rows: in float32 for as long as that can tell, then in float64."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from logreg_core.objective import largest_entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.objective import Evaluation, Objective

    FloatArray = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]

#: A float32 copy of X is made where it is no larger than this.
_COPY_BYTES: Final = 128_000_000

#: How far rounding may go, as a share of ∇J or of the tolerance, before float64 takes over.
_BLURRED: Final = 0.1
_ROUNDING: Final = float(np.finfo(np.float32).eps)
#: Rows, evenly spread, that tell how large the numbers in X are.
_PROBED: Final = 64


class Whole:
    """All rows of an objective.

    Parameters
    ----------
    objective : Objective
        k problems on one X, (m, n) of float64 or float32.
    tolerance : float
        Largest entry of ∇J that is small enough.

    Attributes
    ----------
    signs : (m, k) ndarray of float64
        −1 where the target is 1, else 1: the loss of a row is log(1 + e^{signs·z}).
    exact : bool
        Whether evaluations are in float64 from now on.
    """

    def __init__(self, objective: Objective, tolerance: float) -> None:
        self.objective = objective
        self.signs = 1.0 - 2.0 * objective.targets
        self._tolerance = tolerance
        self.exact = objective.X.dtype != np.float32 and objective.X.size * 4 > _COPY_BYTES

    @cached_property
    def rows(self) -> Rows:
        """X in float32; as it is where a copy would be too large."""
        X = self.objective.X
        too_large = X.size * 4 > _COPY_BYTES
        return X if too_large else X.astype(np.float32, copy=False)

    def evaluate(self, theta: FloatArray) -> Evaluation:
        """J, ∇J and margins at a flat θ; in float64 once float32 blurs ∇J."""
        if self.exact:
            return self.objective.evaluate(theta)
        at = self.objective.rough_evaluation(theta, self.rows)
        wanted = max(largest_entry(at.gradient), self._tolerance)
        if self._rounding(at) <= _BLURRED * wanted:
            return at
        self.exact = True
        return self.objective.evaluate(theta)

    def confirms(self, at: Evaluation) -> Evaluation:
        """The same place in float64, if somebody who watches has been there already.

        It decides whether a run has converged: a sum in float32 is off by more than
        was estimated once in a few hundred runs.
        """
        exact = None if self.exact else self.objective.known_at(at.theta)
        if exact is None:
            return at
        self.exact = True
        return exact

    def _rounding(self, at: Evaluation) -> float:
        """About how far rounding has moved an entry of ∇J; of the worst class.

        A slope σ(q) is off by as much of itself as q is off, and that is the
        rounding of the sum over |x_j θ_j|.
        """
        probe = self._probe
        stacked = at.theta.reshape(at.margins.shape[1], -1)  # (k, n)
        summands = (probe @ np.abs(stacked).T).mean(axis=0)  # (k,)
        slopes = expit(self.signs * at.margins).mean(axis=0)  # (k,)
        return _ROUNDING * float(probe.max() * (slopes * (1.0 + summands)).max())

    @cached_property
    def _probe(self) -> FloatArray:
        """Some rows without their signs, (64, n) at most."""
        apart = math.ceil(len(self.rows) / _PROBED)
        return np.abs(self.rows[::apart]).astype(np.float64)
