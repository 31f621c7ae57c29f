"""What a page trains beside the run of the visitor: begun by itself where it is short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import streamlit as st

from dashboard.finished import finished
from dashboard.sheet import sheet_is_open
from dashboard.words.csv_file import csv_file
from dashboard.words.runs import waiting_sentence
from logreg_core import LearningCurve, RegularisationPath
from logreg_core.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

Work = TypeVar("Work", bound=Background)
Trainings = TypeVar("Trainings", LearningCurve, RegularisationPath)

#: Images times θs times trainings that take a second or two, and begin by themselves.
SHORT: Final = 50_000

#: The same where the visitor has come for them, and a bar shows how far they are.
SHORT_WHERE_LOOKED_FOR: Final = 500_000

#: Most work is over by then, and need not be drawn twice.
_USUAL_SECONDS: Final = 0.3

#: Beside a button, also on a phone.
_BAR_PIXELS: Final = 240

#: Between two looks at work that goes on.
_LOOK_SECONDS: Final = 0.5


class Counted(Protocol):
    """Work that consists of trainings."""

    @property
    def done(self) -> int:
        """How many are over."""

    @property
    def of(self) -> int:
        """How many there will be."""


def begun(
    name: str,
    key: Hashable,
    make: Callable[[], Work],
    *,
    images: int,
    short: int | None = None,
    shared: bool = False,
) -> Work | None:
    """The work of this name; another one is begun when its key changes, and the old one ends.

    Parameters
    ----------
    name : str
        Of the work, unique on the page.
    key : hashable
        What it depends on; compared by value, where it is `shared`.
    make : callable
        Makes it.
    images : int
        Images times θs times trainings. Beyond `short` it waits for a click on the button of
        `ask_for`.
    short : int, optional
        `SHORT` where it is not given.
    shared : bool
        Whether any visitor may find it once it is complete: it has nothing of this one's.

    Returns
    -------
    Background or None
        None where it waits for that.
    """
    works, asked = _works(), st.session_state.pop(f"_asked_for_{name}", False)
    if name in works:
        made_of, work = works[name]
        if made_of == key and not asked:
            if work is not None and shared:
                finished().keep((name, key), work)
            same: Work | None = work  # None where the visitor has set it aside
            return same
        end_work(name)
    found: Any = finished().find((name, key)) if shared else None
    if found is not None:
        works[name] = (key, found)
        return found
    if images > (SHORT if short is None else short) and not asked:
        return None
    new = make()
    new.start()
    works[name] = (key, new)
    new.wait(_USUAL_SECONDS)
    if shared:
        finished().keep((name, key), new)
    return new


def is_begun(name: str) -> bool:
    """Whether there is work of this name, whatever it depends on."""
    return name in _works()


def end_needless_works() -> None:
    """End what goes on and is looked at no more; on each page that the visitor comes to."""
    for name in [name for name, (_, work) in _works().items() if work and work.running]:
        end_work(name)


def end_work(name: str) -> None:
    """End the work of this name, where there is one, and forget it."""
    _, work = _works().pop(name, (None, None))
    if work is not None:
        work.stop()


def ask_for(name: str, label: str) -> None:
    """A button that has the work of this name begin."""

    def ask() -> None:
        st.session_state[f"_asked_for_{name}"] = True

    st.button(label, icon=":material/play_arrow:", key=f"ask_for_{name}", on_click=ask)


def trainings_as_they_come(
    name: str,
    work: Trainings | None,
    label: str,
    show: Callable[[Trainings], None],
) -> None:
    """A button where trainings wait for it or were stopped, and what has come of them so far.

    Parameters
    ----------
    name : str
        Of the work.
    work : LearningCurve or RegularisationPath, optional
        What `begun` gave.
    label : str
        On the button while nothing has begun.
    show : callable
        As for `as_it_comes`; it is given the work.
    """
    with st.container(key=f"{name}_begin"):  # in any case, so that nothing changes its place
        if work is None:
            ask_for(name, label)
        elif work.failure is None and not (work.running or work.complete):
            ask_for(name, "Begin again")
    if work is not None:
        as_it_comes(name, work, lambda: show(work), work)


def download_rows(name: str, rows: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
    """A quiet button that makes a file of what has come of work, once it is clicked."""
    st.download_button(
        "Download as CSV",
        lambda: csv_file(rows()),
        f"{name}.csv",
        "text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=f"download_{name}",
    )


def as_it_comes(
    name: str, work: Background, show: Callable[[], None], counted: Counted | None = None
) -> None:
    """Show work in a fragment of its own, now and again until it is over.

    Parameters
    ----------
    name : str
        Of the work.
    work : Background
        That was begun.
    show : callable
        Draws what has come of it so far; keeps its elements when it is called again.
    counted : Counted, optional
        The same work, where each training is worth seeing: a bar says how many are over, and
        they stay when the visitor stops it.
    """
    running = work.running

    @st.fragment(run_every=_LOOK_SECONDS if running else None)
    def look() -> None:
        over = not work.running  # asked first, so that nothing is missed
        with st.container(key=f"work_{name}"):  # in any case, so that nothing changes its place
            _progress(name, work, counted, over=over)
        show()
        # The page would take the sheet from under the visitor's pen; it can wait.
        if running and over and not sheet_is_open():
            st.rerun()

    look()


def _progress(name: str, work: Background, counted: Counted | None, *, over: bool) -> None:
    """Whether work goes on or waits, with a button to end it; and what went wrong."""
    if work.failure:
        st.error(work.failure)
    if over:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        ahead = work.ahead
        if ahead is not None or counted is None:
            st.caption("Training…" if ahead is None else waiting_sentence(ahead), width="content")
        else:
            so_far = f"{counted.done:,} of {counted.of:,} trainings are over"
            st.progress(counted.done / counted.of, so_far, width=_BAR_PIXELS)
        st.button(
            "Stop",
            icon=":material/stop:",
            type="tertiary",
            key=f"stop_{name}",
            on_click=_set_aside if counted is None else work.stop,
            args=(name,) if counted is None else (),
        )


def _set_aside(name: str) -> None:
    """End work, and have it wait for a click."""
    made_of, work = _works()[name]
    work.stop()
    _works()[name] = (made_of, None)


def _works() -> dict[str, tuple[object, Any]]:
    works: dict[str, tuple[object, Any]] = st.session_state.setdefault("_works", {})
    return works
