"""What the training examples cost, each alone, and all of them along a line through θ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core import LossesOnALine, log_loss, losses_on_a_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.lesson.question import Trained

    FloatArray = NDArray[np.float64]

#: Of ten: the least cost that is told from 0.
LEAST_EXPONENT: Final = -300

#: How far the line goes to either side of 0: beyond θ at least, and until the mean |z| is so
#: large that σ leaves hardly a doubt.
_LEAST_REACH: Final = 1.5
_Z_AT_THE_END: Final = 12.0

#: Where on the way from 0 to the bad end the slopes are compared.
_START: Final = -0.75

_STEPS: Final = 121

_BARS: Final = 30


@dataclass(frozen=True)
class Answer:
    """What θ says of one digit, and what that costs.

    Attributes
    ----------
    name : str
        What the digit is called.
    y, h, cost : float
        Its own.
    """

    name: str
    y: float
    h: float
    cost: float


@dataclass(frozen=True, eq=False)
class Costs:
    """What a question's training examples cost.

    Attributes
    ----------
    single : (m,) ndarray of float64
        Each alone, at θ.
    line : LossesOnALine
        The mean over all, along the line from 0 through θ; through 0 against the gradient
        where θ is all zeros.
    start, here : LossesOnALine
        The same at one step of the line where it is bad, and at θ.
    is_zero : bool
        Whether θ is all zeros.
    """

    single: FloatArray
    line: LossesOnALine
    start: LossesOnALine
    here: LossesOnALine
    is_zero: bool

    @property
    def mean(self) -> float:
        """J without its penalty."""
        return float(self.single.mean())


def costs_of(trained: Trained) -> Costs:
    """What the training examples cost under a θ; half a second for all of MNIST.

    Parameters
    ----------
    trained : Trained
        The θ, and the examples.

    Returns
    -------
    Costs
    """
    question, at, y = trained.question, trained.at_theta, trained.question.y
    is_zero = not trained.theta.any()
    margins = at.margins[:, 0]
    along = -(question.X @ at.gradient) if is_zero else margins  # one product, or none at all
    size = float(np.abs(along).mean())
    reach = max(_LEAST_REACH, _Z_AT_THE_END / size) if size else _LEAST_REACH
    steps = np.linspace(-reach, reach, _STEPS)
    line, start, here = (
        losses_on_a_line(along, y, places)
        for places in (steps, np.array([_START * reach]), np.array([0.0 if is_zero else 1.0]))
    )
    return Costs(log_loss(margins, y), line, start, here, is_zero)


@dataclass(frozen=True, eq=False)
class CostHistogram:
    """How many examples cost how much, by powers of ten.

    Attributes
    ----------
    edges : (b + 1,) ndarray of float64
        log₁₀ of the cost, ascending, equally far apart.
    counts : (b,) ndarray of int64
        Those that cost nothing are among the first.
    """

    edges: FloatArray
    counts: NDArray[np.int64]

    def place(self, cost: float) -> float:
        """Where a cost stands: its log₁₀, or the nearest edge."""
        return float(np.clip(_log10(np.array(cost)), self.edges[0], self.edges[-1]))


def cost_histogram(costs: FloatArray, also: float) -> CostHistogram:
    """The histogram of single costs.

    Parameters
    ----------
    costs : (m,) ndarray of float64
        Of each example, ≥ 0.
    also : float
        Another cost that shall have a place on its axis.
    """
    powers = _log10(costs)
    place = float(_log10(np.array(also)))
    lowest, highest = min(powers.min(), place), max(powers.max(), place)
    if highest - lowest < 1.0:  # one power of ten at least, or rounding would be drawn as spread
        highest, lowest = (highest + lowest) / 2 + 0.5, (highest + lowest) / 2 - 0.5
    edges = np.linspace(lowest, highest, _BARS + 1)
    counts, _ = np.histogram(powers.clip(edges[0], edges[-1]), edges)  # they are rounded
    return CostHistogram(edges, counts)


def _log10(costs: FloatArray) -> FloatArray:
    return np.log10(np.maximum(costs, 10.0**LEAST_EXPONENT))  # 0 has none


def worst(costs: FloatArray, images: NDArray[np.float32], count: int) -> list[int]:
    """The examples that cost most, the costliest first; none twice.

    Parameters
    ----------
    costs : (m,) ndarray of float64
        Of each example.
    images : (m, 20, 20) ndarray
        A drawing that is learnt from many times is among them as often.
    count : int
        How many at most.

    Returns
    -------
    list of int
        Their positions.
    """
    seen: dict[bytes, int] = {}
    for position in np.argsort(-costs, kind="stable").tolist():
        seen.setdefault(images[position].tobytes(), position)
        if len(seen) == count:
            break
    return list(seen.values())


def half_of_the_sum(costs: FloatArray) -> int:
    """How many of the costliest examples cost as much as all others together; 0 if none costs."""
    summed = np.cumsum(np.sort(costs)[::-1])
    if summed[-1] == 0:
        return 0
    return int(np.searchsorted(summed, summed[-1] / 2)) + 1
