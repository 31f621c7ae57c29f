"""Where a visitor labels their drawings, and looks after those that were collected."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.canvas import clear
from dashboard.figures.contact_sheet import contact_sheet
from dashboard.figures.digits import gallery
from dashboard.own_drawings import (
    MOST_EXAMPLES,
    can_undo,
    earlier_label,
    label_drawing,
    label_of,
    own_drawings,
    remove,
    remove_all,
    undo,
)
from dashboard.settings import OWN_DRAWINGS, OWN_WEIGHTS
from dashboard.visitor import kept
from dashboard.words.data import KEPT_UNTIL, collected_sentence
from dashboard.words.plain import a_digit, short_fingerprint
from dashboard.words.settings import CHOICES, SETTINGS, weight_label
from dashboard.words.teaching import (
    drawn_on_sentence,
    kept_as_sentence,
    last_drawings_text,
    right_label,
    too_heavy_sentence,
)
from logreg_core import DataError

if TYPE_CHECKING:
    from dashboard.drawing import Drawing
    from dashboard.lab import Lab
    from logreg_core import LabelledDrawing, Reading

_IN_A_ROW: Final = 13

#: Of the drawings collected, the last ones are shown where one labels.
_LAST_SHOWN: Final = 12
_THUMBNAIL: Final = 44  # px of each side on the screen, of twice as many for sharp screens


def follow_collection() -> None:
    """Draw the whole page anew where a label has changed the collection: all of it speaks of it.

    To be called at the head of the fragment, so that it is not drawn for nothing.
    """
    if st.session_state.pop("_collection_changed", False):
        st.rerun()


def label_form(drawing: Drawing | None, read: Reading, classes: tuple[int, ...]) -> None:
    """Ask whether a drawing was read rightly, and keep it under the label that is said.

    Parameters
    ----------
    drawing : Drawing, optional
        A digit, as far as can be told; None where there is none.
    read : Reading
        What the model makes of it.
    classes : tuple of int
        The digits that the model tells apart.
    """
    # Containers that are there in any case: nothing below them changes its place.
    with st.container(key="label_form"):
        if drawing is not None:
            _label(drawing, read.digit, classes)
    with st.container(key="collected"):
        error = st.session_state.pop("_label_error", None)
        if error:
            st.warning(error, icon=":material/info:")
        _collected()


def _label(drawing: Drawing, digit: int, classes: tuple[int, ...]) -> None:
    label = label_of(drawing)
    with st.container(horizontal=True, vertical_alignment="center"):
        if label is None:
            _right(drawing, digit)
        else:
            st.markdown(kept_as_sentence(label, classes), width="content")
            if drawing.is_on_canvas:
                st.button("Next", icon=":material/skip_next:", key="next", on_click=clear)
    # Said anew each time: a stroke, an undo or the button above may have changed it.
    st.session_state["own_label"] = label
    st.pills(
        "No, it was a …" if label is None else "It is a …",
        range(10),
        key="own_label",
        wrap=True,
        help="Kept to learn from. Press it again to take the drawing back.",
        on_change=_keep_as_said,
        args=(drawing,),
    )
    before = earlier_label(drawing)
    if before is not None:
        st.caption(drawn_on_sentence(before))


def _right(drawing: Drawing, digit: int) -> None:
    """The buttons of a drawing that was read rightly."""
    st.button(
        right_label(digit),
        icon=":material/check:",
        type="primary",
        key="right",
        width=180,
        on_click=_keep_as,
        args=(drawing, digit),
    )
    if drawing.is_on_canvas:
        st.button(
            "Right, next",
            icon=":material/skip_next:",
            key="right_next",
            on_click=_keep_and_clear,
            args=(drawing, digit),
            help="Keeps it and takes an empty sheet.",
        )


def _collected() -> None:
    """The last ones collected, how many there are of each digit, and undo."""
    own = own_drawings()
    if own is not None:
        last = own.drawings[-_LAST_SHOWN:]
        picture = kept("last_drawings", own.fingerprint, lambda: _thumbnails(last))
        labels = [drawing.label for drawing in last]
        st.image(picture, width=_THUMBNAIL * len(last), alt=last_drawings_text(labels))
    if own is not None or can_undo():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(collected_sentence(own) if own else "None collected.", width="content")
            st.button(
                "Undo",
                icon=":material/undo:",
                key="undo_label",
                type="tertiary",
                disabled=not can_undo(),
                on_click=_undo,
                help="Takes the last change of your collection back.",
            )


def _thumbnails(drawings: tuple[LabelledDrawing, ...]) -> bytes:
    """The drawings as they were drawn, side by side, as .png."""
    side = 2 * _THUMBNAIL
    pictures = [
        Image.fromarray(
            (drawing.pixels * (255 if drawing.is_scan else 1)).clip(0, 255).astype("u1")
        )
        for drawing in drawings
    ]
    inks = np.stack([np.asarray(picture.resize((side, side))) for picture in pictures]) / 255
    file = io.BytesIO()
    contact_sheet(inks, columns=len(drawings), enlarged=1).save(file, "PNG")
    return file.getvalue()


def drawings_panel(lab: Lab) -> None:
    """Those collected: whether they are learnt from, and how to keep or remove them."""
    own = own_drawings()
    if own is None:
        st.markdown(
            "Draw on the **Predict** page and say there which digit it was: your drawings are "
            "collected here. They stay in this browser tab, and you can download them."
        )
        return
    st.markdown(f"{collected_sentence(own)} {KEPT_UNTIL}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            SETTINGS["own_drawings"].label,
            OWN_DRAWINGS,
            format_func=CHOICES["own_drawings"].__getitem__,
            key="own_drawings",
            persist_state="session",
            required=True,
            help="They join the examples to learn from, never those held out: so the two "
            "figures before and after can be compared.",
        )
        weight_choice()
    weight_note(lab)
    style = lab.split_without_own().style
    scans = kept("all_own_scans", (own.fingerprint, style), lambda: own.scans(style))
    chart = st.plotly_chart(
        gallery(scans.images, [a_digit(int(label)) for label in scans.labels], columns=_IN_A_ROW),
        config={"displayModeBar": False},
        on_select="rerun",
        selection_mode="points",
        key=f"own_gallery_{short_fingerprint(own.fingerprint)}",
    )
    points = chart["selection"]["points"]
    with st.container(horizontal=True):
        st.download_button(
            "Download",
            lambda: own.as_file(style),
            "my_drawings.npz",
            icon=":material/download:",
            on_click="ignore",
            help="A .npz of your drawings, and of images made of them and labels; “Use a file "
            "of your own” takes it again.",
        )
        st.button(
            "Remove the one selected",
            icon=":material/delete:",
            disabled=not points,
            on_click=remove,
            args=(points[0]["customdata"] if points else 0,),
        )
        st.button("Remove all", icon=":material/delete_sweep:", on_click=remove_all)


def weight_choice() -> None:
    """As how many examples each drawing counts."""
    st.selectbox(
        SETTINGS["own_weight"].label,
        OWN_WEIGHTS,
        format_func=weight_label,
        key="own_weight",
        persist_state="session",
        width=220,
        help="Each is repeated so often among the examples to learn from: a few drawings among "
        "hundreds of other images would hardly change θ.",
    )


def weight_note(lab: Lab) -> None:
    """Say so where that would be more examples than are accepted."""
    with st.container(key="weight_note"):  # in any case: nothing below changes its place
        scans, chosen = lab.own_scans, lab.settings.own_weight
        if scans is not None and lab.own_weight != chosen:
            st.caption(too_heavy_sentence(len(scans), chosen, lab.own_weight, MOST_EXAMPLES))


def _keep(drawing: Drawing, label: int | None) -> bool:
    """Keep a drawing under a label; whether that went well."""
    st.session_state["_collection_changed"] = True
    try:
        label_drawing(drawing, label)
    except DataError as error:
        st.session_state["_label_error"] = str(error)
        return False
    return True


def _keep_as(drawing: Drawing, label: int) -> None:
    _keep(drawing, label)


def _keep_and_clear(drawing: Drawing, label: int) -> None:
    if _keep(drawing, label):
        clear()


def _keep_as_said(drawing: Drawing) -> None:
    """Take the visitor's answer; before the page is drawn."""
    _keep(drawing, st.session_state["own_label"])


def _undo() -> None:
    undo()
    st.session_state["_collection_changed"] = True
