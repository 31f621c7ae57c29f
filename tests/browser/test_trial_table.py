"""A trial of a sweep, opened in Train by a click in the table."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.harness import ROOT, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: A dashboard of which one page has nothing but the table, which new trials join.
APP = """
import streamlit as st

from dashboard.explore.trial_table import show_trials
from dashboard.frame import frame
from logreg_core import TrainConfig
from logreg_core.sweep import (
    Choices, Interval, Origin, Plan, Space, Sweep, SweepWorker, open_storage,
)


@st.cache_resource
def finished():
    origin = Origin("bundled", digits=(3, 8), held_out=30, seed=5)
    space = Space((Interval("lam", 0.03, 3, steps=3), Choices("learning_rate", (0.03, 0.3))))
    base = TrainConfig(optimizer="momentum", seed=5, max_iterations=30, preparation="full")
    data = origin.fetch()
    sweep = Sweep.create(open_storage("memory"), Plan(space, base, sampler="grid"), data, origin)
    worker = SweepWorker(sweep, data)
    worker.start()
    worker.wait(timeout=60)
    return sweep


lab = frame("Explore")


@st.fragment(run_every=1)
def table():
    seen = st.session_state["seen"] = st.session_state.get("seen", 2) + 1
    show_trials(lab, finished(), finished().trials()[:seen])


table()
"""

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


@pytest.fixture(scope="module")
def server_of_a_sweep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("sweep")
    shutil.copytree(ROOT / "pages", folder / "pages")
    (folder / "app.py").write_text(APP)
    with serving(folder, folder / "app.py") as server:
        yield server


def whole_table(page):
    page.wait_for_function(f"({ROWS})().length === 6")
    heads, rows = page.evaluate(HEADS), page.evaluate(ROWS)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def click(page, column, row):
    """Row 0 is the head."""
    table = page.locator(".st-key-trials .dvn-scroller").last  # above its canvas
    table.click(position={"x": column, "y": ROW * row + ROW / 2})


def test_a_click_opens_the_trial_in_train_as_the_table_has_it(server_of_a_sweep, page):
    page.goto(f"{server_of_a_sweep.address}/train")  # a run of other settings is at hand
    expect(page.locator(".st-key-run_status").last).to_contain_text("Converged")
    page.get_by_role("link", name="How it works").click()
    third = whole_table(page)[2]
    click(page, BUTTONS, row=3)
    expect(page.get_by_role("heading", name="Train")).to_be_visible()
    expect(page.locator(".st-key-run_status").last).to_contain_text("30 iterations")
    for key, label in (("lam", "λ"), ("learning_rate", "α")):
        slider = page.locator(f".st-key-{key}").get_by_role("slider").last
        expect(slider).to_have_attribute("aria-valuetext", f"{float(third[label]):g}")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{float(third['J']):.5g}")
    assert "digits=3-8" in page.url


def test_new_trials_leave_the_order_that_a_click_on_a_head_has_made(server_of_a_sweep, page):
    page.goto(server_of_a_sweep.address)
    page.wait_for_function(f"({ROWS})().length >= 1")
    click(page, LAMS, row=0)
    whole_table(page)
    lams = f"({ROWS})().map(row => row[({HEADS})().indexOf('↑ λ')]).join()"
    page.wait_for_function(f"{lams} === '0.03,0.03,0.3,0.3,3,3'")
