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
    shown_values,
)
from dashboard.figures.palette import NO_TOOLS, PENALTY, figure
from dashboard.words.explore.goals import goal_text
from dashboard.words.explore.pictures import NOT_USED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from dashboard.figures.explore.axes import SettingAxis
    from logreg_core.sweep import Space
    from logreg_core.sweep.scores import TrialScores

#: Below the low end of an axis, in parts of it: where the trials are that do not use a setting.
_BELOW: Final = 0.16


#: Places on an axis at which a drag along it can begin and end.
_STOPS: Final = 101

#: A label of zeros and ones as one of two characters without a width.
_UNSEEN: Final = str.maketrans("01", "\u200b\u200c")

#: Pixels: of a character on an axis, and what the first axis keeps on its left for its label.
_CHARACTER: Final = 7
_LEAST_MARGIN: Final = 64


def parallel_chart(
    scores: TrialScores, space: Space, others: Sequence[TrialScores] = ()
) -> go.Figure:
    """One line a trial, orange the best, and an axis a setting, with the goals as the last.

    Parameters
    ----------
    scores : TrialScores
        Of the goal that colours the lines, of at least one trial.
    space : Space
        What is tried.
    others : sequence of TrialScores
        Of the other goal, of the same trials.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace, with an axis for each setting that some trial uses and that has more than
        one value.
    """
    settings = [_setting(axis, scores) for axis in setting_axes(space)]
    goals = [_goal(each) for each in (*others, scores)]
    dimensions = [each for each in settings if each is not None] + goals
    trace = {
        "type": "parcoords",
        "dimensions": dimensions,
        # The last line lies on top: the best.
        "line": {"color": goal_positions(scores)[_worst_first(scores)], **colours(scores)},
        "labelfont": {"size": 15},
        "tickfont": {"size": 13},
        "rangefont": {"size": 1, "color": "rgba(0,0,0,0)"},  # they say what the labels say
        "unselected": {"line": {"color": PENALTY, "opacity": 0.12}},
    }
    longest = max(map(len, dimensions[0]["ticktext"]))
    left = max(_LEAST_MARGIN, _CHARACTER * longest)
    margin = {"l": left, "r": 64, "t": 56, "b": 24}
    return figure(HEIGHT, [trace], margin=margin, modebar=NO_TOOLS)


def _setting(axis: SettingAxis, scores: TrialScores) -> dict[str, Any] | None:
    """None where no trial uses the setting."""
    positions = axis.positions(scores.trials)[_worst_first(scores)]
    is_unused = np.isnan(positions)
    if is_unused.all():
        return None
    ticks, low = axis.ticks(), axis.low
    if is_unused.any():
        low -= _BELOW * (axis.high - axis.low) if axis.values is None else 1.0
        ticks = {low: NOT_USED, **ticks}
    if axis.values is None:
        ticks = _fine(axis.low, axis.high) | ticks
    return _dimension(axis.label, np.where(is_unused, low, positions), ticks, (low, axis.high))


def _goal(scores: TrialScores) -> dict[str, Any]:
    positions = goal_positions(scores)
    low, high = float(positions.min()), float(positions.max())
    ends = (low, high) if low < high else (low - 0.5, high + 0.5)
    ticks = _fine(*ends) | goal_ticks(scores, low, high)
    if scores.values.min() < shown_values(scores).min():
        ticks[low] = f"≤ {goal_text(scores.goal, 10.0**low)}"
    if scores.values.max() > shown_values(scores).max():
        ticks[high] = f"≥ {goal_text(scores.goal, 10.0**high)}"
    return _dimension(scores.goal.label, positions[_worst_first(scores)], ticks, ends)


def _fine(low: float, high: float) -> dict[float, str]:
    """Places at which a drag along an axis can begin and end, with labels that nobody sees.

    Where an axis is given its labels, plotly lets the hand stop at those only, and takes those
    that are alike for one.
    """
    places = np.linspace(low, high, _STOPS).tolist()
    return {place: f"{number:b}".translate(_UNSEEN) for number, place in enumerate(places)}


def _dimension(
    label: str, values: np.ndarray, ticks: dict[float, str], ends: tuple[float, float]
) -> dict[str, Any]:
    return {
        "label": label,
        "values": values.astype(np.float32),
        "tickvals": sorted(ticks),
        "ticktext": [ticks[place] for place in sorted(ticks)],
        "range": list(ends),
    }


def _worst_first(scores: TrialScores) -> np.ndarray:
    return scores.order[::-1]
