"""fit finds the θ that scikit-learn finds, tells each step, and counts what it took.

Why a run ends is in test_stop_reasons.py.
"""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.metrics import log_loss as sklearn_log_loss

from logreg_core.config import TrainConfig
from logreg_core.dataset import Dataset
from logreg_core.errors import ConfigError, DataError
from logreg_core.history import Recorder, StopReason
from logreg_core.objective import Objective
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.training import fit

SHARP = TrainConfig(tolerance=1e-9, max_iterations=2000)

every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)


def scikit_learns_theta(dataset, digit, lam):
    """θ of one digit against the rest, (401,)."""
    peer = LogisticRegression(C=1 / lam, tol=1e-12, solver="newton-cholesky")
    peer.fit(dataset.design_matrix()[:, 1:], dataset.labels == digit)
    return np.r_[peer.intercept_, peer.coef_[0]]


@pytest.fixture(scope="module")
def measured(training_and_held_out):
    """A run to convergence with held-out examples."""
    training, held_out = training_and_held_out
    return fit(training, TrainConfig(), held_out=held_out)


# θ.


def test_two_labels_give_one_theta_that_speaks_for_the_larger(zeros_and_ones):
    model = fit(zeros_and_ones, SHARP).model
    assert model.theta.shape == (401,)
    assert model.classes == (0, 1)
    assert_allclose(model.theta, scikit_learns_theta(zeros_and_ones, 1, lam=1), atol=1e-5)


@pytest.mark.parametrize("lam", [0.1, 20])
def test_lambda_is_one_over_scikit_learns_c(pair, lam):
    theta = fit(pair, dataclasses.replace(SHARP, lam=lam)).model.theta
    assert_allclose(theta, scikit_learns_theta(pair, 8, lam), atol=1e-5)


def test_each_of_ten_thetas_is_the_optimum_of_its_own_problem(ten_digits):
    model = fit(ten_digits, SHARP).model
    assert model.theta.shape == (10, 401)
    assert model.classes == tuple(range(10))
    for digit in range(10):
        expected = scikit_learns_theta(ten_digits, digit, lam=1)
        assert_allclose(model.theta[digit], expected, atol=1e-5, err_msg=str(digit))


def test_bfgs_class_after_class_arrives_where_all_classes_together_do(three_digits):
    config = TrainConfig(lam=20, tolerance=1e-5, max_iterations=300)
    one_by_one = fit(three_digits, dataclasses.replace(config, optimizer="bfgs"))
    together = fit(three_digits, dataclasses.replace(config, optimizer="l-bfgs-b"))
    assert one_by_one.reason is together.reason is StopReason.CONVERGED
    # No direction curves less than λ/m = 0.56, so that 401 entries of ∇J within 1e-5
    # leave each of the two at most √401 · 1e-5 / 0.56 = 4e-4 from the optimum.
    assert_allclose(one_by_one.model.theta, together.model.theta, atol=8e-4)
    assert one_by_one.history.cost[-1] == pytest.approx(together.history.cost[-1], abs=1e-8)


def test_class_after_class_has_one_history(three_digits):
    history = fit(three_digits, TrainConfig(optimizer="bfgs", max_iterations=3)).history
    assert_array_equal(history.iteration, np.arange(1 + 3 * 3))
    assert (np.diff(history.passes) > 0).all()
    assert (np.diff(history.cost) < 0).all()
    untouched = ~history.theta.any(axis=2)  # (iterations, classes): θ is still 0
    assert_array_equal(untouched.sum(axis=0), [1, 4, 7])


def test_each_class_has_its_own_iterations(three_digits):
    result = fit(three_digits, TrainConfig(optimizer="bfgs", max_iterations=2))
    assert result.reason is StopReason.ITERATIONS
    assert result.model.theta.any(axis=1).all()


def test_zeros_and_ones_are_all_read_right_at_lambda_1(zeros_and_ones):
    result = fit(zeros_and_ones, TrainConfig(lam=1))
    assert result.history.accuracy[-1] == 1
    assert_array_equal(result.model.predict(zeros_and_ones.images), zeros_and_ones.labels)


@pytest.mark.parametrize("preparation", ["centred", "full"])
def test_images_are_prepared_before_they_are_learnt_from(ten_digits, preparation):
    pair = ten_digits.only(1, 7)
    config = TrainConfig(preparation=preparation)
    model = fit(pair, config).model
    prepared = Dataset(model.prepare(pair.images), pair.labels, "prepared")
    as_they_are = dataclasses.replace(config, preparation="none")
    assert_array_equal(fit(prepared, as_they_are).model.theta, model.theta)
    assert (fit(pair, as_they_are).model.theta != model.theta).any()


def test_the_model_says_what_it_was_trained_on_and_how(zeros_and_ones):
    config = TrainConfig(lam=4, max_iterations=2)
    model = fit(zeros_and_ones, config).model
    assert model.dataset_fingerprint == zeros_and_ones.fingerprint
    assert model.config == config


# The same again.


@pytest.mark.parametrize("digits", [(0, 1), (2, 5, 9)])
def test_the_same_config_and_data_give_the_same_theta_to_the_last_bit(ten_digits, digits):
    config = TrainConfig(max_iterations=30)
    chosen = ten_digits.only(*digits)
    again = Dataset(chosen.images.copy(), chosen.labels.copy(), "a copy")
    assert fit(chosen, config).model.theta.tobytes() == fit(again, config).model.theta.tobytes()


@every_optimizer
def test_watching_changes_nothing_but_what_is_seen(training_and_held_out, optimizer):
    training, held_out = training_and_held_out
    config = TrainConfig(optimizer=optimizer, max_iterations=4)
    ink_everywhere = Dataset(np.ones((1, 20, 20)), np.array([0]), "ink")
    alone = fit(training, config)
    steps = []
    for watched in (
        fit(training, config, steps.append),
        fit(training, config, held_out=held_out),
        fit(training, config, held_out=training),
        fit(training, config, steps.append, held_out=ink_everywhere, recorder=Recorder()),
    ):
        assert watched.model.theta.tobytes() == alone.model.theta.tobytes()
        assert_array_equal(watched.history.theta, alone.history.theta)
        assert_array_equal(watched.history.passes, alone.history.passes)
        assert_array_equal(watched.history.cost, alone.history.cost)
        assert watched.evaluations == alone.evaluations
        assert watched.reason is alone.reason
    assert len(steps) == 2 * len(alone.history)


@pytest.mark.parametrize(
    ("optimizer", "multiclass"),
    [("bfgs", "one-vs-all"), ("l-bfgs-b", "one-vs-all"), ("l-bfgs-b", "softmax")],
)
def test_watching_several_classes_changes_nothing_either(three_digits, optimizer, multiclass):
    config = TrainConfig(optimizer=optimizer, multiclass=multiclass, max_iterations=4)
    alone = fit(three_digits, config)
    watched = fit(three_digits, config, lambda _: None, held_out=three_digits)
    assert watched.model.theta.tobytes() == alone.model.theta.tobytes()
    assert_array_equal(watched.history.passes, alone.history.passes)
    assert watched.evaluations == alone.evaluations


# Steps.


def test_the_callback_sees_the_start_and_every_iteration(zeros_and_ones):
    steps = []
    result = fit(zeros_and_ones, TrainConfig(max_iterations=4), steps.append)
    assert [step.iteration for step in steps] == [0, 1, 2, 3, 4]
    assert [step.cost for step in steps] == result.history.cost.tolist()
    assert (steps[0].passes, steps[0].penalty) == (0, 0)
    assert steps[0].accuracy == np.mean(zeros_and_ones.labels == 1)  # a tie reads as a 1


def test_every_column_of_the_history_is_of_one_length(measured):
    history = measured.history
    columns = [field.name for field in dataclasses.fields(history) if "theta" not in field.name]
    assert {getattr(history, name).shape for name in columns} == {(len(history),)}
    assert_array_equal(history.iteration, np.arange(len(history)))
    assert history.theta.shape == (len(history), 401)
    assert_array_equal(history.theta_iteration, history.iteration)
    assert not history.theta[0].any()
    assert_array_equal(history.theta[-1], measured.model.theta)


@pytest.mark.parametrize("digits", [(0, 1), (1, 4, 8), range(10)])
def test_cost_starts_at_log_2_for_each_theta(ten_digits, digits):
    chosen = ten_digits.only(*digits)
    history = fit(chosen, TrainConfig(max_iterations=1), held_out=chosen).history
    thetas = 1 if len(digits) == 2 else len(digits)
    assert history.cost[0] == pytest.approx(thetas * math.log(2), rel=1e-14)
    assert history.held_out_cost[0] == pytest.approx(thetas * math.log(2), rel=1e-14)


def test_costs_and_accuracies_are_scikit_learns(measured, training_and_held_out):
    last, model = measured.history.step(-1), measured.model
    penalty = sum(weight**2 for weight in model.theta[1:]) / (2 * len(training_and_held_out[0]))
    assert last.penalty == pytest.approx(penalty, rel=1e-12)
    expected = []
    for part in training_and_held_out:
        probabilities = model.predict_proba(part.images)[:, 1]
        expected.append(sklearn_log_loss(part.labels, probabilities))
        expected.append(accuracy_score(part.labels, model.predict(part.images)))
    without_penalty = measured.history.training_cost[-1]
    assert [without_penalty, last.accuracy] == pytest.approx(expected[:2], rel=1e-9)
    # Held-out examples are measured in float32.
    assert last.held_out_cost == pytest.approx(expected[2], rel=1e-5)
    assert last.held_out_accuracy == expected[3]


def test_accuracy_of_several_classes_is_that_of_the_likeliest(ten_digits):
    held_out = ten_digits.take(np.arange(0, 120, 3))
    result = fit(ten_digits, TrainConfig(max_iterations=5), held_out=held_out)
    last = result.history.step(-1)
    for part, fraction in (ten_digits, last.accuracy), (held_out, last.held_out_accuracy):
        likeliest = result.model.predict_proba(part.images).argmax(axis=1)
        assert fraction == accuracy_score(part.labels, likeliest)


def test_held_out_examples_need_not_show_every_digit(training_and_held_out):
    training, held_out = training_and_held_out
    only_ones = held_out.only(1)
    history = fit(training, TrainConfig(max_iterations=3), held_out=only_ones).history
    assert history.held_out_cost[0] == pytest.approx(math.log(2))


def test_without_held_out_examples_their_numbers_are_not_made_up(zeros_and_ones):
    history = fit(zeros_and_ones, TrainConfig(max_iterations=1)).history
    assert np.isnan(history.held_out_cost).all()
    assert np.isnan(history.held_out_accuracy).all()


def test_gradient_norm_is_the_largest_entry_of_the_gradient(zeros_and_ones):
    history = fit(zeros_and_ones, TrainConfig(max_iterations=1)).history
    errors = 0.5 - zeros_and_ones.labels  # h = ½ at θ = 0
    gradient = zeros_and_ones.design_matrix().T @ errors / len(zeros_and_ones)
    assert history.gradient_norm[0] == pytest.approx(np.abs(gradient).max(), rel=1e-12)


def test_a_recorder_holds_what_the_result_holds(zeros_and_ones):
    recorder = Recorder()
    result = fit(zeros_and_ones, TrainConfig(max_iterations=3), recorder=recorder)
    assert len(recorder.history()) == len(result.history) == 4
    assert recorder.latest.cost == result.history.cost[-1]
    assert_array_equal(recorder.latest_theta, result.model.theta)


def test_time_in_the_callback_is_not_counted(zeros_and_ones, monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("logreg_core.history.time", SimpleNamespace(perf_counter=lambda: clock.now))

    def looks_on_for_a_minute(_):
        clock.now += 60

    run = fit(zeros_and_ones, TrainConfig(max_iterations=3), looks_on_for_a_minute).history
    assert clock.now == 4 * 60
    assert_array_equal(run.seconds, 0)


# Counts.


def asked(dataset, config):
    """What SciPy asks for, told by J and ∇²J written out here: evaluations and products."""
    X, y, m = dataset.design_matrix(), dataset.labels == dataset.classes[1], len(dataset)
    penalised = config.lam * np.r_[0, np.ones(400)] / m
    asked = SimpleNamespace(evaluations=0, products=0)

    def cost_and_gradient(theta):
        asked.evaluations += 1
        z = X @ theta
        h = 1 / (1 + np.exp(-z))
        cost = np.mean(np.log1p(np.exp(np.where(y, -z, z)))) + penalised @ theta**2 / 2
        return cost, X.T @ (h - y) / m + penalised * theta

    def product(theta, v):
        asked.products += 1
        h = 1 / (1 + np.exp(-(X @ theta)))
        return X.T @ (h * (1 - h) * (X @ v)) / m + penalised * v

    row = OPTIMIZERS[config.optimizer]
    minimize(
        cost_and_gradient,
        np.zeros(401),
        jac=True,
        method=row.method,
        options=row.options(config, Objective.from_labels(X, y, config.lam)),
        **({"hessp": product} if row.uses_hessian else {}),
    )
    return asked


@pytest.mark.parametrize("optimizer", ["bfgs", "l-bfgs-b", "cg", "newton-cg", "trust-ncg"])
def test_evaluations_and_passes_are_those_that_scipy_asks_for(zeros_and_ones, optimizer):
    config = TrainConfig(optimizer=optimizer, max_iterations=6)
    result = fit(zeros_and_ones, config)
    expected = asked(zeros_and_ones, config)
    assert result.evaluations == expected.evaluations
    assert result.passes == expected.evaluations + expected.products


@pytest.mark.parametrize(
    "optimizer", ["gradient-descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
)
@pytest.mark.parametrize("digits", [(3, 8), (1, 4, 8)])
def test_an_iteration_of_the_first_order_is_one_pass(ten_digits, optimizer, digits):
    config = TrainConfig(optimizer=optimizer, max_iterations=6)
    result = fit(ten_digits.only(*digits), config)
    # The gradient at the start is a pass too; Nesterov's looks ahead, and is the step's own.
    at_the_start = 0 if optimizer == "nesterov" else 1
    assert_array_equal(np.diff(result.history.passes), [1 + at_the_start, 1, 1, 1, 1, 1])
    # It may look once more at where it ended.
    assert result.evaluations - result.passes in {0, 1}


def test_no_gradient_of_gradient_descent_is_taken_while_the_clock_is_held(ten_digits):
    # Whoever only watches holds the clock: work done there would cost the optimiser nothing.
    held = []
    original = Objective.evaluate

    def spied(self, theta, *, counted=True):
        fresh = self._last is None or not np.array_equal(theta, self._last.theta)
        held.append(fresh and not counted)
        return original(self, theta, counted=counted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Objective, "evaluate", spied)
        fit(ten_digits.only(3, 8), TrainConfig(optimizer="gradient-descent", max_iterations=6))
    assert sum(held) == 1, "only the start, which is watched before anything is asked for"


@pytest.mark.parametrize("batch_size", [1, 7, 24])
def test_an_iteration_of_sgd_is_one_pass_whatever_its_batches(pair, batch_size):
    config = TrainConfig(optimizer="sgd", max_iterations=6, batch_size=batch_size)
    assert_array_equal(fit(pair, config).history.passes, np.arange(7))


@every_optimizer
def test_what_only_grows_never_shrinks(pair, optimizer):
    config = TrainConfig(optimizer=optimizer, max_iterations=12, batch_size=8)
    result = fit(pair, config)
    assert (np.diff(result.history.passes) > 0).all()
    assert (np.diff(result.history.seconds) >= 0).all()
    assert result.history.seconds[0] >= 0
    assert_array_equal(np.diff(result.history.iteration), 1)


def test_the_counts_of_a_result_are_those_of_its_last_step(measured):
    last = measured.history.step(-1)
    assert measured.iterations == last.iteration == len(measured.history) - 1
    assert (measured.passes, measured.seconds) == (last.passes, last.seconds)
    assert [type(value) for value in (measured.passes, measured.seconds)] == [float, float]
    assert measured.evaluations >= measured.iterations


def test_evaluations_of_all_classes_add_up(three_digits):
    # Without products of the Hessian, an evaluation is a pass.
    result = fit(three_digits, TrainConfig(optimizer="bfgs", max_iterations=3))
    assert result.evaluations == result.passes > 3 * 3


@pytest.mark.usefixtures("ticking_clock")
def test_seconds_of_all_classes_add_up(three_digits):
    result = fit(three_digits, TrainConfig(optimizer="bfgs", max_iterations=3))
    assert (np.diff(result.history.seconds) > 0).all()
    assert result.seconds == result.history.seconds[-1] > result.history.seconds[3]


# Bad input.


def test_one_digit_alone_is_refused(zeros_and_ones):
    with pytest.raises(DataError, match=r"All images show the digit 1: .* two digits or more"):
        fit(zeros_and_ones.only(1), TrainConfig())


def test_a_held_out_digit_that_training_never_saw_is_refused(ten_digits):
    with pytest.raises(DataError, match=r"The digit 7 is not among the classes \(0, 1\)"):
        fit(ten_digits.only(0, 1), TrainConfig(), held_out=ten_digits.only(1, 7))


def test_a_batch_that_is_larger_than_the_data_is_refused_with_both_numbers(pair):
    sentence = r"^A batch of 25 is larger than the data: there are 24 training examples\.$"
    with pytest.raises(ConfigError, match=sentence):
        fit(pair, TrainConfig(optimizer="sgd", batch_size=25))


def test_a_batch_may_be_all_of_the_data(pair):
    config = TrainConfig(optimizer="sgd", batch_size=24, max_iterations=1)
    assert fit(pair, config).reason is StopReason.ITERATIONS


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "sgd"])
def test_who_takes_no_batches_asks_for_no_size(pair, optimizer):
    config = TrainConfig(optimizer=optimizer, batch_size=1_000_000, max_iterations=1)
    assert fit(pair, config).iterations == 1


def test_pixels_that_are_no_numbers_do_not_even_become_a_dataset(pair):
    images = pair.images.copy()
    images[3, 10, 10] = np.nan
    with pytest.raises(DataError, match="not a finite number"):
        Dataset(images, pair.labels, "broken")
