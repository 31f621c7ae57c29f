"""What the model gets wrong, worked with a mouse."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError, expect  # noqa: A004 - Playwright's own

from tests.browser.harness import draw

TEN = "/predict?digits=all&max_iterations=4"

ONE = [(150, 50), (146, 110), (142, 170), (138, 230)]

#: Of a cell or an image by the digits that it carries: its middle on the screen. Asked within
#: the page, which knows where plotly has put it.
MIDDLE = """([key, x, y]) => {
  const chart = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  const { xaxis, yaxis, _size } = chart._fullLayout;
  const box = chart.getBoundingClientRect();
  return { x: box.x + _size.l + xaxis.d2p(x), y: box.y + _size.t + yaxis.d2p(y) };
}"""


#: How often the mouse is put there, and the milliseconds of each try.
TRIES = 30
A_TRY = 2_000


def click(page, key, x, y) -> None:
    """Click in a chart, at a place by the numbers of its axes; as a hand does, after a look."""
    page.locator(f".st-key-{key}").scroll_into_view_if_needed()
    place = hovered(page, key, x, y)
    page.mouse.click(place["x"], place["y"])


def hovered(page, key, x, y) -> dict[str, float]:
    """That place on the screen, once the mouse is seen to be on it: what stands above may move."""
    label = page.locator(f".st-key-{key} .hoverlayer .hovertext")
    for _ in range(TRIES):
        page.evaluate("() => new Promise(requestAnimationFrame)")
        place = page.evaluate(MIDDLE, [key, x, y])
        page.mouse.move(place["x"] - 2, place["y"] - 2)
        page.mouse.move(place["x"], place["y"])
        with suppress(TimeoutError):
            label.wait_for(state="visible", timeout=A_TRY)
            return place
    raise AssertionError(f"nothing is said of ({x}, {y}) in {key}")


@pytest.mark.viewport(1400, 2400)
def test_cells_and_images_open_at_a_click_and_leave_the_canvas_alone(server, page):
    page.goto(server.address + TEN)
    expect(page.locator(".st-key-misread_images .js-plotly-plot")).to_be_visible()
    canvas = page.locator(".st-key-canvas canvas").last
    canvas.evaluate("canvas => { canvas.dataset.mark = 'the same' }")

    click(page, "confusion_matrix", "1", "8")
    gallery = page.locator(".st-key-misread")
    expect(gallery).to_contain_text("times an 8 is read as a 1, the surest first")
    expect(page.get_by_role("heading", name="An 8, 1 of")).to_be_visible()
    click(page, "misread_images", 22 + 9.5, 9.5)
    expect(page.get_by_role("heading", name="An 8, 2 of")).to_be_visible()
    page.wait_for_url("**mistake=**")
    assert "true_digit=8" in page.url
    assert "read_as=1" in page.url

    draw(page, ONE)
    expect(page.locator(".st-key-prediction").last).to_contain_text("read with probability")
    expect(page.get_by_role("heading", name="An 8, 2 of")).to_be_visible()

    click(page, "confusion_matrix", "1", "8")
    expect(gallery).to_contain_text("that are misread, the surest first")
    expect(page.locator(".st-key-prediction").last).to_contain_text("read with probability")
    assert canvas.evaluate("canvas => canvas.dataset.mark") == "the same"
