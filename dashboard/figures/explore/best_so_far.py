"""What each trial came to, and the best until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.explore.axes import HEIGHT, goal_layout, shown_limits, shown_values
from dashboard.figures.palette import HELD_OUT, PENALTY, figure
from dashboard.words.explore.pictures import is_share, trial_text
from logreg_core.sweep import DRAWN_ACCURACY, HELD_OUT_ACCURACY, HELD_OUT_COST

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core.sweep import Goal, TrialRecord
    from logreg_core.sweep.scores import Scores

#: Of the axis of trials: what it goes beyond the first and the last.
_BEYOND: Final = 0.02


def best_so_far_chart(scores: Scores, pruned: Sequence[TrialRecord], trials: int) -> go.Figure:
    """The value of each trial over its number, and the best so far as steps.

    Parameters
    ----------
    scores : Scores
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
    numbers = [trial.number for trial in scores.trials]
    stood = [(trial, stood_at(trial, scores.goal)) for trial in pruned]
    placed = [(trial, value) for trial, value in stood if value is not None]
    limits = shown_limits(scores)
    best = np.clip(scores.best_so_far(), *limits)
    last = max([trials - 1, *numbers, *(trial.number for trial in pruned)])
    value = "%{customdata:.2%}" if is_share(scores.goal) else "%{customdata:.4g}"
    hover = f"%{{text}}<br>{scores.goal.label} {value}<extra></extra>"
    traces: list[dict[str, Any]] = [
        {
            "name": "pruned",
            "x": [trial.number for trial, _ in placed],
            "y": np.clip([value for _, value in placed], *limits),
            "customdata": [value for _, value in placed],
            "text": [trial_text(trial) for trial, _ in placed],
            "mode": "markers",
            "marker": {"color": PENALTY, "symbol": "x-thin-open", "size": 7, "opacity": 0.45},
            "hovertemplate": hover.replace("<extra>", "<br>ended early<extra>"),
        },
        {
            "name": "finished",
            "x": numbers,
            "y": shown_values(scores),
            "customdata": scores.values,
            "text": [trial_text(trial) for trial in scores.trials],
            "mode": "markers",
            "marker": {"color": PENALTY, "size": 6},
            "hovertemplate": hover,
        },
        {
            "name": "best so far",
            "x": [*numbers, last],
            "y": [*best, best[-1]],
            "mode": "lines",
            "line": {"color": HELD_OUT, "width": 3, "shape": "hv"},
            "hoverinfo": "skip",
        },
    ]
    axis = goal_layout(scores)
    beyond = _BEYOND * max(last, 1)
    return figure(
        HEIGHT,
        [{"type": "scatter", "showlegend": True, **trace} for trace in traces],
        xaxis={"title": "trial", "range": [-beyond, last + beyond]},
        yaxis=axis,
        # A zoom belongs to the axes that it was made on.
        uirevision=f"{scores.goal.name} {axis['type']}",
    )


def stood_at(trial: TrialRecord, goal: Goal) -> float | None:
    """What a trial that was ended early had come to; None where that is not known."""
    if trial.result is None:
        return None
    return {
        HELD_OUT_COST: trial.result.held_out_cost,
        HELD_OUT_ACCURACY: trial.result.held_out_accuracy,
        DRAWN_ACCURACY: trial.result.drawn_accuracy,
    }.get(goal)
