"""From z to an answer: σ, a threshold on it, and what it makes of held-out digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit, logit

from dashboard.figures.palette import (
    DIGIT_COLOURS,
    DIVERGING,
    HELD_OUT,
    INK,
    PENALTY,
    figure,
    translucent,
)
from dashboard.figures.theory import sigmoid_line
from dashboard.words.lesson.sigmoid import (
    cell_names,
    crossing_name,
    digit_name,
    probe_name,
    region_names,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.words.lesson.sides import Sides
    from logreg_core import Decisions

    FloatArray = NDArray[np.float64]

#: As in the pictures of θ: blue for y = 0, red for y = 1. Pale where the answer is right.
_WRONG: Final = (DIVERGING[0][1], DIVERGING[-1][1])
_RIGHT: Final = (DIVERGING[1][1], DIVERGING[3][1])

#: Width over height of `decision_table`.
TABLE_ASPECT: Final = 1.15

#: From the middle of one of its cells to its edge; a little less than half, for a gap.
_HALF: Final = 0.485

#: Behind the z that are called 0, and those that are called 1.
_TINTS: Final = tuple(translucent(colour, 0.07) for colour in _WRONG)

#: On the curve: the digit at hand, and where the slider stands.
_DIGIT_MARK: Final = {"size": 15, "color": HELD_OUT}
_PROBE_MARK: Final = {
    "size": 13,
    "symbol": "diamond-open",
    "color": DIGIT_COLOURS[4],
    "line": {"width": 3},
}

_THRESHOLD_LINE: Final = {"color": PENALTY, "dash": "dash", "width": 1.5}
_LEGEND: Final = {
    "orientation": "h",
    "y": 1.02,
    "yanchor": "bottom",
    "x": 0,
    "itemclick": False,
    "itemdoubleclick": False,
}

#: An empty cell of the table is hardly there.
_NEVER: Final = translucent(PENALTY, 0.08)

#: What reads on pale and on deep colours.
_ON_DEEP, _ON_PALE = INK[0][1], INK[1][1]

#: How far the axis goes for the held-out digits: with λ = 0 they lie at hundreds, where σ would
#: look like a step. Those farther out count where the axis ends.
_FARTHEST: Final = 30.0

#: Of its reach: what the axis goes beyond it.
_BEYOND: Final = 1.04

#: Of the z axis; an even number, so that none lies on both sides of 0.
_BINS: Final = 48

#: Of the height: the histograms below, the curve above.
_BELOW: Final = [0.0, 0.27]
_ABOVE: Final = [0.36, 1.0]

_AXIS_OF_H: Final = {
    "title": {"text": "h = σ(z)"},
    "range": [-0.06, 1.06],
    "domain": _ABOVE,
    "fixedrange": True,
}


def reach_of_curve(z: float, z_held_out: FloatArray, *, at_least: float) -> float:
    """How far the axis of z goes to both sides: the digit is on it, and the held-out ones mostly.

    Parameters
    ----------
    z : float
        Of the digit at hand.
    z_held_out : (k,) ndarray of float64
        k ≥ 1.
    at_least : float
        What else has to be on it.
    """
    held_out = min(_FARTHEST, float(np.abs(z_held_out).max()))
    return _BEYOND * max(at_least, held_out, abs(z))


def sigmoid_with_threshold(
    z: float,
    *,
    probe: float,
    threshold: float,
    reach: float,
    z_held_out: FloatArray,
    y_held_out: NDArray[np.int64],
    answers: Sides,
) -> go.Figure:
    """σ(z) with the digit and the probe on it, the threshold, and where held-out digits lie.

    Parameters
    ----------
    z, probe : float
        Of the digit at hand, and where the slider stands.
    threshold : float
        0 to 1, neither end.
    reach : float
        As `reach_of_curve` has it.
    z_held_out : (k,) ndarray of float64
        k ≥ 1.
    y_held_out : (k,) ndarray of int
        0 or 1.
    answers : Sides
        What y = 0 and y = 1 are called.

    Returns
    -------
    plotly.graph_objects.Figure
        The curve, the crossing, the digit, the probe, and then bars: of y = 1 upwards and of
        y = 0 downwards, the right answers before the wrong ones.
    """
    crossing = float(logit(threshold))
    marks = [
        sigmoid_line(reach),
        _crossing(threshold, crossing, reach),
        _mark(z, digit_name(z, threshold, answers), _DIGIT_MARK),
        _mark(probe, probe_name(probe), _PROBE_MARK),
    ]
    return figure(
        430,
        [*marks, *_histograms(z_held_out, y_held_out, threshold, reach)],
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        barmode="relative",
        bargap=0,
        legend=_LEGEND,
        shapes=_regions(crossing, reach),
        annotations=_names(answers),
        xaxis=_axis_of_z(reach),
        yaxis=_AXIS_OF_H,
        yaxis2={"domain": _BELOW, "visible": False, "fixedrange": True},
    )


def _axis_of_z(reach: float) -> dict[str, Any]:
    """Below the histograms, for these and for the curve."""
    return {
        "title": {"text": "z = θᵀx"},
        "range": [-reach, reach],
        "anchor": "y2",
        "fixedrange": True,
        "zeroline": True,
        "zerolinecolor": PENALTY,
    }


def _regions(crossing: float, reach: float) -> list[dict[str, Any]]:
    """Which z are called 0 and which 1, down to the histograms, with a line between them."""
    ends = ((-reach, crossing), (crossing, reach))
    tints = [
        {
            "type": "rect",
            "yref": "paper",
            **dict(zip(("x0", "x1", "y0", "y1"), (*end, 0, 1), strict=True)),
            "fillcolor": tint,
            "line": {"width": 0},
            "layer": "below",
        }
        for end, tint in zip(ends, _TINTS, strict=True)
    ]
    line = {
        "type": "line",
        "yref": "paper",
        **dict(zip(("x0", "x1", "y0", "y1"), (crossing, crossing, 0, _ABOVE[0]), strict=True)),
        "line": _THRESHOLD_LINE,
    }
    return [*tints, line]


def _crossing(threshold: float, crossing: float, reach: float) -> dict[str, Any]:
    """The threshold as a line, and from where it meets the curve down to its z."""
    return {
        "type": "scatter",
        "x": [-reach, crossing, reach, None, crossing, crossing],
        "y": [threshold, threshold, threshold, None, threshold, -1],
        "mode": "lines+markers",
        "marker": {"size": [0, 9, 0, 0, 0, 0], "color": PENALTY, "opacity": 1},
        "line": _THRESHOLD_LINE,
        "name": crossing_name(threshold, crossing),
        "hoverinfo": "skip",
    }


def _mark(z: float, name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [z],
        "y": [float(expit(z))],
        "mode": "markers",
        "marker": marker,
        "name": name,
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _histograms(
    z: FloatArray, y: NDArray[np.int64], threshold: float, reach: float
) -> list[dict[str, Any]]:
    """Which share of its own class lies in each bin of z; what lies beyond is in the last one."""
    edges = np.linspace(-reach, reach, _BINS + 1)
    shown, says = z.clip(-reach, reach), expit(z) >= threshold
    bars = []
    for label, sign, name in ((1, 1, "y = 1"), (0, -1, "y = 0")):
        of_class = max(int((y == label).sum()), 1)
        for right, colours in ((True, _RIGHT), (False, _WRONG)):
            counts, _ = np.histogram(shown[(y == label) & ((says == label) == right)], edges)
            bars.append(
                {
                    "type": "bar",
                    "x": (edges[:-1] + edges[1:]) / 2,
                    "y": sign * counts / of_class,
                    "customdata": counts,
                    "yaxis": "y2",
                    "marker": {"color": colours[label], "line": {"width": 0}},
                    "showlegend": False,
                    "hovertemplate": f"{name}, z ≈ %{{x:.1f}}: %{{customdata}} "
                    f"{'right' if right else 'wrong'}<extra></extra>",
                }
            )
    return bars


def _names(answers: Sides) -> list[dict[str, Any]]:
    """What is called what: in the corners of the histograms, upwards y = 1, downwards y = 0."""
    below, above = region_names(answers)
    place = {"xref": "paper", "yref": "paper", "showarrow": False, "font": {"size": 13}}
    return [
        {**place, "x": 0.01, "xanchor": "left", "y": 0.335, "yanchor": "middle", "text": below},
        {**place, "x": 0.99, "xanchor": "right", "y": 0.335, "yanchor": "middle", "text": above},
    ]


def decision_table(decisions: Decisions, answers: Sides) -> go.Figure:
    """How often each truth, a row, got each answer, a column; for an aspect of `TABLE_ASPECT`.

    Parameters
    ----------
    decisions : Decisions
        What a threshold makes of the held-out digits.
    answers : Sides
        What y = 0 and y = 1 are called.

    Returns
    -------
    plotly.graph_objects.Figure
        Four cells as shapes, and as many annotations with the counts, row by row.
    """
    counts = decisions.counts.tolist()
    places = [(row, column) for row in (0, 1) for column in (0, 1)]
    cells = [_cell(row, column, counts[row][column]) for row, column in places]
    texts = [
        _cell_text(row, column, counts[row][column], name)
        for (row, column), name in zip(places, cell_names(), strict=True)
    ]
    axis = {"range": [-0.5, 1.5], "showgrid": False, "fixedrange": True, "tickvals": [0, 1]}
    truths = {"ticktext": [f"is {each}" for each in answers], "tickangle": -90}
    return figure(
        400,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        shapes=cells,
        annotations=texts,
        xaxis={**axis, "ticktext": [f"called {each}" for each in answers], "side": "top"},
        yaxis={**axis, **truths, "range": [1.5, -0.5]},
    )


def _cell(row: int, column: int, count: int) -> dict[str, Any]:
    colours = _RIGHT if row == column else _WRONG
    return {
        "type": "rect",
        "x0": column - _HALF,
        "x1": column + _HALF,
        "y0": row - _HALF,
        "y1": row + _HALF,
        "fillcolor": colours[row] if count else _NEVER,
        "line": {"width": 0},
        "layer": "below",
    }


def _cell_text(row: int, column: int, count: int, name: str) -> dict[str, Any]:
    """The count, large, and what such a decision is called."""
    on_cell = {"color": _ON_PALE if row == column else _ON_DEEP}
    return {
        "x": column,
        "y": row,
        "text": f"<b style='font-size:2.2em'>{count:,}</b><br>{name}",
        "showarrow": False,
        "font": on_cell if count else {},  # the page's own colour on an empty cell
    }
