"""The regularisation path: costs, shares, the length of θ, and θ itself, over λ."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.axes import costs_axis, interval_bar, shares_axis
from dashboard.figures.palette import HELD_OUT, MOMENT, PENALTY, TRAINING, figure, translucent
from dashboard.figures.theta import grid_aspect, theta_grid
from dashboard.words.explore.regularisation_path import AMONG, zero_is_lower
from dashboard.words.numbers import number_text
from dashboard.words.plain import short_percent
from logreg_core import best_of_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core import PathPoint

#: λ = 0 has no place on a logarithmic axis. It stands so many powers of ten left of the rest.
_GAP: Final = 0.75

#: Beyond the outermost λ, in powers of ten.
_ROOM: Final = 0.25

#: A λ of the visitor's that is smaller is marked where this one would be.
_LEAST_MARKED: Final = 1e-6

_HEIGHT: Final = 340

#: So many intervals stand side by side that they must not hide the line.
_SEEN_THROUGH: Final = 0.5

#: θ is shown at these λ, from strong to weak: two rows of four.
PICTURED: Final = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01, 0.001, 0.0)
_COLUMNS: Final = 4
PICTURES_ASPECT: Final = grid_aspect(len(PICTURED), _COLUMNS)


def costs_over_lam(points: Sequence[PathPoint], lams: Sequence[float], own: float) -> go.Figure:
    """Training and held-out cost, without penalty.

    Where training came to no minimum, a cost does not stretch the axis, and what lies beyond
    stands at its end as a triangle that points there.

    Parameters
    ----------
    points : sequence of PathPoint
        Those that are known so far.
    lams : sequence of float
        All λ that there will be; one of them at least is above 0.
    own : float
        The visitor's λ, which is marked.
    """
    training = [point.scores.training_cost for point in points]
    held_out = [point.scores.held_out_cost for point in points]
    stands = [point.is_minimum for point in points]
    yaxis = costs_axis([*compress(training, stands), *compress(held_out, stands)])
    axis = _LamAxis(lams, own)
    traces = [
        *_line(axis, points, training, name="training", colour=TRAINING, hover="%{text}"),
        *_line(axis, points, held_out, name="held out", colour=HELD_OUT, hover="%{text}"),
    ]
    for trace in traces:
        _keep_within(trace, *(10**end for end in yaxis["range"]))
    return _over_lam(axis, [*traces, *_best(axis, points)], yaxis)


def _keep_within(trace: dict[str, Any], low: float, high: float) -> None:
    """Have costs below or above an axis point out of it; what hovers says what they are."""
    costs = trace["y"]
    trace["text"] = [number_text(cost, 3) for cost in costs]
    trace["y"] = [min(max(cost, low), high) for cost in costs]
    beyond = {
        "triangle-down-open": any(cost < low for cost in costs),
        "triangle-up-open": any(cost > high for cost in costs),
    }
    for symbol, applies in beyond.items():
        if applies:
            trace["marker"] |= {"symbol": symbol, "size": 12}
            trace["cliponaxis"] = False


def shares_over_lam(points: Sequence[PathPoint], lams: Sequence[float], own: float) -> go.Figure:
    """What is read correctly, with the 95 % interval of held-out digits; takes the same."""
    training = [point.scores.training.share for point in points]
    held_out = [point.scores.held_out for point in points]
    shares = [score.share for score in held_out]
    axis = _LamAxis(lams, own)
    learnt = _line(axis, points, training, name="training", colour=TRAINING, hover="%{text}")
    lines = _line(axis, points, shares, name="held out", colour=HELD_OUT, hover="%{text}")
    for line in (*learnt, *lines):
        line["text"] = [short_percent(share) for share in line["y"]]
    for line, some in zip(lines, _with_and_without_penalty(points), strict=True):
        bars = interval_bar(*(point.scores.held_out for point in some))
        line["error_y"] = bars | {"color": translucent(HELD_OUT, _SEEN_THROUGH), "width": 3}
    lows = [score.interval[0] for score in held_out]
    return _over_lam(
        axis,
        [*learnt, *lines],
        shares_axis([*training, *lows]),
    )


def lengths_over_lam(points: Sequence[PathPoint], lams: Sequence[float], own: float) -> go.Figure:
    """‖θ‖ without the biases; takes the same."""
    lengths = [point.theta_norm for point in points]
    axis = _LamAxis(lams, own)
    line = _line(axis, points, lengths, name="‖θ‖", colour=MOMENT, hover="%{y:,.3~g}")
    chart = _over_lam(axis, line, costs_axis(lengths, "‖θ‖ without the bias"))
    return chart.update_layout(showlegend=False, margin_t=8)


def thetas_along_path(points: Sequence[PathPoint], row: int) -> go.Figure:
    """θ of one class at some λ, each on its own scale of colours; for `PICTURES_ASPECT`.

    Parameters
    ----------
    points : sequence of PathPoint
        Those that are known so far.
    row : int
        Which θ of each; 0 where there is one only.
    """
    known = {point.lam: point.theta.reshape(-1, point.theta.shape[-1])[row] for point in points}
    size = points[0].theta.shape[-1]
    stacked = np.stack([known.get(lam, np.zeros(size)) for lam in PICTURED])
    return theta_grid(
        stacked,
        [f"λ = {lam:,g}" for lam in PICTURED],
        scales=np.abs(stacked[:, 1:]).max(axis=1).tolist(),
        columns=_COLUMNS,
        biases=False,
    )


class _LamAxis:
    """Where each λ stands from left to right, also λ = 0."""

    def __init__(self, lams: Sequence[float], own: float) -> None:
        self.own = own if own == 0 else max(own, _LEAST_MARKED)
        shown = [lam for lam in (*lams, self.own) if lam > 0]
        self._least, self._most = min(shown), max(shown)
        self._zero = self._least / 10**_GAP

    def place(self, lam: float) -> float:
        return lam or self._zero

    def layout(self) -> dict[str, Any]:
        decades = range(
            int(np.ceil(np.log10(self._least))), int(np.floor(np.log10(self._most))) + 1
        )
        return {
            "type": "log",
            "title": {"text": "λ"},
            "range": [np.log10(self._zero) - _ROOM, np.log10(self._most) + _ROOM],
            "tickvals": [self._zero, *(10.0**at for at in decades)],
            "ticktext": ["0", *(f"{10.0**at:,g}" for at in decades)],
            "tickangle": 0,
            "fixedrange": True,
        }


def _over_lam(axis: _LamAxis, traces: list[dict[str, Any]], yaxis: dict[str, Any]) -> go.Figure:
    """A chart with a line at the visitor's λ."""
    own = axis.place(axis.own)
    line = {
        "type": "line",
        "x0": own,
        "x1": own,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": PENALTY, "dash": "dash", "width": 1.5},
    }
    words = {
        "text": "your λ",
        "x": float(np.log10(own)),
        "y": 0,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "left",
        "xshift": 3,
        "font": {"color": PENALTY},
        "showarrow": False,
    }
    axes = {"xaxis": axis.layout(), "yaxis": yaxis}
    return figure(_HEIGHT, traces, shapes=[line], annotations=[words], **axes)


def _line(
    axis: _LamAxis,
    points: Sequence[PathPoint],
    values: Sequence[float],
    *,
    name: str,
    colour: str,
    hover: str,
) -> list[dict[str, Any]]:
    """A line over all λ above 0, and a dot of its own at λ = 0, which is infinitely far off."""
    value_of = {point.lam: value for point, value in zip(points, values, strict=True)}
    return [
        {
            "type": "scatter",
            "x": [axis.place(point.lam) for point in some],
            "y": [value_of[point.lam] for point in some],
            "customdata": [point.lam for point in some],
            "mode": mode,
            "name": name,
            "showlegend": mode != "markers",
            "line": {"color": colour, "width": 2.5},
            "marker": {"color": colour, "size": size, "symbol": symbol},
            "hovertemplate": f"λ = %{{customdata:.3~g}}: {name} {hover}<extra></extra>",
        }
        for some, (mode, symbol, size) in zip(
            _with_and_without_penalty(points),
            (("lines+markers", "circle", 6), ("markers", "circle-open", 10)),
            strict=True,
        )
    ]


def _with_and_without_penalty(
    points: Sequence[PathPoint],
) -> tuple[list[PathPoint], list[PathPoint]]:
    return [point for point in points if point.lam > 0], [
        point for point in points if point.lam == 0
    ]


def _best(axis: _LamAxis, points: Sequence[PathPoint]) -> list[dict[str, Any]]:
    """The lowest held-out cost; nothing before there is one."""
    if not points:
        return []
    best = best_of_path(points)
    of = f" of {AMONG}" if zero_is_lower(points) else ""
    return [
        {
            "type": "scatter",
            "x": [axis.place(best.lam)],
            "y": [best.scores.held_out_cost],
            "mode": "markers",
            "name": f"lowest held out{of}: λ = {best.lam:,g}",
            "marker": {"symbol": "diamond", "size": 14, "color": HELD_OUT},
            "hoverinfo": "skip",
        }
    ]
