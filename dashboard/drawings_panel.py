"""Where a visitor labels their drawings, and looks after those that were collected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.digits import gallery
from dashboard.own_drawings import (
    as_file,
    label_drawing,
    label_of,
    own_drawings,
    remove,
    remove_all,
)
from dashboard.settings import OWN_DRAWINGS
from dashboard.words.data import collected_sentence, kept_sentence
from dashboard.words.plain import short_fingerprint
from dashboard.words.settings import CHOICES, SETTINGS
from logreg_core import DataError

if TYPE_CHECKING:
    from dashboard.drawing import Drawing
    from logreg_core import DrawingStyle

_IN_A_ROW: Final = 13


def label_form(drawing: Drawing, style: DrawingStyle) -> None:
    """Ask which digit a drawing shows, and keep it under that label.

    Parameters
    ----------
    drawing : Drawing
        A digit, as far as can be told.
    style : DrawingStyle
        Of the training images, to which it is brought.
    """
    if st.session_state.pop("_label_changed", False):
        _train_anew_if_learnt_from()
    key = f"label_of_{drawing.content}"
    st.pills(
        "Keep it to learn from. Which digit was it?",
        range(10),
        default=label_of(drawing),
        help="Press it again to take the drawing back.",
        key=key,
        on_change=_keep,
        args=(key, drawing, style),
    )
    error = st.session_state.pop("_label_error", None)
    if error:
        st.warning(error, icon=":material/info:")
    own = own_drawings()
    if own is not None:
        learnt_from = st.session_state["own_drawings"] == "added"
        st.caption(kept_sentence(len(own), label_of(drawing), learnt_from=learnt_from))


def drawings_panel() -> None:
    """Those collected: whether they are learnt from, and how to keep or remove them."""
    own = own_drawings()
    if own is None:
        st.markdown(
            "Draw on the **Predict** page and say there which digit it was: your drawings are "
            "collected here. They stay in this browser tab, and you can download them."
        )
        return
    st.markdown(collected_sentence(own))
    st.segmented_control(
        SETTINGS["own_drawings"].label,
        OWN_DRAWINGS,
        format_func=CHOICES["own_drawings"].__getitem__,
        key="own_drawings",
        persist_state="session",
        required=True,
        help="They join the examples to learn from, never those held out: so the two figures "
        "before and after can be compared.",
    )
    chart = st.plotly_chart(
        gallery(own.images, [f"a {label}" for label in own.labels], columns=_IN_A_ROW),
        config={"displayModeBar": False},
        on_select="rerun",
        selection_mode="points",
        key=f"own_gallery_{short_fingerprint(own.fingerprint)}",
    )
    points = chart["selection"]["points"]
    with st.container(horizontal=True):
        st.download_button(
            "Download",
            lambda: as_file(own),
            "my_drawings.npz",
            icon=":material/download:",
            on_click="ignore",
            help="A .npz of images and labels; “Use a file of your own” takes it again.",
        )
        st.button(
            "Remove the one selected",
            icon=":material/delete:",
            disabled=not points,
            on_click=remove,
            args=(points[0]["customdata"] if points else 0,),
        )
        st.button("Remove all", icon=":material/delete_sweep:", on_click=remove_all)


def _keep(key: str, drawing: Drawing, style: DrawingStyle) -> None:
    """Take the visitor's answer; before the page is drawn."""
    try:
        label_drawing(drawing, st.session_state[key], style)
    except DataError as error:
        st.session_state["_label_error"] = str(error)
    st.session_state["_label_changed"] = True


def _train_anew_if_learnt_from() -> None:
    """A label was given within a fragment; the run is the whole page's."""
    if st.session_state["own_drawings"] == "added":
        st.rerun()
