"""How long an upload takes in Chromium, beside what it cannot do without.

    python -m benchmarks.upload [--rounds 5]

A compressed .mat of about 8 MB is made and chosen on the Data page. In turns with that,
the two things that any page would need are timed: ``loadmat`` of the same file, and a rerun of
a page that shows next to nothing. Prints medians, in milliseconds, of

- choosing the file to the 25 digits that are shown for approval;
- a click on "Use these images" to the gallery of the first hundred;
- loadmat, and a click on the empty page to its answer;
- a page that does nothing but ``loadmat`` what was chosen, from choosing to its answer;

and the ratio of the first two to ``loadmat`` and the empty page together. The visitor's own time
between the two is in neither. Ends with 1 if the preview takes more than twice as long.

CHROMIUM_PATH names the browser where Playwright has none of its own.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.io import loadmat, savemat

from logreg_core import load_bundled
from tests.browser.harness import Server, chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_IMAGES: Final = 5000
_MOST_TIMES: Final = 2

_EMPTY_PAGE: Final = """
import io
import streamlit as st
from scipy.io import loadmat
clicks = st.session_state.get("clicks", 0) + st.button("again", key="again")
st.session_state["clicks"] = clicks
st.markdown(f"clicked {clicks}")
file = st.file_uploader("file")
if file:
    st.markdown(f"read {loadmat(io.BytesIO(file.getvalue()))['X'].shape}")
"""

_PREVIEWED: Final = """() => {
  const picture = document.querySelector('.st-key-upload_preview img');
  return picture && picture.complete && picture.naturalWidth > 0;
}"""

_DRAWN: Final = """key => {
  const chart = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  return chart && chart.calcdata && !chart.closest('[data-stale="true"]');
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with chromium() as browser, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "digits.mat"
        file.write_bytes(_mat())
        page_file = folder / "empty.py"
        page_file.write_text(_EMPTY_PAGE, encoding="utf-8")
        (folder / "empty").mkdir()
        with serving(folder) as server, serving(folder / "empty", page_file) as empty:
            _upload(browser, server, file)  # not counted: the servers' first visitors
            _empty(browser, empty, file)
            rows = [
                (*_upload(browser, server, file), _loadmat(file), *_empty(browser, empty, file))
                for _ in range(rounds)
            ]
    shown, used, loading, rerun, bare = (list(column) for column in zip(*rows, strict=True))
    print(f"{file.name}: {_IMAGES:,} images; load {os.getloadavg()[0]:.2f}; n = {rounds}")
    print("milliseconds: median (least to largest)")
    _print("choosing the file to its preview", shown)
    _print("Use these images to the gallery", used)
    _print("loadmat", loading)
    _print("rerun of an empty page", rerun)
    _print("choosing the file on a page that only loads it", bare)
    least = statistics.median(loading) + statistics.median(rerun)
    print(f"preview ÷ (loadmat + empty page) = {statistics.median(shown) / least:.2f}")
    both = statistics.median(map(sum, zip(shown, used, strict=True)))
    print(f"gallery ÷ (loadmat + empty page) = {both / least:.2f}")
    beside = statistics.median(shown) / statistics.median(bare)
    print(f"preview ÷ page that only loads it = {beside:.2f}")
    sys.exit(0 if statistics.median(shown) <= _MOST_TIMES * least else 1)


def _mat() -> bytes:
    """The bundled digits again and again, in grey that no two of them share."""
    bundled = load_bundled()
    which = np.arange(_IMAGES) % len(bundled)
    random = np.random.default_rng(0)
    images = bundled.images[which].astype(float)
    images *= random.uniform(0.9, 1.0, images.shape)
    content = {
        "X": images.transpose(0, 2, 1).reshape(_IMAGES, 400),
        "y": bundled.labels[which][:, None],
    }
    file = io.BytesIO()
    savemat(file, content, do_compression=True)
    return file.getvalue()


def _upload(browser: Browser, server: Server, file: Path) -> tuple[float, float]:
    """Seconds from choosing the file to its preview, and from using it to the gallery."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{server.address}/data?digits=all")
    page.wait_for_function(_DRAWN, arg="gallery", polling="raf")
    page.wait_for_load_state("networkidle")
    page.get_by_text("Use a file of your own").click()
    chooser = page.locator(".st-key-upload input[type=file]")
    chooser.wait_for(state="attached")
    chosen = time.perf_counter()
    chooser.set_input_files(file)
    page.wait_for_function(_PREVIEWED, polling="raf")
    shown = time.perf_counter()
    page.locator(".st-key-use_upload button").click()
    page.get_by_text(f"{_IMAGES:,} images of 20x20").wait_for()
    page.wait_for_function(_DRAWN, arg="gallery", polling="raf")
    used = time.perf_counter()
    page.context.close()
    return shown - chosen, used - shown


def _loadmat(file: Path) -> float:
    started = time.perf_counter()
    loadmat(file)
    return time.perf_counter() - started


def _empty(browser: Browser, server: Server, file: Path) -> tuple[float, float]:
    """Seconds from a click on the empty page to its answer, and from choosing the file."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(server.address)
    page.get_by_text("clicked 0").wait_for()
    page.wait_for_load_state("networkidle")
    clicked = time.perf_counter()
    page.locator(".st-key-again button").click()
    page.get_by_text("clicked 1").wait_for()
    answered = time.perf_counter()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("read (").wait_for()
    read = time.perf_counter()
    page.context.close()
    return answered - clicked, read - answered


def _print(what: str, seconds: list[float]) -> None:
    least, middle, largest = (1000 * pick(seconds) for pick in (min, statistics.median, max))
    print(f"{what:48} {middle:7.0f} ({least:.0f} to {largest:.0f})")


if __name__ == "__main__":
    main()
