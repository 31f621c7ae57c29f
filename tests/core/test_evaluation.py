"""Mistakes and confidence are counted as scikit-learn and SciPy count them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from logreg_core import (
    DataError,
    TrainConfig,
    brier_score,
    confusion_matrix,
    filled_edges,
    fit,
    reliability_curve,
    wilson_interval,
)
from logreg_core.evaluation import TENTHS


@pytest.fixture
def answers():
    """500 answers of a model that is a little too sure, and whether each is right."""
    random = np.random.default_rng(0)
    confidences = random.uniform(0.3, 1, 500)
    return confidences, random.random(500) < confidences**1.5


@pytest.mark.parametrize("classes", [(0, 1), (2, 5, 7), tuple(range(10))])
def test_the_confusion_matrix_is_that_of_scikit_learn(classes):
    labels, read_as = np.random.default_rng(1).choice(classes, (2, 300))
    expected = metrics.confusion_matrix(labels, read_as, labels=classes)
    assert_array_equal(confusion_matrix(labels, read_as, classes), expected)


def test_a_digit_that_is_never_shown_nor_read_has_a_row_and_a_column_of_zeros():
    counts = confusion_matrix([3, 8], [3, 3], (1, 3, 8))
    assert_array_equal(counts, [[0, 0, 0], [0, 1, 0], [0, 1, 0]])


@pytest.mark.parametrize(("labels", "read_as"), [([3, 5], [3, 3]), ([3, 3], [3, 5])])
def test_a_digit_that_is_no_class_is_refused(labels, read_as):
    with pytest.raises(DataError, match=r"\[3, 8\].*\[5\]"):
        confusion_matrix(labels, read_as, (3, 8))


@pytest.mark.parametrize(
    ("labels", "read_as"), [([3, 3], [3]), ([3], [3, 8]), ([[3]], [[3]]), (3, 3)]
)
def test_without_one_reading_a_label_nothing_is_counted(labels, read_as):
    with pytest.raises(DataError, match="one reading for each"):
        confusion_matrix(labels, read_as, (3, 8))


@pytest.mark.parametrize("classes", [(8, 3), (3, 3, 8), ()])
def test_classes_out_of_order_are_refused(classes):
    with pytest.raises(DataError, match="ascending"):
        confusion_matrix([3, 8], [3, 8], classes)


def test_no_images_are_no_mistakes():
    assert_array_equal(confusion_matrix([], [], (3, 8)), np.zeros((2, 2)))


def test_equal_bins_are_those_of_scikit_learn(answers):
    confidences, right = answers
    accuracy, confidence = calibration_curve(right, confidences, n_bins=10)
    curve = reliability_curve(confidences, right)
    assert_allclose(curve.accuracy, accuracy)
    assert_allclose(curve.confidence, confidence)
    assert curve.counts.sum() == 500
    assert_allclose(curve.lower, np.arange(3, 10) / 10)
    assert_allclose(curve.upper, np.arange(4, 11) / 10)


def test_bins_of_quantiles_are_those_of_scikit_learn(answers):
    confidences, right = answers
    accuracy, confidence = calibration_curve(right, confidences, n_bins=7, strategy="quantile")
    edges = np.quantile(confidences, np.linspace(0, 1, 8))
    curve = reliability_curve(confidences, right, edges)
    assert_allclose(curve.accuracy, accuracy)
    assert_allclose(curve.confidence, confidence)


def test_the_calibration_error_is_its_definition_bin_by_bin(answers):
    confidences, right = answers
    apart = 0.0
    for lower in range(10):
        inside = np.ceil(confidences * 10) == lower + 1
        if inside.any():
            apart += abs(right[inside].sum() - confidences[inside].sum())
    error = reliability_curve(confidences, right).expected_calibration_error
    assert error == pytest.approx(apart / 500)


def test_who_is_right_as_often_as_said_has_no_calibration_error():
    curve = reliability_curve([0.75] * 4, [True, True, True, False])
    assert curve.expected_calibration_error == 0


@pytest.mark.parametrize(("confidences", "right"), [([], []), ([0.5, 0.6], [True])])
def test_without_one_verdict_an_answer_there_is_no_curve(confidences, right):
    for measure in (reliability_curve, brier_score):
        with pytest.raises(DataError, match="one verdict for each"):
            measure(confidences, right)


@pytest.mark.parametrize("confidences", [[], [[0.5]], 0.5])
def test_of_no_answers_no_bin_is_filled(confidences):
    with pytest.raises(DataError, match="m ≥ 1 answers"):
        filled_edges(confidences, 1)


BINNED = {
    "reliability curve": lambda sure, edges: reliability_curve(sure, [True], edges),
    "filled edges": lambda sure, edges: filled_edges(sure, 1, edges),
}


@pytest.mark.parametrize("binned", BINNED.values(), ids=BINNED)
@pytest.mark.parametrize("confidence", [-0.1, 1.4, np.nan])
def test_a_confidence_that_is_no_probability_is_refused(binned, confidence):
    with pytest.raises(DataError, match="between 0 and 1"):
        binned([confidence], TENTHS)
    with pytest.raises(DataError, match="between 0 and 1"):
        brier_score([confidence], [True])


@pytest.mark.parametrize("binned", BINNED.values(), ids=BINNED)
@pytest.mark.parametrize("edges", [(), (1,), (1, 0), (0, 0.5, 0.5, 1), (0, np.nan, 1)])
def test_edges_out_of_order_are_refused(binned, edges):
    with pytest.raises(DataError, match="ascending"):
        binned([0.5], edges)


@pytest.mark.parametrize("least", [1, 7, 60, 1000])
def test_bins_that_take_in_others_have_enough_but_for_the_lowest(answers, least):
    confidences, right = answers
    edges = filled_edges(confidences, least)
    assert set(edges) <= set(TENTHS)
    assert edges[-1] == 1
    curve = reliability_curve(confidences, right, edges)
    assert curve.counts.sum() == 500
    assert (curve.counts[1:] >= least).all()


def test_bins_that_have_enough_stay_as_they_are(answers):
    assert filled_edges(answers[0], 1) == TENTHS[3:]


def test_no_bin_reaches_across_a_gap_once_it_has_enough():
    edges = filled_edges([0.05] * 5 + [0.95] * 5, least=5)
    curve = reliability_curve([0.05] * 5 + [0.95] * 5, [True] * 10, edges)
    assert curve.lower.tolist() == [0.0, 0.9]
    assert curve.upper.tolist() == [0.1, 1.0]


def test_the_brier_score_is_that_of_scikit_learn(answers):
    confidences, right = answers
    assert brier_score(confidences, right) == pytest.approx(
        metrics.brier_score_loss(right, confidences)
    )


@pytest.mark.parametrize(("hits", "total"), [(0, 1), (1, 1), (81, 263), (111, 112), (9969, 10000)])
def test_the_interval_is_that_of_scipy(hits, total):
    expected = binomtest(hits, total).proportion_ci(0.95, method="wilson")
    assert wilson_interval(hits, total) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize("total", range(1, 200))
def test_who_never_fails_may_be_perfect_and_who_never_succeeds_hopeless(total):
    assert wilson_interval(total, total)[1] == 1
    assert wilson_interval(0, total)[0] == 0


@pytest.mark.parametrize(("hits", "total"), [(5, 3), (-1, 3), (0, -1), (1, 0)])
def test_more_hits_than_tries_are_refused(hits, total):
    with pytest.raises(DataError, match="can be hits"):
        wilson_interval(hits, total)


def test_nothing_tried_says_nothing():
    assert wilson_interval(0, 0) == (0, 1)


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_a_judgement_says_how_sure_the_model_is_of_what_it_read(ten_digits, multiclass):
    config = TrainConfig(multiclass=multiclass, max_iterations=5)
    model = fit(ten_digits, config).model
    judgement = model.judge(ten_digits)
    probabilities = model.predict_proba(ten_digits.images)
    assert_allclose(judgement.confidences, probabilities.max(axis=1))
    right = judgement.read_as == ten_digits.labels
    assert 0 < right.sum() < len(right)
    assert_array_equal(judgement.confidences[right], judgement.probabilities[right])
    assert (judgement.confidences[~right] > judgement.probabilities[~right]).all()


def test_what_is_counted_is_read_only(answers):
    curve = reliability_curve(*answers)
    arrays = [confusion_matrix([3], [3], (3, 8)), *vars(curve).values()]
    assert not any(array.flags.writeable for array in arrays)
