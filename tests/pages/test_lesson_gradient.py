"""Step 5: the picture of the gradient, and steps against it."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.words.lesson.gradient import gradient_text
from logreg_core import TrainConfig, cost_and_gradient, fit
from tests.pages.test_how_it_works import givens
from tests.pages.visitor import Visitor, numbers


def picture(visitor, key):
    return numbers(visitor.live_figure(key)["data"][0]["z"])


def click(visitor, key):
    visitor.app.button(key=key).click()
    visitor.run()


def trained_by_hand(visitor, steps, alpha):
    """θ after so many steps of the run that one would begin with these settings."""
    job = visitor.app.session_state["_run"]
    config = TrainConfig(
        optimizer="gradient-descent",
        learning_rate=alpha,
        max_iterations=steps,
        tolerance=0,
        preparation="full",
    )
    return fit(job.training, config).model.theta


@pytest.mark.parametrize("link", [{"steps": "7"}, {"digits": "all", "lam": "10", "steps": "3"}])
def test_the_picture_is_the_slope_of_j_turned_round(visitor, link):
    visitor.open("app.py", **link)
    known = givens(visitor)
    X = np.c_[np.ones(known["m"]), known["P"]]
    wants = picture(visitor, "gradient_downhill")
    for row, column in ((10, 10), (5, 13), (15, 3), (0, 0)):
        nudge = np.zeros(401)
        nudge[1 + 20 * row + column] = 1e-5
        high, low = (
            cost_and_gradient(known["theta_k"] + side * nudge, X, known["Y"], known["lam"])[0]
            for side in (1, -1)
        )
        assert wants[row, column] == pytest.approx(-(high - low) / 2e-5, abs=1e-8)


def test_so_many_steps_lead_where_a_run_of_gradient_descent_ends(visitor):
    visitor.open("app.py", steps="25", alpha="0.3")
    theta = trained_by_hand(visitor, 25, 0.3)
    shown = picture(visitor, "gradient_theta")
    np.testing.assert_allclose(shown, theta[1:].reshape(20, 20), atol=1e-12)


def test_it_begins_at_zeros_where_j_is_log_2(visitor):
    visitor.open("app.py")
    assert not picture(visitor, "gradient_theta").any()
    costs = visitor.live_figure("gradient_costs")["data"][0]["y"]
    assert numbers(costs) == pytest.approx([np.log(2)])
    assert visitor.app.button(key="no_steps").disabled
    assert "J from **0.693** down to" in visitor.text()


def test_the_buttons_take_steps_and_take_them_back(visitor):
    visitor.open("app.py")
    taken = []
    for key in ("one_step", "ten_steps", "ten_steps", "one_step", "no_steps", "ten_steps"):
        click(visitor, key)
        taken.append(visitor.app.session_state["steps"])
        drawn = numbers(visitor.live_figure("gradient_costs")["data"][0]["y"])
        assert len(drawn) == taken[-1] + 1
    assert taken == [1, 11, 21, 22, 0, 10]
    assert visitor.link() == {"steps": "10"}


def test_the_hollow_mark_is_where_the_next_step_leads(visitor):
    visitor.open("app.py", steps="4")
    to_come = numbers(visitor.live_figure("gradient_costs")["data"][1]["y"])[-1]
    click(visitor, "one_step")
    assert numbers(visitor.live_figure("gradient_costs")["data"][0]["y"])[-1] == to_come


def test_a_link_brings_steps_and_alpha(visitor):
    app = visitor.open("app.py", steps="12", alpha="0.03")
    assert app.select_slider(key="alpha").value == 0.03
    other = Visitor()
    other.open("app.py", **visitor.link())
    assert other.live_figure("gradient_costs") == visitor.live_figure("gradient_costs")
    assert "12 steps taken" in other.text()


def test_another_alpha_takes_as_many_steps(visitor):
    app = visitor.open("app.py", steps="12")
    app.select_slider(key="alpha").set_value(0.3)
    visitor.run()
    theta = trained_by_hand(visitor, 12, 0.3)
    np.testing.assert_allclose(
        picture(visitor, "gradient_theta"), theta[1:].reshape(20, 20), atol=1e-12
    )


def test_there_are_no_more_steps_than_the_page_takes(visitor):
    app = visitor.open("app.py", steps="495")
    click(visitor, "ten_steps")
    assert app.session_state["steps"] == 500
    assert app.button(key="one_step").disabled
    assert app.button(key="ten_steps").disabled
    assert not app.button(key="no_steps").disabled
    assert "500 steps taken: the page takes no more than 500" in visitor.text()


def test_a_step_that_is_too_long_raises_j_and_it_is_said(visitor):
    visitor.open("app.py", alpha="10")
    for rises in (True, False):
        costs = visitor.live_figure("gradient_costs")["data"]
        here, to_come = numbers(costs[0]["y"])[-1], numbers(costs[1]["y"])[-1]
        assert (to_come > here) == rises
        assert ("with this α it goes too far" in visitor.text()) == rises
        click(visitor, "one_step")


def test_where_j_runs_away_there_are_no_further_steps(visitor):
    app = visitor.open("app.py", alpha="10", lam="100", steps="400")
    assert app.button(key="one_step").disabled
    assert "J has run away" in visitor.text()
    assert "with this α it goes too far" in visitor.text()
    app.select_slider(key="alpha").set_value(0.01)
    visitor.run()
    assert "400 steps taken" in visitor.text()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.5, 0.4, "would take J from **0.500** down to **0.400**"),
        (0.4, 0.5, "would take J from **0.400 up to 0.500**"),
        (0.123452, 0.123451, "from **0.123452** down to **0.123451**"),
        (0.25, 0.25, "would leave J at **0.250**"),
        (1500.2, 1500.4, "would take J from **1,500.2 up to 1,500.4**"),
    ],
)
def test_the_text_says_what_the_step_does(before, after, said):
    text = gradient_text(3, before, after)
    assert "Step 4 would" in text
    assert said in text
    assert text.count(". ") <= 2, "three sentences"
