"""MNIST is fetched once for all who wait, as long as somebody does."""

from functools import partial
from types import SimpleNamespace

import pytest

from logreg_core import DataError, FetchProgress, MNISTFetch, load_mnist
from tests.mirrors import FILES
from tests.staged_download import IN_ALL, StagedDownload

PATIENCE = 60


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that only the test moves on: a slow machine makes nobody gone."""
    clock = SimpleNamespace(now=0.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr("logreg_core.mnist_fetch.time", clock)
    return clock


@pytest.fixture
def download():
    return StagedDownload()


@pytest.fixture
def fetch(download):
    fetch = MNISTFetch(download)
    yield fetch
    for visitor in ("alice", "bob"):
        fetch.leave(visitor)
    assert fetch.wait(PATIENCE)


def test_all_who_ask_get_the_one_download(fetch, download):
    assert fetch.ask("alice") is None
    assert fetch.ask("bob") is None
    download.arrive()
    assert fetch.wait(PATIENCE)
    assert fetch.ask("alice") is fetch.ask("bob") is download.mnist
    assert download.begun == 1


def test_all_who_wait_see_the_same_bytes(fetch, download):
    fetch.ask("alice")
    fetch.ask("bob")
    assert fetch.look("alice") == FetchProgress(0, 0)
    download.reach(3_100_000)
    assert fetch.look("alice") == fetch.look("bob") == FetchProgress(3_100_000, IN_ALL)


def test_nobody_begins_it_by_looking(fetch, download):
    assert fetch.look("alice") is None
    assert download.begun == 0


def test_it_goes_on_for_the_other_when_one_leaves(fetch, download):
    fetch.ask("alice")
    fetch.ask("bob")
    fetch.leave("alice")
    download.reach(5)
    assert fetch.look("bob") == FetchProgress(5, IN_ALL)
    download.arrive()
    assert fetch.wait(PATIENCE)
    assert fetch.ask("bob") is download.mnist


def test_it_ends_when_all_have_left_and_begins_anew_for_the_next(fetch, download):
    fetch.ask("alice")
    fetch.ask("bob")
    fetch.leave("alice")
    fetch.leave("bob")
    assert fetch.wait(PATIENCE)
    assert download.broken_off == 1
    assert fetch.look("bob") is None
    assert fetch.ask("bob") is None
    download.reach(7)
    assert download.begun == 2


def test_who_does_not_look_for_ten_seconds_has_gone(fetch, download, clock):
    fetch.ask("alice")
    fetch.ask("bob")
    clock.now = 6.0
    fetch.look("bob")
    clock.now = 12.0
    download.reach(5)
    assert fetch.look("bob") == FetchProgress(5, IN_ALL)
    clock.now = 30.0
    assert fetch.wait(PATIENCE)
    assert download.broken_off == 1


def test_each_who_waited_is_told_once_why_it_failed(fetch, download):
    fetch.ask("alice")
    fetch.ask("bob")
    download.fail("Nobody answers.")
    assert fetch.wait(PATIENCE)
    for visitor in ("alice", "bob"):
        assert fetch.look(visitor) is None
        with pytest.raises(DataError, match="Nobody answers"):
            fetch.ask(visitor)
    assert fetch.ask("alice") is None
    download.reach(1)
    assert download.begun == 2


def test_who_left_is_not_told_of_a_failure_later(fetch, download):
    fetch.ask("alice")
    download.fail("Nobody answers.")
    assert fetch.wait(PATIENCE)
    fetch.leave("alice")
    assert fetch.ask("alice") is None


def test_who_has_not_heard_of_a_failure_waits_with_the_next_who_tries(fetch, download):
    fetch.ask("alice")
    download.fail("Nobody answers.")
    assert fetch.wait(PATIENCE)
    fetch.ask("bob")
    assert fetch.ask("alice") is None
    download.arrive()
    assert fetch.wait(PATIENCE)
    assert fetch.ask("alice") is download.mnist


def test_too_little_memory_is_said():
    def load(*, progress):  # noqa: ARG001 - it does not come to that
        raise MemoryError

    fetch = MNISTFetch(load)
    fetch.ask("alice")
    assert fetch.wait(PATIENCE)
    with pytest.raises(DataError, match="not enough memory"):
        fetch.ask("alice")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_keeps_nobody_waiting():
    def load(*, progress):  # noqa: ARG001 - it does not come to that
        raise ZeroDivisionError

    fetch = MNISTFetch(load)
    fetch.ask("alice")
    assert fetch.wait(PATIENCE)
    with pytest.raises(DataError, match="fault of Theta Lab"):
        fetch.ask("alice")


def test_a_download_that_nobody_waits_for_leaves_no_partial_file(tmp_path, mirrors):
    load = partial(load_mnist, tmp_path, mirrors=(mirrors.address("slow"),), files=FILES)
    fetch = MNISTFetch(load)
    fetch.ask("alice")
    fetch.leave("alice")
    assert fetch.wait(PATIENCE)
    assert list(tmp_path.iterdir()) == []
