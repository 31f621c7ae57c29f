"""What a visitor has drawn, kept while they look at other pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from logreg_core import DataError, normalise_drawing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core import Model


@dataclass(frozen=True)
class Drawing:
    """What is on the canvas.

    Attributes
    ----------
    strokes : dict
        For the canvas, to draw it again; empty where it was found on a picture.
    pixels : (280, 280, 4) ndarray of uint8, or (H, W)
        To be read.
    """

    strokes: dict[str, Any]
    pixels: NDArray[np.uint8]

    @property
    def is_on_canvas(self) -> bool:
        """Whether it was drawn, rather than found on a picture."""
        return bool(self.strokes)

    @cached_property
    def content(self) -> str:
        """SHA-256 of the pixels: whether it is the same drawing."""
        return hashlib.sha256(np.ascontiguousarray(self.pixels).data).hexdigest()


def drawing() -> Drawing | None:
    """The visitor's drawing; None where there is none."""
    kept: Drawing | None = st.session_state.get("_drawing")
    return kept


def keep_drawing(new: Drawing | None) -> None:
    """Remember what is on the canvas; None for an empty one."""
    st.session_state["_drawing"] = new


def drawn_digit(model: Model) -> NDArray[np.float32] | None:
    """The drawing as the model sees it, (20, 20); None where it is no digit."""
    drawn = drawing()
    if drawn is None:
        return None
    try:
        return normalise_drawing(drawn.pixels, model.config.preparation, style=model.style)
    except DataError:  # a dot, say: the Predict page tells its visitor
        return None
