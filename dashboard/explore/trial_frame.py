"""The table of a sweep's trials as a frame, and how its columns look."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from dashboard.explore.trial_choice import differing
from dashboard.words.explore.trial_table import RESULTS, ended
from dashboard.words.settings import SETTINGS, brief
from logreg_core import AUTO, RANGES
from logreg_core.sweep.front import best_trials
from logreg_core.sweep.scores import goal_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core.sweep import Plan, TrialRecord

#: The columns that every table begins with.
OPEN: Final = "trial"
BEST: Final = "★"

#: Before a trial's number on its button: the sign of the Train page.
_ICON: Final = ":material/trending_down:"

_AUTO: Final = "α auto"

#: Pixels.
OPEN_WIDTH: Final = 75
_STAR_WIDTH: Final = 30
_NUMBER_WIDTH: Final = 80
_ENDED_WIDTH: Final = 125

#: Result → how its numbers are printed.
_FORMATS: Final = {
    "cost": "%.5g",
    "held_out_cost": "%.4g",
    "accuracy": "percent",
    "held_out_accuracy": "percent",
    "iterations": "%d",
    "passes": "%.4g",
    "seconds": "%.3f",
}


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
        columns[goal.label] = [_finite(goal_value(trial, plan.goals, goal)) for trial in shown]
    for name in differing(plan, everything):
        columns.update(_setting_columns(name, shown, everything))
    named = {goal.result for goal in plan.goals}
    for name, result in RESULTS.items():
        if name not in named:
            columns[result.label] = [
                None if trial.result is None else getattr(trial.result, name) for trial in shown
            ]
    columns["ended"] = [ended(trial) for trial in shown]
    if len({trial.worker for trial in everything} - {None}) > 1:
        columns["worker"] = [trial.worker for trial in shown]
    frame = pd.DataFrame(columns)
    numbers = [label for label in frame if label in column_formats(plan)]
    return frame.astype(dict.fromkeys(numbers, float))  # a column of None would be of no type


def open_label(number: int) -> str:
    """On the button that opens a trial; no two trials share one."""
    return f"{_ICON} {number}"


def column_formats(plan: Plan) -> dict[str, str]:
    """Label of each column of numbers → how they are printed."""
    return {
        **dict.fromkeys(_swept_numbers(plan), "%.4g"),
        **{RESULTS[name].label: pattern for name, pattern in _FORMATS.items()},
        **{goal.label: "percent" if goal.is_share else "%.4g" for goal in plan.goals},
    }


def column_config(plan: Plan) -> dict[str, Any]:
    """How Streamlit shows the columns, but for the buttons."""
    number = st.column_config.NumberColumn
    formats = column_formats(plan)
    # Without a width they would keep that of the first numbers, and cut longer ones.
    wide = dict.fromkeys([*_swept_numbers(plan), RESULTS["cost"].label], _NUMBER_WIDTH)
    return {
        BEST: st.column_config.TextColumn(width=_STAR_WIDTH, pinned=True),
        **{label: number(format=formats[label], width=wide.get(label)) for label in formats},
        "ended": st.column_config.TextColumn(width=_ENDED_WIDTH),
    }


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


def _finite(value: float | None) -> float | None:
    """A number that the table can show; why there is none, `ended` says."""
    return value if value is None or math.isfinite(value) else None
