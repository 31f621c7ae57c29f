"""How z adds up, and which θ has the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.figures.palette import DIVERGING, GRID, PENALTY, figure
from dashboard.words.plain import signed

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.margin import Margin


def sum_of_z(margin: Margin) -> go.Figure:
    """Bias, ink that speaks for and ink that speaks against, one after another to z."""
    steps = {
        "bias θ₀": margin.bias,
        "ink on red": margin.spoke_for,
        "ink on blue": margin.spoke_against,
    }
    blue, red = DIVERGING[0][1], DIVERGING[-1][1]
    chart = figure(220, showlegend=False, margin={"l": 8, "r": 16, "t": 8, "b": 8})
    chart.add_waterfall(
        # The numbers stand in the names: beside bars that begin anywhere they would collide.
        y=[
            *(f"{name} {signed(value, '+.2f')}" for name, value in steps.items()),
            f"<b>z {signed(margin.z, '+.2f')}</b>",
        ],
        x=[*steps.values(), 0.0],
        measure=["relative"] * len(steps) + ["total"],
        orientation="h",
        increasing={"marker": {"color": red}},
        decreasing={"marker": {"color": blue}},
        totals={"marker": {"color": red if margin.z >= 0 else blue}},
        connector={"line": {"color": PENALTY, "width": 1, "dash": "dot"}},
        hoverinfo="skip",
    )
    chart.update_xaxes(zeroline=True, zerolinecolor=PENALTY, fixedrange=True)
    chart.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    return chart


def z_of_each(z: NDArray[np.float64], classes: tuple[int, ...], chosen: int) -> go.Figure:
    """The z of one image under each θ, (classes,); the chosen digit's stands out."""
    red, blue = DIVERGING[-1][1], DIVERGING[0][1]
    chart = figure(
        60 + 20 * len(classes), showlegend=False, margin={"l": 8, "r": 48, "t": 8, "b": 8}
    )
    chart.add_bar(
        y=[f"<b>{digit}</b>" if digit == chosen else str(digit) for digit in classes],
        x=z,
        orientation="h",
        marker={
            "color": [red if value >= 0 else blue for value in z],
            "opacity": [1.0 if digit == chosen else 0.45 for digit in classes],
        },
        text=[signed(value) for value in z],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="z of %{y} is %{x:.3f}<extra></extra>",
    )
    chart.update_xaxes(zeroline=True, zerolinecolor=PENALTY, fixedrange=True, gridcolor=GRID)
    chart.update_yaxes(type="category", autorange="reversed", fixedrange=True, showgrid=False)
    return chart
