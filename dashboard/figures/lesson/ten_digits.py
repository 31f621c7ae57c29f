"""Step 9: ten θ over the same digit, and what each says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import DIGIT_COLOURS, figure
from dashboard.figures.theta import GRID_COLUMNS, grid_aspect, theta_grid, with_outline
from dashboard.words.lesson.ten_digits import in_short
from dashboard.words.plain import signed
from logreg_core.scans import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

#: Of a bar that is not the winner's.
_PALE: Final = 0.4

#: Of the line around the digit: the pictures are small.
_LINE_WIDTH: Final = 1.5

#: Where the columns of numbers beside the bars end, in lengths of a whole bar.
_COLUMNS_AT: Final = (1.42, 1.85)

#: Of a bar with its numbers, and of what stands above and below them all; in pixels.
_BAR: Final = 26
_AROUND: Final = 60


def thetas_over_digit(
    stacked: FloatArray,
    z: FloatArray,
    classes: Sequence[int],
    image: NDArray[np.float32],
    winner: int,
) -> go.Figure:
    """The θ of each digit, (k, 401), with the outline of one image, (20, 20), on each.

    Parameters
    ----------
    stacked : (k, 401) ndarray of float64
        The bias first.
    z : (k,) ndarray of float64
        Of the image under each.
    classes : sequence of int
        The digits.
    image : (20, 20) ndarray of float32
        Prepared as the model has it.
    winner : int
        The place of the θ whose z is largest; it gets a frame.

    Returns
    -------
    plotly.graph_objects.Figure
        For `thetas_aspect`.
    """
    names = [f"{digit}: z = {signed(each, '.1f')}" for digit, each in zip(classes, z, strict=True)]
    chart = theta_grid(stacked, names, chosen=winner, columns=_columns(classes), biases=False)
    corners = [(int(trace.y0), int(trace.x0)) for trace in chart.data]
    sheet = np.zeros(np.max(corners, axis=0) + SIDE, dtype=np.float32)
    for top, left in corners:
        sheet[top : top + SIDE, left : left + SIDE] = image
    with_outline(chart, sheet)
    chart.data[-1].line.width = _LINE_WIDTH
    return chart


def thetas_aspect(classes: Sequence[int]) -> float:
    """Width over height of `thetas_over_digit`."""
    return grid_aspect(len(classes), _columns(classes))


def answers(columns: dict[str, FloatArray], classes: Sequence[int], winner: int) -> go.Figure:
    """What is said for each digit: a bar of the first column, and the numbers of all.

    Parameters
    ----------
    columns : dict of str to (k,) ndarray of float64
        Name → numbers from 0 to 1; one column or two.
    classes : sequence of int
        The digits.
    winner : int
        The place of the one that stands out.
    """
    digits = [_stands_out(str(digit), at == winner) for at, digit in enumerate(classes)]
    places = _COLUMNS_AT[: len(columns)]
    return figure(
        _AROUND + _BAR * len(classes),
        [
            _bars(next(iter(columns.values())), digits, classes, winner),
            *(
                _numbers(column, digits, place, winner)
                for place, column in zip(places, columns.values(), strict=True)
            ),
        ],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        annotations=[_head(name, place) for name, place in zip(columns, places, strict=True)],
        bargap=0.3,
        xaxis={
            "range": [0, places[-1] + 0.02],
            "tickvals": [0, 0.5, 1],
            "fixedrange": True,
        },
        yaxis={
            "type": "category",
            "ticksuffix": "  ",
            "tickfont": {"size": 15},
            "autorange": "reversed",
            "fixedrange": True,
            "showgrid": False,
        },
    )


def _bars(
    values: FloatArray, digits: Sequence[str], classes: Sequence[int], winner: int
) -> dict[str, Any]:
    """A bar for each digit, in its colour; all pale but one."""
    return {
        "type": "bar",
        "y": digits,
        "x": values,
        "orientation": "h",
        "marker": {
            "color": [DIGIT_COLOURS[digit] for digit in classes],
            "opacity": [1.0 if at == winner else _PALE for at in range(len(classes))],
        },
        "hoverinfo": "skip",
    }


def _numbers(
    column: FloatArray, digits: Sequence[str], place: float, winner: int
) -> dict[str, Any]:
    """A column of numbers beside the bars."""
    return {
        "type": "scatter",
        "mode": "text",
        "y": digits,
        "x": [place] * len(digits),
        "text": [_stands_out(in_short(each), at == winner) for at, each in enumerate(column)],
        "textposition": "middle left",
        "hoverinfo": "skip",
    }


def _stands_out(text: str, does: bool) -> str:
    return f"<b>{text}</b>" if does else text


def _columns(classes: Sequence[int]) -> int:
    return min(len(classes), GRID_COLUMNS)


def _head(name: str, place: float) -> dict[str, Any]:
    """The name of a column of numbers, above it."""
    return {
        "text": f"<b>{name}</b>",
        "x": place,
        "xanchor": "right",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
    }
