"""The pictures of a sweep, drawn from trials that are made up and known."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dashboard.explore.sweep_pictures import show_pictures
from dashboard.figures.explore.axes import setting_axes
from dashboard.figures.explore.best_so_far import best_so_far_chart
from dashboard.figures.explore.contour import cells_chart, contour_chart, plane_between
from dashboard.figures.explore.importance import importance_chart
from dashboard.figures.explore.parallel_coordinates import parallel_chart
from dashboard.figures.explore.pareto import pareto_chart
from dashboard.figures.explore.slice import slice_chart
from dashboard.words.explore.pictures import (
    NOT_USED,
    PICTURES,
    contour_sentence,
    edge_sentences,
    front_sentence,
    steps_sentence,
)
from logreg_core.sweep import (
    DRAWN_ACCURACY,
    GOALS,
    HELD_OUT_ACCURACY,
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Choices,
    Interval,
    Plan,
    Space,
    Sweep,
    TrialRecord,
    TrialResult,
    TrialState,
)
from logreg_core.sweep.findings import agreement, edges
from logreg_core.sweep.front import best_trials, pareto_front
from logreg_core.sweep.importance import importances
from logreg_core.sweep.scores import TrialScores
from logreg_core.sweep.surface import surface
from tests.pages.visitor import ROOT, numbers

LAM = Interval("lam", 0.01, 100)
RATE = Interval("learning_rate", 0.001, 10)
PLAN = Plan(Space((LAM, RATE)), trials=20)


#: Of a trial that was ended early.
RESULT = TrialResult(
    cost=0.3,
    penalty=0.1,
    accuracy=0.8,
    held_out_cost=0.7,
    held_out_accuracy=0.75,
    iterations=4,
    passes=4.0,
    seconds=0.1,
    reason="pruned",
)


def trial(number, settings, *values, state=TrialState.FINISHED, result=None):
    """A record as a sweep has it, of a trial with these values."""
    return TrialRecord(
        number=number,
        state=state,
        settings=settings,
        config=PLAN.base.with_settings(settings),
        values=values or None,
        result=result,
        curve=(),
        worker=None,
        began=None,
        ended=None,
        note=None,
    )


def bowl(settings):
    """A cost that is least at λ = 1, α = 0.1; α matters a hundredth as much."""
    lam, rate = np.log10(settings["lam"]), np.log10(settings["learning_rate"])
    return 0.05 + lam**2 + 0.01 * (rate + 1) ** 2


def trials_of_bowl(count, seed=0):
    rng = np.random.default_rng(seed)
    settings = [
        {"lam": 10 ** rng.uniform(-2, 2), "learning_rate": 10 ** rng.uniform(-3, 1)}
        for _ in range(count)
    ]
    return tuple(trial(n, each, bowl(each)) for n, each in enumerate(settings))


def scores_of(trials, goal=HELD_OUT_COST, goals=(HELD_OUT_COST,)):
    return TrialScores.of(trials, goals, goal)


def as_json(figure):
    return json.loads(figure.to_json())


FEW = st.integers(0, 5).map(float)  # so that many values are equal


@pytest.mark.parametrize(
    "goals", [(HELD_OUT_ACCURACY, SECONDS_TO_GAP), (HELD_OUT_COST, SECONDS_TO_GAP)]
)
@given(values=st.integers(0, 30).flatmap(lambda n: arrays(float, (n, 2), elements=FEW)))
def test_the_front_is_what_no_other_trial_beats(values, goals):
    signs = [-1 if goal.more_is_better else 1 for goal in goals]
    losses = values * signs
    unbeaten = [
        not any((other <= own).all() and (other < own).any() for other in losses) for own in losses
    ]
    assert pareto_front(values, goals).tolist() == unbeaten


def test_the_surface_of_a_plane_is_that_plane_where_there_are_trials():
    points = np.random.default_rng(0).random((200, 2))
    found = surface(points, 3 * points[:, 0] - points[:, 1])
    y, x = np.mgrid[0:1:60j, 0:1:60j]
    known = ~np.isnan(found)
    assert known.mean() > 0.8
    np.testing.assert_allclose(found[known], (3 * x - y)[known], atol=1e-12)


def test_of_trials_at_one_place_the_surface_has_the_best():
    corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    found = surface(np.tile(corners, (2, 1)), np.r_[np.full(4, 5.0), np.full(4, 2.0)])
    np.testing.assert_allclose(found, 2.0)


@pytest.mark.parametrize(
    "points",
    [
        np.random.default_rng(0).random((3, 2)),
        np.linspace([0, 0.1], [1, 0.9], 50),
        np.tile([[0.5, 0.5]], (9, 1)),
    ],
    ids=["three", "on a line", "at one place"],
)
def test_without_an_area_there_is_no_surface(points):
    assert surface(points, np.arange(len(points), dtype=float)) is None


def test_a_contour_lies_on_logarithmic_axes_with_the_best_as_a_star():
    scores = scores_of(trials_of_bowl(300))
    x, y = setting_axes(PLAN.space)
    contours, points, star = as_json(contour_chart(scores, x, y, plane_between(scores, x, y)))[
        "data"
    ]
    assert (contours["type"], points["type"]) == ("contour", "scatter")
    height = numbers(contours["customdata"])
    row, column = np.unravel_index(np.nanargmin(height), height.shape)
    lam, rate = numbers(contours["x"])[column], numbers(contours["y"])[row]
    assert abs(np.log10(lam)) < 0.3
    drawn = bowl({"lam": lam, "learning_rate": rate})
    np.testing.assert_allclose(height[row, column], drawn, rtol=0.2)
    assert numbers(star["x"])[0] == pytest.approx(scores.best.settings["lam"])


def test_trials_on_a_line_are_points_without_contours():
    line = [trial(n, {"lam": 1.0, "learning_rate": 0.01 * (n + 1)}, 1.0 + n) for n in range(9)]
    scores = scores_of(line)
    x, y = setting_axes(PLAN.space)
    figure = as_json(contour_chart(scores, x, y, plane_between(scores, x, y)))
    assert [trace["type"] for trace in figure["data"]] == ["scatter", "scatter"]


def test_a_cell_has_the_best_of_its_trials():
    space = Space((Interval("lam", 0.1, 10, steps=3), Choices("preparation", ("none", "full"))))
    trials = [
        trial(n, {"lam": lam, "preparation": how}, value)
        for n, (lam, how, value) in enumerate(
            [
                *((0.1, "none", 3.0), (0.1, "none", 2.0), (1.0, "full", 5.0), (1.0, "full", 6.0)),
                *((10.0, "none", 4.0), (10.0, "none", 7.0)),
            ]
        )
    ]
    x, y = setting_axes(space)
    (cells,) = as_json(cells_chart(scores_of(trials), x, y))["data"]
    np.testing.assert_allclose(numbers(cells["customdata"]), [[2, np.nan, 4], [np.nan, 5, np.nan]])
    assert cells["text"] == [["2", "", "4"], ["", "5", ""]]


def test_the_best_so_far_never_gets_worse():
    trials = [trial(n, {"lam": 1.0}, value) for n, value in enumerate([3.0, 5.0, 2.0, 2.5])]
    pruned, finished, best = as_json(best_so_far_chart(scores_of(trials), [], 10))["data"]
    assert list(numbers(finished["y"])) == [3, 5, 2, 2.5]
    assert list(best["x"]) == [0, 1, 2, 3, 9], "to the end of the sweep"
    assert list(best["y"]) == [3, 3, 2, 2, 2]
    assert list(numbers(pruned["y"])) == []


def test_of_accuracies_the_best_is_the_highest_on_an_axis_in_per_cent():
    trials = [trial(n, {"lam": 1.0}, value) for n, value in enumerate([0.9, 0.95, 0.92])]
    scores = scores_of(trials, HELD_OUT_ACCURACY, (HELD_OUT_ACCURACY,))
    figure = as_json(best_so_far_chart(scores, [], 3))
    assert list(figure["data"][2]["y"])[:3] == [0.9, 0.95, 0.95]
    assert figure["layout"]["yaxis"]["type"] == "linear"
    assert figure["layout"]["yaxis"]["tickformat"].endswith("%")


def test_a_pruned_trial_is_marked_where_it_stood():
    early = trial(1, {"lam": 9.0}, state=TrialState.PRUNED, result=RESULT)
    cost = best_so_far_chart(scores_of([trial(0, {"lam": 1.0}, 0.5)]), [early], 2)
    assert list(numbers(as_json(cost)["data"][0]["y"])) == [0.7]
    seconds = scores_of([trial(0, {"lam": 1.0}, 0.5)], SECONDS_TO_GAP, (SECONDS_TO_GAP,))
    assert len(best_so_far_chart(seconds, [early], 2).data[0].y) == 0, "no gap is known of it"


def test_a_cost_that_falls_without_end_stands_at_the_edge_and_keeps_its_value():
    trials = [trial(n, {"lam": 1.0}, v) for n, v in enumerate([0.1, 0.2, 0.3, 1e-40, 1e30])]
    finished = as_json(best_so_far_chart(scores_of(trials), [], 5))["data"][1]
    assert list(numbers(finished["customdata"]))[3:] == [1e-40, 1e30]
    np.testing.assert_allclose(numbers(finished["y"])[3:], [0.0002, 20])


def test_trials_without_a_finite_value_are_left_out_and_counted():
    values = [1.0, np.inf, np.nan, 2.0]
    scores = scores_of([trial(n, {"lam": 1.0}, value) for n, value in enumerate(values)])
    assert scores.values.tolist() == [1.0, 2.0]
    assert (scores.missed, scores.overflowed) == (0, 2)


def test_who_missed_the_gap_is_told_from_whose_cost_overflowed():
    goals = (HELD_OUT_COST, SECONDS_TO_GAP)
    values = [(0.1, 1.0), (0.2, np.inf), (np.inf, 2.0), (np.inf, np.inf)]
    trials = [trial(n, {"lam": 1.0}, *pair) for n, pair in enumerate(values)]
    first, second = TrialScores.of_all(trials, goals)
    assert (first.missed, first.overflowed) == (second.missed, second.overflowed) == (1, 2)


def test_of_trials_that_are_equally_good_the_best_is_better_in_what_comes_next():
    """In the other goal, else in the held-out cost, else it is the first."""
    goals = (HELD_OUT_ACCURACY, SECONDS_TO_GAP)
    trials = [
        trial(n, {"lam": 1.0}, *pair) for n, pair in enumerate([(1.0, 3.0), (1.0, 2.0), (0.9, 1.0)])
    ]
    scores = scores_of(trials, HELD_OUT_ACCURACY, goals)
    assert (scores.best.number, scores.tie_breaker) == (1, SECONDS_TO_GAP)
    costs = [
        trial(n, {"lam": 1.0}, 1.0, result=replace(RESULT, held_out_cost=cost))
        for n, cost in enumerate([0.3, 0.1, 0.2])
    ]
    scores = scores_of(costs, HELD_OUT_ACCURACY, (HELD_OUT_ACCURACY,))
    assert (scores.best.number, scores.tie_breaker) == (1, HELD_OUT_COST)
    assert scores.order.tolist() == [1, 2, 0]
    alike = scores_of([trial(n, {"lam": 1.0}, 0.5) for n in range(3)])
    assert (alike.best.number, alike.tie_breaker) == (0, None)


@pytest.mark.parametrize("goal", GOALS.values())
@given(values=st.lists(FEW, min_size=1, max_size=9))
def test_the_front_of_one_goal_is_whatever_is_as_good_as_the_best(goal, values):
    trials = [trial(n, {"lam": 1.0}, value) for n, value in enumerate(values)]
    best = max(values) if goal.more_is_better else min(values)
    on_front = best_trials(trials, (goal,))
    assert [each.number for each in on_front] == [n for n, v in enumerate(values) if v == best]


def test_a_trial_counts_for_two_goals_only_if_it_has_both():
    goals = (HELD_OUT_ACCURACY, SECONDS_TO_GAP)
    trials = [trial(0, {"lam": 1.0}, 0.9, np.inf), trial(1, {"lam": 2.0}, 0.8, 0.1)]
    first, second = TrialScores.of_all(trials, goals)
    assert first.trials == second.trials == (trials[1],)
    assert len(TrialScores.of(trials, goals, HELD_OUT_ACCURACY)) == 2


SPACE = Space(
    (
        Choices("optimizer", ("bfgs", "momentum")),
        LAM,
        Interval("momentum", 0.5, 0.9, log=False),
        Choices("preparation", ("none",)),
    )
)
WITH = {"optimizer": "momentum", "lam": 10.0, "momentum": 0.7, "preparation": "none"}
WITHOUT = {"optimizer": "bfgs", "lam": 0.1, "preparation": "none"}


def labels(dimension):
    """Position → label of an axis, those that are seen."""
    ticks = zip(dimension["tickvals"], dimension["ticktext"], strict=True)
    return {place: text for place, text in ticks if text.strip("\u200b\u200c")}


def test_lines_go_through_the_settings_to_the_goal_with_real_numbers_beside_log_axes():
    scores = scores_of([trial(0, WITH, 0.5), trial(1, WITHOUT, 0.1)])
    (lines,) = as_json(parallel_chart(scores, SPACE))["data"]
    optimizer, lam, _, cost = lines["dimensions"]
    names = [axis["label"] for axis in lines["dimensions"]]
    assert names == ["optimiser", "λ", "μ", "held-out cost"], "one value has no axis"
    assert labels(optimizer) == {0: "BFGS", 1: "Momentum"}
    assert labels(lam) == {-2: "0.01", -1: "0.1", 0: "1", 1: "10", 2: "100"}
    assert list(numbers(lam["values"])) == [1, -1], "the best is drawn last, on top"
    np.testing.assert_allclose(numbers(cost["values"]), np.log10([0.5, 0.1]), rtol=1e-6)


def test_a_setting_that_a_trial_does_not_use_has_a_place_of_its_own():
    scores = scores_of([trial(0, WITH, 0.5), trial(1, WITHOUT, 0.1)])
    momentum = as_json(parallel_chart(scores, SPACE))["data"][0]["dimensions"][2]
    used, unused = numbers(momentum["values"])
    assert used == pytest.approx(0.7)
    assert unused < 0.5, "below the range"
    assert min(labels(momentum).items()) == (pytest.approx(unused), NOT_USED)
    assert (
        NOT_USED
        not in labels(
            as_json(parallel_chart(scores_of([trial(0, WITH, 0.5)]), SPACE))["data"][0][
                "dimensions"
            ][2]
        ).values()
    )


def test_no_two_labels_of_an_axis_are_alike():
    (lines,) = as_json(parallel_chart(scores_of(trials_of_bowl(50)), PLAN.space))["data"]
    for axis in lines["dimensions"]:
        assert len(set(axis["ticktext"])) == len(axis["ticktext"]), "plotly takes them for one"


def test_a_slice_has_the_trials_that_use_its_setting():
    scores = scores_of([trial(0, WITH, 0.5), trial(1, WITHOUT, 0.1), trial(2, WITH, 0.3)])
    optimizer, lam, momentum = (as_json(slice_chart(scores, a)) for a in setting_axes(SPACE))
    assert [len(numbers(each["data"][0]["y"])) for each in (optimizer, lam, momentum)] == [3, 3, 2]
    assert lam["layout"]["yaxis"]["range"] == momentum["layout"]["yaxis"]["range"]
    assert lam["layout"]["xaxis"]["type"] == "log"
    assert optimizer["layout"]["xaxis"]["ticktext"] == ["BFGS", "Momentum"]


def optunas_study(space, seed, count=60):
    """A sweep that Optuna itself has run, and what it is as records."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))

    def objective(each):
        space.suggested(each, PLAN.base)
        used = {"learning_rate": 0.1, **each.params}
        return bowl(used) + (0.5 if each.params.get("optimizer") == "bfgs" else 0)

    study.optimize(objective, n_trials=count)
    return study, [trial(t.number, t.params, t.value) for t in study.trials]


@pytest.mark.parametrize("space", [PLAN.space, SPACE], ids=["always used", "conditional"])
def test_importances_are_what_optuna_says(space):
    study, records = optunas_study(space, seed=3)
    ours = importances(scores_of(records), space)
    theirs = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.PedAnovaImportanceEvaluator()
    )
    assert ours == pytest.approx({name: share for name, share in theirs.items() if name in ours})
    assert "preparation" not in ours, "one value decides nothing"
    assert next(iter(ours)) == "lam"
    assert sum(ours.values()) == pytest.approx(1)
    figure = as_json(importance_chart(ours))
    assert figure["data"][0]["y"][0] == "λ"


def test_of_a_goal_that_is_maximised_the_importances_are_those_of_its_negative():
    _, records = optunas_study(PLAN.space, seed=3)
    upside_down = [trial(each.number, each.settings, -each.value) for each in records]
    scores = scores_of(upside_down, DRAWN_ACCURACY, (DRAWN_ACCURACY,))
    assert importances(scores, PLAN.space) == pytest.approx(
        importances(scores_of(records), PLAN.space)
    )


def test_a_trial_that_alone_uses_a_setting_says_nothing_of_its_importance():
    records = [trial(n, {**WITHOUT, "lam": 0.1 * (n + 1)}, 1.0 + n) for n in range(9)]
    found = importances(scores_of([*records, trial(9, WITH, 0.01)]), SPACE)
    assert "momentum" not in found


@pytest.mark.parametrize("values", [[1.0], [2.0] * 9], ids=["one trial", "all equal"])
def test_where_no_trial_is_better_no_setting_is_more_important(values):
    trials = [trial(n, {"lam": 1.0 + n, "learning_rate": 0.1}, v) for n, v in enumerate(values)]
    assert importances(scores_of(trials), PLAN.space) is None


def falling(count=20, *, up):
    """The larger λ, the better, or the smaller."""
    lams = np.geomspace(0.01, 100, count)
    return [
        trial(n, {"lam": float(lam), "learning_rate": 0.1}, 1 / (n + 1) if up else 1.0 + n)
        for n, lam in enumerate(lams)
    ]


@pytest.mark.parametrize(
    ("up", "which", "said"), [(False, "lower", "smaller"), (True, "upper", "larger")]
)
def test_a_best_value_at_the_end_of_its_range_is_named_with_what_to_try(up, which, said):
    (edge,) = edges(scores_of(falling(up=up)), PLAN.space)
    assert (edge.setting, edge.upper) == ("lam", up)
    sentence = edge_sentences([edge])
    assert f"{which} end" in sentence
    assert f"try {said} ones" in sentence


def test_no_end_is_named_that_is_none():
    assert edges(scores_of(trials_of_bowl(200)), PLAN.space) == ()
    equal = [trial(n, each.settings, 1.0) for n, each in enumerate(falling(up=True))]
    assert edges(scores_of(equal), PLAN.space) == ()
    lowest = Space((Choices("lam", (0, 1, 10)),))
    trials = [trial(n, {"lam": float(lam)}, 1.0 + lam) for n, lam in enumerate((0, 1, 10))]
    assert edges(scores_of(trials), lowest) == (), "λ cannot be below 0"


def test_the_best_of_those_that_use_both_settings_is_not_called_the_best_of_all():
    of_both = scores_of([trial(0, {"lam": 10.0, "momentum": 0.7}, 0.5)])
    said = contour_sentence(of_both, "lam", "momentum", star=True, unused=3)
    assert said.startswith(
        "Of the trials that use both settings, the lowest held-out cost, **0.5**"
    )
    said = contour_sentence(of_both, "lam", "momentum", star=True, unused=0)
    assert said.startswith("The lowest held-out cost")


def test_the_line_of_the_best_names_the_first_that_came_so_far():
    trials = [trial(n, {"lam": 1.0}, value) for n, value in enumerate([3.0, 1.0, 1.0, 2.0])]
    said = steps_sentence(scores_of(trials))
    assert "**1**, came with trial 1. None of the 2 that finished after it was better." in said


def test_what_is_said_of_the_front_is_true_of_one_trial_and_of_equal_ones():
    goals = (HELD_OUT_COST, HELD_OUT_ACCURACY)
    assert "best" not in front_sentence(1, 1, 1, goals)
    assert front_sentence(1, 1, 9, goals).startswith(
        "**One of 9 trials** with both numbers is the best"
    )
    assert front_sentence(1, 2, 9, goals).endswith("and equally good.")
    assert "pays with" in front_sentence(2, 2, 9, goals)


def test_what_the_best_have_in_common_is_the_setting_in_which_they_are_closest():
    found = agreement(scores_of(trials_of_bowl(200)), PLAN.space)
    assert (found.setting, found.best, found.trials) == ("lam", 20, 200)
    assert 0.2 < found.low < 1 < found.high < 5


def test_the_front_is_drawn_as_steps_around_what_it_beats():
    goals = (HELD_OUT_ACCURACY, SECONDS_TO_GAP)
    values = [(0.9, 1.0), (0.8, 0.1), (0.8, 2.0), (0.85, 0.5)]
    trials = [trial(n, {"lam": 1.0}, *each) for n, each in enumerate(values)]
    first, second = TrialScores.of_all(trials, goals)
    figure = as_json(pareto_chart(first, second, pareto_front(np.array(values), goals)))
    beaten, front = figure["data"]
    assert list(numbers(front["x"])) == [0.8, 0.85, 0.9]
    assert list(numbers(front["y"])) == [0.1, 0.5, 1.0]
    assert list(numbers(beaten["y"])) == [2.0]
    assert front["line"]["shape"] == "vh"
    assert figure["layout"]["xaxis"]["title"]["text"].endswith("better →")
    assert figure["layout"]["yaxis"]["title"]["text"].startswith("← better")


def test_a_picture_of_two_thousand_trials_is_no_megabyte():
    scores = scores_of(trials_of_bowl(2000))
    x, y = setting_axes(PLAN.space)
    figures = [
        best_so_far_chart(scores, [], 2000),
        parallel_chart(scores, PLAN.space),
        contour_chart(scores, x, y, plane_between(scores, x, y)),
        slice_chart(scores, x),
    ]
    assert max(len(figure.to_json().encode()) for figure in figures) < 1_000_000


def test_the_pictures_do_without_scikit_learn():
    script = (
        "import sys; import tests.pages.test_sweep_pictures as t; "
        "scores = t.scores_of(t.trials_of_bowl(40)); "
        "assert t.importances(scores, t.PLAN.space); "
        "import dashboard.explore.sweep_pictures; print('sklearn' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.split() == ["False"]


class Shown:
    """Explore with the pictures of a sweep that is what a test makes of it."""

    def __init__(self, visitor, monkeypatch, plan):
        self.visitor, self.trials = visitor, ()
        self.sweep = Sweep("made up", plan, None, {}, None)
        monkeypatch.setattr(
            "dashboard.explore.sweep.sweep_panel",
            lambda lab: show_pictures(lab, self.sweep, self.trials),
        )

    def open(self, **link):
        """Open the page by a link."""
        return self.visitor.open("pages/explore.py", **link)

    def view(self):
        """Which picture is seen."""
        return self.visitor.app.segmented_control(key="sweep_view").value


def test_before_the_first_trial_there_is_a_sentence_in_the_place_of_the_picture(
    visitor, monkeypatch
):
    shown = Shown(visitor, monkeypatch, PLAN)
    shown.open()
    assert shown.view() == "contour", "two settings: all of the sweep in one picture"
    assert "The first trials have not come to their end yet." in visitor.text()
    shown.trials = trials_of_bowl(30)
    visitor.run()
    assert "first trials" not in visitor.text()
    assert visitor.live_figure("sweep_contour_figure")["data"][0]["type"] == "contour"


def test_every_picture_is_drawn_of_few_trials_and_of_many(visitor, monkeypatch):
    shown = Shown(visitor, monkeypatch, PLAN)
    shown.open()
    for count in (0, 1, 2, 3, 40):
        shown.trials = trials_of_bowl(count)
        for view in ("best", "parallel", "contour", "slices", "importance"):
            visitor.app.segmented_control(key="sweep_view").set_value(view)
            visitor.run()


def test_which_picture_is_seen_is_in_the_link(visitor, monkeypatch):
    shown = Shown(visitor, monkeypatch, PLAN)
    shown.trials = trials_of_bowl(30)
    shown.open(sweep_view="contour", contour_x="learning_rate")
    assert visitor.link() == {"contour_x": "learning_rate"}, "the contour is the usual one"
    assert visitor.live_figure("sweep_contour_figure")["layout"]["yaxis"]["title"]["text"] == "λ"
    visitor.app.segmented_control(key="sweep_view").set_value("slices")
    visitor.run()
    assert visitor.link()["sweep_view"] == "slices"


def test_two_goals_have_a_front_and_either_colours_the_other_pictures(visitor, monkeypatch):
    goals = (HELD_OUT_COST, HELD_OUT_ACCURACY)
    shown = Shown(visitor, monkeypatch, Plan(PLAN.space, goals=goals, trials=30))
    shown.trials = tuple(
        trial(each.number, each.settings, each.value, 1 / (1 + each.value))
        for each in trials_of_bowl(30)
    )
    app = shown.open()
    assert shown.view() == "front"
    assert "best" not in app.segmented_control(key="sweep_view").options
    app.segmented_control(key="sweep_view").set_value("contour")
    visitor.run()
    assert "lowest held-out cost" in visitor.text()
    visitor.app.selectbox(key="sweep_goal").set_value("held-out-accuracy")
    visitor.run()
    assert "highest held-out accuracy" in visitor.text()
    assert visitor.link()["sweep_goal"] == "held-out-accuracy"


def test_a_picture_that_a_sweep_does_not_have_is_not_shown(visitor, monkeypatch):
    shown = Shown(visitor, monkeypatch, Plan(Space((LAM,)), trials=9))
    shown.trials = tuple(trial(n, {"lam": 1.0 + n}, 1.0 + n) for n in range(9))
    shown.open(sweep_view="front")
    assert shown.view() == "slices"
    assert "sweep_view" not in visitor.link()


@pytest.mark.parametrize(
    ("plan", "pictures"),
    [
        ("lam=1,max_iterations=5,trials=2", ["best"]),
        (
            "lam=0.1;1,max_iterations=5;6,sampler=grid",
            ["best", "parallel", "contour", "slices", "importance"],
        ),
        (
            "lam=0.1;1,max_iterations=5,sampler=grid,goal=held-out-cost;held-out-accuracy",
            ["parallel", "slices", "front"],
        ),
    ],
    ids=["nothing varied", "two settings", "two goals"],
)
def test_every_picture_stands_between_curves_and_table(visitor, plan, pictures):
    app = visitor.open("pages/explore.py", plan=plan)
    app.button(key="start_sweep").click()
    visitor.run()
    assert app.session_state["_sweep_worker"].wait(timeout=60)
    visitor.run()
    assert visitor.app.segmented_control(key="sweep_view").options == [
        PICTURES[n] for n in pictures
    ]
    for picture in pictures:
        app.segmented_control(key="sweep_view").set_value(picture)
        visitor.run()
        assert visitor.live_figure("sweep_curves")["data"]
        assert visitor.component_data(f"sweep_{picture}_")["figure"]
        assert any("trial" in frame.value for frame in app.dataframe)
