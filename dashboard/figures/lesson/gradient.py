"""J over the steps that were taken down the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import HELD_OUT, TRAINING, figure

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

#: Where the axis of the steps may end: it stays for a while, or the curve would shrink at
#: each step.
_ENDS: Final = (10, 20, 50, 100, 200, 500)

#: At least so high is the axis of J: a little more than J at zeros, log 2.
_LEAST_HEIGHT: Final = 0.75

#: More points than this become a line.
_MARKED: Final = 30


def cost_over_steps(costs: FloatArray, after: float | None) -> go.Figure:
    """J after each step so far, and after the next one.

    Parameters
    ----------
    costs : (k + 1,) ndarray of float64
        From θ of zeros on.
    after : float, optional
        J after step k + 1; None where it is not to come.

    Returns
    -------
    plotly.graph_objects.Figure
        The next one is hollow.
    """
    highest = max(float(costs.max()), after or 0.0)
    return figure(
        320,
        [_so_far(costs), _to_come(costs, after), _here(costs)],
        showlegend=False,
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        xaxis=_axis_of_steps(len(costs) - 1),
        yaxis={
            "title": {"text": "J"},
            "range": [0, max(_LEAST_HEIGHT, 1.08 * highest)],
            "fixedrange": True,
        },
    )


def _so_far(costs: FloatArray) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": np.arange(len(costs)),
        "y": costs,
        "mode": "lines+markers" if len(costs) <= _MARKED else "lines",
        "line": {"color": TRAINING, "width": 2.5},
        "marker": {"size": 5},
        "hovertemplate": "J after %{x} steps: %{y:.4g}<extra></extra>",
    }


def _to_come(costs: FloatArray, after: float | None) -> dict[str, Any]:
    """From where one is to the next step, which is hollow; nothing where none is to come."""
    k = len(costs) - 1
    return {
        "type": "scatter",
        "x": [] if after is None else [k, k + 1],
        "y": [] if after is None else [costs[-1], after],
        "mode": "lines+markers",
        "line": {"color": HELD_OUT, "width": 1.5, "dash": "dot"},
        "marker": {"size": [0, 12], "symbol": "circle-open", "line": {"width": 2}},
        "hovertemplate": "J after the next step: %{y:.4g}<extra></extra>",
    }


def _here(costs: FloatArray) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [len(costs) - 1],
        "y": costs[-1:],
        "mode": "markers",
        "marker": {"size": 13, "color": HELD_OUT},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _axis_of_steps(k: int) -> dict[str, Any]:
    end = next((end for end in _ENDS if k < end), _ENDS[-1])
    return {
        "title": {"text": "k, steps"},
        "range": [-0.04 * end, 1.06 * end],
        "fixedrange": True,
    }
