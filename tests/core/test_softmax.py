"""Softmax: one probability over all classes, as scikit-learn's multinomial regression has it."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.metrics import log_loss as sklearn_log_loss

from logreg_core.config import TrainConfig
from logreg_core.errors import ConfigError
from logreg_core.history import StopReason
from logreg_core.objective import SoftmaxObjective
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.training import fit

SHARP = TrainConfig(multiclass="softmax", optimizer="trust-ncg", tolerance=1e-10)

every_optimizer_for_softmax = pytest.mark.parametrize(
    "name", [name for name, row in OPTIMIZERS.items() if row.does_softmax]
)


def exactly(X, theta):
    """softmax(XΘᵀ), row by row, as it is defined; exact where no z is large."""
    powers = np.array([[math.exp(row @ weights) for weights in theta] for row in X])
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.fixture
def four_classes():
    """X (40, 6) with the bias first, labels 0 to 3, and one Θ (4, 6)."""
    random = np.random.default_rng(5)
    X = np.c_[np.ones(40), random.normal(size=(40, 5))]
    return X, np.arange(40) % 4, random.normal(size=(4, 6))


def one_example(z, own):
    """J of one example with these z, and its gradient: they are the biases, and nothing else is."""
    objective = SoftmaxObjective(np.ones((1, 1)), np.eye(len(z))[[own]], lam=0)
    return objective.cost_and_gradient(np.array(z, float))


# J.


@pytest.mark.parametrize("lam", [0, 1, 17])
def test_cost_is_scikit_learns_log_loss_plus_half_lambda_over_m(four_classes, lam):
    X, labels, theta = four_classes
    cost, _ = SoftmaxObjective(X, np.eye(4)[labels], lam).cost_and_gradient(theta.ravel())
    penalty = lam / (2 * 40) * sum(weight**2 for row in theta for weight in row[1:])
    assert cost == pytest.approx(sklearn_log_loss(labels, exactly(X, theta)) + penalty, rel=1e-12)


@pytest.mark.parametrize("classes", [3, 4, 10])
@pytest.mark.parametrize("lam", [0, 1e6])
def test_at_zero_every_example_costs_the_logarithm_of_the_number_of_classes(classes, lam):
    X = np.random.default_rng(0).normal(size=(20, 3))
    objective = SoftmaxObjective(X, np.eye(classes)[np.arange(20) % classes], lam)
    cost, _ = objective.cost_and_gradient(np.zeros(3 * classes))
    assert cost == pytest.approx(math.log(classes), rel=1e-14)


def test_a_number_that_is_added_to_every_z_changes_nothing(four_classes):
    X, labels, theta = four_classes
    objective = SoftmaxObjective(X, np.eye(4)[labels], lam=0)
    shifted = theta + np.r_[3.0, 0, 0, 0, 0, 0]
    cost, gradient = objective.cost_and_gradient(theta.ravel())
    same_cost, same_gradient = objective.cost_and_gradient(shifted.ravel())
    assert same_cost == pytest.approx(cost, rel=1e-13)
    assert_allclose(same_gradient, gradient, atol=1e-14)


def test_what_one_class_gains_the_others_lose(four_classes):
    X, labels, theta = four_classes
    objective = SoftmaxObjective(X, np.eye(4)[labels], lam=0)
    _, gradient = objective.cost_and_gradient(theta.ravel())
    assert_allclose(gradient.reshape(4, 6).sum(axis=0), 0, atol=1e-14)


@pytest.mark.parametrize(
    ("z", "own", "cost", "gradient"),
    [
        ([1000, 0, -1000], 0, 0, [0, 0, 0]),
        ([1000, 0, -1000], 1, 1000, [1, -1, 0]),
        ([1000, 0, -1000], 2, 2000, [1, 0, -1]),
        ([-1000, -1000, -1000], 1, math.log(3), [1 / 3, -2 / 3, 1 / 3]),
        ([1000, 1000, 1000], 1, math.log(3), [1 / 3, -2 / 3, 1 / 3]),
        ([0, math.log(2), math.log(5)], 2, math.log(8 / 5), [1 / 8, 2 / 8, -3 / 8]),
    ],
)
def test_saturated_examples_are_right_to_the_digit(z, own, cost, gradient):
    computed_cost, computed_gradient = one_example(z, own)
    assert computed_cost == pytest.approx(cost, rel=1e-14)
    assert_allclose(computed_gradient, gradient, atol=1e-14)


def test_a_class_has_no_problem_of_its_own(four_classes):
    X, labels, _ = four_classes
    with pytest.raises(ConfigError, match="Softmax has no problem of class 2 alone"):
        SoftmaxObjective(X, np.eye(4)[labels], lam=1).of_class(2)


# The optimum.


@pytest.mark.parametrize("lam", [0.1, 1, 20])
def test_the_optimum_is_scikit_learns_with_c_one_over_lambda(ten_digits, lam):
    result = fit(ten_digits, TrainConfig.from_dict({**SHARP.to_dict(), "lam": lam}))
    pixels, m = ten_digits.design_matrix()[:, 1:], len(ten_digits)
    peer = LogisticRegression(C=1 / lam, tol=1e-9, max_iter=20_000).fit(pixels, ten_digits.labels)
    of_peer = peer.predict_proba(pixels)
    penalty = lam / (2 * m) * np.square(peer.coef_).sum()
    cost_of_peer = sklearn_log_loss(ten_digits.labels, of_peer) + penalty
    assert result.reason is StopReason.CONVERGED
    assert result.history.cost[-1] == pytest.approx(cost_of_peer, rel=1e-9)
    assert result.history.cost[-1] <= cost_of_peer * (1 + 1e-13)
    assert_allclose(result.model.predict_proba(ten_digits.images), of_peer, atol=1e-5)
    assert_allclose(result.model.theta[:, 1:], peer.coef_, atol=1e-4)


@every_optimizer_for_softmax
def test_every_optimizer_goes_down_to_it(name, three_digits):
    config = TrainConfig(optimizer=name, multiclass="softmax", lam=20, max_iterations=200)
    least = fit(three_digits, TrainConfig.from_dict({**SHARP.to_dict(), "lam": 20})).history.cost
    cost = fit(three_digits, config).history.cost
    assert cost[0] == pytest.approx(math.log(3), rel=1e-14)
    assert least[-1] - 1e-12 <= cost[-1] <= least[-1] + 0.02 * (cost[0] - least[-1])


@pytest.mark.parametrize("name", [name for name, row in OPTIMIZERS.items() if not row.does_softmax])
def test_an_optimizer_that_cannot_do_softmax_says_so_and_what_can(name, three_digits):
    with pytest.raises(ConfigError, match=r"does not do softmax over 3 classes: take L-BFGS-B"):
        fit(three_digits, TrainConfig(optimizer=name, multiclass="softmax"))


def test_an_optimizer_with_a_square_matrix_cannot_do_softmax():
    assert not OPTIMIZERS["bfgs"].does_softmax
    assert OPTIMIZERS["l-bfgs-b"].does_softmax
    assert not any(row.does_softmax for row in OPTIMIZERS.values() if row.keeps_square_matrix)


# The model.


def test_the_model_has_one_theta_a_class_and_probabilities_that_sum_to_1(ten_digits):
    held_out = ten_digits.take(np.arange(0, 120, 3))
    result = fit(ten_digits, TrainConfig(multiclass="softmax"), held_out=held_out)
    assert result.model.theta.shape == (10, 401)
    assert result.model.is_softmax
    probabilities = result.model.predict_proba(ten_digits.images)
    assert_allclose(probabilities, exactly(ten_digits.design_matrix(), result.model.theta))
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-14)
    predicted = result.model.predict(ten_digits.images)
    assert_array_equal(predicted, probabilities.argmax(axis=1))
    last = result.history.step(-1)
    assert last.accuracy == accuracy_score(ten_digits.labels, predicted)
    of_held_out = result.model.predict_proba(held_out.images)
    assert last.held_out_cost == pytest.approx(sklearn_log_loss(held_out.labels, of_held_out))
    assert last.held_out_accuracy == accuracy_score(held_out.labels, of_held_out.argmax(axis=1))


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "bfgs", "sgd", "newton-cg"])
def test_with_two_digits_softmax_is_the_plain_run(pair, optimizer):
    plain, softmax = (
        fit(pair, TrainConfig(optimizer=optimizer, multiclass=kind, max_iterations=5, batch_size=8))
        for kind in ("one-vs-all", "softmax")
    )
    assert softmax.model.theta.shape == (401,)
    assert not softmax.model.is_softmax
    assert softmax.model.theta.tobytes() == plain.model.theta.tobytes()
    assert_array_equal(softmax.history.cost, plain.history.cost)
    assert_array_equal(
        softmax.model.predict_proba(pair.images), plain.model.predict_proba(pair.images)
    )


def test_softmax_and_one_against_the_rest_are_two_models(three_digits):
    one_vs_all, softmax = (
        fit(three_digits, TrainConfig(multiclass=kind)).model for kind in ("one-vs-all", "softmax")
    )
    assert not one_vs_all.is_softmax
    assert not np.allclose(one_vs_all.theta, softmax.theta, atol=1e-2)
    for model in (one_vs_all, softmax):
        probabilities = model.predict_proba(three_digits.images)
        assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-14)
        assert_array_equal(model.predict(three_digits.images), three_digits.labels)
