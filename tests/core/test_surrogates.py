"""The parts of the fast optimiser do what the books say."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit

from logreg_core import load_bundled
from logreg_core.objective import Objective, SoftmaxObjective
from logreg_core.optimizers.surrogates import whole as whole_module
from logreg_core.optimizers.surrogates.minimiser import Goal, Line, Steps, minimised
from logreg_core.optimizers.surrogates.preconditioner import cholesky_inverse, low_rank_inverse
from logreg_core.optimizers.surrogates.rows import Sample, copied, probabilities
from logreg_core.optimizers.surrogates.whole import Whole


@pytest.fixture(scope="module")
def zeros_and_ones():
    dataset = load_bundled().only(0, 1)
    return dataset.design_matrix(), dataset.labels.astype(float)[:, None]


@pytest.fixture
def random():
    return np.random.default_rng(7)


# -- all rows --------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 3])
def test_float32_tells_j_and_its_gradient_to_six_digits(random, k):
    X = np.column_stack([np.ones(9000), random.random((9000, 40))])  # more than one block
    targets = (random.random((9000, k)) < 0.3).astype(float)
    objective = Objective(X, targets, 2.0)
    theta = random.normal(size=objective.size)
    seen = Whole(objective, tolerance=1e-4).evaluate(theta)
    exact = Objective(X, targets, 2.0).evaluate(theta)
    assert seen.cost != exact.cost  # it is float32 indeed
    assert seen.cost == pytest.approx(exact.cost, rel=1e-6)
    assert seen.penalty == pytest.approx(exact.penalty, rel=1e-12)
    np.testing.assert_allclose(seen.gradient, exact.gradient, atol=1e-6)
    np.testing.assert_allclose(seen.margins, exact.margins, atol=1e-4)
    assert (objective.evaluations, objective.passes) == (1, 1.0)


@pytest.mark.parametrize("kind", [Objective, SoftmaxObjective])
def test_confident_rows_keep_their_losses_and_slopes(kind):
    """Margins from −700 to 700, a row each: e^z under- and overflows on the way."""
    z = np.linspace(-700, 700, 281)
    X = np.column_stack([np.ones_like(z), z])
    targets = np.column_stack([z > 300, z < -300, np.abs(z) <= 300]).astype(float)
    theta = np.array([0.0, 1.0, 0.0, -1.0, 0.0, 0.5])
    objective = kind(X, targets, 0.0)
    rough = objective.rough_evaluation(theta, X.astype(np.float32))
    exact = objective.evaluate(theta)
    assert rough.cost == pytest.approx(exact.cost, rel=1e-6)
    np.testing.assert_allclose(rough.gradient, exact.gradient, rtol=1e-6, atol=1e-4)
    if kind is Objective:
        signs = 1 - 2 * targets
        assert exact.cost * len(X) == pytest.approx(np.logaddexp(0, signs * exact.margins).sum())
        slopes = (expit(exact.margins) - targets).T @ X / len(X)
        np.testing.assert_allclose(exact.gradient, slopes.ravel(), rtol=1e-12, atol=1e-13)


def test_what_a_watcher_has_seen_in_float64_decides(zeros_and_ones):
    X, targets = zeros_and_ones
    objective = Objective(X, targets, 1.0)
    whole = Whole(objective, tolerance=1e-3)
    at = whole.evaluate(np.full(objective.size, 0.01))
    assert whole.confirms(at) is at
    exact = objective.evaluate(at.theta, counted=False)
    assert whole.confirms(at) is exact
    assert whole.exact


def test_rounding_stays_small_where_margins_cancel_and_the_first_rows_are_pale(random):
    pixels = random.random((9000, 30))
    pixels = pixels[np.argsort(pixels.sum(axis=1))] * np.linspace(0, 1, 9000)[:, None] ** 8
    X = np.column_stack([np.ones(9000), pixels, pixels])
    targets = (random.random((9000, 1)) < 0.5).astype(float)
    weights = 1e4 * random.normal(size=30)
    theta = np.r_[0.1, weights, -weights + 1e-3 * random.normal(size=30)]
    objective = Objective(X, targets, 0.0)
    seen = Whole(objective, tolerance=1e-6).evaluate(theta).gradient
    exact = objective.evaluate(theta).gradient
    assert np.abs(seen - exact).max() <= 0.1 * max(np.abs(exact).max(), 1e-6)


def test_float64_takes_over_where_rounding_would_decide(zeros_and_ones):
    X, targets = zeros_and_ones
    objective = Objective(X, targets, 1.0)
    best = minimised_by_newton(objective)
    loose, tight = Whole(objective, tolerance=1e-4), Whole(objective, tolerance=1e-12)
    assert loose.evaluate(best).cost != objective.evaluate(best).cost
    assert not loose.exact
    assert tight.evaluate(best).cost == objective.evaluate(best).cost
    assert tight.exact
    assert tight.evaluate(best / 2).cost == objective.evaluate(best / 2).cost  # from then on


def minimised_by_newton(objective):
    """θ of the least J, by Newton's method from 0 with the full Hessian."""
    X, theta = objective.X, np.zeros(objective.size)
    penalty = np.full(X.shape[1], objective.lam)
    penalty[0] = 0.0
    for _ in range(30):
        h = expit(X @ theta)
        gradient = X.T @ (h - objective.targets[:, 0]) + penalty * theta
        theta = theta - np.linalg.solve((X.T * (h * (1 - h))) @ X + np.diag(penalty), gradient)
    return theta


def test_no_float32_copy_of_data_that_is_too_large_for_one(zeros_and_ones, monkeypatch):
    X, targets = zeros_and_ones
    monkeypatch.setattr(whole_module, "_COPY_BYTES", X.nbytes // 2 - 1)
    whole = Whole(Objective(X, targets, 1.0), tolerance=1e-4)
    assert whole.exact
    assert whole.rows is X


# -- preconditioners -------------------------------------------------------------------------------


def hessian(rows, curvature, penalty):
    return (rows.T * curvature) @ rows + np.diag(penalty)


def test_cholesky_undoes_the_hessian(random):
    rows = random.normal(size=(300, 20)).astype(np.float32)
    curvature, penalty = random.random(300), np.full(20, 0.5)
    v = random.normal(size=20)
    undone = cholesky_inverse(rows, curvature, penalty)(hessian(rows, curvature, penalty) @ v)
    np.testing.assert_allclose(undone, v, rtol=1e-3, atol=1e-4)


def test_few_rows_undo_the_hessian_where_they_hold_all_of_it(random):
    rows = random.normal(size=(300, 20)).astype(np.float32)
    curvature, penalty = np.zeros(300), np.full(20, 0.5)
    curvature[random.choice(300, 6, replace=False)] = random.random(6)
    apply = low_rank_inverse(rows, curvature, penalty, 6)
    v = random.normal(size=20)
    np.testing.assert_allclose(
        apply(hessian(rows, curvature, penalty) @ v), v, rtol=1e-2, atol=1e-3
    )


def test_few_rows_make_a_symmetric_positive_preconditioner(random):
    rows = random.normal(size=(300, 20)).astype(np.float32)
    apply = low_rank_inverse(rows, random.random(300) / 300, np.r_[0.0, np.full(19, 1e-6)], 7)
    inverse = np.column_stack([apply(e) for e in np.eye(20)])
    np.testing.assert_allclose(inverse, inverse.T, rtol=1e-4, atol=1e-4 * np.abs(inverse).max())
    assert np.linalg.eigvalsh(inverse + inverse.T).min() > 0


@pytest.mark.parametrize("scale", [1.0, 255.0])
@pytest.mark.parametrize("lam", [0.0, 1e-3, 1.0])
def test_few_rows_make_a_positive_preconditioner_on_digits(scale, lam):
    dataset = load_bundled().only(3, 8)
    X = dataset.design_matrix()
    X[:, 1:] *= scale
    m, n = X.shape
    p = expit(X @ np.random.default_rng(0).normal(scale=0.1 / scale, size=n))
    penalty = np.full(n, lam / m)
    penalty[0] = 0.0
    apply = low_rank_inverse(X.astype(np.float32), p * (1 - p) / m, penalty, n // 3)
    inverse = np.column_stack([apply(e) for e in np.eye(n)])
    assert np.linalg.eigvalsh(inverse + inverse.T).min() > 0


def test_curvature_beyond_float32_is_factored_in_float64(random):
    rows = random.normal(size=(60, 20)).astype(np.float32)
    curvature, penalty = np.full(60, 1e-45), np.full(20, 0.5)
    v = random.normal(size=20)
    np.testing.assert_allclose(cholesky_inverse(rows, curvature, penalty)(v), 2 * v, rtol=1e-5)


def test_rows_without_curvature_make_no_preconditioner(random):
    rows = random.normal(size=(30, 20)).astype(np.float32)
    assert low_rank_inverse(rows, np.zeros(30), np.zeros(20), 5) is None


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_few_rows_are_taken_where_they_hold_enough_of_the_curvature(random, share):
    rows = random.normal(size=(30, 20)).astype(np.float32)
    curvature, penalty = np.full(30, 0.4 / 25), np.full(20, 0.5)
    curvature[:5] = 0.6 / 5  # six tenths in five rows
    apply = low_rank_inverse(rows, curvature, penalty, 5, least_share=share)
    assert (apply is not None) == (share < 0.6)


# -- samples ---------------------------------------------------------------------------------------


def test_probabilities_add_up_to_the_count_and_never_exceed_1(random):
    curvature = random.random(1000) ** 20
    chance = probabilities(curvature, 100)
    assert chance.sum() == pytest.approx(100, rel=0.01)
    assert 0 < chance.min() <= chance.max() <= 1
    assert (np.diff(chance[np.argsort(curvature)]) >= 0).all()


def test_copied_rows_are_the_rows_in_float32(random):
    X = random.random((5000, 3))
    index = np.sort(random.choice(5000, 3000, replace=False))
    for source in (X, X.astype(np.float32)):
        rows = copied(source, index)
        assert rows.dtype == np.float32
        np.testing.assert_array_equal(rows, X[index].astype(np.float32))


# -- the minimiser ---------------------------------------------------------------------------------


def two_loops(pairs, gradient, initial):
    """−H·g by algorithm 7.4 of Nocedal and Wright; `initial` is v → H₀v."""
    q, alphas = gradient.copy(), []
    for s, y in reversed(pairs):
        alphas.append((s @ q) / (s @ y))
        q = q - alphas[-1] * y
    r = initial(q)
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        r = r + s * (alpha - (y @ r) / (s @ y))
    return -r


@pytest.mark.parametrize("count", [1, 5, 27])
@pytest.mark.parametrize("preconditioned", [False, True])
def test_the_direction_is_that_of_the_two_loop_recursion(random, count, preconditioned):
    n = 30
    A = random.normal(size=(n, n))
    H = A @ A.T + np.eye(n)
    inverse = np.linalg.inv(np.diag(np.diag(H)))
    steps = Steps(n, (lambda v: inverse @ v) if preconditioned else None)
    pairs = []
    for _ in range(count):
        step = random.normal(size=n)
        change = H @ step
        steps.remember(step, change, steps.eased(change))
        pairs.append((step, change))
    gradient = random.normal(size=n)
    pairs = pairs[-20:]
    s, y = pairs[-1]
    scale = (s @ y) / (y @ y)
    expected = two_loops(
        pairs, gradient, (lambda v: inverse @ v) if preconditioned else (lambda v: scale * v)
    )
    found = steps.direction(gradient, steps.eased(gradient))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8 * np.abs(expected).max())


def test_a_step_without_curvature_is_forgotten(random):
    steps = Steps(4)
    step = random.normal(size=4)
    steps.remember(step, -step, -step)
    np.testing.assert_array_equal(steps.direction(step, step), -step)


@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0])
def test_the_line_search_finds_the_minimum(random, scale):
    margins, along = random.normal(size=50), scale * random.normal(size=50)
    weights, p = np.full(50, 0.02), expit(margins)
    start = float((weights * along) @ p) - 3 * scale
    bend = scale**2

    def cost(size):
        loss = weights @ (np.logaddexp(0, margins + size * along) - size * p * along)
        return loss + size * start + bend * size**2 / 2

    found, there, moved = Line(margins, along, weights, p, start, bend).minimum(1e-10, np.inf)
    wanted = minimize_scalar(cost, bounds=(0, 1e4), method="bounded", options={"xatol": 1e-10}).x
    assert found == pytest.approx(wanted, rel=1e-5)
    np.testing.assert_allclose(moved, margins + found * along)
    np.testing.assert_allclose(there, expit(moved))


def test_on_all_rows_the_surrogate_is_the_objective(zeros_and_ones):
    X, targets = zeros_and_ones
    objective = Objective(X, targets, 1.0)
    m, n = X.shape
    penalty = np.full(n, 1.0 / m)
    penalty[0] = 0.0
    signs = 1 - 2 * targets[:, 0]
    sample = Sample(X.astype(np.float32), slice(None), signs, np.full(m, 1 / m), penalty)
    gradient = objective.evaluate(np.zeros(n)).gradient
    move = minimised(sample, np.zeros(m), gradient, Steps(n), Goal(0.0, 1e-6, 200))
    assert move.reached
    assert move.largest <= 1e-6
    best = objective.evaluate(minimised_by_newton(objective)).cost
    assert objective.evaluate(move.delta).cost == pytest.approx(best, rel=1e-5)
    np.testing.assert_allclose(move.margins, signs * (X @ move.delta), atol=1e-4)
