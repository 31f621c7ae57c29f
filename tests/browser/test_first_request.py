"""What a person finds who opens a deep link on a server that has just started."""

from __future__ import annotations

from playwright.sync_api import expect

from dashboard.frame import PAGES


def test_a_deep_link_with_settings_shows_its_page_inside_the_whole_app(fresh_server, page):
    page.goto(f"{fresh_server.address}/train?lam=7&digits=3-8")
    expect(page.get_by_role("heading", name="Train")).to_be_visible()
    navigation = page.locator('[data-testid="stSidebar"] [data-testid="stPageLink"]')
    expect(navigation).to_have_count(len(PAGES))
    expect(page.locator(".st-key-lam")).to_contain_text("7")
    expect(page.get_by_role("combobox", name="Digits to tell apart")).to_have_value("3 and 8")
    expect(page.locator(".st-key-run_status").last).to_contain_text("Converged")
    expect(page.locator(".st-key-cost_chart .js-plotly-plot")).to_be_visible()
    assert "Traceback" not in fresh_server.log()


def test_predict_has_a_trained_model_and_an_empty_canvas(fresh_server, page):
    page.goto(f"{fresh_server.address}/predict")
    expect(page.locator(".st-key-prediction").last).to_contain_text("Draw a 0 or a 1")
    expect(page.locator(".st-key-canvas canvas").last).to_be_visible()
    expect(page.get_by_text("The model learnt from 270 images")).to_be_visible()
    assert "Traceback" not in fresh_server.log()
