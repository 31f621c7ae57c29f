"""The race on the Train page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dashboard.figures.cost import MAX_POINTS
from dashboard.figures.race import race_chart
from dashboard.runners import FIRST_RUNNERS
from dashboard.shown_run import ShownRun
from logreg_core import JobState, TrainConfig, fit, load_bundled
from tests.pages.visitor import numbers


@pytest.fixture
def racing(visitor):
    """The Train page with a race that is over."""
    app = visitor.open("pages/train.py")
    app.session_state["mode"] = "race"
    visitor.run()
    assert app.session_state["_race"].wait_for_optimum(timeout=120)
    visitor.run()
    yield app
    app.session_state["_race"].end()


def table(app):
    return next(frame.value for frame in app.dataframe if "optimiser" in frame.value)


def test_a_race_is_on_show_without_a_click(visitor, racing):
    race = racing.session_state["_race"]
    curves = visitor.live_figure("cost_figure")["data"]
    drawn = {curve["name"] for curve in curves}
    assert drawn == set(race.jobs)
    assert len(race.jobs) == len(FIRST_RUNNERS)
    for curve in curves[::2]:
        assert numbers(curve["y"])[0] == pytest.approx(np.log(2)), "all start at θ = 0"
    assert "The race is over" in visitor.text()


def test_the_table_has_the_gap_of_each_to_the_least_j(racing):
    race = racing.session_state["_race"]
    shown = table(racing)
    for (_, row), job in zip(shown.iterrows(), race.jobs.values(), strict=True):
        history = job.history()
        assert row["J"] == history.cost[-1]
        assert row["gap J − J*"] == history.cost[-1] - race.optimum
        assert (row["passes"], row["seconds"]) == (history.passes[-1], history.seconds[-1])


def test_the_first_within_a_percent_is_named(visitor, racing):
    race = racing.session_state["_race"]
    seconds = {}
    for name, job in race.jobs.items():
        history = job.history()
        for cost, when in zip(history.cost, history.seconds, strict=True):
            if cost <= 1.01 * race.optimum:
                seconds[name] = when
                break
    winner = min(seconds, key=seconds.get)
    assert f"**{winner}** was first" in visitor.text()


def test_lambda_is_the_same_for_all(visitor, racing):
    racing.select_slider(key="lam").set_value(100.0)
    visitor.run()
    racing.button(key="start").click()
    visitor.run()
    race = racing.session_state["_race"]
    assert {config.lam for config in race.configs.values()} == {100.0}
    race.stop()
    assert race.wait(timeout=60)


def test_a_runner_is_ticked_set_doubled_and_removed(visitor, racing):
    racing.session_state["race"] = "momentum,adam"
    visitor.run()
    racing.select_slider(key="race_0_learning_rate").set_value(0.3)
    visitor.run()
    assert racing.session_state["race"] == "momentum:learning_rate=0.3,adam"
    racing.button(key="race_1_again").click()
    visitor.run()
    assert racing.session_state["race"] == "momentum:learning_rate=0.3,adam,adam"
    racing.button(key="race_0_remove").click()
    visitor.run()
    assert racing.session_state["race"] == "adam,adam"
    assert not racing.button(key="race_0_remove").disabled


def test_the_last_runner_cannot_be_removed(visitor, racing):
    racing.session_state["race"] = "adam"
    visitor.run()
    assert racing.button(key="race_0_remove").disabled


def test_what_a_runner_cannot_do_is_said_beside_it(visitor, racing):
    racing.session_state["race"] = "sgd:batch_size=5000"
    visitor.run()
    assert "larger than the data" in visitor.text()


def test_a_race_begins_pauses_and_stops_by_the_same_buttons(visitor, racing):
    racing.select_slider(key="speed").set_value("2 a second")
    racing.button(key="start").click()
    visitor.run()
    race = racing.session_state["_race"]
    assert race.state is JobState.RUNNING
    racing.button(key="pause").click()
    visitor.run()
    assert race.state is JobState.PAUSED
    racing.button(key="stop").click()
    visitor.run()
    assert race.wait(timeout=60)
    assert racing.session_state["_race"] is race


def test_going_back_marks_where_each_runner_was(visitor, racing):
    racing.session_state["at"] = 3
    visitor.run()
    markers = visitor.live_figure("cost_figure")["data"][1::2]
    race = racing.session_state["_race"]
    for marker, job in zip(markers, race.jobs.values(), strict=True):
        assert numbers(marker["x"])[0] == 3
        assert numbers(marker["y"])[0] == job.history().cost[3]


def test_the_gap_falls_to_nothing_where_j_is_least():
    training = load_bundled().only(0, 1)
    history = fit(training, TrainConfig(optimizer="gradient-descent", max_iterations=1000)).history
    least = float(history.cost[-1])
    chart = race_chart([ShownRun("one", "red", history)], y="gap", optimum=least)
    drawn = np.asarray(chart.data[0].y, dtype=float)
    assert len(drawn) == MAX_POINTS
    assert drawn[0] == history.cost[0] - least
    assert np.isnan(drawn[-1]), "a logarithm has no zero"


def test_going_back_the_table_says_how_each_was_then(visitor, racing):
    racing.session_state["at"] = 3
    visitor.run()
    for (_, row), job in zip(
        table(racing).iterrows(), racing.session_state["_race"].jobs.values(), strict=True
    ):
        assert row["J"] == job.history().cost[3]
        assert row["held-out accuracy"] == job.history().held_out_accuracy[3]


def test_a_run_of_the_table_lies_over_a_race_but_not_over_its_gap(visitor, racing):
    number = next(run.number for run in recorded(racing) if run.name == "L-BFGS-B")
    racing.session_state["race"] = "adam"
    visitor.run()
    racing.button(key="start").click()
    visitor.run()
    assert racing.session_state["_race"].wait_for_optimum(timeout=120)
    racing.session_state["_recorded_runs"].runs[number] = replace(
        racing.session_state["_recorded_runs"].runs[number], overlaid=True, colour="#9900bb"
    )
    visitor.run()
    names = {curve["name"] for curve in visitor.live_figure("cost_figure")["data"]}
    assert names == {"Adam", "L-BFGS-B"}
    racing.session_state["cost_axis"] = "gap"
    visitor.run()
    names = {curve["name"] for curve in visitor.live_figure("cost_figure")["data"]}
    assert names == {"Adam"}


def recorded(app):
    return app.session_state["_recorded_runs"].runs.values()


def test_without_j_star_there_is_no_gap_to_show():
    history = fit(load_bundled().only(0, 1), TrainConfig(max_iterations=3)).history
    chart = race_chart([ShownRun("one", "red", history)], y="gap", optimum=None)
    np.testing.assert_array_equal(chart.data[0].y, history.cost)
