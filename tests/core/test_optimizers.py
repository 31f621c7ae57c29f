"""Every optimiser in the table goes through SciPy's one door and arrives."""

import dataclasses
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from logreg_core.config import TrainConfig
from logreg_core.history import StopReason
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.training import fit

# How far above the optimum 1000 iterations may end; without an entry, EXACT.
EXACT = 1e-6
APPROACHES = {"gradient-descent": 2e-4}

# A bowl: ½ xᵀAx − bᵀx, whose one minimum solves Ax = b.
A = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
B = np.array([1.0, -2.0, 3.0])

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


def bowl(x):
    return 0.5 * x @ A @ x - B @ x, A @ x - B


def roll_down(name, callback=None):
    """The bowl's minimum, as ``scipy.optimize.minimize`` finds it by one row of the table."""
    row = OPTIMIZERS[name]
    curvature = {"hessp": lambda _, v: A @ v} if row.uses_hessian else {}
    options = row.options(TrainConfig(learning_rate=0.3, max_iterations=300))
    return minimize(
        bowl,
        np.zeros(3),
        jac=True,
        method=row.method,
        callback=callback,
        options=options,
        **curvature,
    )


def newton(X, y, lam):
    """The least J, by Newton's method with the whole Hessian."""
    m, n = X.shape
    penalised = lam * np.r_[0.0, np.ones(n - 1)]
    theta = np.zeros(n)
    for _ in range(30):
        h = 1 / (1 + np.exp(-X @ theta))
        gradient = (X.T @ (h - y) + penalised * theta) / m
        hessian = (X.T @ (X * (h * (1 - h))[:, None]) + np.diag(penalised)) / m
        theta = theta - np.linalg.solve(hessian, gradient)
    assert np.abs(gradient).max() < 1e-14
    h = 1 / (1 + np.exp(-X @ theta))
    loss = -np.mean(np.where(y == 1, np.log(h), np.log(1 - h)))
    return loss + penalised @ theta**2 / (2 * m)


@pytest.fixture(scope="module")
def least_cost(zeros_and_ones):
    return newton(zeros_and_ones.design_matrix(), zeros_and_ones.labels, lam=1.0)


def test_the_table_has_the_optimizers_of_the_first_release():
    assert set(OPTIMIZERS) >= {"bfgs", "l-bfgs-b", "cg", "newton-cg", "gradient-descent"}


def test_nobody_can_change_the_table():
    with pytest.raises(TypeError, match="does not support item assignment"):
        OPTIMIZERS["nonsense"] = OPTIMIZERS["bfgs"]


@every_optimizer
def test_a_row_says_what_a_page_needs(name):
    row = OPTIMIZERS[name]
    assert name == name.lower()
    assert row.label
    assert row.family
    assert row.explanation.endswith(".")
    assert len({other.label for other in OPTIMIZERS.values()}) == len(OPTIMIZERS)


@every_optimizer
def test_the_settings_of_a_row_are_settings_of_a_config(name):
    settings = OPTIMIZERS[name].settings
    assert set(settings) <= {field.name for field in dataclasses.fields(TrainConfig)}
    assert {"lam", "max_iterations", "tolerance"} <= set(settings)


@every_optimizer
def test_a_setting_that_a_row_does_not_name_changes_nothing(name, ten_digits):
    pair = ten_digits.only(3, 8)
    others = {"learning_rate": 0.5, "batch_size": 3, "momentum": 0.1, "seed": 12}
    unused = {key: value for key, value in others.items() if key not in OPTIMIZERS[name].settings}
    usual = TrainConfig(optimizer=name, max_iterations=5)
    unusual = dataclasses.replace(usual, **unused)
    assert fit(pair, usual).model.theta.tobytes() == fit(pair, unusual).model.theta.tobytes()


@every_optimizer
def test_a_setting_that_a_row_names_changes_something(name, ten_digits):
    pair = ten_digits.only(3, 8)
    others = {
        "lam": 5,
        "learning_rate": 0.5,
        "max_iterations": 4,
        "tolerance": 1,
        "batch_size": 3,
        "momentum": 0.1,
        "seed": 12,
    }
    usual = TrainConfig(optimizer=name, max_iterations=5)
    theta = fit(pair, usual).model.theta
    for setting in OPTIMIZERS[name].settings:
        unusual = dataclasses.replace(usual, **{setting: others[setting]})
        assert fit(pair, unusual).model.theta.tobytes() != theta.tobytes(), setting


@every_optimizer
def test_the_optimum_is_the_one_that_newton_finds(name, zeros_and_ones, least_cost):
    config = TrainConfig(optimizer=name, lam=1, max_iterations=1000)
    cost = fit(zeros_and_ones, config).history.cost[-1]
    assert least_cost - 1e-12 <= cost <= least_cost + APPROACHES.get(name, EXACT)


@every_optimizer
def test_scipy_reaches_it_and_finds_the_bottom_of_a_bowl(name):
    assert_allclose(roll_down(name).x, np.linalg.solve(A, B), atol=1e-5)


@every_optimizer
def test_stop_iteration_in_the_callback_stops_it_there(name):
    seen = []

    def two_then_stop(intermediate_result):
        seen.append((intermediate_result.x.copy(), intermediate_result.fun))
        if len(seen) == 2:
            raise StopIteration

    result = roll_down(name, two_then_stop)
    assert len(seen) == result.nit == 2
    np.testing.assert_array_equal(result.x, seen[-1][0])
    assert seen[-1][1] == pytest.approx(bowl(result.x)[0], rel=1e-14)


@every_optimizer
def test_the_cost_that_the_callback_sees_goes_down_a_bowl(name):
    costs = []
    roll_down(name, lambda intermediate_result: costs.append(float(intermediate_result.fun)))
    assert costs[0] < 0  # where it started from
    # Once there, the last digits may go up and down.
    assert (np.diff(costs) <= 1e-14).all()


@every_optimizer
@pytest.mark.parametrize("lam", [0, 1e6])
def test_no_lambda_that_is_accepted_makes_it_warn_or_leave_the_floats(name, lam, ten_digits):
    config = TrainConfig(optimizer=name, lam=lam, learning_rate=1000, max_iterations=60)
    history = fit(ten_digits.only(3, 8), config).history
    assert np.isfinite(history.cost).all()
    assert np.isfinite(history.theta).all()


# Gradient descent.


def test_first_steps_of_gradient_descent_are_those_of_the_textbook(zeros_and_ones):
    alpha, lam, m = 0.7, 3.0, len(zeros_and_ones)
    X, y = zeros_and_ones.design_matrix(), zeros_and_ones.labels
    config = TrainConfig(
        optimizer="gradient-descent", learning_rate=alpha, lam=lam, max_iterations=3
    )
    theta = np.zeros(401)
    for walked in fit(zeros_and_ones, config).history.theta:
        assert_allclose(walked, theta, rtol=1e-11, atol=1e-14)
        h = 1 / (1 + np.exp(-(X @ theta)))
        gradient = X.T @ (h - y) / m
        gradient[1:] += lam / m * theta[1:]
        theta = theta - alpha * gradient


def test_gradient_descent_by_hand_on_two_examples():
    # x = −1 is a 0 and x = 1 is a 1. At θ = 0 both errors are ½, so ∇J = (0, −½).
    row = OPTIMIZERS["gradient-descent"]
    X, y = np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([0.0, 1.0])

    def cost_and_gradient(theta):
        h = 1 / (1 + np.exp(-X @ theta))
        return -np.mean(np.log(np.where(y == 1, h, 1 - h))), X.T @ (h - y) / 2

    options = row.options(TrainConfig(learning_rate=4, max_iterations=1))
    once = minimize(cost_and_gradient, np.zeros(2), jac=True, method=row.method, options=options)
    assert_allclose(once.x, [0, 2])
    assert once.fun == pytest.approx(math.log(1 + math.exp(-2)))


def test_gradient_descent_does_not_change_where_it_started():
    start = np.zeros(3)
    row = OPTIMIZERS["gradient-descent"]
    minimize(bowl, start, jac=True, method=row.method, options={"learning_rate": 0.1})
    np.testing.assert_array_equal(start, np.zeros(3))


def test_gradient_descent_with_far_too_large_a_step_ends_as_diverged(zeros_and_ones):
    # Every step multiplies θ by 1 − αλ/m = −2.8 million: past float64 after 50 at the latest.
    config = TrainConfig(
        optimizer="gradient-descent", lam=1e6, learning_rate=1000, max_iterations=400
    )
    result = fit(zeros_and_ones, config)
    history = result.history
    assert result.reason is StopReason.DIVERGED
    assert 2 < len(history) <= 50
    assert history.cost[-1] > 1e100
    for column in (history.cost, history.penalty, history.gradient_norm, history.theta):
        assert np.isfinite(column).all()
    np.testing.assert_array_equal(history.iteration, np.arange(len(history)))
    np.testing.assert_array_equal(result.model.theta, history.theta[-1])
