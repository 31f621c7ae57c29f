"""From the end of a stroke to the digit that was read, measured in Chromium.

    python -m benchmarks.stroke_to_reading [--strokes 25]

Draws on the Predict page and on a page that only counts the pixels of its canvas, which is
what Streamlit and the canvas themselves take; one stroke here, one stroke there, each on an
empty sheet. Once with the model of a first visit, once with that of ten digits. Prints, for
both, the median, least and largest time from mouse-up to the new text, in milliseconds as
the browser counts them, and the ratio of the medians.

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

#: As little as a page with a canvas can do: the settings are those of dashboard/canvas.py.
_COUNTING_PAGE: Final = """
import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

def clear():
    st.session_state["sheet"] += 1

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
    if drawn.image_data is None:
        st.markdown("nothing yet")
    else:
        st.markdown(str(np.count_nonzero(drawn.image_data)))
"""

#: Strokes on a page that are not counted: what a first one needs is fetched then.
_WARM_UP: Final = 2

_NOTE_MOUSE_UP: Final = """() =>
  window.addEventListener("mouseup", () => { window.released = performance.now(); }, true)
"""

_SAYS_A_NUMBER: Final = (
    "/^[0-9]/.test([...document.querySelectorAll('.st-key-prediction')].at(-1).innerText.trim())"
)
_IS_EMPTY: Final = f"() => !{_SAYS_A_NUMBER}"
_MILLISECONDS: Final = f"() => {_SAYS_A_NUMBER} && performance.now() - window.released"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--strokes", type=int, default=25, help="counted on each page")
    strokes = parser.parse_args().strokes
    with chromium() as browser, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "counting").mkdir()
        script = folder / "counting" / "page.py"
        script.write_text(_COUNTING_PAGE, encoding="utf-8")
        with serving(folder) as dashboard, serving(folder / "counting", script) as counting:
            for model, link in _MODELS.items():
                reads = _open(browser, f"{dashboard.address}/predict{link}")
                counts = _open(browser, counting.address)
                pairs = [(_stroke(reads, n), _stroke(counts, n)) for n in range(strokes + _WARM_UP)]
                _report(model, *zip(*pairs[_WARM_UP:], strict=True))
                reads.context.close()
                counts.context.close()


def _report(model: str, read: tuple[float, ...], counted: tuple[float, ...]) -> None:
    ratio = statistics.median(read) / statistics.median(counted)
    print(f"{model}; n = {len(read)}, load {os.getloadavg()[0]:.2f}; milliseconds")
    for what, times in (("mouse-up to the digit", read), ("mouse-up to the count", counted)):
        least, middle, largest = min(times), statistics.median(times), max(times)
        print(f"  {what:22} {middle:6.0f} ({least:.0f} to {largest:.0f})")
    print(f"  ratio of the medians   {ratio:6.2f}", flush=True)


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(address)
    page.locator(".st-key-canvas canvas").last.wait_for(state="visible")
    page.wait_for_load_state("networkidle")
    page.evaluate(_NOTE_MOUSE_UP)
    return page


def _stroke(page: Page, number: int) -> float:
    """Milliseconds from the release of the mouse to what is said of a 1; then an empty sheet."""
    x = 120 + number % 40
    draw(page, [(x, 50), (x - 2, 110), (x - 4, 170), (x - 6, 230)])
    # Polled by the browser at each frame, so that the measure is a frame exact.
    taken = float(page.wait_for_function(_MILLISECONDS, polling="raf").json_value())
    page.locator(".st-key-clear button").last.click()
    page.wait_for_function(_IS_EMPTY)
    return taken


if __name__ == "__main__":
    main()
