"""The pictures of a sweep, drawn from trials that are made up and known."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

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
    HELD_OUT_ACCURACY,
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Choices,
    Interval,
    Plan,
    Space,
    Sweep,
    TrialState,
)
from logreg_core.sweep.findings import Edge
from logreg_core.sweep.front import pareto_front
from logreg_core.sweep.scores import TrialScores
from tests.made_up_trials import (
    LAM,
    PLAN,
    RESULT,
    SPACE,
    WITH,
    WITHOUT,
    bowl,
    scores_of,
    trial,
    trials_of_bowl,
)
from tests.pages.visitor import ROOT, numbers


def as_json(figure):
    return json.loads(figure.to_json())


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


def test_the_most_important_setting_is_drawn_first():
    figure = as_json(importance_chart({"lam": 0.75, "learning_rate": 0.25}))
    assert figure["data"][0]["y"][0] == "λ"


@pytest.mark.parametrize(
    ("up", "which", "said"), [(False, "lower", "smaller"), (True, "upper", "larger")]
)
def test_a_best_value_at_the_end_of_its_range_is_named_with_what_to_try(up, which, said):
    sentence = edge_sentences([Edge("lam", 1.0, upper=up)])
    assert f"{which} end" in sentence
    assert f"try {said} ones" in sentence


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
        "import sys; from logreg_core.sweep.importance import importances; "
        "from tests.made_up_trials import PLAN, scores_of, trials_of_bowl; "
        "assert importances(scores_of(trials_of_bowl(40)), PLAN.space); "
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
        if picture == "importance":
            assert "20 are needed at least, and 4 are there" in visitor.text()
        else:
            assert visitor.component_data(f"sweep_{picture}_")["figure"]
        assert any("trial" in frame.value for frame in app.dataframe)
