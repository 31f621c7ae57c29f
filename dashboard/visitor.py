"""A visitor: whether they are still here, and what is kept for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")


def visitor_is_here() -> Callable[[], bool]:
    """Return a question for any thread: whether this visitor's page is still open."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():  # a test without a server
        return lambda: True
    server, session = runtime.get_instance(), context.session_id
    return lambda: server.is_active_session(session)


def kept(name: str, key: object, make: Callable[[], Made]) -> Made:
    """A value that is made once, and anew when its key changes; for this visitor only."""
    last: tuple[object, Made] | None = st.session_state.get(f"_kept_{name}")
    if last is None or last[0] != key:
        last = (key, make())
        st.session_state[f"_kept_{name}"] = last
    return last[1]
