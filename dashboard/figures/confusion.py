"""Which digit is taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import DIVERGING, HELD_OUT, NO_TOOLS, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

#: What is read right, and what never happens. All others are opaque, since plotly chooses the
#: colour of a number by that of its cell.
_RIGHT: Final = "#c3ccd8"
_NEVER: Final = "rgba(128, 128, 128, 0.08)"
_RARE: Final = "#f9d5c4"
_OFTEN: Final = DIVERGING[-1][1]

#: What a cell gets from the scale below: a diagonal, an empty one, or an error from the
#: rarest to the most frequent.
_ON_DIAGONAL: Final = -1.0
_EMPTY: Final = 0.0
_RAREST: Final = 0.2
_SCALE: Final[list[list[Any]]] = [
    [0.0, _RIGHT],
    [0.25, _RIGHT],
    [0.25, _NEVER],
    [0.55, _NEVER],
    [0.55, _RARE],
    [1.0, _OFTEN],
]

#: From so many classes on the numbers are small, so that a phone has room for them.
_MANY: Final = 6


def confusion_chart(
    counts: NDArray[np.int64],
    classes: tuple[int, ...],
    *,
    chosen: tuple[int | None, int | None] = (None, None),
) -> go.Figure:
    """How often each digit, a row, was read as each, a column; errors in red.

    Parameters
    ----------
    counts : (classes, classes) ndarray of int
        As `logreg_core.confusion_matrix` returns it.
    classes : tuple of int
        The digits.
    chosen : pair of int or None
        Digit that is shown and digit that is read, of the cell that gets a frame; one of them
        alone frames a row or a column.

    Returns
    -------
    plotly.graph_objects.Figure
        One heatmap; each cell has [digit that is shown, digit that is read] as ``customdata``.
        For an aspect of 1.
    """
    names = [str(digit) for digit in classes]
    chart = figure(420, margin={"l": 4, "r": 4, "t": 4, "b": 4}, modebar=NO_TOOLS)
    chart.add_heatmap(
        x=names,
        y=names,
        z=_colours(counts),
        zmin=-1,
        zmax=1,
        colorscale=_SCALE,
        showscale=False,
        xgap=2,
        ygap=2,
        text=[[str(count) if count else "" for count in row] for row in counts.tolist()],
        texttemplate="%{text}",
        textfont={"size": 11 if len(classes) >= _MANY else 16},
        customdata=[[[label, read_as] for read_as in classes] for label in classes],
        hovertext=_hover_texts(counts, classes),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    frame = _frame(classes, chosen)
    chart.update_layout(shapes=[] if frame is None else [frame])
    axis = {
        "type": "category",
        "showgrid": False,
        "fixedrange": True,
        "tickangle": 0,
        "ticks": "",
        "title_standoff": 10,
    }
    chart.update_xaxes(title_text="read as", **axis)
    chart.update_yaxes(title_text="shows", autorange="reversed", **axis)
    return chart


def _colours(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Place of each cell on the scale: of an error by its share of the row, the largest is 1."""
    errors = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(errors, 0)
    # The rarest is well apart from none: one mistake is to be seen beside a hundred.
    shades = _RAREST + (1 - _RAREST) * errors / (errors.max() or 1.0)
    colours = np.where(counts > 0, shades, _EMPTY)
    np.fill_diagonal(colours, _ON_DIAGONAL)
    return colours


def _hover_texts(counts: NDArray[np.int64], classes: Sequence[int]) -> list[list[str]]:
    rows = []
    for label, row in zip(classes, counts.tolist(), strict=True):
        percent = 100 / max(sum(row), 1)
        rows.append(
            [
                f"{label} read as {read_as}: <b>{count:,}</b> of {sum(row):,} "
                f"({percent * count:.1f} %)<br>click to see them"
                for read_as, count in zip(classes, row, strict=True)
            ]
        )
    return rows


def _frame(
    classes: tuple[int, ...], chosen: tuple[int | None, int | None]
) -> dict[str, Any] | None:
    """A frame around a cell, a row or a column."""
    label, read_as = chosen
    if label is None and read_as is None:
        return None
    x0, x1 = _reach(classes, read_as)
    y0, y1 = _reach(classes, label)
    line = {"color": HELD_OUT, "width": 3}
    return {"type": "rect", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}


def _reach(classes: tuple[int, ...], digit: int | None) -> tuple[float, float]:
    """From where to where on a category axis a digit goes, or all of them."""
    if digit is None:
        return -0.5, len(classes) - 0.5
    place = classes.index(digit)
    return place - 0.5, place + 0.5
