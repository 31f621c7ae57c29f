"""The table of a sweep's trials as a frame, and how its columns look."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from dashboard.explore.trial_choice import differing
from dashboard.words.explore.trial_table import PRINTED_DIGITS, RESULTS, ended
from dashboard.words.settings import SETTINGS, brief
from logreg_core import AUTO, RANGES
from logreg_core.sweep.front import best_trials
from logreg_core.sweep.scores import goal_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core.sweep import Dimension, Plan, TrialRecord

#: The columns that every table begins with.
OPEN: Final = "trial"
BEST: Final = "★"

#: Before a trial's number on its button: the sign of the Train page.
_ICON: Final = ":material/trending_down:"

_AUTO: Final = "α auto"

#: Right of all others, where a wide table is left without a scroll.
_LEAST_NEEDED: Final = ("accuracy", "passes")

#: Pixels.
OPEN_WIDTH: Final = 75
_STAR_WIDTH: Final = 30
_NUMBER_WIDTH: Final = 70
_SMALL_NUMBER_WIDTH: Final = 84
_ENDED_WIDTH: Final = 140

#: Smaller numbers than this have more digits behind their point than others.
_SMALL: Final = 1e-4

#: Of a column's head, in pixels: about a letter, and what is left and right of it.
_LETTER: Final = 6.2
_BESIDE: Final = 18

#: How the browser prints numbers, and shares in per cent: like `number_text` and `share_text`.
_NUMBER: Final = f"%,.{PRINTED_DIGITS}g"
_PERCENT: Final = f"{_NUMBER} %%"
_SECONDS: Final = "%,.3f"


def trial_frame(
    plan: Plan, shown: Sequence[TrialRecord], everything: Sequence[TrialRecord]
) -> pd.DataFrame:
    """One row a trial.

    A table of thousands is made anew again and again: nothing in it is styled cell by cell, which
    would take ten times as long as all else.

    Parameters
    ----------
    plan : Plan
        Of the sweep.
    shown : sequence of TrialRecord
        Those of the table, in its order.
    everything : sequence of TrialRecord
        All that have begun: they say which columns there are and which trials are best.
    """
    best = {trial.number for trial in best_trials(everything, plan.goals)}
    columns: dict[str, list[Any]] = {
        OPEN: [open_label(trial.number) for trial in shown],
        BEST: [BEST if trial.number in best else "" for trial in shown],
    }
    for goal in plan.goals:
        values = [_finite(goal_value(trial, plan.goals, goal)) for trial in shown]
        columns[goal.label] = _printed(values, is_share=goal.is_share)
    for name in differing(plan, everything):
        columns.update(_setting_columns(name, shown, everything))
    named = {goal.result for goal in plan.goals}
    results = [name for name in RESULTS if name not in named]
    columns |= _result_columns([name for name in results if name not in _LEAST_NEEDED], shown)
    columns["ended"] = [ended(trial) for trial in shown]
    if len({trial.worker for trial in everything} - {None}) > 1:
        columns["worker"] = [trial.worker for trial in shown]
    columns |= _result_columns([name for name in results if name in _LEAST_NEEDED], shown)
    frame = pd.DataFrame(columns)
    numbers = [label for label in frame if label in column_formats(plan)]
    return frame.astype(dict.fromkeys(numbers, float))  # a column of None would be of no type


def open_label(number: int) -> str:
    """On the button that opens a trial; no two trials share one."""
    return f"{_ICON} {number}"


def column_formats(plan: Plan) -> dict[str, str]:
    """Label of each column of numbers → how they are printed."""
    return {
        **dict.fromkeys(_swept_numbers(plan), _NUMBER),
        **{each.label: _PERCENT if each.is_share else _NUMBER for each in RESULTS.values()},
        RESULTS["seconds"].label: _SECONDS,
        **{goal.label: _PERCENT if goal.is_share else _NUMBER for goal in plan.goals},
    }


def column_config(plan: Plan) -> dict[str, Any]:
    """How Streamlit shows the columns, but for the buttons."""
    number = st.column_config.NumberColumn
    small = {RESULTS["cost"].label, *_small_numbers(plan)}
    return {
        BEST: st.column_config.TextColumn(width=_STAR_WIDTH, pinned=True),
        **{
            label: number(format=pattern, width=_width_under(label, is_small=label in small))
            for label, pattern in column_formats(plan).items()
        },
        **{
            SETTINGS[each.setting].column: st.column_config.TextColumn(width=_width_of_names(each))
            for each in plan.space.dimensions
            if each.setting not in RANGES
        },
        "ended": st.column_config.TextColumn(width=_ENDED_WIDTH),
    }


def _width_of_names(dimension: Dimension) -> int:
    """Of the column of a setting that has names rather than numbers."""
    setting = dimension.setting
    names = [brief(setting, value) for value in dimension.points]
    return _width_of(max([SETTINGS[setting].column, *names], key=len))


def _width_of(text: str) -> int:
    return round(_BESIDE + _LETTER * len(text))


def _width_under(head: str, *, is_small: bool) -> int:
    """Of a column of numbers; without one it would keep that of the first, and cut longer ones."""
    number = _SMALL_NUMBER_WIDTH if is_small else _NUMBER_WIDTH
    return max(number, _width_of(head))


def _small_numbers(plan: Plan) -> list[str]:
    """Labels of the settings of which small numbers are tried."""
    return [
        SETTINGS[dimension.setting].column
        for dimension in plan.space.dimensions
        if any(0 < point < _SMALL for point in dimension.points if isinstance(point, float))
    ]


def _swept_numbers(plan: Plan) -> list[str]:
    """Labels of the settings in numbers."""
    return [SETTINGS[name].column for name in plan.space.settings if name in RANGES]


def _setting_columns(
    name: str, shown: Sequence[TrialRecord], everything: Sequence[TrialRecord]
) -> dict[str, list[Any]]:
    """The column of a setting; α, which may be a word, has a second one for it."""
    label = SETTINGS[name].column
    values = [trial.settings.get(name) for trial in shown]
    if name not in RANGES:
        return {label: [brief(name, value) for value in values]}
    columns = {label: [None if value == AUTO else value for value in values]}
    if any(trial.settings.get(name) == AUTO for trial in everything):
        columns[_AUTO] = ["auto" if value == AUTO else "" for value in values]
    return columns


def _result_columns(
    names: Sequence[str], shown: Sequence[TrialRecord]
) -> dict[str, list[float | None]]:
    return {
        RESULTS[name].label: _printed(
            [None if trial.result is None else getattr(trial.result, name) for trial in shown],
            is_share=RESULTS[name].is_share,
        )
        for name in names
    }


def _printed(values: list[float | None], *, is_share: bool) -> list[float | None]:
    """As the browser prints them: it makes no per cent with a space before the sign."""
    if not is_share:
        return values
    return [None if value is None else 100 * value for value in values]


def _finite(value: float | None) -> float | None:
    """A number that the table can show; why there is none, `ended` says."""
    return value if value is None or math.isfinite(value) else None
