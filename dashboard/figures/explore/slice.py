"""A goal over one setting."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.explore.axes import (
    HEIGHT,
    NO_LEGEND,
    goal_is_log,
    goal_layout,
    goal_positions,
    hover_data,
    hover_value,
    shown_limits,
    spread,
)
from dashboard.figures.palette import TRAINING, figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboard.figures.explore.axes import SettingAxis
    from logreg_core.sweep.scores import TrialScores

#: Pixels, where there are several rows of slices.
LOW: Final = 300

#: From early to late.
_LATER: Final = [[0.0, "#a9adb5"], [1.0, TRAINING]]

#: Of the way to the next category: how far its points are spread.
_SPREAD: Final = 0.5

#: Steps of the ends of the goal's axis: powers of ten, or parts of the largest value.
_STEP: Final = 0.1
_NO_SPAN: Final = 1e-9


def slice_chart(
    scores: TrialScores, axis: SettingAxis, *, title: bool = True, height: int = HEIGHT
) -> go.Figure:
    """The value of each trial that uses a setting over it, the later the bluer.

    Parameters
    ----------
    scores : TrialScores
        Of one goal, of at least one trial; those that do not use the setting have no place.
    axis : SettingAxis
        Of the setting.
    title : bool
        Whether the goal is named beside its axis, which is the same for all settings.
    height : int
        Pixels.
    """
    y = goal_layout(scores)
    return figure(
        height,
        [_points(scores, axis)],
        showlegend=False,
        margin=NO_LEGEND,
        xaxis=axis.layout(),
        yaxis={"range": _ends(scores), **y, "title": y["title"] if title else None},
        uirevision=f"{scores.goal.name} {y['type']}",
    )


def _points(scores: TrialScores, axis: SettingAxis) -> dict[str, Any]:
    used = scores.with_settings(axis.setting)
    numbers = [trial.number for trial in used.trials]
    positions = axis.positions(used.trials)
    if axis.values is not None:
        positions = positions + _SPREAD * spread(numbers)
    here = f"{axis.label} %{{x:,.3~g}}<br>" if axis.values is None else ""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": axis.drawn(positions),
        "y": np.clip(used.values, *shown_limits(scores)),
        "customdata": hover_data(scores.goal, used.values),
        "hovertemplate": "<b>Trial %{marker.color}</b><br>"
        f"{here}{scores.goal.label} {hover_value(scores.goal)}<extra></extra>",
        "marker": {
            "size": 7,
            "opacity": 0.8,
            "color": np.array(numbers, dtype=np.int32),
            "colorscale": _LATER,
            "cmin": 0,
            "cmax": max(trial.number for trial in scores.trials) or 1,
        },
    }


def _ends(scores: TrialScores) -> list[float]:
    """Where the axis of the goal ends, the same for all settings.

    At whole steps: the axis is another, and a zoom lost, only when a value needs it.
    """
    positions = goal_positions(scores)
    low, high = float(positions.min()), float(positions.max())
    step = _STEP if goal_is_log(scores) else _STEP * max(abs(high), _NO_SPAN)
    return [step * (math.floor(low / step) - 1), step * (math.ceil(high / step) + 1)]
