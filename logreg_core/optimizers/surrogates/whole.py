"""J and ∇J over all rows: in float32 for as long as that can tell, then in float64."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.objective import Evaluation
from logreg_core.optimizers.surrogates.losses import losses_and_slopes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.objective import Objective

    FloatArray = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]

#: Rows that are gone through at once: of float32, 800 kB of them stay in the
#: processor's cache between z = Xθ and Xᵀr, and Python's share is small.
_BLOCK: Final = 4096

#: A float32 copy of X is made where it is no larger than this.
_COPY_BYTES: Final = 128_000_000

#: How far rounding may go, as a share of ∇J or of the tolerance, before float64 takes over.
BLURRED: Final = 0.1
_FLOAT32_STEP: Final = float(np.finfo(np.float32).eps)


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
        self._longest = 0.0

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
        at, rounding = self._in_float32(theta)
        wanted = max(float(np.abs(at.gradient).max()), self._tolerance)
        if rounding <= BLURRED * wanted:
            return at
        self.exact = True
        return self.objective.evaluate(theta)

    def _in_float32(self, theta: FloatArray) -> tuple[Evaluation, float]:
        """The evaluation, and about how far rounding has moved an entry of its ∇J."""
        objective = self.objective
        m, k = objective.targets.shape
        self.objective.count_evaluation()
        stacked = theta.reshape(k, -1)
        columns = np.ascontiguousarray(stacked.T, dtype=np.float32)  # (n, k)
        margins = np.empty((m, k))
        total = np.zeros_like(stacked)
        loss = blur = 0.0
        rows = self.rows
        for first in range(0, m, _BLOCK):
            part = slice(first, first + _BLOCK)
            block, signs = rows[part], self.signs[part]
            z = (block @ columns).astype(np.float64)
            margins[part] = z
            q = signs * z
            losses, slopes = losses_and_slopes(q)
            total += (signs * slopes).astype(np.float32).T @ block
            loss += float(losses.sum())
            blur += float(np.vdot(slopes, 1.0 + np.abs(q)))
        free = stacked.copy()
        free[:, 0] = 0.0
        penalty = objective.lam / (2 * m) * float(np.square(free).sum())
        gradient = (total + objective.lam * free).ravel() / m
        at = Evaluation(theta.copy(), margins, loss / m + penalty, penalty, gradient)
        return at, _FLOAT32_STEP * self._length(rows) * blur / (m * k)

    def _length(self, rows: Rows) -> float:
        """The largest number in the first block: what stands for the scale of X."""
        if not self._longest:
            self._longest = float(np.abs(rows[:_BLOCK]).max())
        return self._longest
