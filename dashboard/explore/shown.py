"""The sweep that the panel shows, and what the database had of it a moment ago."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from logreg_core.sweep import StorageError, TrialState, is_over

if TYPE_CHECKING:
    from logreg_core.sweep import Sweep, SweepWorker, TrialRecord

#: To read a sweep takes at most this share of the time, however many trials it has; and what
#: was read is good for so many seconds.
_SHARE_OF_TIME: Final = 0.1
_FRESH_SECONDS: Final = 0.4


@dataclass(frozen=True)
class Reading:
    """What the database had of a sweep a moment ago.

    Attributes
    ----------
    trials : tuple of TrialRecord
        See `Sweep.trials`.
    stopped, over : bool
        Whether somebody has stopped it, and whether every trial has ended.
    is_worked_at : bool
        Whether somebody is at it, here or elsewhere, as far as can be seen.
    failure : str, optional
        Why this is what was there before, and not what is there now.
    """

    trials: tuple[TrialRecord, ...]
    stopped: bool
    over: bool
    is_worked_at: bool
    failure: str | None = None


#: Where the database has not answered yet.
_NOTHING: Final = Reading((), stopped=False, over=False, is_worked_at=False)


@dataclass(frozen=True)
class _Read:
    """A reading, of which sweep, whether we worked on it, and how long it is good for."""

    of: str
    here: bool
    reading: Reading
    fresh_until: float


@dataclass(frozen=True)
class Shown:
    """The sweep that the panel shows.

    Attributes
    ----------
    sweep : Sweep
        Which.
    worker : SweepWorker, optional
        What works on it, or has, on this server.
    by_itself : bool
        Whether it began without a click: nobody else has a link to it.
    """

    sweep: Sweep
    worker: SweepWorker | None
    by_itself: bool

    @property
    def works_here(self) -> bool:
        """Whether a worker of this server is at it."""
        return self.worker is not None and self.worker.running

    def read(self) -> Reading:
        """What the database has of it."""
        here = self.works_here  # asked first, so that no trial is missed
        last: _Read | None = st.session_state.get("_sweep_read")
        if last is not None and last.of != self.sweep.name:
            last = None
        # What was read while our worker was at it is not what it has left.
        if last is not None and last.here == here and time.monotonic() < last.fresh_until:
            return last.reading
        began = time.monotonic()
        reading = self._read(last, here=here)
        now = time.monotonic()
        good_for = max(_FRESH_SECONDS, (now - began) / _SHARE_OF_TIME)
        st.session_state["_sweep_read"] = _Read(self.sweep.name, here, reading, now + good_for)
        return reading

    def _read(self, last: _Read | None, *, here: bool) -> Reading:
        try:
            if not here:
                self.sweep.take_back_silent()  # nobody else does, where nobody works on it
            trials = self.sweep.trials()
            at_work = here or self._others_seem_at_work(trials, last)
            return Reading(trials, self.sweep.stopped, is_over(self.sweep, trials), at_work)
        except StorageError as error:
            before = _NOTHING if last is None else last.reading
            return replace(before, is_worked_at=here, failure=str(error))

    def _others_seem_at_work(self, trials: tuple[TrialRecord, ...], last: _Read | None) -> bool:
        own = None if self.worker is None else self.worker.name  # it may have died in a trial
        running = TrialState.RUNNING
        if any(trial.state is running and trial.worker != own for trial in trials):
            return True
        # They may all be between two trials, of which more have ended since.
        return last is not None and not last.here and trials != last.reading.trials


def forget_reading() -> None:
    """Have the next `Shown.read` ask the database: something was done."""
    last: _Read | None = st.session_state.get("_sweep_read")
    if last is not None:
        st.session_state["_sweep_read"] = replace(last, fresh_until=-math.inf)
