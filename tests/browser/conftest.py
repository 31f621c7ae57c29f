"""A server of our own and a real Chromium.

Tests take the ``.last`` element of a key: while Streamlit replaces one, old and new
stand side by side for a moment, and a strict locator would fail on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.harness import ROOT, Server, chromium, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

#: Longest that anything is waited for, in milliseconds; a loaded machine is slow.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has asked for anything."""
    with serving(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not mind others before them."""
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A visitor's window, 1400x1000 or as the test's ``viewport`` mark says.

    A failed test leaves a screenshot in tests/browser/failures.
    """
    mark = request.node.get_closest_marker("viewport")
    width, height = mark.args if mark else (1400, 1000)
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(PATIENCE)
    window = context.new_page()
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    yield window
    report = getattr(request.node, "report", None)
    if report is not None and report.failed:
        folder = ROOT / "tests" / "browser" / "failures"
        folder.mkdir(exist_ok=True)
        window.screenshot(path=folder / f"{request.node.name}.png".replace("/", "_"))
    context.close()
    assert not faults, "the page's own scripts must not fail"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Let the fixtures know how the test went."""
    report = yield
    if report.when == "call":
        item.report = report
    return report
