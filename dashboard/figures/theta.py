"""θ as a picture: red speaks for the class, blue against, white is zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import DIVERGING, HELD_OUT, as_picture, figure, picture
from dashboard.words.plain import signed
from logreg_core.scans import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.means import MeanImages
    from logreg_core import HeavyPixel, History

    FloatArray = NDArray[np.float64]

#: Width over height of one picture with its colour bar below, and without.
PICTURE_ASPECT: Final = 0.9
BARE_ASPECT: Final = 1.0

#: θ of so many classes stand side by side.
GRID_COLUMNS: Final = 5

#: Pixels between two of them, and above each: enough for its title on a phone.
_BETWEEN: Final = 2
_ABOVE: Final = 7

#: Row and column of each pixel, for what hovers.
_PLACES: Final = np.moveaxis(np.indices((SIDE, SIDE), dtype=np.uint8), 0, -1)

#: On the white of a picture of zeros, which stays white in the dark.
_ON_WHITE: Final = "#5a5f69"

#: Reads on white, on the deepest red and on the deepest blue.
_OUTLINE: Final = "#14161b"

#: Where a colour is so deep, a number on it is white.
_DEEP: Final = 0.85
_ON_DEEP: Final = "#ffffff"

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
    names: Sequence[str],
    *,
    scales: Sequence[float] | None = None,
    chosen: int | None = None,
    columns: int = GRID_COLUMNS,
    biases: bool = True,
    below: int = 0,
) -> go.Figure:
    """Several θ, (k, 401), each a trace of its own, in their order.

    Parameters
    ----------
    stacked : (k, 401) ndarray of float64
        The bias first. A row of zeros is said not to be learnt yet.
    names : sequence of str
        What stands above each: the digits, or whose θ they are; as HTML.
    scales : sequence of float, optional
        Weight of the deepest colours of each, ≥ 0; the largest weight of all if not given.
    chosen : int, optional
        The place of the one that is looked at; it gets a frame.
    columns : int
        How many stand side by side.
    biases : bool
        Whether each has its bias in its title.
    below : int
        Room under each for what the caller writes there, in pixels of the images.

    Returns
    -------
    plotly.graph_objects.Figure
        For an aspect of `grid_aspect`.
    """
    limits = scales or [float(np.abs(stacked[:, 1:]).max())] * len(names)
    corners = [_corner(index, columns, below) for index in range(len(names))]
    # Ten pictures in one pair of axes: as subplots they would take a fifth of a second.
    chart = figure(300, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    for (left, top), row, limit, name in zip(corners, stacked, limits, names, strict=True):
        chart.add_heatmap(
            x0=left,
            y0=top,
            z=row[1:].reshape(SIDE, SIDE),
            customdata=_PLACES,
            name=name,
            colorscale=DIVERGING,
            zmin=-(limit or 1.0),
            zmax=limit or 1.0,
            showscale=False,
            hovertemplate="row %{customdata[0]}, column %{customdata[1]}: %{z:+.3g}",
        )
    texts = [
        text
        for name, row, corner in zip(names, stacked, corners, strict=True)
        for text in _texts(name, row, corner, bias=biases)
    ]
    frames = [] if chosen is None else [_frame(corners[chosen])]
    chart.update_layout(annotations=texts, shapes=frames)
    as_picture(chart)
    width, height = _grid_size(len(names), columns, below)
    # Half a pixel more on each side, for the frame.
    chart.update_xaxes(range=[-1.0, width])
    chart.update_yaxes(range=[height, -_ABOVE], autorange=False)
    return chart


def grid_aspect(pictures: int, columns: int = GRID_COLUMNS, *, below: int = 0) -> float:
    """Width over height of `theta_grid`."""
    width, height = _grid_size(pictures, columns, below)
    return (width + 1) / (height + _ABOVE)


def _grid_size(pictures: int, columns: int, below: int) -> tuple[int, int]:
    """From the first pixel of the first picture to where the last column and row end."""
    rows = -(-pictures // columns)
    return columns * (SIDE + _BETWEEN) - _BETWEEN, rows * (SIDE + _ABOVE + below) - _ABOVE


def _corner(index: int, columns: int, below: int) -> tuple[int, int]:
    """Where the first pixel of a picture lies, from the left and from above."""
    row, column = divmod(index, columns)
    return column * (SIDE + _BETWEEN), row * (SIDE + _ABOVE + below)


def _texts(
    name: str, theta: FloatArray, corner: tuple[int, int], *, bias: bool
) -> list[dict[str, Any]]:
    """A picture's title and, where there is nothing to see, why."""
    left, top = corner
    middle = left + (SIDE - 1) / 2
    learnt = bool(theta.any())
    title = {
        "text": f"<b>{name}</b>  {signed(theta[0])}" if learnt and bias else f"<b>{name}</b>",
        "x": middle,
        "y": top - 1,
        "yanchor": "bottom",
        "font": {"size": 12},
        "showarrow": False,
    }
    reason = {
        "text": "not learnt<br>yet",
        "x": middle,
        "y": top + (SIDE - 1) / 2,
        "font": {"size": 11, "color": _ON_WHITE},
        "showarrow": False,
    }
    return [title] if learnt else [title, reason]


def _frame(corner: tuple[int, int]) -> dict[str, Any]:
    left, top = corner
    return {
        "type": "rect",
        "x0": left - 0.5,
        "x1": left + SIDE - 0.5,
        "y0": top - 0.5,
        "y1": top + SIDE - 0.5,
        "line": {"color": HELD_OUT, "width": 3},
    }


def pixel_map(
    values: FloatArray,
    what: str,
    *,
    scale: float | None = None,
    means: MeanImages | None = None,
    bar: bool = True,
    height: int = 380,
    numbered: Sequence[HeavyPixel] = (),
) -> go.Figure:
    """A number for each pixel, (20, 20), on the scale that diverges around zero.

    Parameters
    ----------
    values : (20, 20) ndarray of float64
        White where zero.
    what : str
        What they are, for what hovers.
    scale, means, bar, height
        As in `theta_heatmap`.
    numbered : sequence of HeavyPixel
        Pixels to outline and to number, from 1.
    """
    # θ of zeros has no largest weight; any scale then shows it white.
    limit = (float(np.abs(values).max()) if scale is None else scale) or 1.0
    total = float(np.abs(values).sum()) or 1.0
    # In float32: what hovers travels to the browser at every step back in time.
    said = [100 * np.abs(values) / total, *([] if means is None else means.images)]
    above = 8 if bar else 4  # without a bar, as wide as high
    pixels = {
        "type": "heatmap",
        "z": values,
        "customdata": np.stack(said, axis=-1).astype(np.float32),
        "colorscale": DIVERGING,
        "zmin": -limit,
        "zmax": limit,
        "zmid": 0,
        "showscale": bar,
        "colorbar": {
            "orientation": "h",
            "y": 0,
            "yanchor": "top",
            "thickness": 9,
            "outlinewidth": 0,
            "tickformat": ".2~g",
            "tickangle": 0,  # plotly would turn what has little room
            "nticks": 5,
        },
        "hovertemplate": f"row %{{y}}, column %{{x}}<br>{what} <b>%{{z:+.3g}}</b>"
        f" (%{{customdata[0]:.1f}} % of all){_mean_inks(means)}<extra></extra>",
    }
    over = _numbers(numbered, values / limit) if numbered else []
    return picture(height, [pixels, *over], margin={"l": 4, "r": 4, "t": above, "b": above})


def _numbers(pixels: Sequence[HeavyPixel], depths: FloatArray) -> list[dict[str, Any]]:
    """A square around each pixel and its number in it, for depths of colour from −1 to 1."""
    x: list[float | None] = []
    y: list[float | None] = []
    for pixel in pixels:  # None lifts the pen
        left, top = pixel.column - 0.5, pixel.row - 0.5
        x += [left, left + 1, left + 1, left, left, None]
        y += [top, top, top + 1, top + 1, top, None]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "line": {"color": _OUTLINE, "width": 1.5},
            "hoverinfo": "skip",
            "showlegend": False,
        },
        {
            "type": "scatter",
            "mode": "text",
            "x": [pixel.column for pixel in pixels],
            "y": [pixel.row for pixel in pixels],
            "text": [f"<b>{number}</b>" for number in range(1, len(pixels) + 1)],
            "textfont": {
                "size": 10,
                "color": [
                    _ON_DEEP if abs(depths[pixel.row, pixel.column]) > _DEEP else _OUTLINE
                    for pixel in pixels
                ],
            },
            "hoverinfo": "skip",
            "showlegend": False,
        },
    ]


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
