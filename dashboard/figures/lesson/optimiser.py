"""J on the way down: an optimiser beside gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.figures.axes import log_axis
from dashboard.figures.palette import RUNNERS, TRAINING, figure

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def way_down(bfgs: FloatArray, descent: FloatArray, alpha: float) -> go.Figure:
    """J after each iteration of BFGS, and after each step of gradient descent so far.

    Parameters
    ----------
    bfgs, descent : (k + 1,) ndarray of float64
        From θ of zeros on; that of BFGS is empty before it begins.
    alpha : float
        The size of the steps of gradient descent.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    steps = len(descent) - 1
    so_far = f"gradient descent, α = {alpha:g}: {steps} step{'' if steps == 1 else 's'} so far"
    axis = log_axis(np.concatenate([bfgs, descent]))
    return figure(
        340,
        [_curve(descent, so_far, TRAINING), _curve(bfgs, "BFGS", RUNNERS[2])],
        showlegend=True,
        xaxis={"title": {"text": "iterations"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "J"}, "type": "log", **axis},
    )


def _curve(costs: FloatArray, name: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": np.arange(len(costs)),
        "y": costs,
        "name": name,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2.5},
        "marker": {"size": 4},
        "hovertemplate": "J after %{x}: %{y:.4g}<extra></extra>",
    }
