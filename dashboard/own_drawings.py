"""A visitor's own drawings, labelled and collected, to learn from beside the other images.

They are scans like all others: brought to 20x20 as the training images stand there,
unprepared. They live in the session and go with it; a file brings them back.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from logreg_core import DataError, Dataset, normalise_drawing

if TYPE_CHECKING:
    from dashboard.drawing import Drawing
    from logreg_core import DrawingStyle

#: 3 MB; whoever draws more has a data set, and can upload it.
MOST_DRAWINGS: Final = 2000

_NAME: Final = "your own drawings"


def own_drawings() -> Dataset | None:
    """What the visitor has collected; None where there is nothing."""
    collected: Dataset | None = st.session_state.get("_own_drawings")
    return collected


def label_of(drawing: Drawing) -> int | None:
    """The label under which this very drawing is kept; None where it is not."""
    own, position = own_drawings(), _position(drawing)
    return None if own is None or position is None else int(own.labels[position])


def label_drawing(drawing: Drawing, label: int | None, style: DrawingStyle) -> None:
    """Keep a drawing under its label, in place of another one; None takes it away again.

    Raises
    ------
    DataError
        If it is no digit, or there are too many.
    """
    # First of all, so that a drawing that cannot be kept loses nothing.
    scan = normalise_drawing(drawing.pixels, "none", style=style)
    position = _position(drawing)
    if position is not None:
        remove(position)
    if label is None:
        return
    own = own_drawings()
    add(Dataset(scan[np.newaxis], np.array([label]), _NAME))
    st.session_state["_kept_as"][drawing.content] = 0 if own is None else len(own)


def add(more: Dataset) -> int:
    """Collect images, those of a file for one; those that are there already are not taken twice.

    Returns
    -------
    int
        How many are new.

    Raises
    ------
    DataError
        If there are too many.
    """
    own = own_drawings()
    here = set() if own is None else _contents(own)
    is_new = np.array([content not in here for content in _contents_in_order(more)])
    if not is_new.any():
        return 0
    new = more.take(is_new)
    everything = new if own is None else own.with_added(new)
    if len(everything) > MOST_DRAWINGS:
        raise DataError(
            f"That would be {len(everything):,} drawings of your own; "
            f"accepted are {MOST_DRAWINGS:,}."
        )
    st.session_state["_own_drawings"] = Dataset(everything.images, everything.labels, _NAME)
    st.session_state.setdefault("_kept_as", {})
    return len(new)


def remove(position: int) -> None:
    """Take one away again."""
    own = own_drawings()
    if own is None:
        return
    others = np.arange(len(own)) != position
    st.session_state["_own_drawings"] = own.take(others) if others.any() else None
    st.session_state["_kept_as"] = {
        content: place - (place > position)
        for content, place in st.session_state["_kept_as"].items()
        if place != position
    }


def remove_all() -> None:
    """Forget them."""
    st.session_state["_own_drawings"] = None
    st.session_state["_kept_as"] = {}
    st.session_state["own_drawings"] = "left-out"  # a link promises no drawings any more


def as_file(own: Dataset) -> bytes:
    """A .npz with images (k, 20, 20) and labels (k,), which an upload takes as well."""
    file = io.BytesIO()
    np.savez_compressed(file, images=own.images, labels=own.labels)
    return file.getvalue()


def _contents(own: Dataset) -> set[tuple[int, bytes]]:
    return set(_contents_in_order(own))


def _contents_in_order(images: Dataset) -> list[tuple[int, bytes]]:
    """Label and pixels of each image."""
    pairs = zip(images.labels, images.images, strict=True)
    return [(int(label), image.tobytes()) for label, image in pairs]


def _position(drawing: Drawing) -> int | None:
    """Where this very drawing stands among those collected."""
    kept: dict[str, int] = st.session_state.get("_kept_as", {})
    return kept.get(drawing.content)
