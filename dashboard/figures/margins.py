"""How z adds up, and which θ has the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.figures.palette import DIVERGING, PENALTY, figure
from dashboard.words.plain import signed

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.margin import Margin

_BLUE: Final = DIVERGING[0][1]
_RED: Final = DIVERGING[-1][1]


def sum_of_z(margin: Margin) -> go.Figure:
    """Bias, ink that speaks for and ink that speaks against, one after another to z."""
    steps = {
        "bias θ₀": margin.bias,
        "ink on red": margin.spoke_for,
        "ink on blue": margin.spoke_against,
    }
    chart = figure(220, showlegend=False, margin={"l": 8, "r": 16, "t": 8, "b": 8})
    chart.add_waterfall(
        y=[
            *(f"{name} {signed(value, '+.2f')}" for name, value in steps.items()),
            f"<b>z {signed(margin.z, '+.2f')}</b>",
        ],
        x=[*steps.values(), 0.0],
        measure=["relative"] * len(steps) + ["total"],
        orientation="h",
        increasing={"marker": {"color": _RED}},
        decreasing={"marker": {"color": _BLUE}},
        totals={"marker": {"color": _RED if margin.z >= 0 else _BLUE}},
        connector={"line": {"color": PENALTY, "width": 1, "dash": "dot"}},
        hoverinfo="skip",
    )
    return _lying(chart)


def z_of_each(z: NDArray[np.float64], classes: tuple[int, ...], chosen: int) -> go.Figure:
    """The z of one image under each θ, (classes,); the chosen digit's stands out."""
    names = [f"{digit}: {signed(value, '+.2f')}" for digit, value in zip(classes, z, strict=True)]
    chart = figure(
        60 + 20 * len(classes), showlegend=False, margin={"l": 8, "r": 16, "t": 8, "b": 8}
    )
    chart.add_bar(
        y=[
            f"<b>{name}</b>" if digit == chosen else name
            for digit, name in zip(classes, names, strict=True)
        ],
        x=z,
        orientation="h",
        marker={
            "color": [_RED if value >= 0 else _BLUE for value in z],
            "opacity": [1.0 if digit == chosen else 0.45 for digit in classes],
        },
        hoverinfo="skip",
    )
    return _lying(chart)


def _lying(chart: go.Figure) -> go.Figure:
    """Bars from top to bottom, each with its name and number on the left, and no zoom.

    Beside bars that begin and end anywhere, the numbers would collide with the names.
    """
    chart.update_xaxes(zeroline=True, zerolinecolor=PENALTY, fixedrange=True)
    chart.update_yaxes(type="category", autorange="reversed", fixedrange=True, showgrid=False)
    return chart
