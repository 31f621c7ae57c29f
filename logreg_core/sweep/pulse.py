"""Pulse: what a worker tells the database, and hears from it, beside its trials."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Final, Self

from logreg_core.errors import StorageError
from logreg_core.sweep.answering import answering
from logreg_core.sweep.storage import HEARTBEAT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.sweep.sweep import Sweep

#: Between two questions to the database whether somebody has stopped the sweep.
_ASK_SECONDS: Final = 1.0


class Pulse:
    """Tells the database that a worker is there, and hears what it says to all workers.

    Again and again, in a thread of its own: sends the heartbeat of the present trial, has the
    trials of silent workers tried again, and notices that somebody has stopped the sweep.
    Optuna does the first two in `Study.optimize`; whoever asks and tells does it by himself.

    Parameters
    ----------
    sweep : Sweep
        Which the worker works on.
    stop : callable
        Called once somebody has stopped the sweep.
    """

    def __init__(self, sweep: Sweep, stop: Callable[[], object]) -> None:
        self.trial_id: int | None = None
        self._sweep = sweep
        self._stop = stop
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        every = self._sweep.storage.heartbeat_seconds
        beat_at = others_at = -math.inf
        while not self._over.wait(_ASK_SECONDS):
            now = time.monotonic()
            try:
                self._sweep.touch()
                if self._sweep.stopped:
                    self._stop()
                if every is not None and now >= beat_at:
                    self._send()
                    beat_at = now + every
                    if now >= others_at:
                        self._sweep.take_back_silent()
            except StorageError:
                # The worker itself meets a database that does not answer, and says so. Nor could
                # others say anything meanwhile: first they have their turn.
                others_at = now + HEARTBEAT_SECONDS

    def _send(self) -> None:
        trial_id = self.trial_id
        if trial_id is not None:
            with answering():
                self._sweep.storage.beat(trial_id)
