"""Whether a pixel alone keeps J from having a minimum at λ = 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

#: Rows that are copied at once: 26 MB of 401 float64.
_BLOCK: Final = 8192


def has_one_sided_pixel(X: NDArray[np.floating[Any]], targets: FloatArray) -> bool:
    """Whether some column speaks for or against a class without ever being wrong.

    Such as a pixel that has ink in images of one class only: a larger weight lowers
    the cost of those images and raises that of none, so that J falls for ever along
    it. It is the simplest quasi-complete separation of Albert and Anderson (1984),
    and common: few images have any ink at the edge. Overlap of the classes
    elsewhere does not help; a penalty does.

    Parameters
    ----------
    X : (m, n) ndarray of float64
        Design matrix.
    targets : (m, k) ndarray of float64
        1 where the example is of the class, else 0; k = 1 for two classes.

    Returns
    -------
    bool
        For at least one class.

    Examples
    --------
    The second pixel is inked in both classes, the third in one image, which is a 1.

    >>> X = np.array([[1, 0.9, 0.0], [1, 0.5, 0.0], [1, 0.8, 0.2]])
    >>> targets = np.array([[0.0], [1.0], [1.0]])
    >>> has_one_sided_pixel(X, targets), has_one_sided_pixel(X[:, :2], targets)
    (True, False)
    """
    return is_one_sided(*extremes(X, targets))


def is_one_sided(lowest: FloatArray, highest: FloatArray) -> bool:
    """Say what `has_one_sided_pixel` says, of what `extremes` returns."""
    for own in range(len(lowest)):
        rest = np.arange(len(lowest)) != own
        lowest_rest, highest_rest = lowest[rest].min(axis=0), highest[rest].max(axis=0)
        speaks_for = (lowest[own] >= 0) & (highest_rest <= 0)
        speaks_against = (highest[own] <= 0) & (lowest_rest >= 0)
        silent = (lowest == 0).all(axis=0) & (highest == 0).all(axis=0)
        if ((speaks_for | speaks_against) & ~silent).any():
            return True
    return False


def extremes(X: NDArray[np.floating[Any]], targets: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and largest value of each column among the examples of each class.

    Takes what `has_one_sided_pixel` takes. Where a class has no example, they are +∞ and −∞,
    so that those of other rows are found by least of the least and largest of the largest.

    Returns
    -------
    lowest, highest : (classes, n) ndarray of float64
        Of two classes, the second is first.
    """
    sides = np.c_[targets, 1.0 - targets] == 1 if targets.shape[1] == 1 else targets == 1
    shape = (sides.shape[1], X.shape[1])
    lowest, highest = np.full(shape, np.inf), np.full(shape, -np.inf)
    for first in range(0, len(X), _BLOCK):
        block = slice(first, first + _BLOCK)
        for side in range(len(lowest)):
            rows = X[block][sides[block, side]]
            lowest[side] = np.minimum(lowest[side], rows.min(axis=0, initial=np.inf))
            highest[side] = np.maximum(highest[side], rows.max(axis=0, initial=-np.inf))
    return lowest, highest
