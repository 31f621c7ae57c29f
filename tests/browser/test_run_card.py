"""The run card in a browser: what is copied and downloaded there is the run."""

from __future__ import annotations

import runpy

import numpy as np
from playwright.sync_api import expect

from logreg_core import Model

SETTINGS = "digits=3-8&optimizer=adam&lam=0.37&max_iterations=40&seed=5"


def card_at(address, page):
    """The card of the run that an address shows, once it is there."""
    page.goto(address)
    card = page.locator(".st-key-run_card").last
    expect(card).to_contain_text("Octave")
    return card


def download(card, label, folder):
    """Press a button of the card and keep the file under its name."""
    # A button with help stands there twice, once for narrow windows.
    with card.page.expect_download() as coming:
        card.locator("button:visible", has_text=label).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_a_copied_link_gives_another_browser_the_same_theta(server, page, browser, tmp_path):
    card = card_at(f"{server.address}/train?{SETTINGS}", page)
    link = card.locator("code").first.inner_text()
    mine = Model.load(download(card, "Model", tmp_path))
    other = browser.new_context()
    try:
        theirs = Model.load(download(card_at(link, other.new_page()), "Model", tmp_path))
    finally:
        other.close()
    assert link.startswith(server.address)
    assert theirs.theta.tobytes() == mine.theta.tobytes()


def test_the_downloaded_script_comes_to_the_theta_of_the_page(server, page, tmp_path):
    card = card_at(f"{server.address}/train?{SETTINGS}", page)
    model = Model.load(download(card, "Model", tmp_path))
    script = download(card, "Python", tmp_path)
    assert script.name == "theta-lab-3-8-adam.py"
    assert np.array_equal(runpy.run_path(str(script))["result"].model.theta, model.theta)
