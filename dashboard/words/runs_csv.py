"""The table of runs as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.words.csv_file import csv_file, digits_cell
from dashboard.words.recorded_runs import ending
from logreg_core.history import STEP_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.runs import ListedRun


def runs_csv(runs: Sequence[ListedRun]) -> bytes:
    """Every setting and result of the runs, as `csv_file` writes them."""
    return csv_file([_row(run) for run in runs])


def _row(run: ListedRun) -> dict[str, Any]:
    step = run.history.step(-1) if len(run.history) else None
    return {
        "run": run.number,
        "name": run.name,
        **run.settings.to_state(),
        "digits": digits_cell(run.classes),
        "learning_rate_used": run.learning_rate,
        "data": run.data,
        "data_fingerprint": run.fingerprint,
        "held_out_fingerprint": run.held_out_fingerprint,
        "examples": run.examples,
        "held_out_examples": run.held_out_examples,
        "ended": ending(run),
        **{name: None if step is None else getattr(step, name) for name in STEP_COLUMNS},
    }
