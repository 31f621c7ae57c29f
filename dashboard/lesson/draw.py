"""The sheet on which the visitor draws a digit for the lesson; the same one as on Predict.

Imported only when it is opened: the canvas cannot be imported outside a running Streamlit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.canvas import put_drawing_back, sheet_of_paper
from dashboard.drawing import drawing
from dashboard.sheet import close_sheet
from dashboard.views import VIEWS
from dashboard.words.lesson.choose import USE
from dashboard.words.plain import a_digit
from dashboard.words.readings import asked_for
from logreg_core import DataError, normalise_drawing

if TYPE_CHECKING:
    from logreg_core import Model


def draw_digit(model: Model) -> None:
    """Show the sheet in a dialog, with what was drawn so far.

    Parameters
    ----------
    model : Model
        That reads what is drawn, after each stroke.
    """
    # A stroke draws only the dialog anew, the page a dialog with a canvas of its own.
    put_drawing_back()
    st.dialog(asked_for(model.classes), on_dismiss=close_sheet)(_sheet)(model)


def _sheet(model: Model) -> None:
    sheet_of_paper(st.session_state.get("brush", VIEWS["brush"].default))
    said, readable = _read_as(model)
    st.markdown(said)
    if st.button(USE, type="primary", key="use_drawing", disabled=not readable):
        st.session_state["own_digit"] = True
        close_sheet()
        st.rerun()


def _read_as(model: Model) -> tuple[str, bool]:
    """What to say of the drawing as it is, and whether it can be read."""
    drawn = drawing()
    if drawn is None:
        return f"*{asked_for(model.classes)}…*", False
    try:
        seen = normalise_drawing(drawn.pixels, model.config.preparation, style=model.style)
    except DataError as error:
        return f"*{error}*", False
    return f"Read as {a_digit(model.read(seen).digit, bold=True)}.", True
