"""Every optimiser in the table goes through SciPy's one door and arrives.

What the first-order ones do on the way is in test_first_order.py.
"""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from logreg_core.config import TrainConfig
from logreg_core.objective import Objective
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.training import fit

# A bowl: ½ xᵀAx − bᵀx, whose one minimum solves Ax = b.
A = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
B = np.array([1.0, -2.0, 3.0])

# For the options of a row, which ask the data for nothing but a learning rate.
ANY = Objective.from_labels([[1, -1], [1, 1]], [0, 1], lam=1)

# Steps down the bowl; AdaGrad's shrink by themselves, and it is a long way down.
ALPHA = {"adagrad": 2.0}
USUAL_ALPHA = 0.2

# How near the bottom each comes in 300 iterations.
ROUGH = {"rmsprop": 1e-2}
USUALLY = 1e-4

by_curvature = [name for name, row in OPTIMIZERS.items() if "learning_rate" not in row.settings]
by_learning_rate = [name for name in OPTIMIZERS if name not in by_curvature]
# An optimiser that works on the examples themselves can roll down no bowl.
rollers = [
    name for name, row in OPTIMIZERS.items() if "objective" not in row.options(TrainConfig(), ANY)
]
can_do_softmax = [name for name, row in OPTIMIZERS.items() if row.does_softmax]
# On data so small it works on all rows at once, and is there after its first iteration.
SHOWS_ON_LARGE_DATA = {"sampled-surrogate": {"max_iterations", "seed"}}

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
every_roller = pytest.mark.parametrize("name", rollers)


def bowl(x):
    return 0.5 * x @ A @ x - B @ x, A @ x - B


def roll_down(name, callback=None):
    """The bowl's minimum, as ``scipy.optimize.minimize`` finds it by one row of the table."""
    row = OPTIMIZERS[name]
    curvature = {"hessp": lambda _, v: A @ v} if row.uses_hessian else {}
    rate = ALPHA.get(name, USUAL_ALPHA)
    config = TrainConfig(learning_rate=rate, schedule="cosine", max_iterations=300)
    return minimize(
        bowl,
        np.full(3, 2.0),
        jac=True,
        method=row.method,
        callback=callback,
        options=row.options(config, ANY),
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


# The table.


def test_the_table_has_every_optimizer_that_was_promised():
    assert set(OPTIMIZERS) >= {
        *("bfgs", "l-bfgs-b", "cg", "newton-cg", "trust-ncg"),
        *("gradient-descent", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"),
    }


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


# Settings.


@every_optimizer
def test_the_settings_of_a_row_are_settings_of_a_config(name):
    settings = OPTIMIZERS[name].settings
    assert len(set(settings)) == len(settings)
    assert set(settings) <= {field.name for field in dataclasses.fields(TrainConfig)}
    assert {"lam", "max_iterations", "max_seconds", "tolerance"} <= set(settings)


@every_optimizer
def test_a_setting_that_a_row_does_not_name_changes_nothing(name, pair):
    others = {
        "learning_rate": 0.5,
        "schedule": "cosine",
        "batch_size": 3,
        "momentum": 0.1,
        "seed": 12,
        "multiclass": "softmax",
    }
    unused = {key: value for key, value in others.items() if key not in OPTIMIZERS[name].settings}
    usual = TrainConfig(optimizer=name, max_iterations=5, batch_size=8)
    unusual = dataclasses.replace(usual, **unused)
    assert fit(pair, usual).model.theta.tobytes() == fit(pair, unusual).model.theta.tobytes()


@every_optimizer
def test_a_setting_that_a_row_names_changes_something(name, pair):
    others = {
        "lam": 5,
        "learning_rate": 0.5,
        "schedule": "cosine",
        "max_iterations": 2,
        "tolerance": 1,
        "batch_size": 3,
        "momentum": 0.1,
        "seed": 12,
    }
    usual = TrainConfig(optimizer=name, max_iterations=3, batch_size=8)
    theta = fit(pair, usual).model.theta
    # That max_seconds ends a run is told by test_stop_reasons.py, with a clock of its own.
    unseen = {"max_seconds"} | SHOWS_ON_LARGE_DATA.get(name, set())
    for setting in [setting for setting in OPTIMIZERS[name].settings if setting not in unseen]:
        unusual = dataclasses.replace(usual, **{setting: others[setting]})
        assert fit(pair, unusual).model.theta.tobytes() != theta.tobytes(), setting


@every_optimizer
def test_the_options_of_a_row_follow_the_settings_that_it_names(name):
    row = OPTIMIZERS[name]
    others = {
        "learning_rate": 0.5,
        "schedule": "cosine",
        "max_iterations": 7,
        "batch_size": 3,
        "momentum": 0.1,
        "seed": 12,
    }
    usual = row.options(TrainConfig(), ANY)
    for setting, value in others.items():
        unusual = row.options(TrainConfig(**{setting: value}), ANY)
        assert (unusual != usual) is (setting in row.settings), setting


# The optimum.


@pytest.mark.parametrize("name", by_curvature)
def test_the_optimum_is_the_one_that_newton_finds(name, zeros_and_ones, least_cost):
    config = TrainConfig(optimizer=name, lam=1, max_iterations=1000)
    cost = fit(zeros_and_ones, config).history.cost[-1]
    assert least_cost - 1e-12 <= cost <= least_cost + 1e-6


@pytest.mark.parametrize("name", by_learning_rate)
def test_nobody_comes_below_the_optimum_and_everybody_near_it(name, zeros_and_ones, least_cost):
    config = TrainConfig(optimizer=name, lam=1, max_iterations=600)
    cost = fit(zeros_and_ones, config).history.cost
    assert cost.min() >= least_cost - 1e-12
    assert cost[-1] - least_cost < 0.01 * (cost[0] - least_cost)


@every_roller
def test_scipy_reaches_it_and_finds_the_bottom_of_a_bowl(name):
    found = roll_down(name).x
    assert_allclose(found, np.linalg.solve(A, B), atol=ROUGH.get(name, USUALLY))


@every_roller
def test_stop_iteration_in_the_callback_stops_it_there(name):
    seen = []

    def two_then_stop(intermediate_result):
        seen.append(intermediate_result.x.copy())
        if len(seen) == 2:
            raise StopIteration

    result = roll_down(name, two_then_stop)
    assert len(seen) == result.nit == 2
    np.testing.assert_array_equal(result.x, seen[-1])
    assert result.fun == pytest.approx(bowl(result.x)[0], rel=1e-14)


@pytest.mark.parametrize(
    "name", [name for name in [*by_curvature, "gradient-descent"] if name in rollers]
)
def test_those_that_never_go_up_never_go_up_a_bowl(name):
    costs = [bowl(np.full(3, 2.0))[0]]
    roll_down(name, lambda intermediate_result: costs.append(bowl(intermediate_result.x)[0]))
    assert costs[1] < costs[0]
    # Once there, the last digits may go up and down.
    assert (np.diff(costs) <= 1e-14).all()


# Whatever is asked for.


@every_optimizer
@pytest.mark.parametrize("learning_rate", ["auto", 1000])
@pytest.mark.parametrize("lam", [0, 1e6])
def test_no_lambda_that_is_accepted_makes_it_warn_or_leave_the_floats(
    name, lam, learning_rate, pair
):
    config = TrainConfig(
        optimizer=name, lam=lam, learning_rate=learning_rate, max_iterations=60, batch_size=8
    )
    result = fit(pair, config)
    for column in ("cost", "penalty", "gradient_norm", "passes", "theta"):
        assert np.isfinite(getattr(result.history, column)).all()
    assert np.isfinite(result.model.theta).all()


# The same again.


@pytest.mark.parametrize(
    ("name", "digits", "multiclass"),
    [
        *((name, (3, 8), "one-vs-all") for name in OPTIMIZERS),
        *((name, (1, 4, 8), "one-vs-all") for name in OPTIMIZERS),
        *((name, (1, 4, 8), "softmax") for name in can_do_softmax),
    ],
)
def test_the_same_config_and_data_give_the_same_run_to_the_last_bit(
    name, digits, multiclass, ten_digits
):
    chosen = ten_digits.only(*digits)
    config = TrainConfig(optimizer=name, multiclass=multiclass, max_iterations=5, batch_size=8)
    once, again = (
        fit(dataclasses.replace(chosen, images=chosen.images.copy()), config) for _ in range(2)
    )
    assert once.model.theta.tobytes() == again.model.theta.tobytes()
    assert once.history.theta.tobytes() == again.history.theta.tobytes()
    assert once.history.cost.tobytes() == again.history.cost.tobytes()
    assert (once.reason, once.evaluations, once.passes) == (
        *(again.reason, again.evaluations, again.passes),
    )
