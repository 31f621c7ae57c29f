"""Labelling drawings, learning from them, and seeing what that changes."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.harness import draw
from tests.browser.test_drawing import ONE, ZERO, expect_reading, open_predict


def click(page, key: str) -> None:
    # A button with an explanation is there twice, once for narrow screens.
    page.locator(f".st-key-{key} button:visible").last.click()


def expect_collected(page, text: str) -> None:
    expect(page.locator(".st-key-collected").last).to_contain_text(text)


def test_two_labelled_drawings_are_learnt_from_and_the_change_is_seen(server, page):
    open_predict(server, page)
    draw(page, ZERO)
    expect_reading(page, 0)
    click(page, "right_next")
    expect_collected(page, "1 collected: 1 of 0")
    expect(page.locator(".st-key-prediction").last).to_contain_text("Draw a")
    draw(page, ONE)
    expect_reading(page, 1)
    click(page, "right")
    expect_collected(page, "2 collected: 1 of 0, 1 of 1")
    expect(page.locator(".st-key-label_form").last).to_contain_text("Kept as a 1")

    click(page, "learn")
    panel = page.locator(".st-key-teach_panel").last
    expect(panel).to_contain_text("Your 2 drawings count as 20 of 290 training examples")
    accuracies = page.locator(".st-key-before_and_after").last
    expect(accuracies).to_contain_text("Your drawings, learnt from")
    expect(accuracies).to_contain_text("in 2 trainings")
    expect(page.locator(".st-key-change_of_theta").last).to_contain_text("Δθ")
    assert "own_drawings=added" in page.url
    expect_reading(page, 1)

    click(page, "forget")
    expect(panel).to_contain_text("has not seen your drawings")
    expect(accuracies).to_have_count(0)


def test_a_drawing_that_is_gone_on_with_after_another_page_takes_its_own_place(server, page):
    open_predict(server, page)
    draw(page, ONE)
    expect_reading(page, 1)
    click(page, "right")
    expect_collected(page, "1 collected: 1 of 1")
    page.get_by_test_id("stPageLink").get_by_text("θ", exact=True).click()
    expect(page.get_by_role("heading", name="θ", exact=True)).to_be_visible()
    page.get_by_test_id("stPageLink").get_by_text("Predict", exact=True).click()
    expect(page.locator(".st-key-label_form").last).to_contain_text("Kept as a 1")
    draw(page, [(100, 50), (180, 60)])
    form = page.locator(".st-key-label_form").last
    expect(form).to_contain_text("drawn on since this was kept as a 1")
    form.get_by_text("7", exact=True).last.click()
    expect_collected(page, "1 collected: 1 of 7")
    click(page, "undo_label")
    expect_collected(page, "1 collected: 1 of 1")
