"""Step 8 says what a number is worth."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.stats import binomtest

from dashboard.lesson.held_out import with_labels_dealt_at_random
from dashboard.words.lesson.held_out import held_out_text
from dashboard.words.plain import short_percent
from logreg_core import Dataset, Score, load_bundled
from tests.pages.visitor import Visitor, drawn_ring, numbers

SOON = 60  # seconds


@pytest.fixture(
    scope="module",
    params=[
        {"digits": "3-8", "preparation": "none", "lam": "30", "optimizer": "sgd"},
        {"digits": "all"},
        {"digits": "all", "multiclass": "softmax", "curve": "accuracy"},
    ],
    ids=str,
)
def opened(request):
    """A visitor who has opened the page, and does nothing there."""
    visitor = Visitor()
    visitor.open("app.py", **request.param)
    return visitor


def test_the_fair_number_has_the_interval_of_wilson(opened):
    job = opened.app.session_state["_run"]
    right = int((job.model().predict(job.held_out.images) == job.held_out.labels).sum())
    of = len(job.held_out)
    interval = binomtest(right, of).proportion_ci(method="wilson")
    text = opened.text()
    assert f"**{right:,} of {of:,}** = **{short_percent(right / of)}**" in text
    low, high = short_percent(interval.low), short_percent(interval.high)
    assert f"between **{low}** and **{high}**" in text
    dot = opened.live_figure("held_out_scores")["data"][1]
    assert numbers(dot["x"])[0] == right / of
    assert numbers(dot["error_x"]["arrayminus"])[0] == pytest.approx(right / of - interval.low)
    assert numbers(dot["error_x"]["array"])[0] == pytest.approx(interval.high - right / of)


def test_labels_dealt_at_random_are_learnt_by_heart_and_tell_nothing_of_new_digits(opened):
    figure = opened.live_figure("held_out_scores")
    ring, dot = figure["data"][2:]
    assert numbers(ring["x"])[0] == 1
    assert numbers(dot["x"])[0] < 0.75
    assert "training 200 of 200 = 100 %" in figure["layout"]["annotations"][1]["text"]
    assert "learns **200 digits by heart**" in opened.text()


def test_the_learning_curve_ends_at_all_training_digits_with_the_model_at_hand(opened):
    """With the λ of the visitor, but an optimiser that arrives."""
    state, work = opened.app.session_state, opened.work("learning_curve")
    run = state["_run"]
    assert (work.config.lam, work.failure) == (run.config.lam, None)
    figure = opened.live_figure("held_out_learning_curve")
    lines = {each["name"]: each for each in figure["data"] if "name" in each}
    shows = state["curve"]
    of_all, of_fewest = (
        [value(each.scores, shows) for each in work.points if each.m == m]
        for m in (len(run.training), work.sizes[0])
    )
    held_out = lines["held out"]
    assert numbers(held_out["x"]).tolist() == list(work.sizes)
    assert numbers(held_out["y"])[[0, -1]] == pytest.approx([np.mean(of_fewest), of_all[0]])
    bands = [each for each in figure["data"] if each.get("fill") == "toself"]
    assert numbers(bands[1]["y"])[[0, -1]] == pytest.approx([max(of_fewest), min(of_fewest)])
    (this_model,) = [line for name, line in lines.items() if name.startswith("this model")]
    judged = run.model().judge(run.held_out)
    at_hand = (
        np.mean(judged.read_as == run.held_out.labels)
        if shows == "accuracy"
        else judged.costs.mean()
    )
    assert this_model["x"] == [len(run.training)]
    assert this_model["y"][0] == pytest.approx(at_hand)
    assert figure["layout"]["yaxis"]["type"] == ("linear" if shows == "accuracy" else "log")


def value(scores, shows):
    return scores.held_out.share if shows == "accuracy" else scores.held_out_cost


def test_another_digit_trains_nothing_again_and_the_curve_shows_cost_or_accuracy(visitor):
    app = visitor.open("app.py")
    first = visitor.work("learning_curve")
    costs = numbers(visitor.live_figure("held_out_learning_curve")["data"][1]["y"])
    assert costs[-1] == pytest.approx(first.points[-1].scores.training_cost)
    app.number_input(key="example").set_value(7)
    app.segmented_control(key="curve").set_value("accuracy")
    visitor.run()
    assert visitor.work("learning_curve") is first
    shares = numbers(visitor.live_figure("held_out_learning_curve")["data"][1]["y"])
    assert shares[-1] == first.points[-1].scores.training.share
    assert visitor.link()["curve"] == "accuracy"
    before = re.findall(r"A fair number[^.]*", visitor.text())
    app.session_state["_drawing"] = drawn_ring()
    visitor.run()
    assert re.findall(r"A fair number[^.]*", visitor.text()) == before


def test_what_was_stopped_and_much_data_wait_for_a_click(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.work.SHORT", 300)
    app = visitor.open("app.py")
    assert visitor.work("learning_curve") is None
    works = app.session_state["_works"]
    works["by_heart"] = (works["by_heart"][0], None)  # as Stop leaves it
    visitor.run()
    assert len(visitor.live_figure("held_out_scores")["data"]) == 2, "the model at hand is there"
    app.button(key="ask_for_by_heart").click()
    app.button(key="ask_for_learning_curve").click()
    visitor.run()
    for name in ("by_heart", "learning_curve"):
        assert visitor.work(name).wait(SOON)
    visitor.run()
    assert len(visitor.live_figure("held_out_scores")["data"]) == 4
    assert visitor.live_figure("held_out_learning_curve")["data"]


# Labels dealt at random.


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


def test_an_image_that_is_there_often_gets_one_label():
    few = load_bundled().only(3, 8).take(range(12))
    often = Dataset(np.tile(few.images, (20, 1, 1)), np.tile(few.labels, 20), "often")
    dealt = with_labels_dealt_at_random(often, 200)
    assert len(dealt) == len({image.tobytes() for image in dealt.images}) == 12


# Words.


def said(*, learnt_from=270, dealt):
    return held_out_text(Score(89, 90), numbers=401, learnt_from=learnt_from, dealt=dealt)


def test_it_is_said_what_was_learnt_by_heart_and_nothing_before():
    assert "learns **200 digits by heart**" in said(dealt=Score(200, 200))
    assert "**119 of 200**" in said(dealt=Score(119, 200))
    assert "by heart" not in said(dealt=Score(119, 200))
    assert "200" not in said(dealt=None)


@pytest.mark.parametrize("learnt_from", [2, 180])
def test_of_two_distinct_digits_nobody_is_told_that_they_are_learnt_by_heart(learnt_from):
    text = said(learnt_from=learnt_from, dealt=Score(2, 2))
    assert "nearly any 2 images apart" in text
    assert "by heart" not in text


def test_a_number_by_which_something_was_chosen_is_not_called_fair():
    assert "as long as nothing was chosen by them" in said(dealt=None)
