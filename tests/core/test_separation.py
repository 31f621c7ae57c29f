"""A pixel with ink on one side only is found, and nothing else is taken for one."""

import numpy as np
import pytest
from scipy.optimize import linprog

from logreg_core.objective import cost_and_gradient
from logreg_core.separation import has_one_sided_pixel

OVERLAPPING = np.array([[1, 0.1], [1, 0.9], [1, 0.2], [1, 0.8]])
LABELS = np.array([0, 0, 1, 1])


def with_pixel(values):
    return np.c_[OVERLAPPING, values]


def asked(X, labels=LABELS):
    return has_one_sided_pixel(X, np.asarray(labels, dtype=np.float64)[:, None])


def some_direction_lowers_every_cost(X, labels):
    """Whether some d has ±Xd ≥ 0, not all 0: Albert and Anderson's question, as a program."""
    signed = np.where(labels == 1, 1, -1)[:, None] * X
    bounds = [(-1, 1)] * X.shape[1]
    best = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(X)), bounds=bounds)
    return -best.fun > 1e-9


@pytest.mark.parametrize(
    "values",
    [[0, 0, 0, 0.3], [0, 0, 0.3, 0.3], [0.3, 0, 0, 0], [0, 0, 0, -0.1], [-0.2, -0.1, 0, 0.4]],
)
def test_a_pixel_inked_on_one_side_only_is_found(values):
    assert asked(with_pixel(values))
    assert some_direction_lowers_every_cost(with_pixel(values), LABELS)


@pytest.mark.parametrize(
    "values", [[0, 0, 0, 0], [0, 0.1, 0, 0.3], [0, 0, -0.1, 0.3], [0.5, 0.5, 0.5, 0.5]]
)
def test_other_pixels_are_not(values):
    assert not asked(with_pixel(values))
    assert not some_direction_lowers_every_cost(with_pixel(values), LABELS)


def test_its_weight_lowers_j_for_ever_at_lambda_0():
    X = with_pixel([0, 0, 0, 0.3])
    costs = [cost_and_gradient([0, 0, weight], X, LABELS, lam=0)[0] for weight in (0, 1, 10, 100)]
    assert (np.diff(costs) < 0).all()


def test_a_pixel_that_one_class_of_several_never_inks_speaks_against_it():
    labels = np.array([0, 1, 2, 0, 1, 2])
    pixel = np.array([0.5, 0.4, 0, 0.3, 0.2, 0])
    X = np.c_[np.ones(6), pixel]
    assert has_one_sided_pixel(X, np.eye(3)[labels])
    X[2, 1] = 0.1
    assert not has_one_sided_pixel(X, np.eye(3)[labels])


def test_rows_of_a_kind_that_fill_a_whole_block_hide_nothing(monkeypatch):
    monkeypatch.setattr("logreg_core.separation._BLOCK", 2)
    assert asked(with_pixel([0, 0, 0, 0.3]))
    assert not asked(with_pixel([0, 0.1, 0, 0.3]))
