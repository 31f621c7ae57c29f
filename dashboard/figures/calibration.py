"""How sure the model says that it is, and how often it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.axes import percent_ticks
from dashboard.figures.palette import GRID, HELD_OUT, PENALTY, figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from logreg_core import ReliabilityCurve

#: Parts of the height that the counts and, above them, the curve take.
_COUNTS: Final = (0.0, 0.2)
_CURVE: Final = (0.3, 1.0)

#: Room above the highest bar for its number, in parts of that bar.
_HEADROOM: Final = 1.35


def reliability_chart(
    curve: ReliabilityCurve, *, least_confidence: float, height: int = 460
) -> go.Figure:
    """The share that is right over how sure the model was, and below how many answers there are.

    Parameters
    ----------
    curve : ReliabilityCurve
        Of at least one answer.
    least_confidence : float
        That an answer can have: with two classes, 0.5.
    height : int
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure
        Three traces: the diagonal, on which a model lies that is as sure as it may be; a mark
        a bin, with its 95 % interval; a bar a bin.
    """
    axis = {"gridcolor": GRID, "zeroline": False, "automargin": True, "fixedrange": True}
    low, high = curve.intervals.T
    chart = figure(
        height,
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        showlegend=False,
        xaxis={
            **axis,
            "title": "how sure the model was",
            **percent_ticks(),
            "range": [min(least_confidence, float(curve.lower[0])) - 0.01, 1.015],
            "anchor": "y2",
        },
        yaxis={
            **axis,
            "title": "share read right",
            **percent_ticks(),
            "range": [-0.02, 1.04],
            "domain": _CURVE,
        },
        yaxis2={
            **axis,
            "title": "digits",
            "nticks": 3,
            "range": [0, _HEADROOM * float(curve.counts.max())],
            "domain": _COUNTS,
        },
    )
    chart.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": PENALTY, "dash": "dash", "width": 1.5},
        hoverinfo="skip",
    )
    shares = (curve.lower, curve.upper, curve.confidence, curve.accuracy, low, high)
    said = np.column_stack([*(100 * share for share in shares), curve.right, curve.counts])
    chart.add_scatter(
        x=curve.confidence,
        y=curve.accuracy,
        error_y={
            "array": high - curve.accuracy,
            "arrayminus": curve.accuracy - low,
            "symmetric": False,
            "thickness": 1.5,
            "width": 4,
        },
        mode="markers",
        marker={"color": HELD_OUT, "size": 9},
        customdata=said,
        hovertemplate="%{customdata[0]:.0f} to %{customdata[1]:.0f} % sure, "
        "%{customdata[2]:.1f} % on average"
        "<br><b>%{customdata[3]:.1f} %</b> right: %{customdata[6]} of %{customdata[7]}"
        "<br>95 % interval %{customdata[4]:.1f} to %{customdata[5]:.1f} %<extra></extra>",
    )
    chart.add_bar(
        x=(curve.lower + curve.upper) / 2,
        y=curve.counts,
        width=(curve.upper - curve.lower) - 0.006,  # a little air between two
        marker={"color": HELD_OUT, "opacity": 0.55},
        text=[f"{count:,}" for count in curve.counts],
        textposition="outside",
        cliponaxis=False,
        yaxis="y2",
        customdata=said,
        hovertemplate="%{customdata[0]:.0f} to %{customdata[1]:.0f} % sure: %{y:,} digits"
        "<extra></extra>",
    )
    return chart
