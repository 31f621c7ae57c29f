"""Whether the visitor draws a digit for the lesson: then the page waits for them."""

from __future__ import annotations

from typing import Final

import streamlit as st

_OPEN: Final = "_sheet_is_open"


def sheet_is_open() -> bool:
    """Whether the sheet lies over the page, which would take it away if it ran again."""
    return bool(st.session_state.get(_OPEN))


def open_sheet() -> None:
    """Have the sheet there when the page is drawn next."""
    st.session_state[_OPEN] = True


def close_sheet() -> None:
    """Have the sheet gone when the page is drawn next."""
    st.session_state[_OPEN] = False
