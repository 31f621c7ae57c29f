"""A run says why it ended, and leaves the whole of its history behind."""

import dataclasses
import math
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from logreg_core.config import TrainConfig
from logreg_core.dataset import Dataset
from logreg_core.history import MAX_SNAPSHOTS, StopReason
from logreg_core.objective import cost_and_gradient
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.training import fit

by_learning_rate = [name for name, row in OPTIMIZERS.items() if "learning_rate" in row.settings]
by_curvature = [name for name in OPTIMIZERS if name not in by_learning_rate]

every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)


def stop_at(iteration):
    """A callback that has seen enough."""

    def callback(step):
        if step.iteration == iteration:
            raise StopIteration

    return callback


class Impatience:
    """Says that a run should stop from the so many-th time on that it is asked."""

    def __init__(self, after):
        self.asked, self.after = 0, after

    def is_up(self):
        """Ask it."""
        self.asked += 1
        return self.asked > self.after


def assert_intact(result):
    """Every step of the run is there and finite, and the model is the last of them."""
    history = result.history
    assert_array_equal(history.iteration, np.arange(len(history)))
    for column in ("cost", "penalty", "gradient_norm", "accuracy", "passes", "seconds", "theta"):
        assert np.isfinite(getattr(history, column)).all(), column
    assert not history.theta[0].any()
    assert history.theta_iteration[-1] == history.iteration[-1]
    assert_array_equal(result.model.theta, history.theta[-1])


@pytest.fixture
def one_class_after_another(monkeypatch):
    """Gradient descent as a loop over the classes, which is how BFGS has to go about it."""
    row = dataclasses.replace(OPTIMIZERS["gradient-descent"], keeps_square_matrix=True)
    table = MappingProxyType({**OPTIMIZERS, "gradient-descent": row})
    monkeypatch.setattr("logreg_core.training.OPTIMIZERS", table)
    monkeypatch.setattr("logreg_core.config.OPTIMIZERS", table)


# Converged.


def test_a_run_converges_when_no_entry_of_the_gradient_is_above_the_tolerance(zeros_and_ones):
    result = fit(zeros_and_ones, TrainConfig(tolerance=1e-5))
    assert result.reason is StopReason.CONVERGED
    assert result.history.gradient_norm[-1] <= 1e-5
    assert (result.history.gradient_norm[:-1] > 1e-5).all()


@every_optimizer
def test_a_run_that_starts_within_the_tolerance_takes_no_step(pair, optimizer):
    result = fit(pair, TrainConfig(optimizer=optimizer, tolerance=1, batch_size=8))
    assert result.reason is StopReason.CONVERGED
    assert (len(result.history), result.iterations, result.passes, result.evaluations) == (
        *(1, 0, 0, 0),
    )
    assert not result.model.theta.any()


# Perfectly separated.


@every_optimizer
def test_at_lambda_0_a_run_that_tells_every_image_apart_is_separated(pair, optimizer):
    config = TrainConfig(optimizer=optimizer, lam=0, max_iterations=200, batch_size=8)
    result = fit(pair, config)
    assert result.reason is StopReason.SEPARATED
    assert_array_equal(result.model.predict(pair.images), pair.labels)
    assert_intact(result)
    # There is no end to it: twice θ is better still, whatever θ.
    z = pair.design_matrix() @ result.model.theta
    assert np.logaddexp(0, -2 * abs(z)).mean() <= np.logaddexp(0, -abs(z)).mean()


@pytest.mark.parametrize(
    ("optimizer", "multiclass"),
    [("bfgs", "one-vs-all"), ("l-bfgs-b", "one-vs-all"), ("l-bfgs-b", "softmax")],
)
def test_several_classes_are_separated_too(three_digits, optimizer, multiclass):
    config = TrainConfig(optimizer=optimizer, multiclass=multiclass, lam=0)
    result = fit(three_digits, config)
    assert result.reason is StopReason.SEPARATED
    assert result.history.accuracy[-1] == 1


@every_optimizer
def test_with_a_penalty_nothing_is_separated(pair, optimizer):
    config = TrainConfig(optimizer=optimizer, lam=1e-3, max_iterations=60, batch_size=8)
    result = fit(pair, config)
    assert result.history.accuracy[-1] == 1
    assert result.reason in {StopReason.CONVERGED, StopReason.ITERATIONS, StopReason.STALLED}


def test_a_run_that_ends_before_it_has_separated_does_not_claim_it(ten_digits):
    config = TrainConfig(optimizer="gradient-descent", lam=0, max_iterations=2)
    result = fit(ten_digits, config)
    assert result.history.accuracy[-1] < 1
    assert result.reason is StopReason.ITERATIONS


def test_a_visitor_who_stops_a_run_that_separates_is_who_stopped_it(pair):
    result = fit(pair, TrainConfig(lam=0), stop_at(6))
    assert result.history.accuracy[-1] == 1
    assert result.reason is StopReason.VISITOR


@pytest.fixture
def contradicted(ten_digits):
    """Two images, each with both labels: one is called an 8 once in three, the other twice."""
    images = ten_digits.images[[0, 60]]
    return Dataset(np.repeat(images, 3, axis=0), np.array([3, 3, 8, 3, 8, 8]), "contradicted")


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "sgd"])
def test_at_lambda_0_what_cannot_be_separated_still_converges(contradicted, optimizer):
    # The best that can be said of each image is how often it is called an 8.
    config = TrainConfig(
        optimizer=optimizer, lam=0, schedule="cosine", tolerance=1e-3, max_iterations=2000
    )
    result = fit(contradicted, config)
    assert result.reason is StopReason.CONVERGED
    of_an_8 = result.model.predict_proba(contradicted.images[[0, 3]])[:, 1]
    assert_allclose(of_an_8, [1 / 3, 2 / 3], atol=0.01)
    assert result.history.cost[-1] == pytest.approx(math.log(3) - math.log(4) / 3, abs=1e-4)


@pytest.mark.parametrize(("optimizer", "tolerance"), [("l-bfgs-b", 1e-4), ("trust-ncg", 1e-4)])
def test_where_a_pixel_is_inked_on_one_side_only_no_run_has_arrived(
    contradicted, optimizer, tolerance
):
    # As before, but one of the images that are called an 8 has a dot that no 3 has.
    images = contradicted.images.copy()
    assert not images[:, 0, 0].any()
    images[4, 0, 0] = 0.5
    dotted = Dataset(images, contradicted.labels, "dotted")
    config = TrainConfig(optimizer=optimizer, lam=0, tolerance=tolerance, max_iterations=2000)
    result = fit(dotted, config)
    assert result.reason is StopReason.ENDLESS
    assert result.history.accuracy[-1] < 1
    assert result.history.gradient_norm[-1] <= tolerance
    # There is no end to it: a larger weight of that pixel is better still, whatever it is.
    X, targets = dotted.design_matrix(), (dotted.labels == 8) * 1.0
    further = result.model.theta + np.eye(401)[1]
    costs = [cost_and_gradient(at, X, targets, 0)[0] for at in (result.model.theta, further)]
    assert costs[1] < costs[0]
    assert fit(dotted, dataclasses.replace(config, lam=1e-3)).reason is StopReason.CONVERGED


# Stalled.


@pytest.mark.parametrize("optimizer", by_curvature)
def test_a_run_that_cannot_get_lower_says_that_it_stalled(pair, optimizer):
    # No gradient is exactly 0: before that, float64 has no lower J to offer.
    config = TrainConfig(optimizer=optimizer, lam=20, tolerance=0, max_iterations=2000)
    result = fit(pair, config)
    assert result.reason is StopReason.STALLED
    assert result.iterations < 2000
    assert result.history.gradient_norm[-1] < 1e-6
    assert_intact(result)


# Iterations spent.


@every_optimizer
def test_a_run_ends_when_its_iterations_are_spent(zeros_and_ones, optimizer):
    result = fit(zeros_and_ones, TrainConfig(optimizer=optimizer, tolerance=0, max_iterations=3))
    assert result.reason is StopReason.ITERATIONS
    assert len(result.history) == 1 + 3
    assert result.iterations == 3
    assert_intact(result)


# Time spent.


@every_optimizer
@pytest.mark.usefixtures("ticking_clock")
def test_a_run_ends_when_its_time_is_spent(pair, optimizer):
    # The clock goes on by a few seconds in each iteration.
    config = TrainConfig(optimizer=optimizer, tolerance=0, max_seconds=8, batch_size=8)
    result = fit(pair, config)
    assert result.reason is StopReason.TIME
    assert result.seconds >= 8
    assert (result.history.seconds[:-1] < 8).all()
    assert 1 <= result.iterations < 8
    assert result.model.theta.any()
    assert_intact(result)


@pytest.mark.parametrize("optimizer", ["bfgs", "gradient-descent"])
@pytest.mark.usefixtures("ticking_clock", "one_class_after_another")
def test_time_is_of_the_whole_run_and_not_of_each_class(three_digits, optimizer):
    config = TrainConfig(optimizer=optimizer, tolerance=0, max_seconds=8, max_iterations=4)
    result = fit(three_digits, config)
    assert result.reason is StopReason.TIME
    assert result.model.theta[0].any()
    assert not result.model.theta[2].any()
    assert_intact(result)


@pytest.mark.usefixtures("ticking_clock")
def test_a_run_without_time_still_has_its_start(pair):
    result = fit(pair, TrainConfig(max_seconds=0.001))
    assert result.reason is StopReason.TIME
    assert (result.iterations, result.passes) == (0, 0)
    assert_intact(result)


@pytest.mark.usefixtures("slow_clock")
@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "sgd", "batch_size": 1, "learning_rate": 0.01},
        {"optimizer": "trust-ncg", "lam": 1e-3},
    ],
    ids=["a pass of single examples", "many products with the Hessian"],
)
def test_a_long_iteration_is_broken_off_when_its_time_is_spent(pair, settings):
    # Each of its many parts takes a tenth of a second at least.
    config = TrainConfig(**settings, tolerance=0, max_seconds=7)
    result = fit(pair, config)
    assert result.reason is StopReason.TIME
    assert result.seconds < 7
    assert result.iterations > 0
    assert_intact(result)
    # It does not count: the whole iterations alone lead there too.
    alone = dataclasses.replace(config, max_seconds=3600, max_iterations=result.iterations)
    again = fit(pair, alone)
    assert again.reason is StopReason.ITERATIONS
    assert result.model.theta.tobytes() == again.model.theta.tobytes()


@pytest.mark.usefixtures("slow_clock")
def test_class_after_class_is_broken_off_for_good(three_digits):
    config = TrainConfig(optimizer="bfgs", tolerance=0)
    result = fit(three_digits, config, stopping=Impatience(after=6).is_up)
    assert result.reason is StopReason.VISITOR
    assert not result.model.theta[1:].any()
    assert_intact(result)


# Stopped by the visitor.


@every_optimizer
@pytest.mark.parametrize("iteration", [0, 2])
def test_a_callback_can_stop_the_run(zeros_and_ones, optimizer, iteration):
    config = TrainConfig(optimizer=optimizer, tolerance=0, max_iterations=5)
    result = fit(zeros_and_ones, config, stop_at(iteration))
    assert result.reason is StopReason.VISITOR
    assert result.iterations == iteration
    assert_intact(result)


@pytest.mark.usefixtures("slow_clock")
def test_a_visitor_can_stop_within_a_long_iteration(pair):
    # 24 batches a pass, a tenth of a second each: it is asked in the middle of the third.
    config = TrainConfig(optimizer="sgd", batch_size=1, learning_rate=0.01, tolerance=0)
    stopping = Impatience(after=60)
    result = fit(pair, config, stopping=stopping.is_up)
    assert result.reason is StopReason.VISITOR
    assert result.iterations == result.passes == 2
    assert stopping.asked <= 64, "and not until the end of the pass"
    assert_intact(result)
    whole = fit(pair, dataclasses.replace(config, max_iterations=2))
    assert result.model.theta.tobytes() == whole.model.theta.tobytes()


def test_an_iteration_that_ends_soon_is_not_broken_off(pair, monkeypatch):
    # As before, but no time goes by: the third pass comes to its end, and counts.
    monkeypatch.setattr("logreg_core.observer.time", SimpleNamespace(monotonic=lambda: 0.0))
    config = TrainConfig(optimizer="sgd", batch_size=1, learning_rate=0.01, tolerance=0)
    result = fit(pair, config, stopping=Impatience(after=60).is_up)
    assert result.reason is StopReason.VISITOR
    assert result.iterations == result.passes == 3


def test_whoever_is_asked_to_stop_at_once_has_its_start(pair):
    result = fit(pair, TrainConfig(), stopping=lambda: True)
    assert (result.reason, result.iterations) == (StopReason.VISITOR, 0)
    assert_intact(result)


def test_to_be_asked_changes_nothing(zeros_and_ones):
    for optimizer in OPTIMIZERS:
        config = TrainConfig(optimizer=optimizer, max_iterations=3)
        asked = Impatience(after=math.inf)
        watched, alone = (
            fit(zeros_and_ones, config, stopping=asked.is_up),
            fit(zeros_and_ones, config),
        )
        assert asked.asked > 0, optimizer
        assert watched.model.theta.tobytes() == alone.model.theta.tobytes()
        assert watched.passes == alone.passes


def test_a_callback_can_stop_class_after_class_for_good(three_digits):
    config = TrainConfig(optimizer="bfgs", max_iterations=3)
    result = fit(three_digits, config, stop_at(4))
    assert result.reason is StopReason.VISITOR
    assert result.iterations == 4
    assert not result.model.theta[2].any()


def test_a_visitor_who_stops_after_a_class_that_stalled_is_who_stopped_it(three_digits):
    config = TrainConfig(optimizer="bfgs", lam=1e6, tolerance=0)
    whole = fit(three_digits, config)
    assert whole.reason is StopReason.STALLED
    second_began = int(np.flatnonzero(whole.history.theta[:, 1].any(axis=1))[0])
    assert 1 < second_began < whole.iterations
    result = fit(three_digits, config, stop_at(second_began))
    assert result.reason is StopReason.VISITOR
    assert result.iterations == second_began


def test_an_error_in_the_callback_is_not_swallowed(zeros_and_ones):
    def broken(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fit(zeros_and_ones, TrainConfig(), broken)


# Diverged.


@pytest.mark.parametrize("optimizer", by_learning_rate)
def test_a_step_that_is_far_too_large_ends_the_run_as_diverged(pair, optimizer):
    # The first step is so long that the penalty alone is a million times J(0).
    config = TrainConfig(optimizer=optimizer, lam=1e6, learning_rate=1000, batch_size=24)
    seen = []
    result = fit(pair, config, seen.append)
    assert result.reason is StopReason.DIVERGED
    assert [step.iteration for step in seen] == [0]
    assert result.history.cost.tolist() == [seen[0].cost]
    assert_intact(result)


@pytest.mark.parametrize("optimizer", ["gradient-descent", "momentum", "nesterov", "sgd"])
def test_what_was_before_it_diverged_is_kept(pair, optimizer):
    # α λ/m = 8: each step of gradient descent makes the weights 1 − 8 = −7 times as large.
    config = TrainConfig(
        optimizer=optimizer, lam=24_000, learning_rate=0.008, batch_size=24, tolerance=0
    )
    result = fit(pair, config)
    cost = result.history.cost
    assert result.reason is StopReason.DIVERGED
    assert 3 <= result.iterations < 20
    assert (cost <= 1e6 * cost[0]).all()
    assert cost[-1] > 1e3 * cost[0]
    assert_intact(result)


def test_a_run_that_leaves_the_floats_within_an_iteration_is_diverged(zeros_and_ones):
    # One pass is 360 steps, each of which makes θ 1 − αλ/m = −2.8 million times as large.
    config = TrainConfig(optimizer="sgd", lam=1e6, learning_rate=1000, batch_size=1)
    result = fit(zeros_and_ones, config)
    assert result.reason is StopReason.DIVERGED
    assert result.iterations == 0
    assert_intact(result)


@pytest.mark.usefixtures("one_class_after_another")
def test_a_class_that_diverges_ends_the_whole_run(three_digits):
    config = TrainConfig(optimizer="gradient-descent", lam=36_000, learning_rate=0.008)
    result = fit(three_digits, config)
    assert result.reason is StopReason.DIVERGED
    assert result.model.theta[0].any()
    assert not result.model.theta[1:].any()
    # No other class was begun: there is the step that went too far, and a look at where it led.
    assert result.evaluations <= result.iterations + 2
    assert_intact(result)


def test_a_softmax_run_can_diverge_too(three_digits):
    config = TrainConfig(
        optimizer="gradient-descent", multiclass="softmax", lam=36_000, learning_rate=0.008
    )
    result = fit(three_digits, config)
    assert result.reason is StopReason.DIVERGED
    assert result.iterations >= 3
    assert_intact(result)


def test_a_cost_that_rises_but_comes_back_has_not_diverged(three_digits):
    config = TrainConfig(optimizer="gradient-descent", lam=1, learning_rate=1, max_iterations=200)
    result = fit(three_digits, config)
    cost = result.history.cost
    assert cost.max() > 10 * cost[0]
    assert cost[-1] < cost[0] / 5
    assert result.reason is StopReason.ITERATIONS


# Several classes, one after another.


@pytest.mark.parametrize(
    ("digits", "arrives"),
    [((1, 4, 8), [False, True, True]), ((0, 8, 9), [True, False, True])],
    ids=["not the first", "not the second"],
)
def test_several_classes_have_converged_only_if_each_of_them_has(ten_digits, digits, arrives):
    chosen = ten_digits.only(*digits)
    config = TrainConfig(optimizer="bfgs", tolerance=1e-3, max_iterations=20)
    result = fit(chosen, config)
    X, m = chosen.design_matrix(), len(chosen)
    arrived = []
    for digit, theta in zip(digits, result.model.theta, strict=True):
        errors = 1 / (1 + np.exp(-X @ theta)) - (chosen.labels == digit)
        gradient = (X.T @ errors + config.lam * np.r_[0, theta[1:]]) / m
        arrived.append(np.abs(gradient).max() <= config.tolerance)
    assert arrived == arrives  # or else this tells nothing
    assert result.reason is StopReason.ITERATIONS


@pytest.mark.usefixtures("one_class_after_another")
def test_class_after_class_walks_where_all_classes_together_do(three_digits, monkeypatch):
    config = TrainConfig(optimizer="gradient-descent", max_iterations=20)
    one_by_one = fit(three_digits, config)
    monkeypatch.undo()
    together = fit(three_digits, config)
    assert one_by_one.iterations == 3 * together.iterations
    # Each class may look once more at where it ended.
    assert 0 <= one_by_one.passes - 3 * together.passes <= 2
    assert_allclose(one_by_one.model.theta, together.model.theta, rtol=1e-9, atol=1e-13)
    assert one_by_one.history.cost[-1] == pytest.approx(together.history.cost[-1], rel=1e-12)


@pytest.mark.usefixtures("one_class_after_another")
def test_snapshots_of_a_run_over_all_classes_are_bounded(three_digits):
    config = TrainConfig(optimizer="gradient-descent", tolerance=0, max_iterations=300)
    result = fit(three_digits, config)
    history = result.history
    assert result.iterations == 3 * 300
    assert MAX_SNAPSHOTS / 2 <= len(history.theta) <= MAX_SNAPSHOTS
    assert history.theta.nbytes <= MAX_SNAPSHOTS * 3 * 401 * 8
    assert (history.theta_iteration[0], history.theta_iteration[-1]) == (0, 900)
    # Of every class there is something to see: none has been thinned away.
    assert {tuple(row) for row in history.theta.any(axis=2)} >= {
        *((False, False, False), (True, False, False), (True, True, False), (True, True, True)),
    }
    assert_intact(result)
