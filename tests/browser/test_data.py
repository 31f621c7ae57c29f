"""Looking at data, choosing a file and collecting drawings, in a real browser."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import expect

from logreg_core import load_bundled
from tests.browser.harness import draw
from tests.files import mat

# Asked within the page: between two questions from outside the chart may be drawn anew.
_PLACE_OF_THE_GALLERY = """() => {
  const charts = [...document.querySelectorAll('.st-key-gallery .js-plotly-plot')];
  const chart = charts.find(chart => chart.offsetParent && chart.querySelector('image'));
  return chart && chart.getBoundingClientRect().toJSON();
}"""

ONE = [(150, 50), (146, 110), (142, 170), (138, 230)]


def open_data(server, page, link: str = "") -> None:
    page.goto(f"{server.address}/data{link}")
    expect(page.locator(".st-key-gallery .js-plotly-plot").last).to_be_visible()


def course_file() -> bytes:
    """Sixty zeros and threes, column by column, the zeros labelled 10."""
    some = load_bundled().only(0, 3).take(range(60))
    X = some.images.transpose(0, 2, 1).reshape(60, 400)
    return mat(compressed=True, X=X.astype(float), y=np.where(some.labels == 0, 10, 3)[:, None])


def choose_file(page, name: str, content: bytes) -> None:
    page.get_by_text("Use a file of your own").click()
    page.locator(".st-key-upload input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_the_gallery_turns_its_pages_and_shows_what_is_clicked(server, page):
    open_data(server, page)
    expect(page.get_by_role("heading", name="1 of 360")).to_be_visible()
    page.locator(".st-key-next_page button:visible").click()
    expect(page.get_by_role("heading", name="101 of 360")).to_be_visible()
    box = page.wait_for_function(_PLACE_OF_THE_GALLERY).json_value()
    # The middle of the third image in the first row: a tenth of the width each.
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 8 + 0.05 * (box["height"] - 16))
    expect(page.get_by_role("heading", name="103 of 360")).to_be_visible()


def test_suspects_are_one_click_away(server, page):
    open_data(server, page, "?digits=all")
    page.get_by_text("highest cost first", exact=True).click()
    expect(page.get_by_text("Look for labels that are wrong")).to_be_visible()
    expect(page.get_by_text("The model reads it wrongly")).to_be_visible()
    page.locator(".st-key-next_image button:visible").click()
    expect(page.get_by_role("heading", name=", 2 of 1,797")).to_be_visible()
    page.get_by_text("duplicates", exact=True).click()
    expect(page.get_by_text("No two of these images are the same")).to_be_visible()


def test_a_file_is_shown_then_used_and_stays_through_the_pages(server, page):
    open_data(server, page)
    choose_file(page, "course.mat", course_file())
    preview = page.locator(".st-key-upload_preview")
    expect(preview).to_contain_text("60 images of 0, 3")
    expect(preview.locator("img")).to_be_visible()
    page.locator(".st-key-use_upload button").click()
    expect(page.get_by_text("60 images of 20x20 pixels")).to_be_visible()
    page.get_by_test_id("stPageLink").get_by_text("Predict", exact=True).click()
    expect(page.get_by_text("Draw a 0 or a 3").first).to_be_visible()


def test_a_labelled_drawing_is_learnt_from(server, page):
    page.goto(f"{server.address}/predict")
    expect(page.locator(".st-key-prediction").last).to_contain_text("Draw a")
    draw(page, ONE)
    page.locator(".st-key-right button:visible").last.click()
    expect(page.get_by_text("1 collected: 1 of 1")).to_be_visible()
    page.get_by_test_id("stPageLink").get_by_text("Data", exact=True).click()
    page.get_by_text("Your own drawings").click()
    page.get_by_text("learnt from", exact=True).click()
    expect(page.get_by_text("10 of them your 1 drawing, each counted 10 times")).to_be_visible()
    assert "own_drawings=added" in page.url
