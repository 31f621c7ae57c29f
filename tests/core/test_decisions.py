"""A threshold decides as the course has it, and its counts are the field's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import metrics

from logreg_core import DataError, Decisions

RNG = np.random.default_rng(5)
Y = RNG.integers(0, 2, 200)
#: In steps of a hundredth, so that many lie exactly at a threshold.
H = RNG.integers(1, 100, 200) / 100


@pytest.mark.parametrize("threshold", [0.11, 0.19, 0.5, 0.73, 0.99])
def test_counts_and_rates_are_those_of_scikit_learn(threshold):
    says = [int(h >= threshold) for h in H]
    assert (threshold == H).any(), "a tie is among them"
    decisions = Decisions.at(threshold, H, Y)
    assert_array_equal(decisions.counts, metrics.confusion_matrix(Y, says))
    assert decisions.accuracy == pytest.approx(metrics.accuracy_score(Y, says))
    assert decisions.precision == pytest.approx(metrics.precision_score(Y, says))
    assert decisions.recall == pytest.approx(metrics.recall_score(Y, says))


def test_exactly_at_the_threshold_it_is_a_yes():
    decisions = Decisions.at(0.5, [0.5, np.nextafter(0.5, 0)], [1, 1])
    assert (decisions.true_positives, decisions.false_negatives) == (1, 1)


def test_each_of_the_four_has_its_name():
    decisions = Decisions(np.array([[1, 2], [3, 4]]))
    assert decisions.true_negatives == 1
    assert decisions.false_positives == 2
    assert decisions.false_negatives == 3
    assert decisions.true_positives == 4


def test_there_is_no_precision_where_nothing_is_called_and_no_recall_where_nothing_is():
    assert Decisions.at(0.9, [0.1, 0.2], [0, 1]).precision is None
    assert Decisions.at(0.9, [0.1, 0.2], [0, 0]).recall is None


@pytest.mark.parametrize(("h", "y"), [([], []), ([0.1, 0.2], [1]), ([0.1], [2])])
def test_what_cannot_be_counted_is_refused(h, y):
    with pytest.raises(DataError):
        Decisions.at(0.5, h, y)
