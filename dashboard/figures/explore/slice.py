"""A goal over one setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.explore.axes import goal_is_log, goal_layout, spread
from dashboard.figures.palette import TRAINING, figure
from dashboard.words.explore.pictures import is_share, trial_text

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboard.figures.explore.axes import SettingAxis
    from logreg_core.sweep.scores import Scores

#: Pixels.
_HEIGHT: Final = 300

#: From early to late.
_LATER: Final = [[0.0, "#a9adb5"], [1.0, TRAINING]]

#: Of the way to the next category: how far its points are spread.
_SPREAD: Final = 0.5

#: Of the span of the values: what their axis goes beyond them.
_BEYOND: Final = 0.05

#: Steps of the ends of the axis: it is another, and a zoom lost, only when a value needs it.
_STEPS_A_DECADE: Final = 4
_STEP: Final = 0.05


def slice_chart(scores: Scores, axis: SettingAxis, *, title: bool = True) -> go.Figure:
    """The value of each trial that uses a setting over it, the later the bluer.

    Parameters
    ----------
    scores : Scores
        Of one goal, of at least one trial; those that do not use the setting have no place.
    axis : SettingAxis
        Of the setting.
    title : bool
        Whether the goal is named beside its axis, which is the same for all settings.
    """
    used = scores.with_settings(axis.setting)
    numbers = [trial.number for trial in used.trials]
    positions = axis.positions(used.trials)
    if axis.values is not None:
        positions = positions + _SPREAD * spread(numbers)
    value = "%{y:.2%}" if is_share(scores.goal) else "%{y:.4g}"
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": axis.drawn(positions),
        "y": used.values,
        "text": [trial_text(trial) for trial in used.trials],
        "hovertemplate": f"%{{text}}<br>{scores.goal.label} {value}<extra></extra>",
        "marker": {
            "size": 7,
            "opacity": 0.8,
            "color": numbers,
            "colorscale": _LATER,
            "cmin": 0,
            "cmax": max(trial.number for trial in scores.trials) or 1,
        },
    }
    y = goal_layout(scores)
    return figure(
        _HEIGHT,
        [points],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        xaxis=axis.layout(),
        yaxis={**y, "range": _ends(scores), "title": y["title"] if title else None},
        uirevision=f"{scores.goal.name} {y['type']}",
    )


def _ends(scores: Scores) -> list[float]:
    """Where the axis of the goal ends, the same for all settings."""
    is_log = goal_is_log(scores.values, scores.goal)
    positions = np.log10(scores.values) if is_log else scores.values
    beyond = _BEYOND * (positions.max() - positions.min())
    low, high = float(positions.min() - beyond), float(positions.max() + beyond)
    step = 1 / _STEPS_A_DECADE if is_log else _STEP
    if not is_log and not is_share(scores.goal):
        step *= max(high, 1e-9)
    return [step * np.floor(low / step), step * np.ceil(high / step + 1e-9)]
