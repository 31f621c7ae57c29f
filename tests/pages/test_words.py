"""What is said of a run is true of it."""

from types import SimpleNamespace

import numpy as np
import pytest

from dashboard.words.runs import run_status
from dashboard.words.theta import bias_sentence, contributions_sentence, theta_sentence
from logreg_core import JobState, StopReason, TrainConfig
from logreg_core.history import MAX_STEPS, Recorder, Step


def ended(reason, iterations, classes=(0, 1), **settings):
    """A job that ended so after so many iterations."""
    recorder = Recorder()
    for iteration in range(iterations + 1):
        recorder.add(Step(iteration, 1 / (iteration + 1), 0, 1, 1, 0, iteration, 1), np.zeros(401))
    return SimpleNamespace(
        latest=recorder.latest,
        history=recorder.history,
        state=JobState.ENDED,
        reason=reason,
        ahead=None,
        config=TrainConfig(**settings),
        training=SimpleNamespace(classes=classes),
    )


@pytest.mark.parametrize("reason", StopReason)
def test_every_end_is_told_with_its_iterations(reason):
    assert "after 7 iterations" in run_status(ended(reason, 7)).replace("the 7", "7")
    assert "after 1 iteration" in run_status(ended(reason, 1)).replace("the 1", "1")


def test_iterations_are_counted_though_not_every_step_is_kept():
    job = ended(StopReason.CONVERGED, 2 * MAX_STEPS + 1)
    assert len(job.history()) < MAX_STEPS
    assert f"after {2 * MAX_STEPS + 1} iterations" in run_status(job)


def test_iterations_for_each_digit_are_not_called_iterations_in_all():
    given = {"optimizer": "bfgs", "max_iterations": 10}
    said = run_status(ended(StopReason.ITERATIONS, 30, classes=(0, 1, 2), **given))
    assert "30 iterations" in said
    assert "10 at most for each digit" in said
    assert "each digit" not in run_status(ended(StopReason.ITERATIONS, 10, **given))


def test_without_a_penalty_converged_is_not_called_a_minimum():
    assert "does not prove" in run_status(ended(StopReason.CONVERGED, 3, lam=0))
    assert "does not prove" not in run_status(ended(StopReason.CONVERGED, 3, lam=1))


def test_who_diverged_at_once_is_not_said_to_have_gone_on():
    assert "Diverged at once" in run_status(ended(StopReason.DIVERGED, 0))


@pytest.mark.parametrize("softmax", [True, False])
def test_of_softmax_nothing_is_said_that_holds_for_one_against_the_rest_only(softmax):
    classes = (0, 1, 2)
    said = [
        theta_sentence(classes, softmax=softmax),
        bias_sentence(-0.1, classes, 2, softmax=softmax),
        contributions_sentence(np.ones(401), np.zeros((20, 20)), 2, softmax=softmax),
    ]
    for sentence, of_one in zip(said, ("each against all", "leans towards", "σ(z)"), strict=True):
        assert (of_one in sentence) is not softmax
