"""From the end of a stroke to the digit that was read, measured in Chromium.

    python -m benchmarks.stroke_to_reading [--rounds 15]

Draws on the Predict page and on a page that only counts the pixels of its canvas, which is
what Streamlit and the canvas themselves take: one stroke here, one stroke there. A round is
two strokes, the halves of a 0, on an empty sheet. Once with the model of a first visit, once
with that of ten digits. Prints the median, least and largest time from mouse-up to the new
text, in milliseconds as the browser counts them, and the ratio of the medians.

CHROMIUM_PATH names the browser where Playwright has none of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.browser.harness import chromium, draw, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: What is read → how a link says it.
_MODELS: Final = {"0 or 1": "", "ten digits": "?digits=all"}

#: As little as a page with a canvas can do, in a fragment as on Predict; the settings are those
#: of dashboard/canvas.py.
_COUNTING_PAGE: Final = """
import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

def clear():
    st.session_state["sheet"] += 1

@st.fragment
def counting():
    sheet = st.session_state.setdefault("sheet", 0)
    with st.container(key="canvas"):
        drawn = st_canvas(
            stroke_width=18,
            stroke_color="#14161b",
            background_color="#fbfaf7",
            height=280,
            width=280,
            return_image_data=True,
            key=f"sheet_{sheet}",
        )
    st.button("Clear", key="clear", on_click=clear)
    with st.container(key="prediction"):
        if drawn.image_data is None:  # no stroke yet
            st.markdown("nothing yet")
        else:
            st.markdown(str(np.count_nonzero(drawn.image_data[..., 0] < 128)))

counting()
"""

#: The two halves of a 0, the first alone much like a 1: what is said changes with each.
_HALVES: Final[dict[str, list[tuple[float, float]]]] = {
    "first stroke": [(145, 50), (105, 80), (85, 140), (105, 200), (145, 230)],
    "second stroke": [(145, 50), (185, 80), (205, 140), (185, 200), (145, 230)],
}

#: Rounds that are not counted: what a first one needs is fetched then.
_WARM_UP: Final = 2

#: Ratio of the medians that is wanted at most.
_MOST: Final = 1.25

_NOTE_MOUSE_UP: Final = """() =>
  window.addEventListener("mouseup", () => { window.released = performance.now(); }, true)
"""
_TEXT: Final = "[...document.querySelectorAll('.st-key-prediction')].at(-1).innerText.trim()"
_MILLISECONDS: Final = f"""before => {{
  const text = {_TEXT};
  return /^[0-9]/.test(text) && text !== before && performance.now() - window.released;
}}"""
_IS_EMPTY: Final = f"() => !/^[0-9]/.test({_TEXT})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15, help="counted, of two strokes each")
    rounds = parser.parse_args().rounds + _WARM_UP
    with chromium() as browser, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "counting").mkdir()
        script = folder / "counting" / "page.py"
        script.write_text(_COUNTING_PAGE, encoding="utf-8")
        with serving(folder) as dashboard, serving(folder / "counting", script) as counting:
            for model, link in _MODELS.items():
                reads = _open(browser, f"{dashboard.address}/predict{link}")
                counts = _open(browser, counting.address)
                pairs = [_round(reads, counts, number) for number in range(rounds)][_WARM_UP:]
                _report(model, pairs)
                reads.context.close()
                counts.context.close()


def _report(model: str, rounds: list[dict[str, tuple[float, float]]]) -> None:
    load = os.getloadavg()[0]
    print(f"{model}; n = {len(rounds)}, load {load:.2f}; milliseconds: median (least to largest)")
    for stroke in _HALVES:
        read, counted = zip(*(each[stroke] for each in rounds), strict=True)
        ratio = statistics.median(read) / statistics.median(counted)
        print(
            f"  {stroke:14} read {_spread(read)}, counted {_spread(counted)}, ratio {ratio:.2f}, "
            f"wanted at most {_MOST:.2f}: {'yes' if ratio <= _MOST else 'NO'}"
        )


def _spread(times: tuple[float, ...]) -> str:
    return f"{statistics.median(times):4.0f} ({min(times):.0f} to {max(times):.0f})"


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(address)
    page.locator(".st-key-canvas canvas").last.wait_for(state="visible")
    page.wait_for_load_state("networkidle")
    page.evaluate(_NOTE_MOUSE_UP)
    return page


def _round(reads: Page, counts: Page, number: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of each stroke on both pages, which are left with empty sheets."""
    aside = number % 20
    times = {}
    for stroke, points in _HALVES.items():
        moved = [(x + aside, y) for x, y in points]
        times[stroke] = (_stroke(reads, moved), _stroke(counts, moved))
    for page in (reads, counts):
        page.locator(".st-key-clear button").last.click()
        page.wait_for_function(_IS_EMPTY)
    return times


def _stroke(page: Page, points: list[tuple[float, float]]) -> float:
    """Milliseconds from the release of the mouse to another text."""
    before = page.evaluate(f"() => {_TEXT}")
    draw(page, points)
    # Polled by the browser at each frame, so that the measure is a frame exact.
    return float(page.wait_for_function(_MILLISECONDS, arg=before, polling="raf").json_value())


if __name__ == "__main__":
    main()
