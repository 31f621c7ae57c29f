"""MNIST on its way from a slow mirror."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE
from tests.browser.harness import draw, serving
from tests.browser.test_drawing import ZERO, expect_reading, open_predict
from tests.mirrors import MirrorServer, mirror_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.harness import Server

#: Megabytes that have arrived, as the page says; 0 before the first word of it.
MEGABYTES = """() => {
  const text = document.querySelector('.st-key-mnist_on_its_way')?.innerText ?? '';
  return Number(text.match(/Fetching MNIST: ([\\d.]+) of 11.6 MB/)?.[1] ?? 0);
}"""


@contextmanager
def far_from_mnist(cache: Path) -> Iterator[tuple[Server, MirrorServer]]:
    """A server with an empty cache whose only mirror is slow, and that mirror."""
    # Where the platform's cache is on Linux and on Windows.
    variables = dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA"), str(cache.parent))
    variables["THETA_LAB_MNIST"] = ""
    with mirror_server() as mirrors:
        variables["THETA_LAB_MNIST_MIRRORS"] = mirrors.address("slow")
        with serving(cache.parent, variables=variables) as server:
            yield server, mirrors


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the server keeps MNIST."""
    return tmp_path / "theta-lab"


def expect_more_megabytes(page, than: float) -> float:
    page.wait_for_function(f"({MEGABYTES})() > {than}")
    return page.evaluate(MEGABYTES)


def test_the_bar_moves_the_page_stays_usable_and_cancel_leaves_nothing(cache, page):
    with far_from_mnist(cache) as (server, mirrors):
        open_predict(server, page, "?source=mnist")
        canvas = page.locator(".st-key-canvas canvas").last
        canvas.evaluate("canvas => { canvas.dataset.mark = 'the same'; }")
        first = expect_more_megabytes(page, than=0)
        draw(page, ZERO)
        expect_reading(page, 0)
        expect_more_megabytes(page, than=first)
        expect_reading(page, 0)
        assert canvas.get_attribute("data-mark") == "the same", "only the bar is drawn anew"
        assert len(list(cache.iterdir())) == 1, "the partial file"

        page.locator(".st-key-cancel_mnist button").click()
        expect(page.locator(".st-key-cancel_mnist")).to_have_count(0)
        expect(page.get_by_role("combobox", name="Images")).to_have_value(
            "Handwritten digits (UCI)"
        )
        expect_reading(page, 0)
        assert canvas.get_attribute("data-mark") == "the same", "nor by Cancel"
        assert mirrors.deserted.wait(PATIENCE / 1000), "the download has ended"
        assert "Traceback" not in server.log()
    assert list(cache.iterdir()) == []


def test_a_download_that_is_under_way_when_the_server_ends_leaves_nothing(cache, page):
    with far_from_mnist(cache) as (server, _):
        page.goto(f"{server.address}/data?source=mnist")
        expect_more_megabytes(page, than=0)
        assert len(list(cache.iterdir())) == 1, "the partial file"
    assert list(cache.iterdir()) == []
