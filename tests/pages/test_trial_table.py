"""The table of a sweep's trials: what it shows, hides and sorts, its file, and its way to Train."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import streamlit as st

from dashboard.explore.open_trial import open_trial
from dashboard.explore.trial_choice import Choice, begun, chosen, differing, ordered
from dashboard.explore.trial_frame import trial_frame
from dashboard.explore.trial_table import show_trials, table_sentence
from dashboard.settings import FIRST_CONFIG
from dashboard.words.explore.trial_table import BY_GOAL, NEWEST, NUMBERS_MISSING
from dashboard.words.explore.trials_csv import trials_csv
from logreg_core import JobState, fit
from logreg_core.sweep import (
    GOALS,
    HELD_OUT_ACCURACY,
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Choices,
    Interval,
    Origin,
    Plan,
    Space,
    Sweep,
    SweepWorker,
    TrialRecord,
    TrialResult,
    TrialState,
    open_storage,
)
from logreg_core.sweep.front import best_trials

ORIGIN = Origin("bundled", digits=(3, 8), held_out=30, seed=5)
SPACE = Space(
    (
        Choices("optimizer", ("gradient-descent", "bfgs")),
        Interval("lam", 0.01, 100),
        Choices("learning_rate", ("auto", 0.1)),
    )
)


def result(**numbers):
    """Results of a trial, as far as a test does not say them."""
    usual = {
        "cost": 0.3,
        "penalty": 0.1,
        "accuracy": 0.99,
        "held_out_cost": 0.25,
        "held_out_accuracy": 0.95,
        "iterations": 40,
        "passes": 41.0,
        "seconds": 0.02,
        "reason": "converged",
    }
    return TrialResult(**{**usual, **numbers})


def trial(number, *values, state=TrialState.FINISHED, settings=None, **other):
    """A made-up record; the settings are those of the config."""
    settings = {"optimizer": "bfgs", "lam": 1.0} if settings is None else settings
    ended = state in (TrialState.FINISHED, TrialState.PRUNED)
    record = TrialRecord(
        number=number,
        state=state,
        settings=settings,
        config=replace(FIRST_CONFIG, **settings),
        values=values or None,
        result=result(held_out_cost=values[0]) if values else (result() if ended else None),
        curve=(),
        worker="one",
        began=None,
        ended=None,
        note=None,
    )
    return replace(record, **other)


def plan(*goals):
    return Plan(SPACE, FIRST_CONFIG, goals or (HELD_OUT_COST,))


def numbers(trials):
    return [trial.number for trial in trials]


def test_pruned_and_failed_trials_are_hidden_and_running_ones_are_not():
    trials = [
        trial(0, 0.2),
        trial(1, state=TrialState.PRUNED),
        trial(2, state=TrialState.FAILED, note="λ = 0 has no minimum."),
        trial(3, state=TrialState.RUNNING),
        trial(4, state=TrialState.WAITING, settings={}),
    ]
    listed = begun(trials)
    goals = plan().goals
    assert numbers(chosen(listed, Choice(), goals)) == [0, 3]
    assert numbers(chosen(listed, Choice(hides=False), goals)) == [0, 1, 2, 3]
    frame = trial_frame(plan(), listed, listed)
    assert list(frame["ended"]) == [
        "converged",
        "converged",
        "failed: λ = 0 has no minimum.",
        "running",
    ]


@pytest.mark.parametrize("goal", GOALS.values())
def test_the_best_is_on_top_and_what_is_not_finished_below(goal):
    values = np.random.default_rng(0).permutation(7) / 7
    trials = [trial(place, value) for place, value in enumerate(values)]
    trials.insert(3, trial(7, state=TrialState.RUNNING))
    best = np.argsort(-values if goal.more_is_better else values)
    assert numbers(ordered(trials, BY_GOAL, (goal,))) == [*best, 7]
    assert numbers(best_trials(trials, (goal,))) == [best[0]]
    assert numbers(chosen(trials, Choice(best=3), (goal,))) == sorted(best[:3])


def test_of_equal_accuracies_the_one_of_lower_cost_is_on_top():
    costs = [0.0049, 0.3, 0.00023]
    trials = [trial(n, 1.0, result=result(held_out_cost=cost)) for n, cost in enumerate(costs)]
    goals = (HELD_OUT_ACCURACY,)
    assert numbers(ordered(trials, BY_GOAL, goals)) == [2, 0, 1]
    assert numbers(best_trials(trials, goals)) == [0, 1, 2], "all of them have a star"


def test_two_goals_have_several_best():
    random = np.random.default_rng(1)
    pairs = random.integers(0, 8, (40, 2)) / 8
    trials = [trial(place, *pair) for place, pair in enumerate(pairs)]

    def beaten(pair):
        return any(
            cost <= pair[0] and share >= pair[1] and (cost, share) != tuple(pair)
            for cost, share in pairs
        )

    front = {place for place, pair in enumerate(pairs) if not beaten(pair)}
    assert set(numbers(best_trials(trials, (HELD_OUT_COST, HELD_OUT_ACCURACY)))) == front


def test_a_gap_that_was_not_reached_is_said_and_never_best():
    trials = [trial(0, math.inf), trial(1, 2.0), trial(2, 1.0)]
    goals = (SECONDS_TO_GAP,)
    assert numbers(ordered(trials, BY_GOAL, goals)) == [2, 1, 0]
    assert numbers(best_trials(trials, goals)) == [2]
    frame = trial_frame(plan(*goals), trials, trials)
    assert list(frame["ended"]) == ["converged, gap missed", "converged", "converged"]
    assert frame["seconds to the gap"].isna().tolist() == [True, False, False]
    assert not best_trials([trial(0, math.inf)], goals)


def test_the_table_says_who_can_have_no_star_and_why_numbers_are_missing():
    two = plan(HELD_OUT_COST, SECONDS_TO_GAP)
    trials = [trial(0, 0.3, 1.0), trial(1, 0.1, math.inf)]
    said = table_sentence(two, trials, trials, Choice())
    assert "★ is the best in both goals; a trial that missed the gap has none." in said
    assert NUMBERS_MISSING not in said
    assert NUMBERS_MISSING in table_sentence(two, trials[1:], trials[1:], Choice())


def test_only_swept_settings_that_differ_have_a_column():
    one = trial(0, 0.2, settings={"optimizer": "bfgs", "lam": 0.1})
    same = trial(1, 0.2, settings={"optimizer": "bfgs", "lam": 3.0})
    other = trial(
        2, 0.2, settings={"optimizer": "gradient-descent", "lam": 3.0, "learning_rate": "auto"}
    )
    assert differing(plan(), [one]) == SPACE.settings, "one trial differs from nothing"
    assert differing(plan(), [one, same]) == ("lam",)
    frame = trial_frame(plan(), [one, other], [one, same, other])
    assert list(frame["λ"]) == [0.1, 3.0]
    assert list(frame["optimiser"]) == ["BFGS", "Gradient descent"]
    assert frame["α"].dtype == float
    assert list(frame["α auto"]) == ["", "auto"]
    assert "μ" not in frame


def test_what_is_least_needed_stands_at_the_right_and_shares_are_in_per_cent():
    one = trial(0, 0.2, result=result(held_out_accuracy=0.9778))
    frame = trial_frame(plan(), [one], [one])
    assert list(frame)[-3:] == ["ended", "training accuracy", "passes"]
    assert frame["held-out accuracy"][0] == pytest.approx(97.78)
    goals = plan(HELD_OUT_ACCURACY)
    assert trial_frame(goals, [trial(0, 0.5)], [])["held-out accuracy"][0] == 50


def test_workers_have_a_column_where_they_are_several():
    one, two = trial(0, 0.2), trial(1, 0.1, worker="two")
    assert "worker" not in trial_frame(plan(), [one], [one])
    assert list(trial_frame(plan(), [one, two], [one, two])["worker"]) == ["one", "two"]


def test_the_filter_leaves_what_was_asked_for():
    lams, names = (0.1, 1.0, 10.0), ("bfgs", "gradient-descent")
    trials = [
        trial(place, lam, settings={"optimizer": name, "lam": lam})
        for place, (lam, name) in enumerate(product(lams, names))
    ]
    goals = plan().goals
    filters = [
        (Choice(among={"optimizer": ["bfgs"]}), [0, 2, 4]),
        (Choice(between={"lam": (1.0, None)}), [2, 3, 4, 5]),
        (Choice(between={"lam": (None, 0.5)}), [0, 1]),
        (Choice(bounds=(1.0,)), [0, 1, 2, 3]),
        (Choice(between={"learning_rate": (0.1, 1.0)}), []),
        (Choice(among={"lam": []}, between={"lam": (None, None)}, bounds=(None,)), [*range(6)]),
    ]
    for choice, left in filters:
        assert numbers(chosen(trials, choice, goals)) == left, choice


def test_a_bound_as_the_table_prints_it_keeps_the_trial():
    trials = [trial(0, 89 / 90), trial(1, 88 / 90)]
    choice = Choice(bounds=(0.9889,))
    assert numbers(chosen(trials, choice, (HELD_OUT_ACCURACY,))) == [0]
    costs = [trial(0, 0.123449), trial(1, 0.12351)]
    assert numbers(chosen(costs, Choice(bounds=(0.1234,)), (HELD_OUT_COST,))) == [0]


def test_what_swung_when_it_ended_is_on_top_of_no_order():
    lucky = trial(0, 0.1, result=result(held_out_accuracy=1.0, unsteady=True))
    trials = [lucky, trial(1, 0.3)]
    for order in (BY_GOAL, "held_out_accuracy", "cost"):
        assert numbers(ordered(trials, order, (HELD_OUT_COST,))) == [1, 0]


def test_orders_by_setting_and_number():
    trials = [
        trial(0, 0.1, settings={"optimizer": "bfgs", "lam": 3.0}),
        trial(1, 0.1, settings={"optimizer": "gradient-descent", "learning_rate": "auto"}),
        trial(2, 0.1, settings={"optimizer": "gradient-descent", "learning_rate": 0.1}),
    ]
    goals = plan().goals
    assert numbers(ordered(trials, NEWEST, goals)) == [2, 1, 0]
    assert numbers(ordered(trials, "learning_rate", goals)) == [2, 1, 0]
    assert numbers(ordered(trials, "lam", goals)) == [0, 1, 2]


@pytest.fixture(scope="module")
def sweep():
    """Six trainings of threes and eights, all of them over."""
    data = ORIGIN.fetch()
    base = replace(FIRST_CONFIG, seed=ORIGIN.seed, max_iterations=20)
    space = Space((Choices("optimizer", ("momentum", "bfgs")), Interval("lam", 0.1, 10, steps=3)))
    sweep = Sweep.create(open_storage("memory"), Plan(space, base, sampler="grid"), data, ORIGIN)
    worker = SweepWorker(sweep, data)
    worker.start()
    assert worker.wait(timeout=60)
    return sweep


@pytest.fixture
def explore(visitor, sweep, monkeypatch):
    """Explore with the table alone, and a button for each of the sweep's trials.

    A click on a button in a table cannot be made without a browser.
    """

    def show(shown):
        def panel(lab):
            for each in shown.trials():
                click = {"on_click": open_trial, "args": (lab, shown, each, "table")}
                st.button(f"{each.number}", key=f"open_{each.number}", **click)
            show_trials(lab, shown, shown.trials())

        monkeypatch.setattr("dashboard.explore.sweep.sweep_panel", panel)

    show(sweep)
    visitor.shows = show
    return visitor


def shown(visitor):
    """The numbers of the trials in the table, from top to bottom."""
    labels = visitor.app.dataframe[0].value["trial"]
    return [int(label.split()[-1]) for label in labels]


def test_the_table_is_sorted_by_the_goal_and_by_what_is_chosen(explore, sweep):
    app = explore.open("pages/explore.py")
    trials = sweep.trials()
    costs = [each.result.held_out_cost for each in trials]
    assert shown(explore) == list(np.argsort(costs, kind="stable"))
    assert "6 trials. ★ is the best." in explore.text()
    app.selectbox(key="trials_by").set_value("lam")
    explore.run()
    lams = app.dataframe[0].value["λ"]
    assert list(lams) == sorted(lams)
    assert explore.link()["trials_by"] == "lam"


def test_a_link_opens_the_table_as_it_was(explore):
    app = explore.open("pages/explore.py", trials_by="newest", hide_trials="off")
    assert shown(explore) == [5, 4, 3, 2, 1, 0]
    assert app.toggle(key="hide_trials").value is False


def test_the_filter_says_what_it_leaves_out_and_is_undone(explore, sweep):
    app = explore.open("pages/explore.py")
    prefix = f"filter_{sweep.name[:6]}"
    app.multiselect(key=f"{prefix}_optimizer").set_value(["bfgs"])
    app.number_input(key=f"{prefix}_lam_from").set_value(0.5)
    explore.run()
    assert len(shown(explore)) == 2
    assert "2 of 6 trials: 4 are left out by the filter." in explore.text()
    app.button(key=f"{prefix}_empty").click()
    explore.run()
    assert len(shown(explore)) == 6


def test_a_trial_opens_in_train_and_comes_to_the_same_numbers(explore, sweep):
    explore.open("pages/train.py")  # a run of other settings is at hand
    app = explore.open("pages/explore.py")
    first = sweep.trials()[0]
    app.button(key="open_0").click()
    explore.run()
    assert [element.value for element in app.title] == ["Train"]
    explore.open("pages/train.py")  # as AppTest itself forgets where the app has gone
    job = app.session_state["_run"]
    assert job.config == first.config
    assert job.training.fingerprint == sweep.fingerprints["training"]
    assert job.history().cost[-1] == pytest.approx(first.result.cost, rel=1e-12)
    alone = fit(ORIGIN.fetch().training, first.config)
    assert job.history().cost[-1] == pytest.approx(alone.history.cost[-1], rel=1e-12)
    assert explore.link()["digits"] == "3-8"


def test_a_run_that_the_visitor_has_begun_goes_on(explore, sweep):
    app = explore.open("pages/train.py")
    app.select_slider(key="speed").set_value("2 a second")
    app.button(key="start").click()
    explore.run()
    own = app.session_state["_run"]
    app = explore.open("pages/explore.py")
    app.button(key="open_0").click()
    explore.run()
    assert app.session_state["_run"] is own
    assert own.state is JobState.RUNNING
    assert app.session_state["lam"] == sweep.trials()[0].config.lam
    own.stop()
    assert own.wait(timeout=60)


def test_a_trial_is_shown_by_itself_where_a_race_was_shown_last(explore):
    explore.open("pages/train.py", mode="race")
    app = explore.open("pages/explore.py")
    app.button(key="open_0").click()
    explore.run()
    assert app.segmented_control(key="mode").value == "one"


def test_a_table_without_trials_says_so(explore, sweep):
    explore.shows(Sweep.create(open_storage("memory"), sweep.plan, ORIGIN.fetch(), ORIGIN))
    app = explore.open("pages/explore.py")
    assert "listed here as they begin" in explore.text()
    assert not app.dataframe


def test_a_trial_of_images_that_are_not_here_is_not_opened(explore, sweep):
    """Of a file that another visitor has uploaded, say."""
    private = replace(sweep, origin=replace(ORIGIN, source="upload"), fingerprints={"training": ""})
    explore.shows(private)
    app = explore.open("pages/explore.py")
    app.button(key="open_0").click()
    explore.run()
    assert [element.value for element in app.title] == ["Explore"]
    assert "trained on other images" in explore.text()
    assert explore.link() == {}
    explore.run()
    assert "trained on other images" in explore.text(), "it outlives the next look at the sweep"


def test_what_a_database_says_of_images_is_shown_as_it_is(explore, sweep):
    explore.shows(replace(sweep, origin=replace(ORIGIN, held_out="![9](//x)")))
    app = explore.open("pages/explore.py")
    app.button(key="open_0").click()
    explore.run()
    assert r"not “\!\[9\]\(//x\)”" in app.warning[0].value


def test_the_file_has_every_trial_and_setting_and_no_formula(sweep):
    bad = replace(sweep.trials()[0], note='=HYPERLINK("http://example.org")')
    text = trials_csv(sweep, [bad, *sweep.trials()[1:]]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["trial"]) for row in rows] == list(range(6))
    assert rows[0]["note"].startswith("'=")
    for row, each in zip(rows, sweep.trials(), strict=True):
        assert float(row["lam"]) == each.config.lam
        assert float(row["held_out_cost"]) == each.result.held_out_cost
        assert row["momentum"] == repr(each.config.momentum)
        assert row["digits"] == "3 and 8"
