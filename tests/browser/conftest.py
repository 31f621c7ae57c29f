"""A server of our own and a real Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]

#: Chromium asks nobody outside, and runs as root in a container too.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: Longest that anything is waited for, in milliseconds; a loaded machine is slow.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Server:
    """A running dashboard."""

    address: str
    log_file: Path

    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text()


def serve(folder: Path) -> Iterator[Server]:
    """Start the dashboard on a free port of this machine, and stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log_file = folder / "server.log"
    command = [
        *(sys.executable, "-m", "streamlit", "run", "app.py"),
        *("--server.headless", "true", "--server.address", "127.0.0.1"),
        *("--server.port", str(port), "--server.fileWatcherType", "none"),
    ]
    with log_file.open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            server = Server(f"http://127.0.0.1:{port}", log_file)
            wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_healthy(server: Server, process: subprocess.Popen) -> None:
    """Return once the server answers; fail where it has ended or is silent for long."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=5):
                return
        except OSError:
            try:
                code = process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"the server ended with {code}: {server.log()}")
    pytest.fail(f"the server does not answer: {server.log()}")


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has asked for anything."""
    yield from serve(tmp_path)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not mind others before them."""
    yield from serve(tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium at ``CHROMIUM_PATH``, or Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH"), args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A visitor's window, 1400x1000 or as the test's ``viewport`` mark says.

    A failed test leaves a screenshot in tests/browser/failures.
    """
    mark = request.node.get_closest_marker("viewport")
    width, height = mark.args if mark else (1400, 1000)
    context = chromium.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(PATIENCE)
    window = context.new_page()
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    yield window
    report = getattr(request.node, "report", None)
    if report is not None and report.failed:
        folder = ROOT / "tests" / "browser" / "failures"
        folder.mkdir(exist_ok=True)
        window.screenshot(path=folder / f"{request.node.name}.png")
    context.close()
    assert not faults, "the page's own scripts must not fail"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Let the fixtures know how the test went."""
    report = yield
    if report.when == "call":
        item.report = report
    return report
