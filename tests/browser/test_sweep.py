"""A sweep in the browser: started, watched, stopped, resumed, and seen by another person."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.test_trial_table import HEADS, LAMS, click, whole_table

#: Each trial takes long enough to be seen, the whole not too long to be waited for.
PLAN = "lam=0.1..10,learning_rate=0.01..0.1,trials=12"
SETTINGS = "optimizer=gradient-descent&max_iterations=3000&tolerance=0"

COUNT = re.compile(r"(\d+) of 12 trials")


def ended(page) -> int:
    text = page.locator(".st-key-sweep_progress").last.inner_text()
    return int(COUNT.search(text)[1])


def curves(page) -> list[str]:
    """Names of the lines on the chart."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.st-key-sweep_curves .js-plotly-plot')]
        .at(-1).data.map(line => line.name)"""
    )


def test_a_sweep_is_started_watched_stopped_resumed_and_shared(server, page, browser):
    page.goto(f"{server.address}/explore?plan={PLAN}&{SETTINGS}")
    page.locator(".st-key-start_sweep button:enabled").last.click()
    progress = page.locator(".st-key-sweep_progress").last
    expect(progress).to_contain_text(re.compile(r"[1-9]\d* of 12 trials"))
    chart = page.locator(".st-key-sweep_curves .js-plotly-plot").last.element_handle()

    page.locator(".st-key-stop_sweep button:enabled").last.click()
    expect(progress).to_contain_text("Stopped.")
    expect(progress).not_to_contain_text("running")
    stopped_at = ended(page)
    assert 0 < stopped_at < 12

    table = page.locator(".st-key-trials canvas").last.element_handle()
    click(page, LAMS, row=0)
    page.wait_for_function(f"({HEADS})().includes('↑ λ')")
    page.locator(".st-key-resume_sweep button:enabled").last.click()
    expect(progress).to_contain_text("12 of 12 trials: 12 finished")
    expect(progress).to_contain_text("The sweep is over.")
    assert chart.evaluate("element => element.isConnected"), "updated in place all the while"
    lams = [float(row["↑ λ"]) for row in whole_table(page, trials=12)]
    assert lams == sorted(lams), "new trials are in the order that the visitor has made"
    assert table.evaluate("element => element.isConnected")

    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    other = context.new_page()
    other.goto(page.url)
    expect(other.locator(".st-key-sweep_progress").last).to_contain_text("12 of 12 trials")
    best = page.locator(".st-key-sweep_best").last.inner_text()
    expect(other.locator(".st-key-sweep_best").last).to_have_text(best, use_inner_text=True)
    expect(other.locator(".st-key-sweep_curves .js-plotly-plot").last).to_be_visible()
    assert curves(other) == curves(page)
    context.close()


def test_a_double_click_on_the_front_shows_the_trials_outside(server, page):
    plan = "learning_rate=0.001;0.01;0.03;0.1;0.3;0.5;0.7;1,sampler=grid"
    goals = "goal=held-out-accuracy;held-out-cost"
    settings = "digits=3-8&optimizer=gradient-descent&max_iterations=60"
    page.goto(f"{server.address}/explore?plan={plan},{goals}&{settings}")
    page.locator(".st-key-start_sweep button:enabled").last.click()
    expect(page.locator(".st-key-sweep_progress").last).to_contain_text("The sweep is over.")
    expect(page.locator(".st-key-sweep_caption").last).to_contain_text("outside the picture")
    ranges = """() => {
      const { xaxis, yaxis } =
        document.querySelector('.st-key-sweep_picture_front .js-plotly-plot')._fullLayout;
      return [...xaxis.range, ...yaxis.range].join();
    }"""
    page.locator(".st-key-sweep_picture_front .js-plotly-plot .nsewdrag").last.wait_for()
    page.wait_for_function(
        """() => document.querySelector('.st-key-sweep_picture_front .js-plotly-plot')
        .calcdata.flat().length === 8"""
    )
    around_the_front = page.evaluate(ranges)
    page.locator(".st-key-sweep_picture_front .nsewdrag").last.dblclick()
    page.wait_for_function(f"before => ({ranges})() !== before", arg=around_the_front)
    low, high = map(float, page.evaluate(ranges).split(",")[:2])
    inner_low, inner_high = map(float, around_the_front.split(",")[:2])
    assert low < inner_low
    assert high > inner_high


def test_a_number_of_trials_that_is_not_accepted_is_said_and_not_changed(server, page):
    page.goto(f"{server.address}/explore?plan={PLAN}")
    field = page.locator(".st-key-plan_trials input").last
    fault = page.locator(".st-key-plan_fault").last
    start = page.locator(".st-key-start_sweep button").last
    for typed, said in (("", "its field is empty"), ("10000", "1 to 2,000, not 10000")):
        field.fill(typed)
        field.press("Enter")
        expect(fault).to_contain_text(
            f"trials accepts whole numbers from {said}" if typed else said
        )
        expect(field).to_have_value(typed)
        expect(start).to_be_disabled()
    field.fill("7")
    field.press("Enter")
    expect(start).to_be_enabled()
