"""What a visitor feels of the page while a sweep of 200 trials runs, measured in Chromium.

    python -m benchmarks.sweep_beside_a_page [--rounds 3] [--storage memory|sqlite]

A visitor starts 200 trials over λ and α on zeros and ones, and clicks while they run. Prints
milliseconds from a click to its effect, medians and the worst: Start, Stop, Resume, Explore to θ
and back, a setting ticked and unticked in the plan; how often the curves were drawn a second; and
the trials per second beside the page and with nobody looking. Wanted: at most 500 milliseconds;
exits with 1 where the median of a kind of click is above that.

CHROMIUM_PATH names the browser where Playwright has none of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.explore.plan_link import read_plan
from logreg_core.sweep import Origin, Sweep, SweepWorker, open_storage
from tests.browser.harness import chromium, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.harness import Server

_PLAN: Final = "optimizer=gradient-descent,lam=0.01..100,learning_rate=0.01..3,trials=200"
_TRIALS: Final = 200

#: Trips to another page and back, and clicks on a setting, while a sweep runs; fewer clicks where
#: it is over before.
_TRIPS: Final = 2
_CLICKS: Final = 6

#: Between two clicks, so that the page is at rest as a person leaves it, milliseconds.
_REST: Final = 700

#: From a click to its effect at most, milliseconds.
_MOST: Final = 500

_CURVES: Final = """() => {
  const chart = document.querySelector('.st-key-sweep_curves .js-plotly-plot');
  return chart && chart.calcdata && chart.offsetParent;
}"""
_THETA: Final = """() => {
  const chart = document.querySelector('.st-key-theta_heatmap .js-plotly-plot');
  return chart && chart.calcdata && chart.offsetParent;
}"""
_TICKED: Final = """ticked => (document.querySelector('.st-key-plan_of_tolerance') !== null)
  === ticked"""
_SAYS: Final = """what => [...document.querySelectorAll('.st-key-sweep_progress')]
  .some(e => e.innerText.includes(what))"""
_COUNT_DRAWINGS: Final = """() => {
  window.drawings = 0;
  document.querySelector('.st-key-sweep_curves .js-plotly-plot')
    .on('plotly_afterplot', () => { window.drawings += 1; });
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--storage", choices=("memory", "sqlite"), default="sqlite")
    arguments = parser.parse_args()
    seconds: dict[str, list[float]] = {}
    drawn, rates, alone = [], [], []
    with chromium() as browser, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in range(arguments.rounds):
            url = "memory" if arguments.storage == "memory" else f"sqlite:///{folder}/{each}.db"
            alone.append(_rate_alone(f"{url}.alone" if url != "memory" else url))
            with serving(folder, variables={"THETA_LAB_SWEEPS": url}) as server:
                drawings, rate = _round(browser, server, seconds)
            drawn.append(drawings)
            rates.append(rate)
    load = os.getloadavg()[0]
    print(f"{_TRIALS} trials in {arguments.storage}; {arguments.rounds} rounds, load {load:.2f}")
    medians = [_printed(what, times) for what, times in seconds.items()]
    print(f"  {'drawings of the curves per second':38} {statistics.median(drawn):6.1f}")
    print(f"  {'trials per second beside the page':38} {statistics.median(rates):6.1f}")
    print(f"  {'trials per second, nobody looking':38} {statistics.median(alone):6.1f}")
    if max(medians) > _MOST:
        sys.exit(f"The median of a kind of click is above {_MOST} ms.")


def _printed(what: str, times: Sequence[float]) -> float:
    """Print how long clicks of one kind took; their median in milliseconds."""
    in_ms = [1000 * each for each in times]
    median = statistics.median(in_ms)
    print(f"  {what + ', ms':38} {median:6.0f}   worst {max(in_ms):6.0f}   n = {len(in_ms)}")
    return median


def _rate_alone(url: str) -> float:
    """Trials per second in this process, with no page."""
    origin = Origin("bundled", digits=(0, 1), held_out=25, seed=0)
    data = origin.fetch()
    sweep = Sweep.create(open_storage(url), read_plan(_PLAN), data, origin)
    worker = SweepWorker(sweep, data)
    began = time.perf_counter()
    worker.start()
    worker.wait(timeout=600)
    return len(sweep.trials()) / (time.perf_counter() - began)


def _round(
    browser: Browser, server: Server, seconds: dict[str, list[float]]
) -> tuple[float, float]:
    """One sweep; drawings of the curves and trials per second while the page is clicked on."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{server.address}/explore?plan={_PLAN}")
    page.locator(".st-key-start_sweep button").last.wait_for()
    page.wait_for_timeout(_REST)

    def timed(what: str, target: Locator, condition: str, argument: object = None) -> None:
        target.click(trial=True)
        clicked = time.perf_counter()
        target.click()
        page.wait_for_function(condition, arg=argument, polling="raf")
        seconds.setdefault(what, []).append(time.perf_counter() - clicked)
        page.wait_for_timeout(_REST)

    def button(key: str) -> Locator:
        return page.locator(f".st-key-{key} button").last

    def link(title: str) -> Locator:
        return page.get_by_test_id("stPageLink").get_by_text(title, exact=True)

    timed("Start to its first count", button("start_sweep"), _SAYS, f"of {_TRIALS} trials")
    timed("Stop to its effect", button("stop_sweep"), _SAYS, "Stopped.")
    timed("Resume to its effect", button("resume_sweep"), _SAYS, "under way")
    for _ in range(_TRIPS):
        timed("Explore to θ", link("θ"), _THETA)
        timed("θ to Explore", link("Explore"), _CURVES)
    began, before = time.perf_counter(), _ended(page)
    page.evaluate(_COUNT_DRAWINGS)
    tick = page.locator(".st-key-plan_swept button:has-text('tolerance')").last
    for click in range(_CLICKS):
        if _ended(page) == _TRIALS:
            break  # what a page does beside nothing is not what is asked
        timed("a setting ticked in the plan", tick, _TICKED, argument=click % 2 == 0)
    seconds_of_clicks = time.perf_counter() - began
    drawn = page.evaluate("() => window.drawings") / seconds_of_clicks
    rate = (_ended(page) - before) / seconds_of_clicks
    page.context.close()
    return drawn, rate


def _ended(page: Page) -> int:
    text = page.locator(".st-key-sweep_progress").last.inner_text()
    found = re.search(rf"(\d+) of {_TRIALS}", text)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main()
