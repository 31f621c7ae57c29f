"""Where sweeps are kept: which database, who can read it, for how long."""

from __future__ import annotations

import sqlite3
import stat
import sys
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logreg_core.errors import StorageError
from logreg_core.sweep import Sweep, TrialState, forget_old, lifetime, open_storage
from logreg_core.sweep import storage as module
from tests.sweeping import memory, over_lam, some_data, sweep_of, work

DAY = 24 * 60 * 60


@pytest.fixture(scope="module")
def data():
    return some_data()


@pytest.fixture
def opened():
    """Opens databases, and closes them at the end."""
    storages = []

    def open_one(*arguments, **settings):
        storages.append(open_storage(*arguments, **settings))
        return storages[-1]

    yield open_one
    for storage in storages:
        if storage.kind != "memory":
            storage.optuna.engine.dispose()


@pytest.fixture
def by_default(monkeypatch, opened):
    """Opens what is opened where nothing is set, with the data directory somewhere else."""
    monkeypatch.delenv("THETA_LAB_SWEEPS", raising=False)
    module._default.cache_clear()

    def open_in(directory):
        monkeypatch.setattr(module, "default_path", lambda: directory / "sweeps.sqlite3")
        return opened()

    yield open_in
    module._default.cache_clear()


@pytest.fixture
def sqlite(opened, tmp_path):
    return opened(f"sqlite:///{tmp_path / 'sweeps.sqlite3'}")


@pytest.fixture
def locked(monkeypatch, tmp_path, sqlite):
    """For a while, somebody else writes to the file, and nobody waits long for it."""
    monkeypatch.setattr(module, "_SQLITE_PATIENCE", 0.05)
    sqlite.optuna.engine.dispose()  # what is connected waits longer

    @contextmanager
    def writing():
        with sqlite3.connect(tmp_path / "sweeps.sqlite3", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        other.close()

    return writing


@pytest.fixture
def clock(monkeypatch):
    """Days that go by when the test says so."""
    clock = SimpleNamespace(day=20_000.0)
    monkeypatch.setattr(lifetime, "time", SimpleNamespace(time=lambda: clock.day * DAY))
    return clock


def refusal(url):
    with pytest.raises(StorageError) as caught:
        open_storage(url)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_by_default_sweeps_are_in_a_file_that_only_its_owner_can_read(by_default, tmp_path, data):
    storage = by_default(tmp_path / "theta-lab")
    work(sweep_of(over_lam(2), data, storage), data)
    assert storage.kind == "sqlite"
    assert storage.lasts
    for file in (tmp_path / "theta-lab").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "theta-lab").stat().st_mode) == 0o700


def test_where_no_directory_can_be_made_sweeps_are_in_memory(by_default, tmp_path):
    (tmp_path / "a file").touch()
    storage = by_default(tmp_path / "a file" / "theta-lab")
    assert storage.kind == "memory"
    assert not storage.lasts
    assert not storage.is_shared


def test_where_the_disk_is_read_only_sweeps_are_in_memory(by_default, tmp_path, monkeypatch):
    def read_only(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.touch", read_only)
    assert by_default(tmp_path).kind == "memory"


def test_the_environment_names_another_database(monkeypatch, opened, tmp_path):
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path / 'mine.sqlite3'}")
    assert opened().kind == "sqlite"
    assert (tmp_path / "mine.sqlite3").exists()


def test_all_visitors_share_one_database(opened, tmp_path):
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    assert opened(url) is opened(url)
    assert opened("memory") is opened("memory")


def test_sqlite_writes_ahead(sqlite, tmp_path):
    with sqlite3.connect(tmp_path / "sweeps.sqlite3") as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    assert mode == "wal"
    assert sqlite.is_shared


def test_a_file_that_is_locked_is_told_in_a_sentence_and_serves_again(sqlite, locked, data):
    sweep = sweep_of(over_lam(2), data, sqlite)
    with locked():
        with pytest.raises(StorageError, match="does not answer"):
            sweep.stop()
        with pytest.raises(StorageError, match="does not answer"):
            sweep_of(over_lam(2), data, sqlite)
    assert not sweep.stopped
    work(sweep, data)
    assert [trial.state for trial in sweep.trials()] == [TrialState.FINISHED] * 2


def test_a_path_may_have_braces_in_it(opened, tmp_path, data):
    storage = opened(f"sqlite:///{tmp_path / '{sweeps}.sqlite3'}")
    work(sweep_of(over_lam(2), data, storage), data)
    assert (tmp_path / "{sweeps}.sqlite3").exists()


@pytest.mark.parametrize(
    "url",
    [
        "nowhere",
        "mysql://theta:secret@localhost/sweeps",
        "oracle://theta:secret@localhost/sweeps",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://theta:secret@localhost:port/sweeps",
        "postgresql://theta:sec:ret@[::1/sweeps",
        "://",
    ],
)
def test_what_is_no_address_of_a_database_is_refused(url):
    sentence = refusal(url)
    assert "accepted" in sentence
    assert "secret" not in sentence


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text):
    for url in (text, f"postgresql://{text}", f"sqlite:///{text}"):
        with suppress(StorageError):
            assert module._address(url).drivername in {"sqlite", "postgresql+psycopg"}


def test_a_server_that_cannot_be_reached_is_told_without_its_password():
    sentence = refusal("postgresql://theta:open sesame@127.0.0.1:1/sweeps")
    assert "cannot be reached" in sentence
    assert "sesame" not in sentence


def test_a_driver_that_repeats_the_password_is_not_quoted(monkeypatch):
    def fails(*_, **__):
        raise ValueError("no such user: theta, open sesame")

    monkeypatch.setattr(module, "RDBStorage", fails)
    assert "sesame" not in refusal("postgresql://theta:open sesame@nowhere.invalid/sweeps")


def test_a_missing_driver_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "`python3 run.py cluster`" in refusal("postgresql://theta@nowhere.invalid/sweeps")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"no database" * 1000)
    assert "cannot be reached" in refusal(f"sqlite:///{path}")


def test_a_directory_that_is_missing_is_told(tmp_path):
    assert "cannot be reached" in refusal(f"sqlite:///{tmp_path}/missing/sweeps.sqlite3")


def test_a_sweep_lasts_beyond_its_server(opened, tmp_path, data):
    url = f"sqlite:///{tmp_path / 'sweeps.sqlite3'}"
    storage = opened(url)
    sweep = sweep_of(over_lam(3), data, storage)
    work(sweep, data)
    storage.optuna.engine.dispose()
    module._opened.cache_clear()
    again = Sweep.open_(opened(url), sweep.name)
    assert again.storage is not storage
    assert again.plan == sweep.plan
    assert again.trials() == sweep.trials()


def test_a_sweep_that_nobody_touches_is_forgotten_after_90_days(sqlite, data, clock):
    old, opened_since, new = (sweep_of(over_lam(2), data, sqlite) for _ in range(3))
    work(old, data)
    clock.day += 60
    Sweep.open_(sqlite, opened_since.name)
    new = sweep_of(over_lam(2), data, sqlite)
    work(new, data)
    clock.day += 31
    assert forget_old(sqlite) == 2
    with pytest.raises(StorageError):
        Sweep.open_(sqlite, old.name)
    for kept in (opened_since, new):
        Sweep.open_(sqlite, kept.name)
    assert [trial.state for trial in new.trials()] == [TrialState.FINISHED] * 2


def test_of_a_forgotten_sweep_nothing_is_left(sqlite, data, clock, tmp_path):
    work(sweep_of(over_lam(3), data, sqlite), data)
    clock.day += 91
    forget_old(sqlite)
    sqlite.optuna.engine.dispose()
    with sqlite3.connect(tmp_path / "sweeps.sqlite3") as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        for table in {"studies", "study_directions", "study_user_attributes"} | {
            name for name in tables if name.startswith("trial") and "index" not in name
        }:
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == []  # noqa: S608 - ours


def test_studies_of_other_programs_are_not_ours_to_forget(sqlite, clock):
    optuna.create_study(storage=sqlite.optuna, study_name="theirs")
    clock.day += 1000
    assert forget_old(sqlite) == 0
    assert optuna.get_all_study_names(sqlite.optuna) == ["theirs"]


def test_memory_keeps_the_newest_sweeps_and_those_at_work(data, clock):
    storage = memory()
    sweeps = []
    for _ in range(lifetime.MOST_IN_MEMORY):
        clock.day += 1
        sweeps.append(sweep_of(over_lam(2), data, storage))
    work(sweeps[0], data)  # now
    for _ in range(3):
        sweep_of(over_lam(2), data, storage)
    names = set(optuna.get_all_study_names(storage.optuna))
    assert len(names) == lifetime.MOST_IN_MEMORY
    assert sweeps[0].name in names
    assert not {sweep.name for sweep in sweeps[1:4]} & names


def test_memory_takes_one_more_where_all_are_at_work(data, clock):
    storage = memory()
    for _ in range(lifetime.MOST_IN_MEMORY + 1):
        sweep_of(over_lam(2), data, storage)
    assert len(optuna.get_all_study_names(storage.optuna)) == lifetime.MOST_IN_MEMORY + 1
    assert clock.day == 20_000
