"""Pictures of digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.contact_sheet import GAP, contact_sheet
from dashboard.figures.grid import picture_grid
from dashboard.figures.palette import (
    DIGIT_COLOURS,
    HELD_OUT,
    INK,
    NO_TOOLS,
    as_picture,
    figure,
    picture,
)
from logreg_core.scans import PIXELS, SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray
    from PIL import Image

    from logreg_core import Dataset

#: Where the bias is drawn in a row of X: at its true width, one of 401, nobody would see it.
_BIAS_CELL: Final = (-6.5, -0.5)

#: Pixels from one image of the gallery to the next, and those that a caption takes below it.
_CELL: Final = SIDE + GAP
_CAPTION: Final = 6

#: Pixels on the screen: no place within a gallery is farther from the middle of an image.
_REACH: Final = 80


def gallery(
    images: NDArray[np.float32],
    texts: Sequence[str],
    columns: int = 10,
    *,
    framed: int | None = None,
    captions: Sequence[str] | None = None,
    closer: bool = True,
) -> go.Figure:
    """Images side by side, row by row; a click on one selects its number as ``customdata``.

    Parameters
    ----------
    images : (k, 20, 20) ndarray
        Paper 0, ink 1; k ≥ 1.
    texts : sequence of str
        What is said of each under the mouse.
    columns : int
        Images in a row.
    framed : int, optional
        The one that is looked at.
    captions : sequence of str, optional
        What stands below each: one short line. The figure is then for `captioned_aspect`.
    closer : bool
        Whether it is said under the mouse that a click leads to a closer look.

    Returns
    -------
    plotly.graph_objects.Figure
        One picture of pixels, a fraction of what the numbers would take as a heatmap, and
        over it invisible markers, since clicks on a picture are not reported.
    """
    rows, below = -(-len(images) // columns), 0 if captions is None else _CAPTION
    row_height = _CELL + below
    width, height = columns * _CELL - GAP, rows * row_height - GAP
    corners = [divmod(index, columns) for index in range(len(images))]
    x = [column * _CELL + 9.5 for _, column in corners]
    y = [row * row_height + 9.5 for row, _ in corners]
    above = 8 if captions is None else 0  # with captions, as high as its aspect says
    chart = figure(
        max(60, 52 * rows + 16),
        margin={"l": 0, "r": 0, "t": above, "b": above},
        hoverdistance=_REACH,
        modebar=NO_TOOLS,
    )
    _lay_below(chart, contact_sheet(images, columns, enlarged=1, below=below), width, height)
    chart.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"size": 44, "symbol": "square", "opacity": 0, "color": HELD_OUT},
        selected={"marker": {"opacity": 0.35 if framed is None else 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=list(range(len(images))),
        text=list(texts),
        hovertemplate=f"%{{text}}{': click to look closer' if closer else ''}<extra></extra>",
        showlegend=False,
    )
    if captions is not None:
        chart.add_scatter(
            x=x,
            y=[middle + SIDE / 2 + _CAPTION / 2 for middle in y],
            mode="text",
            text=list(captions),
            textfont={"size": 11},
            hoverinfo="skip",
            showlegend=False,
        )
    if framed is not None:
        row, column = divmod(framed, columns)
        left, top = column * _CELL - 1.5, row * row_height - 1.5
        chart.add_shape(
            type="rect",
            x0=left,
            y0=top,
            x1=left + _CELL,
            y1=top + row_height,
            line={"color": HELD_OUT, "width": 3},
        )
    as_picture(chart)
    # Without ranges of its own the axis leaves room for the markers, which nobody sees.
    chart.update_xaxes(range=[-2, width + 1])
    chart.update_yaxes(range=[height + 1, -2], autorange=False)
    if captions is not None:
        # The aspect alone makes it square. Tied to each other, axes of a chart that is updated
        # in place would keep their ranges, and the picture its old number of rows.
        chart.update_yaxes(scaleanchor=None)
    return chart


def _lay_below(chart: go.Figure, sheet: Image.Image, width: int, height: int) -> None:
    """A picture of so many pixels, the middle of its first at (0, 0)."""
    chart.add_layout_image(
        source=sheet,
        xref="x",
        yref="y",
        x=-0.5,
        y=-0.5,
        sizex=width,
        sizey=height,
        sizing="stretch",
        layer="below",
    )


def captioned_aspect(images: int, columns: int) -> float:
    """Width over height of a `gallery` of so many images with captions."""
    rows = -(-images // columns)
    return (columns * _CELL + 1) / (rows * (_CELL + _CAPTION) + 1)


def digit_picture(image: NDArray[np.float32], height: int = 220) -> go.Figure:
    """One image as ink on paper; any size."""
    ink = {
        "type": "heatmap",
        "z": image,
        "colorscale": INK,
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "hovertemplate": "row %{y}, column %{x}: %{z:.2f}<extra></extra>",
    }
    return picture(height, [ink], margin={"l": 4, "r": 4, "t": 4, "b": 4})


def drawing_picture(image: NDArray[np.float32], height: int = 220) -> go.Figure:
    """A drawing of any size, (height, width), on square paper.

    Too many pixels to send as numbers at each stroke: they are one picture, as in `gallery`.
    """
    rows, columns = image.shape
    side = max(rows, columns)
    around = [
        ((side - length) // 2, side - length - (side - length) // 2) for length in (rows, columns)
    ]
    chart = picture(height, [], margin={"l": 4, "r": 4, "t": 4, "b": 4})
    paper = np.pad(image, around)[np.newaxis]
    _lay_below(chart, contact_sheet(paper, columns=1, enlarged=1), side, side)
    chart.update_xaxes(range=[-0.5, side - 0.5])
    chart.update_yaxes(range=[side - 0.5, -0.5], autorange=False)
    return chart


def digit_numbers(image: NDArray[np.float32]) -> go.Figure:
    """One image, (20, 20), with the number of each pixel written on it."""
    chart = digit_picture(image, height=460)
    chart.update_traces(texttemplate="%{z:.1f}", textfont={"size": 9})
    return chart


def row_of_x(image: NDArray[np.float32]) -> go.Figure:
    """An image, (20, 20), as its row of X: the 1 of the bias, then its 400 pixels."""
    chart = figure(92, margin={"l": 4, "r": 4, "t": 4, "b": 28})
    chart.add_heatmap(
        x=_BIAS_CELL,
        z=[[1.0]],
        colorscale=[[0, HELD_OUT], [1, HELD_OUT]],
        showscale=False,
        hovertemplate="x<sub>0</sub> = 1, the bias<extra></extra>",
    )
    rows, columns = np.divmod(np.arange(PIXELS), SIDE)
    chart.add_heatmap(
        x=np.arange(1, 1 + PIXELS),
        z=image.reshape(1, PIXELS),
        customdata=np.stack([rows, columns], axis=1)[np.newaxis],
        colorscale=INK,
        zmin=0,
        zmax=1,
        showscale=False,
        hovertemplate="x<sub>%{x}</sub> = %{z:.2f}, the pixel of row %{customdata[0]}, "
        "column %{customdata[1]}<extra></extra>",
    )
    named = range(1 + 5 * SIDE, PIXELS, 5 * SIDE)
    chart.update_xaxes(
        range=[_BIAS_CELL[0] - 1, PIXELS + 1],
        tickvals=[sum(_BIAS_CELL) / 2, *named],
        ticktext=["0", *map(str, named)],
        tickangle=0,
        ticks="outside",
        # Each row of the image begins at one of these.
        minor={"tickvals": list(range(1, PIXELS, SIDE)), "ticks": "outside", "ticklen": 4},
        showgrid=False,
        fixedrange=True,
    )
    chart.update_yaxes(visible=False, fixedrange=True)
    return chart


def mean_images(dataset: Dataset) -> go.Figure:
    """The mean image of each digit."""
    means = [dataset.images[dataset.labels == digit].mean(axis=0) for digit in dataset.classes]
    return _one_a_digit(means, dataset, darkest=1.0)


def pixel_variances(dataset: Dataset) -> go.Figure:
    """Where the images of a digit differ among each other: the variance of each pixel."""
    variances = [dataset.images[dataset.labels == digit].var(axis=0) for digit in dataset.classes]
    return _one_a_digit(variances, dataset, darkest=max(float(v.max()) for v in variances) or 1.0)


def _one_a_digit(
    pictures: list[NDArray[np.float32]], dataset: Dataset, *, darkest: float
) -> go.Figure:
    titles = [str(digit) for digit in dataset.classes]
    columns = min(5, len(titles))
    return picture_grid(
        pictures,
        titles,
        columns,
        colorscale=INK,
        limits=(0.0, darkest),
        row_height=150 if columns < 3 else 92,  # about as high as a third of the page makes them
    )


def counts_chart(training: Dataset, held_out: Dataset) -> go.Figure:
    """How many examples of each digit, those held out on top."""
    chart = figure(230, barmode="stack", showlegend=True)
    digits = [str(digit) for digit in training.classes]
    colours = [DIGIT_COLOURS[digit] for digit in training.classes]
    for name, part, opacity in (("training", training, 1.0), ("held out", held_out, 0.45)):
        chart.add_bar(
            x=digits,
            y=[part.counts.get(digit, 0) for digit in training.classes],
            name=name,
            marker={"color": colours},
            opacity=opacity,
            hovertemplate="%{y} " + name + " examples of %{x}<extra></extra>",
        )
    chart.update_xaxes(type="category", title="digit")
    chart.update_yaxes(title="examples")
    return chart
