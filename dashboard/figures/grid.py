"""Several small pictures of the same kind in one figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plotly.subplots import make_subplots

from dashboard.figures.palette import as_picture, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray


def picture_grid(
    pictures: Sequence[NDArray[np.floating[Any]]],
    titles: Sequence[str],
    columns: int,
    *,
    colorscale: list[list[Any]],
    limits: tuple[float, float],
    row_height: int = 150,
) -> go.Figure:
    """Pictures side by side, all on one colour scale.

    Parameters
    ----------
    pictures : sequence of (h, w) ndarray
        At least one; row 0 is drawn on top.
    titles : sequence of str
        One above each.
    columns : int
        Pictures in a row.
    colorscale : list
        As plotly has it.
    limits : (float, float)
        Values of its two ends.
    row_height : int
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    rows = -(-len(pictures) // columns)
    grid = make_subplots(
        rows,
        columns,
        subplot_titles=list(titles),
        horizontal_spacing=0.012,
        vertical_spacing=min(0.16, 24 / (rows * row_height)),
    )
    for index, (picture, title) in enumerate(zip(pictures, titles, strict=True)):
        grid.add_heatmap(
            z=picture,
            name=title,
            colorscale=colorscale,
            zmin=limits[0],
            zmax=limits[1],
            showscale=False,
            hovertemplate="row %{y}, column %{x}: %{z:.3g}",
            row=index // columns + 1,
            col=index % columns + 1,
        )
    grid.update_layout(figure(rows * row_height + 32).layout)
    as_picture(grid)
    for index in range(len(pictures)):  # each picture keeps its own pixels square
        name = "" if index == 0 else str(index + 1)
        grid.layout[f"yaxis{name}"].scaleanchor = f"x{name}"
    return grid
