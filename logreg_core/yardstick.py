"""How well a θ does: the fraction that it reads correctly, and the held-out examples.

**Held-out examples are measured a few θ at a time, and in float32.** Their design matrix
does not fit the processor's cache beside that of the training examples: to read it from
memory at each iteration in float64 takes a third of the time of the whole training. So a
θ waits until `TOGETHER` of them do, or until somebody asks for its numbers; each block of
rows is then read once for all that wait. Every θ is multiplied by itself, so that its
numbers are the same to the last bit, whoever asks and whenever.

The images are float32 to begin with, so that nothing but the products is rounded: z to
six digits or so of the largest of its 401 summands, and with it the mean cost. An example
may be counted on the wrong side if it is that close to the edge.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Float32Array = NDArray[np.float32]

#: θ that wait at most. Ten classes of 401 float64 at this many are half a megabyte.
TOGETHER: Final = 16

#: Rows that are read at once: 400 kB of them stay in the cache while one θ follows another.
_BLOCK: Final = 256


def accuracy(margins: FloatArray, targets: FloatArray) -> float:
    """Fraction of examples on the right side.

    Parameters
    ----------
    margins : (m, k) ndarray of float64
        z = XΘᵀ; k = 1 for two classes, where z ≥ 0, h ≥ 0.5, reads as the second.
    targets : (m, k) ndarray of float64
        1 where the example is of the class, else 0.

    Returns
    -------
    float
        0 to 1.

    Examples
    --------
    >>> accuracy(np.array([[0.0], [-1.0]]), np.array([[1.0], [1.0]]))
    0.5
    """
    return int(np.count_nonzero(_right(margins, targets))) / len(targets)


class HeldOut:
    """What the held-out examples say of one θ; two of the same numbers are equal."""

    __slots__ = ("_catch_up", "_numbers")

    def __init__(self, cost: float = math.nan, accuracy: float = math.nan) -> None:
        self._numbers = (cost, accuracy)
        self._catch_up: Callable[[], None] | None = None

    @classmethod
    def awaited(cls, catch_up: Callable[[], None]) -> HeldOut:
        """Numbers that are not known yet; `catch_up` is called when they are asked for."""
        awaited = cls()
        awaited._catch_up = catch_up
        return awaited

    def settle(self, cost: float, accuracy: float) -> None:
        """Make the awaited numbers known."""
        self._numbers = (cost, accuracy)
        self._catch_up = None  # after the numbers: another thread may be reading

    @property
    def cost(self) -> float:
        """Mean cost of the examples, without penalty; nan where there are none."""
        return self._known()[0]

    @property
    def accuracy(self) -> float:
        """Fraction read correctly, 0 to 1; nan where there are no examples."""
        return self._known()[1]

    def _known(self) -> tuple[float, float]:
        catch_up = self._catch_up
        if catch_up is not None:
            catch_up()
        return self._numbers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HeldOut):
            return NotImplemented
        return self._known() == other._known()

    def __hash__(self) -> int:
        return hash(self._known())

    def __repr__(self) -> str:
        return f"HeldOut(cost={self.cost}, accuracy={self.accuracy})"


class Yardstick:
    """Held-out examples, and the θ that wait to be measured on them; see the top of this file.

    Any thread may ask for numbers while another hands in θ.

    Parameters
    ----------
    X : (m, n) ndarray of float32 or float64
        Their design matrix.
    targets : (m, k) ndarray of float64
        1 where the example is of the class, else 0.
    total_loss : callable
        From margins (s, m, k) and `targets` to the sums of the costs, (s,).
    """

    def __init__(
        self,
        X: NDArray[np.floating[Any]],
        targets: FloatArray,
        total_loss: Callable[[FloatArray, FloatArray], FloatArray],
    ) -> None:
        self._X: Float32Array = X.astype(np.float32, copy=False)
        self._targets = targets
        self._total_loss = total_loss
        self._waiting: list[tuple[HeldOut, FloatArray]] = []
        self._lock = threading.Lock()  # whoever asks waits for numbers that are being made

    def measure(self, theta: FloatArray) -> HeldOut:
        """Promise the numbers at a flat θ, (k·n,), which is copied.

        It is measured with those that come after it, or as soon as its numbers are
        asked for.
        """
        columns = theta.reshape(self._targets.shape[1], -1).T.copy()  # (n, k)
        promise = HeldOut.awaited(self.catch_up)
        with self._lock:
            self._waiting.append((promise, columns))
            if len(self._waiting) >= TOGETHER:
                self._measure_waiting()
        return promise

    def catch_up(self) -> None:
        """Measure all that wait."""
        with self._lock:
            if self._waiting:
                self._measure_waiting()

    def _measure_waiting(self) -> None:
        # A θ beyond all bounds overflows; its numbers say so by themselves.
        with np.errstate(over="ignore", invalid="ignore"):
            thetas = np.stack([columns for _, columns in self._waiting]).astype(np.float32)
            costs, accuracies = self._numbers(thetas)
        for (promise, _), cost, fraction in zip(self._waiting, costs, accuracies, strict=True):
            promise.settle(cost, fraction)
        self._waiting = []

    def _numbers(self, thetas: Float32Array) -> tuple[list[float], list[float]]:
        """Cost and accuracy at each of (s, n, k) θ."""
        m = len(self._X)
        loss, right = np.zeros(len(thetas)), np.zeros(len(thetas))
        for first in range(0, m, _BLOCK):
            rows = slice(first, first + _BLOCK)
            margins = (self._X[rows] @ thetas).astype(np.float64)  # (s, rows, k)
            targets = self._targets[rows]
            loss += self._total_loss(margins, targets)
            right += np.count_nonzero(_right(margins, targets), axis=-1)
        return (loss / m).tolist(), (right / m).tolist()


def _right(margins: FloatArray, targets: FloatArray) -> NDArray[np.bool_]:
    """Which examples are on the right side; margins (..., m, k) → (..., m)."""
    if targets.shape[1] == 1:
        return ((margins >= 0) == (targets == 1))[..., 0]
    return margins.argmax(axis=-1) == targets.argmax(axis=-1)
