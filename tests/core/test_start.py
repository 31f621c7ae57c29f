"""A training may begin where another one ended."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from logreg_core import OPTIMIZERS, ConfigError, StopReason, TrainConfig, fit

SHARP = TrainConfig(lam=20, tolerance=1e-6)


@pytest.fixture(scope="module")
def minimum(three_digits):
    """θ of one digit against the rest, (3, 401)."""
    result = fit(three_digits, SHARP)
    assert result.reason is StopReason.CONVERGED
    return result.model.theta


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_at_the_minimum_a_training_ends_at_once(three_digits, minimum, optimizer):
    config = TrainConfig(optimizer=optimizer, lam=20, tolerance=1e-6, batch_size=8)
    result = fit(three_digits, config, start=minimum)
    assert (result.iterations, result.passes) == (0, 0)
    assert result.reason is StopReason.CONVERGED
    assert_array_equal(result.model.theta, minimum)


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "bfgs", "newton-cg", "sampled-surrogate"])
def test_the_minimum_is_the_same_from_any_start(three_digits, minimum, optimizer):
    config = TrainConfig(optimizer=optimizer, lam=20, tolerance=1e-6)
    anywhere = np.random.default_rng(1).normal(size=(3, 401))
    result = fit(three_digits, config, start=anywhere)
    # No direction curves less than λ/m = 0.56.
    assert_allclose(result.model.theta, minimum, atol=1e-4)


def test_softmax_begins_there_too(three_digits):
    config = TrainConfig(lam=20, tolerance=1e-6, multiclass="softmax")
    minimum = fit(three_digits, config).model.theta
    assert fit(three_digits, config, start=minimum).iterations == 0


def test_step_0_is_the_start(pair):
    start = np.random.default_rng(2).normal(size=401)
    result = fit(pair, TrainConfig(max_iterations=3), start=start)
    assert_array_equal(result.history.theta[0], start)
    z = pair.design_matrix().astype(float) @ start
    targets = pair.labels == 8
    cost = np.logaddexp(0, np.where(targets, -z, z)).mean() + (start[1:] ** 2).sum() / 2 / len(pair)
    assert result.history.cost[0] == pytest.approx(cost)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_start_is_not_changed_and_may_be_read_only(pair, optimizer):
    start = np.full(401, 0.01)
    start.setflags(write=False)
    fit(pair, TrainConfig(optimizer=optimizer, max_iterations=2, batch_size=8), start=start)
    assert (start == 0.01).all()


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (np.zeros(400), r"shape \(400,\); θ here has \(401,\)"),
        (np.zeros((3, 401)), r"shape \(3, 401\); θ here has \(401,\)"),
        (np.full(401, np.nan), "no finite numbers"),
        (["one"] * 401, "must be a θ of numbers"),
    ],
)
def test_a_start_that_is_no_theta_is_refused(pair, start, sentence):
    with pytest.raises(ConfigError, match=sentence):
        fit(pair, TrainConfig(), start=start)


def test_several_digits_need_a_start_for_each(three_digits):
    with pytest.raises(ConfigError, match=r"shape \(401,\); θ here has \(3, 401\)"):
        fit(three_digits, TrainConfig(), start=np.zeros(401))
