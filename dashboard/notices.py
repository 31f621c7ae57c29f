"""Notices: what a visitor should know of the page that they see, in one box at its top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.words.links import notices_text

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def note(sentence: str) -> None:
    """Have a sentence shown by the next `show_notices`."""
    st.session_state.setdefault("_new_notices", []).append(sentence)


def forget_notices() -> None:
    """Show no more what was shown so far: the visitor has gone on to another page."""
    st.session_state.pop("_notices", None)


def show_notices(place: DeltaGenerator, about: object) -> None:
    """Show what was noted, until the visitor goes on to something else.

    Parameters
    ----------
    place : DeltaGenerator
        An empty one, the same on this run of the page; it shows one box or none.
    about : object
        What they are about: the settings and data of now. Of others they say nothing.
    """
    new = st.session_state.pop("_new_notices", [])
    earlier, shown = st.session_state.get("_notices", (None, ()))
    if earlier != about:
        shown = ()
    shown = tuple(dict.fromkeys([*shown, *new]))
    st.session_state["_notices"] = (about, shown)
    if shown:
        place.warning(notices_text(shown), icon=":material/info:")
