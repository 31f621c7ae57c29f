"""Some of the rows that stand for all, for one class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.optimizers.surrogates.preconditioner import cholesky_inverse, low_rank_inverse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.optimizers.surrogates.preconditioner import Apply

    FloatArray = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]

#: Probability is ∝ h(1−h) + this times its mean: no weight is larger than 20 times its fair share.
_FLOOR: Final = 0.05

_LOW_RANK_SHARE: Final = 3  # of n: a third of the rows that a Hessian would take
_COPIED_AT_ONCE: Final = 1024  # rows: a float64 block that stays in the cache on its way to float32


@dataclass
class Sample:
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
    rows_read : int
        How many rows products have gone through.
    """

    rows: Rows
    index: Any
    signs: FloatArray
    weights: FloatArray
    penalty: FloatArray
    rows_read: int = 0

    @cached_property
    def pull(self) -> FloatArray:
        """Weights with their signs, (s,)."""
        return self.weights * self.signs

    def times(self, direction: FloatArray) -> FloatArray:
        """Signed change of the margins along a direction, (s,)."""
        self.rows_read += len(self.rows)
        return self.signs * (self.rows @ direction.astype(self.rows.dtype))

    def gathered(self, changes: FloatArray) -> FloatArray:
        """Σ weight · sign · change · row, (n,), for changes of p = σ(signed margin)."""
        self.rows_read += len(self.rows)
        pull = self.pull * changes
        # float32 has no room below 1e-38, where p gets to on separable data.
        scale = float(np.abs(pull).max(initial=0.0)) or 1.0
        pull *= 1.0 / scale
        return scale * (pull.astype(self.rows.dtype) @ self.rows).astype(np.float64)

    def factor(self, p: FloatArray, count: int, random: np.random.Generator) -> Apply:
        """Apply v → P⁻¹v for the Hessian P at p, from about `count` of the rows."""
        curvature = self.weights * p * (1.0 - p)
        rows = self.rows
        if len(rows) > count:
            chance = probabilities(curvature, count)
            drawn = np.flatnonzero(random.random(len(rows)) < chance)
            curvature = curvature[drawn] / chance[drawn]
            rows = rows[drawn]
        return cholesky_inverse(rows, curvature, self.penalty)

    def low_rank(self, p: FloatArray, *, least_share: float = 0.0) -> Apply | None:
        """Apply v → P⁻¹v from the few rows that are most in doubt.

        None where it cannot be, and where these rows have less than that share of the
        curvature.
        """
        count = max(self.rows.shape[1] // _LOW_RANK_SHARE, 1)
        if len(self.rows) <= count:
            return None
        curvature = self.weights * p * (1.0 - p)
        return low_rank_inverse(self.rows, curvature, self.penalty, count, least_share=least_share)


def probabilities(curvature: FloatArray, count: float) -> FloatArray:
    """min(1, c·(curvature + floor)), with c such that they add up to about `count`."""
    score = curvature + (_FLOOR * curvature.mean() + np.finfo(float).tiny)
    chance = score * (count / score.sum())
    certain = chance >= 1.0
    while certain.any() and not certain.all():
        factor = (count - certain.sum()) / chance[~certain].sum()
        if factor <= 1.001:
            break
        chance = np.where(certain, 1.0, chance * factor)
        certain = chance >= 1.0
    return np.minimum(chance, 1.0)


def copied(X: Rows, index: NDArray[np.intp]) -> Rows:
    """Those rows in float32, without a float64 copy of all of them on the way."""
    if X.dtype == np.float32:
        return X[index]
    rows = np.empty((len(index), X.shape[1]), np.float32)
    for start in range(0, len(index), _COPIED_AT_ONCE):
        part = slice(start, start + _COPIED_AT_ONCE)
        rows[part] = X[index[part]]
    return rows
