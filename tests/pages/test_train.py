"""The Train page does its job."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.figures.cost import MAX_POINTS
from logreg_core import JobState, StopReason, TrainConfig, fit
from tests.pages.visitor import numbers


def test_a_first_visit_shows_a_finished_run(visitor):
    app = visitor.open("pages/train.py")
    curve = visitor.live_figure("cost_figure")["data"][0]
    assert app.session_state["_run"].reason is StopReason.CONVERGED
    assert numbers(curve["y"])[0] == pytest.approx(np.log(2)), "at θ = 0 every example costs log 2"
    assert len(numbers(curve["y"])) > 10


def test_the_curves_are_those_of_the_core(visitor):
    app = visitor.open("pages/train.py")
    job = app.session_state["_run"]
    history = fit(job.training, job.config, held_out=job.held_out).history
    shown = visitor.live_figure("cost_figure")["data"]
    assert np.array_equal(numbers(shown[0]["y"]), history.cost)
    assert np.array_equal(numbers(shown[2]["y"]), history.held_out_cost)


def test_start_trains_with_the_settings_on_the_page(visitor):
    app = visitor.open("pages/train.py")
    app.select_slider(key="speed").set_value("full speed")
    app.select_slider(key="lam").set_value(100.0)
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    assert job.wait(timeout=30)
    assert job.config.lam == 100.0
    assert job.reason is StopReason.CONVERGED


def test_a_changed_setting_leaves_the_run_and_says_that_it_is_an_earlier_one(visitor):
    app = visitor.open("pages/train.py")
    run = app.session_state["_run"]
    app.select_slider(key="lam").set_value(100.0)
    visitor.run()
    assert app.session_state["_run"] is run
    assert "settings have changed" in app.info[0].value


def test_reset_and_step_go_iteration_by_iteration(visitor):
    app = visitor.open("pages/train.py")
    app.select_slider(key="speed").set_value("full speed")
    app.button(key="reset").click()
    visitor.run()
    job = app.session_state["_run"]
    assert job.wait_for_first_step(timeout=30)
    assert not job.model().theta.any()
    assert visitor.open("pages/theta.py").session_state["_run"] is job, "θ shows the zeros"
    visitor.open("pages/train.py")
    app.button(key="step").click()
    visitor.run()
    assert job.state is JobState.PAUSED
    job.stop()
    assert job.wait(timeout=30)
    assert len(job.history()) <= 2, "the start, and one iteration"


def start_slowly(visitor):
    """The Train page with a run that would take minutes."""
    app = visitor.open("pages/train.py", optimizer="gradient-descent")
    app.select_slider(key="speed").set_value("2 a second")
    app.button(key="start").click()
    return visitor.run()


def test_stop_keeps_what_was_learnt(visitor):
    app = start_slowly(visitor)
    assert app.session_state["_run"].state is JobState.RUNNING
    app.button(key="stop").click()
    visitor.run()
    job = app.session_state["_run"]
    assert job.wait(timeout=30)
    assert job.reason is StopReason.VISITOR
    assert "Stopped by you" in visitor.text()


def test_training_goes_on_while_other_pages_are_open(visitor):
    app = start_slowly(visitor)
    job = app.session_state["_run"]
    visitor.open("pages/theta.py")
    assert app.session_state["_run"] is job
    assert job.state is JobState.RUNNING
    assert "Your training is running" in visitor.text()
    job.stop()
    assert job.wait(timeout=30)


def test_a_run_under_way_is_not_ended_by_a_look_at_another_page(visitor):
    app = start_slowly(visitor)
    job = app.session_state["_run"]
    app.select_slider(key="lam").set_value(100.0)
    visitor.run()
    visitor.open("pages/theta.py")
    assert app.session_state["_run"] is job
    assert job.state is JobState.RUNNING
    assert "other settings than those chosen now" in visitor.text()
    job.stop()
    assert job.wait(timeout=30)


def test_a_run_that_began_by_itself_goes_at_full_speed(visitor):
    app = visitor.open("pages/train.py", optimizer="gradient-descent", digits="all")
    assert app.session_state["_run"].seconds_per_iteration == 0


def test_however_long_a_run_the_browser_gets_few_points(visitor):
    config = TrainConfig(optimizer="gradient-descent", max_iterations=1500, preparation="full")
    app = visitor.open("pages/train.py", optimizer="gradient-descent", max_iterations="1500")
    job = app.session_state["_run"]
    assert job.config == config
    curve = visitor.live_figure("cost_figure")["data"][0]
    assert len(job.history()) == 1501
    assert len(numbers(curve["y"])) == MAX_POINTS
    assert numbers(curve["x"])[-1] == 1500
