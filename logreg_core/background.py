"""Several trainings, one after another, in a thread of their own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from logreg_core.errors import ConfigError, DataError, StorageError
from logreg_core.job import Watch
from logreg_core.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.history import Step
    from logreg_core.line import Turns


class Background:
    """What a page can start, watch and stop; what it does says `_work`.

    Parameters
    ----------
    called : str
        What it is, in a sentence about it.
    still_wanted, line
        As for a `TrainingJob`.
    """

    def __init__(
        self,
        called: str,
        *,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        self._called = called
        self._watch = Watch(still_wanted or (lambda: True))
        self._line: Turns = Line(places=1) if line is None else line
        self._stopping = threading.Event()
        self._failure: str | None = None
        self._complete = False
        self._thread = threading.Thread(target=self._run, name=called, daemon=True)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self) -> None:
        """End within the present iteration; what has come of it so far stays."""
        self._stopping.set()

    def wait(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the end; whether it came."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self.running

    @property
    def running(self) -> bool:
        """Whether more may come of it."""
        return self._thread.is_alive()

    @property
    def ahead(self) -> int | None:
        """How many runs are before this one in line; None where it does not wait for a turn."""
        return self._line.ahead_of(self)

    @property
    def complete(self) -> bool:
        """Whether it is over and nothing is missing: it neither failed nor was it ended early."""
        return self._complete

    @property
    def failure(self) -> str | None:
        """What went wrong, in a sentence; None where nothing did."""
        return self._failure

    def _work(self) -> None:
        """Train, with a turn of `_line`, until `_should_end`."""
        raise NotImplementedError

    def _run(self) -> None:
        over = False
        try:
            self._work()
            over = True
        except (DataError, ConfigError, StorageError) as error:
            self._failure = str(error)
        except MemoryError:
            self._failure = "The server has not enough memory for this: take fewer examples."
        finally:
            self._line.leave(self)
            self._complete = over and not self._should_end()
            # Any other error is a fault of ours, and goes to the server's log by itself.
            if not (over or self._failure or self._should_end()):
                self._failure = (
                    f"The {self._called} ended by a fault of Theta Lab; the server's log has it."
                )

    def _give_way(self, _: Step) -> None:
        """Between two iterations of `fit`: let others come first, or end it."""
        if not self._line.pass_on(self, self._should_end):
            raise StopIteration

    def _should_end(self) -> bool:
        return self._stopping.is_set() or self._watch.is_over()
