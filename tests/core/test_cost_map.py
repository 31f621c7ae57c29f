"""The map shows J as it is, in the plane in which the paths move most."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from sklearn.decomposition import PCA

from logreg_core import (
    ConfigError,
    Dataset,
    History,
    TrainConfig,
    cost_and_gradient,
    cost_map,
    fit,
)

LAM = 2.0


def walked(thetas, dataset, *, cost=None):
    """A run that went through these θ; of its numbers, J alone says something."""
    count = len(thetas)
    cost = np.full(count, 0.5) if cost is None else np.asarray(cost)
    numbers = dict.fromkeys(History.__dataclass_fields__, np.zeros(count))
    iterations = np.arange(count)
    shape = (-1, 401) if len(dataset.classes) == 2 else (-1, len(dataset.classes), 401)
    given = {"iteration": iterations, "theta_iteration": iterations, "cost": cost}
    return History(**{**numbers, **given, "theta": np.asarray(thetas).reshape(shape)})


def by_hand(dataset, theta, lam, *, softmax=False):
    """J as the formulas have it, and the function of the course for each class."""
    X = dataset.design_matrix()
    classes = dataset.classes[1:] if len(dataset.classes) == 2 else dataset.classes
    stacked = theta.reshape(len(classes), -1)
    if not softmax:
        return sum(
            cost_and_gradient(row, X, (dataset.labels == digit).astype(float), lam)[0]
            for row, digit in zip(stacked, classes, strict=True)
        )
    z = X @ stacked.T
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    own = log_p[np.arange(len(X)), np.searchsorted(classes, dataset.labels)]
    return -own.mean() + lam / (2 * len(X)) * (stacked[:, 1:] ** 2).sum()


@pytest.fixture(scope="module")
def run(zeros_and_ones):
    config = TrainConfig(optimizer="momentum", lam=LAM, max_iterations=30)
    return fit(zeros_and_ones, config).history


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
@pytest.mark.parametrize("digits", [(0, 1), (1, 4, 8), None])
def test_every_place_has_the_cost_of_the_theta_that_stands_there(ten_digits, digits, multiclass):
    dataset = ten_digits if digits is None else ten_digits.only(*digits)
    config = TrainConfig(lam=LAM, max_iterations=8, multiclass=multiclass)
    drawn = cost_map(dataset, config, [fit(dataset, config).history], side=5)
    origin, (u, v) = drawn.surface.plane.origin, drawn.surface.plane.directions
    softmax = multiclass == "softmax" and len(dataset.classes) > 2
    for row, column in ((0, 0), (0, 4), (4, 0), (4, 4), (2, 3)):
        theta = origin + drawn.x[column] * u + drawn.y[row] * v
        expected = by_hand(dataset, theta, LAM, softmax=softmax)
        assert drawn.cost[row, column] == pytest.approx(expected, rel=1e-12)


def test_a_path_within_a_plane_lies_on_the_map(ten_digits):
    random = np.random.default_rng(0)
    for dataset in (ten_digits.only(3, 8), ten_digits):
        size = 401 * (1 if len(dataset.classes) == 2 else 10)
        plane = random.normal(size=(2, size)) / 20
        thetas = random.normal(size=(7, 2)) @ plane + 0.1
        config = TrainConfig(lam=LAM)
        drawn = cost_map(dataset, config, [walked(thetas, dataset)], side=3)
        (path,) = drawn.paths
        assert path.in_plane == pytest.approx(1, abs=1e-12)
        expected = [by_hand(dataset, theta, LAM) for theta in thetas]
        np.testing.assert_allclose(drawn.under(path), expected, rtol=1e-12)
        places = np.stack([path.x, path.y], axis=-1)
        np.testing.assert_allclose(drawn.surface.plane.thetas(places), thetas, atol=1e-12)


def test_the_bias_is_not_penalised(zeros_and_ones):
    thetas = np.zeros((3, 401))
    thetas[1, 0], thetas[2, 1] = 3, 1  # one step along the bias, one along a pixel
    history = walked(thetas, zeros_and_ones)
    free, held = (
        cost_map(zeros_and_ones, TrainConfig(lam=lam), [history], side=3) for lam in (0, 720)
    )
    paid = held.under(held.paths[0]) - free.under(free.paths[0])
    np.testing.assert_allclose(paid, [0, 0, 1], atol=1e-12)  # 720 / (2 · 360) · 1²


def test_the_main_directions_are_the_principal_components(zeros_and_ones, run):
    drawn = cost_map(zeros_and_ones, TrainConfig(lam=LAM), [run])
    expected = PCA(2, svd_solver="full").fit(run.theta)
    plane = drawn.surface.plane
    np.testing.assert_allclose(plane.origin, expected.mean_, atol=1e-12)
    np.testing.assert_allclose(plane.explained, expected.explained_variance_ratio_, atol=1e-10)
    for found, component in zip(plane.directions, expected.components_, strict=True):
        assert abs(found @ component) == pytest.approx(1, abs=1e-8)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    (path,) = drawn.paths
    assert path.in_plane == pytest.approx(plane.explained.sum())


def test_of_several_runs_each_has_the_same_say(zeros_and_ones, run):
    config = TrainConfig(lam=LAM, max_iterations=6)
    short = fit(zeros_and_ones, config).history
    assert len(short.theta) < len(run.theta)
    drawn = cost_map(zeros_and_ones, config, [run, short])
    # So often each that both have as many rows.
    times = len(short.theta), len(run.theta)
    rows = np.concatenate([np.repeat(run.theta, times[0], 0), np.repeat(short.theta, times[1], 0)])
    expected = PCA(2, svd_solver="full").fit(rows)
    np.testing.assert_allclose(drawn.explained, expected.explained_variance_ratio_, atol=1e-10)
    for found, component in zip(drawn.surface.plane.directions, expected.components_, strict=True):
        assert abs(found @ component) == pytest.approx(1, abs=1e-8)
    assert len(drawn.paths) == 2


def test_the_whole_path_is_on_the_map_and_its_numbers_are_the_runs(zeros_and_ones, run):
    drawn = cost_map(zeros_and_ones, TrainConfig(lam=LAM), [run])
    (path,) = drawn.paths
    for places, axis in ((path.x, drawn.x), (path.y, drawn.y)):
        assert axis[0] < places.min()
        assert places.max() < axis[-1]
    assert np.array_equal(path.iteration, run.theta_iteration)
    assert np.array_equal(path.cost, run.cost)


def test_theta_of_zeros_stands_on_the_lower_left_however_far_the_run_is(zeros_and_ones, run):
    for steps in (2, 3, 5, 10, 20, 31):
        so_far = replace(run, theta=run.theta[:steps], theta_iteration=run.theta_iteration[:steps])
        drawn = cost_map(zeros_and_ones, TrainConfig(lam=LAM), [so_far], side=3)
        assert drawn.paths[0].x[0] < 0
        assert drawn.paths[0].y[0] <= 1e-9


def test_the_same_paths_give_the_same_map(zeros_and_ones, run):
    first, second = (
        cost_map(zeros_and_ones, TrainConfig(lam=LAM), [run], rows=100) for _ in range(2)
    )
    assert np.array_equal(first.cost, second.cost)
    assert np.array_equal(first.x, second.x)


def test_a_later_path_is_laid_on_the_same_map(zeros_and_ones, run):
    early = replace(run, theta=run.theta[:10], theta_iteration=run.theta_iteration[:10])
    drawn = cost_map(zeros_and_ones, TrainConfig(lam=LAM), [early])
    later = drawn.with_paths([run])
    assert later.cost is drawn.cost
    # Products of matrices of other heights may be rounded in another order.
    np.testing.assert_allclose(later.paths[0].x[:10], drawn.paths[0].x, rtol=0, atol=1e-12)
    assert len(later.paths[0].x) == len(run.theta)


# A sample of the rows.


def test_a_sample_has_each_digits_share_and_the_whole_penalty(zeros_and_ones):
    theta = np.full(401, 0.1)
    history = walked([np.zeros(401), theta], zeros_and_ones)
    config = TrainConfig(lam=720)
    drawn = cost_map(zeros_and_ones, config, [history], rows=100)
    assert (drawn.rows, drawn.examples) == (100, 360)
    ones = drawn.surface.targets.mean()
    assert ones == pytest.approx((zeros_and_ones.labels == 1).mean(), abs=0.011)
    free = cost_map(zeros_and_ones, TrainConfig(lam=0), [history], rows=100)
    paid = drawn.under(drawn.paths[0]) - free.under(free.paths[0])
    np.testing.assert_allclose(paid, [0, 400 * 0.1**2], atol=1e-12)  # λ/2m = 1 for all m


def test_a_sample_is_as_near_the_whole_as_chance_has_it(zeros_and_ones, run):
    config = TrainConfig(lam=LAM)
    whole, some = (cost_map(zeros_and_ones, config, [run], rows=rows) for rows in (360, 90))
    assert (whole.rows, some.rows) == (360, 90)
    assert np.array_equal(some.x, whole.x), "the plane and its edges do not hang on the sample"
    plane, X = whole.surface.plane, zeros_and_ones.design_matrix()
    signs = np.where(zeros_and_ones.labels == 1, 1, -1)
    for row, column in product(range(0, 61, 20), repeat=2):
        place = np.array([[whole.x[column], whole.y[row]]])
        losses = np.logaddexp(0, -signs * (X @ plane.thetas(place)[0]))
        error = losses.std() / np.sqrt(90)  # the standard error of a mean of 90
        assert abs(some.cost[row, column] - whole.cost[row, column]) < 4 * error


def test_of_ten_classes_fewer_rows_are_taken(ten_digits):
    config = TrainConfig(lam=LAM, max_iterations=3)
    drawn = cost_map(ten_digits, config, [fit(ten_digits, config).history], rows=500, side=3)
    assert drawn.rows == 50
    assert drawn.surface.targets.sum(axis=0).tolist() == [5] * 10


def test_the_images_are_prepared_as_in_training(zeros_and_ones):
    config = TrainConfig(lam=LAM, preparation="full", max_iterations=2)
    history = fit(zeros_and_ones, config).history
    drawn = cost_map(zeros_and_ones, config, [history], side=3)
    np.testing.assert_allclose(drawn.under(drawn.paths[0]), history.cost, rtol=1e-9)


# Paths that are hardly any.


def test_a_run_that_has_not_begun_has_a_map_around_zero(zeros_and_ones):
    nothing = walked(np.zeros((0, 401)), zeros_and_ones)
    drawn = cost_map(zeros_and_ones, TrainConfig(lam=LAM), [nothing])
    assert np.isfinite(drawn.cost).all()
    assert len(drawn.paths[0].x) == 0
    assert drawn.surface.cost(np.zeros((1, 2))) == pytest.approx(np.log(2))


def test_a_single_theta_is_seen_in_the_direction_of_the_steepest_descent(zeros_and_ones):
    start = walked(np.zeros((1, 401)), zeros_and_ones)
    drawn = cost_map(zeros_and_ones, TrainConfig(lam=LAM), [start])
    y = (zeros_and_ones.labels == 1).astype(float)
    _, gradient = cost_and_gradient(np.zeros(401), zeros_and_ones.design_matrix(), y, LAM)
    np.testing.assert_allclose(
        drawn.surface.plane.directions[0], -gradient / np.linalg.norm(gradient), atol=1e-12
    )
    assert np.isfinite(drawn.cost).all()
    assert drawn.cost.max() > 2 * drawn.cost.min()
    assert drawn.explained.tolist() == [0, 0]
    assert drawn.paths[0].in_plane == 1


def test_a_run_of_one_step_gets_the_descent_at_its_end_as_second_direction(zeros_and_ones):
    config = TrainConfig(optimizer="gradient-descent", lam=LAM, max_iterations=1)
    history = fit(zeros_and_ones, config).history
    drawn = cost_map(zeros_and_ones, config, [history])
    np.testing.assert_allclose(drawn.explained, [1, 0], atol=1e-12)
    np.testing.assert_allclose(drawn.under(drawn.paths[0]), history.cost, rtol=1e-12)
    y = (zeros_and_ones.labels == 1).astype(float)
    X = zeros_and_ones.design_matrix()
    _, gradient = cost_and_gradient(history.theta[-1], X, y, LAM)
    u, v = drawn.surface.plane.directions
    across = gradient - (gradient @ u) * u
    assert abs(v @ across) == pytest.approx(np.linalg.norm(across))


def test_where_nothing_descends_the_bias_is_a_direction():
    blank = Dataset(np.zeros((4, 20, 20)), np.array([0, 1, 0, 1]), "blank")
    drawn = cost_map(blank, TrainConfig(lam=0), [walked(np.zeros((2, 401)), blank)])
    assert np.array_equal(drawn.surface.plane.directions, np.eye(2, 401))
    assert np.isfinite(drawn.cost).all()


def test_leaps_of_a_diverged_run_do_not_stretch_the_map(zeros_and_ones, run):
    config = TrainConfig(lam=LAM)
    usual = cost_map(zeros_and_ones, config, [run])
    leap = np.full((2, 401), [[1e9], [np.nan]])
    far = walked(np.concatenate([run.theta, leap]), zeros_and_ones, cost=[*run.cost, 1e9, np.nan])
    drawn = cost_map(zeros_and_ones, config, [far])
    np.testing.assert_array_equal(drawn.x, usual.x)
    np.testing.assert_array_equal(drawn.cost, usual.cost)
    assert len(drawn.paths[0].x) == len(run.theta) + 2
    assert abs(drawn.paths[0].x[-2]) > 1e6


def test_a_diverged_run_has_a_map_of_its_beginning(pair):
    config = TrainConfig(optimizer="gradient-descent", lam=24_000, learning_rate=0.008, tolerance=0)
    history = fit(pair, config).history
    assert history.cost[-1] > 1e3 * history.cost[0]
    drawn = cost_map(pair, config, [history])
    (path,) = drawn.paths
    assert drawn.x[0] < path.x[0] < drawn.x[-1]
    assert not drawn.x[0] < path.x[-1] < drawn.x[-1]
    assert drawn.cost.max() < 1e3 * history.cost[0]


def test_a_straight_path_is_not_drawn_as_a_curve(zeros_and_ones):
    along, across = np.eye(2, 401)
    thetas = [t * along + 1e-4 * t**2 * across for t in np.linspace(0, 1, 9)]
    drawn = cost_map(zeros_and_ones, TrainConfig(lam=LAM), [walked(thetas, zeros_and_ones)])
    assert np.ptp(drawn.y) >= np.ptp(drawn.x) / 2


def test_theta_of_other_data_is_refused(zeros_and_ones, ten_digits):
    history = walked(np.zeros((2, 4010)), ten_digits)
    with pytest.raises(ConfigError, match="θ must have 401 entries"):
        cost_map(zeros_and_ones, TrainConfig(), [history])


def test_memory_stays_bounded(ten_digits):
    config = TrainConfig(lam=LAM, max_iterations=3)
    history = fit(ten_digits, config).history
    cost_map(ten_digits, config, [history], side=3)
    tracemalloc.start()
    drawn = cost_map(ten_digits, config, [history], side=81)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    at_once = drawn.cost.size * drawn.surface.targets.size * 8  # all margins of the grid
    assert at_once > 60e6
    assert peak < 30e6
