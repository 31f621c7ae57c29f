"""The sweep that the panel shows, and what the database had of it a moment ago."""

from __future__ import annotations

import time
from dataclasses import dataclass
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
    failure : str, optional
        Why this is what was there before, and not what is there now.
    """

    trials: tuple[TrialRecord, ...]
    stopped: bool
    over: bool
    failure: str | None = None

    @property
    def is_worked_at(self) -> bool:
        """Whether somebody has taken a trial."""
        return any(trial.state is TrialState.RUNNING for trial in self.trials)


@dataclass(frozen=True)
class _Read:
    """A reading, of which sweep it is, and how long it is good for."""

    of: tuple[str, bool]
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
        What works on it, or has, for this visitor.
    by_itself : bool
        Whether it began without a click: nobody else has a link to it.
    """

    sweep: Sweep
    worker: SweepWorker | None
    by_itself: bool

    @property
    def works_here(self) -> bool:
        """Whether this visitor's worker is at it."""
        return self.worker is not None and self.worker.running

    def read(self) -> Reading:
        """What the database has of it."""
        # What was read while a worker was at it is not what it has left.
        of = (self.sweep.name, self.works_here)
        last: _Read | None = st.session_state.get("_sweep_read")
        if last is not None and last.of == of and time.monotonic() < last.fresh_until:
            return last.reading
        began = time.monotonic()
        reading = self._read(last.reading if last and last.of[0] == self.sweep.name else None)
        now = time.monotonic()
        good_for = max(_FRESH_SECONDS, (now - began) / _SHARE_OF_TIME)
        st.session_state["_sweep_read"] = _Read(of, reading, now + good_for)
        return reading

    def _read(self, before: Reading | None) -> Reading:
        try:
            trials = self.sweep.trials()
            return Reading(trials, self.sweep.stopped, is_over(self.sweep, trials))
        except StorageError as error:
            why = str(error)
            if before is None:
                return Reading((), stopped=True, over=False, failure=why)
            return Reading(before.trials, before.stopped, before.over, why)


def forget_reading() -> None:
    """Have the next `Shown.read` ask the database: something was done."""
    st.session_state.pop("_sweep_read", None)
