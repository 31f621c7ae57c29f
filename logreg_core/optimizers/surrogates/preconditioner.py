"""Approximate inverses of the Hessian, made from some of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.linalg import blas, lapack

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import DTypeLike, NDArray

    FloatArray = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]
    Apply = Callable[[FloatArray], FloatArray]

_MULTIPLIED_AT_ONCE: Final = 4096  # rows

#: Added to the diagonal, relative to its largest entry: what rounding may have taken from it.
_JITTER: Final = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-13}

#: The same for the diagonal under a few rows, relative to all curvature times the
#: square of a row's length: so far float32 can tell 1 + what rows add from what they add.
_LOW_RANK_JITTER: Final = 1e-6
_LARGEST_FLOAT32: Final = 1e37  # leaves room for sums
_LEAST_CURVATURE: Final = 1e-30  # of separated data; float32 ends at 1e-38


def cholesky_inverse(rows: Rows, curvature: FloatArray, penalty: FloatArray) -> Apply:
    """Return v → (rowsᵀ diag(curvature) rows + diag(penalty))⁻¹ v.

    Parameters
    ----------
    rows : (s, n) ndarray of float32 or float64
        Enough of them for a Hessian: n or more.
    curvature : (s,) ndarray of float64
        Weight · h(1−h), ≥ 0.
    penalty : (n,) ndarray of float64
        λ/m, and 0 for the bias.
    """
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
    fits = diagonal.max() < _LARGEST_FLOAT32
    width: DTypeLike = hessian.dtype if fits else np.float64
    while jitter < 1.0:
        matrix = hessian.astype(width)
        np.fill_diagonal(matrix, diagonal + jitter * diagonal.max() + np.finfo(np.float32).tiny)
        factor = lapack.spotrf if width == np.float32 else lapack.dpotrf
        lower, failed = factor(matrix, lower=1, clean=0, overwrite_a=1)
        if not failed:
            return lower, width
        if width == np.float64:
            jitter *= 100.0
        width = np.float64
    return np.asfortranarray(np.diag(np.sqrt(diagonal + diagonal.max()))), np.float64


def low_rank_inverse(
    rows: Rows,
    curvature: FloatArray,
    penalty: FloatArray,
    count: int,
    *,
    least_share: float = 0.0,
) -> Apply | None:
    """Return v → P⁻¹v, where P has the `count` most curved rows and the mean of the others.

    P = D + BᵀB with D diagonal and few rows in B, inverted by the Woodbury
    identity: (D + BᵀB)⁻¹ = D⁻¹ − D⁻¹Bᵀ(1 + B D⁻¹Bᵀ)⁻¹B D⁻¹. It costs count²·n where a
    whole Hessian costs s·n².

    Parameters
    ----------
    rows : (s, n) ndarray of float32
        s > `count`.
    curvature, penalty : ndarray of float64
        As for `cholesky_inverse`.
    count : int
        How many rows.
    least_share : float
        Of all curvature, 0 to 1: with less than that in those rows, none is made.

    Returns
    -------
    callable or None
        None where float32 cannot hold it, or it would not be worth its while.
    """
    chosen = np.argpartition(curvature, len(curvature) - count)[-count:]
    total = float(curvature.sum())
    held = float(curvature[chosen].sum())
    if held < least_share * total:
        return None
    B = rows[chosen]
    roots = np.sqrt(curvature[chosen]).astype(np.float32)
    mean_square = float(np.vdot(B, B)) / B.size
    if not mean_square * total > _LEAST_CURVATURE:
        return None
    diagonal = penalty + mean_square * (total - held + _LOW_RANK_JITTER * total * B.shape[1])
    B *= roots[:, None]
    scaled = B * np.sqrt(1.0 / diagonal).astype(np.float32)
    small = blas.ssyrk(1.0, scaled.T, trans=1, lower=1)
    small[np.diag_indices(count)] += np.float32(1.0)
    lower, failed = lapack.spotrf(small, lower=1, clean=0, overwrite_a=1)
    if failed:
        return None
    inverse = 1.0 / diagonal

    def apply(v: FloatArray) -> FloatArray:
        eased = inverse * v
        largest = float(np.abs(eased).max()) or 1.0
        inner = blas.strsv(lower, B @ (eased * (1.0 / largest)).astype(np.float32), lower=1)
        inner = blas.strsv(lower, inner, lower=1, trans=1, overwrite_x=1)
        return eased - inverse * (largest * (inner @ B))

    return apply
