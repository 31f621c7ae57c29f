"""Every page in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.frame import PAGES

PATHS = {
    "/": "How it works",
    "/data": "Data",
    "/train": "Train",
    "/theta": "θ",
    "/predict": "Predict",
    "/explore": "Explore",
}


@pytest.mark.parametrize("path", PATHS)
def test_every_path_shows_its_page_and_main_picture(server, page, path):
    page.goto(server.address + path)
    expect(page.get_by_role("heading", name=PATHS[path], exact=True)).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_navigation_leads_to_every_page_and_keeps_the_link(server, page):
    page.goto(f"{server.address}/?digits=2-7")
    for title, _ in PAGES.values():
        page.get_by_test_id("stPageLink").get_by_text(title, exact=True).first.click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        assert page.url.endswith("?digits=2-7")


@pytest.mark.viewport(390, 844)
@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_a_phone(server, page, path):
    page.goto(server.address + path)
    expect(page.get_by_role("heading", name=PATHS[path], exact=True)).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_a_refused_upload_leaves_one_sentence_on_the_page_and_in_the_log(fresh_server, page):
    page.goto(f"{fresh_server.address}/data")
    page.get_by_text("Use a file of your own").click()
    before = fresh_server.log()
    page.locator('input[type="file"]').set_input_files(
        {"name": "notes.mat", "mimeType": "text/plain", "buffer": b"no MATLAB file" * 50}
    )
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("The data that was here is still here.")
    expect(page.get_by_text("1,797 images")).to_be_visible()
    logged = fresh_server.log().removeprefix(before).strip().splitlines()
    assert len(logged) == 1
    assert "Upload refused" in logged[0]
