"""The curves of the theory: sigmoid, and the cost of one example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from dashboard.figures.palette import GRID, HELD_OUT, PENALTY, TRAINING, figure
from dashboard.words.plain import compared, signed
from logreg_core import log_loss

if TYPE_CHECKING:
    import plotly.graph_objects as go


def sigmoid_curve(
    z: float, *, across: str = "z = θᵀx", up: str = "h = σ(z)", height: int = 320
) -> go.Figure:
    """σ(z) with one point on it and the threshold 0.5; the axes are called `across` and `up`."""
    reach = max(8.0, abs(z) * 1.15)
    grid = np.linspace(-reach, reach, 241)
    h = float(expit(z))
    curve = {
        "type": "scatter",
        "x": grid,
        "y": expit(grid),
        "mode": "lines",
        "line": {"color": TRAINING, "width": 2.5},
        "hovertemplate": "z = %{x:.2f}, σ(z) = %{y:.3f}<extra></extra>",
    }
    point = {
        "type": "scatter",
        "x": [z],
        "y": [h],
        "mode": "markers",
        "marker": {"size": 13, "color": HELD_OUT},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    # In the corner that the curve leaves empty on this side: beside the point it would lie on it.
    corner = (0.02, 0.9, "left") if z < 0 else (0.98, 0.1, "right")
    value = {
        "text": f"<b>σ({signed(z)}) {compared(h)}</b>",
        **dict(zip(("x", "y", "xanchor"), corner, strict=True)),
        "xref": "paper",
        "yref": "paper",
        "font": {"color": HELD_OUT},
        "showarrow": False,
    }
    threshold = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": 0.5,
        "y1": 0.5,
        "line": {"color": PENALTY, "dash": "dash", "width": 1},
    }
    middle = {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "x0": 0,
        "x1": 0,
        "line": {"color": GRID, "width": 1},
    }
    return figure(
        height,
        [curve, point],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        annotations=[value],
        shapes=[threshold, middle],
        xaxis={"title": {"text": across}},
        yaxis={"title": {"text": up}, "range": [-0.06, 1.06]},
    )


def example_cost_curves(h: float) -> go.Figure:
    """−log h (if y = 1) and −log(1−h) (if y = 0), with a point on each at `h`, 0 < h < 1."""
    margins = np.linspace(-6.5, 6.5, 301)
    at = np.array([np.log(h) - np.log1p(-h)])
    chart = figure(320)
    for y, name, colour in (
        (1.0, "y = 1: −log h", TRAINING),
        (0.0, "y = 0: −log(1 − h)", HELD_OUT),
    ):
        chart.add_scatter(
            x=expit(margins),
            y=log_loss(margins, np.array(y)),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2.5},
            hovertemplate="h = %{x:.3f}: cost %{y:.3f}<extra></extra>",
        )
        cost = float(log_loss(at, np.array(y))[0])
        chart.add_scatter(
            x=[h],
            y=[cost],
            mode="markers+text",
            marker={"size": 12, "color": colour},
            text=[f"{cost:.2f}"],
            textposition="top center",
            showlegend=False,
            hoverinfo="skip",
        )
    chart.update_xaxes(title="h, what the model says for “it is y = 1”", range=[-0.02, 1.02])
    chart.update_yaxes(title="cost of this example", range=[-0.15, 6.6])
    return chart
