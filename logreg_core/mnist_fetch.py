"""MNIST for everybody on a server: fetched once, in a thread of its own.

It knows nothing of pages: whoever wants MNIST asks now and then how things stand.
"""

from __future__ import annotations

import atexit
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logreg_core.errors import DataError
from logreg_core.mnist import load_mnist

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.mnist import MNIST

#: Who has not asked for so long has gone: a page that waits asks several times a second.
GONE_SECONDS: Final = 10.0

# How long a server that ends waits for a partial file to be removed.
_LAST_SECONDS: Final = 1.0


@dataclass(frozen=True)
class FetchProgress:
    """How far it is.

    Attributes
    ----------
    done, in_all : int
        Bytes that have arrived, and those that come in all; both 0 where nothing has
        to come, as far as is known.
    """

    done: int = 0
    in_all: int = 0


class _NobodyWaitsError(Exception):
    """All who wanted MNIST have gone or changed their mind."""


class MNISTFetch:
    """One download for all who want it; it ends when nobody does any more.

    Parameters
    ----------
    load : callable
        Called with ``progress``, in another thread.

    Examples
    --------
    >>> def no_network(*, progress):
    ...     raise DataError("Nobody answers.")
    >>> fetch = MNISTFetch(no_network)
    >>> fetch.ask("a visitor") is None  # on its way
    True
    >>> fetch.wait(timeout=30)
    True
    >>> fetch.ask("a visitor")
    Traceback (most recent call last):
    logreg_core.errors.DataError: Nobody answers.
    """

    def __init__(self, load: Callable[..., MNIST] = load_mnist) -> None:
        self._load = load
        self._mnist: MNIST | None = None
        self._progress = FetchProgress()
        self._lock = threading.Lock()  # guards what follows
        self._thread: threading.Thread | None = None
        self._asked_at: dict[str, float] = {}
        self._failures: dict[str, str] = {}

    def ask(self, visitor: str) -> MNIST | None:
        """MNIST, where it is in memory; else it is on its way from now on, if it was not.

        Parameters
        ----------
        visitor : str
            Whoever asks, by a name of their own.

        Returns
        -------
        MNIST or None
            None while it is on its way: `look` then tells how far it is.

        Raises
        ------
        DataError
            Once for each who waited, if it failed. Whoever asks after that begins anew.
        """
        if self._mnist is not None:
            return self._mnist
        with self._lock:
            failure = self._failures.pop(visitor, None)
            if failure is not None:
                raise DataError(failure)
            self._asked_at[visitor] = time.monotonic()
            if self._thread is None:
                self._begin()
        return self._mnist

    def look(self, visitor: str) -> FetchProgress | None:
        """How far it is for one who waits; None where there is nothing to wait for any more."""
        with self._lock:
            if self._thread is None:
                return None
            self._asked_at[visitor] = time.monotonic()
            return self._progress

    def leave(self, visitor: str) -> None:
        """Wait no longer."""
        with self._lock:
            self._asked_at.pop(visitor, None)
            self._failures.pop(visitor, None)

    def wait(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the end, whatever it is; whether it came."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return self._thread is None

    def _begin(self) -> None:
        self._progress = FetchProgress()
        self._failures.clear()  # whoever has not heard of the last one waits for this one
        self._thread = threading.Thread(target=self._run, name="mnist", daemon=True)
        self._thread.start()
        atexit.register(self._end_with_server)

    def _run(self) -> None:
        failure: str | None = "MNIST could not be opened by a fault of Theta Lab; see its log."
        try:
            self._mnist = self._load(progress=self._note)
            failure = None
        except _NobodyWaitsError:
            failure = None
        except DataError as error:
            failure = str(error)
        except MemoryError:
            failure = "The server has not enough memory for MNIST."
        finally:
            # Any other error is a fault of ours: it goes to the server's log by
            # itself, and nobody must wait for a thread that is gone.
            with self._lock:
                if failure is not None:
                    self._failures = dict.fromkeys(self._asked_at, failure)
                self._asked_at.clear()
                self._thread = None
                atexit.unregister(self._end_with_server)

    def _note(self, done: int, in_all: int) -> None:
        self._progress = FetchProgress(done, in_all)
        if not self._somebody_waits():
            raise _NobodyWaitsError

    def _somebody_waits(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._asked_at = {
                visitor: asked_at
                for visitor, asked_at in self._asked_at.items()
                if now - asked_at < GONE_SECONDS
            }
            return bool(self._asked_at)

    def _end_with_server(self) -> None:
        """Let a partial file be removed, which a thread that is merely cut off would leave."""
        with self._lock:
            self._asked_at.clear()
        self.wait(_LAST_SECONDS)
