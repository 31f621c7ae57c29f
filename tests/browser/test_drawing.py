"""Drawing with the mouse, and being read."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE
from tests.browser.harness import draw
from tests.photographs import jpeg, photographed, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ONE = [(150, 50), (146, 110), (142, 170), (138, 230)]
ZERO = [
    (140 + 60 * math.sin(turn), 140 - 85 * math.cos(turn))
    for turn in (step * 2 * math.pi / 24 for step in range(25))
]
THREE = [
    *((90, 80), (120, 55), (160, 60), (175, 90), (150, 125), (115, 135)),
    *((160, 145), (185, 180), (160, 220), (115, 225), (85, 205)),
]


#: Drawn with a finger, it would be taken by tools that lie over this corner.
ONE_FROM_THE_CORNER = [(272, 8), (270, 90), (268, 170), (266, 250)]

_ON_PAPER = (
    "[...document.querySelectorAll('.st-key-canvas canvas')].map(layer => layer.toDataURL())"
)


@pytest.fixture
def phone(browser) -> Iterator[Page]:
    """A phone held upright, whose only pointer is a finger."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def drag_finger(page, points) -> None:
    """One stroke of a finger, in pixels of the window."""
    touch = page.context.new_cdp_session(page)
    for kind, places in (
        ("touchStart", points[:1]),
        *(("touchMove", [place]) for place in points[1:]),
        ("touchEnd", []),
    ):
        where = [{"x": x, "y": y} for x, y in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})


def draw_with_pen(page, points) -> None:
    """One stroke of a pen, in pixels of the window."""
    device = page.context.new_cdp_session(page)
    pen = {"pointerType": "pen", "force": 0.5, "button": "left", "buttons": 1, "clickCount": 1}
    for kind, (x, y) in (
        ("mousePressed", points[0]),
        *(("mouseMoved", place) for place in points),
        ("mouseReleased", points[-1]),
    ):
        device.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **pen})


def in_the_window(page, points) -> list[tuple[float, float]]:
    """Points of the canvas, where they are seen."""
    box = page.locator(".st-key-canvas canvas").last.bounding_box()
    return [(box["x"] + x, box["y"] + y) for x, y in points]


def scrolled(page) -> list[float]:
    """How far the window and what scrolls in it have moved."""
    return page.evaluate("() => [scrollY, document.querySelector('.stMain').scrollTop]")


def on_paper(page) -> list[str]:
    """What the browser shows on the canvas, to the pixel."""
    return page.evaluate(f"() => {_ON_PAPER}")


def expect_on_paper(page, drawn: list[str]) -> None:
    page.wait_for_function(f"drawn => {_ON_PAPER}.join() === drawn", arg=",".join(drawn))


def tool(page, name: str):
    """A tool of the canvas by what it is called."""
    return page.locator(".st-key-canvas").get_by_role("button", name=name, exact=True)


def look_at_theta_and_come_back(page) -> None:
    page.get_by_test_id("stPageLink").get_by_text("θ", exact=True).click()
    expect(page.get_by_role("heading", name="θ", exact=True)).to_be_visible()
    page.get_by_test_id("stPageLink").get_by_text("Predict", exact=True).click()


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


def test_a_screen_reader_says_each_new_answer(server, page):
    open_predict(server, page)
    said = page.locator(".st-key-answer_said [role=status]").last
    element = said.element_handle()
    draw(page, ONE)
    expect(said).to_have_text("Read as 1")
    clear(page)
    expect(said).to_have_text("Draw a 0 or a 1…")
    draw(page, ZERO)
    expect(said).to_have_text("Read as 0")
    assert element.evaluate("element => element.isConnected"), "else it might say nothing"


def test_a_dot_gets_a_sentence_instead_of_a_digit(server, page):
    open_predict(server, page)
    draw(page, [(140, 140), (141, 141)])
    expect(page.locator(".st-key-prediction").last).to_contain_text("dot")


def test_a_drawing_is_still_there_after_a_look_at_another_page(server, page):
    open_predict(server, page)
    draw(page, ZERO)
    expect_reading(page, 0)
    look_at_theta_and_come_back(page)
    expect_reading(page, 0)
    draw(page, ONE)
    tool(page, "Undo").click()
    expect(tool(page, "Undo")).to_be_disabled()
    expect_reading(page, 0)
    clear(page)


def test_undo_and_redo_are_read_as_strokes_are(server, page):
    open_predict(server, page)
    expect(tool(page, "Undo")).to_be_disabled()
    draw(page, ONE)
    expect_reading(page, 1)
    tool(page, "Undo").click()
    expect(page.locator(".st-key-prediction").last).to_contain_text("Draw a")
    tool(page, "Redo").click()
    expect_reading(page, 1)


def test_another_pen_width_leaves_the_drawing_as_it_is(server, page):
    open_predict(server, page)
    draw(page, ONE)
    expect_reading(page, 1)
    drawn = on_paper(page)
    page.locator(".st-key-brush input").last.press("End")
    expect(page).to_have_url(re.compile("brush=32"))
    expect_reading(page, 1)
    assert on_paper(page) == drawn
    draw(page, ONE)  # the same once more, but wider
    tool(page, "Undo").click()
    expect_on_paper(page, drawn)


def test_a_pen_draws(server, page):
    open_predict(server, page)
    draw_with_pen(page, in_the_window(page, ZERO))
    expect_reading(page, 0)


@pytest.mark.parametrize("points", [ONE, ONE_FROM_THE_CORNER])
def test_a_finger_draws_and_the_page_stays_where_it_is(server, phone, points):
    open_predict(server, phone)
    phone.evaluate("() => { document.querySelector('.stMain').scrollTop = 60; }")
    place = scrolled(phone)
    drag_finger(phone, in_the_window(phone, points))
    expect_reading(phone, 1)
    assert scrolled(phone) == place
    drag_finger(phone, [(350, 600), (350, 560), (350, 500), (350, 400)])  # beside the paper
    phone.wait_for_function(
        "was => document.querySelector('.stMain').scrollTop > was", arg=place[1]
    )


def test_undo_and_clear_are_at_hand_on_a_phone(server, phone):
    open_predict(server, phone)
    drag_finger(phone, in_the_window(phone, ONE))
    expect_reading(phone, 1)
    tool(phone, "Undo").tap()
    expect(phone.locator(".st-key-prediction").last).to_contain_text("Draw a")
    tool(phone, "Redo").tap()
    expect_reading(phone, 1)
    phone.locator(".st-key-clear button").last.tap()
    expect(phone.locator(".st-key-prediction").last).to_contain_text("Draw a")


def test_a_finger_that_only_taps_gets_a_sentence(server, phone):
    open_predict(server, phone)
    drag_finger(phone, in_the_window(phone, [(140, 140)]))
    expect(phone.locator(".st-key-prediction").last).to_contain_text("dot")


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


def test_a_photo_is_read_in_place_of_the_drawing_which_comes_back(server, page):
    open_predict(server, page)
    draw(page, ONE)
    expect_reading(page, 1)
    page.get_by_text("Picture file", exact=True).click()
    expect(page.locator(".st-key-prediction").last).to_contain_text("Choose a picture")
    photo = photographed(written(0), np.random.default_rng(1), lines="squared", shadow=0.3)
    page.locator("input[type=file]").last.set_input_files(
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": jpeg(photo)}
    )
    expect_reading(page, 0)
    expect(page.locator(".st-key-picture img").last).to_be_visible()
    page.get_by_text("Draw", exact=True).click()
    expect_reading(page, 1)
    expect(page.locator(".st-key-canvas canvas").last).to_be_visible()


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
