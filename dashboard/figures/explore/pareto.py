"""Two goals at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.figures.explore.axes import HEIGHT, goal_layout, shown_values
from dashboard.figures.palette import HELD_OUT, PENALTY, figure
from dashboard.words.explore.goals import goal_text
from dashboard.words.explore.trials import trial_text

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from logreg_core.sweep import Goal
    from logreg_core.sweep.scores import TrialScores


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
    x, y = goal_layout(first), goal_layout(second)
    return figure(
        HEIGHT,
        [{"type": "scatter", "showlegend": True, **trace} for trace in traces],
        xaxis={**x, "title": _with_arrow(first.goal)},
        yaxis={**y, "title": _with_arrow(second.goal)},
        uirevision=f"{first.goal.name} {x['type']} {second.goal.name} {y['type']}",
    )


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
