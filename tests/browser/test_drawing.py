"""Drawing with the mouse, and being read."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect

from tests.browser.harness import draw

ONE = [(150, 50), (146, 110), (142, 170), (138, 230)]
ZERO = [
    (140 + 60 * math.sin(turn), 140 - 85 * math.cos(turn))
    for turn in (step * 2 * math.pi / 24 for step in range(25))
]
THREE = [
    *((90, 80), (120, 55), (160, 60), (175, 90), (150, 125), (115, 135)),
    *((160, 145), (185, 180), (160, 220), (115, 225), (85, 205)),
]


def expect_reading(page, digit: int) -> None:
    page.wait_for_function(
        "digit => document.querySelector('.st-key-prediction')?.innerText.trim()[0] === digit",
        arg=str(digit),
    )


def clear(page) -> None:
    page.locator(".st-key-clear button").last.click()
    expect(page.locator(".st-key-prediction").last).to_contain_text("Draw a")


def open_predict(server, page, link: str = "") -> None:
    page.goto(f"{server.address}/predict{link}")
    expect(page.locator(".st-key-prediction").last).to_contain_text("Draw a")


def test_a_drawn_zero_and_a_drawn_one_are_read(server, page):
    open_predict(server, page)
    draw(page, ZERO)
    expect_reading(page, 0)
    clear(page)
    draw(page, ONE)
    expect_reading(page, 1)
    expect(page.locator(".st-key-model_input .js-plotly-plot").first).to_be_visible()


def test_one_of_ten_is_read_too(server, page):
    open_predict(server, page, "?digits=all")
    draw(page, THREE)
    expect_reading(page, 3)


def test_a_dot_gets_a_sentence_instead_of_a_digit(server, page):
    open_predict(server, page)
    draw(page, [(140, 140), (141, 141)])
    expect(page.locator(".st-key-prediction").last).to_contain_text("dot")


def test_a_drawing_is_still_there_after_a_look_at_another_page(server, page):
    open_predict(server, page)
    draw(page, ZERO)
    expect_reading(page, 0)
    page.get_by_test_id("stPageLink").get_by_text("θ", exact=True).click()
    expect(page.get_by_role("heading", name="θ", exact=True)).to_be_visible()
    page.get_by_test_id("stPageLink").get_by_text("Predict", exact=True).click()
    expect_reading(page, 0)


@pytest.mark.viewport(390, 844)
def test_a_phone_held_upright_has_room_to_draw(server, page):
    open_predict(server, page)
    box = page.locator(".st-key-canvas canvas").last.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    draw(page, ONE)
    expect_reading(page, 1)


@pytest.mark.parametrize("width", [768, 1024, 1100, 1400])
def test_the_whole_canvas_shows_at_every_width(server, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_predict(server, page)
    canvas = page.locator(".st-key-canvas canvas").last
    visible = canvas.evaluate(
        "canvas => { let right = Infinity;"
        " for (let e = canvas; e; e = e.parentElement || e.getRootNode().host)"
        "   if (getComputedStyle(e).overflowX !== 'visible')"
        "     right = Math.min(right, e.getBoundingClientRect().right);"
        " return right - canvas.getBoundingClientRect().left; }"
    )
    assert visible >= 280


def test_a_run_that_ends_while_one_draws_takes_nothing_away(server, page):
    open_predict(server, page, "?digits=all&optimizer=gradient-descent&max_iterations=3000")
    expect(page.locator(".st-key-run_note")).to_contain_text("Your training is running")
    canvas = page.locator(".st-key-canvas canvas").last
    canvas.evaluate("canvas => { canvas.dataset.mark = 'the same'; }")
    place = canvas.bounding_box()
    draw(page, THREE)
    expect_reading(page, 3)
    expect(page.get_by_text("Your training is running")).to_have_count(0)
    expect_reading(page, 3)
    assert canvas.get_attribute("data-mark") == "the same"
    assert canvas.bounding_box() == place, "the paper stays under the pen"
