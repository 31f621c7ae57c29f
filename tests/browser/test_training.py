"""Training, seen live."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

POINTS = """() => {
  const chart = document.querySelector('.st-key-cost_chart .js-plotly-plot');
  return chart && chart.calcdata ? chart.calcdata[0].length : 0;
}"""


def start_slowly(server, page) -> None:
    """A run of gradient descent that takes longer than any test."""
    page.goto(f"{server.address}/train?optimizer=gradient-descent&max_iterations=5000")
    expect(page.locator(".st-key-run_status").last).to_contain_text("Ended after")
    page.locator(".st-key-start button").last.click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("Training, at iteration")
    page.wait_for_function(f"({POINTS})() < 300")  # no longer the run before


def stop(page) -> None:
    page.locator(".st-key-stop button").last.click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("Stopped by you")


def wait_for_points(page, more_than: int) -> int:
    page.wait_for_function(f"({POINTS})() > {more_than}")
    return page.evaluate(POINTS)


def test_the_curve_grows_while_training_and_stays_after_stop(server, page):
    start_slowly(server, page)
    first = wait_for_points(page, more_than=0)
    second = wait_for_points(page, more_than=first)
    third = wait_for_points(page, more_than=second)
    stop(page)
    assert page.evaluate(POINTS) >= third
    expect(page.locator(".st-key-start button").last).to_be_enabled()


IN_SIGHT = """() => {
  const {yaxis} = document.querySelector('.st-key-cost_chart .js-plotly-plot')._fullLayout;
  const [low, high] = yaxis.range;
  const costs = document.querySelector('.st-key-cost_chart .js-plotly-plot')
    .calcdata[0].map(point => Math.log10(point.y));
  return costs.every(cost => low - 1e-9 <= cost && cost <= high + 1e-9)
    && high - low < 1.5 * (Math.max(...costs) - Math.min(...costs)) + 0.5;
}"""


def test_every_cost_stays_in_sight_after_another_optimiser_and_a_reset(server, page):
    start_slowly(server, page)
    points = wait_for_points(page, more_than=3)
    page.wait_for_function(IN_SIGHT)
    page.locator(".st-key-reset button").last.click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("Ready")
    page.wait_for_function(f"({POINTS})() === 1")
    page.locator(".st-key-start button").last.click()
    wait_for_points(page, more_than=points)
    page.wait_for_function(IN_SIGHT)
    labels = page.locator(".st-key-cost_chart .ytick text")
    assert labels.count() >= 2
    stop(page)


def test_pause_holds_and_resume_goes_on(server, page):
    start_slowly(server, page)
    page.locator(".st-key-pause button").last.click()
    status = page.locator(".st-key-run_status").last
    expect(status).to_contain_text("Paused at iteration")
    held = int(re.search(r"\d+", status.inner_text()).group()) + 1  # and the start
    page.wait_for_function(f"({POINTS})() === {held}")
    page.locator(".st-key-step button").last.click()
    assert wait_for_points(page, more_than=held) == held + 1
    expect(page.locator(".st-key-start").last).to_contain_text("Resume")
    page.locator(".st-key-start button").last.click()
    wait_for_points(page, more_than=held + 1)
    stop(page)


def test_over_a_long_run_the_chart_is_one_element_and_keeps_zoom_and_hidden_curves(server, page):
    # 30 seconds at 100 iterations a second; the page draws some sixty times meanwhile.
    page.goto(
        f"{server.address}/train?optimizer=gradient-descent&learning_rate=0.01&tolerance=0"
        "&max_iterations=3000&speed=100"
    )
    expect(page.locator(".st-key-run_status").last).to_contain_text("Ended after")
    page.locator(".st-key-start button").last.click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("Training, at iteration")
    page.wait_for_function(f"({POINTS})() < 300")  # no longer the run before
    wait_for_points(page, more_than=5)
    page.evaluate("""() => {
      const chart = document.querySelector('.st-key-cost_chart .js-plotly-plot');
      chart.dataset.mark = 'the same';
      window.newCharts = 0;
      new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(node => {
        if (node.nodeType === 1 && (node.matches('.js-plotly-plot')
            || node.querySelector('.js-plotly-plot'))) window.newCharts += 1;
      }))).observe(document.querySelector('.st-key-cost_chart'), {childList: true, subtree: true});
      return window.Plotly.relayout(chart, {'xaxis.range[0]': 1, 'xaxis.range[1]': 4});
    }""")
    page.locator(".st-key-cost_chart .legendtoggle").nth(1).click()
    ended = page.locator(".st-key-run_status").last
    expect(ended).to_contain_text("Ended after the 3000 iterations", timeout=120_000)
    chart = page.locator(".st-key-cost_chart .js-plotly-plot")
    expect(chart).to_have_count(1)
    assert chart.get_attribute("data-mark") == "the same"
    assert page.evaluate("() => window.newCharts") == 0
    assert chart.evaluate("chart => chart.layout.xaxis.range") == pytest.approx([1, 4])
    assert chart.evaluate("chart => chart._fullData[1].visible") == "legendonly"
    assert page.evaluate(POINTS) == 400


def test_training_goes_on_while_another_page_is_open(server, page):
    start_slowly(server, page)
    points = wait_for_points(page, more_than=0)
    page.get_by_test_id("stPageLink").get_by_text("Data", exact=True).click()
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()
    page.get_by_test_id("stPageLink").get_by_text("Train", exact=True).click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("Training, at iteration")
    wait_for_points(page, more_than=points)
    stop(page)
