"""What the pictures of a sweep leave out or do not show at first, and that they say so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dashboard.explore.sweep_picture import Look, drawn
from dashboard.figures.explore.axes import setting_axes, shown_limits, shown_values
from dashboard.figures.explore.best_so_far import best_so_far_chart
from dashboard.figures.explore.contour import cells_chart
from dashboard.figures.explore.parallel_coordinates import parallel_chart
from dashboard.figures.explore.pareto import pareto_chart
from logreg_core.sweep import (
    HELD_OUT_ACCURACY,
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Choices,
    Interval,
    Plan,
    Space,
    TrialState,
)
from logreg_core.sweep.front import pareto_front
from logreg_core.sweep.scores import TrialScores
from tests.made_up_trials import PLAN, RESULT, scores_of, trial, trials_of_bowl
from tests.pages.test_sweep_pictures import as_json
from tests.pages.visitor import numbers

_POINTS = [(n, {"lam": 1.0 + n, "learning_rate": 0.1 + n / 100}) for n in range(9)]


@pytest.mark.parametrize(
    ("goals", "views", "others"),
    [
        ((SECONDS_TO_GAP,), ["best", "parallel", "contour", "slices", "importance"], []),
        ((HELD_OUT_ACCURACY, SECONDS_TO_GAP), ["front", "parallel"], ["contour", "slices"]),
    ],
)
def test_where_no_trial_reaches_the_gap_the_reason_stands_in_place_of_empty_pictures(
    goals, views, others
):
    far = tuple(trial(n, point, *[0.9] * (len(goals) - 1), math.inf) for n, point in _POINTS)
    plan = Plan(PLAN.space, goals=goals, trials=9, gap=0.02)
    axes = setting_axes(plan.space)
    for view in views:
        picture = drawn(view, Look(plan, far, goals[0]), axes if view == "contour" else ())
        assert not picture.figures
        assert picture.says.startswith("None of 9 finished trials came to stay within 2 % of J*")
    for view in others:
        assert drawn(view, Look(plan, far, goals[0]), axes if view == "contour" else ()).figures


def test_what_swung_when_it_ended_is_left_out_and_said_to_be():
    swung = replace(RESULT, unsteady=True)
    trials = tuple(trial(*point, 0.1, result=swung) for point in _POINTS)
    axes = setting_axes(PLAN.space)
    for view in ("best", "parallel", "contour", "slices", "importance"):
        across = axes if view == "contour" else ()
        picture = drawn(view, Look(PLAN, trials, PLAN.goals[0]), across)
        assert not picture.figures
        assert picture.says.startswith("None of 9 finished trials had come to rest at its end")
        some = (*trials[:3], *trials_of_bowl(30)[3:])
        picture = drawn(view, Look(PLAN, some, PLAN.goals[0]), across)
        assert "3 trials that ended while J swung" in picture.caption


def test_how_many_were_ended_early_is_said_where_they_have_no_place():
    pruned = [replace(each, state=TrialState.PRUNED) for each in trials_of_bowl(3)]
    trials = tuple(pruned) + trials_of_bowl(30)[3:]
    axes = setting_axes(PLAN.space)
    for view in ("parallel", "contour", "slices", "importance"):
        caption = drawn(
            view, Look(PLAN, trials, PLAN.goals[0]), axes if view == "contour" else ()
        ).caption
        assert "Left out: 3 trials that were ended early." in caption


def test_two_trials_have_two_colours():
    scores = scores_of(trials_of_bowl(2))
    (trace,) = as_json(parallel_chart(scores, PLAN.space))["data"]
    assert set(numbers(trace["line"]["color"])) == {trace["line"]["cmin"], trace["line"]["cmax"]}


def test_a_few_bad_trials_do_not_squeeze_the_front_into_a_corner():
    goals = (HELD_OUT_ACCURACY, HELD_OUT_COST)
    values = [(0.95 + n / 1000, 0.1 + n / 100) for n in range(20)] + [(0.3, 60.0)]
    trials = [trial(n, {"lam": 1.0}, *each) for n, each in enumerate(values)]
    first, second = TrialScores.of_all(trials, goals)
    on_front = pareto_front(np.array(values), goals)
    layout = as_json(pareto_chart(first, second, on_front))["layout"]
    assert 0.94 < layout["xaxis"]["range"][0] < 0.95
    assert 10 ** layout["yaxis"]["range"][1] < 0.4
    picture = drawn("front", Look(Plan(PLAN.space, goals=goals), tuple(trials), goals[0]))
    assert "One trial is worse and lies outside the picture" in picture.caption


@pytest.mark.parametrize(("lams", "are_the_grid"), [([1, 3, 9], True), ([1, 1.1, 7, 9, 50], False)])
def test_cells_of_a_range_are_as_wide_as_a_grid_or_all_alike(lams, are_the_grid):
    """Of numbers at random, each would else have a cell of its own, some of them slivers."""
    space = Space((Interval("lam", 1, 100), Choices("multiclass", ("one-vs-all", "softmax"))))
    tried = [(lam, name) for lam in lams for name in ("one-vs-all", "softmax")]
    trials = [
        trial(n, {"lam": lam, "multiclass": name}, 1.0 + n)
        for n, (lam, name) in enumerate(tried if are_the_grid else tried[::2])
    ]
    cells = as_json(cells_chart(scores_of(trials), *setting_axes(space)))["data"][0]
    edges = np.log10(numbers(cells["x"]))
    widths = np.diff(edges)
    assert np.ptp(widths) == pytest.approx(0, abs=1e-9)
    assert (len(widths) == len(lams)) == are_the_grid


def test_an_axis_of_accuracies_tells_its_ticks_apart_and_ends_at_100_percent():
    goals = (HELD_OUT_ACCURACY, HELD_OUT_COST)
    for accuracies, digits in (((0.994, 0.994), 1), ((0.9444, 0.9467), 2)):
        trials = [trial(n, {"lam": 1.0}, each, 0.3 + n) for n, each in enumerate(accuracies)]
        first, second = TrialScores.of_all(trials, goals)
        axis = as_json(pareto_chart(first, second, np.array([True, True])))["layout"]["xaxis"]
        assert axis["tickformat"] == f".{digits}~%"
        assert axis["range"][1] < 1.002


def test_an_importance_by_tpe_says_what_it_misses():
    for sampler in ("tpe", "random"):
        plan = replace(PLAN, sampler=sampler)
        caption = drawn("importance", Look(plan, trials_of_bowl(60), plan.goals[0])).caption
        assert ("TPE tries most where it is good already" in caption) == (sampler == "tpe")


def test_a_contour_says_how_many_trials_are_worse_than_its_colours():
    points = [(10 ** (n / 10 - 2), 10 ** (n % 7 / 2 - 3)) for n in range(40)]
    made = tuple(
        trial(n, {"lam": lam, "learning_rate": rate}, 1.0 + n / 10)
        for n, (lam, rate) in enumerate(points)
    )
    caption = drawn("contour", Look(PLAN, made, PLAN.goals[0]), setting_axes(PLAN.space)).caption
    assert "4 trials are worse than the scale of colours says." in caption


def test_how_many_are_worse_than_the_colours_is_said_beside_those_that_are_as_good_as_none():
    costs = [1e-20, 1e-20, *(0.1 + n / 1000 for n in range(17)), 1.0, 2.0, 3.0]
    points = [(10 ** (n / 10 - 2), 10 ** (n % 7 / 2 - 3)) for n in range(len(costs))]
    made = tuple(
        trial(n, {"lam": lam, "learning_rate": rate}, costs[n])
        for n, (lam, rate) in enumerate(points)
    )
    caption = drawn("contour", Look(PLAN, made, PLAN.goals[0]), setting_axes(PLAN.space)).caption
    assert "2 trials lie beyond the scale of colours" in caption
    assert "3 trials are worse than the scale of colours says" in caption


def test_a_cost_of_exactly_nothing_leaves_the_others_their_scale():
    trials = [trial(*_POINTS[n], cost) for n, cost in enumerate([0.0, 0.1, 0.2, 0.3, 1e4])]
    axis = as_json(best_so_far_chart(scores_of(trials), [], 5))["layout"]["yaxis"]
    assert axis["type"] == "log"
    assert set(shown_values(scores_of(trials))) == {2e-4, 0.1, 0.2, 0.3, 20.0}


def test_bars_say_nothing_of_trials_that_are_not_in_them():
    trials = (*trials_of_bowl(30), trial(30, {"lam": 1.0, "learning_rate": 0.1}, 1e-20))
    picture = drawn("importance", Look(PLAN, trials, PLAN.goals[0]))
    assert picture.figures
    assert "beyond the scale" not in picture.caption


def test_costs_that_are_as_good_as_none_do_not_take_the_colours_from_all_others():
    costs = [1e-146, 1e-98, 1e-51, 1e-40, 1e-30, 0.02, 0.2]
    trials = [trial(*_POINTS[n], cost) for n, cost in enumerate(costs)]
    low, high = shown_limits(scores_of(trials))
    assert 1e-6 <= low < 0.02
    assert high > 0.2
    as_good = scores_of(trials[:5])
    assert set(shown_values(as_good)) == {1e-6}
    look = Look(PLAN, tuple(trials), PLAN.goals[0])
    assert (
        "5 trials lie beyond the scale of colours"
        in drawn("contour", look, setting_axes(PLAN.space)).caption
    )
    drawn("best", replace(look, trials=tuple(trials[:5])))
