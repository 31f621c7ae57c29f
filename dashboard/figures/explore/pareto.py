"""Two goals at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.axes import percent_ticks
from dashboard.figures.explore.axes import HEIGHT, goal_layout, goal_positions, shown_values, usual
from dashboard.figures.palette import HELD_OUT, PENALTY, figure
from dashboard.words.explore.goals import goal_text
from dashboard.words.explore.trials import trial_text

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from logreg_core.sweep import Goal
    from logreg_core.sweep.scores import TrialScores


#: Around what is shown, of its extent; and where that is none, of the unit of the axis.
_ROOM: Final = 0.06
_ROOM_AROUND_ONE: Final = 0.02

#: Above 100 %, of what is shown: so little that no tick stands there.
_ABOVE_ALL: Final = 0.05


def around_front(
    first: TrialScores, second: TrialScores, on_front: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which trials, (n,), the picture shows before anybody moves it.

    The front, and what lies between it and the trials that are much worse than all others: a
    few of those would squeeze it into a corner.

    Parameters
    ----------
    first, second, on_front
        As for `pareto_chart`.
    """
    corners = on_front | (usual(first) & usual(second))
    shown = np.ones(len(first), dtype=bool)
    for values in (first.values, second.values):
        shown &= (values >= values[corners].min()) & (values <= values[corners].max())
    return shown


def pareto_chart(first: TrialScores, second: TrialScores, on_front: NDArray[np.bool_]) -> go.Figure:
    """All trials by their two goals, and the front as a step line.

    Parameters
    ----------
    first, second : TrialScores
        Of the goals, of the same trials, one at least.
    on_front : (n,) ndarray of bool
        See `pareto_front`.

    Returns
    -------
    plotly.graph_objects.Figure
        Two traces: the trials that are beaten, and the front by the first goal.
    """
    beaten = np.flatnonzero(~on_front)
    front = np.flatnonzero(on_front)
    front = front[np.argsort(first.values[front], kind="stable")]
    # What a trial of the front beats lies on its worse side: the steps go around that.
    shape = "vh" if first.goal.more_is_better else "hv"
    traces: list[dict[str, Any]] = [
        {
            "name": "beaten",
            **_points(first, second, beaten),
            "mode": "markers",
            "marker": {"color": PENALTY, "size": 7, "opacity": 0.6},
        },
        {
            "name": "Pareto front",
            **_points(first, second, front),
            "mode": "lines+markers",
            "line": {"color": HELD_OUT, "width": 2.5, "shape": shape},
            "marker": {"color": HELD_OUT, "size": 11, "line": {"color": "white", "width": 1.5}},
        },
    ]
    shown = around_front(first, second, on_front)
    x, y = _axis(first.only(shown)), _axis(second.only(shown))
    return figure(
        HEIGHT,
        [{"type": "scatter", "showlegend": True, **trace} for trace in traces],
        xaxis=x,
        yaxis=y,
        uirevision=f"{first.goal.name} {x['type']} {second.goal.name} {y['type']}",
    )


def _axis(scores: TrialScores) -> dict[str, Any]:
    """Of a goal, as far as these trials go."""
    positions = goal_positions(scores)
    low, high = float(positions.min()), float(positions.max())
    room = _ROOM * (high - low) or _ROOM_AROUND_ONE
    axis = {**goal_layout(scores), "title": _with_arrow(scores.goal)}
    if scores.goal.is_share:
        low, high = low - room, min(high + room, 1 + _ABOVE_ALL * (1 - low + room))
        return {**axis, **percent_ticks(low, high), "range": [low, high]}
    return {**axis, "range": [low - room, high + room]}


def _points(first: TrialScores, second: TrialScores, which: NDArray[np.intp]) -> dict[str, Any]:
    return {
        "x": shown_values(first)[which],
        "y": shown_values(second)[which],
        "text": [
            f"{trial_text(first.trials[place])}<br>"
            f"{first.goal.label} {goal_text(first.goal, first.values[place])}<br>"
            f"{second.goal.label} {goal_text(second.goal, second.values[place])}"
            for place in which
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _with_arrow(goal: Goal) -> str:
    """On an upright axis, plotly turns the words, and the arrow with them."""
    return f"{goal.label}   better →" if goal.more_is_better else f"← better   {goal.label}"
