"""What each trial came to, and the best until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.explore.axes import (
    HEIGHT,
    goal_layout,
    hover_data,
    hover_value,
    shown_limits,
)
from dashboard.figures.palette import HELD_OUT, PENALTY, figure
from dashboard.words.explore.trials import trial_text
from logreg_core.sweep.scores import goal_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import ArrayLike

    from logreg_core.sweep import TrialRecord
    from logreg_core.sweep.scores import TrialScores

#: Of the axis of trials: what it goes beyond the first and the last.
_BEYOND: Final = 0.02


def best_so_far_chart(scores: TrialScores, pruned: Sequence[TrialRecord], trials: int) -> go.Figure:
    """The value of each trial over its number, and the best so far as steps.

    Parameters
    ----------
    scores : TrialScores
        Of one goal, of at least one trial.
    pruned : sequence of TrialRecord
        Trials that were ended early: faint, where they stood by then. A goal that is known
        only at the end has no place for them.
    trials : int
        Of the whole sweep.

    Returns
    -------
    plotly.graph_objects.Figure
        Three traces: the pruned trials, the finished ones, the best so far.
    """
    last = max([trials - 1, *(trial.number for trial in (*scores.trials, *pruned))])
    axis = goal_layout(scores)
    beyond = _BEYOND * max(last, 1)
    return figure(
        HEIGHT,
        [_pruned(scores, pruned), _finished(scores), _steps(scores, last)],
        showlegend=True,
        xaxis={"title": "trial", "range": [-beyond, last + beyond]},
        yaxis=axis,
        # A zoom belongs to the axes that it was made on.
        uirevision=f"{scores.goal.name} {axis['type']}",
    )


def _pruned(scores: TrialScores, pruned: Sequence[TrialRecord]) -> dict[str, Any]:
    stood = [(trial, goal_value(trial, scores.goals, scores.goal)) for trial in pruned]
    placed = [(trial, value) for trial, value in stood if value is not None]
    points = _points(scores, [trial for trial, _ in placed], [value for _, value in placed])
    return {
        **points,
        "name": "pruned",
        "marker": {"color": PENALTY, "symbol": "x-thin-open", "size": 7, "opacity": 0.45},
        "hovertemplate": points["hovertemplate"].replace("<extra>", "<br>ended early<extra>"),
    }


def _finished(scores: TrialScores) -> dict[str, Any]:
    return {
        **_points(scores, scores.trials, scores.values),
        "name": "finished",
        "marker": {"color": PENALTY, "size": 6},
    }


def _points(
    scores: TrialScores, trials: Sequence[TrialRecord], values: ArrayLike
) -> dict[str, Any]:
    goal = scores.goal
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [trial.number for trial in trials],
        "y": np.clip(values, *shown_limits(scores)),
        "customdata": hover_data(goal, values),
        "text": [trial_text(trial) for trial in trials],
        "hovertemplate": f"%{{text}}<br>{goal.label} {hover_value(goal)}<extra></extra>",
    }


def _steps(scores: TrialScores, last: int) -> dict[str, Any]:
    best = np.clip(scores.best_so_far(), *shown_limits(scores))
    return {
        "type": "scatter",
        "name": "best so far",
        "x": [*(trial.number for trial in scores.trials), last],
        "y": [*best, best[-1]],
        "mode": "lines",
        "line": {"color": HELD_OUT, "width": 3, "shape": "hv"},
        "hoverinfo": "skip",
    }
