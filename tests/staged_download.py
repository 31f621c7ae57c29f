"""A download of MNIST that goes on when the test says so."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from logreg_core import DataError, load_bundled
from logreg_core.mnist import MNIST

if TYPE_CHECKING:
    from logreg_core.mnist import Progress

IN_ALL = 11_600_000

#: Between two reports of a download that gets nothing, in seconds.
_TICK = 0.01

_PATIENCE = 60


class StagedDownload:
    """Stands in for `load_mnist`; each call is one download.

    Attributes
    ----------
    begun : int
        How many there have been.
    broken_off : int
        How many of them were ended by whoever began them.
    mnist : MNIST
        What arrives.
    """

    def __init__(self) -> None:
        self.begun = self.broken_off = 0
        self.mnist = MNIST(*load_bundled().split(0.25, seed=1))
        self._orders: queue.Queue[int | MNIST | DataError] = queue.Queue()
        self._reached = threading.Event()

    def __call__(self, *, progress: Progress) -> MNIST:
        """Do what is ordered, report meanwhile."""
        self.begun += 1
        done, in_all = 0, 0
        while True:
            try:
                progress(done, in_all)
            except Exception:
                self.broken_off += 1
                raise
            try:
                order = self._orders.get(timeout=_TICK)
            except queue.Empty:
                continue
            if isinstance(order, int):
                done, in_all = order, IN_ALL
                progress(done, in_all)
                self._reached.set()
            if isinstance(order, MNIST):
                return order
            if isinstance(order, DataError):
                raise order

    def reach(self, done: int) -> None:
        """Have so many bytes arrive; back when they have."""
        self._reached.clear()
        self._orders.put(done)
        assert self._reached.wait(_PATIENCE), "the download has ended"

    def arrive(self) -> None:
        """Have it come to its end."""
        self._orders.put(self.mnist)

    def fail(self, sentence: str) -> None:
        """Have it fail."""
        self._orders.put(DataError(sentence))
