"""The drawing canvas.

The component forgets its drawing when its page is left, and a restored canvas
sends nothing until the next stroke: so the drawing is kept elsewhere, and put
back under a new key with a drawing to begin with that does not change any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from dashboard.drawing import Drawing, drawing, keep_drawing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Pixels of each side; fits a phone held upright.
SIDE: Final = 280

_INK: Final = "#14161b"
_PAPER: Final = "#fbfaf7"


@dataclass(frozen=True)
class _Sheet:
    """A canvas as it was begun; a new number is a new canvas for the browser."""

    number: int = 0
    begun_with: dict[str, Any] | None = None


def put_drawing_back() -> None:
    """To be called when the visitor comes from another page: the canvas is new then."""
    drawn = drawing()
    _new_sheet(None if drawn is None else drawn.strokes)


def canvas(brush: int) -> NDArray[np.uint8] | None:
    """Show the canvas and return what is drawn on it.

    Parameters
    ----------
    brush : int
        Width of the pen in pixels.

    Returns
    -------
    (280, 280, 4) ndarray of uint8, or None
        None where there is no stroke.
    """
    sheet = _sheet()
    result = st_canvas(
        stroke_width=brush,
        stroke_color=_INK,
        background_color=_PAPER,
        height=SIDE,
        width=SIDE,
        initial_drawing=sheet.begun_with,
        return_image_data=True,
        key=f"sheet_{sheet.number}",
    )
    pixels = result.image_data
    if pixels is not None and result.json_data is not None:
        empty = not result.json_data["objects"]
        keep_drawing(None if empty else Drawing(result.json_data, pixels))
    drawn = drawing()
    return None if drawn is None else drawn.pixels


def clear() -> None:
    """Take an empty sheet."""
    keep_drawing(None)
    _new_sheet(None)


def _new_sheet(strokes: dict[str, Any] | None) -> None:
    st.session_state["_sheet"] = _Sheet(_sheet().number + 1, strokes)


def _sheet() -> _Sheet:
    sheet: _Sheet = st.session_state.get("_sheet", _Sheet())
    return sheet
