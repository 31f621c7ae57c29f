"""A visitor's own file: read it, or say in a sentence why not, and lose nothing."""

from __future__ import annotations

import logging
from typing import Final

import streamlit as st

from dashboard.words.plain import plain
from logreg_core import MAX_FILE_BYTES, DataError, Dataset, read_upload

_LOGGER: Final = logging.getLogger(__name__)

_LAYOUT: Final = """
- **.mat** as in the course: `X` (m x 400, each image column by column) and `y` (10 means 0)
- **.npz** with `X` or `images`, and `y` or `labels`
- **.csv** with a column `label` and 400 of pixels
- **.zip** of square PNG or JPEG pictures, in folders named after their digit
"""


def upload_form() -> None:
    """The uploader, what it accepts, and what came of the last file.

    It takes files of any kind: the reader's sentence says what is accepted, which
    the browser's own refusal would not.
    """
    st.file_uploader(
        "A file of 20x20 digits with labels",
        max_upload_size=MAX_FILE_BYTES // 2**20,
        key="upload",
        on_change=_read,
    )
    error = st.session_state.get("_upload_error")
    if error:
        st.error(f"{plain(error)} The data that was here is still here.", icon=":material/block:")
    st.caption(_LAYOUT)


def _read() -> None:
    """Take the new file's images as the source; before the page is drawn."""
    st.session_state.pop("_upload_error", None)
    file = st.session_state["upload"]
    if file is None:  # taken away again: what was read from it stays
        return
    try:
        dataset = read_upload(file.name, file.getvalue())
        _check_can_be_learnt_from(dataset)
    except DataError as error:
        _LOGGER.warning("Upload refused: %s", error)
        st.session_state["_upload_error"] = str(error)
    else:
        st.session_state["_uploaded"] = dataset
        st.session_state["source"] = "upload"


def _check_can_be_learnt_from(dataset: Dataset) -> None:
    """Two digits to tell apart, and of each an image to learn from and one to hold out."""
    if len(dataset.classes) < 2:
        raise DataError(
            f"All images in it show the digit {dataset.classes[0]}: "
            "two different digits are needed to learn from."
        )
    lonely = [digit for digit, count in dataset.counts.items() if count < 2]
    if lonely:
        raise DataError(
            f"Of the digit {lonely[0]} it has one image only: each digit needs two or more, "
            "one to learn from and one to hold out."
        )
