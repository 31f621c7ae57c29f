"""What is said of a run is true of it."""

from types import SimpleNamespace

import numpy as np
import pytest

from dashboard.words.runs import run_status
from logreg_core import JobState, StopReason, TrainConfig
from logreg_core.history import MAX_STEPS, Recorder, Step


def ended(reason, iterations):
    """A job that ended so after so many iterations."""
    recorder = Recorder()
    for iteration in range(iterations + 1):
        recorder.add(Step(iteration, 1 / (iteration + 1), 0, 1, 1, iteration, 1), np.zeros(401))
    return SimpleNamespace(
        latest=recorder.latest,
        history=recorder.history,
        state=JobState.ENDED,
        reason=reason,
        config=TrainConfig(),
    )


@pytest.mark.parametrize("reason", StopReason)
def test_every_end_is_told_with_its_iterations(reason):
    assert "after 7 iterations" in run_status(ended(reason, 7)).replace("the 7", "7")
    assert "after 1 iteration" in run_status(ended(reason, 1)).replace("the 1", "1")


def test_iterations_are_counted_though_not_every_step_is_kept():
    job = ended(StopReason.CONVERGED, 2 * MAX_STEPS + 1)
    assert len(job.history()) < MAX_STEPS
    assert f"after {2 * MAX_STEPS + 1} iterations" in run_status(job)


def test_where_j_has_no_minimum_the_penalty_is_named():
    assert "λ above 0" in run_status(ended(StopReason.ENDLESS, 3))
    assert "λ above 0" in run_status(ended(StopReason.SEPARATED, 3))
