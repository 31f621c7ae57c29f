"""A link that is copied from one browser's address bar and opened in another."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE

#: Every number of θ's picture, 400 of them, as float64; through JSON none loses a bit.
THETA = """() => {
  const chart = document.querySelector('.st-key-theta_heatmap .js-plotly-plot');
  return chart && chart._fullData ? chart._fullData[0].z.flatMap(row => Array.from(row)) : [];
}"""

#: The picture of all images of the gallery's page.
SHEET = """() => {
  const chart = document.querySelector('.st-key-gallery .js-plotly-plot');
  return chart && chart.layout ? chart.layout.images[0].source : '';
}"""


@pytest.fixture
def second_page(browser):
    """A window of somebody else: another context, which shares nothing with the first."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def select(page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).last.fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def theta_and_bias(page) -> tuple[list[float], str]:
    page.wait_for_function(f"({THETA})().length === 400")
    bias = page.get_by_text("Bias θ₀ =").last
    expect(bias).to_be_visible()
    return page.evaluate(THETA), bias.inner_text()


def test_a_link_opened_in_another_browser_gives_the_same_theta_bytes(server, page, second_page):
    page.goto(f"{server.address}/train")
    expect(page.locator(".st-key-run_status").last).to_contain_text("iterations")
    select(page, "Digits to tell apart", "2 and 7")
    page.wait_for_url("**digits=2-7**")
    select(page, "Optimiser", "Gradient descent")
    page.wait_for_url("**optimizer=gradient-descent**")
    iterations = page.locator(".st-key-max_iterations input").last
    iterations.fill("30")
    iterations.press("Enter")
    page.wait_for_url("**max_iterations=30**")
    thumb = page.locator(".st-key-lam").get_by_role("slider").last
    thumb.press("ArrowRight")
    page.wait_for_url("**lam=3**")
    page.locator(".st-key-start button").last.click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("30 iterations")
    page.get_by_test_id("stPageLink").get_by_text("θ", exact=True).click()
    expect(page.get_by_role("heading", name="θ", exact=True)).to_be_visible()
    meant = theta_and_bias(page)

    second_page.goto(page.url)
    expect(second_page.get_by_role("heading", name="θ", exact=True)).to_be_visible()
    seen = theta_and_bias(second_page)
    assert any(meant[0])
    assert seen == meant


def test_a_link_opened_in_another_browser_shows_the_same_images(server, page, second_page):
    page.goto(f"{server.address}/data")
    page.locator(".st-key-gallery_order").get_by_text("highest cost first").click()
    page.wait_for_url("**gallery_order=cost**")
    page.locator(".st-key-next_page button").locator("visible=true").last.click()
    page.wait_for_url("**image=101**")
    page.locator(".st-key-next_image button").locator("visible=true").last.click()
    page.wait_for_url("**image=102**")
    expect(page.get_by_role("heading", name="102 of 360")).to_be_visible()

    second_page.goto(page.url)
    expect(second_page.get_by_role("heading", name="102 of 360")).to_be_visible()
    second_page.wait_for_function(SHEET)
    assert second_page.evaluate(SHEET) == page.evaluate(SHEET)
    assert second_page.url == page.url
