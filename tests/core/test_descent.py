"""Steps of gradient descent that one can go back to, and that are those of a run."""

import numpy as np
import pytest

from logreg_core import Descent, Objective, TrainConfig, cost_and_gradient, fit


@pytest.fixture
def training(training_and_held_out):
    return training_and_held_out[0]


def descent(training, alpha, lam=1.0):
    y = training.labels == training.classes[1]
    return Descent(Objective.from_labels(training.design_matrix(), y, lam), alpha)


@pytest.mark.parametrize(("alpha", "steps"), [(0.1, 1), (0.1, 60), (0.03, 17), (1.0, 25)])
def test_its_steps_are_those_of_a_run(training, alpha, steps):
    config = TrainConfig(
        optimizer="gradient-descent", learning_rate=alpha, max_iterations=steps, tolerance=0
    )
    run = fit(training, config)
    mine = descent(training, alpha)
    assert mine.go_to(steps) == steps
    np.testing.assert_allclose(mine.step(steps).before.theta, run.model.theta, atol=1e-12)
    np.testing.assert_allclose(mine.costs(steps), run.history.cost, rtol=1e-12)


def test_a_step_goes_against_the_gradient_and_alpha_times_as_far(training):
    mine = descent(training, 0.3)
    mine.go_to(4)
    step = mine.step(4)
    X, y = training.design_matrix(), training.labels == 1
    cost, gradient = cost_and_gradient(step.before.theta, X, y, 1.0)
    assert step.before.cost == pytest.approx(cost)
    np.testing.assert_allclose(step.after.theta, step.before.theta - 0.3 * gradient, atol=1e-14)
    assert step.after.cost == pytest.approx(cost_and_gradient(step.after.theta, X, y, 1.0)[0])


def test_one_can_go_back_and_on_without_a_difference(training):
    there_and_back, straight = descent(training, 0.1), descent(training, 0.1)
    there_and_back.go_to(20)
    early = there_and_back.step(3)
    there_and_back.go_to(30)
    straight.go_to(3)
    assert np.array_equal(early.after.theta, straight.step(3).after.theta)
    straight.go_to(30)
    assert np.array_equal(there_and_back.costs(30), straight.costs(30))


def test_no_step_is_computed_twice(training):
    objective = Objective.from_labels(training.design_matrix(), training.labels, 1.0)
    mine = Descent(objective, 0.1)
    mine.go_to(20)
    mine.go_to(10)
    mine.go_to(20)
    assert objective.evaluations == 21


def test_it_ends_where_j_has_run_away(training):
    mine = descent(training, 10.0, lam=100.0)
    taken = mine.go_to(500)
    assert taken < 500
    assert mine.taken == taken
    costs = mine.costs(taken)
    assert costs[-1] > 1e6 * costs[0] >= costs[-2]
    assert mine.runs_away(taken)
    assert not mine.runs_away(taken - 1)
