"""One call of SciPy's BFGS comes to the lowest J, and can be watched and stopped."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from logreg_core import Line, Objective, UnconstrainedCall, cost_and_gradient

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure


def problem(training_and_held_out, lam=1.0):
    training, _ = training_and_held_out
    X, y = training.design_matrix(), (training.labels == 1).astype(float)
    return X, y, Objective.from_labels(X, y, lam)


def ended(objective, **options):
    call = UnconstrainedCall(objective, **options)
    call.start()
    assert call.wait(SOON)
    return call


@pytest.mark.parametrize("lam", [1.0, 30.0])
def test_it_comes_to_the_lowest_j_as_scikit_learn_does(training_and_held_out, lam):
    X, y, objective = problem(training_and_held_out, lam)
    returned = ended(objective).returned
    oracle = LogisticRegression(C=1 / lam, tol=1e-10, max_iter=10_000).fit(X[:, 1:], y)
    theta = np.r_[oracle.intercept_, oracle.coef_[0]]
    lowest, _ = cost_and_gradient(theta, X, y, lam)
    assert returned.cost == pytest.approx(lowest, abs=1e-6)
    assert returned.cost - lowest <= returned.excess
    # Where J is so level, two θ of the same J lie a little apart.
    np.testing.assert_allclose(returned.theta, theta, atol=0.02)


def test_what_is_returned_belongs_together(training_and_held_out):
    X, y, objective = problem(training_and_held_out)
    call = ended(objective)
    returned = call.returned
    cost, gradient = cost_and_gradient(returned.theta, X, y, 1.0)
    assert returned.cost == pytest.approx(cost, abs=1e-15)
    np.testing.assert_allclose(returned.gradient, gradient, atol=1e-15)
    assert returned.success
    assert returned.largest_slope == np.abs(gradient).max() <= 1e-5
    assert returned.evaluations == objective.evaluations
    assert len(call.costs) == returned.iterations + 1
    assert not returned.endless


def test_j_falls_from_that_of_zeros_at_every_iteration(training_and_held_out):
    _, _, objective = problem(training_and_held_out)
    call = ended(objective)
    assert call.costs[0] == pytest.approx(np.log(2))
    assert (np.diff(call.costs) < 0).all()
    assert call.costs[-1] == call.returned.cost


def test_without_a_penalty_separable_digits_have_no_lowest_j(training_and_held_out):
    X, y, objective = problem(training_and_held_out, lam=0.0)
    returned = ended(objective).returned
    assert ((X @ returned.theta > 0) == y).all()
    longer, _ = cost_and_gradient(2 * returned.theta, X, y, 0.0)
    assert longer < returned.cost
    assert returned.success, "SciPy does not see it"
    assert returned.endless
    assert returned.excess == np.inf


def test_classes_that_overlap_have_a_lowest_j_without_a_penalty():
    random = np.random.default_rng(0)
    X = np.c_[np.ones(200), random.normal(size=(200, 2))]
    y = (random.random(200) < expit(X @ [0.5, 1.0, -1.0])).astype(float)
    assert not ended(Objective.from_labels(X, y, 0.0)).returned.endless


def test_the_same_call_returns_the_same(training_and_held_out):
    one, other = (ended(problem(training_and_held_out)[2]).returned for _ in range(2))
    assert np.array_equal(one.theta, other.theta)


def test_what_is_returned_cannot_be_written_to(training_and_held_out):
    returned = ended(problem(training_and_held_out)[2]).returned
    for array in (returned.theta, returned.gradient):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3


def test_it_ends_when_it_is_stopped_and_returns_nothing_then(training_and_held_out):
    call = UnconstrainedCall(problem(training_and_held_out)[2])
    call.stop()
    call.start()
    assert call.wait(SOON)
    assert call.returned is None
    assert len(call.costs) <= 2, "not an iteration more than the one under way"
    assert call.failure is None


def test_it_ends_when_nobody_wants_it_any_more(training_and_held_out, monkeypatch):
    monkeypatch.setattr("logreg_core.job.ABANDONED_SECONDS", 0)
    call = ended(problem(training_and_held_out)[2], still_wanted=lambda: False)
    assert call.returned is None


def test_it_stands_in_line_and_gives_its_place_back(training_and_held_out):
    line = Line(places=1)
    assert line.take("another", give_up=lambda: True)
    call = UnconstrainedCall(problem(training_and_held_out)[2], line=line)
    call.start()
    assert not call.wait(0.05)
    assert len(call.costs) == 0
    line.leave("another")
    assert call.wait(SOON)
    assert call.returned.success
    assert line.is_idle
