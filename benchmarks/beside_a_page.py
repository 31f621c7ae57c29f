"""Training beside an open, live page, and what a visitor feels of it, measured in Chromium.

    python -m benchmarks.beside_a_page [--rounds 5] [--seconds 6]

Gradient descent at full speed on 1,000 training examples of ten digits and on 12,665 of two,
made of the bundled ones. Prints medians of

- iterations per second of the run in a process of its own, and in the dashboard beside its
  live Train page (by what the page says), in turns, and their ratio;
- the cores that Chromium and the server used meanwhile;
- updates of the cost chart per second;
- milliseconds from a click to its effect: Pause, Stop, Train to θ while training, and, for
  comparison, from page to page of a Streamlit app that shows nothing.

CHROMIUM_PATH names the browser where Playwright has none of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's own

from logreg_core import TrainConfig, TrainingJob, load_bundled, read_upload
from tests.browser.harness import Server, chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Training examples, and the digits that they show: ten θ on few of them, since one would be
#: learnt before the page has looked twice. A quarter of all are held out.
_SIZES: Final = {1_000: "all", 12_665: "0-1"}

#: Never the last iteration, never small enough a gradient.
_ENDLESS: Final = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, max_iterations=10_000, tolerance=0
)
_LINK: Final = (
    "source=upload&preparation=none&optimizer=gradient-descent&learning_rate=0.01"
    "&max_iterations=10000&tolerance=0"
)

#: How often a run is started until it is seen under way, and how long that may take.
_TRIES: Final = 5
_SOON: Final = 5_000  # milliseconds

#: The first iterations are not counted: the run finds its pace, the page its picture.
_WARM_UP: Final = 1_000

#: Seconds between two looks at a run that nobody else looks at.
_LOOK: Final = 0.005

_EMPTY_APP: Final = {
    "app.py": """
import streamlit as st
pages = [st.Page("one.py"), st.Page("two.py")]
shown = st.navigation(pages)
for page in pages:
    st.sidebar.page_link(page)
shown.run()
""",
    "one.py": "import streamlit as st\nst.title('one')\n",
    "two.py": "import streamlit as st\nst.title('two')\n",
}

#: Notes when the status names another iteration, and how often the chart is redrawn.
_WATCH: Final = """() => {
  window.seen = [];
  window.updates = 0;
  window.over = false;
  const status = document.querySelectorAll('.st-key-run_status');
  const read = () => {
    const text = status[status.length - 1].innerText;
    const found = /Training, at iteration ([0-9,]+)/.exec(text);
    window.over = text.includes('Ended');
    const now = found ? Number(found[1].replaceAll(',', '')) : 0;
    if (now >= WARM_UP && (!window.seen.length || window.seen.at(-1)[1] !== now))
      window.seen.push([performance.now() / 1000, now]);
  };
  new MutationObserver(read).observe(
    document.querySelector('section.stMain, .stMain'),
    { subtree: true, childList: true, characterData: true });
  document.querySelector('.st-key-cost_chart .js-plotly-plot')
    .on('plotly_afterplot', () => { window.updates += 1; });
  read();
}"""

_TRAINING: Final = """() => [...document.querySelectorAll('.st-key-run_status')]
  .some(e => /Training, at iteration [1-9]/.test(e.innerText))"""
_SAYS: Final = """what => [...document.querySelectorAll('.st-key-run_status')]
  .some(e => e.innerText.includes(what))"""
_CHART_IS_DRAWN: Final = """() => {
  const chart = document.querySelector('.st-key-cost_chart .js-plotly-plot');
  return chart && chart.calcdata && chart.offsetParent;
}"""
_THETA_IS_DRAWN: Final = """() => {
  const chart = document.querySelector('.st-key-theta_heatmap .js-plotly-plot');
  return chart && chart.calcdata && chart.offsetParent;
}"""


@dataclass(frozen=True)
class Round:
    """What one round has measured: rates per second, cores, and seconds."""

    alone: float
    beside: float
    chromium_cores: float
    server_cores: float
    updates: float
    pause: float
    page: float
    stop: float
    empty_page: float


def main() -> None:
    """Measure and print; also the part of the process that trains alone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        print(_rate_alone(arguments.alone, arguments.seconds))
        return
    with chromium() as browser, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, code in _EMPTY_APP.items():
            (folder / file).write_text(code, encoding="utf-8")
        (folder / "empty").mkdir()
        with (
            serving(folder) as server,
            serving(folder / "empty", folder / "app.py") as empty,
        ):
            for size, classes in _SIZES.items():
                digits = folder / f"{size}.npz"
                _write_digits(digits, size, classes)
                rounds = [
                    _round(
                        browser,
                        server,
                        empty,
                        file=digits,
                        classes=classes,
                        seconds=arguments.seconds,
                    )
                    for _ in range(arguments.rounds)
                ]
                _report(size, rounds)


def _report(size: int, rounds: list[Round]) -> None:
    def middle(name: str) -> float:
        return statistics.median(getattr(each, name) for each in rounds)

    ratios = sorted(each.beside / each.alone for each in rounds)
    print(f"{size:,} training examples; n = {len(rounds)}, load {os.getloadavg()[0]:.2f}; medians")
    print(f"  iterations per second alone        {middle('alone'):8.0f}")
    print(f"  iterations per second beside page  {middle('beside'):8.0f}")
    print(
        f"  ratio                              {statistics.median(ratios):8.2f}"
        f" ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )
    print(f"  cores: Chromium, server            {middle('chromium_cores'):8.2f}", end="")
    print(f" {middle('server_cores'):.2f}")
    print(f"  chart updates per second           {middle('updates'):8.1f}")
    for label, name in (
        ("Pause to its effect", "pause"),
        ("Stop to its effect", "stop"),
        ("Train to θ while training", "page"),
        ("page to page of an empty app", "empty_page"),
    ):
        print(f"  {label + ', ms':34} {1000 * middle(name):8.0f}", flush=True)


def _write_digits(file: Path, size: int, classes: str) -> None:
    """Digits of which, with a quarter held out, `size` are to learn from."""
    bundled = load_bundled() if classes == "all" else load_bundled().only(0, 1)
    count = round(size / 0.75)
    which = np.arange(count) % len(bundled)
    grey = np.random.default_rng(0).uniform(0.9, 1.0, (count, 20, 20))
    np.savez(file, images=bundled.images[which] * grey, labels=bundled.labels[which])


def _rate_alone(file: Path, seconds: float) -> float:
    """Iterations per second of the same run with nobody looking."""
    training, held_out = read_upload(file.name, file.read_bytes()).split(0.25, seed=0)
    job = TrainingJob(training, held_out, _ENDLESS)
    job.start()
    seen: list[tuple[float, int]] = []
    while not job.wait(_LOOK) and (not seen or time.perf_counter() < seen[0][0] + seconds):
        if job.latest is not None and job.latest.iteration >= _WARM_UP:
            seen.append((time.perf_counter(), job.latest.iteration))
    job.stop()
    return _rate(seen)


def _rate(seen: list[tuple[float, int]]) -> float:
    """Iterations per second from the first to the last look, (seconds, iteration) each."""
    (first_time, first), (last_time, last) = seen[0], seen[-1]
    return (last - first) / (last_time - first_time)


def _alone(file: Path, seconds: float) -> float:
    """Iterations per second of the same run in a process of its own."""
    return float(
        subprocess.run(  # noqa: S603 - our own module
            [
                *(sys.executable, "-m", "benchmarks.beside_a_page"),
                *("--alone", str(file), "--seconds", str(seconds)),
            ],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        ).stdout
    )


def _round(
    browser: Browser, server: Server, empty: Server, *, file: Path, classes: str, seconds: float
) -> Round:
    alone = _alone(file, seconds)
    page = _train_page(browser, server, file, classes)
    page.evaluate(_WATCH.replace("WARM_UP", str(_WARM_UP)))
    _start(page)
    used = _cpu_of_chromium(), _cpu_of(server.process_id)
    started = time.perf_counter()
    page.evaluate("() => { window.updates = 0; window.seen = []; }")
    page.wait_for_function(
        "seconds => window.over || window.seen.length > 1 "
        "&& window.seen.at(-1)[0] - window.seen[0][0] > seconds",
        arg=seconds,
    )
    looked = time.perf_counter() - started
    used_then = _cpu_of_chromium(), _cpu_of(server.process_id)
    updates = page.evaluate("() => window.updates") / looked
    seen = page.evaluate("() => window.seen")
    _start(page)
    pause = _click(page, "pause", "Paused")
    _start(page)
    opening = _open(page, "θ", _THETA_IS_DRAWN)
    _open(page, "Train", _CHART_IS_DRAWN)
    _start(page)
    stop = _click(page, "stop", "Stopped by you")
    page.context.close()
    return Round(
        alone=alone,
        beside=_rate(seen),
        chromium_cores=(used_then[0] - used[0]) / looked,
        server_cores=(used_then[1] - used[1]) / looked,
        updates=updates,
        pause=pause,
        page=opening,
        stop=stop,
        empty_page=_switch_empty_page(browser, empty),
    )


def _train_page(browser: Browser, server: Server, file: Path, classes: str) -> Page:
    """Train with the uploaded digits, at full speed."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{server.address}/data?{_LINK}&digits={classes}")
    page.get_by_text("Use a file of your own").wait_for()
    chooser = page.locator(".st-key-upload input[type=file]")
    if not chooser.is_visible():
        page.wait_for_load_state("networkidle")
    chooser.wait_for(state="attached")
    chooser.set_input_files(file)
    page.locator(".st-key-use_upload button").click()
    page.get_by_text(re.compile(r"[0-9,]+ images of 20x20")).wait_for()
    page.get_by_test_id("stPageLink").get_by_text("Train", exact=True).click()
    page.locator(".st-key-start button").last.wait_for()
    page.locator(".st-key-speed input").press("End")
    page.wait_for_function(_CHART_IS_DRAWN)
    return page


def _start(page: Page) -> None:
    """A new run, which is seen to be under way; another that may be is ended.

    On a busy machine a short run may be over before the page has shown that it began: then
    another is started.
    """
    for _ in range(_TRIES):
        # By the document itself: the run may end while Playwright makes sure of the button.
        page.evaluate("() => document.querySelector('.st-key-stop button:enabled')?.click()")
        page.locator(".st-key-start button:enabled").last.click()
        with suppress(TimeoutError):
            page.wait_for_function(_TRAINING, timeout=_SOON)
            return
    raise RuntimeError("No run was seen under way.")


def _click(page: Page, key: str, says: str) -> float:
    """Seconds from a click on a button of the run to what it does."""
    button = page.locator(f".st-key-{key} button").last
    button.click(trial=True)
    clicked = time.perf_counter()
    button.click()
    page.wait_for_function(_SAYS, arg=says, polling="raf")
    return time.perf_counter() - clicked


def _open(page: Page, title: str, condition: str) -> float:
    """Seconds from a click on the navigation to the other page's picture."""
    link = page.get_by_test_id("stPageLink").get_by_text(title, exact=True)
    link.click(trial=True)
    clicked = time.perf_counter()
    link.click()
    page.wait_for_function(condition, polling="raf")
    return time.perf_counter() - clicked


def _switch_empty_page(browser: Browser, empty: Server) -> float:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(empty.address)
    page.get_by_role("heading", name="one").wait_for()
    page.wait_for_load_state("networkidle")
    link = page.get_by_test_id("stPageLink").get_by_text("two")
    link.click(trial=True)
    clicked = time.perf_counter()
    link.click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('h1')].some(e => e.innerText.includes('two'))",
        polling="raf",
    )
    seconds = time.perf_counter() - clicked
    page.context.close()
    return seconds


def _cpu_of_chromium() -> float:
    """Seconds of CPU that all processes of this one's browser have used."""
    mine = {os.getpid()}
    total = 0.0
    for process in sorted(int(path.name) for path in Path("/proc").glob("[0-9]*")):
        fields = _stat(process)
        if fields and int(fields[1]) in mine:
            mine.add(process)
            command = Path(f"/proc/{process}/comm")
            if command.exists() and command.read_text().startswith(("chrom", "headless")):
                total += _seconds(fields)
    return total


def _cpu_of(process: int) -> float:
    return _seconds(_stat(process))


def _stat(process: int) -> list[str]:
    """What the kernel says of a process, from its state on; nothing where it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _seconds(fields: list[str]) -> float:
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
