"""The pictures of a sweep, drawn from trials that are made up and known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dashboard.figures.explore.axes import setting_axes
from dashboard.figures.explore.contour import cells_chart, contour_chart, plane_between
from logreg_core.sweep import (
    HELD_OUT_ACCURACY,
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Choices,
    Interval,
    Plan,
    Space,
    TrialRecord,
    TrialState,
)
from logreg_core.sweep.front import pareto_front
from logreg_core.sweep.scores import Scores
from logreg_core.sweep.space import with_settings
from logreg_core.sweep.surface import surface
from tests.pages.visitor import numbers

LAM = Interval("lam", 0.01, 100)
RATE = Interval("learning_rate", 0.001, 10)
PLAN = Plan(Space((LAM, RATE)), trials=20)


def trial(number, settings, *values, state=TrialState.FINISHED, result=None):
    """A record as a sweep has it, of a trial with these values."""
    return TrialRecord(
        number=number,
        state=state,
        settings=settings,
        config=with_settings(PLAN.base, settings),
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
    return Scores.of(trials, goals, goal)


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
            [(0.1, "none", 3.0), (0.1, "none", 2.0), (1.0, "full", 5.0), (10.0, "none", 4.0)]
        )
    ]
    x, y = setting_axes(space)
    (cells,) = as_json(cells_chart(scores_of(trials), x, y))["data"]
    np.testing.assert_allclose(numbers(cells["customdata"]), [[2, np.nan, 4], [np.nan, 5, np.nan]])
    assert cells["text"] == [["2", "", "4"], ["", "5", ""]]
