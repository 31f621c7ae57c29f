"""Runs side by side: on the chart, in colours that can be told apart, and on the page."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from dashboard.figures.cost import MAX_POINTS, cost_chart
from dashboard.figures.palette import HELD_OUT, OVERLAYS, TRAINING
from dashboard.shown_run import ShownRun
from logreg_core import TrainConfig, fit, load_bundled
from tests.pages.visitor import numbers


def test_overlaid_curves_are_the_runs_own_and_the_current_ones_stay():
    training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    history = fit(training, TrainConfig(), held_out=held_out).history
    slow = TrainConfig(optimizer="gradient-descent", max_iterations=1500)
    other = fit(training, slow, held_out=held_out).history
    shown = ShownRun("<b>GD</b>", OVERLAYS[0], other)
    alone = cost_chart(history, x="passes")
    together = cost_chart(history, x="passes", overlays=(shown,))
    assert together.data[:3] == alone.data
    cost, held_out_cost = together.data[3:]
    assert (cost.line.color, held_out_cost.line.color) == (OVERLAYS[0], OVERLAYS[0])
    assert (cost.line.dash, held_out_cost.line.dash) == ("solid", "dash")
    assert cost.legendgroup == held_out_cost.legendgroup, "one click hides both"
    assert len(cost.y) == len(held_out_cost.y) == MAX_POINTS
    assert (cost.x[-1], cost.y[-1]) == (other.passes[-1], other.cost[-1])
    assert held_out_cost.y[-1] == other.held_out_cost[-1]
    assert cost.name == "&lt;b&gt;GD&lt;/b&gt;", "plotly would make it bold"
    assert together.layout.height == alone.layout.height, "or the page moves under the mouse"


def test_the_cost_axis_reaches_as_far_as_the_overlaid_runs():
    history = fit(load_bundled().only(0, 1), TrainConfig(max_iterations=1)).history
    far = ShownRun("far", OVERLAYS[0], replace(history, cost=np.array([1.0, 1e-20])))
    assert cost_chart(history).layout.yaxis.tickformat == "~g", "0.1, 0.2, 0.5"
    axis = cost_chart(history, overlays=(far,)).layout.yaxis
    assert (axis.tickformat, axis.exponentformat) == (None, "power")
    assert axis.range is None, "plotly would take one for the visitor's zoom"


def test_a_run_without_a_step_can_be_overlaid():
    history = fit(load_bundled().only(0, 1), TrainConfig(max_iterations=1)).history
    nothing = replace(history, **{name: getattr(history, name)[:0] for name in vars(history)})
    chart = cost_chart(nothing, overlays=(ShownRun("none", OVERLAYS[0], nothing),))
    assert [len(curve.y) for curve in chart.data] == [0] * 5


#: From RGB to what somebody without red, green or blue cones sees (Machado, Oliveira,
#: Fernandes 2009), on linear light.
COLOUR_BLIND = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colour):
    """Linear light of #rrggbb."""
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(light):
    """Where colours lie as far apart as they look (Ottosson 2020)."""
    cones = [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]
    axes = [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    return axes @ np.cbrt(cones @ light.clip(0, 1))


@pytest.mark.parametrize("sight", COLOUR_BLIND)
def test_the_colours_of_runs_can_be_told_apart(sight):
    seen = [
        oklab(COLOUR_BLIND[sight] @ linear(colour)) for colour in (*OVERLAYS, TRAINING, HELD_OUT)
    ]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.06


@pytest.mark.parametrize("colour", OVERLAYS)
@pytest.mark.parametrize("paper", ["#ffffff", "#14161b"])
def test_the_colours_of_runs_read_on_both_papers(colour, paper):
    light, dark = sorted(
        (linear(one) @ [0.2126, 0.7152, 0.0722] for one in (colour, paper)), reverse=True
    )
    assert (light + 0.05) / (dark + 0.05) > 2.3


def start(visitor, **settings):
    """Begin a run on the Train page and see it end."""
    app = visitor.app
    app.select_slider(key="speed").set_value("full speed")
    for key, value in settings.items():
        app.select_slider(key=key).set_value(value)
    app.button(key="start").click()
    visitor.run()
    assert app.session_state["_run"].wait(timeout=60)
    visitor.run()


def test_the_run_of_the_first_visit_and_those_begun_by_the_visitor_are_listed(visitor):
    app = visitor.open("pages/train.py")
    start(visitor, lam=0.1)
    start(visitor, lam=10.0)
    assert [run.name for run in app.session_state["_recorded_runs"].runs.values()] == [
        "L-BFGS-B",
        "L-BFGS-B λ=0.1",
        "L-BFGS-B λ=10",
    ]
    assert "The same for all" in visitor.text()


def test_a_ticked_run_stands_on_the_chart_of_the_next(visitor):
    app = visitor.open("pages/train.py")
    first = app.session_state["_run"].history()
    records = app.session_state["_recorded_runs"]
    records.runs[1] = replace(records.runs[1], overlaid=True, colour=OVERLAYS[0])
    start(visitor, lam=10.0)
    shown = visitor.live_figure("cost_figure")["data"]
    assert len(shown) == 5
    assert np.array_equal(numbers(shown[3]["y"]), first.cost)
    assert np.array_equal(numbers(shown[4]["y"]), first.held_out_cost)
    assert "J is another function" in visitor.text()
