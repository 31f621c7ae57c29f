"""What this server has to do with a sweep: which visitors look at it, and what works on it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import streamlit as st

from dashboard.visitor import kept, visitor_is_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.sweep import SweepWorker


class OnThisServer:
    """One for each sweep, for all visitors.

    Whoever reloads a page is another visitor to the server: so a sweep goes on as long as any of
    those is here who have looked at it, and all of them see the same worker.

    Attributes
    ----------
    worker : SweepWorker or None
        The last one that was put to work here.
    """

    def __init__(self) -> None:
        self.worker: SweepWorker | None = None
        # Who has left stays: a connection that was lost may come back, and a question is small.
        self._are_here: set[Callable[[], bool]] = set()

    def look(self, is_here: Callable[[], bool]) -> None:
        """Note a visitor who looks at the sweep, by a question whether they are still here."""
        self._are_here.add(is_here)

    def is_wanted(self) -> bool:
        """Whether anybody who has looked at the sweep is still here; for any thread."""
        return any(is_here() for is_here in tuple(self._are_here))


def on_this_server(name: str) -> OnThisServer:
    """What this server has to do with the sweep of this name, at which the visitor looks."""
    with _lock():
        here = _known().setdefault(name, OnThisServer())
    here.look(kept("is_here", None, visitor_is_here))
    # Held by its worker, and by those who look at it; nobody else asks.
    st.session_state["_sweep_here"] = here
    return here


@st.cache_resource(show_spinner=False)
def _known() -> WeakValueDictionary[str, OnThisServer]:
    return WeakValueDictionary()


@st.cache_resource(show_spinner=False)
def _lock() -> Lock:
    return Lock()
