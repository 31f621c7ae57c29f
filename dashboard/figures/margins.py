"""How z adds up, pixel by pixel too, and which θ has the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.figures.palette import DIVERGING, PENALTY, figure
from dashboard.words.plain import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.margin import Margin
    from logreg_core import HeavyPixel

_BLUE: Final = DIVERGING[0][1]
_RED: Final = DIVERGING[-1][1]

#: Of the length of an axis: what it goes beyond its longest bar.
_BEYOND: Final = 0.05


def sum_of_z(
    margin: Margin,
    *,
    bias: str = "bias θ₀",
    total: str = "z",
    height: int = 220,
    reach: tuple[float, float] | None = None,
) -> go.Figure:
    """Bias, ink that speaks for and ink that speaks against, one after another to z.

    Parameters
    ----------
    margin : Margin
        Of one θ, or of the difference of two.
    bias, total : str
        What the first and the last bar are called; as HTML.
    height : int
        Pixels.
    reach : (float, float), optional
        Where the axis ends, so that the bars of several figures can be compared; where the bars
        do if not given. One chart is always or never given it.
    """
    steps = {bias: margin.bias, "ink on red": margin.spoke_for, "ink on blue": margin.spoke_against}
    bars = {
        "type": "waterfall",
        "y": [
            *(f"{name} {signed(value, '+.2f')}" for name, value in steps.items()),
            f"<b>{total} {signed(margin.z, '+.2f')}</b>",
        ],
        "x": [*steps.values(), 0.0],
        "measure": ["relative"] * len(steps) + ["total"],
        "orientation": "h",
        "increasing": {"marker": {"color": _RED}},
        "decreasing": {"marker": {"color": _BLUE}},
        "totals": {"marker": {"color": _RED if margin.z >= 0 else _BLUE}},
        "connector": {"line": {"color": PENALTY, "width": 1, "dash": "dot"}},
        "hoverinfo": "skip",
    }
    return _lying(height, bars, reach=reach)


def z_of_each(z: NDArray[np.float64], classes: tuple[int, ...], chosen: int) -> go.Figure:
    """The z of one image under each θ, (classes,); the chosen digit's stands out."""
    names = [f"{digit}: {signed(value, '+.2f')}" for digit, value in zip(classes, z, strict=True)]
    bars = {
        "type": "bar",
        "y": [
            f"<b>{name}</b>" if digit == chosen else name
            for digit, name in zip(classes, names, strict=True)
        ],
        "x": z,
        "orientation": "h",
        "marker": {
            "color": [_RED if value >= 0 else _BLUE for value in z],
            "opacity": [1.0 if digit == chosen else 0.45 for digit in classes],
        },
        "hoverinfo": "skip",
    }
    return _lying(60 + 20 * len(classes), bars)


def pixel_bars(pixels: Sequence[HeavyPixel]) -> go.Figure:
    """What single pixels add to z, one below the other, with the product that it is."""
    bars = {
        "type": "bar",
        "y": [
            f"<b>{number}</b>  ({pixel.row}, {pixel.column})  "
            f"{signed(pixel.ink)} × {signed(pixel.weight)} = "
            f"<b>{signed(pixel.contribution, '+.2f')}</b>"
            for number, pixel in enumerate(pixels, 1)
        ],
        "x": [pixel.contribution for pixel in pixels],
        "orientation": "h",
        "marker": {"color": [_RED if pixel.contribution > 0 else _BLUE for pixel in pixels]},
        "hoverinfo": "skip",
    }
    return _lying(60 + 20 * len(pixels), bars)


def reach_of_z(margin: Margin) -> tuple[float, float]:
    """Where the axis of `sum_of_z` ends for any share of this margin, from nothing to all.

    Examples
    --------
    >>> import numpy as np
    >>> from dashboard.margin import Margin
    >>> reach_of_z(Margin(-1.0, np.array([4.0, -0.5])))
    (-1.2, 3.2)
    """
    before_against = margin.bias + margin.spoke_for
    ends = (0.0, margin.bias, before_against, margin.z)
    beyond = _BEYOND * (max(ends) - min(ends)) or 1.0
    return min(ends) - beyond, max(ends) + beyond


def _lying(
    height: int, bars: dict[str, Any], *, reach: tuple[float, float] | None = None
) -> go.Figure:
    """Bars from top to bottom, each with its name and number on the left, and no zoom.

    Beside bars that begin and end anywhere, the numbers would collide with the names.
    """
    return figure(
        height,
        [bars],
        showlegend=False,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        xaxis={
            "zeroline": True,
            "zerolinecolor": PENALTY,
            "fixedrange": True,
            "tickangle": 0,  # plotly would turn what has little room
            "nticks": 4,
            **({} if reach is None else {"range": reach}),
        },
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "fixedrange": True,
            "showgrid": False,
        },
    )
