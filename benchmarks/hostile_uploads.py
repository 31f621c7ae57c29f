"""What a running dashboard makes of hostile files.

    python -m benchmarks.hostile_uploads

One visitor trains in Chromium, for as long as this takes. Another one chooses file after file,
all those that ``tests/files.py`` holds and some that unpack to hundreds of megabytes; printed are
what each is answered, the server's memory before, after and at its highest, and whether the
first visitor's training went on. It ends with 1 if a file is answered by no sentence of its
own, memory has grown by more than 20 MB or the other visitor was harmed.

CHROMIUM_PATH names the browser where Playwright has none of its own. Memory is read off Linux's
/proc.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from playwright.sync_api import expect

from tests.browser.harness import chromium, serving
from tests.files import REFUSED, mat, npz, packed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser.harness import Server

_MOST_GROWTH: Final = 20_000_000
_SLOW_RUN: Final = "/train?optimizer=sgd&batch_size=1&learning_rate=0.0001&max_iterations=10000"
_WARMING_UP: Final = 50
_TRIES: Final = 1000
_MILLISECONDS_A_TRY: Final = 50
_ITERATIONS: Final = "() => document.querySelector('.st-key-run_status').innerText"


def main() -> None:
    """Choose them all and print what happened."""
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as server,
    ):
        other = _trains(browser, server)
        page = _data_page(browser, server)
        for name, data in _files()[:_WARMING_UP]:  # until the other visitor's history is full
            _answer(page, server, name, data)
        before = _resident(server)
        seen = other.evaluate(_ITERATIONS)
        answers = [_answer(page, server, name, data) for name, data in _files()]
        grown = _resident(server) - before
        goes_on = other.evaluate(_ITERATIONS) != seen
        log = server.log()
    for (name, data), sentence in zip(_files(), answers, strict=True):
        print(f"{name:10} {len(data):9,} bytes  {sentence}")
    print(f"{len(answers)} files, {len(set(answers))} different sentences")
    print(f"memory of the server: {before / 1e6:.0f} MB before, {grown / 1e6:+.1f} MB after")
    print(f"the other visitor's training {'went on' if goes_on else 'was HARMED'}")
    print(f"tracebacks in the server's log: {log.count('Traceback')}")
    print(f"load {os.getloadavg()[0]:.2f}")
    good = all(answers) and grown < _MOST_GROWTH and goes_on and "Traceback" not in log
    sys.exit(0 if good else 1)


def _files() -> list[tuple[str, bytes]]:
    """Those of the tests, and large ones."""
    many = np.zeros((60_000, 400))
    return [
        *((name, data) for name, data, _ in REFUSED.values()),
        ("bomb.npz", npz(X=many, y=np.full(60_000, 12))),
        ("bomb.mat", mat(compressed=True, X=many, y=np.full(60_000, 12))),
        ("bomb.zip", packed({"7/a.png": bytes(100_000_000)})),
        ("long.csv", b"0," * 20_000_000),
        ("many.csv", (b"3" + b",0" * 64 + b"\n") * 300_000),
    ]


def _answer(page: Page, server: Server, name: str, data: bytes) -> str:
    """The sentence that a file is answered with, once the page shows it."""
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    refused_before = len(_refusals(server))
    page.locator(".st-key-upload input[type=file]").set_input_files(file)
    for _ in range(_TRIES):
        refusals = _refusals(server)
        if len(refusals) > refused_before:
            expect(page.locator(".st-key-upload_found .stAlert")).to_contain_text(refusals[-1])
            return refusals[-1]
        page.wait_for_timeout(_MILLISECONDS_A_TRY)
    return ""


def _refusals(server: Server) -> list[str]:
    """Each sentence that a visitor was told so far."""
    marked = (line.partition("Upload refused: ") for line in server.log().splitlines())
    return [sentence for _, mark, sentence in marked if mark]


def _trains(browser: Browser, server: Server) -> Page:
    """A visitor whose run takes a while."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{server.address}{_SLOW_RUN}")
    # The page trains by itself as quickly as it can; a run of the visitor's own is slower.
    page.locator(".st-key-reset button").click()
    page.locator(".st-key-start button").click()
    page.locator(".st-key-stop button:enabled").wait_for()
    return page


def _data_page(browser: Browser, server: Server) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{server.address}/data")
    page.get_by_text("Use a file of your own").click()
    page.locator(".st-key-upload input[type=file]").wait_for(state="attached")
    return page


def _resident(server: Server) -> int:
    pages = Path(f"/proc/{server.process_id}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
