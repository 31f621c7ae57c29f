"""The θ page, worked with a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

TEN = "/theta?digits=all&max_iterations=20"

#: Whether every picture is still the element that was marked, and none has come.
ALL_MARKED = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .every(chart => chart.dataset.mark === 'the same')"""


def open_ten(server, page) -> None:
    page.goto(server.address + TEN)
    expect(page.locator(".st-key-follows_figure .js-plotly-plot")).to_be_visible()


def test_a_click_in_the_grid_shows_a_digit_large_in_the_same_pictures(server, page):
    open_ten(server, page)
    page.evaluate(
        "document.querySelectorAll('.js-plotly-plot').forEach(c => c.dataset.mark = 'the same')"
    )
    grid = page.locator(".st-key-grid_figure .nsewdrag")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    for digit, across, down in ((3, 0.7, 0.3), (9, 0.9, 0.8)):  # row and column of its picture
        place = {"x": across * box["width"], "y": down * box["height"]}
        grid.hover(position=place)  # as a hand does: plotly clicks what it has hovered
        expect(page.locator(".st-key-grid_figure .hoverlayer .name")).to_have_text(str(digit))
        grid.click(position=place)
        expect(page.locator(".st-key-theta_heatmap")).to_contain_text(f"θ of {digit}")
    slider = page.locator(".st-key-timeline input").first
    slider.focus()
    slider.press("Home")
    expect(page.locator(".st-key-theta_heatmap")).to_contain_text("all zeros")
    assert page.evaluate(ALL_MARKED)


@pytest.mark.viewport(390, 844)
def test_a_phone_shows_all_ten_digits_and_square_pixels(server, page):
    open_ten(server, page)
    for pill in page.locator(".st-key-theta_digit button").all():
        box = pill.bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    for key in ("theta_heatmap", "laid_over_figure", "outline_figure"):
        box = page.locator(f".st-key-{key} .nsewdrag").first.bounding_box()
        assert box["width"] == pytest.approx(box["height"], rel=0.02)
        assert box["width"] > 300, "no band on either side"
