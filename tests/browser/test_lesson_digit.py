"""The digit of the lesson: chosen in the bar or drawn, and the whole page follows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.harness import click_in_the_bar, draw
from tests.browser.test_drawing import ONE, ZERO, tool

#: Where the bar ends and where a heading begins, from the top of the window.
_EDGES = """anchor => [
  document.querySelector('.st-key-lesson_digit').getBoundingClientRect(),
  document.querySelector('h3#' + anchor).getBoundingClientRect(),
].map(box => [box.top, box.bottom])"""

#: What step 2 shows of θ⊙x, to the pixel.
_PRODUCTS = """() => [...document.querySelectorAll('.st-key-theta_products image')]
  .map(image => image.getAttribute('xlink:href') || image.getAttribute('href')).join()"""


def open_lesson(server, page, link: str = "") -> None:
    page.goto(f"{server.address}/{link}")
    expect(page.locator(".st-key-ten_digits_answers .js-plotly-plot").last).to_be_attached()
    page.wait_for_function(f"{_PRODUCTS[: _PRODUCTS.index('.join')]}.length > 0")
    expect(page.locator(".st-key-choose_bar .nsewdrag")).to_be_visible()


def said(page):
    return page.locator(".st-key-lesson_at_hand").last


def value_of_z(page):
    """The value in the last row of step 2, which is z."""
    return page.locator(".st-key-ways_theta tr").last.locator("td").last


def draw_on_the_sheet(page, points) -> None:
    page.locator(".st-key-draw_your_own button").last.click()
    draw(page, points)


def use_it(page) -> None:
    button = page.locator(".st-key-use_drawing button").last
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


#: What each step that looks at the digit shows of it: a canvas, pixels, curves, bars.
_FOLLOWING = """() => ({
  vector: document.querySelector('.unrolling canvas').toDataURL(),
  theta: [...document.querySelectorAll('.st-key-theta_products image')]
    .map(image => image.getAttribute('xlink:href') || image.getAttribute('href')).join(),
  ...Object.fromEntries(
    ['.st-key-sigmoid_curve', '.st-key-cost_curves', '.st-key-ten_digits_answers'].map(chart =>
      [chart, [...document.querySelectorAll(chart + ' .cartesianlayer')]
        .map(layer => layer.innerHTML).join()])),
})"""


def test_a_click_in_the_bar_has_every_step_that_looks_at_the_digit_follow(server, page):
    open_lesson(server, page)
    page.wait_for_function(f"Object.values(({_FOLLOWING})()).every(shown => shown)")
    z, before = value_of_z(page).inner_text(), page.evaluate(_FOLLOWING)
    click_in_the_bar(page, 1, of=12)
    expect(said(page)).to_contain_text("A 1, rightly read as a 1")
    expect(value_of_z(page)).not_to_have_text(z)
    expect(page).to_have_url(re.compile("example="))
    page.wait_for_function(
        f"before => Object.entries(({_FOLLOWING})())"
        ".every(([step, shown]) => shown !== before[step])",
        arg=before,
    )


def test_a_drawing_on_the_sheet_becomes_the_digit_of_the_page(server, page):
    open_lesson(server, page, "?digits=0-1")
    z = value_of_z(page).inner_text()
    draw_on_the_sheet(page, ONE)
    expect(page.get_by_role("dialog")).to_contain_text("Read as a 1")
    use_it(page)
    expect(said(page)).to_contain_text("Your drawing, read as a 1")
    expect(value_of_z(page)).not_to_have_text(z)
    click_in_the_bar(page, 1, of=13)
    expect(said(page)).to_contain_text("A 0, rightly")
    click_in_the_bar(page, 0, of=13)
    expect(said(page)).to_contain_text("Your drawing, read as a 1")


def test_the_sheet_is_the_one_of_predict(server, page):
    open_lesson(server, page)
    draw_on_the_sheet(page, [(140, 140), (141, 141)])
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("dot")
    expect(page.locator(".st-key-use_drawing button").last).to_be_disabled()
    page.locator(".st-key-clear button").last.click()
    expect(dialog).to_contain_text("Draw a 0 or a 1…")
    draw(page, ZERO)
    expect(dialog).to_contain_text("Read as a 0")
    use_it(page)
    expect(said(page)).to_contain_text("Your drawing, read as a 0")
    page.get_by_test_id("stPageLink").get_by_text("Predict", exact=True).click()
    expect(page.locator(".st-key-prediction").last).to_contain_text("0")
    page.get_by_test_id("stPageLink").get_by_text("How it works", exact=True).click()
    expect(said(page)).to_contain_text("Your drawing, read as a 0")
    page.locator(".st-key-draw_your_own button").last.click()
    expect(dialog).to_contain_text("Read as a 0")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(said(page)).to_contain_text("Your drawing, read as a 0")


@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
def test_the_bar_stays_in_sight_and_hides_no_heading(server, page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_lesson(server, page)
    for name, anchor in (("4 Cost", "cost"), ("9 Ten digits", "ten-digits")):
        page.evaluate("document.querySelector('.stMain').scrollTop = 0")
        page.get_by_role("link", name=name).click()
        page.wait_for_function(
            f"anchor => {{ const [bar, heading] = ({_EDGES})(anchor);"
            " return bar[0] >= 0 && bar[1] <= 110 && heading[0] >= bar[1]"
            " && heading[1] < innerHeight; }",
            arg=anchor,
        )
    assert page.locator(".st-key-lesson_digit").bounding_box()["height"] <= 110
    click_in_the_bar(page, 3, of=12)  # nothing lies over it
    expect(page).to_have_url(re.compile("example="))


@pytest.mark.viewport(390, 844)
def test_a_phone_has_the_formulas_one_below_the_other_and_no_wider_page(server, page):
    open_lesson(server, page)
    rows = page.locator(".st-key-ways_cost tr").all()
    for row in rows[1:]:
        formula, octave, numpy, value = (cell.bounding_box() for cell in row.locator("td").all())
        assert formula["y"] < octave["y"] < numpy["y"] < value["y"]
        assert max(box["x"] + box["width"] for box in (formula, octave, numpy, value)) <= 390
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_captions_can_be_read_from_the_last_row(server, page, scheme):
    page.emulate_media(color_scheme=scheme)
    open_lesson(server, page)
    ink, paper, opacity = page.evaluate(
        "() => { const caption = document.querySelector('[data-testid=stCaptionContainer]');"
        " const numbers = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);"
        " return [numbers(getComputedStyle(caption).color),"
        " numbers(getComputedStyle(document.querySelector('.stApp')).backgroundColor),"
        " Number(getComputedStyle(caption).opacity)]; }"
    )
    seen = [opacity * over + (1 - opacity) * under for over, under in zip(ink, paper, strict=True)]
    light, dark = sorted((luminance(seen), luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 7


def luminance(colour) -> float:
    """Of an sRGB colour, 0 to 255 each, as WCAG 2 has it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_no_request_leaves_the_machine(server, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    open_lesson(server, page)
    elsewhere = [url for url in asked if not url.startswith((server.address, "data:", "blob:"))]
    assert not elsewhere
    assert page.locator("link[rel*=icon]").first.get_attribute("href").startswith("data:image/svg")


def test_a_run_that_goes_on_takes_no_ink_from_the_sheet(server, page):
    page.goto(f"{server.address}/?digits=all&optimizer=gradient-descent&max_iterations=10000")
    expect(page.locator(".st-key-run_note")).to_contain_text("Your training is running")
    draw_on_the_sheet(page, ZERO)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Read as a 0")
    canvas = page.locator(".st-key-canvas canvas").last
    canvas.evaluate("canvas => { canvas.dataset.mark = 'the same'; }")
    for _ in range(4):  # longer than the page waits from one look at a run to the next
        tool(page, "Undo").click()
        expect(dialog).to_contain_text("Draw a digit…")
        tool(page, "Redo").click()
        expect(dialog).to_contain_text("Read as a 0")
    assert canvas.get_attribute("data-mark") == "the same"
    use_it(page)
    expect(said(page)).to_contain_text("Your drawing")
