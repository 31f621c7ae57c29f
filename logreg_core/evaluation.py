"""How good a model's answers are: which digits it mistakes, and whether it is as sure as it may be.

All of it takes what a model said of labelled images; none of it asks the model again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

#: Quantile of the normal distribution between whose ± lie 95 %.
Z_OF_95_PERCENT: Final = 1.959963984540054

#: Ten bins of equal width, as a person says it: "90 to 100 % sure".
TENTHS: Final = tuple(tenth / 10 for tenth in range(11))

_LEAST_EDGES: Final = 2  # of one bin


def wilson_interval(hits: int, total: int, z: float = Z_OF_95_PERCENT) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence (Wilson 1927).

    Unlike share ± 1.96 standard errors it stays within 0 and 1, and does not shrink to a point
    where every try was a hit. Its ends solve one quadratic equation; here they are written as
    what the product of both is over the other one::

        share² / (share + reach)    and    1 − (1 − share)² / (1 − share + reach)

    so that rounding leaves them exactly 0 where nothing was a hit, and 1 where all was.

    Parameters
    ----------
    hits, total : int
        So many of so many, 0 ≤ hits ≤ total.
    z : float
        Quantile of the normal distribution; 1.96 for 95 %.

    Returns
    -------
    low, high : float
        0 and 1 where nothing was tried.

    Raises
    ------
    DataError
        If there are more hits than tries, or fewer than none.

    Examples
    --------
    >>> low, high = wilson_interval(10, 10)
    >>> round(low, 3), high
    (0.722, 1.0)
    """
    if not 0 <= hits <= total:
        raise DataError(f"Of {total} tries 0 to {max(total, 0)} can be hits, not {hits}.")
    if total == 0:
        return 0.0, 1.0
    share, reach = hits / total, wilson_reach(hits, total, z)
    return share**2 / (share + reach), 1 - (1 - share) ** 2 / (1 - share + reach)


def wilson_reach(hits: int, total: int, z: float = Z_OF_95_PERCENT) -> float:
    """How far `wilson_interval` reaches: z²/2n + z √(share (1 − share)/n + z²/4n²).

    Takes what that does, of n ≥ 1 tries in total.
    """
    share = hits / total
    return z**2 / (2 * total) + z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))


def confusion_matrix(labels: ArrayLike, read_as: ArrayLike, classes: Sequence[int]) -> IntArray:
    """How often each digit was read as each.

    Parameters
    ----------
    labels, read_as : (m,) array_like of int
        What each image shows and what it was read as; all of them among `classes`.
    classes : sequence of int
        Ascending, each once.

    Returns
    -------
    (classes, classes) ndarray of int64
        A row for each digit that is shown, a column for each that is read; read-only.

    Raises
    ------
    DataError
        If there is another digit among them, not one reading for each label, or the classes
        do not ascend.

    Examples
    --------
    >>> confusion_matrix([3, 3, 8, 8], [3, 8, 8, 8], (3, 8))
    array([[1, 1],
           [0, 2]])
    """
    k, known = len(classes), np.asarray(classes)
    if k == 0 or known.ndim != 1 or not (known[:-1] < known[1:]).all():
        raise DataError(f"Classes are digits in ascending order, each once, not {list(classes)}.")
    shown, read = np.asarray(labels), np.asarray(read_as)
    if shown.ndim != 1 or shown.shape != read.shape:
        raise DataError("There must be one reading for each of m labels.")
    rows, columns = (_places(digits, known) for digits in (shown, read))
    counts = np.bincount(k * rows + columns, minlength=k * k).reshape(k, k).astype(np.int64)
    counts.setflags(write=False)
    return counts


@dataclass(frozen=True, eq=False)
class ReliabilityCurve:
    """How sure a model said that it was, in bins, and how often it was right in each.

    Attributes
    ----------
    lower, upper : (bins,) ndarray of float64
        Ends of each bin in which there is an answer; the upper one belongs to it.
    counts : (bins,) ndarray of int64
        Answers in it, ≥ 1.
    right : (bins,) ndarray of int64
        How many of them are right.
    confidence : (bins,) ndarray of float64
        How sure the model was on average in each.
    """

    lower: FloatArray
    upper: FloatArray
    counts: IntArray
    right: IntArray
    confidence: FloatArray

    @property
    def accuracy(self) -> FloatArray:
        """The share that is right in each bin, (bins,)."""
        return self.right / self.counts

    @property
    def intervals(self) -> FloatArray:
        """Where that share lies with 95 % confidence (Wilson), (bins, 2)."""
        pairs = zip(self.right.tolist(), self.counts.tolist(), strict=True)
        return np.array([wilson_interval(right, count) for right, count in pairs])

    @property
    def expected_calibration_error(self) -> float:
        """How far confidence and accuracy are apart, on average over the answers.

        Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
        binning", 2015.
        """
        apart = np.abs(self.accuracy - self.confidence)
        return float(np.average(apart, weights=self.counts))


def reliability_curve(
    confidences: ArrayLike, right: ArrayLike, edges: Sequence[float] = TENTHS
) -> ReliabilityCurve:
    """Sort answers into bins by how sure the model was, and count the right ones in each.

    Parameters
    ----------
    confidences : (m,) array_like of float
        The probability that the model gave to what it read; 0 to 1, m ≥ 1.
    right : (m,) array_like of bool
        Whether each was read as what it is.
    edges : sequence of float
        Ends of the bins, ascending. An answer on an edge belongs to the bin below, as in
        scikit-learn's `calibration_curve`; bins without an answer are left out.

    Returns
    -------
    ReliabilityCurve

    Raises
    ------
    DataError
        If there is no answer, not one verdict for each, a confidence outside the edges, or
        if those do not ascend.

    Examples
    --------
    >>> curve = reliability_curve([0.6, 0.8, 0.9, 1.0], [True, False, True, True], (0.5, 0.8, 1))
    >>> curve.counts.tolist(), curve.accuracy.tolist()
    ([2, 2], [0.5, 1.0])
    """
    sure, is_right = _answers(confidences, right)
    ends = np.asarray(edges, dtype=np.float64)
    bins = _bins(sure, ends)
    counts, hits, sums = (
        np.bincount(bins, weights=weights, minlength=len(ends) - 1)
        for weights in (None, is_right, sure)
    )
    filled = counts > 0
    return ReliabilityCurve(
        lower=_locked(ends[:-1][filled], np.float64),
        upper=_locked(ends[1:][filled], np.float64),
        counts=_locked(counts[filled], np.int64),
        right=_locked(hits[filled], np.int64),
        confidence=_locked(sums[filled] / counts[filled], np.float64),
    )


def filled_edges(
    confidences: ArrayLike, least: int, edges: Sequence[float] = TENTHS
) -> tuple[float, ...]:
    """Edges of bins with enough answers each: a share of three says nothing.

    From the top down, a bin with too few takes in those below it. An empty one is left empty,
    and the lowest may keep too few.

    Parameters
    ----------
    confidences : (m,) array_like of float
        Between the first and the last edge, m ≥ 1.
    least : int
        Answers in a bin, ≥ 1.
    edges : sequence of float
        Ascending.

    Returns
    -------
    tuple of float
        Those edges that stay; they begin below the lowest confidence.

    Raises
    ------
    DataError
        If there is no answer, a confidence outside the edges, or if those do not ascend.

    Examples
    --------
    >>> filled_edges([0.55, 0.7, 0.95, 0.97], least=2, edges=(0, 0.5, 0.6, 0.8, 0.9, 1))
    (0.5, 0.8, 0.9, 1)
    """
    sure = np.asarray(confidences, dtype=np.float64)
    if sure.ndim != 1 or len(sure) == 0:
        raise DataError("There must be m ≥ 1 answers, each with a confidence.")
    bins = _bins(sure, np.asarray(edges, dtype=np.float64))
    counts = np.bincount(bins, minlength=len(edges) - 1).tolist()
    lowest = int(bins.min())
    kept, in_bin = [edges[-1]], 0
    for place in reversed(range(lowest, len(counts))):
        in_bin += counts[place]
        if in_bin == 0 or in_bin >= least or place == lowest:
            kept.append(edges[place])
            in_bin = 0
    return tuple(reversed(kept))


def brier_score(confidences: ArrayLike, right: ArrayLike) -> float:
    """Mean square of how far each confidence is from what came true (Brier 1950).

    Parameters
    ----------
    confidences : (m,) array_like of float
        Probabilities, 0 to 1; m ≥ 1.
    right : (m,) array_like of bool
        Whether what they were given to came true.

    Returns
    -------
    float
        0 is perfect; who always says 50 % gets 0.25.

    Raises
    ------
    DataError
        If there is no answer, not one verdict for each, or a confidence is no probability.

    Examples
    --------
    >>> brier_score([0.5, 0.5], [True, False])
    0.25
    """
    sure, is_right = _answers(confidences, right)
    if not ((sure >= 0) & (sure <= 1)).all():
        raise DataError("Each confidence must lie between 0 and 1.")
    return float(np.mean((sure - is_right) ** 2))


def _places(digits: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.intp]:
    """Place of each digit among the classes."""
    others = np.setdiff1d(digits, classes).tolist()
    if others:
        raise DataError(f"The classes are {classes.tolist()}, but there is also {others}.")
    return np.searchsorted(classes, digits)


def _answers(confidences: ArrayLike, right: ArrayLike) -> tuple[FloatArray, NDArray[np.bool_]]:
    """How sure each answer is and whether it is right, as arrays of (m,)."""
    sure, is_right = np.asarray(confidences, dtype=np.float64), np.asarray(right, dtype=bool)
    if sure.ndim != 1 or len(sure) == 0 or sure.shape != is_right.shape:
        raise DataError("There must be one confidence and one verdict for each of m ≥ 1 answers.")
    return sure, is_right


def _bins(sure: FloatArray, ends: FloatArray) -> NDArray[np.intp]:
    """Number of the bin, from 0, that each confidence lies in; an edge belongs to the bin below."""
    if ends.ndim != 1 or len(ends) < _LEAST_EDGES or not (ends[:-1] < ends[1:]).all():
        raise DataError("Edges of bins are two numbers or more in ascending order, each once.")
    if not ((ends[0] <= sure) & (sure <= ends[-1])).all():
        raise DataError(f"Each confidence must lie between {ends[0]:g} and {ends[-1]:g}.")
    return np.searchsorted(ends[1:-1], sure)


def _locked(array: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    locked = array.astype(dtype)
    locked.setflags(write=False)
    return locked
