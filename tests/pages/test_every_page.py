"""What holds on every page."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dashboard.frame import PAGES
from dashboard.settings import FIRST_VISIT
from tests.pages.visitor import ROOT


@pytest.mark.parametrize("page", PAGES)
def test_a_first_visit_shows_the_page_with_its_title(visitor, page):
    app = visitor.open(page)
    assert app.title[0].value == PAGES[page][0]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_tells_all_ten_digits_apart(visitor, page):
    app = visitor.open(page, digits="all", max_iterations="20")
    assert app.selectbox(key="digits").value == "all"
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_way_to_every_page(visitor, page):
    app = visitor.open(page)
    labels = {link.proto.label for link in app.sidebar.get("page_link")}
    assert labels == {title for title, _ in PAGES.values()}


def test_the_data_page_shows_the_data_settings_once(visitor):
    app = visitor.open("pages/data.py")
    assert [box.key for box in app.main.selectbox if box.key in FIRST_VISIT.to_state()] == [
        "source",
        "digits",
    ]
    assert not app.sidebar.selectbox


def test_settings_stay_from_page_to_page(visitor):
    app = visitor.open("pages/train.py")
    app.selectbox(key="optimizer").set_value("newton-cg").run()
    app.select_slider(key="lam").set_value(10.0).run()
    visitor.open("pages/theta.py")
    app = visitor.open("pages/train.py")
    assert app.selectbox(key="optimizer").value == "newton-cg"
    assert app.select_slider(key="lam").value == 10.0


def test_pages_that_sweep_nothing_do_without_optuna():
    script = (
        "import sys, dashboard.frame; print({'optuna', 'sqlalchemy', 'dask'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.split() == ["set()"]
