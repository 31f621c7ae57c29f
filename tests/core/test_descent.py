"""Steps of gradient descent that one can go back to, and that are those of a run."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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


def counted(training):
    """A descent, and its objective, which counts."""
    objective = Objective.from_labels(training.design_matrix(), training.labels, 1.0)
    return Descent(objective, 0.1), objective


def test_no_step_is_computed_twice(training):
    mine, objective = counted(training)
    mine.go_to(20)
    mine.go_to(10)
    mine.go_to(20)
    assert objective.evaluations == 21


def test_steps_that_are_shown_one_by_one_cost_one_evaluation_each(training):
    mine, objective = counted(training)
    for taken in range(6):
        assert mine.go_to(taken) == taken
        mine.step(taken)
        mine.step(taken)  # the page is drawn again
    assert objective.evaluations == 7, "at zeros, after each of five steps, and one step ahead"


def test_after_the_last_step_before_it_runs_away_there_is_none_to_go_to(training):
    mine = descent(training, 10.0, lam=100.0)
    last = mine.go_to(500)
    after = mine.step(last).after
    assert after.cost > 1e6 * mine.costs(0)[0]
    assert mine.go_to(500) == last


class ForOneThread(Objective):
    """J, which notices when it is asked while it is asked."""

    is_asked = False

    def evaluate(self, theta, **options):
        """J, by one caller at a time."""
        assert not self.is_asked
        self.is_asked = True
        at = super().evaluate(theta, **options)
        self.is_asked = False
        return at


def test_several_threads_take_the_same_steps_as_one(training):
    X, y = training.design_matrix(), (training.labels == 1).astype(float)[:, None]
    shared, alone = (Descent(kind(X, y, 1.0), 0.1) for kind in (ForOneThread, Objective))
    everybody = Barrier(4)

    def go(steps):
        everybody.wait()
        assert shared.go_to(steps) == steps
        return shared.step(steps).after.theta

    asked = (10, 200, 60, 200)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(go, asked))
    alone.go_to(200)
    assert np.array_equal(shared.costs(200), alone.costs(200))
    for steps, theta in zip(asked, found, strict=True):
        assert np.array_equal(theta, alone.step(steps).after.theta)


def test_it_ends_where_j_has_run_away(training):
    mine = descent(training, 10.0, lam=100.0)
    taken = mine.go_to(500)
    assert taken < 500
    assert mine.taken == taken
    costs = mine.costs(taken)
    assert costs[-1] > 1e6 * costs[0] >= costs[-2]
    assert mine.runs_away(taken)
    assert not mine.runs_away(taken - 1)
