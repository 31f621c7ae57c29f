"""The map of the cost is drawn as the core has it, and said in words that are true of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cost_map_panel as panel
from dashboard.figures.cost_map import cost_map_chart
from dashboard.words.cost_map import cost_map_sentence
from logreg_core import PathOnMap, TrainConfig, cost_map, fit, load_bundled

NAMES = ("gradient descent", "L-BFGS-B")
COLOURS = ("#2f7ed8", "#e8772e")


@pytest.fixture(scope="module")
def training():
    return load_bundled().only(0, 1)


@pytest.fixture(scope="module")
def histories(training):
    return [
        fit(training, TrainConfig(optimizer=name, max_iterations=40)).history
        for name in ("gradient-descent", "l-bfgs-b")
    ]


@pytest.fixture(scope="module")
def drawn(training, histories):
    return cost_map(training, TrainConfig(), histories)


def paths_of(chart):
    """The curves of the paths, one a run."""
    return [trace for trace in chart.data if trace.type == "scatter" and trace.showlegend]


def test_each_path_is_a_curve_with_a_mark_for_each_step(drawn, histories):
    chart = cost_map_chart(drawn, NAMES, COLOURS, at=[None, None])
    for trace, name, colour, history in zip(
        paths_of(chart), NAMES, COLOURS, histories, strict=True
    ):
        assert (trace.name, trace.line.color) == (name, colour)
        assert trace.mode == "lines+markers"
        assert len(trace.x) == len(history.theta) <= 400
        assert np.array_equal(trace.customdata[:, 0], history.theta_iteration)
        assert np.array_equal(trace.customdata[:, 1], history.cost)


def test_hover_on_the_contours_tells_the_cost(drawn):
    contours = cost_map_chart(drawn, NAMES, COLOURS, at=[None, None]).data[0]
    assert contours.type == "contour"
    assert "customdata" in contours.hovertemplate
    np.testing.assert_allclose(contours.customdata, drawn.cost, rtol=1e-6)
    assert np.array_equal(contours.x, drawn.x)


def test_contours_rise_with_the_cost_and_their_scale_says_which_they_are(drawn):
    chart = cost_map_chart(drawn, NAMES, COLOURS, at=[None, None])
    levels = chart.data[0].z.ravel()
    in_order = np.argsort(drawn.cost.ravel())
    assert (np.diff(levels[in_order]) >= 0).all()
    labels = [float(text.removeprefix("J = ")) for text in chart.layout.yaxis2.ticktext]
    at = np.interp(chart.layout.yaxis2.tickvals, levels[in_order], drawn.cost.ravel()[in_order])
    np.testing.assert_allclose(labels, at, rtol=0.05)
    assert len(set(labels)) == len(labels)


def test_a_cost_that_falls_towards_zero_is_on_a_scale_of_its_own_logarithm(training):
    config = TrainConfig(lam=0)
    drawn = cost_map(training, config, [fit(training, config).history])
    assert drawn.cost.min() < 1e-4
    contours = cost_map_chart(drawn, NAMES[:1], COLOURS[:1], at=[None]).data[0]
    np.testing.assert_allclose(contours.z, np.log10(drawn.cost), atol=1e-5)


def test_the_end_and_where_the_visitor_stands_are_marked(drawn):
    chart = cost_map_chart(drawn, NAMES, COLOURS, at=[3, None])
    for name, path, here in zip(NAMES, drawn.paths, ([3], []), strict=True):
        curve, marks = (trace for trace in chart.data if trace.legendgroup == name)
        assert np.array_equal(marks.x, path.x[[-1, *here]])
        assert np.array_equal(marks.y, path.y[[-1, *here]])
        assert marks.marker.symbol[0] == "diamond"
        assert min(marks.marker.size) > curve.marker.size


def test_the_axes_say_how_much_of_the_movement_they_show(drawn):
    layout = cost_map_chart(drawn, NAMES, COLOURS, at=[None, None]).layout
    for axis, places, part in (
        (layout.xaxis, drawn.x, drawn.explained[0]),
        (layout.yaxis, drawn.y, drawn.explained[1]),
    ):
        assert f"main direction: {round(100 * part)} % of the movement" in axis.title.text
        assert tuple(axis.range) == (places[0], places[-1])


def test_a_sample_is_named_on_the_figure(training, histories, drawn):
    sampled = cost_map(training, TrainConfig(), histories, rows=100)
    chart = cost_map_chart(sampled, NAMES, COLOURS, at=[None, None])
    assert [note.text for note in chart.layout.annotations] == ["contours from 100 of 360 examples"]
    assert not cost_map_chart(drawn, NAMES, COLOURS, at=[None, None]).layout.annotations


def test_a_zoom_stays_while_the_same_runs_are_shown(drawn, histories, training):
    early = [
        replace(run, theta=run.theta[:9], theta_iteration=run.theta_iteration[:9])
        for run in histories
    ]
    before = cost_map(training, TrainConfig(), early)
    kept = {
        cost_map_chart(a, NAMES, COLOURS, at=at).layout.uirevision
        for a, at in ((drawn, [None, None]), (drawn, [2, 3]), (before, [1, None]))
    }
    assert len(kept) == 1
    other = cost_map_chart(drawn, ("Adam", "SGD"), COLOURS, at=[None, None])
    assert other.layout.uirevision not in kept


def test_a_run_without_steps_leaves_the_map_without_a_path(training, histories):
    (nothing,) = (
        replace(
            histories[0],
            **{name: getattr(histories[0], name)[:0] for name in histories[0].__dataclass_fields__},
        ),
    )
    chart = cost_map_chart(
        cost_map(training, TrainConfig(), [nothing]), NAMES[:1], COLOURS[:1], at=[None]
    )
    assert len(paths_of(chart)[0].x) == 0
    assert chart.to_json()


# The words.


def told(x, y, *, cost=None, in_plane=1.0):
    """What is said of one path, called A."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    cost = np.ones(len(x)) if cost is None else np.asarray(cost, dtype=float)
    path = PathOnMap(np.arange(len(x)), x, y, cost, in_plane)

    class Drawn:
        paths = (path,)

    return cost_map_sentence(Drawn(), ["A"])


def test_a_path_that_turns_back_at_each_step_zigzags():
    assert "turn back: **A** (" in told(np.arange(20) / 10, [0, 1] * 10)


def test_a_path_that_runs_past_its_end_and_back_swings():
    sentence = told([*range(11), *range(9, 4, -1)], [0] * 16)
    assert "as long as the straight line: **A** (3.0)" in sentence  # 15 long, and 5 far


def test_a_path_that_slows_down_creeps():
    # 2⁻⁹ of the way are left after half of the steps.
    sentence = told(1 - 0.5 ** np.arange(19), np.zeros(19))
    assert "second half of the iterations: **A** (0%)" in sentence


def test_a_path_of_even_steps_goes_without_a_detour():
    assert "Without much of a detour, in this many iterations: **A** (9)" in told(
        np.arange(10), np.arange(10)
    )


def test_a_path_of_hardly_any_steps_is_only_counted():
    assert "Just begun, after this many iterations: **A** (0)" in told([0], [0])
    assert "**A** (0)" in told([], [])
    assert "**A** (1)" in told([0, 1], [0, 0])


def test_paths_of_the_same_manner_are_told_together(drawn):
    even = np.arange(30.0)
    path = PathOnMap(np.arange(30), even, even, np.ones(30), 1.0)
    sentence = cost_map_sentence(replace(drawn, paths=(path, path)), ["A", "B"])
    assert "Without much of a detour, in this many iterations: **A** (29), **B** (29)." in sentence


def test_a_leap_is_said():
    sentence = told([0, 1, 1e9, np.nan], [0, 0, 0, 0], cost=[1, 0.5, 1e9, np.nan], in_plane=np.nan)
    assert "more than 10 times what it was at θ = 0, are steps of **A**" in sentence
    assert "more than 10 times" not in told([0, 1, 2], [0, 0, 0], cost=[1, 9, 0.5])


def test_a_path_that_leaves_the_plane_is_said():
    assert "of **A** (54%) so little" in told([0, 1, 2], [0, 0, 0], in_plane=0.54)
    assert "Not all movement" not in told([0, 1, 2], [0, 0, 0], in_plane=0.95)


def test_a_name_from_outside_is_no_markdown(drawn):
    sentence = cost_map_sentence(drawn, ["[x](http://example.org)", "b"])
    assert "[x](http" not in sentence


# On a page.


PAGE = """
from dashboard.cost_map_panel import cost_map_panel
from dashboard.shown_run import ShownRun
from logreg_core import TrainConfig, fit, load_bundled

training = load_bundled().only(0, 1)
config = TrainConfig(optimizer="gradient-descent", max_iterations=20)
run = ShownRun("gradient descent", "#2f7ed8", fit(training, config).history)
cost_map_panel(training, config, [run], [None], live={live})
"""


@pytest.mark.parametrize("live", [False, True])
def test_the_panel_shows_the_map_and_says_what_to_look_at(live):
    app = AppTest.from_string(PAGE.format(live=live), default_timeout=60).run()
    assert not app.exception
    assert "Watch how a path crosses them" in app.caption[0].value
    assert "**gradient descent**" in app.caption[0].value


@pytest.fixture
def counted(monkeypatch):
    """How often a map is computed, and what the panel keeps of it."""
    calls, state = [], {}

    def count(*arguments):
        calls.append(arguments)
        return cost_map(*arguments, side=5)

    monkeypatch.setattr(panel, "cost_map", count)
    monkeypatch.setattr("dashboard.visitor.st.session_state", state)
    return calls


def shortened(history, steps):
    return replace(
        history, **{name: getattr(history, name)[:steps] for name in history.__dataclass_fields__}
    )


def test_a_map_is_computed_once_as_long_as_nothing_changes(counted, training, histories):
    config = TrainConfig()
    maps = [panel._kept_map(training, config, histories, live=False) for _ in range(3)]
    assert len(counted) == 1
    assert maps[0] is maps[2]
    panel._kept_map(training, replace(config, max_iterations=7), histories, live=False)
    assert len(counted) == 1, "J does not hang on how long one may go on"
    panel._kept_map(training, replace(config, lam=9), histories, live=False)
    panel._kept_map(training, config, histories[:1], live=False)
    panel._kept_map(training, config, [shortened(histories[0], 9)], live=False)
    assert len(counted) == 4


def test_while_a_run_goes_on_its_path_grows_and_the_map_follows_in_longer_intervals(
    counted, training, histories
):
    whole = histories[0]
    for steps in range(1, len(whole) + 1):
        so_far = shortened(whole, steps)
        drawn = panel._kept_map(training, TrainConfig(), [so_far], live=True)
        assert 0.9 * steps <= len(drawn.paths[0].x) <= steps
    assert len(counted) < 12
    drawn = panel._kept_map(training, TrainConfig(), [whole], live=False)
    assert np.array_equal(counted[-1][2][0].theta, whole.theta), "at the end, of the whole path"


def test_a_diverged_run_is_kept_as_well(counted, training, histories):
    cost = histories[0].cost.copy()
    cost[-1] = np.nan
    diverged = replace(histories[0], cost=cost)
    for _ in range(2):
        panel._kept_map(training, TrainConfig(), [replace(diverged)], live=False)
    assert len(counted) == 1
