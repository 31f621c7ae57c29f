"""Both losses along a line are what they are at each of its θ."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from logreg_core import cost_and_gradient, losses_on_a_line

STEPS = np.linspace(-2.0, 2.0, 9)


@pytest.fixture
def problem():
    """X, y and a θ that gets some examples wrong."""
    random = np.random.default_rng(5)
    X = np.c_[np.ones(60), random.normal(size=(60, 4))]
    theta = np.array([0.3, 2.0, -1.5, 1.0, 0.5])
    y = (X @ theta + random.normal(size=60) > 0).astype(float)
    return X, y, theta


def test_the_log_loss_is_j_without_penalty_at_each_theta_of_the_line(problem):
    X, y, theta = problem
    line = losses_on_a_line(X @ theta, y, STEPS)
    for step, mean, slope in zip(STEPS, line.log_loss.mean, line.log_loss.slope, strict=True):
        cost, gradient = cost_and_gradient(step * theta, X, y, 0.0)
        assert mean == pytest.approx(cost, rel=1e-12)
        assert slope == pytest.approx(gradient @ theta, rel=1e-10)


def test_the_squared_error_is_the_mean_of_h_minus_y_squared(problem):
    X, y, theta = problem
    line = losses_on_a_line(X @ theta, y, STEPS)
    by_hand = [np.mean((expit(X @ (step * theta)) - y) ** 2) for step in STEPS]
    np.testing.assert_allclose(line.squared_error.mean, by_hand, rtol=1e-12)


@pytest.mark.parametrize("loss", ["log_loss", "squared_error"])
def test_slope_and_curvature_are_the_derivatives(problem, loss):
    X, y, theta = problem
    width = 1e-4
    below, here, above = (
        getattr(losses_on_a_line(X @ theta, y, STEPS + shift), loss)
        for shift in (-width, 0.0, width)
    )
    np.testing.assert_allclose(here.slope, (above.mean - below.mean) / (2 * width), atol=1e-6)
    np.testing.assert_allclose(here.curvature, (above.slope - below.slope) / (2 * width), atol=1e-6)


def test_only_the_squared_error_bends_down_and_is_flat_where_all_is_wrong(problem):
    X, _, theta = problem
    separated = (X @ theta > 0).astype(float)  # right at θ, so wrong at −θ
    line = losses_on_a_line(X @ theta, separated, np.linspace(-20, 20, 81))
    assert not line.log_loss.bends_down.any()
    assert line.squared_error.bends_down[0]
    assert abs(line.squared_error.slope[0]) < 0.05
    assert line.log_loss.slope[0] == pytest.approx(-np.abs(X @ theta).mean(), rel=0.01)


def test_huge_margins_give_finite_numbers():
    line = losses_on_a_line(np.array([2000.0, -2000.0]), np.array([1.0, 1.0]), STEPS)
    for curve in (line.log_loss, line.squared_error):
        assert np.isfinite([curve.mean, curve.slope, curve.curvature]).all()
