"""One place in a run's history moves all its pictures, on Train and θ alike."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.timeline import moment_of
from dashboard.views import END
from logreg_core import JobState
from logreg_core.history import Recorder, Step
from tests.pages.visitor import numbers


def history_of(iterations):
    recorder = Recorder()
    for i in range(iterations + 1):
        recorder.add(Step(i, 1 / (i + 1), 0, 1, 1, 0, i, 1), np.full(401, float(i)))
    return recorder.history()


@pytest.mark.parametrize("iterations", [0, 1, 7, 399, 400, 401, 9000])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9999, 1.0])
def test_a_moment_is_a_theta_and_the_numbers_of_the_same_iteration(iterations, share):
    history = history_of(iterations)
    asked = int(share * iterations)
    moment = moment_of(history, asked)
    assert history.theta[moment.snapshot][0] == moment.iteration
    assert history.iteration[moment.step] == moment.iteration
    assert moment.iteration <= asked
    following = history.theta_iteration[history.theta_iteration > moment.iteration]
    assert not len(following) or following[0] > asked, "the nearest before"


@pytest.mark.parametrize("at", [END, None, 10**9, "12", 3.5])
def test_whatever_is_no_earlier_iteration_is_the_end(at):
    moment = moment_of(history_of(20), at)
    assert moment.is_last
    assert moment.iteration == 20


def test_a_negative_iteration_is_the_start():
    assert moment_of(history_of(20), -5).iteration == 0


def test_train_shows_the_numbers_and_the_theta_of_the_moment(visitor):
    app = visitor.open("pages/train.py")
    history = app.session_state["_run"].history()
    app.session_state["at"] = 4
    visitor.run()
    shown = numbers(visitor.live_figure("theta_figure")["data"][0]["z"])
    np.testing.assert_array_equal(shown.ravel(), history.theta[4][1:])
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["J"] == f"{history.cost[4]:.5g}"
    assert metrics["Held-out accuracy"] == f"{history.held_out_accuracy[4]:.2%}"
    for chart in ("cost_figure", "accuracy_figure", "gradient_figure", "norm_figure"):
        lines = visitor.live_figure(chart)["layout"]["shapes"]
        assert [line["x0"] for line in lines if line["x0"] == line["x1"]] == [4]


def test_theta_is_at_the_moment_that_was_chosen_on_train(visitor):
    app = visitor.open("pages/train.py")
    app.session_state["at"] = 4
    visitor.run()
    visitor.open("pages/theta.py")
    shown = numbers(visitor.live_figure("theta_figure")["data"][0]["z"])
    history = app.session_state["_run"].history()
    np.testing.assert_array_equal(shown.ravel(), history.theta[4][1:])


def test_a_new_run_is_followed_to_its_end(visitor):
    app = visitor.open("pages/train.py")
    app.session_state["at"] = 4
    visitor.run()
    app.select_slider(key="speed").set_value("full speed")
    app.button(key="start").click()
    visitor.run()
    assert app.session_state["at"] == END
    assert app.session_state["_run"].wait(timeout=60)


def test_a_running_run_can_be_looked_back_on(visitor):
    app = visitor.open("pages/train.py", optimizer="gradient-descent", max_iterations="5000")
    app.select_slider(key="speed").set_value("100 a second")
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    while job.latest is None or job.latest.iteration < 5:
        assert not job.wait(0.01)
    app.session_state["at"] = 2
    visitor.run()
    assert job.state is JobState.RUNNING
    shown = numbers(visitor.live_figure("theta_figure")["data"][0]["z"])
    np.testing.assert_array_equal(shown.ravel(), job.history().theta[2][1:])
    job.stop()
    assert job.wait(timeout=60)
