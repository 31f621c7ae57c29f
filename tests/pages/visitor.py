"""A visitor without a browser."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboard.drawing import Drawing

ROOT = Path(__file__).parents[2]


class Visitor:
    """Opens pages and works their widgets, as ``streamlit.testing`` sees them."""

    def __init__(self) -> None:
        self.app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)

    def open(self, page: str, **link: str) -> AppTest:
        """Open a page by its file, with the parameters of a link."""
        if page != "app.py":
            self.app.switch_page(page)
        for name, value in link.items():
            self.app.query_params[name] = value
        self.run()
        self.wait_for_work()
        return self.app

    def work(self, name: str):
        """What the page trains beside the run of the visitor; None where it has not begun."""
        return self._works().get(name, (None, None))[1]

    def _works(self):
        state = self.app.session_state  # AppTest's has no get
        return state["_works"] if "_works" in state else {}  # noqa: SIM401

    def wait_for_work(self) -> None:
        """Let all that trains come to its end, and be shown; but for the visitor's own run.

        The page shows what there is; on a slow machine that may be half of it.
        """
        waited_for = []
        while begun := [each for each in self._begun() if each not in waited_for]:
            for each in begun:
                assert each.wait(timeout=120)
            waited_for += begun
            self.run()

    def _begun(self):
        state = self.app.session_state
        runs = [state["_run"]] if "_run" in state and not state["_begun_by_visitor"] else []
        return runs + [work for _, work in self._works().values() if work is not None]

    def run(self) -> AppTest:
        """Let the page run once more; it must not raise."""
        self.app.run()
        assert not self.app.exception, [element.message for element in self.app.exception]
        return self.app

    def link(self) -> dict[str, str]:
        """The query parameters that the address bar shows."""
        shown = self.app.query_params
        return {
            name: shown[name] if isinstance(shown[name], str) else shown[name][0] for name in shown
        }

    def text(self) -> str:
        """All that stands on the page as text."""
        kinds = ("markdown", "caption", "info", "warning", "error", "title", "subheader")
        return "\n".join(element.value for kind in kinds for element in self.app.get(kind))

    def live_figure(self, key: str) -> dict:
        """What the live chart of this key shows, as plotly's JSON."""
        return json.loads(self.component_data(key)["figure"])

    def component_data(self, key: str) -> dict:
        """What is sent to the component of this key."""
        for element in self.app.get("bidi_component"):
            if key in element.proto.id:
                return json.loads(element.proto.json)
        raise AssertionError(f"there is no component {key!r}")


def numbers(values) -> np.ndarray:
    """A trace's x, y or z, decoded where plotly has packed it."""
    if isinstance(values, dict):
        flat = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
        shape = values.get("shape")
        return flat.reshape([int(n) for n in shape.split(",")]) if shape else flat
    return np.array(values)


def figure(app: AppTest, position: int) -> dict:
    """What a plotly chart on the page shows, by its place among the charts."""
    return json.loads(app.get("plotly_chart")[position].proto.spec)


def drawn_ring() -> Drawing:
    """A 0 as a canvas hands it over: dark ink on light paper, RGBA."""
    rows, columns = np.mgrid[:280, :280]
    radius = np.hypot((rows - 140) / 90, (columns - 140) / 60)
    paper = np.full((280, 280, 4), 255, dtype=np.uint8)
    paper[np.abs(radius - 1) < 0.15, :3] = 20
    return Drawing({"objects": [{}]}, paper)


def shown_images(app: AppTest) -> np.ndarray:
    """How much ink the gallery shows in each of its cells, (cells, 20, 20), to 1/200."""
    for element in app.get("plotly_chart"):
        pictures = json.loads(element.proto.spec)["layout"].get("images")
        if pictures:
            break
    else:
        raise AssertionError("there is no gallery")
    packed = base64.b64decode(pictures[0]["source"].partition(",")[2])
    sheet = np.asarray(Image.open(io.BytesIO(packed)).convert("RGBA"))
    rows, columns = (sheet.shape[0] + 2) // 22, (sheet.shape[1] + 2) // 22
    padded = np.zeros((rows * 22, columns * 22, 4))
    padded[: sheet.shape[0], : sheet.shape[1]] = sheet
    cells = padded.reshape(rows, 22, columns, 22, 4).swapaxes(1, 2).reshape(-1, 22, 22, 4)
    drawn = cells[cells[:, 0, 0, 3] > 0][:, :20, :20, 0]  # the red of paper and ink
    return (0xFB - drawn) / (0xFB - 0x14)


def assert_shown(app: AppTest, images: np.ndarray) -> None:
    """These images are the gallery's, in this order and no others."""
    np.testing.assert_allclose(shown_images(app), images.clip(0, 1), atol=0.005)
