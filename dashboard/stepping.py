"""Buttons that lead to what comes before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable


def stepping_buttons(
    what: str,
    place: int,
    count: int,
    go_to: Callable[..., None],
    arguments: Callable[[int], tuple[Any, ...]],
    *,
    ends: bool = False,
) -> None:
    """Show buttons to the places before and after, in the current container.

    Parameters
    ----------
    what : str
        What is stepped through, such as "image"; unique on the page.
    place, count : int
        Where one is, from 0, and how many places there are.
    go_to : callable
        Called before the page runs again, with the `arguments` of the new place.
    arguments : callable
        Place → what `go_to` is called with.
    ends : bool
        Whether there are also a button to the first place and one to the last.
    """
    steps = [("Previous", "chevron_left", place - 1), ("Next", "chevron_right", place + 1)]
    if ends:
        steps = [("First", "first_page", 0), *steps, ("Last", "last_page", count - 1)]
    for name, icon, to in steps:
        st.button(
            "",
            icon=f":material/{icon}:",
            help=f"{name} {what}",
            key=f"{name} {what}".lower().replace(" ", "_"),
            disabled=not 0 <= to < count or to == place,
            on_click=go_to,
            args=arguments(to % count),
        )
