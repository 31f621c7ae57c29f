"""The Explore page sweeps."""

from __future__ import annotations

from tests.pages.visitor import figure, numbers


def wait_for_path(visitor):
    """The page, once the sweep over λ is over."""
    app = visitor.open("pages/explore.py", explore="lam")
    assert app.session_state["_sweep_path"].wait(timeout=60)
    return visitor.run()


def test_a_first_visit_sweeps_by_itself(visitor):
    app = visitor.open("pages/explore.py")
    both = app.session_state["_sweep_map"]
    assert both.wait(timeout=60)
    assert len(both.outcomes) == len(both.configs) == 35


def test_only_the_panel_that_is_seen_trains(visitor):
    app = visitor.open("pages/explore.py", explore="m")
    assert "_sweep_map" not in app.session_state
    assert "_sweep_path" not in app.session_state


def test_the_panel_is_as_it_was_after_a_look_at_another_page(visitor):
    app = visitor.open("pages/explore.py")
    app.segmented_control(key="explore").set_value("m")
    visitor.run()
    assert visitor.link() == {"explore": "m"}
    app.query_params.clear()
    visitor.open("pages/data.py")
    app = visitor.open("pages/explore.py")
    assert app.segmented_control(key="explore").value == "m"


def test_chart_and_table_show_the_trials(visitor):
    app = wait_for_path(visitor)
    trials = app.session_state["_sweep_path"].outcomes
    held_out = figure(app, 0)["data"][1]
    assert list(numbers(held_out["y"])) == [trial.last.held_out_cost for trial in trials]
    table = app.dataframe[0].value
    assert list(table["λ"]) == [trial.config.lam for trial in trials]
    assert list(table["J"]) == [trial.last.cost for trial in trials]


def test_more_regularisation_never_lowers_the_training_cost(visitor):
    app = wait_for_path(visitor)
    trials = app.session_state["_sweep_path"].outcomes
    costs = [trial.last.cost - trial.last.penalty for trial in trials]
    assert costs == sorted(costs)


def test_a_long_sweep_waits_for_a_click(visitor):
    app = visitor.open("pages/explore.py", digits="all", explore="lam")
    assert "_sweep_path" not in app.session_state
    assert app.button(key="run_path").label == "Run"
