"""The first-order optimisers walk as their papers say, written out here in another form."""

import dataclasses
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize

from logreg_core.config import TrainConfig
from logreg_core.history import StopReason
from logreg_core.objective import Objective, SoftmaxObjective
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.optimizers.first_order import SCHEDULES, learning_rates
from logreg_core.training import fit, targets

STEPS = 8
LAM = 3.0

first_order = [name for name, row in OPTIMIZERS.items() if "learning_rate" in row.settings]
#: Those whose "auto" is 1/L, and those with a step of each weight's own.
plain = ["gradient-descent", "sgd", "momentum", "nesterov"]
adaptive = ["adagrad", "rmsprop", "adam"]

every_schedule = pytest.mark.parametrize("schedule", ["constant", "1/t", "cosine"])


def rates_by_hand(alpha, schedule):
    return {
        "constant": [alpha] * STEPS,
        "1/t": [alpha * 50 / (50 + t) for t in range(STEPS)],
        "cosine": [alpha * math.cos(math.pi * t / (2 * STEPS)) ** 2 for t in range(STEPS)],
    }[schedule]


def gradient_by_hand(dataset, theta, rows=slice(None)):
    """∇J of one pair of digits at λ = 3, with the classical sigmoid."""
    X, y = dataset.design_matrix()[rows], (dataset.labels == dataset.classes[1])[rows]
    slope = sum((1 / (1 + math.exp(-(x @ theta))) - own) * x for x, own in zip(X, y, strict=True))
    return slope / len(X) + LAM / len(dataset) * np.r_[0, theta[1:]]


def faded(terms, keep):
    """Σ keep^age · term: the newest has age 0."""
    return sum(keep**age * term for age, term in enumerate(reversed(terms)))


# Each says where θ is after some iterations, given all gradients and learning rates up to then:
# no running state, so that a mistake in a recurrence cannot be made twice.


def gradient_descent_by_hand(gradients, rates):
    return -sum(rate * gradient for rate, gradient in zip(rates, gradients, strict=True))


def momentum_by_hand(gradients, rates, mu=0.9):
    pushes = [-rate * gradient for rate, gradient in zip(rates, gradients, strict=True)]
    return sum(faded(pushes[:t], mu) for t in range(1, len(pushes) + 1))


def adagrad_by_hand(gradients, rates):
    return -sum(
        rate * gradients[t] / (np.sqrt(sum(g**2 for g in gradients[: t + 1])) + 1e-8)
        for t, rate in enumerate(rates)
    )


def rmsprop_by_hand(gradients, rates):
    squares = [gradient**2 for gradient in gradients]
    return -sum(
        rate * gradients[t] / (np.sqrt(0.1 * faded(squares[: t + 1], 0.9)) + 1e-8)
        for t, rate in enumerate(rates)
    )


def adam_by_hand(gradients, rates):
    # With its correction for the bias, a running mean is a weighted mean of all so far.
    ones, squares = [1.0] * len(gradients), [gradient**2 for gradient in gradients]

    def mean(terms, t, keep):
        return faded(terms[: t + 1], keep) / faded(ones[: t + 1], keep)

    return -sum(
        rate * mean(gradients, t, 0.9) / (np.sqrt(mean(squares, t, 0.999)) + 1e-8)
        for t, rate in enumerate(rates)
    )


by_hand = {
    "gradient-descent": (gradient_descent_by_hand, 0.7),
    "momentum": (momentum_by_hand, 0.1),
    "adagrad": (adagrad_by_hand, 0.2),
    "rmsprop": (rmsprop_by_hand, 0.05),
    "adam": (adam_by_hand, 0.05),
}


def walked(pair, name, alpha, schedule, **settings):
    """The θ of every iteration."""
    config = TrainConfig(
        optimizer=name,
        learning_rate=alpha,
        schedule=schedule,
        lam=LAM,
        max_iterations=STEPS,
        **settings,
    )
    history = fit(pair, config).history
    assert len(history.theta) == 1 + STEPS
    return history.theta


@every_schedule
@pytest.mark.parametrize("name", by_hand)
def test_it_walks_as_the_textbook_says(name, schedule, pair):
    position, alpha = by_hand[name]
    rates = rates_by_hand(alpha, schedule)
    theta, gradients = np.zeros(401), []
    for t, reached in enumerate(walked(pair, name, alpha, schedule)):
        assert_allclose(reached, theta, rtol=1e-9, atol=1e-12, err_msg=f"iteration {t}")
        gradients.append(gradient_by_hand(pair, theta))
        theta = position(gradients, rates[: t + 1]) if t < STEPS else None


@every_schedule
def test_nesterov_walks_as_in_his_paper(schedule, pair):
    # There are two sequences there: y looks ahead along the last step, and θ follows from y.
    alpha, mu = 0.1, 0.8
    before = theta = np.zeros(401)
    rates = rates_by_hand(alpha, schedule)
    reached = walked(pair, "nesterov", alpha, schedule, momentum=mu)
    for t, rate in enumerate(rates):
        ahead = theta + mu * (theta - before)
        before, theta = theta, ahead - rate * gradient_by_hand(pair, ahead)
        assert_allclose(reached[t + 1], theta, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_momentum_it_is_gradient_descent(name, pair):
    still = walked(pair, name, 0.5, "constant", momentum=0)
    assert_array_equal(still, walked(pair, "gradient-descent", 0.5, "constant"))


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])
def test_a_pixel_that_is_always_paper_keeps_its_zero(name, pair):
    paper = ~pair.images.any(axis=0).ravel()
    assert paper.any()
    assert not walked(pair, name, 0.5, "constant")[:, 1:][:, paper].any()


def test_gradient_descent_by_hand_on_two_examples():
    # x = −1 is a 0 and x = 1 is a 1. At θ = 0 both errors are ½, so ∇J = (0, −½).
    row = OPTIMIZERS["gradient-descent"]
    objective = Objective.from_labels([[1, -1], [1, 1]], [0, 1], lam=0)
    options = row.options(TrainConfig(learning_rate=4, max_iterations=1), objective)
    once = minimize(
        objective.cost_and_gradient, np.zeros(2), jac=True, method=row.method, options=options
    )
    assert_allclose(once.x, [0, 2])
    assert once.fun == pytest.approx(math.log(1 + math.exp(-2)))


# Schedules.


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_starts_at_the_learning_rate_and_never_rises(schedule):
    rates = list(learning_rates(0.25, schedule, 400))
    assert len(rates) == 400
    assert rates[0] == 0.25
    assert min(rates) > 0
    assert (np.diff(rates) <= 0).all()


def test_one_over_t_is_halved_after_fifty_and_cosine_half_way():
    assert list(learning_rates(1.0, "1/t", 151))[::50] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    assert list(learning_rates(1.0, "cosine", 300))[::100] == pytest.approx([1, 3 / 4, 1 / 4])


@pytest.mark.parametrize("name", ["sgd", "rmsprop"])
def test_a_learning_rate_that_shrinks_comes_nearer_than_one_that_stays(name, pair):
    # Steps that keep their length go round the optimum, and never into it.
    config = TrainConfig(optimizer=name, lam=20, max_iterations=300, batch_size=4)
    least = fit(pair, TrainConfig(optimizer="trust-ncg", lam=20)).history.cost[-1]
    stays, shrinks = (
        fit(pair, dataclasses.replace(config, schedule=schedule)).history.cost[-1] - least
        for schedule in ("constant", "cosine")
    )
    assert 0 < shrinks < stays / 10


# The learning rate "auto".


@pytest.fixture(scope="module", params=["one-vs-all", "softmax"])
def of_ten(request, ten_digits):
    """An objective of ten classes."""
    kind = SoftmaxObjective if request.param == "softmax" else Objective
    return kind(ten_digits.design_matrix(), targets(ten_digits, ten_digits.classes), 1.0)


def test_every_first_order_optimizer_is_looked_at_here():
    assert first_order == [*plain, *adaptive]


@pytest.mark.parametrize("name", plain)
def test_auto_is_the_safe_learning_rate(name, of_ten):
    options = OPTIMIZERS[name].options(TrainConfig(), of_ten)
    assert options["learning_rate"] == of_ten.safe_learning_rate()


@pytest.mark.parametrize("name", adaptive)
def test_auto_of_steps_of_each_weights_own_is_a_usual_number(name, of_ten):
    row = OPTIMIZERS[name]
    other = Objective.from_labels([[1, 1000], [1, -1000]], [0, 1], lam=1e6)
    rates = {row.options(TrainConfig(), data)["learning_rate"] for data in (of_ten, other)}
    assert len(rates) == 1
    assert 1e-3 <= rates.pop() <= 0.1


@pytest.mark.parametrize("name", first_order)
def test_a_learning_rate_that_is_given_is_taken(name, of_ten):
    options = OPTIMIZERS[name].options(TrainConfig(learning_rate=0.125), of_ten)
    assert options["learning_rate"] == 0.125


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
@pytest.mark.parametrize("lam", [0, 1, 1000])
def test_with_auto_the_cost_of_gradient_descent_never_rises(ten_digits, multiclass, lam):
    config = TrainConfig(
        optimizer="gradient-descent", multiclass=multiclass, lam=lam, max_iterations=60
    )
    cost = fit(ten_digits, config).history.cost
    assert (np.diff(cost) <= 1e-15 * cost[0]).all()
    assert cost[-1] < cost[0]


def test_with_auto_gradient_descent_is_as_near_as_the_theorem_promises(zeros_and_ones):
    # J(θ_t) − J* ≤ ‖θ*‖²L / 2t from θ = 0 (Beck, Teboulle 2009, theorem 3.1).
    best = fit(zeros_and_ones, TrainConfig(optimizer="trust-ncg", tolerance=1e-10))
    config = TrainConfig(optimizer="gradient-descent", max_iterations=300)
    X, m = zeros_and_ones.design_matrix(), len(zeros_and_ones)
    steepest = np.linalg.eigvalsh(X.T @ X)[-1] / (4 * m) + 1 / m
    above = fit(zeros_and_ones, config).history.cost[1:] - best.history.cost[-1]
    promised = 1.003 * np.square(best.model.theta).sum() * steepest / (2 * np.arange(1, 301))
    assert (above <= promised).all()


@pytest.mark.parametrize("name", [name for name in first_order if name != "gradient-descent"])
def test_with_auto_every_other_is_nearer_after_as_many_passes(name, zeros_and_ones):
    config = TrainConfig(optimizer="gradient-descent", max_iterations=300)
    slow = fit(zeros_and_ones, config)
    quick = fit(zeros_and_ones, dataclasses.replace(config, optimizer=name))
    assert quick.history.cost[-1] < slow.history.cost[-1]


# Stochastic gradient descent.


class Watched(Objective):
    """An objective that notes each batch it is asked for: θ and the rows."""

    def __init__(self, dataset):
        super().__init__(dataset.design_matrix(), targets(dataset, dataset.classes), LAM)
        self.batches = []

    def batch_gradient(self, theta, rows):
        """Note it, then answer."""
        self.batches.append((theta.copy(), rows.copy()))
        return super().batch_gradient(theta, rows)


def descend(pair, schedule="constant", batch_size=7, max_iterations=3, seed=0):
    """SGD on the pair, and the batches that it took."""
    objective = Watched(pair)
    config = TrainConfig(
        optimizer="sgd",
        learning_rate=0.3,
        schedule=schedule,
        batch_size=batch_size,
        max_iterations=max_iterations,
        seed=seed,
    )
    row = OPTIMIZERS["sgd"]
    result = minimize(
        objective.cost_and_gradient,
        np.zeros(401),
        jac=True,
        method=row.method,
        options=row.options(config, objective),
    )
    return result.x, objective.batches


@pytest.mark.parametrize("size", [1, 5, 7, 12, 24])
def test_every_pass_takes_every_example_once(pair, size):
    _, batches = descend(pair, batch_size=size)
    of_a_pass = math.ceil(24 / size)
    assert len(batches) == 3 * of_a_pass
    for first in range(0, len(batches), of_a_pass):
        taken = [rows for _, rows in batches[first : first + of_a_pass]]
        assert {len(rows) for rows in taken[:-1]} <= {size}
        assert sorted(np.concatenate(taken)) == list(range(24))


def test_every_pass_has_an_order_of_its_own(pair):
    _, batches = descend(pair, batch_size=24)
    orders = {tuple(rows) for _, rows in batches}
    assert len(orders) == 3
    assert tuple(range(24)) not in orders


@every_schedule
def test_sgd_steps_down_the_gradient_of_each_batch(pair, schedule):
    end, batches = descend(pair, schedule=schedule, max_iterations=STEPS)
    rates = np.repeat(rates_by_hand(0.3, schedule), 4)  # 24 examples are 7 + 7 + 7 + 3
    theta = np.zeros(401)
    for rate, (asked_at, rows) in zip(rates, batches, strict=True):
        assert_allclose(asked_at, theta, rtol=1e-9, atol=1e-12)
        theta = theta - rate * gradient_by_hand(pair, theta, rows)
    assert_allclose(end, theta, rtol=1e-9, atol=1e-12)


@every_schedule
def test_sgd_with_everything_in_one_batch_is_gradient_descent(pair, schedule):
    whole = walked(pair, "sgd", 0.5, schedule, batch_size=24)
    assert_allclose(whole, walked(pair, "gradient-descent", 0.5, schedule), rtol=1e-10, atol=1e-13)


def test_the_seed_alone_decides_the_order(pair):
    thetas = [
        walked(pair, "sgd", 0.5, "constant", batch_size=7, seed=seed)[-1] for seed in (1, 1, 2)
    ]
    assert thetas[0].tobytes() == thetas[1].tobytes() != thetas[2].tobytes()


def test_the_order_of_numpy_elsewhere_is_left_alone(pair):
    np.random.seed(5)  # noqa: NPY002 - somebody else's generator
    untouched = np.random.get_state()[1].tobytes()  # noqa: NPY002 - likewise
    descend(pair)
    assert np.random.get_state()[1].tobytes() == untouched  # noqa: NPY002 - likewise


# Where it started, and where it ended.


@pytest.mark.parametrize("name", [name for name in first_order if name != "sgd"])
def test_it_does_not_change_where_it_started(name):
    start = np.full(3, 2.0)
    row = OPTIMIZERS[name]
    options = {"learning_rate": 0.1, "max_iterations": 3}
    result = minimize(lambda x: (x @ x, 2 * x), start, jac=True, method=row.method, options=options)
    assert_array_equal(start, np.full(3, 2.0))
    assert (result.x != start).all()
    assert result.fun == result.x @ result.x
    assert result.nit == 3


@pytest.mark.parametrize("name", first_order)
def test_a_run_that_is_twice_as_long_begins_the_same(name, pair):
    config = TrainConfig(optimizer=name, max_iterations=5, batch_size=8)
    short, long = (
        fit(pair, dataclasses.replace(config, max_iterations=iterations)) for iterations in (5, 10)
    )
    assert short.reason is StopReason.ITERATIONS
    assert_array_equal(long.history.theta[:6], short.history.theta)
