"""Two losses along a straight line through θ = 0.

On the line, θ(s) = s d, every margin is a multiple of the one at d: z(s) = s z. So one product
with X is enough for all of it. With the error p = |h − y| and u = (2y − 1) z, which is positive
where the answer is right, the cost of one example and its derivatives along u are::

    log loss        −log(1 − p)     −p               p (1 − p)
    squared error   p²              −2 p² (1 − p)    2 p² (1 − p) (2 − 3p)

The log loss is convex in θ. The squared error is not: it bends down wherever p > 2/3, and its
slope vanishes where p → 1, at the worst answers (Goodfellow, Bengio, Courville 2016, *Deep
Learning*, section 6.2.2.2: with σ, squared error saturates and the likelihood does not).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from logreg_core.objective import log_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossCurve:
    """The mean of one loss over all examples along a line, with its two derivatives.

    Attributes
    ----------
    mean, slope, curvature : (t,) ndarray of float64
        At each step; the derivatives are those by s.
    """

    mean: FloatArray
    slope: FloatArray
    curvature: FloatArray

    @property
    def bends_down(self) -> NDArray[np.bool_]:
        """Where the curve is not convex, (t,)."""
        return self.curvature < 0


@dataclass(frozen=True, eq=False)
class LossesOnALine:
    """Log loss and squared error at the same steps of the same line; neither with a penalty.

    Attributes
    ----------
    steps : (t,) ndarray of float64
        s: 0 is θ = 0, 1 is d.
    log_loss, squared_error : LossCurve
        The mean of −log(1 − |h − y|), and that of (h − y)².
    """

    steps: FloatArray
    log_loss: LossCurve
    squared_error: LossCurve


def losses_on_a_line(margins: FloatArray, y: FloatArray, steps: FloatArray) -> LossesOnALine:
    """Both losses at θ(s) = s d.

    Parameters
    ----------
    margins : (m,) ndarray of float64
        z = Xd.
    y : (m,) ndarray of float64
        0 or 1.
    steps : (t,) ndarray of float64
        s, in any order.

    Returns
    -------
    LossesOnALine

    Examples
    --------
    One example, y = 1, to which d gives z = 4. At −d it is all wrong: the log loss is steep
    there and the squared error next to flat, on top of its hill.

    >>> line = losses_on_a_line(np.array([4.0]), np.array([1.0]), np.array([-1.0, 1.0]))
    >>> line.log_loss.slope.round(2), line.squared_error.slope.round(2)
    (array([-3.93, -0.07]), array([-0.14, -0.  ]))
    >>> line.squared_error.bends_down
    array([ True, False])
    """
    rightness = (2 * y - 1) * margins  # u
    rows = [_at(step, rightness) for step in steps]  # one by one: all at once are m x t numbers
    of_log_loss, of_squared_error = np.array(rows).transpose(1, 2, 0)
    return LossesOnALine(steps, LossCurve(*of_log_loss), LossCurve(*of_squared_error))


def _at(step: float, rightness: FloatArray) -> list[list[float]]:
    """Mean, slope and curvature of either loss at one step."""
    u = step * rightness
    p, q = expit(-u), expit(u)  # q = 1 − p, with its digits where p is next to 1
    once, twice = rightness, rightness**2  # by the chain rule
    bell = p * q
    return [
        [_mean(log_loss(u, np.array(1.0))), -_mean(p * once), _mean(bell * twice)],
        [
            _mean(p**2),
            -_mean(2 * p * bell * once),
            _mean(2 * p * bell * (2 - 3 * p) * twice),
        ],
    ]


def _mean(values: FloatArray) -> float:
    return float(values.mean())
