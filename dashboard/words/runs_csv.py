"""The table of runs as a file."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any, Final

from dashboard.words.recorded_runs import ending
from logreg_core.history import STEP_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.runs import ListedRun

#: Characters at the start of a text that make a spreadsheet take it for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def runs_csv(runs: Sequence[ListedRun]) -> bytes:
    """Every setting and result of the runs as CSV (RFC 4180), for people and programs.

    It is UTF-8 and begins with a byte order mark, without which a spreadsheet would
    take θ for two other letters. Text that would be a formula there begins with an
    apostrophe; numbers have all their digits.
    """
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(_row(runs[0])) if runs else ["name"])
    writer.writeheader()
    writer.writerows(_row(run) for run in runs)
    return file.getvalue().encode("utf-8-sig")


def _row(run: ListedRun) -> dict[str, str]:
    step = run.history.step(-1) if len(run.history) else None
    digits = " and " if len(run.classes) == 2 else ", "
    row = {
        "run": run.number,
        "name": run.name,
        **run.settings.to_state(),
        # A spreadsheet would take 3-8 for a day in August.
        "digits": digits.join(map(str, run.classes)),
        "learning_rate_used": run.learning_rate,
        "data": run.data,
        "data_fingerprint": run.fingerprint,
        "held_out_fingerprint": run.held_out_fingerprint,
        "examples": run.examples,
        "held_out_examples": run.held_out_examples,
        "ended": ending(run),
        **{name: None if step is None else getattr(step, name) for name in STEP_COLUMNS},
    }
    return {name: _csv_cell(value) for name, value in row.items()}


def _csv_cell(value: Any) -> str:  # noqa: ANN401 - a setting is a string or a number
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if value is None or math.isnan(value):
        return ""
    return repr(value)
