"""The Explore page sweeps."""

from __future__ import annotations

from tests.pages.visitor import figure, numbers


def wait_for_sweeps(visitor):
    """The page, once both sweeps are over."""
    app = visitor.open("pages/explore.py")
    for name in ("path", "map"):
        assert app.session_state[f"_sweep_{name}"].wait(timeout=60)
    return visitor.run()


def test_a_first_visit_sweeps_by_itself(visitor):
    app = wait_for_sweeps(visitor)
    path, both = app.session_state["_sweep_path"], app.session_state["_sweep_map"]
    assert len(path.outcomes) == len(path.configs) == 10
    assert len(both.outcomes) == len(both.configs) == 35


def test_chart_and_table_show_the_trials(visitor):
    app = wait_for_sweeps(visitor)
    trials = app.session_state["_sweep_path"].outcomes
    held_out = figure(app, 0)["data"][1]
    assert list(numbers(held_out["y"])) == [trial.last.held_out_cost for trial in trials]
    table = app.dataframe[0].value
    assert list(table["λ"]) == [trial.config.lam for trial in trials]
    assert list(table["J"]) == [trial.last.cost for trial in trials]


def test_more_regularisation_never_lowers_the_training_cost(visitor):
    app = wait_for_sweeps(visitor)
    trials = app.session_state["_sweep_path"].outcomes
    costs = [trial.last.cost - trial.last.penalty for trial in trials]
    assert costs == sorted(costs)


def test_a_long_sweep_waits_for_a_click(visitor):
    app = visitor.open("pages/explore.py", digits="all")
    assert "_sweep_path" not in app.session_state
    assert app.button(key="run_path").label == "Run"
