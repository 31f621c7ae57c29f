"""The trials of a sweep as a file."""

from __future__ import annotations

import math
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

from dashboard.words.csv_file import csv_file, digits_cell
from logreg_core.sweep import TrialResult

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from logreg_core.sweep import Sweep, TrialRecord

#: Characters of a sweep's name in the name of a file: enough to tell sweeps apart, and too
#: few to open one.
_SHORT_NAME: Final = 6


#: What a trial has come to, but for its curve, which is no number.
_NUMBERS: Final = tuple(field.name for field in fields(TrialResult) if field.name != "curve")


def trials_file_name(sweep: Sweep) -> str:
    """Of the file, which does not give away the name of the sweep."""
    return f"sweep-{short_sweep_name(sweep)}.csv"


def short_sweep_name(sweep: Sweep) -> str:
    """The beginning of a sweep's name."""
    return sweep.name[:_SHORT_NAME]


def trials_csv(sweep: Sweep, trials: Sequence[TrialRecord]) -> bytes:
    """Every setting and result of the trials, as `csv_file` writes them."""
    return csv_file([_row(sweep, trial) for trial in trials])


def _row(sweep: Sweep, trial: TrialRecord) -> dict[str, Any]:
    origin = sweep.origin
    result = {} if trial.result is None else asdict(trial.result)
    values = trial.values or (None,) * len(sweep.plan.goals)
    return {
        "trial": trial.number,
        "state": trial.state.value,
        # Those goals that are no result: results have a column anyway.
        **{
            goal.name.replace("-", "_"): None if value is None or math.isnan(value) else value
            for goal, value in zip(sweep.plan.goals, values, strict=True)
            if goal.result is None
        },
        **trial.config.to_dict(),
        "source": origin.source,
        "digits": digits_cell(origin.digits),
        "held_out": origin.held_out,
        "data_fingerprint": sweep.fingerprints["training"],
        "held_out_fingerprint": sweep.fingerprints["held_out"],
        **{name: result.get(name) for name in _NUMBERS},
        "note": trial.note,
        "worker": trial.worker,
        "began": _moment(trial.began),
        "ended": _moment(trial.ended),
    }


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat(sep=" ", timespec="milliseconds")
