"""The digit at hand: which one, and the bar where the visitor chooses another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from dashboard.drawing import drawn_digit
from dashboard.figures.lesson.choose import bar_aspect, digit_bar
from dashboard.lesson.lesson import Lesson
from dashboard.lesson.question import trained_for
from dashboard.live_chart import live_chart
from dashboard.sheet import open_sheet, sheet_is_open
from dashboard.visitor import kept
from dashboard.words.lesson.choose import (
    ANY_OTHER,
    DRAW,
    at_hand_line,
    cell_text,
    learnt_anew_line,
    number_label,
)
from logreg_core import JobState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.lab import Lab
    from logreg_core import Dataset, Model

    Image = NDArray[np.float32]

#: Held-out digits in the bar, and how many of them are hard to read at least.
_DIGITS: Final = 12
_HARD: Final = 2

#: Of a digit in the bar, on a screen that is wide enough; in pixels.
_SIDE: Final = 42


def choose_digit(lab: Lab) -> Lesson:
    """Have the visitor choose a held-out digit or their own drawing, and return its lesson."""
    model, held_out = lab.current_model(), lab.current_run().held_out
    drawing = drawn_digit(model)
    # The widget of the number is drawn below the bar, which depends on it.
    name = lab.view_key(
        "example",
        usual=_digits_of(lab)[0] + 1,
        among=range(1, len(held_out) + 1),
    )
    # The bounds of a widget are the browser's.
    position = min(max(int(st.session_state[name]), 1), len(held_out)) - 1
    own = drawing if st.session_state["own_digit"] else None
    if own is None:
        image = model.prepare(held_out.images[[position]])[0]
        label = int(held_out.labels[position])
    else:
        image, label = own, None
    trained = trained_for(lab, model, model.read(image).speaks_for)
    lesson = Lesson(model, trained, image, label)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="lesson_digit"
    ):
        _bar(lab, model, drawing, position if own is None else None)
        with st.container(key="lesson_at_hand"):
            st.markdown(
                at_hand_line(
                    label,
                    lesson.reading.digit,
                    lesson.z,
                    lesson.h,
                    learnt_anew=model.is_softmax,
                )
            )
        _other_ways(lab, model, name)
    with st.container(key="lesson_learnt_anew"):  # in any case, so that the steps stay in place
        if model.is_softmax:
            st.markdown(learnt_anew_line(lesson.question.digit))
    return lesson


def digits_to_choose(model: Model, held_out: Dataset) -> tuple[int, ...]:
    """Positions of the digits that a visitor may want to follow.

    Parameters
    ----------
    model : Model
        That reads them.
    held_out : Dataset
        Of its classes.

    Returns
    -------
    tuple of int
        The typical image of each digit, then those that are misread or that the model is
        least sure of; as many of each digit, as far as there are any. Each once.
    """
    typical = [held_out.typical(digit) for digit in held_out.classes]
    wanted = max(_HARD, _DIGITS - len(typical))
    of_each = -(-wanted // len(held_out.classes))
    hardest_first = np.argsort(model.judge(held_out).probabilities, kind="stable")
    others = hardest_first[~np.isin(hardest_first, typical)]
    labels = held_out.labels[others]
    ranks = [np.flatnonzero(labels == digit)[:of_each] for digit in held_out.classes]
    hard = others[np.sort(np.concatenate(ranks))[:wanted]]
    return (*typical, *hard.tolist())


def _digits_of(lab: Lab) -> tuple[int, ...]:
    """Those of the run that is shown; while it goes on, they stay under the visitor's hand."""
    job, model = lab.current_run(), lab.current_model()
    goes_on = job.state in {JobState.RUNNING, JobState.PAUSED}
    return kept("digit_bar", (job, goes_on), lambda: digits_to_choose(model, job.held_out))


def _bar(lab: Lab, model: Model, drawing: Image | None, position: int | None) -> None:
    """Pictures to click; `position` is None where the drawing is at hand."""
    held_out, places = lab.current_run().held_out, _digits_of(lab)
    if position is not None and position not in places:
        places = (*places, position)
    cells: list[int | None] = [*([] if drawing is None else [None]), *places]
    images = model.prepare(held_out.images[list(places)])
    labels: list[int | None] = [int(held_out.labels[place]) for place in places]
    if drawing is not None:
        images, labels = np.concatenate([drawing[None], images]), [None, *labels]
    read_as = [model.read(image).digit for image in images]

    def pick(clicked: Any) -> None:  # noqa: ANN401 - a browser may send anything
        if type(clicked) is int and 0 <= clicked < len(cells):
            _pick(cells[clicked], has_drawing=drawing is not None)

    with st.container(width=_SIDE * len(cells), key="lesson_gallery"):
        live_chart(
            digit_bar(images, list(map(cell_text, labels, read_as)), cells.index(position)),
            key="choose_bar",
            aspect=bar_aspect(len(cells)),
            on_point=pick,
        )


def _pick(position: int | None, *, has_drawing: bool) -> None:
    """Have the page follow a held-out digit, or the drawing for None."""
    if position is not None:
        st.session_state["example"] = position + 1
    if has_drawing:
        st.session_state["own_digit"] = position is None


def _other_ways(lab: Lab, model: Model, name: str) -> None:
    """The visitor's own digit, or any other that is held out."""
    st.button(DRAW, icon=":material/draw:", key="draw_your_own", on_click=open_sheet)
    examples = len(lab.current_run().held_out)
    with st.popover(ANY_OTHER, icon=":material/tag:", key="any_other"):
        st.number_input(
            number_label(examples),
            1,
            examples,
            key=name,
            persist_state="session",
            on_change=lambda: _pick_number(model),
            width=240,
        )
    if sheet_is_open():
        from dashboard.lesson.draw import draw_digit  # noqa: PLC0415 - see there

        draw_digit(model)


def _pick_number(model: Model) -> None:
    _pick(int(st.session_state["example"]) - 1, has_drawing=drawn_digit(model) is not None)
