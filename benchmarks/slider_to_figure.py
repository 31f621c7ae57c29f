"""From the move of a slider on How it works to the figure that follows it, in Chromium.

    python -m benchmarks.slider_to_figure [--rounds 15]

Moves each slider of the page by a key, in turns with the slider of an app that only writes
its value, which is what Streamlit itself takes. Prints the median, least and largest of

- the milliseconds that the server takes, from the message of the move to the one that its
  script has finished, as seen at the browser's end of the socket;
- the milliseconds from the key to the last of the step's figures drawn anew (there, to the new
  text), as the browser counts them;

and the ratio of the latter to the empty app's.

CHROMIUM_PATH names the browser where Playwright has none of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.harness import chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocket

_EMPTY_APP: Final = """
import streamlit as st

value = st.slider("value", 0, 100, 50, key="empty")
with st.container(key="step_empty"):
    st.markdown(f"{value} it is")
"""

#: Slider → the step whose figure follows it.
_SLIDERS: Final = {
    "blend": "theta",
    "z": "sigmoid",
    "threshold": "sigmoid",
    "h": "cost",
    "alpha": "gradient",
}

#: Each slider away from both ends, wherever the digit at hand would have it.
_LINK: Final = "?blend=50&z=1&threshold=0.4&h=0.5&alpha=0.3&steps=1"

#: Milliseconds of server time that are wanted at most, with the bundled digits.
_MOST: Final = 100

#: Rounds that are not counted: what a first one needs is fetched then.
_WARM_UP: Final = 2

#: After the first figure of a step, the last one has followed long before.
_FOLLOWING: Final = 400  # milliseconds

#: Until everything that the page trains by itself has been trained.
_SETTLED: Final = 4_000  # milliseconds

_NOTE_KEYS_AND_FIGURES: Final = """step => {
  window.addEventListener("keydown", () => {
    window.pressed = performance.now();
    window.followed = null;
  }, true);
  const note = () => { window.followed = performance.now(); };
  const place = document.querySelector(`.st-key-step_${step}`);
  const charts = [...place.querySelectorAll(".js-plotly-plot")];
  charts.forEach((chart) => chart.on("plotly_afterplot", note));
  if (!charts.length) {
    new MutationObserver(note).observe(place, {
      subtree: true, characterData: true, childList: true,
    });
  }
}"""
_FOLLOWED: Final = "() => window.followed && window.followed - window.pressed"


@dataclass(frozen=True)
class _Move:
    """Milliseconds of one move of a slider."""

    server: float
    browser: float


class _Socket:
    """When the page last asked its server for a rerun, and when that was over."""

    def __init__(self, page: Page) -> None:
        self.asked = self.finished = 0.0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_question)
        socket.on("framereceived", self._note_answer)

    def _note_question(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes):
            message = BackMsg.FromString(payload)
            if message.WhichOneof("type") == "rerun_script":
                self.asked = time.perf_counter()

    def _note_answer(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes):
            message = ForwardMsg.FromString(payload)
            if message.WhichOneof("type") == "script_finished":
                self.finished = time.perf_counter()

    @property
    def milliseconds(self) -> float:
        """Of the last answer."""
        return 1000 * (self.finished - self.asked)


class _Slider:
    """A page with a slider that is moved by keys, to and fro."""

    def __init__(self, browser: Browser, address: str, key: str, step: str) -> None:
        self._page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        self._socket = _Socket(self._page)
        self._page.goto(address)
        # Its input is there for keys and readers of the screen; what is seen is drawn over it.
        self._thumb = self._page.locator(f".st-key-{key}").get_by_role("slider").last
        self._thumb.wait_for(state="attached")
        self._page.wait_for_load_state("networkidle")
        self._page.wait_for_timeout(_SETTLED)
        self._page.locator(f".st-key-step_{step}").last.scroll_into_view_if_needed()
        self._thumb.focus()
        self._page.wait_for_timeout(_SETTLED / 4)  # what came into sight is drawn
        self._page.evaluate(_NOTE_KEYS_AND_FIGURES, step)
        self._moves = 0

    def move(self) -> _Move:
        """Move the slider by one step, away from where it began and back by turns."""
        self._page.keyboard.press(("ArrowLeft", "ArrowRight")[self._moves % 2])
        self._moves += 1
        self._page.wait_for_function(_FOLLOWED, polling="raf")
        self._page.wait_for_timeout(_FOLLOWING)
        return _Move(self._socket.milliseconds, float(self._page.evaluate(_FOLLOWED)))

    def close(self) -> None:
        """Close the page."""
        self._page.context.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15, help="counted moves of each slider")
    rounds = parser.parse_args().rounds + _WARM_UP
    with chromium() as browser, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty").mkdir()
        script = folder / "empty" / "page.py"
        script.write_text(_EMPTY_APP, encoding="utf-8")
        with serving(folder) as dashboard, serving(folder / "empty", script) as empty:
            beside = _Slider(browser, empty.address, "empty", "empty")
            for key, step in _SLIDERS.items():
                slider = _Slider(browser, f"{dashboard.address}/{_LINK}", key, step)
                moves = [(slider.move(), beside.move()) for _ in range(rounds)][_WARM_UP:]
                slider.close()
                _report(key, moves)


def _report(slider: str, moves: list[tuple[_Move, _Move]]) -> None:
    ours, empty = zip(*moves, strict=True)
    server = [move.server for move in ours]
    browser, beside = ([move.browser for move in each] for each in (ours, empty))
    ratio = statistics.median(browser) / statistics.median(beside)
    within = "yes" if statistics.median(server) <= _MOST else "NO"
    print(
        f"{slider:10} server {_spread(server)}, wanted at most {_MOST}: {within}; key to figure "
        f"{_spread(browser)}, empty app {_spread(beside)}, ratio {ratio:.2f}; "
        f"n = {len(moves)}, load {os.getloadavg()[0]:.2f}"
    )


def _spread(times: list[float]) -> str:
    return f"{statistics.median(times):4.0f} ms ({min(times):.0f} to {max(times):.0f})"


if __name__ == "__main__":
    main()
