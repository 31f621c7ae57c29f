"""Runs as a run card has them."""

from __future__ import annotations

from logreg_core import fit
from logreg_core.reproduce import RecordedRun


def recorded(parts, config, *, stop_at=None, source="bundled", test_fraction=0.25) -> RecordedRun:
    """Train on the first of two parts, measured on the second, and stop as a visitor would."""
    training, held_out = parts

    def stop(step):
        if step.iteration == stop_at:
            raise StopIteration

    result = fit(training, config, stop, held_out=held_out)
    return RecordedRun(
        training, held_out, config, result.history, result.reason, source, test_fraction
    )
