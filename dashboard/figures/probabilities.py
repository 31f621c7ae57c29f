"""What a model says of one image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.figures.axes import percent_ticks
from dashboard.figures.palette import DIGIT_COLOURS, figure

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray


def probability_bars(probabilities: NDArray[np.float64], classes: tuple[int, ...]) -> go.Figure:
    """One bar a class, (classes,) numbers from 0 to 1."""
    best = int(probabilities.argmax())
    chart = figure(
        58 + 22 * len(classes), showlegend=False, margin={"l": 8, "r": 40, "t": 8, "b": 8}
    )
    chart.add_bar(
        x=probabilities,
        y=[str(digit) for digit in classes],
        orientation="h",
        marker={
            "color": [DIGIT_COLOURS[digit] for digit in classes],
            "opacity": [1.0 if index == best else 0.45 for index in range(len(classes))],
        },
        text=[f"{100 * p:.1f} %" for p in probabilities],
        textposition="outside",
        cliponaxis=False,
        customdata=100 * probabilities,
        hovertemplate="%{y}: %{customdata:.2f} %<extra></extra>",
    )
    chart.update_xaxes(range=[0, 1.12], tickvals=[0, 0.5, 1], **percent_ticks())
    chart.update_yaxes(type="category", autorange="reversed")
    return chart
