"""A goal over two settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.explore.axes import (
    HEIGHT,
    NO_LEGEND,
    colour_bar,
    colours,
    goal_is_log,
    goal_positions,
    hover_data,
    hover_value,
    spread,
)
from dashboard.figures.palette import figure
from dashboard.words.explore.goals import goal_text
from dashboard.words.explore.trials import trial_text
from logreg_core.sweep.surface import GRID, best_in_cells, surface

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.figures.explore.axes import SettingAxis
    from logreg_core.sweep.scores import TrialScores

    FloatArray = NDArray[np.float64]

#: From the best colour to the worst.
_CONTOURS: Final = 12

#: A range of which more numbers than this were tried is cut into so many cells.
_CELLS: Final = 12

#: More cells than this have no room for their numbers.
_CELLS_WITH_NUMBERS: Final = 60

#: Of a cell: how far its points are spread.
_SPREAD: Final = 0.6

#: Pixels; with more trials than this, small ones.
_POINT: Final = 9
_SMALL_POINT: Final = 6
_MANY: Final = 300
_STAR: Final = 20


def plane_between(scores: TrialScores, x: SettingAxis, y: SettingAxis) -> FloatArray | None:
    """The goal at equal steps of two ranges, on the goal's own axis; see `surface`.

    Parameters
    ----------
    scores : TrialScores
        Of trials that use both settings.
    x, y : SettingAxis
        Of two ranges.
    """
    sign = -1.0 if scores.goal.more_is_better else 1.0
    places = np.stack([x.shares(scores.trials), y.shares(scores.trials)], axis=-1)
    plane = surface(places, sign * goal_positions(scores))
    return None if plane is None else sign * plane


def contour_chart(
    scores: TrialScores, x: SettingAxis, y: SettingAxis, plane: FloatArray | None
) -> go.Figure:
    """Contours of a goal over two ranges, the trials as points, and the best as a star.

    Parameters
    ----------
    scores : TrialScores
        Of at least one trial; all use both settings.
    x, y : SettingAxis
        Of the two ranges.
    plane : (GRID, GRID) ndarray of float64, optional
        Of `plane_between`; None for points alone.

    Returns
    -------
    plotly.graph_objects.Figure
        The contours, if there are any, the trials, the best one.
    """
    points = _points(scores, x, y)
    traces = [points, _star(scores, x, y)]
    if plane is None:
        points["marker"] |= {"showscale": True, "colorbar": colour_bar(scores)}
    else:
        traces.insert(0, _contours(scores, x, y, plane))
    return _figure(scores, x, y, traces)


def cells_chart(scores: TrialScores, x: SettingAxis, y: SettingAxis) -> go.Figure:
    """The best of a goal in each cell of a table, where a setting has names rather than numbers.

    Parameters
    ----------
    scores : TrialScores
        Of at least one trial; all use both settings.
    x, y : SettingAxis
        A choice one of them, the other a choice or a range, which is cut into cells.

    Returns
    -------
    plotly.graph_objects.Figure
        The cells, and the trials where those of a cell are not all alike.
    """
    columns, rows = _Cells.of(scores, x), _Cells.of(scores, y)
    sign = -1.0 if scores.goal.more_is_better else 1.0
    shape = (rows.count, columns.count)
    best = sign * best_in_cells(columns.which, rows.which, sign * goal_positions(scores), shape)
    cells = {"x": x.drawn(columns.edges), "y": y.drawn(rows.edges), **_heatmap(scores, best)}
    traces = [cells]
    if best.size <= _CELLS_WITH_NUMBERS and columns.are_exact and rows.are_exact:
        cells |= _with_numbers(scores, best)
    else:
        traces.append(_points(scores, x, y))
    chart = _figure(scores, x, y, traces)
    chart.layout.xaxis.range, chart.layout.yaxis.range = columns.ends, rows.ends
    return chart


@dataclass(frozen=True)
class _Cells:
    """The cells of one axis: their edges, and in which of them each trial is."""

    edges: FloatArray
    which: NDArray[np.intp]
    are_exact: bool

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    @property
    def ends(self) -> tuple[float, float]:
        return float(self.edges[0]), float(self.edges[-1])

    @classmethod
    def of(cls, scores: TrialScores, axis: SettingAxis) -> _Cells:
        positions = axis.positions(scores.trials)
        if axis.values is not None:
            edges = np.arange(len(axis.values) + 1, dtype=np.float64) - 0.5
            return cls(edges, positions.astype(np.intp), are_exact=True)
        tried, which = np.unique(positions, return_inverse=True)
        # The points of a grid come again; numbers at random would make cells of any width.
        if 1 < len(tried) <= min(_CELLS, len(positions) // 2):
            between = (tried[1:] + tried[:-1]) / 2
            edges = np.array([2 * tried[0] - between[0], *between, 2 * tried[-1] - between[-1]])
            return cls(edges, which.reshape(-1), are_exact=True)
        edges = np.linspace(axis.low, axis.high, _CELLS + 1)
        return cls(edges, np.digitize(positions, edges[1:-1]), are_exact=False)


def _heatmap(scores: TrialScores, best: FloatArray) -> dict[str, Any]:
    look, goal = colours(scores), scores.goal
    return {
        "type": "heatmap",
        "z": best,
        "customdata": hover_data(goal, _values(scores, best)),
        "colorscale": look["colorscale"],
        "zmin": look["cmin"],
        "zmax": look["cmax"],
        "colorbar": colour_bar(scores),
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "hovertemplate": f"best {goal.label} here: {hover_value(goal)}<extra></extra>",
    }


def _with_numbers(scores: TrialScores, best: FloatArray) -> dict[str, Any]:
    values, goal = _values(scores, best), scores.goal
    said = [["" if np.isnan(value) else goal_text(goal, value) for value in row] for row in values]
    return {"text": said, "texttemplate": "%{text}"}


def _contours(
    scores: TrialScores, x: SettingAxis, y: SettingAxis, plane: FloatArray
) -> dict[str, Any]:
    look = colours(scores)
    low, high = look["cmin"], look["cmax"]
    size = (high - low) / _CONTOURS
    return {
        "type": "contour",
        "x": x.drawn(np.linspace(x.low, x.high, GRID)),
        "y": y.drawn(np.linspace(y.low, y.high, GRID)),
        # In float32, which takes half as long to the browser.
        "z": plane.astype(np.float32),
        "customdata": hover_data(scores.goal, _values(scores, plane)).astype(np.float32),
        "hovertemplate": f"about {hover_value(scores.goal)}<extra></extra>",
        "colorscale": look["colorscale"],
        "zmin": low,
        "zmax": high,
        "contours": {"start": low + size, "end": high, "size": size},
        "line": {"color": "rgba(255, 255, 255, 0.35)", "width": 0.7},
        "colorbar": colour_bar(scores),
    }


def _points(scores: TrialScores, x: SettingAxis, y: SettingAxis) -> dict[str, Any]:
    goal = scores.goal
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x.drawn(_apart(scores, x)),
        "y": y.drawn(_apart(scores, y)),
        "text": [trial_text(trial) for trial in scores.trials],
        "customdata": hover_data(goal, scores.values),
        "hovertemplate": f"%{{text}}<br>{goal.label} {hover_value(goal)}<extra></extra>",
        "marker": {
            "size": _POINT if len(scores) <= _MANY else _SMALL_POINT,
            "color": goal_positions(scores),
            **colours(scores),
            "line": {"color": "white", "width": 1},
        },
    }


def _apart(scores: TrialScores, axis: SettingAxis) -> FloatArray:
    """Where trials lie on an axis; those of one choice beside each other."""
    positions = axis.positions(scores.trials)
    if axis.values is None:
        return positions
    return positions + _SPREAD * spread([trial.number for trial in scores.trials])


def _star(scores: TrialScores, x: SettingAxis, y: SettingAxis) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x.drawn(x.positions([scores.best])),
        "y": y.drawn(y.positions([scores.best])),
        "marker": {
            "symbol": "star",
            "size": _STAR,
            "color": "white",
            "line": {"color": "#14161b", "width": 1.5},
        },
        "hoverinfo": "skip",
    }


def _figure(
    scores: TrialScores, x: SettingAxis, y: SettingAxis, traces: list[dict[str, Any]]
) -> go.Figure:
    return figure(
        HEIGHT,
        traces,
        showlegend=False,
        margin=NO_LEGEND,
        xaxis={**x.layout(), "showgrid": False},
        yaxis={**y.layout(), "showgrid": False},
        uirevision=f"{scores.goal.name} {x.setting} {y.setting}",
    )


def _values(scores: TrialScores, positions: FloatArray) -> FloatArray:
    """From the goal's own axis back to its values."""
    return 10.0**positions if goal_is_log(scores) else positions
