"""A digit that is unrolled, row after row, into a row of X.

An animation of plotly's would send each of its pictures as numbers. This component draws on a
canvas of its own, and a digit takes it no more than 400 numbers.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.figures.palette import GRID, HELD_OUT, INK, TRAINING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.words.lesson.vector import PanelLabels

#: Rows of X that are drawn at most: as many as can be told from one another.
MOST_ROWS: Final = 48

#: Digits after the point that are sent: two are read, and the ink needs no more than three.
_PRECISION: Final = 3

_CSS: Final = """
.unrolling { width: 100%; }
.unrolling canvas { display: block; width: 100%; touch-action: pan-y; }
.unrolling div {
  display: flex; align-items: center; justify-content: space-between; gap: 0.75rem;
  position: sticky; bottom: 0; padding: 0.4rem 0; background: var(--st-background-color);
}
.unrolling output { font-variant-numeric: tabular-nums; }
.unrolling button {
  font: inherit; color: inherit; cursor: pointer; white-space: nowrap;
  padding: 0.25rem 0.75rem; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
}
.unrolling button:hover { color: var(--st-primary-color); border-color: currentColor; }
.unrolling button:focus-visible { outline: 2px solid var(--st-primary-color); }
"""

#: The line with the button stays in sight where the picture is higher than a phone.
_HTML: Final = """
<div class="unrolling">
  <canvas role="img"></canvas>
  <div><output aria-live="off"></output><button type="button"></button></div>
</div>
"""

#: Where everything stands, how it is painted, and the element that does so: Streamlit takes one
#: program, and its parts could not import one another.
_JS: Final = "\n".join(
    Path(__file__).with_name(f"{part}.js").read_text(encoding="utf-8")
    for part in ("layout", "painting", "element")
)

_component = st.components.v2.component(
    "theta_lab.unrolling", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
)


def spread(count: int) -> NDArray[np.int64]:
    """Positions of the rows that are drawn of so many, from the first to the last.

    Parameters
    ----------
    count : int
        Rows of X, ≥ 1.

    Returns
    -------
    (k,) ndarray of int
        Ascending, k at most `MOST_ROWS`.
    """
    return np.linspace(0, count - 1, min(count, MOST_ROWS)).round().astype(np.int64)


def unrolling(
    image: NDArray[np.float32], rows: NDArray[np.float32], labels: PanelLabels, key: str
) -> None:
    """Show how an image becomes a row like those of X.

    It plays once in a session of the browser, as soon as it is seen, and again on demand.

    Parameters
    ----------
    image : (20, 20) ndarray
        The digit, paper 0 and ink 1.
    rows : (k, 20, 20) ndarray
        Images of which rows of X are made; k ≥ 1, see `spread`.
    labels : PanelLabels
        What stands at the parts of the picture.
    key : str
        Unique on the page.
    """
    bytes_of_ink = (rows.clip(0, 1) * 255).round().astype(np.uint8).tobytes()
    (_, paper), (_, ink) = INK
    _component(
        key=key,
        data={
            "pixels": np.round(image.ravel().astype(np.float64), _PRECISION).tolist(),
            "rows": base64.b64encode(bytes_of_ink).decode(),
            "labels": asdict(labels),
            "colours": {
                "paper": paper,
                "ink": ink,
                "bias": HELD_OUT,
                "mark": TRAINING,
                "line": GRID,
            },
        },
    )
