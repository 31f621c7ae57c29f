"""What a step trains in the background: begun by itself where it is short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st

from dashboard.words.runs import waiting_sentence
from logreg_core.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable

Work = TypeVar("Work", bound=Background)

#: Images times θs times trainings that are a matter of a second and begin by themselves.
SHORT: Final = 60_000

#: Most work is over by then, and its step need not be drawn twice.
_USUAL_SECONDS: Final = 0.3

#: Between two looks at work that goes on.
_LOOK_SECONDS: Final = 0.5


def begun(name: str, key: object, make: Callable[[], Work], *, images: int) -> Work | None:
    """The work of this name; another one is begun when its key changes, and the old one ends.

    Parameters
    ----------
    name : str
        Of the work, unique on the page.
    key : object
        What it depends on.
    make : callable
        Makes it.
    images : int
        Images times θs times trainings. Beyond `SHORT` it waits for a click on the button of
        `ask_for`.

    Returns
    -------
    Background or None
        None where it waits for that.
    """
    works: dict[str, tuple[object, Any]] = st.session_state.setdefault("_works", {})
    if name in works:
        made_of, work = works[name]
        if made_of == key:
            same: Work = work
            return same
        work.stop()
        del works[name]
    if images > SHORT and not st.session_state.pop(f"_asked_for_{name}", False):
        return None
    new = make()
    new.start()
    works[name] = (key, new)
    return new


def ask_for(name: str, label: str) -> None:
    """A button that has the work of this name begin."""

    def ask() -> None:
        st.session_state[f"_asked_for_{name}"] = True

    st.button(label, icon=":material/play_arrow:", key=f"ask_for_{name}", on_click=ask)


def as_it_comes(work: Background, show: Callable[[], None]) -> None:
    """Show work in a fragment of its own, now and again until it is over.

    Parameters
    ----------
    work : Background
        That was begun.
    show : callable
        Draws what has come of it so far; keeps its elements when it is called again.
    """
    work.wait(_USUAL_SECONDS)
    running = work.running

    @st.fragment(run_every=_LOOK_SECONDS if running else None)
    def look() -> None:
        over = not work.running  # asked first, so that nothing is missed
        with st.container():  # in any case, so that nothing below changes its place
            if work.ahead is not None:
                st.caption(waiting_sentence(work.ahead))
            elif not over:
                st.caption("Training…")
            if work.failure:
                st.error(work.failure)
        show()
        if running and over:
            st.rerun()

    look()
