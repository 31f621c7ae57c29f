"""What a visitor waits for, measured in Chromium.

    python -m benchmarks.in_the_browser [--rounds 9]

Prints the median, least and largest time, in milliseconds, of

- a server's start to its first health answer, and its first visitor's first chart;
- opening the Train page to its chart, on a server that has had visitors;
- a click on Start to the first new point on the live chart;
- mouse-up on the canvas to a new prediction.

CHROMIUM_PATH names the browser where Playwright has none of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.browser.harness import Server, chromium, draw, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_CHART_IS_DRAWN: Final = """() => {
  const chart = document.querySelector('.st-key-cost_chart .js-plotly-plot');
  return chart && chart.calcdata && chart.calcdata[0].length > 1;
}"""

# A new run begins at θ = 0 with one point, where the run before had many.
_NEW_RUN_IS_DRAWN: Final = """before => {
  const chart = document.querySelector('.st-key-cost_chart .js-plotly-plot');
  return chart.calcdata[0].length < before;
}"""

_DIGIT_IS_READ: Final = (
    "() => /^[0-9]/.test(document.querySelector('.st-key-prediction').innerText.trim())"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        starts = [_first_visit(browser, Path(folder)) for _ in range(max(1, rounds // 3))]
        with serving(Path(folder)) as server:
            _open_train_page(browser, server)  # not counted: the server's first visitor
            trainings = [_train(browser, server) for _ in range(rounds)]
            strokes = [_stroke(browser, server, round_) for round_ in range(rounds)]
    print(f"load {os.getloadavg()[0]:.2f}; milliseconds: median (least to largest) of n")
    _print("server start to health", [start for start, _ in starts])
    _print("first visitor: open Train to its chart", [visit for _, visit in starts])
    _print("open Train to its chart", [opening for opening, _ in trainings])
    _print("Start to the first new point", [point for _, point in trainings])
    _print("mouse-up to a new prediction", strokes)


def _print(what: str, seconds: list[float]) -> None:
    least, middle, largest = (1000 * pick(seconds) for pick in (min, statistics.median, max))
    print(f"{what:40} {middle:7.0f} ({least:.0f} to {largest:.0f}) of {len(seconds)}")


def _first_visit(browser: Browser, folder: Path) -> tuple[float, float]:
    """Seconds from a server's start to its health, and its first visitor's to a chart."""
    started = time.perf_counter()
    with serving(folder) as server:
        healthy = time.perf_counter()
        _open_train_page(browser, server).context.close()
        return healthy - started, time.perf_counter() - healthy


def _train(browser: Browser, server: Server) -> tuple[float, float]:
    """Seconds from opening Train to its chart, and from Start to the first new point."""
    opened = time.perf_counter()
    page = _open_train_page(browser, server)
    drawn = time.perf_counter()
    button = page.locator(".st-key-start button")
    button.click(trial=True)  # it is there, and nothing covers it
    clicked = time.perf_counter()
    button.click()
    _wait(page, _NEW_RUN_IS_DRAWN, 300)
    pointed = time.perf_counter()
    page.context.close()
    return drawn - opened, pointed - clicked


def _stroke(browser: Browser, server: Server, round_: int) -> float:
    """Seconds from the release of the mouse to the prediction of a drawn 1."""
    page = _window(browser)
    page.goto(f"{server.address}/predict")
    page.locator(".st-key-canvas canvas").last.wait_for(state="visible")
    page.wait_for_load_state("networkidle")
    x = 120 + 5 * round_
    draw(page, [(x, 50), (x - 2, 110), (x - 4, 170), (x - 6, 230)])
    released = time.perf_counter()
    _wait(page, _DIGIT_IS_READ)
    read = time.perf_counter()
    page.context.close()
    return read - released


def _open_train_page(browser: Browser, server: Server) -> Page:
    page = _window(browser)
    page.goto(f"{server.address}/train?optimizer=gradient-descent")
    _wait(page, _CHART_IS_DRAWN)
    return page


def _window(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()


def _wait(page: Page, condition: str, argument: object = None) -> None:
    # Polled by the browser at each frame, so that the measure is a frame exact.
    page.wait_for_function(condition, arg=argument, polling="raf")


if __name__ == "__main__":
    main()
