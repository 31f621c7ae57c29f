"""J, its gradient and its Hessian agree with the course, the calculus and scikit-learn.

Softmax has a file of its own, test_softmax.py; what holds for both kinds is here.
"""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import hadamard
from scipy.optimize import check_grad
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss as sklearn_log_loss

from logreg_core.errors import ConfigError, DataError
from logreg_core.objective import Objective, SoftmaxObjective, cost_and_gradient, log_loss

# Of the last decimal that the course prints.
PRINTED = 5e-7

both_kinds = pytest.mark.parametrize(
    "four_classes", [Objective, SoftmaxObjective], ids=["one-vs-all", "softmax"], indirect=True
)


@pytest.fixture
def two_classes():
    """X (40, 6) with the bias first, and y of 0 and 1 that no plane separates."""
    random = np.random.default_rng(3)
    X = np.c_[np.ones(40), random.normal(size=(40, 5))]
    return X, random.integers(0, 2, 40).astype(float)


@pytest.fixture
def four_classes(two_classes, request):
    """An objective of four classes at once, and one θ for it, flat."""
    kind = getattr(request, "param", Objective)
    X, _ = two_classes
    random = np.random.default_rng(4)
    targets = np.eye(4)[random.integers(0, 4, len(X))]
    return kind(X, targets, lam=2.5), random.normal(size=4 * X.shape[1])


def one_example(z, y):
    """J of a single example whose z is the bias, and its gradient: nothing else is in it."""
    cost, gradient = cost_and_gradient([z], [[1.0]], [y], lam=0)
    return cost, gradient[0]


# Published values.


def test_cost_and_gradient_are_those_that_the_course_prints():
    X = np.c_[np.ones(5), np.arange(1, 16).reshape(5, 3, order="F") / 10]
    cost, gradient = cost_and_gradient([-2, -1, 1, 2], X, [1, 0, 1, 0, 1], lam=3)
    assert cost == pytest.approx(2.534819, abs=PRINTED)
    assert_allclose(gradient, [0.146561, -0.548558, 0.724722, 1.398003], rtol=0, atol=PRINTED)


@pytest.mark.parametrize("lam", [0, 1, 1e6])
def test_at_zero_every_example_costs_log_2(two_classes, lam):
    X, y = two_classes
    cost, _ = cost_and_gradient(np.zeros(6), X, y, lam)
    assert cost == pytest.approx(math.log(2), rel=1e-15)


# Calculus.


@pytest.mark.parametrize("lam", [0, 0.3, 40])
def test_gradient_is_the_slope_of_the_cost(two_classes, lam):
    X, y = two_classes
    for theta in np.random.default_rng(0).normal(size=(5, 6)):
        error = check_grad(
            lambda at: cost_and_gradient(at, X, y, lam)[0],
            lambda at: cost_and_gradient(at, X, y, lam)[1],
            theta,
        )
        assert error < 1e-6


@both_kinds
def test_gradient_of_several_classes_is_the_slope_of_their_cost(four_classes):
    objective, theta = four_classes
    error = check_grad(
        lambda at: objective.cost_and_gradient(at)[0],
        lambda at: objective.cost_and_gradient(at)[1],
        theta,
    )
    assert error < 1e-6


@both_kinds
def test_hessian_product_is_the_slope_of_the_gradient(four_classes):
    objective, theta = four_classes
    step = 1e-5
    for direction in np.random.default_rng(1).normal(size=(3, objective.size)):
        ahead = objective.cost_and_gradient(theta + step * direction)[1]
        behind = objective.cost_and_gradient(theta - step * direction)[1]
        assert_allclose(
            objective.hessian_product(theta, direction),
            (ahead - behind) / (2 * step),
            rtol=1e-6,
            atol=1e-9,
        )


# scikit-learn.


@pytest.mark.parametrize("lam", [0, 1, 17])
def test_cost_is_scikit_learns_log_loss_plus_half_lambda_over_m(two_classes, lam):
    X, y = two_classes
    theta = np.random.default_rng(2).normal(size=6)
    h = 1 / (1 + np.exp(-X @ theta))
    penalty = lam / (2 * len(X)) * sum(weight**2 for weight in theta[1:])
    cost, _ = cost_and_gradient(theta, X, y, lam)
    assert cost == pytest.approx(sklearn_log_loss(y, h) + penalty, rel=1e-12)


@pytest.mark.parametrize("lam", [0.1, 1, 10])
def test_gradient_vanishes_where_scikit_learn_with_c_one_over_lambda_arrives(two_classes, lam):
    X, y = two_classes
    peer = LogisticRegression(C=1 / lam, tol=1e-12, solver="newton-cholesky").fit(X[:, 1:], y)
    theta = np.r_[peer.intercept_, peer.coef_[0]]
    cost, gradient = cost_and_gradient(theta, X, y, lam)
    assert_allclose(gradient, 0, atol=1e-9)
    for direction in np.eye(6):
        assert cost_and_gradient(theta + 0.01 * direction, X, y, lam)[0] > cost
        assert cost_and_gradient(theta - 0.01 * direction, X, y, lam)[0] > cost


# Saturation.


@pytest.mark.parametrize(
    ("z", "y", "cost"),
    [
        (1000, 1, 0),  # e^−1000 is smaller than any float64
        (1000, 0, 1000),
        (-1000, 1, 1000),
        (-1000, 0, 0),
        (40, 1, math.log1p(math.exp(-40))),
        (-40, 0, math.log1p(math.exp(-40))),
        (40, 0, 40 + math.log1p(math.exp(-40))),
        (-700, 0, math.exp(-700)),
        (1e-9, 1, math.log(2) - 5e-10),
    ],
)
def test_cost_of_a_saturated_example_is_right_to_the_digit(z, y, cost):
    assert one_example(z, y)[0] == pytest.approx(cost, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    ("z", "y", "slope"), [(1000, 1, 0), (1000, 0, 1), (-1000, 1, -1), (-1000, 0, 0)]
)
def test_gradient_of_a_saturated_example_is_its_error(z, y, slope):
    assert one_example(z, y)[1] == slope


def test_hessian_of_a_saturated_example_is_flat():
    objective = Objective.from_labels([[1.0, 1.0]], [1.0], lam=0)
    curvature = objective.hessian_product(np.array([0.0, 1000.0]), np.ones(2))
    assert_allclose(curvature, 0, atol=1e-300)


def test_log_loss_keeps_the_shape_of_its_margins():
    margins = np.array([[0.0, 40.0], [-1000.0, 1000.0]])
    costs = log_loss(margins, np.array([[1.0], [0.0]]))
    assert_allclose(costs, [[math.log(2), math.exp(-40)], [0, 1000]], rtol=1e-15)


# The penalty.


def test_bias_is_never_penalised(two_classes):
    X, y = two_classes
    only_bias = np.r_[5.0, np.zeros(5)]
    small, large = (cost_and_gradient(only_bias, X, y, lam) for lam in (0, 1e6))
    assert small[0] == large[0]
    assert_allclose(small[1], large[1], rtol=1e-12)
    objective = Objective.from_labels(X, y, lam=1e6)
    free = Objective.from_labels(X, y, lam=0)
    assert_allclose(
        objective.hessian_product(only_bias, only_bias), free.hessian_product(only_bias, only_bias)
    )


@both_kinds
def test_bias_of_several_classes_is_never_penalised(four_classes):
    objective, _ = four_classes
    biases = np.c_[[5.0, -1.0, 2.0, 0.5], np.zeros((4, 5))].ravel()
    heavy = type(objective)(objective.X, objective.targets, lam=1e6)
    free = type(objective)(objective.X, objective.targets, lam=0)
    assert heavy.evaluate(biases).penalty == 0
    assert heavy.cost_and_gradient(biases)[0] == free.cost_and_gradient(biases)[0]
    assert_allclose(
        heavy.cost_and_gradient(biases)[1], free.cost_and_gradient(biases)[1], rtol=1e-12
    )
    assert_allclose(
        heavy.hessian_product(biases, biases), free.hessian_product(biases, biases), rtol=1e-12
    )
    rows = np.array([3, 1, 4])
    assert_allclose(
        heavy.batch_gradient(biases, rows), free.batch_gradient(biases, rows), rtol=1e-12
    )


@both_kinds
def test_penalty_of_several_classes_adds_up_over_them(four_classes):
    objective, theta = four_classes
    weights = [weight for row in theta.reshape(4, 6) for weight in row[1:]]
    expected = 2.5 / (2 * 40) * sum(weight**2 for weight in weights)
    assert objective.evaluate(theta).penalty == pytest.approx(expected, rel=1e-12)


def test_penalty_is_told_apart_from_the_cost(two_classes):
    X, y = two_classes
    theta = np.arange(6.0)
    at = Objective.from_labels(X, y, lam=8).evaluate(theta)
    assert at.penalty == 8 / (2 * 40) * (1 + 4 + 9 + 16 + 25)
    assert at.cost - at.penalty == pytest.approx(cost_and_gradient(theta, X, y, lam=0)[0])


# Several classes.


def test_cost_of_one_against_the_rest_is_the_sum_of_the_single_costs(four_classes):
    objective, theta = four_classes
    singles = [
        cost_and_gradient(block, objective.X, wanted, objective.lam)
        for block, wanted in zip(theta.reshape(4, -1), objective.targets.T, strict=True)
    ]
    cost, gradient = objective.cost_and_gradient(theta)
    assert cost == pytest.approx(sum(single for single, _ in singles), rel=1e-13)
    assert_allclose(gradient, np.concatenate([single for _, single in singles]), rtol=1e-12)


def test_one_class_taken_out_has_its_own_cost(four_classes):
    objective, theta = four_classes
    block = theta.reshape(4, -1)[2]
    cost, _ = objective.of_class(2).cost_and_gradient(block)
    expected, _ = cost_and_gradient(block, objective.X, objective.targets[:, 2], objective.lam)
    assert cost == pytest.approx(expected, rel=1e-14)


# Batches.


@both_kinds
@pytest.mark.parametrize("size", [1, 7, 39, 40])
def test_gradients_of_the_batches_of_a_pass_average_to_the_gradient(four_classes, size):
    objective, theta = four_classes
    order = np.random.default_rng(6).permutation(40)
    total = np.zeros(objective.size)
    for first in range(0, 40, size):
        rows = order[first : first + size]
        total += len(rows) * objective.batch_gradient(theta, rows)
    assert_allclose(total / 40, objective.cost_and_gradient(theta)[1], rtol=1e-11, atol=1e-14)


@both_kinds
def test_gradient_of_a_batch_is_that_of_its_examples_alone(four_classes):
    objective, theta = four_classes
    rows = np.array([7, 0, 31])
    # λ/m is of all 40 examples: a batch of 3 must not be penalised as if it were all of them.
    alone = type(objective)(objective.X[rows], objective.targets[rows], lam=2.5 * 3 / 40)
    assert_allclose(
        objective.batch_gradient(theta, rows), alone.cost_and_gradient(theta)[1], rtol=1e-11
    )


# The learning rate that is safe.


def largest_safe(objective):
    """1/L with L = λmax(XᵀX)/(4m) + λ/m; for softmax 2m in place of 4m (Böhning 1992)."""
    X, m = objective.X, len(objective.X)
    share = 2 if isinstance(objective, SoftmaxObjective) else 4
    return 1 / (np.linalg.eigvalsh(X.T @ X)[-1] / (share * m) + objective.lam / m)


def assert_safe_and_no_smaller_than_need_be(objective):
    largest = largest_safe(objective)
    # Two ways of computing λmax may differ in its last digits.
    assert (1 - 0.003) * largest <= objective.safe_learning_rate() <= (1 + 1e-12) * largest


@both_kinds
@pytest.mark.parametrize("lam", [0, 2.5, 1e6])
def test_safe_learning_rate_is_one_over_the_largest_curvature(four_classes, lam):
    objective, _ = four_classes
    assert_safe_and_no_smaller_than_need_be(type(objective)(objective.X, objective.targets, lam))


@pytest.mark.parametrize("kind", [Objective, SoftmaxObjective])
@pytest.mark.parametrize("images", [1, 2, 5, 120])
def test_safe_learning_rate_is_right_for_images(ten_digits, kind, images):
    X = ten_digits.design_matrix()[:images]
    targets = np.eye(10)[ten_digits.labels[:images]]
    assert_safe_and_no_smaller_than_need_be(kind(X, targets, lam=1))


@pytest.mark.parametrize(
    "columns",
    [
        np.zeros((64, 0)),
        np.zeros((64, 30)),
        np.ones((64, 30)),
        np.tile(np.linspace(0, 1, 64)[:, None], (1, 5)),
        hadamard(64)[:, [40, 40]] * [3, -3],
        np.c_[hadamard(64)[:, 1:31], hadamard(64)[:, [40, 40]] * [3, -3]],
        np.full((64, 2), 1e100),
    ],
    ids=["none", "blank", "constant", "repeated", "opposite", "opposite, among others", "huge"],
)
def test_safe_learning_rate_is_right_whatever_the_columns(columns):
    X = np.c_[np.ones(64), columns]
    assert_safe_and_no_smaller_than_need_be(Objective(X, np.eye(64, 1), lam=1))


def test_safe_learning_rate_is_the_same_to_the_last_bit_each_time():
    # A start that sees nothing of the steepest direction, (0, 1, −1), must not be mended at random.
    objective = Objective.from_labels([[1, 10, -10], [1, -10, 10]], [0, 1], lam=1)
    assert len({objective.safe_learning_rate() for _ in range(50)}) == 1


@both_kinds
@pytest.mark.parametrize("lam", [0, 2.5, 1e6])
def test_a_step_at_the_safe_learning_rate_never_goes_up(four_classes, lam):
    objective, theta = four_classes
    objective = type(objective)(objective.X, objective.targets, lam)
    rate = objective.safe_learning_rate()
    for start in (theta, 30 * theta, np.zeros_like(theta)):
        here = start
        cost, gradient = objective.cost_and_gradient(here)
        for _ in range(20):
            here = here - rate * gradient
            lower, gradient = objective.cost_and_gradient(here)
            assert lower <= cost * (1 + 1e-15)
            cost = lower


def test_the_bound_on_the_curvature_is_met_where_h_is_one_half():
    # One column, θ = 0: J'' = Σ x²/(4m) + λ/m exactly, so no larger rate would be safe.
    x = np.array([1.0, 2.0, -3.0])
    objective = Objective(x[:, None], np.array([[0.0], [1.0], [0.0]]), lam=0)
    curvature = objective.hessian_product(np.zeros(1), np.ones(1))[0]
    assert curvature == pytest.approx(1 / largest_safe(objective), rel=1e-12)


# Separation.


@pytest.mark.parametrize(
    ("margins", "targets", "separated"),
    [
        ([[-1], [2]], [[0], [1]], True),
        ([[-1e-300], [1e-300]], [[0], [1]], True),
        ([[-1], [0]], [[0], [1]], False),  # on the boundary is no side
        ([[1], [2]], [[0], [1]], False),
        ([[-1], [-2]], [[0], [1]], False),
        ([[-1, 5], [2, 5]], [[0, 1], [1, 0]], True),  # one of the two classes is enough
        ([[1, 5], [2, 5]], [[0, 1], [1, 0]], False),
    ],
)
def test_a_class_is_separated_when_all_examples_are_on_their_side(margins, targets, separated):
    assert Objective.separates(np.array(margins, float), np.array(targets, float)) is separated


@pytest.mark.parametrize(
    ("margins", "separated"),
    [
        ([[-5, -6, -7], [1, 2, 1]], True),
        ([[-5, -5, -7], [1, 2, 1]], False),  # a tie is no largest
        ([[-5, -6, -7], [3, 2, 1]], False),
    ],
)
def test_softmax_separates_when_each_own_class_has_the_largest_z(margins, separated):
    targets = np.array([[1.0, 0, 0], [0, 1, 0]])
    assert SoftmaxObjective.separates(np.array(margins, float), targets) is separated


# Passes over the data.


@both_kinds
def test_an_evaluation_and_a_hessian_product_are_one_pass_each(four_classes):
    objective, theta = four_classes
    assert (objective.passes, objective.evaluations) == (0, 0)
    objective.cost_and_gradient(theta)
    assert (objective.passes, objective.evaluations) == (1, 1)
    objective.cost_and_gradient(theta.copy())
    assert (objective.passes, objective.evaluations) == (1, 1)  # known already
    objective.hessian_product(theta, np.ones_like(theta))
    assert (objective.passes, objective.evaluations) == (2, 1)
    objective.cost_and_gradient(2 * theta)
    assert (objective.passes, objective.evaluations) == (3, 2)


def test_passes_of_batches_are_counted_by_their_examples(four_classes):
    objective, theta = four_classes
    objective.batch_gradient(theta, np.arange(10))
    assert (objective.passes, objective.evaluations) == (0.25, 0)
    objective.batch_gradient(theta, np.arange(10, 40))
    assert (objective.passes, objective.evaluations) == (1, 0)


def test_looking_is_not_counted(four_classes):
    objective, theta = four_classes
    objective.evaluate(theta, counted=False)
    objective.evaluate(2 * theta, counted=False)
    assert (objective.passes, objective.evaluations) == (0, 0)


def test_what_somebody_looked_at_before_is_still_counted_once(four_classes):
    # Or else gradient descent, whose every θ is looked at first, would have made no pass at all.
    objective, theta = four_classes
    objective.evaluate(theta, counted=False)
    objective.cost_and_gradient(theta)
    objective.evaluate(theta, counted=False)
    objective.cost_and_gradient(theta)
    assert (objective.passes, objective.evaluations) == (1, 1)


def test_a_theta_that_was_changed_in_place_is_evaluated_anew(four_classes):
    objective, theta = four_classes
    before, _ = objective.cost_and_gradient(theta)
    theta *= 2
    after, _ = objective.cost_and_gradient(theta)
    fresh, _ = Objective(objective.X, objective.targets, objective.lam).cost_and_gradient(theta)
    assert after == fresh != before


def test_changing_a_gradient_does_not_change_the_next_one(four_classes):
    objective, theta = four_classes
    first = objective.cost_and_gradient(theta)[1]
    expected = first.copy()
    first[:] = 0
    assert_allclose(objective.cost_and_gradient(theta)[1], expected, rtol=0)


def test_arguments_are_not_changed(two_classes):
    X, y = two_classes
    theta = np.arange(6.0)
    given = [theta.copy(), X.copy(), y.copy()]
    cost_and_gradient(theta, X, y, lam=1)
    for after, before in zip([theta, X, y], given, strict=True):
        np.testing.assert_array_equal(after, before)


# Bad input.


@pytest.mark.parametrize("theta", [np.zeros(5), np.zeros(7), np.zeros((6, 1)), 0.0])
def test_a_theta_that_does_not_fit_is_refused(two_classes, theta):
    with pytest.raises(ConfigError, match="θ must have 6 entries, one for each column of X"):
        cost_and_gradient(theta, *two_classes, lam=1)


@both_kinds
@pytest.mark.parametrize("length", [0, 6, 23, 25])
def test_a_theta_that_does_not_fit_several_classes_is_refused(four_classes, length):
    with pytest.raises(ConfigError, match="θ must have 24 entries"):
        four_classes[0].checked(np.zeros(length))


@pytest.mark.parametrize("lam", [-1e-9, float("nan"), float("inf"), float("-inf")])
def test_a_lambda_that_is_no_strength_is_refused(two_classes, lam):
    with pytest.raises(ConfigError, match="λ must be a finite number of at least 0"):
        cost_and_gradient(np.zeros(6), *two_classes, lam=lam)


@pytest.mark.parametrize(
    ("X", "y", "sentence"),
    [
        (np.ones((0, 2)), [], "at least one row"),
        (np.ones(2), [0, 1], "X must be a matrix"),
        (np.ones((2, 2, 2)), [0, 1], "X must be a matrix"),
        (np.ones((3, 2)), [0, 1], "one label for each of the 3 rows"),
        (np.ones((2, 2)), [[0], [1]], "one label for each of the 2 rows"),
        (np.ones((2, 2)), [1, 2], "nothing but 0 and 1"),
        (np.ones((2, 2)), [0, 0.5], "nothing but 0 and 1"),
        (np.ones((2, 2)), [0, float("nan")], "nothing but 0 and 1"),
        (np.ones((2, 2)), [-1, 1], "nothing but 0 and 1"),
        ([[1, float("nan")], [1, 0]], [0, 1], "X must hold finite numbers only"),
        ([[1, 0], [1, float("inf")]], [0, 1], "X must hold finite numbers only"),
    ],
)
def test_examples_that_cannot_be_learnt_from_are_refused(X, y, sentence):
    with pytest.raises(DataError, match=sentence) as refusal:
        cost_and_gradient(np.zeros(2), X, y, lam=1)
    assert str(refusal.value).endswith(".")


def test_labels_may_be_true_and_false(two_classes):
    X, y = two_classes
    theta = np.arange(6.0)
    assert cost_and_gradient(theta, X, y == 1, 1)[0] == cost_and_gradient(theta, X, y, 1)[0]
