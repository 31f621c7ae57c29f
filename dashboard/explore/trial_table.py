"""Shows nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.lab import Lab
    from logreg_core.sweep import Sweep, TrialRecord


def show_trials(lab: Lab, sweep: Sweep, trials: Sequence[TrialRecord]) -> None:
    """Show nothing yet."""
    del lab, sweep, trials
