"""The curve of the theory: the sigmoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from dashboard.figures.palette import GRID, HELD_OUT, PENALTY, TRAINING, figure
from dashboard.words.plain import compared, signed

if TYPE_CHECKING:
    import plotly.graph_objects as go


#: Of the curve: so many that it looks round.
_POINTS: Final = 301


def sigmoid_line(reach: float) -> dict[str, Any]:
    """σ(z) from −reach to reach, as a trace."""
    z = np.linspace(-reach, reach, _POINTS)
    return {
        "type": "scatter",
        "x": z,
        "y": expit(z),
        "mode": "lines",
        "line": {"color": TRAINING, "width": 2.5},
        "showlegend": False,
        "hovertemplate": "z = %{x:.2f}, σ(z) = %{y:.3f}<extra></extra>",
    }


def sigmoid_curve(
    z: float, *, across: str = "z = θᵀx", up: str = "h = σ(z)", height: int = 320
) -> go.Figure:
    """σ(z) with one point on it and the threshold 0.5; the axes are called `across` and `up`."""
    reach = max(8.0, abs(z) * 1.15)
    h = float(expit(z))
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
        [sigmoid_line(reach), point],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        annotations=[value],
        shapes=[threshold, middle],
        xaxis={"title": {"text": across}},
        yaxis={"title": {"text": up}, "range": [-0.06, 1.06]},
    )
