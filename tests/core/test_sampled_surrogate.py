"""The fast optimiser finds the optimum that Newton's method in float64 finds."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import OptimizeResult, minimize
from scipy.special import expit

from logreg_core import load_bundled
from logreg_core.objective import Objective
from logreg_core.optimizers import sampled_surrogate as module
from logreg_core.optimizers.sampled_surrogate import sampled_surrogate

RELATIVE = 1e-8
TOLERANCE = 1e-9


def cost_and_gradient(X, y, lam, theta):
    """J and ∇J in float64, written apart from the product."""
    m, n = X.shape
    penalty = np.full(n, lam)
    penalty[0] = 0.0
    z = X @ theta
    cost = np.logaddexp(0.0, (1 - 2 * y) * z).sum() + penalty @ theta**2 / 2
    return cost / m, (X.T @ (expit(z) - y) + penalty * theta) / m


def newton(X, y, lam):
    """J at its minimum: damped Newton, full Hessian, float64, written apart from the product."""
    m, n = X.shape
    penalty = np.full(n, lam)
    penalty[0] = 0.0
    theta = np.zeros(n)
    for _ in range(100):
        cost, gradient = cost_and_gradient(X, y, lam, theta)
        h = expit(X @ theta)
        hessian = ((X.T * (h * (1 - h))) @ X + np.diag(penalty)) / m
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        if gradient @ step < 1e-14 * cost:
            break
        size = 1.0
        while size > 1e-9 and cost_and_gradient(X, y, lam, theta - size * step)[0] > cost:
            size /= 2
        theta = theta - size * step
    return cost_and_gradient(X, y, lam, theta)[0]


def minimised(X, targets, lam, callback=None, **options):
    objective = Objective(X, targets.reshape(len(X), -1), lam)
    start = np.zeros(objective.size)
    options = {"objective": objective, "tolerance": TOLERANCE, **options}
    return minimize(
        objective.cost_and_gradient,
        start,
        jac=True,
        method=sampled_surrogate,
        callback=callback,
        options=options,
    )


def assert_optimal(result, X, targets, lam):
    X = X.astype(float)
    columns = targets.reshape(len(X), -1).T
    theta = result.x.reshape(len(columns), -1)
    here = [
        cost_and_gradient(X, column, lam, row) for column, row in zip(columns, theta, strict=True)
    ]
    assert result.success, result.message
    assert max(np.abs(gradient).max() for _, gradient in here) <= TOLERANCE
    best = sum(newton(X, column, lam) for column in columns)
    assert sum(cost for cost, _ in here) <= best * (1 + RELATIVE)


@pytest.fixture(scope="module")
def many():
    """12,000 blurred pairs of features and a label that is sometimes wrong, sorted by label."""
    random = np.random.default_rng(3)
    m, n = 12_000, 60
    mixing = random.normal(size=(n, n)) * np.logspace(0, -2, n)
    pixels = random.normal(size=(m, n)) @ mixing / np.sqrt(n)
    wanted = expit(8 * pixels @ random.normal(size=n)) > random.random(m)
    order = np.argsort(wanted, kind="stable")
    X = np.column_stack([np.ones(m), pixels])[order]
    return X, wanted[order].astype(float)


@pytest.fixture(scope="module")
def digits():
    dataset = load_bundled()
    return dataset.design_matrix(), dataset.labels


@pytest.mark.parametrize("lam", [1e-3, 1e-1, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("order", ["sorted by class", "shuffled"])
def test_reaches_newtons_optimum(many, lam, order):
    X, y = many
    if order == "shuffled":
        permutation = np.random.default_rng(0).permutation(len(X))
        X, y = X[permutation], y[permutation]
    assert_optimal(minimised(X, y, lam), X, y, lam)


@pytest.mark.parametrize("lam", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("pair", [(0, 1), (3, 8)])
def test_reaches_newtons_optimum_on_digits(digits, lam, pair):
    X, labels = digits
    asked = np.isin(labels, pair)
    X, y = X[asked], (labels[asked] == pair[1]).astype(float)
    assert_optimal(minimised(X, y, lam), X, y, lam)


@pytest.mark.parametrize("lam", [1e-3, 1.0])
def test_constant_and_duplicated_columns_do_no_harm(many, lam):
    X, y = many
    X = np.column_stack([X, X[:, 5:25], np.zeros(len(X)), np.ones(len(X)), np.full(len(X), 0.3)])
    assert_optimal(minimised(X, y, lam), X, y, lam)


def test_columns_of_very_different_scale_do_no_harm(many):
    X, y = many
    X = X * np.r_[1.0, np.logspace(-3, 3, X.shape[1] - 1)]
    assert_optimal(minimised(X, y, 1.0), X, y, 1.0)


@pytest.mark.parametrize("m", [2, 5, 50, 300])
@pytest.mark.parametrize("lam", [1e-3, 1.0])
def test_fewer_rows_than_columns(digits, m, lam):
    X, labels = digits
    asked = np.flatnonzero(np.isin(labels, (3, 8)))
    zeros, ones = (asked[labels[asked] == digit] for digit in (3, 8))
    rows = np.r_[zeros[: (m + 1) // 2], ones[: m // 2]]
    X, y = X[rows], (labels[rows] == 8).astype(float)
    assert_optimal(minimised(X, y, lam), X, y, lam)


@pytest.mark.parametrize("k", [2, 10])
def test_several_classes_are_learnt_together(digits, k):
    X, labels = digits
    asked = np.flatnonzero(labels < k)
    X = X[asked][:, ::3]  # fewer pixels: Newton's full Hessian is slow in the oracle
    targets = (labels[asked][:, None] == np.arange(k)).astype(float)
    assert_optimal(minimised(X, targets, 1.0), X, targets, 1.0)


def test_several_classes_on_samples(many):
    X, _ = many
    scores = X[:, 1:5] + np.random.default_rng(1).gumbel(size=(len(X), 4)) / 4
    targets = (scores.argmax(axis=1)[:, None] == np.arange(4)).astype(float)
    result = minimised(X, targets, 0.1)
    assert result.sampled_passes > 0
    assert_optimal(result, X, targets, 0.1)


@pytest.mark.parametrize("rows", [4, 300, 12_000])
def test_perfectly_separated_without_penalty_ends(many, rows):
    X, _ = many
    X = X[:: len(X) // rows]
    y = (X[:, 1] + X[:, 2] > 0).astype(float)
    result = minimised(X, y, 0.0, tolerance=1e-6, max_iterations=60)
    assert result.nit <= 60
    assert result.success
    assert np.isfinite(result.x).all()
    assert result.fun < 1e-3


@pytest.mark.parametrize("y", [np.zeros(40), np.ones(40)])
@pytest.mark.parametrize("lam", [0.0, 1.0])
def test_one_label_only_ends(y, lam):
    X = np.column_stack([np.ones(40), np.random.default_rng(0).normal(size=(40, 7))])
    result = minimised(X, y, lam, tolerance=1e-6, max_iterations=60)
    assert result.success
    assert result.fun < 1e-3


def test_no_penalty_and_no_separation_reaches_newtons_optimum(many):
    X, y = many
    assert_optimal(minimised(X, y, 0.0), X, y, 0.0)


def test_nothing_to_learn_ends_at_once():
    X = np.column_stack([np.ones(4), [1.0, 1.0, -1.0, -1.0]])
    result = minimised(X, np.array([0.0, 1.0, 0.0, 1.0]), 1.0)
    assert result.success
    assert (result.x == 0).all()


def test_a_tolerance_that_float64_cannot_reach_ends_as_stalled(many):
    X, y = many
    result = minimised(X[:, :6], y, 1.0, tolerance=0.0)
    assert (result.status, result.success) == (2, False)
    assert result.fun == pytest.approx(newton(X[:, :6], y, 1.0), rel=1e-13)


def test_float32_rows_are_taken_as_they_are(many):
    X, y = many
    X = X.astype(np.float32)
    assert_optimal(minimised(X, y, 1.0), X, y, 1.0)


def test_j_never_rises_and_is_the_one_of_all_rows(many):
    X, y = many
    seen: list[OptimizeResult] = []

    def watch(intermediate_result):
        seen.append(intermediate_result)

    minimised(X, y, 0.1, callback=watch)
    objective = Objective(X, y[:, None], 0.1)
    costs = [step.fun for step in seen]
    exact = [objective.cost_and_gradient(step.x)[0] for step in seen]
    assert costs == pytest.approx(exact, rel=1e-6)
    assert costs[-1] == exact[-1]  # this tolerance is beyond float32
    assert all(later <= sooner * (1 + 1e-12) for sooner, later in pairwise(costs))
    assert [step.nit for step in seen] == list(range(1, len(seen) + 1))
    assert all(0 < step.rows <= len(X) for step in seen)


def test_a_look_at_each_step_costs_no_pass(many):
    X, y = many

    def run(callback):
        objective = Objective(X, y[:, None], 1.0)
        result = minimize(
            objective.cost_and_gradient,
            np.zeros(objective.size),
            jac=True,
            method=sampled_surrogate,
            callback=callback,
            options={"objective": objective},
        )
        return objective.passes, result.x

    def watch(intermediate_result):
        at = intermediate_result.evaluation
        np.testing.assert_array_equal(at.theta, intermediate_result.x)
        np.testing.assert_allclose(at.margins[:, 0], X @ intermediate_result.x, rtol=0, atol=1e-4)

    passes, theta = run(None)
    watched_passes, watched_theta = run(watch)
    assert watched_passes == passes
    np.testing.assert_array_equal(watched_theta, theta)


@pytest.mark.parametrize("tolerance", [1e-4, 1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("kind", ["digits", "digits of 0 to 255", "by ink", "many"])
def test_whoever_watches_in_float64_sees_it_converge_in_float64(many, digits, kind, tolerance):
    X, y = many
    if kind != "many":
        X, labels = digits
        asked = np.isin(labels, (4, 9))
        X, y = X[asked].copy(), (labels[asked] == 9).astype(float)
    if kind == "digits of 0 to 255":
        X[:, 1:] *= 255
    if kind == "by ink":
        order = np.argsort(X.sum(axis=1))
        X, y = X[order], y[order]
    objective = Objective(X, y[:, None], 0.1)

    def watch(intermediate_result):
        objective.evaluate(intermediate_result.x, counted=False)

    result = minimize(
        objective.cost_and_gradient,
        np.zeros(objective.size),
        jac=True,
        method=sampled_surrogate,
        callback=watch,
        options={"objective": objective, "tolerance": tolerance},
    )
    assert result.success
    assert np.abs(cost_and_gradient(X, y, 0.1, result.x)[1]).max() <= tolerance


def test_a_class_seen_once_is_learnt(many):
    X, _ = many
    y = np.zeros(len(X))
    y[77] = 1.0
    assert_optimal(minimised(X, y, 1e-3), X, y, 1e-3)


def test_samples_keep_to_their_memory(many, monkeypatch):
    X, y = many
    room = 1500 * 4 * X.shape[1]
    monkeypatch.setattr(module, "_SAMPLE_BYTES", room)
    monkeypatch.setattr(module, "_SAMPLE_BYTES_SHARE", 10**9)
    seen = []
    result = minimised(
        X, y, 0.1, callback=lambda intermediate_result: seen.append(intermediate_result.rows)
    )
    assert max(seen[1:]) <= 1.2 * 1500
    assert result.success
    assert result.fun <= newton(X, y, 0.1) * (1 + RELATIVE)


def test_the_callback_stops_it(many):
    def stop(intermediate_result):
        if intermediate_result.nit == 2:
            raise StopIteration

    result = minimised(*many, 1.0, callback=stop)
    assert (result.nit, result.status, result.success) == (2, 99, False)


def test_iterations_are_limited(many):
    result = minimised(*many, 1.0, max_iterations=2)
    assert (result.nit, result.status, result.success) == (2, 1, False)


def test_same_seed_same_theta_to_the_bit(many):
    first, again = (minimised(*many, 0.1, seed=7).x for _ in range(2))
    assert (first == again).all()


def test_start_elsewhere_reaches_the_same_optimum(many):
    X, y = many
    objective = Objective(X, y[:, None], 1.0)
    start = np.random.default_rng(2).normal(size=objective.size)
    kept = start.copy()
    result = minimize(
        objective.cost_and_gradient,
        start,
        jac=True,
        method=sampled_surrogate,
        options={"objective": objective, "tolerance": TOLERANCE},
    )
    assert (start == kept).all()
    assert_optimal(result, X, y, 1.0)


def test_large_data_start_on_growing_samples(many):
    """So many rows that a second, larger uniform sample is drawn."""
    X, y = many
    X, y = np.tile(X[:, :8], (4, 1)), np.tile(y, 4)
    result = minimised(X, y, 4.0)
    assert result.fun == pytest.approx(newton(X[: len(X) // 4], y[: len(y) // 4], 1.0), rel=1e-8)
    assert result.success
