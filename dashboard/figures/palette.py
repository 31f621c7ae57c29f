"""Colours that mean one thing on every page, and what all figures share.

All of them read on white and on near-black paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

if TYPE_CHECKING:
    from collections.abc import Sequence

TRAINING: Final = "#2f7ed8"
HELD_OUT: Final = "#e8772e"
PENALTY: Final = "#8b8f98"
MOMENT: Final = "#c5283d"
GRID: Final = "rgba(128, 128, 128, 0.22)"

#: Blue against, white zero, red for; the middle stays white in the dark too, since
#: it means "no weight", not "no paper".
DIVERGING: Final[list[list[Any]]] = [
    [0.0, "#2166ac"],
    [0.25, "#92c5de"],
    [0.5, "#f7f7f7"],
    [0.75, "#f4a582"],
    [1.0, "#b2182b"],
]

#: Ink on paper.
INK: Final[list[list[Any]]] = [[0.0, "#fbfaf7"], [1.0, "#14161b"]]

#: One colour a digit.
DIGIT_COLOURS: Final = (
    "#2f7ed8", "#e8772e", "#2ca05a", "#c5283d", "#8e5bc0",
    "#8c6d4f", "#d65db1", "#7f8694", "#b5a10a", "#12a5b8",
)  # fmt: skip

#: Runs that lie over the one that a chart is about. Apart from one another and from
#: TRAINING and HELD_OUT for people who cannot tell red from green too.
OVERLAYS: Final = (
    "#227755", "#dd22cc", "#9999ff", "#dd0066", "#11bb77", "#995599", "#bb4400",
)  # fmt: skip

#: The optimisers of a race, in the order in which they are listed.
RUNNERS: Final = (
    "#2f7ed8", "#e8772e", "#2ca05a", "#c5283d", "#8e5bc0", "#12a5b8", "#b5a10a", "#8c6d4f",
)  # fmt: skip

#: For a chart that is clicked: plotly's tools would lie over what stands in its corner.
NO_TOOLS: Final = {"remove": ["toImage", "zoom2d", "pan2d", "select2d", "lasso2d"]}

#: Axes of an image: square pixels, row 0 on top, no ticks, no zoom by accident. What a narrow
#: screen leaves over stands below, not between a picture and its words.
_PICTURE_X: Final = {"visible": False, "fixedrange": True, "constrain": "domain"}
_PICTURE_Y: Final = {
    **_PICTURE_X,
    "autorange": "reversed",
    "scaleanchor": "x",
    "constraintoward": "top",
}


def translucent(colour: str, opacity: float) -> str:
    """A colour that is seen through.

    Examples
    --------
    >>> translucent("#2166ac", 0.07)
    'rgba(33, 102, 172, 0.07)'
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def figure(
    height: int,
    data: Sequence[dict[str, Any]] = (),
    *,
    xaxis: dict[str, Any] | None = None,
    yaxis: dict[str, Any] | None = None,
    **layout: Any,  # noqa: ANN401 - plotly's own layout
) -> go.Figure:
    """A figure in the house style, `height` pixels high.

    Parameters
    ----------
    height : int
        Pixels.
    data : sequence of dict
        Its traces, each with its type. Given here, they and the axes take plotly an eighth
        of the time in which it updates a figure that is there.
    xaxis, yaxis : dict, optional
        What differs from the house style.
    **layout
        As plotly has it.
    """
    axis = {"gridcolor": GRID, "zeroline": False, "automargin": True}
    return go.Figure(
        data=list(data),
        layout={
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 13, "family": "Source Sans, Source Sans Pro, sans-serif"},
            "uirevision": "kept",
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "hovermode": "closest",
            "xaxis": {**axis, **(xaxis or {})},
            "yaxis": {**axis, **(yaxis or {})},
            **layout,
        },
    )


def picture(height: int, data: Sequence[dict[str, Any]], *, margin: dict[str, int]) -> go.Figure:
    """A figure of images: as `as_picture` makes it, but in one go."""
    return figure(height, data, margin=margin, xaxis=_PICTURE_X, yaxis=_PICTURE_Y)


def as_picture(drawn: go.Figure) -> go.Figure:
    """The axes of an image for a figure that is there."""
    drawn.update_xaxes(**_PICTURE_X)
    drawn.update_yaxes(**_PICTURE_Y)
    return drawn
