"""The map: J in the plane of the paths' main directions, and the paths on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.cost import harmless, shown_steps
from dashboard.figures.palette import PENALTY, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from logreg_core import CostMap, PathOnMap

    FloatArray = NDArray[np.float64]

#: Each contour lays one more veil of grey over the paper, light or dark, and every path's
#: colour stands out on all of them.
_VEIL: Final = "rgba(125, 135, 155, 0.045)"
_CONTOUR: Final = "rgba(128, 128, 128, 0.5)"

#: From the lowest J to the highest.
_CONTOURS: Final = 16

#: Labels on the scale beside the map, and most digits that one of them takes.
_LABELS: Final = 6
_MOST_DIGITS: Final = 6

#: The last contour encloses what is above the lowest J by this part of what θ = 0 is. Without
#: such an end, the logarithm of a height of 0 would have no bottom.
_BOTTOM: Final = 1e-3

#: Heights below this are drawn as this: a logarithm must not end the picture.
_NOTHING: Final = 1e-12

#: Pixels: a step, the end, and where the visitor stands.
_STEP: Final = 4
_END: Final = 11
_HERE: Final = 15


def cost_map_chart(
    drawn: CostMap,
    names: Sequence[str],
    colours: Sequence[str],
    *,
    at: Sequence[int | None],
    height: int = 480,
) -> go.Figure:
    """J around the paths as contours, and the paths on it, a mark for each snapshot of θ.

    From one contour to the next, the height above the lowest J changes by the same factor;
    where J falls towards 0, that is J itself.

    Parameters
    ----------
    drawn : CostMap
        With at least one path.
    names, colours : sequence of str
        One a path.
    at : sequence of int or None
        For each path the snapshot that the visitor looks at, from 0; None for none.
    height : int
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure
        The contours, then two traces a path: its curve, and the marks of its end and of
        where the visitor stands.
    """
    chart = figure(height)
    scale = _Scale.of(drawn)
    chart.add_contour(
        x=drawn.x,
        y=drawn.y,
        z=scale.level(drawn.cost),
        customdata=drawn.cost.astype(np.float32),
        hovertemplate="J = %{customdata:.4g}<extra></extra>",
        **scale.look,
    )
    for path, name, colour, here in zip(drawn.paths, names, colours, at, strict=True):
        _add_path(chart, path, name, colour, here)
    _add_start(chart, drawn.paths)
    first, second = map(_share, drawn.explained)
    chart.update_xaxes(title=f"1st main direction: {first} of the movement", range=_ends(drawn.x))
    chart.update_yaxes(title=f"2nd main direction: {second} of the movement", range=_ends(drawn.y))
    chart.update_layout(xaxis_showgrid=False, yaxis_showgrid=False)
    _add_scale(chart, scale)
    if drawn.rows < drawn.examples:
        _say(chart, f"contours from {drawn.rows:,} of {drawn.examples:,} examples")
    # A zoom belongs to the paths that it was made on.
    chart.update_layout(uirevision=f"{drawn.examples} {' '.join(names)}")
    return chart


@dataclass(frozen=True)
class _Scale:
    """From J to the level of a contour: the logarithm of the height above `floor`."""

    floor: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, drawn: CostMap) -> _Scale:
        lowest, highest = float(drawn.cost.min()), float(drawn.cost.max())
        span = highest - lowest or 1.0
        return cls(max(0.0, lowest - _BOTTOM * span), lowest, highest)

    def level(self, cost: FloatArray) -> NDArray[np.float32]:
        """In float32, which takes half as long to the browser."""
        return np.log10(np.maximum(cost - self.floor, _NOTHING)).astype(np.float32)

    @property
    def ends(self) -> tuple[float, float]:
        """The levels of the lowest and the highest J."""
        low, high = self.level(np.array([self.lowest, self.highest]))
        return float(low), float(high)

    @property
    def look(self) -> dict[str, Any]:
        """Contours and colours, the same on the map and on its scale."""
        low, high = self.ends
        size = (high - low) / _CONTOURS or 1.0
        return {
            "colorscale": [[0, _VEIL], [1, _VEIL]],
            "zmin": low,
            "zmax": high,
            "contours": {"start": low + size, "end": high, "size": size},
            "line": {"color": _CONTOUR, "width": 0.7},
            "showscale": False,
            "showlegend": False,
        }

    def labels(self) -> tuple[FloatArray, list[str]]:
        """Some levels and their J, in as few digits as tell them apart."""
        levels = np.linspace(*self.ends, _LABELS)
        costs = self.floor + 10.0**levels
        for digits in range(2, _MOST_DIGITS + 1):
            texts = [f"{float(f'{cost:.{digits}g}'):g}" for cost in costs]
            if len(set(texts)) == len(texts):
                break
        return levels, [*texts[:-1], f"J = {texts[-1]}"]


def _add_path(chart: go.Figure, path: PathOnMap, name: str, colour: str, here: int | None) -> None:
    """A line with a mark at each step, a diamond at the end and a large one where one stands."""
    shown, name = shown_steps(len(path.x)), harmless(name)
    chart.add_scatter(
        x=path.x[shown],
        y=path.y[shown],
        customdata=np.stack([path.iteration, path.cost], axis=-1)[shown],
        name=name,
        legendgroup=name,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": _STEP},
        showlegend=True,
        hovertemplate=f"{name}, iteration %{{customdata[0]}}<br>J = %{{customdata[1]:.4g}}"
        "<extra></extra>",
    )
    marked = [len(path.x) - 1] if len(path.x) else []
    if here is not None:
        marked.append(here)
    chart.add_scatter(
        x=path.x[marked],
        y=path.y[marked],
        legendgroup=name,
        mode="markers",
        marker={
            "color": colour,
            "size": [_END, _HERE],
            "symbol": ["diamond", "circle"],
            "opacity": 1,  # plotly would make marks of several sizes transparent
            "line": {"color": "white", "width": 1.5},
        },
        showlegend=False,
        hoverinfo="skip",
    )


def _add_start(chart: go.Figure, paths: Sequence[PathOnMap]) -> None:
    """Where all paths begin."""
    begun = [path for path in paths if len(path.iteration)]
    if not begun:
        return
    chart.add_scatter(
        x=begun[0].x[:1],
        y=begun[0].y[:1],
        mode="markers+text",
        marker={"symbol": "circle-open", "size": 11, "color": PENALTY, "line": {"width": 2}},
        text=["θ = 0"],
        textposition="bottom center",
        showlegend=False,
        hoverinfo="skip",
    )


def _add_scale(chart: go.Figure, scale: _Scale) -> None:
    """A column of the same contours, with J beside it; plotly's own bar cannot be a veil."""
    levels, texts = scale.labels()
    column = np.linspace(*scale.ends, 2 * _CONTOURS + 1)
    chart.add_contour(
        x=[0, 1],
        y=column,
        z=np.stack([column, column], axis=-1),
        xaxis="x2",
        yaxis="y2",
        hoverinfo="skip",
        **scale.look,
    )
    chart.update_layout(
        xaxis_domain=[0, 0.94],
        xaxis2={"domain": [0.96, 0.98], "anchor": "y2", "visible": False, "fixedrange": True},
        yaxis2={
            "anchor": "x2",
            "side": "right",
            "tickvals": levels,
            "ticktext": texts,
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
    )


def _say(chart: go.Figure, sentence: str) -> None:
    chart.add_annotation(
        text=sentence,
        x=0.93,
        y=0.01,
        xref="paper",
        yref="paper",
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": 12},
    )


def _ends(places: FloatArray) -> list[float]:
    return [float(places[0]), float(places[-1])]


def _share(part: float) -> str:
    """A fraction in whole percent, but never 100 % where something is missing, nor 0 %.

    Examples
    --------
    >>> _share(0.934), _share(0.9999), _share(0.0001), _share(0.0)
    ('93 %', 'over 99 %', 'under 1 %', 'nothing')
    """
    if part <= 0:
        return "nothing"
    if part < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < part < 1 else f"{100 * part:.0f} %"
