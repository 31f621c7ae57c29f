"""An optimiser may tell what it knows of J in float32; what is said of the end is exact."""

import dataclasses
import math
from types import MappingProxyType

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.optimize import OptimizeResult

from logreg_core.config import TrainConfig
from logreg_core.history import StopReason
from logreg_core.objective import Objective, cost_and_gradient
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.optimizers.first_order import asks_to_stop
from logreg_core.training import fit

# How far the J that is told is from the true one.
ROUGHLY = 1 + 1e-4


def roughly_descending(gradient_told=1.0, cost_told=ROUGHLY):
    """Gradient descent that tells J and ∇J wrong by these factors."""

    def method(_, x0, *, objective, callback, max_iterations=400, stalls_after=math.inf, **__):
        theta = x0
        for iteration in range(1, max_iterations + 1):
            theta = theta - 0.5 * objective.evaluate(theta).gradient
            at = Objective(objective.X, objective.targets, objective.lam).evaluate(theta)
            told = dataclasses.replace(
                at, cost=at.cost * cost_told, gradient=at.gradient * gradient_told
            )
            if asks_to_stop(callback, OptimizeResult(x=theta, nit=iteration, evaluation=told)):
                break
            if iteration >= stalls_after:
                break
        return OptimizeResult(x=theta, nit=iteration)

    return method


@pytest.fixture
def optimizer(monkeypatch):
    """Put an optimiser that tells roughly into the table, and say its name."""

    def entered(method, **options):
        row = dataclasses.replace(
            OPTIMIZERS["gradient-descent"],
            method=method,
            options=lambda config, objective: {
                "objective": objective,
                "max_iterations": config.max_iterations,
                **options,
            },
            keeps_square_matrix=options.pop("keeps_square_matrix", False),
        )
        table = MappingProxyType({**OPTIMIZERS, "gradient-descent": row})
        monkeypatch.setattr("logreg_core.training.OPTIMIZERS", table)
        monkeypatch.setattr("logreg_core.config.OPTIMIZERS", table)
        return "gradient-descent"

    return entered


def true_cost(result, dataset):
    y = (dataset.labels == dataset.classes[1]).astype(float)
    lam = result.model.config.lam
    return cost_and_gradient(result.model.theta, dataset.design_matrix(), y, lam)[0]


def test_steps_on_the_way_are_recorded_as_they_are_told(pair, optimizer):
    config = TrainConfig(optimizer=optimizer(roughly_descending()), tolerance=0, max_iterations=5)
    told = fit(pair, config).history
    optimizer(roughly_descending(cost_told=1.0))
    exact = fit(pair, config).history
    assert told.cost[1:-1] == pytest.approx(exact.cost[1:-1] * ROUGHLY, rel=1e-12)
    assert_array_equal(told.theta, exact.theta)


def stop_at_5(step):
    if step.iteration == 5:
        raise StopIteration


@pytest.mark.parametrize(
    ("settings", "callback", "stalls_after", "reason"),
    [
        ({"tolerance": 1e-2}, None, math.inf, StopReason.CONVERGED),
        ({"tolerance": 0, "max_iterations": 5}, None, math.inf, StopReason.ITERATIONS),
        ({"tolerance": 0}, stop_at_5, math.inf, StopReason.VISITOR),
        ({"tolerance": 0}, None, 5, StopReason.STALLED),
    ],
)
def test_the_last_step_is_exact_whatever_the_run_ended_by(  # noqa: PLR0917 - pytest names them
    pair, optimizer, settings, callback, stalls_after, reason
):
    name = optimizer(roughly_descending(), stalls_after=stalls_after)
    config = TrainConfig(optimizer=name, **settings)
    result = fit(pair, config, callback, held_out=pair)
    assert result.reason is reason
    assert result.history.cost[-1] == pytest.approx(true_cost(result, pair), rel=1e-14)
    last = result.history.step(-1)
    assert last.held_out_cost == pytest.approx(last.cost - last.penalty, rel=1e-5)


@pytest.mark.usefixtures("ticking_clock")
def test_the_last_step_of_a_run_whose_time_is_spent_is_exact(pair, optimizer):
    config = TrainConfig(optimizer=optimizer(roughly_descending()), tolerance=0, max_seconds=8)
    result = fit(pair, config)
    assert result.reason is StopReason.TIME
    assert result.history.cost[-1] == pytest.approx(true_cost(result, pair), rel=1e-14)


def test_a_run_that_was_told_too_early_that_it_converged_goes_on(pair, optimizer):
    config = TrainConfig(optimizer=optimizer(roughly_descending(gradient_told=0.5)), tolerance=1e-2)
    result = fit(pair, config)
    assert result.reason is StopReason.CONVERGED
    assert result.history.gradient_norm[-1] <= 1e-2
    # Where it was told so, and it was not true, the truth is recorded.
    assert (result.history.gradient_norm[:-1] > 1e-2).all()


def test_a_run_that_was_told_that_it_diverged_goes_on_if_it_has_not(pair, optimizer):
    name = optimizer(roughly_descending(cost_told=np.inf))
    result = fit(pair, TrainConfig(optimizer=name, tolerance=0, max_iterations=3))
    assert result.reason is StopReason.ITERATIONS
    assert np.isfinite(result.history.cost).all()


def test_what_is_told_of_one_class_is_not_taken_for_all(three_digits, optimizer):
    costs = []
    for factor in (1.0, 7.0):
        name = optimizer(roughly_descending(cost_told=factor), keeps_square_matrix=True)
        result = fit(three_digits, TrainConfig(optimizer=name, tolerance=0, max_iterations=3))
        assert result.iterations == 9
        costs.append(result.history.cost)
    assert_array_equal(*costs)


def test_the_fast_optimiser_ends_with_an_exact_cost(zeros_and_ones):
    result = fit(zeros_and_ones, TrainConfig(optimizer="sampled-surrogate"))
    assert result.reason is StopReason.CONVERGED
    assert result.history.cost[-1] == pytest.approx(true_cost(result, zeros_and_ones), rel=1e-14)
