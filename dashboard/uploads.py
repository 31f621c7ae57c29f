"""A visitor's own file: read it, or say in a sentence why not, and lose nothing."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.figures.contact_sheet import contact_sheet
from dashboard.own_drawings import MOST_DRAWINGS, add
from dashboard.words.data import added_sentence, found_sentence
from dashboard.words.plain import plain
from logreg_core import (
    FULL_SCALES,
    MAX_FILE_BYTES,
    DataError,
    Layout,
    Upload,
    open_upload,
    stand_by,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from logreg_core import DrawingStyle

_LOGGER: Final = logging.getLogger(__name__)

_FORMATS: Final = """
- **.mat** as in the course: `X` (m x 400, each image column by column) and `y` (10 means 0)
- **.npz** with `X` or `images`, and `y` or `labels`
- **.csv** with a column `label` and a column a pixel, as Kaggle's MNIST has it
- **.zip** of PNG or JPEG pictures, in folders named after their digit

Images are square, 8x8 to 64x64 pixels; 20x20 is what the model reads. They stay until you close
or reload this tab.
"""

#: Images that are shown before a file is accepted, and how many of them in a row.
_PREVIEWED: Final = 25
_IN_A_ROW: Final = 13

_STORED: Final = {False: "row by row", True: "column by column"}
_INK: Final = {False: "light on dark", True: "dark on light"}


def begin_upload() -> None:
    """To be called when the visitor comes to the page: of an earlier file nothing is left."""
    st.session_state["_upload_error"] = st.session_state["_added"] = None
    _discard()
    stand_by()


@st.fragment
def upload_form(style: DrawingStyle) -> None:
    """The uploader, what it accepts, and what was found in the last file.

    A fragment: until a file is used, the page around it stays as it is. It takes files of
    any kind: the reader's sentence says what is accepted, which the browser's own refusal
    would not.

    Parameters
    ----------
    style : DrawingStyle
        Of the images beside which drawings will be learnt from.
    """
    if st.session_state.pop("_file_used", False):
        st.rerun()
    with st.container(key="upload"):
        place = st.empty()
    file = _uploader(place)
    with st.container(key="upload_found"):
        if file is not None:
            with st.spinner("Reading the file…"):
                _read(file)
            _let_go_of_file()
            del file
            _uploader(place)
        if st.session_state.get("_to_add"):
            with st.spinner("Reading the drawings…"):
                _add(style)
            if st.session_state["_added"]:
                st.rerun()  # the page around it speaks of the drawings too
        error = st.session_state.get("_upload_error")
        if error:
            st.error(
                f"{plain(error)} The data that was here is still here.", icon=":material/block:"
            )
        added = st.session_state.get("_added")
        if added:
            st.success(added, icon=":material/draw:")
        upload: Upload | None = st.session_state.get("_found")
        if upload is not None:
            _preview(upload)
    st.caption(_FORMATS)


def _uploader(place: DeltaGenerator) -> UploadedFile | None:
    """Where a file is chosen: an empty one for each, so that none is held once it is read."""
    return place.file_uploader(
        "A file of digits with labels",
        max_upload_size=MAX_FILE_BYTES // 2**20,
        key=_uploader_key(),
    )


def _uploader_key() -> str:
    return f"upload_{st.session_state.get('_files_read', 0)}"


def _read(file: UploadedFile) -> None:
    """Keep what is found in a file, or the sentence that says why nothing is."""
    st.session_state["_upload_error"] = st.session_state["_found"] = None
    st.session_state["_added"] = None
    try:
        upload = open_upload(file.name, file.getvalue())
    except DataError as error:
        _LOGGER.warning("Upload refused: %s", error)
        st.session_state["_upload_error"] = str(error)
    else:
        st.session_state["_found"] = upload
        for name, value in asdict(upload.recognised).items():
            st.session_state[f"upload_{name}"] = value


def _let_go_of_file() -> None:
    """Free the file's bytes, which Streamlit would hold as long as its visitor stays."""
    del st.session_state[_uploader_key()]
    st.session_state["_files_read"] = st.session_state.get("_files_read", 0) + 1
    free_files()


def free_files() -> None:
    """Free the bytes of all files that this visitor has uploaded, once they are read."""
    context = get_script_run_ctx()
    if context is not None:
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def _preview(upload: Upload) -> None:
    """Some of the images as they would be read, and what was recognised, to be overruled."""
    with st.container(border=True, key="upload_preview"):
        st.markdown(found_sentence(upload))
        place = st.container()  # the picture stands above the switches that change it
        layout = _layout(upload)
        labels = upload.examples.labels
        lacks = _lacks(labels)
        if lacks:
            place.warning(lacks, icon=":material/info:")
        fits = True
        try:
            shown = upload.images(_spread(labels), layout)
            place.image(contact_sheet(shown, columns=_IN_A_ROW))
        except DataError as error:
            fits = False
            place.warning(plain(str(error)), icon=":material/info:")
        with st.container(horizontal=True):
            st.button(
                "Use these images",
                icon=":material/check:",
                type="primary",
                key="use_upload",
                disabled=bool(lacks) or not fits,
                on_click=_use,
                args=(upload, layout),
            )
            st.button(
                "Add to my drawings",
                icon=":material/draw:",
                key="add_upload",
                disabled=len(labels) > MOST_DRAWINGS or not fits,
                on_click=_ask_to_add,
                args=(upload, layout),
                help="To learn from them beside the images that are chosen now.",
            )
            st.button("Discard", icon=":material/close:", key="discard_upload", on_click=_discard)


def _layout(upload: Upload) -> Layout:
    """How the numbers are meant: as recognised, or as the visitor says."""
    recognised = upload.recognised
    if upload.examples.ink_is_known:
        st.toggle(
            "Turn ink and paper over",
            key="upload_dark_on_light",
            help="What is paper was told for each picture by its border.",
        )
        return replace(recognised, dark_on_light=st.session_state["upload_dark_on_light"])
    with st.container(horizontal=True, gap="medium"):
        by_column = st.segmented_control(
            "Images are stored",
            list(_STORED),
            format_func=_STORED.__getitem__,
            key="upload_by_column",
            required=True,
            help="Column by column, as Octave and MATLAB do, or row by row, as NumPy does. "
            "Read the wrong way, digits lie on their side.",
        )
        dark_on_light = st.segmented_control(
            "Ink is",
            list(_INK),
            format_func=_INK.__getitem__,
            key="upload_dark_on_light",
            required=True,
            help="Here ink should be dark in the picture above, whatever it is in the file.",
        )
        full_scale = st.segmented_control(
            "Pixels run from 0 to",
            FULL_SCALES,
            key="upload_full_scale",
            required=True,
        )
    return Layout(bool(by_column), bool(dark_on_light), full_scale or recognised.full_scale)


def _spread(labels: NDArray[np.int64]) -> list[int]:
    """Positions of as many images as are shown, evenly spread over the digits."""
    by_digit = np.argsort(labels, kind="stable")
    places = np.linspace(0, len(labels) - 1, min(_PREVIEWED, len(labels)))
    return [int(position) for position in by_digit[places.astype(int)]]


def upload_key() -> str:
    """A key for what the form stands in: another one, so closed again, once a file is in use."""
    return f"own_file_{st.session_state.get('_files_used', 0)}"


def _use(upload: Upload, layout: Layout) -> None:
    """Take the images as the source; before the page is drawn."""
    st.session_state["_files_used"] = st.session_state.get("_files_used", 0) + 1
    st.session_state["_uploaded"] = upload.dataset(layout)
    st.session_state["source"] = "upload"
    st.session_state["_file_used"] = True
    _discard()


def _ask_to_add(upload: Upload, layout: Layout) -> None:
    """Before the page is drawn: nothing could be shown here while it works."""
    st.session_state["_to_add"] = (upload, layout)
    st.session_state["_upload_error"] = st.session_state["_added"] = None


def _add(style: DrawingStyle) -> None:
    """Add the images that were asked for to the visitor's own drawings."""
    upload, layout = st.session_state["_to_add"]
    try:
        new = add(upload.collection(layout, style))
    except DataError as error:
        st.session_state["_upload_error"] = str(error)
        st.session_state["_to_add"] = None
    else:
        st.session_state["_added"] = added_sentence(new, len(upload.examples.labels))
        _discard()


def _discard() -> None:
    st.session_state["_found"] = st.session_state["_to_add"] = None


def _lacks(labels: NDArray[np.int64]) -> str:
    """What these images lack to be learnt from alone, in a sentence; empty where nothing.

    Two digits to tell apart, and of each an image to learn from and one to hold out.
    """
    digits, counts = np.unique(labels, return_counts=True)
    if len(digits) < 2:
        return (
            f"All of them show the digit {digits[0]}: two different digits are needed to "
            "learn from, so they can only be added to your drawings."
        )
    lonely = digits[counts < 2]
    if len(lonely) > 0:
        return (
            f"Of the digit {lonely[0]} there is one image only. Each digit needs two or more, one "
            "to learn from and one to hold out; so they can only be added to your drawings."
        )
    return ""
