"""Explore shows the learning curve."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from dashboard.words.csv_file import csv_file
from dashboard.words.explore.learning_curve import bias_or_variance, counted_text, curve_rows
from logreg_core import CurvePoint, Score, Scores
from tests.pages.visitor import numbers

NAME = "learning_curve"


def test_it_begins_by_itself_and_draws_cost_and_accuracy(visitor):
    visitor.open("pages/explore.py", explore="m")
    curve = visitor.work(NAME)
    assert curve.complete
    for key, value in (
        ("curve_costs", lambda scores: scores.held_out_cost),
        ("curve_shares", lambda scores: scores.held_out.share),
    ):
        line = visitor.live_figure(key)["data"][3]
        means = [
            np.mean([value(point.scores) for point in curve.points if point.m == m])
            for m in curve.sizes
        ]
        assert list(numbers(line["x"])) == list(curve.sizes)
        assert numbers(line["y"]) == pytest.approx(means)


def test_more_draws_are_another_curve_and_stand_in_the_link(visitor):
    app = visitor.open("pages/explore.py", explore="m")
    first = visitor.work(NAME)
    app.segmented_control(key="draws").set_value(5)
    visitor.run()
    visitor.wait_for_work()
    curve = visitor.work(NAME)
    assert (first.seeds, curve.seeds) == ((0, 1, 2), (0, 1, 2, 3, 4))
    assert visitor.link() == {"explore": "m", "draws": "5"}


def test_the_same_curve_is_not_trained_for_how_it_works_and_for_explore(visitor):
    visitor.open("app.py")
    curve = visitor.work(NAME)
    visitor.open("pages/explore.py", explore="m")
    assert visitor.work(NAME) is curve


def test_much_data_waits_for_a_click(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.explore.learning_curve.SHORT_WHERE_LOOKED_FOR", 10)
    app = visitor.open("pages/explore.py", explore="m", draws="10")
    assert visitor.work(NAME) is None
    button = app.button(key=f"ask_for_{NAME}")
    assert button.label == "Train 51 times on 4 to 270 digits"
    button.click()
    visitor.run()
    visitor.wait_for_work()
    assert visitor.work(NAME).complete


# What it says of made-up points.


def points(*sizes, right=90):
    """Of (m, training cost, held-out costs), one draw for each of these."""
    return tuple(
        CurvePoint(m, seed, Scores(Score(m, m), Score(right, 100), training, held_out))
        for m, training, held_outs in sizes
        for seed, held_out in enumerate(held_outs)
    )


def test_a_gap_that_closes_is_variance_and_more_digits_help():
    text = bias_or_variance(points((100, 0.01, (0.5, 0.52)), (200, 0.02, (0.3,))), lam=1)
    assert "**variance**" in text
    assert "from 100 digits on the held-out cost still falls, from 0.510 to 0.300" in text
    assert "more digits should help" in text


def test_two_flat_costs_that_have_met_are_bias_and_more_digits_do_not_help():
    text = bias_or_variance(points((100, 0.29, (0.31, 0.33)), (200, 0.3, (0.315,))), lam=1)
    assert "have met (0.300 and 0.315)" in text
    assert "**bias**" in text
    assert "whether less λ would, the regularisation path says" in text
    assert "less λ" not in bias_or_variance(points((9, 0.3, (0.31,)), (18, 0.3, (0.31,))), lam=0)


def test_two_close_costs_that_fall_with_m_are_held_back_by_lam():
    text = bias_or_variance(points((100, 0.09, (0.1, 0.101)), (200, 0.05, (0.055,))), lam=3)
    assert "λ = 3, which weighs less beside more digits" in text
    assert "should help" in bias_or_variance(points((9, 0.1, (0.1,)), (18, 0.05, (0.05,))), lam=0)


def test_a_fall_within_what_draws_differ_by_is_chance():
    text = bias_or_variance(points((100, 0.1, (0.2, 0.4)), (200, 0.1, (0.25,))), lam=1)
    assert "**within chance**" in text


def test_what_is_clear_by_few_draws_is_not_called_chance_by_many():
    """By the range of the draws it was: the more there are, the wider that is."""
    three = (0.0325, 0.0339, 0.0355)
    ten = (0.0290, *(0.0325, 0.0339, 0.0355) * 2, 0.0347, 0.0352, 0.0384)
    for held_out in (three, ten):
        text = bias_or_variance(points((2417, 0.027, held_out), (11982, 0.0273, (0.0294,))), lam=1)
        assert "the held-out one still falls" in text


def test_a_gap_that_stays_does_not_promise_anything():
    text = bias_or_variance(points((100, 0.1, (0.3, 0.3)), (200, 0.1, (0.31,))), lam=1)
    assert "falls no more" in text
    assert "should help" not in text


def test_the_held_out_digits_are_counted_and_one_size_is_no_curve():
    one_size = points((4, 0.1, (0.3,)))
    assert bias_or_variance(one_size, lam=1) == "There are too few digits for a curve."
    assert "Of 100 held-out digits 90 are read correctly" in counted_text(one_size)


def test_the_file_has_every_training():
    made = points((100, 0.01, (0.5, 0.52)), (200, 0.02, (0.3,)))
    rows = list(csv.DictReader(io.StringIO(csv_file(curve_rows(made)).decode("utf-8-sig"))))
    assert [(int(row["m"]), int(row["seed"])) for row in rows] == [(100, 0), (100, 1), (200, 0)]
    assert [float(row["held_out_cost"]) for row in rows] == [0.5, 0.52, 0.3]
