"""A regularisation path goes from minimum to minimum."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression

from logreg_core import (
    ConfigError,
    Dataset,
    Line,
    RegularisationPath,
    StopReason,
    TrainConfig,
    best_of_path,
    fit,
)
from logreg_core.regularisation_path import USUAL_LAMS

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure


def ended(path):
    path.start()
    assert path.wait(SOON)
    return path


@pytest.fixture(scope="module")
def zeros_and_ones_path(training_and_held_out):
    return ended(RegularisationPath(*training_and_held_out, TrainConfig()))


def test_the_usual_path_goes_from_strong_to_weak_and_ends_without_a_penalty(zeros_and_ones_path):
    lams = [point.lam for point in zeros_and_ones_path.points]
    assert lams == sorted(USUAL_LAMS, reverse=True)
    assert (lams[0], lams[-2], lams[-1]) == (1000, 0.001, 0)
    assert zeros_and_ones_path.done == zeros_and_ones_path.of == len(USUAL_LAMS)
    assert zeros_and_ones_path.complete


def test_each_cost_is_scikit_learns(training_and_held_out, zeros_and_ones_path):
    training, held_out = training_and_held_out
    pixels = [part.design_matrix()[:, 1:].astype(float) for part in (training, held_out)]
    for point in zeros_and_ones_path.points[:-1:6]:
        peer = LogisticRegression(C=1 / point.lam, tol=1e-10, solver="newton-cholesky")
        peer.fit(pixels[0], training.labels)
        costs = [
            -np.log(np.take_along_axis(peer.predict_proba(each), part.labels[:, None], 1)).mean()
            for each, part in zip(pixels, (training, held_out), strict=True)
        ]
        penalty = point.lam / (2 * len(training)) * (peer.coef_**2).sum()
        own_penalty = point.lam / (2 * len(training)) * point.theta_norm**2
        own = point.scores.training_cost + own_penalty
        assert own == pytest.approx(costs[0] + penalty, rel=1e-4)
        assert point.scores.held_out_cost == pytest.approx(costs[1], rel=1e-2)
        assert point.theta_norm == pytest.approx(np.linalg.norm(peer.coef_), rel=1e-2)
        shares = [
            peer.score(each, part.labels)
            for each, part in zip(pixels, (training, held_out), strict=True)
        ]
        assert [point.scores.training.share, point.scores.held_out.share] == shares


def test_softmax_is_scikit_learns_too(three_digits):
    config = TrainConfig(multiclass="softmax")
    (point,) = ended(RegularisationPath(three_digits, three_digits, config, lams=(0.01,))).points
    pixels = three_digits.design_matrix()[:, 1:].astype(float)
    peer = LogisticRegression(C=100, tol=1e-10, max_iter=20_000).fit(pixels, three_digits.labels)
    own = 0.01 / 2 * point.theta_norm**2 + point.scores.training_cost * 36
    classes = np.searchsorted([1, 4, 8], three_digits.labels)
    cost = -np.log(peer.predict_proba(pixels)[np.arange(36), classes]).sum()
    assert own == pytest.approx(cost + 0.01 / 2 * (peer.coef_**2).sum(), rel=1e-4)


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_warm_starts_take_fewer_passes_than_cold_ones(ten_digits, multiclass):
    lams = [lam for lam in USUAL_LAMS if lam > 0]
    path = ended(
        RegularisationPath(ten_digits, ten_digits, TrainConfig(multiclass=multiclass), lams)
    )
    cold = [fit(ten_digits, replace(path.config, lam=lam)).passes for lam in path.lams]
    assert sum(point.passes for point in path.points) < 0.9 * sum(cold)


def test_neither_the_visitors_lam_nor_their_optimiser_counts(pair):
    chosen = TrainConfig("sgd", lam=7, max_iterations=1, batch_size=3)
    one, other = (
        ended(RegularisationPath(pair, pair, config, lams=(10, 1)))
        for config in (TrainConfig(), chosen)
    )
    for point, same in zip(one.points, other.points, strict=True):
        assert_array_equal(point.theta, same.theta)


def test_images_are_prepared_as_the_visitor_has_it(pair):
    config = TrainConfig(preparation="full")
    (point,) = ended(RegularisationPath(pair, pair, config, lams=(1,))).points
    expected = fit(pair, replace(config, tolerance=1e-8)).model.theta
    np.testing.assert_allclose(point.theta, expected, atol=1e-5)


def test_where_the_digits_can_be_told_apart_there_is_no_minimum_without_a_penalty(
    zeros_and_ones_path,
):
    *others, last = zeros_and_ones_path.points
    assert last.reason is StopReason.SEPARATED
    assert last.has_no_minimum
    assert not last.is_minimum
    assert all(point.is_minimum for point in others)
    assert best_of_path(zeros_and_ones_path.points) is not last


def test_where_they_cannot_there_is_one():
    images = np.zeros((8, 20, 20))
    images[:4, 10, 10] = 1
    muddled = Dataset(images, np.array([0, 1] * 4), "muddled")
    (point,) = ended(RegularisationPath(muddled, muddled, TrainConfig(), (0,))).points
    assert point.is_minimum
    assert point.scores.training_cost == pytest.approx(np.log(2))


def test_the_best_has_the_lowest_held_out_cost(zeros_and_ones_path):
    best = best_of_path(zeros_and_ones_path.points)
    minima = zeros_and_ones_path.points[:-1]
    assert best.scores.held_out_cost == min(point.scores.held_out_cost for point in minima)


@pytest.mark.parametrize(
    ("lams", "sentence"),
    [((), "at least one λ"), ((1, -1), "lam accepts numbers from 0"), ((np.inf,), "lam accepts")],
)
def test_a_path_without_a_lam_that_is_accepted_is_refused(pair, lams, sentence):
    with pytest.raises(ConfigError, match=sentence):
        RegularisationPath(pair, pair, TrainConfig(), lams)


def test_what_came_of_a_path_that_is_stopped_stays(pair):
    line = Line(places=1)
    line.take("somebody else", give_up=lambda: False)
    path = RegularisationPath(pair, pair, TrainConfig(), line=line)
    path.start()
    path.stop()
    assert path.wait(SOON)
    assert (path.points, path.complete, path.failure) == ((), False, None)
