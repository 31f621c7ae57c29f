"""The real canvas: digits drawn with the mouse on the Predict page in Chromium."""

from __future__ import annotations

import base64
import io
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.harness import chromium, serving

from .strokes import CANVAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt
    from playwright.sync_api import Page, WebSocket

    from .strokes import DrawnDigit, Stroke

_PATIENCE: Final = 60_000  # ms; a loaded machine is slow
_A_LOOK: Final = 5  # ms between two looks at whether the server has answered

_CANVAS: Final = ".st-key-canvas canvas"

# All layers that the component lays over each other, as the visitor sees them.
_LAYERS_AS_PNG: Final = """(layers, side) => {
  const seen = Object.assign(document.createElement('canvas'), {width: side, height: side});
  for (const layer of layers) seen.getContext('2d').drawImage(layer, 0, 0, side, side);
  return seen.toDataURL('image/png').split(',')[1];
}"""

# Old elements stay until a run has ended, marked as stale.
_IS_SETTLED: Final = """() =>
  document.querySelector('[data-test-script-state]').dataset.testScriptState === 'notRunning'
  && !document.querySelector('.st-key-prediction [data-stale="true"]')"""

# The page draws itself anew when its training ends; what is drawn meanwhile might be lost.
_IS_READY: Final = """() =>
  document.querySelector('.st-key-prediction')?.innerText.trim()
  && !document.querySelector('.st-key-run_note')?.innerText.trim()
  && document.querySelector('[data-test-script-state]').dataset.testScriptState === 'notRunning'"""


@dataclass(frozen=True, eq=False)
class Replayed:
    """A digit that was drawn on the page.

    Attributes
    ----------
    drawing : DrawnDigit
        What the mouse did.
    picture : (280, 280, 4) ndarray of uint8
        The canvas afterwards.
    read_as : str
        What the page says: a digit, or the sentence of a refusal.
    """

    drawing: DrawnDigit
    picture: npt.NDArray[np.uint8]
    read_as: str


class Conversation:
    """Whether the server has answered what the page sent last.

    The canvas sends a drawing a while after the last stroke. The answer to it is a run that
    begins after it was sent, and that ends.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked = self._begun = self._answered = 0
        page.on("websocket", self._listen)

    @contextmanager
    def answered(self) -> Iterator[None]:
        """On leaving: wait until what was sent since entering is answered and shown."""
        before = self._asked
        yield
        for _ in range(_PATIENCE // _A_LOOK):
            if self._asked > before and self._answered == self._asked:
                break
            self._page.wait_for_timeout(_A_LOOK)
        else:
            raise TimeoutError("The server has not answered.")
        self._page.wait_for_function(_IS_SETTLED, polling="raf")

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).HasField("rerun_script"):
            self._asked += 1

    def _received(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            return
        message = ForwardMsg.FromString(frame)
        if message.HasField("new_session"):
            self._begun = self._asked
        if message.HasField("script_finished"):
            self._answered = self._begun


def replayed(drawn: Iterable[DrawnDigit]) -> Iterator[Replayed]:
    """Draw each digit on a page of its own server, which reads all ten.

    Parameters
    ----------
    drawn : iterable of DrawnDigit
        In any order; they come back sorted by brush width, which is part of the page's link.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as server,
        chromium() as browser,
    ):
        page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        page.set_default_timeout(_PATIENCE)
        yield from replayed_on(page, server.address, drawn)


def replayed_on(page: Page, address: str, drawn: Iterable[DrawnDigit]) -> Iterator[Replayed]:
    """Draw each digit on a page of the dashboard at this address; see `replayed`."""
    conversation = Conversation(page)
    for brush, digits in groupby(sorted(drawn, key=_brush), key=_brush):
        page.goto(f"{address}/predict?digits=all&brush={brush}")
        page.locator(_CANVAS).last.wait_for(state="visible")
        page.wait_for_function(_IS_READY, polling="raf")
        for digit in digits:
            yield _replayed(page, conversation, digit)
            with conversation.answered():
                page.locator(".st-key-clear button").last.click()


def _replayed(page: Page, conversation: Conversation, digit: DrawnDigit) -> Replayed:
    """Draw one digit on the empty canvas; each stroke waits until the one before is read."""
    strokes = []
    for stroke in digit.strokes:
        with conversation.answered():
            strokes.append(_draw(page, stroke))
    text = page.locator(".st-key-prediction").last.inner_text().strip()
    read_as = text[0] if text[:1].isdigit() else text
    return Replayed(replace(digit, strokes=tuple(strokes)), _pixels(page), read_as)


def _draw(page: Page, stroke: Stroke) -> Stroke:
    """Draw with the mouse, one move to each point, given in pixels of the canvas.

    Returns
    -------
    (points, 2) ndarray of float64
        The stroke where the canvas has it: that may lie between two pixels of the screen, and
        the mouse does not.
    """
    canvas = page.locator(_CANVAS).last
    x, y = stroke[0].tolist()
    canvas.hover()  # tools in its corner make room for a mouse that comes from elsewhere
    canvas.hover(position={"x": x, "y": y})  # and have done so when this returns
    box = canvas.bounding_box()
    if box is None:
        raise RuntimeError("The canvas is not to be seen.")
    corner = np.array([box["x"], box["y"]])
    on_screen = (stroke + corner).round()
    first, *others = on_screen.tolist()
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place)
    page.mouse.up()
    return on_screen - corner


def _pixels(page: Page) -> npt.NDArray[np.uint8]:
    """What stands on the canvas, (280, 280, 4)."""
    png = base64.b64decode(page.locator(_CANVAS).evaluate_all(_LAYERS_AS_PNG, CANVAS))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def _brush(digit: DrawnDigit) -> int:
    return digit.brush
