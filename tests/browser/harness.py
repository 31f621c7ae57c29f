"""The dashboard on a free port of this machine, and a Chromium to look at it.

Tests, benchmarks and the script that makes the README's picture share it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, Page, Position

ROOT: Final = Path(__file__).parents[2]

#: Chromium asks nobody outside, and runs as root in a container too.
_CHROMIUM_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: Nothing is written into the database of sweeps of whoever runs a test.
_OWN_VARIABLES: Final = {"THETA_LAB_SWEEPS": "memory"}

_TRIES: Final = 120
_SECONDS_A_TRY: Final = 0.5


@dataclass(frozen=True)
class Server:
    """A running dashboard.

    Attributes
    ----------
    address : str
        Without a slash at its end.
    log_file : Path
        Where it writes.
    process_id : int
        Its own.
    """

    address: str
    log_file: Path
    process_id: int

    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text()


@contextmanager
def serving(
    folder: Path, script: Path = ROOT / "app.py", variables: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start the dashboard, or another script, its log in `folder`, and stop it afterwards.

    It finds the environment's variables, and those given.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(script)),
        *("--server.headless", "true", "--server.address", "127.0.0.1"),
        *("--server.port", str(port), "--server.fileWatcherType", "none"),
    ]
    log_file = folder / "server.log"
    with log_file.open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **_OWN_VARIABLES, **(variables or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        server = Server(f"http://127.0.0.1:{port}", log_file, process.pid)
        try:
            _wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium at ``CHROMIUM_PATH``, or Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH"), args=list(_CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    """One stroke of the mouse on the canvas, in its pixels."""
    canvas = page.locator(".st-key-canvas canvas").last
    canvas.wait_for(state="visible")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    if box is None:
        raise RuntimeError("The canvas is not to be seen.")
    (first_x, first_y), *others = points
    page.mouse.move(box["x"] + first_x, box["y"] + first_y)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=3)
    page.mouse.up()


def click_in_the_bar(page: Page, place: int, of: int) -> None:
    """Click one of the digits in the bar of How it works."""
    bar = page.locator(".st-key-choose_bar .nsewdrag")
    box = bar.bounding_box()
    if box is None:
        raise RuntimeError("The bar is not to be seen.")
    middle: Position = {"x": (place + 0.5) / of * box["width"], "y": box["height"] / 2}
    bar.hover(position=middle)  # as a hand does: plotly clicks what it has hovered
    bar.click(position=middle)


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=5):
                return
        except OSError:
            try:
                process.wait(timeout=_SECONDS_A_TRY)
            except subprocess.TimeoutExpired:
                continue
            break
    raise RuntimeError(f"The dashboard did not start: {server.log()}")
