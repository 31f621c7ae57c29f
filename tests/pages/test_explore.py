"""The Explore page sweeps."""

from __future__ import annotations


def test_a_first_visit_sweeps_by_itself(visitor):
    app = visitor.open("pages/explore.py")
    both = app.session_state["_sweep_map"]
    assert both.wait(timeout=60)
    assert len(both.outcomes) == len(both.configs) == 35


def test_only_the_panel_that_is_seen_trains(visitor):
    app = visitor.open("pages/explore.py", explore="m")
    assert "_sweep_map" not in app.session_state
    assert visitor.work("regularisation_path") is None


def test_the_panel_is_as_it_was_after_a_look_at_another_page(visitor):
    app = visitor.open("pages/explore.py")
    app.segmented_control(key="explore").set_value("m")
    visitor.run()
    assert visitor.link() == {"explore": "m"}
    app.query_params.clear()
    visitor.open("pages/data.py")
    app = visitor.open("pages/explore.py")
    assert app.segmented_control(key="explore").value == "m"


def test_the_table_shows_the_trials(visitor):
    app = visitor.open("pages/explore.py")
    assert app.session_state["_sweep_map"].wait(timeout=60)
    visitor.run()
    trials = app.session_state["_sweep_map"].outcomes
    table = app.dataframe[0].value
    assert list(table["λ"]) == [trial.config.lam for trial in trials]
    assert list(table["J"]) == [trial.last.cost for trial in trials]


def test_a_long_sweep_waits_for_a_click(visitor):
    app = visitor.open("pages/explore.py", digits="all")
    assert "_sweep_map" not in app.session_state
    assert app.button(key="run_map").label == "Run"
