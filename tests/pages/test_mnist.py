"""Whoever chooses MNIST sees it come, loses nothing meanwhile, and can do without it."""

from __future__ import annotations

import math

import pytest

from dashboard.frame import PAGES
from logreg_core import MNISTFetch
from tests.pages.visitor import Visitor
from tests.staged_download import IN_ALL, StagedDownload

PATIENCE = 60
BUNDLED = "1,797 images"


@pytest.fixture
def download():
    return StagedDownload()


@pytest.fixture
def fetch(download, monkeypatch):
    """The server's fetch; nobody counts as gone because a test is slow."""
    fetch = MNISTFetch(download)
    monkeypatch.setattr("dashboard.mnist.mnist_fetch", lambda: fetch)
    monkeypatch.setattr("logreg_core.mnist_fetch.GONE_SECONDS", math.inf)
    yield fetch
    fetch._end_with_server()
    assert fetch.wait(PATIENCE)


@pytest.fixture
def waiting(visitor, fetch, download):  # noqa: ARG001 - a fixture cannot be given usefixtures
    """A visitor who has opened a link to MNIST."""
    visitor.open("pages/data.py", source="mnist")
    download.reach(3_100_000)
    visitor.run()
    return visitor


def progress(visitor) -> list[str]:
    """What the bars on the page say."""
    return [bar.proto.text for bar in visitor.app.get("progress")]


def cancel(visitor) -> None:
    visitor.app.button(key="cancel_mnist").click()
    visitor.run()


def source(visitor) -> str:
    return visitor.app.selectbox(key="source").value


def waits(visitor) -> bool:
    return any(button.key == "cancel_mnist" for button in visitor.app.button)


def test_the_bytes_are_shown_while_the_page_works_with_the_bundled_digits(waiting, download):
    assert progress(waiting) == ["Fetching MNIST: 3.1 of 11.6 MB"]
    assert BUNDLED in waiting.text()
    assert source(waiting) == "mnist"
    assert waiting.link()["source"] == "mnist"
    waiting.app.selectbox(key="digits").set_value("3-8")
    download.reach(5_000_000)
    waiting.run()
    assert progress(waiting) == ["Fetching MNIST: 5.0 of 11.6 MB"]
    assert waiting.link() == {"source": "mnist", "digits": "3-8"}


@pytest.mark.usefixtures("fetch")
def test_files_at_hand_are_opened_and_bytes_that_are_here_are_resized(visitor, download):
    visitor.open("pages/data.py", source="mnist")
    assert progress(visitor) == ["Opening MNIST…"]
    download.reach(IN_ALL)
    visitor.run()
    assert progress(visitor) == ["Bringing 70,000 images to 20x20…"]


def test_once_it_is_here_the_page_has_it(waiting, fetch, download):
    download.arrive()
    assert fetch.wait(PATIENCE)
    waiting.run()
    assert not waits(waiting)
    assert progress(waiting) == []
    assert f"{len(download.mnist.training):,} images" in waiting.text()
    assert waiting.app.slider(key="held_out").disabled, "MNIST's own split is kept"
    assert not waiting.app.warning


def test_nobody_waits_for_what_is_in_memory(visitor, fetch, download):
    fetch.ask("somebody before")
    download.arrive()
    assert fetch.wait(PATIENCE)
    visitor.open("pages/data.py", source="mnist")
    assert not waits(visitor)
    assert f"{len(download.mnist.training):,} images" in visitor.text()


def test_two_visitors_at_once_cause_one_download_and_both_see_it(waiting, fetch, download):
    other = Visitor()
    other.open("pages/train.py", source="mnist")
    assert progress(other) == progress(waiting) == ["Fetching MNIST: 3.1 of 11.6 MB"]
    download.arrive()
    assert fetch.wait(PATIENCE)
    for visitor in (waiting, other):
        visitor.run()
        assert not waits(visitor)
        assert source(visitor) == "mnist"
    assert download.begun == 1


def test_who_cancels_has_the_bundled_digits_and_the_other_goes_on_waiting(waiting, download):
    other = Visitor()
    other.open("pages/data.py", source="mnist")
    cancel(waiting)
    assert source(waiting) == "bundled"
    assert not waits(waiting)
    assert "source" not in waiting.link()
    download.reach(5_000_000)
    other.run()
    assert progress(other) == ["Fetching MNIST: 5.0 of 11.6 MB"]
    assert download.broken_off == 0


def test_the_download_ends_when_all_have_cancelled(waiting, fetch, download):
    other = Visitor()
    other.open("pages/data.py", source="mnist")
    cancel(waiting)
    cancel(other)
    assert fetch.wait(PATIENCE)
    assert download.broken_off == 1
    assert not waiting.app.warning


def test_choosing_other_images_is_as_good_as_cancelling(waiting, fetch, download):
    waiting.app.selectbox(key="source").set_value("bundled")
    waiting.run()
    assert fetch.wait(PATIENCE)
    assert download.broken_off == 1


def test_one_can_choose_it_again_after_cancelling(waiting, fetch, download):
    cancel(waiting)
    assert fetch.wait(PATIENCE)
    waiting.app.selectbox(key="source").set_value("mnist")
    waiting.run()
    assert waits(waiting)
    download.reach(1_000_000)
    waiting.run()
    assert progress(waiting) == ["Fetching MNIST: 1.0 of 11.6 MB"]


def test_a_failure_costs_one_sentence_and_a_later_choice_tries_again(waiting, fetch, download):
    download.fail("MNIST could not be downloaded: no mirror answers.")
    assert fetch.wait(PATIENCE)
    app = waiting.run()
    assert [warning.value.replace("\\", "") for warning in app.warning] == [
        "MNIST could not be downloaded: no mirror answers."
    ]
    assert source(waiting) == "bundled"
    assert BUNDLED in waiting.text()
    assert not waits(waiting)
    app.selectbox(key="source").set_value("mnist")
    waiting.run()
    assert waits(waiting)
    assert not app.warning
    download.reach(1)
    assert download.begun == 2


@pytest.mark.usefixtures("fetch")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_works_while_one_waits_and_nothing_changes_its_place(visitor, page):
    app = visitor.open(page, source="mnist", max_iterations="20")
    assert waits(visitor)
    assert not app.error
    while_waiting = places(app)
    cancel(visitor)
    assert places(app) == while_waiting


def places(app) -> list[tuple[int, str]]:
    """Where on the page which kinds of elements stand."""
    return [(place, element.type) for place, element in app.main.children.items()]
