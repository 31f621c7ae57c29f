"""Every trial as a line through its settings to its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.explore.axes import (
    HEIGHT,
    colours,
    goal_positions,
    goal_ticks,
    setting_axes,
)
from dashboard.figures.palette import figure
from dashboard.words.explore.pictures import NOT_USED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from dashboard.figures.explore.axes import SettingAxis
    from logreg_core.sweep import Space
    from logreg_core.sweep.scores import Scores

#: Below the low end of an axis, in parts of it: where the trials are that do not use a setting.
_BELOW: Final = 0.16


def parallel_chart(scores: Scores, space: Space, others: Sequence[Scores] = ()) -> go.Figure:
    """One line a trial, orange the best, and an axis a setting, with the goals as the last.

    Parameters
    ----------
    scores : Scores
        Of the goal that colours the lines, of at least one trial.
    space : Space
        What is tried.
    others : sequence of Scores
        Of the other goal, of the same trials.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace, with an axis for each setting that some trial uses and that has more than
        one value.
    """
    settings = [_setting(axis, scores) for axis in setting_axes(space)]
    goals = [_goal(each) for each in (*others, scores)]
    scale = colours(scores)
    trace = {
        "type": "parcoords",
        "dimensions": [each for each in settings if each is not None] + goals,
        "line": {
            # The last line lies on top: the best.
            "color": goal_positions(scores)[_worst_first(scores)],
            **scale,
        },
        "labelfont": {"size": 15},
        "tickfont": {"size": 13},
        "rangefont": {"size": 1, "color": "rgba(0,0,0,0)"},  # they say what the labels say
        "unselected": {"line": {"color": "#8b8f98", "opacity": 0.12}},
    }
    return figure(HEIGHT, [trace], margin={"l": 64, "r": 64, "t": 56, "b": 24})


def _setting(axis: SettingAxis, scores: Scores) -> dict[str, Any] | None:
    """None where no trial uses the setting."""
    positions = axis.positions(scores.trials)[_worst_first(scores)]
    is_unused = np.isnan(positions)
    if is_unused.all():
        return None
    ticks, low = axis.ticks(), axis.low
    if is_unused.any():
        low -= _BELOW * (axis.high - axis.low) if axis.values is None else 1.0
        ticks = {low: NOT_USED, **ticks}
    return _dimension(axis.label, np.where(is_unused, low, positions), ticks, (low, axis.high))


def _goal(scores: Scores) -> dict[str, Any]:
    positions = goal_positions(scores)
    low, high = float(positions.min()), float(positions.max())
    ends = (low, high) if low < high else (low - 0.5, high + 0.5)
    ticks = goal_ticks(scores, low, high)
    return _dimension(scores.goal.label, positions[_worst_first(scores)], ticks, ends)


def _dimension(
    label: str, values: np.ndarray, ticks: dict[float, str], ends: tuple[float, float]
) -> dict[str, Any]:
    return {
        "label": label,
        "values": values.astype(np.float32),
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "range": list(ends),
    }


def _worst_first(scores: Scores) -> np.ndarray:
    return np.argsort(-scores.losses, kind="stable")
