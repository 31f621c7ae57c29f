"""Step 8 says what a number is worth."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.stats import binomtest

from dashboard.lesson.held_out import with_labels_dealt_at_random
from dashboard.words.plain import short_percent
from logreg_core import load_bundled
from tests.pages.visitor import drawn_ring, numbers

SOON = 60  # seconds


def opened(visitor, **link):
    """The page, once the trainings of the step are over."""
    app = visitor.open("app.py", **link)
    for name in ("by_heart", "learning_curve"):
        assert visitor.work(name).wait(SOON)
    visitor.run()
    return app


LINKS = [
    {},
    {"digits": "1-8", "preparation": "none"},
    {"digits": "all"},
    {"digits": "all", "multiclass": "softmax"},
]


@pytest.mark.parametrize("link", LINKS)
def test_the_fair_number_has_the_interval_of_wilson(visitor, link):
    app = opened(visitor, **link)
    job = app.session_state["_run"]
    right = int((job.model().predict(job.held_out.images) == job.held_out.labels).sum())
    of = len(job.held_out)
    interval = binomtest(right, of).proportion_ci(method="wilson")
    text = visitor.text()
    assert f"**{right:,} of {of:,}** = **{short_percent(right / of)}**" in text
    low, high = short_percent(interval.low), short_percent(interval.high)
    assert f"between **{low}** and **{high}**" in text
    dot = visitor.live_figure("held_out_scores")["data"][1]
    assert numbers(dot["x"])[0] == right / of
    assert numbers(dot["error_x"]["arrayminus"])[0] == pytest.approx(right / of - interval.low)
    assert numbers(dot["error_x"]["array"])[0] == pytest.approx(interval.high - right / of)


@pytest.mark.parametrize("link", LINKS)
def test_labels_dealt_at_random_are_learnt_by_heart_and_tell_nothing_of_new_digits(visitor, link):
    opened(visitor, **link)
    figure = visitor.live_figure("held_out_scores")
    ring, dot = figure["data"][2:]
    assert numbers(ring["x"])[0] == 1
    assert numbers(dot["x"])[0] < 0.75
    assert "training 200 of 200 = 100 %" in figure["layout"]["annotations"][1]["text"]


def test_dealt_labels_are_as_many_of_each_digit_but_not_the_right_ones():
    digits = load_bundled().only(3, 8)
    dealt = with_labels_dealt_at_random(digits, 200)
    true = {
        image.tobytes(): label for image, label in zip(digits.images, digits.labels, strict=True)
    }
    right = np.mean([true[image.tobytes()] for image in dealt.images] == dealt.labels)
    assert len(dealt) == 200
    share = digits.counts[3] / len(digits)
    assert abs(dealt.counts[3] - 200 * share) <= 1
    assert 0.35 < right < 0.65


def test_the_learning_curve_ends_at_all_training_digits_with_the_model_at_hand(visitor):
    app = opened(visitor, digits="3-8")
    m = len(app.session_state["_run"].training)
    data = visitor.live_figure("held_out_learning_curve")["data"]
    lines = {each["name"]: each for each in data if "name" in each}
    for name in ("training", "held out"):
        assert numbers(lines[name]["x"])[[0, -1]].tolist() == [4, m]
    at_hand = lines["this model, with its 95 % interval"]
    assert at_hand["x"] == [m]
    assert at_hand["y"][0] == pytest.approx(numbers(lines["held out"]["y"])[-1], abs=0.02)
    points = visitor.work("learning_curve").points
    of_four = [point.held_out.share for point in points if point.m == 4]
    assert numbers(lines["held out"]["y"])[0] == pytest.approx(np.mean(of_four))
    bands = [each for each in data if each.get("fill") == "toself"]
    assert max(of_four) == pytest.approx(numbers(bands[1]["y"])[0])
    assert min(of_four) == pytest.approx(numbers(bands[1]["y"])[-1])


def test_the_curve_has_the_lam_of_the_visitor_and_an_optimiser_that_arrives(visitor):
    opened(visitor, digits="3-8", lam="30", optimizer="sgd", batch_size="64")
    config = visitor.work("learning_curve").config
    assert (config.lam, config.optimizer) == (30, "l-bfgs-b")
    assert visitor.work("learning_curve").failure is None


def test_another_digit_at_hand_does_not_train_the_curve_again(visitor):
    app = opened(visitor)
    first = visitor.work("learning_curve")
    app.number_input(key="example").set_value(7)
    visitor.run()
    assert visitor.work("learning_curve") is first


def test_much_data_waits_for_a_click(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.lesson.work.SHORT", 300)
    app = visitor.open("app.py")
    assert visitor.work("learning_curve") is None
    app.button(key="ask_for_learning_curve").click()
    visitor.run()
    assert visitor.work("learning_curve").wait(SOON)
    visitor.run()
    assert visitor.live_figure("held_out_learning_curve")["data"]


def test_a_drawing_leaves_the_numbers_as_they_are(visitor):
    opened(visitor)
    before = re.findall(r"A fair number[^.]*", visitor.text())
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.run()
    assert re.findall(r"A fair number[^.]*", visitor.text()) == before
