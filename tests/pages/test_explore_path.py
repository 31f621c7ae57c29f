"""Explore shows the regularisation path."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from dashboard.figures.explore.regularisation_path import (
    PICTURED,
    costs_over_lam,
    shares_over_lam,
    thetas_along_path,
)
from dashboard.finished import finished
from dashboard.words.csv_file import csv_file
from dashboard.words.explore.regularisation_path import (
    bias_and_variance,
    lowest_text,
    path_rows,
    without_penalty_text,
)
from logreg_core import PathPoint, Score, Scores, StopReason, best_of_path, load_bundled
from logreg_core.regularisation_path import USUAL_LAMS
from tests.pages.visitor import Visitor, numbers

NAME = "regularisation_path"


@pytest.fixture(scope="module")
def opened():
    """A visitor who has opened the path of 0 and 1."""
    visitor = Visitor()
    visitor.open("pages/explore.py", explore="lam", lam="5")
    return visitor


def test_it_begins_by_itself_and_draws_every_lam(opened):
    path = opened.work(NAME)
    assert path.complete
    training, _, held_out, at_0, best = opened.live_figure("path_costs")["data"]
    with_penalty = path.points[:-1]
    assert list(numbers(training["x"])) == [point.lam for point in with_penalty]
    assert list(numbers(training["y"])) == [point.scores.training_cost for point in with_penalty]
    assert list(numbers(held_out["y"])) == [point.scores.held_out_cost for point in with_penalty]
    assert numbers(at_0["x"])[0] < min(numbers(training["x"]))
    assert numbers(best["x"])[0] == best_of_path(path.points).lam


def test_held_out_shares_have_their_interval(opened):
    held_out = opened.live_figure("path_shares")["data"][2]
    for place, point in enumerate(opened.work(NAME).points[:-1]):
        low, high = point.scores.held_out.interval
        assert numbers(held_out["y"])[place] == point.scores.held_out.share
        assert numbers(held_out["error_y"]["array"])[place] == pytest.approx(
            high - point.scores.held_out.share
        )
        assert numbers(held_out["error_y"]["arrayminus"])[place] == pytest.approx(
            point.scores.held_out.share - low
        )


def test_the_visitors_lam_is_marked(opened):
    (mark,) = opened.live_figure("path_costs")["layout"]["shapes"]
    assert mark["x0"] == mark["x1"] == 5


def test_theta_is_pictured_along_the_path(opened):
    theta_at = {point.lam: point.theta for point in opened.work(NAME).points}
    pictures = opened.live_figure("path_thetas")["data"]
    assert len(pictures) == len(PICTURED)
    for lam, picture in zip(PICTURED, pictures, strict=True):
        np.testing.assert_array_equal(numbers(picture["z"]).ravel(), theta_at[lam][1:])


def test_the_best_lam_is_named_and_can_be_trained_with(opened):
    best = best_of_path(opened.work(NAME).points)
    assert f"lowest at **λ = {best.lam:,g}**" in opened.text()
    (link,) = [
        link for link in opened.app.get("page_link") if link.proto.label.startswith("Train with")
    ]
    assert f"lam={best.lam:g}" in link.proto.query_string


def test_a_change_of_lam_or_optimiser_trains_nothing_again(visitor):
    app = visitor.open("pages/explore.py", explore="lam")
    path = visitor.work(NAME)
    app.query_params["lam"] = "30"
    app.query_params["optimizer"] = "sgd"
    visitor.run()
    assert visitor.work(NAME) is path
    assert visitor.live_figure("path_costs")["layout"]["shapes"][0]["x0"] == 30


def test_other_panels_and_back_train_nothing_again(visitor):
    app = visitor.open("pages/explore.py", explore="lam")
    path = visitor.work(NAME)
    app.segmented_control(key="explore").set_value("m")
    visitor.run()
    app.segmented_control(key="explore").set_value("lam")
    visitor.run()
    assert visitor.work(NAME) is path


def test_each_of_several_digits_has_its_theta(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.explore.regularisation_path.SHORT_WHERE_LOOKED_FOR", 10**9)
    app = visitor.open("pages/explore.py", explore="lam", digits="all", path_digit="7")
    last = visitor.work(NAME).points[-2]
    picture = visitor.live_figure("path_thetas")["data"][PICTURED.index(0.001)]
    np.testing.assert_array_equal(numbers(picture["z"]).ravel(), last.theta[7, 1:])
    app.selectbox(key="path_digit").set_value(3)
    visitor.run()
    picture = visitor.live_figure("path_thetas")["data"][PICTURED.index(0.001)]
    np.testing.assert_array_equal(numbers(picture["z"]).ravel(), last.theta[3, 1:])
    assert visitor.link()["path_digit"] == "3"


def test_much_data_waits_for_a_click(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.explore.regularisation_path.SHORT_WHERE_LOOKED_FOR", 10)
    app = visitor.open("pages/explore.py", explore="lam")
    assert visitor.work(NAME) is None
    button = app.button(key=f"ask_for_{NAME}")
    assert button.label == f"Train {len(USUAL_LAMS)} times on 270 digits"
    button.click()
    visitor.run()
    visitor.wait_for_work()
    assert visitor.work(NAME).complete


def test_what_is_stopped_stays_and_can_begin_again(visitor):
    app = visitor.open("pages/explore.py", explore="lam")
    path = visitor.work(NAME)
    path._complete = False  # as Stop leaves it
    finished()._works.clear()
    visitor.run()
    assert "So far of all λ > 0 the held-out cost is lowest" in visitor.text()
    app.button(key=f"ask_for_{NAME}").click()
    visitor.run()
    visitor.wait_for_work()
    assert visitor.work(NAME) is not path


@pytest.mark.parametrize("panel", ["lam", "m"])
def test_an_upload_of_eight_images_is_explored(visitor, panel):
    visitor.open("pages/data.py")
    visitor.app.session_state["_uploaded"] = load_bundled().only(0, 1).take(range(8))
    visitor.open("pages/explore.py", source="upload", explore=panel)
    work = visitor.work({"lam": NAME, "m": "learning_curve"}[panel])
    assert work.complete
    assert len(work.training) + len(work.held_out) == 8
    assert not visitor.app.error


# What it says and draws of made-up points.


def made(lams, training, held_out, right, reasons=None):
    """A path by its costs, and by how many of 100 held-out digits are read correctly."""
    return tuple(
        PathPoint(
            lam=lam,
            theta=np.full(401, 1 / (1 + lam)),
            scores=Scores(Score(100, 100), Score(count, 100), *costs),
            iterations=1,
            passes=2.0,
            reason=reason,
        )
        for lam, *costs, count, reason in zip(
            lams,
            training,
            held_out,
            right,
            reasons or (StopReason.CONVERGED,) * len(lams),
            strict=True,
        )
    )


LAMS = (100.0, 1.0, 0.01)
BOTH_ENDS = made(LAMS, (0.6, 0.1, 0.01), (0.62, 0.2, 0.5), (60, 95, 93))


def test_too_much_lam_is_bias_and_too_little_is_variance():
    assert "lowest at **λ = 1**" in lowest_text(BOTH_ENDS, over=True)
    assert bias_and_variance(BOTH_ENDS) == (
        "At λ = 100 both costs are high and close (0.600 and 0.620): too much λ is **bias**; "
        "at λ = 0.01 the training cost is lower and the held-out cost higher (0.0100 and 0.500): "
        "too little λ is **variance**."
    )


def test_within_the_interval_there_is_nothing_to_choose():
    text = lowest_text(BOTH_ENDS, over=True)
    assert "100 held-out digits hardly tell the λ from 1 to 0.01 apart" in text
    far_apart = made(LAMS, (0.6, 0.1, 0.01), (0.62, 0.2, 0.5), (60, 95, 70))
    assert "hardly tell the λ" not in lowest_text(far_apart, over=True)


def test_where_less_lam_is_ever_better_there_is_no_variance_to_see():
    falling = made(LAMS, (0.6, 0.1, 0.01), (0.6, 0.1, 0.02), (99,) * 3)
    assert "lowest at **λ = 0.01**" in lowest_text(falling, over=True)
    text = bias_and_variance(falling)
    assert "down to λ = 0.01 the held-out cost only falls" in text
    assert "is **variance**" not in text


def test_where_the_curve_is_flat_too_little_does_no_harm():
    text = bias_and_variance(made(LAMS, (0.6, 0.1, 0.01), (0.62, 0.2, 0.21), (9,) * 3))
    assert "hardly rises (0.0100 and 0.210)" in text
    assert "is **variance**" not in text


def test_where_the_strongest_is_best_it_says_so_and_speaks_of_no_bias():
    text = bias_and_variance(made(LAMS, (0.6, 0.1, 0.01), (0.7, 0.9, 3.0), (50,) * 3))
    assert "the strongest, does best" in text
    assert "**bias**" not in text


def test_before_its_end_it_says_so():
    text = lowest_text(BOTH_ENDS[:1], over=False)
    assert text.startswith("So far the held-out cost is lowest at **λ = 100**")


ENDLESS = made(
    (1.0, 0.0),
    (0.1, 1e-9),
    (0.2, 1e-7),
    (95, 95),
    (StopReason.CONVERGED, StopReason.SEPARATED),
)


def test_without_a_minimum_it_is_not_the_best():
    text = lowest_text(ENDLESS, over=True)
    assert text.startswith("Of all λ > 0 the held-out cost is lowest at **λ = 1**")
    assert costs_over_lam(ENDLESS, (1.0, 0.0), own=1).data[-1].name == (
        "lowest held out of all λ > 0: λ = 1"
    )
    assert "**J has no minimum**" in without_penalty_text(ENDLESS)
    assert without_penalty_text(BOTH_ENDS) == ""


def test_nor_is_what_was_broken_off():
    reasons = (StopReason.CONVERGED, StopReason.ITERATIONS)
    path = made((1.0, 0.0), (0.1, 0.05), (0.2, 0.1), (95, 95), reasons)
    assert "Of all λ > 0 the held-out cost is lowest at **λ = 1**" in lowest_text(path, over=True)
    assert "whether there is one is open" in without_penalty_text(path)


def test_where_the_best_has_no_rival_at_0_it_is_lowest_of_all():
    reasons = (StopReason.CONVERGED, StopReason.SEPARATED)
    path = made((1.0, 0.0), (0.1, 1e-9), (0.2, 0.3), (95, 95), reasons)
    assert lowest_text(path, over=True).startswith("The held-out cost is lowest at **λ = 1**")
    at_0 = made((1.0, 0.0), (0.1, 0.05), (0.2, 0.1), (95, 95))
    assert lowest_text(at_0, over=True).startswith("The held-out cost is lowest at **λ = 0**")


def test_without_a_minimum_a_cost_does_not_stretch_the_axis():
    chart = costs_over_lam(ENDLESS, (1.0, 0.0), own=0.0)
    foot = 10 ** chart.layout.yaxis.range[0]
    assert 0.05 < foot < 0.1
    assert chart.data[1].y[0] == pytest.approx(foot)
    assert chart.data[1].text == ("1e-9",)
    assert chart.data[1].marker.symbol == "triangle-down-open"
    assert chart.layout.shapes[0].x0 == chart.data[1].x[0], "the visitor's λ is 0 too"


def test_nor_does_one_that_is_far_higher():
    reasons = (StopReason.CONVERGED, StopReason.ENDLESS)
    chart = costs_over_lam(made((1.0, 0.0), (0.1, 0.09), (0.2, 50.0), (9, 9), reasons), (1.0, 0), 1)
    top = 10 ** chart.layout.yaxis.range[1]
    assert 0.2 < top < 0.3
    assert chart.data[3].y[0] == pytest.approx(top)
    assert chart.data[3].text == ("50",)
    assert chart.data[3].marker.symbol == "triangle-up-open"


@pytest.mark.parametrize("own", [0.0, 1e-300, 0.5, 1e6])
def test_the_visitors_lam_is_on_the_chart_wherever_it_is(own):
    chart = shares_over_lam(BOTH_ENDS, LAMS, own)
    low, high = chart.layout.xaxis.range
    assert low < np.log10(chart.layout.shapes[0].x0) < high


def test_a_path_that_has_just_begun_is_drawn():
    assert costs_over_lam((), LAMS, own=1.0).data
    picture = thetas_along_path(BOTH_ENDS[:1], row=0)
    assert "not learnt<br>yet" in [note.text for note in picture.layout.annotations]


def test_the_file_has_every_number():
    rows = list(csv.DictReader(io.StringIO(csv_file(path_rows(BOTH_ENDS)).decode("utf-8-sig"))))
    assert [float(row["lam"]) for row in rows] == list(LAMS)
    assert [float(row["held_out_cost"]) for row in rows] == [0.62, 0.2, 0.5]
    assert [int(row["held_out_right"]) for row in rows] == [60, 95, 93]
    low, high = Score(95, 100).interval
    assert (float(rows[1]["held_out_low"]), float(rows[1]["held_out_high"])) == (low, high)
