"""A race, as a visitor starts and watches it."""

from __future__ import annotations

from playwright.sync_api import expect

CURVES = """() => {
  const chart = document.querySelector('.st-key-cost_chart .js-plotly-plot');
  return chart && chart.data ? chart.data.filter(t => t.showlegend !== false).length : 0;
}"""


def test_optimisers_are_ticked_raced_and_compared(server, page):
    page.goto(f"{server.address}/train")
    expect(page.locator(".st-key-run_status").last).to_contain_text("Converged")
    page.get_by_role("radio", name="A race of several").click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("The race is over")
    page.wait_for_function(f"({CURVES})() === 4")
    page.locator(".st-key-race_ticked").get_by_role("button", name="Newton-CG").click()
    expect(page.locator(".st-key-settings_note").last).to_contain_text("settings have changed")
    page.locator(".st-key-start button").last.click()
    page.wait_for_function(f"({CURVES})() === 5")
    expect(page.locator(".st-key-run_status").last).to_contain_text("The race is over")
    expect(page.locator(".st-key-run_status").last).to_contain_text("was first within 1 %")
    page.wait_for_function("() => new URL(location).searchParams.get('race').includes('newton')")


def test_a_link_opens_the_same_race(server, page):
    page.goto(f"{server.address}/train?mode=race&race=adam,sgd:batch_size=64&cost_axis=gap")
    expect(page.locator(".st-key-run_status").last).to_contain_text("The race is over")
    page.wait_for_function(f"({CURVES})() === 2")
    names = page.evaluate(
        "() => document.querySelector('.st-key-cost_chart .js-plotly-plot').data"
        ".filter(t => t.showlegend !== false).map(t => t.name)"
    )
    assert names == ["Adam", "Stochastic (SGD) batch 64"]
