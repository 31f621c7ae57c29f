"""θ as a picture: red speaks for the class, blue against, white is zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dashboard.figures.grid import picture_grid
from dashboard.figures.palette import DIVERGING, as_picture, figure

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from logreg_core import Dataset, History

    FloatArray = NDArray[np.float64]


def theta_heatmap(theta: FloatArray, *, scale: float | None = None, height: int = 380) -> go.Figure:
    """θ without its bias, (401,), as 20x20; red speaks for the class, blue against.

    Parameters
    ----------
    theta : (401,) ndarray of float64
        The bias first.
    scale : float, optional
        Weight of the deepest colours, > 0; the largest weight by size if not given.
    height : int
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure
        White is exactly zero.
    """
    return pixel_map(theta[1:].reshape(20, 20), "weight", scale=scale, height=height)


def largest_weight(history: History, row: int) -> float:
    """The largest weight by size that θ of one class had in a run, the bias aside."""
    weights = history.theta.reshape(len(history.theta), -1, 401)[:, row, 1:]
    return float(np.abs(weights).max())


def theta_grid(stacked: FloatArray, classes: tuple[int, ...]) -> go.Figure:
    """Every class's θ, (classes, 401), on one colour scale."""
    limit = float(np.abs(stacked[:, 1:]).max()) or 1.0
    return picture_grid(
        list(stacked[:, 1:].reshape(-1, 20, 20)),
        [f"{digit}, bias {row[0]:.2f}" for digit, row in zip(classes, stacked, strict=True)],
        min(5, len(classes)),
        colorscale=DIVERGING,
        limits=(-limit, limit),
        row_height=190,
    )


def pixel_map(
    values: FloatArray,
    what: str,
    *,
    scale: float | None = None,
    height: int = 380,
) -> go.Figure:
    """A number for each pixel, (20, 20), on the scale that diverges around zero."""
    # θ of zeros has no largest weight; any scale then shows it white.
    limit = (float(np.abs(values).max()) if scale is None else scale) or 1.0
    total = float(np.abs(values).sum()) or 1.0
    chart = figure(height, margin={"l": 4, "r": 4, "t": 8, "b": 8})
    chart.add_heatmap(
        z=values,
        customdata=np.abs(values) / total,
        colorscale=DIVERGING,
        zmin=-limit,
        zmax=limit,
        zmid=0,
        colorbar={
            "orientation": "h",
            "y": 0,
            "yanchor": "top",
            "thickness": 9,
            "outlinewidth": 0,
            "tickformat": ".2g",
            "nticks": 5,
        },
        hovertemplate=f"row %{{y}}, column %{{x}}<br>{what} %{{z:.3g}}"
        "<br>%{customdata:.1%} of all<extra></extra>",
    )
    return as_picture(chart)


def mean_difference(dataset: Dataset, digit: int) -> go.Figure:
    """The mean image of a digit minus the mean of all other images, on θ's scale."""
    of_digit = dataset.labels == digit
    means = [
        dataset.images[chosen].mean(axis=0, dtype=np.float64) for chosen in (of_digit, ~of_digit)
    ]
    return pixel_map(means[0] - means[1], "difference", height=400)
