"""However a mirror fails to give a file, it takes a bounded time and leaves nothing behind."""

import threading
from itertools import count
from types import SimpleNamespace

import pytest

from logreg_core import mirrors as mirrors_module
from logreg_core.mirrors import Mirrors
from tests.mirrors import ARCHIVES, FILES

FILE = FILES[0]
NAME = f"{FILE.name}.gz"


def download(tmp_path, *addresses, arrived=lambda _: None):
    mirrors = Mirrors(addresses)
    return mirrors.download(tmp_path, NAME, FILE.size, FILE.archive_md5, arrived)


@pytest.fixture
def hasty(monkeypatch):
    """Give up after a moment instead of seconds."""
    monkeypatch.setattr(mirrors_module, "_SECONDS_TO_ANSWER", 0.05)


@pytest.fixture
def second_at_each_look(monkeypatch):
    """A clock of our own, which goes on by one second whenever it is read."""
    ticks = count()
    clock = SimpleNamespace(monotonic=lambda: float(next(ticks)))
    monkeypatch.setattr(mirrors_module, "time", clock)
    monkeypatch.setattr(mirrors_module, "_SECONDS_TO_ANSWER", 1000)


@pytest.mark.usefixtures("hasty")
def test_a_server_that_takes_the_request_and_never_answers_is_left(tmp_path, mirrors):
    assert not download(tmp_path, mirrors.address("silent"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("hasty")
def test_a_name_that_is_never_resolved_is_left(tmp_path, monkeypatch):
    over = threading.Event()

    def unanswered(*_, **__):
        over.wait(timeout=60)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", unanswered)
    assert not download(tmp_path, "http://mnist.example/")
    assert list(tmp_path.iterdir()) == []
    over.set()


@pytest.mark.usefixtures("second_at_each_look")
def test_a_server_that_sends_a_byte_now_and_then_is_left_for_the_next(tmp_path, mirrors):
    assert download(tmp_path, mirrors.address("dripping"), mirrors.address("good"))
    assert mirrors.requests == [("dripping", NAME), ("good", NAME)]
    assert (tmp_path / NAME).read_bytes() == ARCHIVES[NAME]


@pytest.mark.usefixtures("second_at_each_look")
def test_a_mirror_that_was_left_is_not_asked_again(tmp_path, mirrors):
    both = Mirrors([mirrors.address("dripping"), mirrors.address("good")])
    for file in FILES[:3]:
        name = f"{file.name}.gz"
        assert both.download(tmp_path, name, file.size, file.archive_md5, lambda _: None)
    assert [kind for kind, _ in mirrors.requests] == ["dripping", "good", "good", "good"]


def test_a_server_that_sends_more_than_the_file_is_cut_short(tmp_path, mirrors):
    seen = []
    assert not download(tmp_path, mirrors.address("endless"), arrived=seen.append)
    assert max(seen) <= FILE.size
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["silent", "slow", "stalling"])
def test_one_can_cancel_while_next_to_nothing_comes(tmp_path, mirrors, kind):
    class CancelledError(Exception):
        pass

    looks = count()

    def arrived(_):
        if next(looks) == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        download(tmp_path, mirrors.address(kind), arrived=arrived)
    assert list(tmp_path.iterdir()) == []
