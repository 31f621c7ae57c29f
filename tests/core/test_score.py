"""A score says how many were right, and what that proves."""

import numpy as np
import pytest
from scipy.stats import binomtest

from logreg_core import DataError, Score


@pytest.mark.parametrize(("right", "of"), [(0, 1), (1, 1), (2, 6), (9, 10), (436, 450), (0, 50)])
def test_the_interval_is_wilsons_as_scipy_has_it(right, of):
    expected = binomtest(right, of).proportion_ci(0.95, method="wilson")
    assert Score(right, of).interval == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("right", "of"), [(0, 0), (3, 2), (-1, 4)])
def test_counts_that_cannot_be_are_refused(right, of):
    with pytest.raises(DataError, match="cannot have been right"):
        Score(right, of)


def test_a_score_counts_what_is_read_as_it_is():
    assert Score.of_readings(np.array([3, 8, 8]), np.array([3, 3, 8])) == Score(2, 3)
