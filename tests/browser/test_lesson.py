"""The theory page in a browser: a digit is unrolled before the visitor's eyes."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import expect

from dashboard.unrolling import _HTML, _JS
from tests.browser.harness import click_in_the_bar

#: Notes every state through which the picture goes, from before the page is there.
NOTE_STATES = """
window.states = [];
new MutationObserver((changes) => changes.forEach(({ target }) => {
  if (target.matches?.(".unrolling")) window.states.push(target.dataset.state);
})).observe(document, { subtree: true, attributeFilter: ["data-state"] });
"""

#: What is painted, as one string.
PICTURE = "document.querySelector('.unrolling canvas').toDataURL()"


def unrolling(page):
    return page.locator(".st-key-vector_unrolling .unrolling").last


def open_page(server, page):
    page.add_init_script(NOTE_STATES)
    page.goto(server.address)
    unrolling(page).locator("canvas").scroll_into_view_if_needed()
    expect(unrolling(page)).to_have_attribute("data-state", re.compile("playing|done"))


def state_is(page, state):
    expect(unrolling(page)).to_have_attribute("data-state", state)


def button(page, name):
    return unrolling(page).get_by_role("button", name=name, exact=True)


def skip(page):
    """Bring it to its end, if it has not come there by itself on a slow machine."""
    page.evaluate(
        "(() => { const shown = document.querySelector('.unrolling');"
        " if (shown.dataset.state === 'playing') shown.querySelector('button').click(); })()"
    )
    state_is(page, "done")


def test_it_plays_by_itself_once_in_a_session(server, page):
    open_page(server, page)
    state_is(page, "done")
    assert page.evaluate("states") == ["waiting", "playing", "done"]
    page.reload()
    state_is(page, "done")
    unrolling(page).locator("canvas").scroll_into_view_if_needed()
    expect(button(page, "Play again")).to_be_visible()
    assert page.evaluate("states") == ["done"]


def test_skip_ends_it_with_the_picture_that_stays(server, page):
    open_page(server, page)
    state_is(page, "done")
    final = page.evaluate(PICTURE)
    button(page, "Play again").click()
    button(page, "Skip").click()
    state_is(page, "done")
    assert page.evaluate(PICTURE) == final


def test_another_digit_is_shown_without_being_played(server, page):
    open_page(server, page)
    skip(page)
    before, first = len(page.evaluate("states")), page.evaluate(PICTURE)
    click_in_the_bar(page, 1, of=12)
    page.wait_for_function(f"first => {PICTURE} !== first", arg=first)
    assert page.evaluate("states")[before:] == []
    state_is(page, "done")


#: Two calls as Streamlit makes them where new data comes before the program is loaded: the first
#: one is ended after the second has begun, or before it.
CALL_TWICE = """async ([program, order]) => {
  const { default: show } = await import("data:text/javascript;base64," + program);
  const data = {
    pixels: Array(400).fill(0.5), rows: btoa("\\0".repeat(400)),
    labels: { grid: "A", strip: "x", band: "x", rows: "X", drawn: "1 row", described: "a digit" },
    colours:
      { paper: "#ffffff", ink: "#000000", bias: "#ff0000", mark: "#0000ff", line: "#888888" },
  };
  const parentElement = document.body;
  const end = show({ data, parentElement });
  if (order === "ended before") end();
  show({ data, parentElement });
  if (order === "ended after") end();
}"""


@pytest.mark.parametrize("order", ["ended before", "ended after"])
def test_it_plays_and_takes_the_width_though_its_first_call_is_ended(page, order):
    page.set_content(f"<body>{_HTML}</body>")
    page.evaluate(CALL_TWICE, [base64.b64encode(_JS.encode()).decode(), order])
    shown = page.locator(".unrolling")
    expect(shown).to_have_attribute("data-state", re.compile("playing|done"))
    page.evaluate("document.body.style.width = '500px'")
    page.wait_for_function("document.querySelector('canvas').width === 500 * devicePixelRatio")


def test_no_motion_for_whom_it_is_too_much(server, page):
    page.emulate_media(reduced_motion="reduce")
    open_page(server, page)
    expect(button(page, "Play")).to_be_visible()
    assert page.evaluate("states") == ["done"]


def test_a_pixel_of_the_grid_is_named_as_a_number_of_x(server, page):
    open_page(server, page)
    skip(page)
    # Its first pixel lies below the label; the digit is never written into that corner.
    unrolling(page).locator("canvas").hover(position={"x": 8, "y": 30})
    expect(unrolling(page).locator("output")).to_have_text("row 0, column 0 → x₁ = 0.00")


def test_the_picture_takes_the_width_and_the_colours_of_the_page(server, page):
    open_page(server, page)
    skip(page)
    light = page.evaluate(PICTURE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => {PICTURE} !== light", arg=light)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("""() => {
      const { width, height, clientWidth, clientHeight } =
        document.querySelector('.unrolling canvas');
      return clientWidth < 390 && width === Math.round(clientWidth * devicePixelRatio)
        && Math.abs(height - clientHeight * devicePixelRatio) <= 1;
    }""")
    state_is(page, "done")


@pytest.mark.viewport(390, 600)
def test_on_a_phone_the_button_is_at_hand_though_the_picture_is_higher(server, page):
    open_page(server, page)
    skip(page)
    canvas = unrolling(page).locator("canvas")
    assert canvas.bounding_box()["height"] > 600
    canvas.evaluate("canvas => canvas.scrollIntoView({ block: 'start' })")
    expect(button(page, "Play again")).to_be_in_viewport(ratio=1)
