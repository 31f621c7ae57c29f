"""fit finds the θ that scikit-learn finds, tells each step, and ends for a stated reason."""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.metrics import log_loss as sklearn_log_loss

from logreg_core.config import TrainConfig
from logreg_core.dataset import Dataset
from logreg_core.errors import DataError
from logreg_core.history import Recorder, StopReason
from logreg_core.training import fit

SHARP = TrainConfig(tolerance=1e-9, max_iterations=2000)


def scikit_learns_theta(dataset, digit, lam):
    """θ of one digit against the rest, (401,)."""
    peer = LogisticRegression(C=1 / lam, tol=1e-12, solver="newton-cholesky")
    peer.fit(dataset.design_matrix()[:, 1:], dataset.labels == digit)
    return np.r_[peer.intercept_, peer.coef_[0]]


def stop_at(iteration):
    """A callback that has seen enough."""

    def callback(step):
        if step.iteration == iteration:
            raise StopIteration

    return callback


@pytest.fixture(scope="module")
def measured(training_and_held_out):
    """A run to convergence with held-out examples."""
    training, held_out = training_and_held_out
    return fit(training, TrainConfig(), held_out=held_out)


@pytest.fixture(scope="module")
def three_digits(ten_digits):
    return ten_digits.only(1, 4, 8)


# θ.


def test_two_labels_give_one_theta_that_speaks_for_the_larger(zeros_and_ones):
    model = fit(zeros_and_ones, SHARP).model
    assert model.theta.shape == (401,)
    assert model.classes == (0, 1)
    assert_allclose(model.theta, scikit_learns_theta(zeros_and_ones, 1, lam=1), atol=1e-5)


@pytest.mark.parametrize("lam", [0.1, 20])
def test_lambda_is_one_over_scikit_learns_c(ten_digits, lam):
    pair = ten_digits.only(3, 8)
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


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "newton-cg", "gradient-descent"])
def test_held_out_examples_never_influence_theta(training_and_held_out, optimizer):
    training, held_out = training_and_held_out
    config = TrainConfig(optimizer=optimizer, max_iterations=8)
    ink_everywhere = Dataset(np.ones((1, 20, 20)), np.array([0]), "ink")
    thetas = {
        fit(training, config, held_out=other).model.theta.tobytes()
        for other in (None, held_out, training, ink_everywhere)
    }
    assert len(thetas) == 1


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "newton-cg", "gradient-descent"])
def test_a_callback_that_watches_does_not_change_theta(zeros_and_ones, optimizer):
    config = TrainConfig(optimizer=optimizer, max_iterations=8)
    watched = fit(zeros_and_ones, config, lambda _: None).model.theta
    assert watched.tobytes() == fit(zeros_and_ones, config).model.theta.tobytes()


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


def test_what_only_grows_never_shrinks(measured):
    assert (np.diff(measured.history.passes) > 0).all()
    assert (np.diff(measured.history.seconds) >= 0).all()


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
    assert [
        *(without_penalty, last.accuracy, last.held_out_cost, last.held_out_accuracy)
    ] == pytest.approx(expected, rel=1e-9)


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


# The end.


def test_a_run_converges_when_no_entry_of_the_gradient_is_above_the_tolerance(measured):
    assert measured.reason is StopReason.CONVERGED
    assert measured.history.gradient_norm[-1] <= TrainConfig().tolerance
    assert (measured.history.gradient_norm[:-1] > TrainConfig().tolerance).all()


def test_a_run_that_starts_within_the_tolerance_takes_no_step(zeros_and_ones):
    result = fit(zeros_and_ones, TrainConfig(tolerance=1))
    assert result.reason is StopReason.CONVERGED
    assert len(result.history) == 1
    assert not result.model.theta.any()


@pytest.mark.parametrize("optimizer", ["bfgs", "l-bfgs-b", "cg", "newton-cg", "gradient-descent"])
def test_a_run_ends_when_its_iterations_are_spent(zeros_and_ones, optimizer):
    result = fit(zeros_and_ones, TrainConfig(optimizer=optimizer, max_iterations=3))
    assert result.reason is StopReason.ITERATIONS
    assert len(result.history) == 1 + 3


@pytest.mark.parametrize("optimizer", ["bfgs", "l-bfgs-b", "cg", "newton-cg", "gradient-descent"])
@pytest.mark.parametrize("iteration", [0, 2])
def test_a_callback_can_stop_the_run(zeros_and_ones, optimizer, iteration):
    config = TrainConfig(optimizer=optimizer, max_iterations=5)
    result = fit(zeros_and_ones, config, stop_at(iteration))
    assert result.reason is StopReason.VISITOR
    assert result.history.iteration[-1] == iteration
    assert_array_equal(result.model.theta, result.history.theta[-1])


def test_several_classes_have_converged_only_if_each_of_them_has(three_digits):
    config = TrainConfig(optimizer="bfgs", tolerance=1e-3, max_iterations=20)
    result = fit(three_digits, config)
    X, m = three_digits.design_matrix(), len(three_digits)
    arrived = []
    for digit, theta in zip(three_digits.classes, result.model.theta, strict=True):
        errors = 1 / (1 + np.exp(-X @ theta)) - (three_digits.labels == digit)
        gradient = (X.T @ errors + config.lam * np.r_[0, theta[1:]]) / m
        arrived.append(np.abs(gradient).max() <= config.tolerance)
    assert set(arrived) == {False, True}  # or else this tells nothing
    assert result.reason is StopReason.ITERATIONS


def test_a_callback_can_stop_class_after_class_for_good(three_digits):
    config = TrainConfig(optimizer="bfgs", max_iterations=3)
    result = fit(three_digits, config, stop_at(4))
    assert result.reason is StopReason.VISITOR
    assert result.history.iteration[-1] == 4


def test_a_run_that_cannot_get_lower_says_that_it_stalled(zeros_and_ones):
    # No gradient is exactly 0: before that, float64 has no lower J to offer.
    result = fit(zeros_and_ones, TrainConfig(tolerance=0, max_iterations=5000))
    assert result.reason is StopReason.STALLED
    assert len(result.history) < 5000
    assert result.history.gradient_norm[-1] < 1e-7


def test_an_error_in_the_callback_is_not_swallowed(zeros_and_ones):
    def broken(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fit(zeros_and_ones, TrainConfig(), broken)


# Bad input.


def test_one_digit_alone_is_refused(zeros_and_ones):
    with pytest.raises(DataError, match=r"All images show the digit 1: .* two digits or more"):
        fit(zeros_and_ones.only(1), TrainConfig())


def test_a_held_out_digit_that_training_never_saw_is_refused(ten_digits):
    with pytest.raises(DataError, match=r"The digit 7 is not among the classes \(0, 1\)"):
        fit(ten_digits.only(0, 1), TrainConfig(), held_out=ten_digits.only(1, 7))
