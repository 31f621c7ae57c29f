"""The slider back in time, worked by hand."""

from __future__ import annotations

import re

from playwright.sync_api import expect

LARGEST_WEIGHT = """() => {
  const chart = document.querySelector('.st-key-theta_figure .js-plotly-plot');
  return chart && chart.calcdata ? Math.max(...chart.calcdata[0][0].z.flat().map(Math.abs)) : NaN;
}"""


def slider(page):
    return page.locator(".timeline input[type=range]").last


def label(page):
    return page.locator(".timeline output").last


def open_train(server, page):
    page.goto(f"{server.address}/train")
    expect(page.locator(".st-key-run_status").last).to_contain_text("Converged")
    expect(label(page)).to_have_text(re.compile("iteration ([0-9]+) of \\1$"))


def test_the_slider_moves_theta_the_marker_and_the_url_and_theta_s_page_follows(server, page):
    open_train(server, page)
    slider(page).focus()
    page.keyboard.press("Home")
    expect(label(page)).to_contain_text("iteration 0 of")
    page.wait_for_function(f"({LARGEST_WEIGHT})() === 0")
    page.wait_for_function("() => new URL(location).searchParams.get('at') === '0'")
    line = page.locator(".st-key-cost_chart .js-plotly-plot .shapelayer path")
    expect(line).to_have_count(1)
    page.get_by_test_id("stPageLink").get_by_text("θ", exact=True).click()
    expect(page.get_by_role("heading", name="θ", exact=True)).to_be_visible()
    expect(label(page)).to_contain_text("iteration 0 of")
    page.wait_for_function(f"({LARGEST_WEIGHT})() === 0")
    slider(page).focus()
    page.keyboard.press("End")
    page.wait_for_function(f"({LARGEST_WEIGHT})() > 0")
    page.wait_for_function("() => !new URL(location).searchParams.has('at')")


def test_play_goes_from_the_start_to_the_end_by_itself(server, page):
    open_train(server, page)
    page.evaluate("""() => {
      window.places = new Set();
      new MutationObserver(() => window.places.add(
        document.querySelector('.timeline output').innerText))
        .observe(document.querySelector('.timeline output'), { childList: true });
    }""")
    page.locator(".timeline .play").last.click()
    page.wait_for_function("() => window.places.size > 10")
    expect(label(page)).to_have_text(re.compile("iteration ([0-9]+) of \\1$"), timeout=60_000)
    page.wait_for_function("() => !new URL(location).searchParams.has('at')")


def test_a_link_opens_at_its_moment(server, page):
    page.goto(f"{server.address}/train?at=5")
    expect(label(page)).to_contain_text("iteration 5 of")
