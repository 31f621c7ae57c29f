"""Loss and slope of many examples at once, from one exponential each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def losses_and_slopes(q: FloatArray) -> tuple[FloatArray, FloatArray]:
    """log(1 + e^q) and its derivative σ(q), both to full relative precision.

    Parameters
    ----------
    q : ndarray of float64
        Signed margins: z where the target is 0, −z where it is 1.

    Returns
    -------
    losses, slopes : ndarray of float64
        Of the shape of `q`.

    Examples
    --------
    >>> losses_and_slopes(np.array([0.0, -40.0, 800.0]))[0]
    array([6.93147181e-01, 4.24835426e-18, 8.00000000e+02])
    """
    e = np.exp(-np.abs(q))
    losses = np.maximum(q, 0.0) + np.log1p(e)
    return losses, np.where(q > 0.0, 1.0, e) / (1.0 + e)
