"""The drawing canvas.

The component forgets its drawing when its page is left, and a restored canvas
sends nothing until the next stroke: so the drawing is kept elsewhere, and put
back under a new key with a drawing to begin with that does not change any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
import streamlit_drawable_canvas
from streamlit_drawable_canvas import st_canvas

from dashboard.drawing import Drawing, drawing, keep_drawing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from streamlit.delta_generator import DeltaGenerator

#: Pixels of each side; fits a phone held upright.
SIDE: Final = 280

#: Of the button beside the canvas's own tools, for which it leaves room.
_CLEAR_WIDTH: Final = 96

#: Of a button: a headline beside one stands level with one alone, and so does what is below.
_HEADLINE_HEIGHT: Final = 40

# The component as it is, but for its styles, which it keeps out of the page's reach: its tools
# show under a mouse only, and until then lie unseen over the paper's corner, where they take
# the strokes of a finger.
streamlit_drawable_canvas.out = st.components.v2.component(
    "streamlit-drawable-canvas.streamlit_drawable_canvas",
    html='<div class="canvas-root"></div>',
    css="index-*.css",
    js="index-*.js",
    isolate_styles=False,
)

#: Undo and redo above the paper, for all to see; the paper's place is kept while it is changed.
#: The other tools are not for a digit, and its bin would bring back a drawing that was put back.
_STYLE: Final = f"""
<style>
  .st-key-canvas {{ min-height: {SIDE}px; }}
  .st-key-canvas .dc-root > .dc-toolbar {{
    top: auto; bottom: calc(100% + 1rem); right: {_CLEAR_WIDTH + 8}px;
    height: 2.5rem; padding: 0; opacity: 1; transition: none; align-items: center;
  }}
  .st-key-canvas .dc-toolbar-card {{ padding: 0; background: none; box-shadow: none; }}
  .st-key-canvas .dc-toolbar-card > :not([aria-label="Undo"], [aria-label="Redo"]) {{
    display: none !important;
  }}
  .st-key-canvas .dc-icon-button {{ padding: 0.6rem; }}
  .st-key-canvas .dc-icon-button svg {{ width: 1.3rem; height: 1.3rem; }}
</style>
"""

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


def headline() -> DeltaGenerator:
    """Place for one line above the paper, or beside that at the same height."""
    return st.container(
        horizontal=True,
        vertical_alignment="center",
        width=SIDE,
        height=_HEADLINE_HEIGHT,
        border=False,
    )


def sheet_of_paper(brush: int) -> None:
    """The canvas under its headline, with all that takes ink away again.

    Parameters
    ----------
    brush : int
        Width of the pen in pixels.
    """
    with headline():  # between these two, the canvas has its own tools: undo and redo
        st.markdown("**Your drawing**", width="stretch")
        st.button(
            "Clear",
            icon=":material/delete:",
            key="clear",
            on_click=clear,
            width=_CLEAR_WIDTH,
        )
    with st.container(key="canvas"):
        canvas(brush)


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
    st.html(_STYLE)
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
