"""J*, the least J that there is."""

from __future__ import annotations

import pytest
from sklearn.linear_model import LogisticRegression

from logreg_core import (
    TrainConfig,
    cost_and_gradient,
    find_optimum,
    first_within,
    fit,
    load_bundled,
    within_for_good,
)


def test_the_least_cost_is_that_of_scikit_learn():
    digits = load_bundled().only(3, 8)
    X, y = digits.design_matrix(), (digits.labels == 8).astype(float)
    peer = LogisticRegression(C=1 / 2.5, tol=1e-10, max_iter=10_000).fit(X[:, 1:], y)
    theta = [*peer.intercept_, *peer.coef_[0]]
    assert find_optimum(digits, TrainConfig(lam=2.5)).cost == pytest.approx(
        cost_and_gradient(theta, X, y, lam=2.5)[0], abs=1e-10
    )


def test_softmax_has_a_least_cost_of_its_own():
    digits = load_bundled().only(0, 1, 2)
    config = TrainConfig(lam=1, multiclass="softmax", tolerance=1e-9, max_iterations=5000)
    reached = fit(digits, config).history.cost[-1]
    assert find_optimum(digits, config).cost == pytest.approx(reached, abs=1e-12)


def test_separable_digits_without_a_penalty_have_none():
    found = find_optimum(load_bundled().only(0, 1), TrainConfig(lam=0))
    assert found.cost is None
    assert found.is_nowhere


def test_who_is_stopped_has_not_found_it_though_it_is_there():
    found = find_optimum(load_bundled().only(0, 1), TrainConfig(lam=1), stopping=lambda: True)
    assert found.cost is None
    assert not found.is_nowhere


def test_first_within_finds_the_first_step_that_is_near_enough():
    history = fit(load_bundled().only(0, 1), TrainConfig()).history
    step = first_within(history, float(history.cost[-1]), 0.01)
    assert history.cost[step] <= 1.01 * history.cost[-1] < history.cost[step - 1]
    assert first_within(history, 0.0, 0.01) is None


def test_within_for_good_does_not_count_what_is_left_again():
    overshooting = TrainConfig("momentum", learning_rate=1, max_iterations=60)
    history = fit(load_bundled().only(0, 1), overshooting).history
    passed = float(history.cost[1])
    assert first_within(history, passed, 0.0) == 1
    assert history.cost[2:].max() > passed
    step = within_for_good(history, passed, 0.0)
    assert (history.cost[step:] <= passed).all()
    assert history.cost[step - 1] > passed
    assert within_for_good(history, float(history.cost[-1]) / 2, 0.0) is None
