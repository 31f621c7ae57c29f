"""θ as a picture: red speaks for the class, blue against, white is zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.grid import picture_grid
from dashboard.figures.palette import DIVERGING, HELD_OUT, as_picture, figure
from dashboard.words.plain import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.means import MeanImages
    from logreg_core import History

    FloatArray = NDArray[np.float64]

#: Width over height of one picture with its colour bar below, and without.
PICTURE_ASPECT: Final = 0.9
BARE_ASPECT: Final = 1.0

#: θ of so many classes stand side by side.
_COLUMNS: Final = 5

#: Width over height of one such row, with its titles.
_ROW_ASPECT: Final = 4.2

#: So high a row leaves a phone room for titles between two rows, and a screen not too much.
_ROW_HEIGHT: Final = 92

#: On the white of a picture of zeros, which stays white in the dark.
_ON_WHITE: Final = "#5a5f69"

#: Reads on white, on the deepest red and on the deepest blue.
_OUTLINE: Final = "#14161b"

#: Of the darkest ink: where a person would say that the stroke ends.
_EDGE_OF_INK: Final = 0.5

#: Mean inks in one line of what hovers.
_MEANS_IN_A_LINE: Final = 5


def theta_heatmap(
    theta: FloatArray,
    *,
    scale: float | None = None,
    means: MeanImages | None = None,
    bar: bool = True,
    height: int = 380,
) -> go.Figure:
    """θ without its bias, (401,), as 20x20; red speaks for the class, blue against.

    Parameters
    ----------
    theta : (401,) ndarray of float64
        The bias first.
    scale : float, optional
        Weight of the deepest colours, > 0; the largest weight by size if not given.
    means : MeanImages, optional
        Said of each pixel under the mouse: how much ink each digit has there.
    bar : bool
        Whether a bar below says which colour is which weight.
    height : int
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure
        White is exactly zero.
    """
    return pixel_map(
        theta[1:].reshape(20, 20), "weight", scale=scale, means=means, bar=bar, height=height
    )


def largest_weight(history: History, row: int) -> float:
    """The largest weight by size that θ of one class had in a run, the bias aside."""
    weights = history.theta.reshape(len(history.theta), -1, 401)[:, row, 1:]
    return max(float(weights.max()), -float(weights.min()))


def colour_scales(history: History, *, own: bool) -> list[float]:
    """The weight of the deepest colours for each θ of a run: each its own largest, or one for all.

    It is one over the whole run, or every step back would look as strong as the end.
    """
    thetas = history.theta[0].size // 401
    largest = [largest_weight(history, row) for row in range(thetas)]
    return largest if own else [max(largest)] * thetas


def theta_grid(
    stacked: FloatArray,
    classes: tuple[int, ...],
    *,
    scales: Sequence[float] | None = None,
    chosen: int | None = None,
) -> go.Figure:
    """Every class's θ, (classes, 401), each a trace of its own, in their order.

    Parameters
    ----------
    stacked : (classes, 401) ndarray of float64
        The bias first. A row of zeros is said not to be learnt yet.
    classes : tuple of int
        The digits.
    scales : sequence of float, optional
        Weight of the deepest colours of each, ≥ 0; the largest weight of all if not given.
    chosen : int, optional
        The digit that is looked at; it gets a frame.

    Returns
    -------
    plotly.graph_objects.Figure
        For an aspect of `grid_aspect`.
    """
    largest = float(np.abs(stacked[:, 1:]).max())
    limits = [scale or 1.0 for scale in (scales or [largest] * len(classes))]
    grid = picture_grid(
        list(stacked[:, 1:].reshape(-1, 20, 20)),
        [f"<b>{digit}</b>  {signed(row[0])}" for digit, row in zip(classes, stacked, strict=True)],
        _COLUMNS,
        colorscale=DIVERGING,
        limits=(-1.0, 1.0),
        row_height=_ROW_HEIGHT,
    )
    grid.update_annotations(font_size=12)
    grid.update_layout(margin={"l": 4, "r": 4, "t": 24, "b": 4})
    for index, limit in enumerate(limits):
        grid.data[index].update(zmin=-limit, zmax=limit)
        axes = {"xref": f"x{index + 1}", "yref": f"y{index + 1}"}
        if not stacked[index].any():
            grid.layout.annotations[index].text = f"<b>{classes[index]}</b>"
            grid.add_annotation(
                text="not learnt<br>yet",
                x=9.5,
                y=9.5,
                showarrow=False,
                font={"size": 11, "color": _ON_WHITE},
                **axes,
            )
        if classes[index] == chosen:
            line = {"color": HELD_OUT, "width": 3}
            grid.add_shape(type="rect", x0=-0.5, x1=19.5, y0=-0.5, y1=19.5, line=line, **axes)
    return grid


def grid_aspect(classes: tuple[int, ...]) -> float:
    """Width over height that lets the pictures of `theta_grid` touch its sides."""
    return _ROW_ASPECT / -(-len(classes) // _COLUMNS)


def pixel_map(
    values: FloatArray,
    what: str,
    *,
    scale: float | None = None,
    means: MeanImages | None = None,
    bar: bool = True,
    height: int = 380,
) -> go.Figure:
    """A number for each pixel, (20, 20), on the scale that diverges around zero."""
    # θ of zeros has no largest weight; any scale then shows it white.
    limit = (float(np.abs(values).max()) if scale is None else scale) or 1.0
    total = float(np.abs(values).sum()) or 1.0
    # In float32: what hovers travels to the browser at every step back in time.
    said = [np.abs(values) / total, *([] if means is None else means.images)]
    above = 8 if bar else 4  # without a bar, as wide as high
    chart = figure(height, margin={"l": 4, "r": 4, "t": above, "b": above})
    chart.add_heatmap(
        z=values,
        customdata=np.stack(said, axis=-1).astype(np.float32),
        colorscale=DIVERGING,
        zmin=-limit,
        zmax=limit,
        zmid=0,
        showscale=bar,
        colorbar={
            "orientation": "h",
            "y": 0,
            "yanchor": "top",
            "thickness": 9,
            "outlinewidth": 0,
            "tickformat": ".2g",
            "nticks": 5,
        },
        hovertemplate=f"row %{{y}}, column %{{x}}<br>{what} <b>%{{z:+.3g}}</b>"
        f" (%{{customdata[0]:.1%}} of all){_mean_inks(means)}<extra></extra>",
    )
    return as_picture(chart)


def _mean_inks(means: MeanImages | None) -> str:
    """The template's part that says how much ink each digit has on a pixel."""
    if means is None:
        return ""
    inks = [
        f"{digit}: %{{customdata[{place}]:.2f}}" for place, digit in enumerate(means.classes, 1)
    ]
    lines = [
        ", ".join(inks[start : start + _MEANS_IN_A_LINE])
        for start in range(0, len(inks), _MEANS_IN_A_LINE)
    ]
    return "<br>mean ink of " + ",<br>".join(lines)


def with_outline(chart: go.Figure, image: NDArray[np.float32]) -> go.Figure:
    """The same picture with a line around the ink of a digit, (20, 20), drawn over it."""
    edge = _EDGE_OF_INK * float(image.max())
    chart.add_contour(
        z=image,
        contours={"coloring": "none", "start": edge, "end": edge, "size": 1},
        line={"color": _OUTLINE, "width": 2.5},
        showscale=False,
        hoverinfo="skip",
    )
    return chart


def mean_difference(means: MeanImages, digit: int) -> go.Figure:
    """The mean image of a digit minus the mean of all other images, in the colours of θ."""
    return pixel_map(means.difference(digit), "difference", means=means)
