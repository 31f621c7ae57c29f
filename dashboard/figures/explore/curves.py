"""The trials of a sweep as they learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.axes import log_axis
from dashboard.figures.cost import shown_steps
from dashboard.figures.explore.axes import LEAST
from dashboard.figures.palette import HELD_OUT, PENALTY, RUNNERS, figure, translucent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

#: Trials that have ended, of which a line is drawn: those beyond could not be told apart.
_MOST_ENDED: Final = 300
_HEIGHT: Final = 330


@dataclass(frozen=True)
class Curve:
    """One trial.

    Attributes
    ----------
    name : str
        As a person reads it.
    passes, cost : (s,) ndarray of float64
        Held-out cost after so many passes over the data.
    """

    name: str
    passes: NDArray[np.float64]
    cost: NDArray[np.float64]


def curves_chart(
    ended: Sequence[Curve], running: Sequence[Curve], best: Curve | None = None
) -> go.Figure:
    """Held-out cost over passes of all trials, both logarithmic.

    Parameters
    ----------
    ended : sequence of Curve
        Thin lines behind; of many the last `_MOST_ENDED`.
    running : sequence of Curve
        One colour each.
    best : Curve, optional
        The one that did best so far, as a thick line.
    """
    traces = [_all_ended(ended[-_MOST_ENDED:])]
    bests = [] if best is None else [best]
    traces += [_line(curve, HELD_OUT, 3) for curve in bests]
    colours = [colour for colour in RUNNERS if colour != HELD_OUT]
    traces += [
        _line(curve, colours[place % len(colours)], 2) for place, curve in enumerate(running)
    ]
    costs = np.concatenate([np.zeros(0), *(curve.cost for curve in (*ended, *running, *bests))])
    return figure(
        _HEIGHT,
        traces,
        xaxis={"type": "log", "title": "passes over the data", "dtick": 1},
        yaxis={
            "type": "log",
            "title": "held-out cost",
            **log_axis(np.maximum(costs, LEAST)),
        },
        showlegend=True,
    )


def _all_ended(curves: Sequence[Curve]) -> dict[str, Any]:
    """Many lines in one trace, parted by gaps: as many traces would take seconds to draw."""
    parted = [np.append(part, np.full((2, 1), np.nan), axis=1) for part in map(_positive, curves)]
    passes, costs = np.concatenate([np.zeros((2, 0)), *parted], axis=1)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "ended",
        "x": passes,
        "y": costs,
        "line": {"color": translucent(PENALTY, 0.45), "width": 1},
        "hoverinfo": "skip",
    }


def _line(curve: Curve, colour: str, width: float) -> dict[str, Any]:
    passes, cost = _positive(curve)
    shown = shown_steps(len(passes))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": curve.name,
        "x": passes[shown],
        "y": cost[shown],
        "line": {"color": colour, "width": width},
        "marker": {"size": 4},
        "hovertemplate": "%{x:.4g} passes: %{y:.4g}",
    }


def _positive(curve: Curve) -> NDArray[np.float64]:
    """Passes and costs, (2, s), that have a place on logarithmic axes; θ = 0 has none."""
    there = (curve.passes > 0) & np.isfinite(curve.cost)
    return np.stack([curve.passes[there], np.maximum(curve.cost[there], LEAST)])
