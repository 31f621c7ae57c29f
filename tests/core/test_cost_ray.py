"""J along a ray is J at each of its θ."""

import numpy as np
import pytest

from logreg_core import TrainConfig, cost_and_gradient, cost_ray, fit


def trained(dataset, lam):
    theta = fit(dataset, TrainConfig(lam=lam)).model.theta
    return dataset.design_matrix(), (dataset.labels == dataset.classes[1]).astype(float), theta


@pytest.mark.parametrize("lam", [0, 1, 30])
def test_it_is_what_cost_and_gradient_says_of_each_theta(pair, lam):
    X, y, theta = trained(pair, lam=1)
    ray = cost_ray(X, y, theta)
    expected = [cost_and_gradient(c * theta, X, y, lam)[0] for c in ray.factors]
    np.testing.assert_allclose(ray.costs(lam), expected, rtol=1e-9)


def test_it_goes_from_a_tenth_to_a_hundred_times_theta(pair):
    ray = cost_ray(*trained(pair, lam=1))
    assert ray.factors[[0, -1]] == pytest.approx([0.1, 100])
    assert (ray.factors == 1).any() or np.isclose(ray.factors, 1).any()


def test_separated_digits_cost_the_less_the_longer_theta_is_unless_a_penalty_holds_it(pair):
    X, y, theta = trained(pair, lam=0)
    assert (((X @ theta) > 0) == y).all()
    ray = cost_ray(X, y, theta)
    at = ray.costs(0) > 1e-300
    assert (np.diff(ray.costs(0)[at]) < 0).all()
    assert ray.lowest(0) is None
    turn = ray.lowest(1)
    assert (np.diff(ray.costs(1)[: turn + 1]) < 0).all()
    assert (np.diff(ray.costs(1)[turn:]) > 0).all()


def test_a_misread_digit_makes_j_turn_up_without_a_penalty_too(pair):
    X, y, theta = trained(pair, lam=0)
    y[0] = 1 - y[0]
    ray = cost_ray(X, y, theta)
    assert ray.lowest(0) is not None
    assert ray.costs(0)[-1] > ray.costs(0)[0]


def test_it_begins_at_shorter_theta_where_the_penalty_wants_them(pair):
    X, y, theta = trained(pair, lam=1)
    ray = cost_ray(X, y, 1000 * theta)
    assert ray.factors[0] < 0.01
    assert 0 < ray.lowest(1) < len(ray.factors) - 1


def test_many_rows_in_float32_give_the_same(pair):
    X, y, theta = trained(pair, lam=1)
    small = cost_ray(X.astype(np.float32), y, theta)
    np.testing.assert_allclose(small.losses, cost_ray(X, y, theta).losses, rtol=1e-6)


def test_a_digit_misread_by_next_to_nothing_lets_j_fall_far_but_not_for_ever():
    X = np.array([[1.0, -1.0], [1.0, 1.0], [1.0, -1e-6]])
    ray = cost_ray(X, np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.01]))
    assert ray.lowest(0) is None, "it still falls at the longest θ of the chart"
    assert not ray.falls_for_ever
    assert cost_ray(X[:2], np.array([0.0, 1.0]), np.array([0.0, 0.01])).falls_for_ever
