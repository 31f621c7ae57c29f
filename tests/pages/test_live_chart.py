"""A click on a chart says what was clicked; what is no click says nothing, and does no harm."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from dashboard import live_chart, mistakes_panel

#: What no chart of two traces sends, but anybody can.
NONSENSE = [
    None,
    0,
    "01",
    {},
    [],
    [0],
    [0, 1, 2],
    [[0], [1]],
    ["0", 1],
    [0.0, 1],
    [None, 1],
    [-1, 1],
    [2, 1],
    [10**400, 1],
]


@pytest.fixture
def click(monkeypatch):
    """Send a click on a chart of two traces; what its page hears of it."""
    mounted, heard = {}, []
    monkeypatch.setattr(live_chart, "_component", lambda **shown: mounted.update(shown))
    chart = go.Figure([{"type": "bar"}, {"type": "bar"}], layout={"height": 100})
    live_chart.live_chart(chart, "chart", on_click=heard.append, on_point=heard.append)

    def sent(content: object) -> list[object]:
        monkeypatch.setattr(live_chart.st, "session_state", {"chart": {"clicked": content}})
        mounted["on_clicked_change"]()
        return heard

    return sent


def test_a_click_names_the_trace_and_the_point(click):
    assert click([1, [3, 8]]) == [1, [3, 8]]


@pytest.mark.parametrize("content", NONSENSE, ids=lambda content: repr(content)[:20])
def test_what_is_no_click_is_ignored(click, content):
    assert click(content) == []


@pytest.fixture
def clicks(visitor, monkeypatch):
    """What the charts of the Predict page call with the point that was clicked, by their key."""
    called = {}

    def noted(figure, key, *, on_point=None, **options):
        called[key] = on_point
        live_chart.live_chart(figure, key, on_point=on_point, **options)

    monkeypatch.setattr(mistakes_panel, "live_chart", noted)
    visitor.open("pages/predict.py", digits="all")
    return called


#: Neither a cell of ten digits nor the place of an image.
NOWHERE = [None, {}, [], [3], [3, 10], [3, [8]], [[3, 8]], {"3": 8}, "3", -1, 10**400]


@pytest.mark.parametrize("key", ["confusion_matrix", "misread_images"])
def test_a_point_that_is_none_of_the_chart_chooses_nothing(clicks, monkeypatch, key):
    chosen = {}
    monkeypatch.setattr(mistakes_panel.st, "session_state", chosen)
    for point in NOWHERE:
        clicks[key](point)
    assert chosen == {}
