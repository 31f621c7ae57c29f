"""Other programs read the same numbers."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from scipy.io import loadmat

from logreg_core import TrainConfig, fit
from logreg_core.exports import history_csv, theta_csv, theta_mat


@pytest.fixture(scope="module")
def two(pair):
    return fit(pair, TrainConfig(max_iterations=9))


@pytest.fixture(scope="module")
def three(three_digits):
    return fit(three_digits, TrainConfig(max_iterations=9))


def rows(table):
    return list(csv.DictReader(io.StringIO(table)))


def test_the_table_of_theta_holds_every_number_exactly(three):
    table = rows(theta_csv(three.model.theta, three.model.classes))
    assert list(table[0])[3:] == ["weight for 1", "weight for 4", "weight for 8"]
    for position, digit in enumerate(three.model.classes):
        read = np.array([float(row[f"weight for {digit}"]) for row in table])
        assert np.array_equal(read, three.model.theta[position])


def test_of_two_digits_the_table_has_the_one_that_theta_speaks_for(two):
    table = rows(theta_csv(two.model.theta, two.model.classes))
    assert list(table[0]) == ["pixel", "row", "column", "weight for 8"]
    assert table[0]["pixel"] == "bias"
    assert float(table[0]["weight for 8"]) == two.model.theta[0]


def test_each_weight_stands_beside_its_pixel(two):
    picture = two.model.theta[1:].reshape(20, 20)
    for row in rows(theta_csv(two.model.theta, two.model.classes))[1:]:
        place = int(row["row"]), int(row["column"])
        assert float(row["weight for 8"]) == picture[place]
        assert int(row["pixel"]) == 1 + 20 * place[0] + place[1]


def test_theta_for_octave_has_a_column_a_digit(two, three):
    one = loadmat(io.BytesIO(theta_mat(two.model.theta, two.model.classes)))
    assert np.array_equal(one["theta"], two.model.theta[:, np.newaxis])
    many = loadmat(io.BytesIO(theta_mat(three.model.theta, three.model.classes)))
    assert np.array_equal(many["theta"], three.model.theta.T)
    assert many["classes"].tolist() == [[1, 4, 8]]


def test_the_note_says_truly_how_theta_stands_upright(two):
    stored = loadmat(io.BytesIO(theta_mat(two.model.theta, two.model.classes)))
    assert "reshape(theta(2:end, 1), 20, 20)'" in stored["note"].item()
    column_by_column = stored["theta"][1:, 0].reshape(20, 20, order="F")  # Octave's reshape
    assert np.array_equal(column_by_column.T, two.model.theta[1:].reshape(20, 20))


def test_the_table_of_the_history_holds_every_number_exactly(pair):
    history = fit(pair, TrainConfig(max_iterations=9), held_out=pair).history
    table = rows(history_csv(history))
    assert len(table) == len(history) == 10
    assert list(table[0]) == [
        *("iteration", "cost", "penalty", "held_out_cost", "accuracy", "held_out_accuracy"),
        *("gradient_norm", "theta_norm", "passes", "seconds"),
    ]
    for name in table[0]:
        assert np.array_equal([float(row[name]) for row in table], getattr(history, name))


def test_the_table_of_the_history_has_the_length_of_theta(two):
    last = rows(history_csv(two.history))[-1]
    assert float(last["theta_norm"]) == pytest.approx(np.sqrt((two.model.theta**2).sum()))


def test_what_was_not_measured_is_empty(two):
    assert {row["held_out_cost"] for row in rows(history_csv(two.history))} == {""}
