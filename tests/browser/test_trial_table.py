"""A trial of a sweep, opened in Train by a click in the table."""

from __future__ import annotations

from playwright.sync_api import expect

PLAN = "lam=0.03..3:3,learning_rate=0.03;0.3,sampler=grid"
SETTINGS = "optimizer=momentum&digits=3-8&held_out=30&seed=5&max_iterations=30"

#: What a screen reader hears of the table, row by row.
ROWS = """() => [...document.querySelectorAll('.st-key-trials canvas tbody tr')]
  .map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"""
HEADS = """() => [...document.querySelectorAll('.st-key-trials canvas th')]
  .map(head => head.textContent)"""

#: Pixels from the left of the table: in the column of buttons, and in that of λ.
BUTTONS = 45
LAMS = 230

#: Height of the table's head and of each row, pixels.
ROW = 35


def whole_table(page, trials):
    """The rows by the heads of their columns, once there are so many and all have ended."""
    page.wait_for_function(
        f"({ROWS})().filter(row => !row.includes('running')).length === {trials}"
    )
    heads, rows = page.evaluate(HEADS), page.evaluate(ROWS)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def click(page, column, row):
    """Row 0 is the head."""
    table = page.locator(".st-key-trials .dvn-scroller").last  # above its canvas
    table.click(position={"x": column, "y": ROW * row + ROW / 2})


def test_a_click_opens_the_trial_in_train_as_the_table_has_it(server, page):
    page.goto(f"{server.address}/explore?plan={PLAN}&{SETTINGS}")
    page.locator(".st-key-start_sweep button:enabled").last.click()
    expect(page.locator(".st-key-sweep_progress").last).to_contain_text("6 of 6 trials")
    page.get_by_test_id("stPageLink").get_by_text("Train", exact=True).click()
    expect(page.locator(".st-key-run_status").last).to_contain_text("30 iterations")
    page.get_by_test_id("stPageLink").get_by_text("Explore", exact=True).click()
    third = whole_table(page, trials=6)[2]  # the run of other settings is at hand
    click(page, BUTTONS, row=3)
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    for key, label in (("lam", "λ"), ("learning_rate", "α")):
        slider = page.locator(f".st-key-{key}").get_by_role("slider").last
        expect(slider).to_have_attribute("aria-valuetext", f"{float(third[label]):g}")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{float(third['J']):.5g}")
    expect(page.locator(".st-key-run_status").last).to_contain_text("30 iterations")
    assert "digits=3-8" in page.url
