"""Data small enough to train on in every test of the core, and real all the same."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from logreg_core.bundled import load_bundled
from run import postgresql_programs
from tests.mirrors import mirror_server
from tests.postgresql import running_server
from tests.sweeping import some_data


@pytest.fixture(scope="session")
def zeros_and_ones():
    """The 360 bundled zeros and ones: the course's exercise on other handwriting."""
    return load_bundled().only(0, 1)


@pytest.fixture(scope="session")
def training_and_held_out(zeros_and_ones):
    return zeros_and_ones.split(0.25, seed=0)


@pytest.fixture(scope="session")
def ten_digits():
    """The first twelve bundled images of each digit."""
    bundled = load_bundled()
    first = [np.flatnonzero(bundled.labels == digit)[:12] for digit in range(10)]
    return bundled.take(np.sort(np.concatenate(first)))


@pytest.fixture(scope="session")
def pair(ten_digits):
    """24 threes and eights."""
    return ten_digits.only(3, 8)


@pytest.fixture(scope="session")
def three_digits(ten_digits):
    """36 images of three classes."""
    return ten_digits.only(1, 4, 8)


@pytest.fixture
def ticking_clock(monkeypatch):
    """A clock of our own, which goes on by one second whenever it is read."""
    ticks = count()
    clock = SimpleNamespace(perf_counter=lambda: float(next(ticks)))
    monkeypatch.setattr("logreg_core.history.time", clock)


@pytest.fixture
def slow_clock(monkeypatch):
    """A clock of our own, which goes on by a tenth of a second whenever it is read."""
    ticks = count()

    def tick():
        return next(ticks) / 10

    clock = SimpleNamespace(perf_counter=tick, monotonic=tick)
    monkeypatch.setattr("logreg_core.history.time", clock)
    monkeypatch.setattr("logreg_core.observer.time", clock)


@pytest.fixture
def mirrors():
    """Mirrors of a small MNIST on this machine, good ones and bad ones."""
    with mirror_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_server():
    """A PostgreSQL server of our own, started when the first test wants it."""
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with running_server(programs) as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server):
    """The URL of an empty database, which no other test sees."""
    return postgresql_server.new_database()


@pytest.fixture(scope="session")
def data():
    """What small sweeps learn from."""
    return some_data()


@pytest.fixture(scope="session")
def data_file(data, tmp_path_factory):
    """The same for a worker by its command line."""
    file = tmp_path_factory.mktemp("data") / "data.npz"
    data.save(file)
    return str(file)
