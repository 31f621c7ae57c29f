"""Where sweeps are kept: which database, who can read it, for how long."""

from __future__ import annotations

import re
import sqlite3
import stat
import sys
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logreg_core.errors import StorageError, StorageFullError
from logreg_core.sweep import (
    MOST_TRIALS,
    Sweep,
    TrialState,
    forget_old,
    lifetime,
    open_storage,
    private_memory,
)
from logreg_core.sweep import storage as module
from logreg_core.sweep.answering import answering
from tests.sweeping import over_lam, sweep_of, work

DAY = 24 * 60 * 60


@pytest.fixture
def opened():
    """Opens databases, and closes them at the end."""
    storages = []

    def open_one(*arguments, **settings):
        storages.append(open_storage(*arguments, **settings))
        return storages[-1]

    yield open_one
    for storage in storages:
        storage.close()


@pytest.fixture
def by_default(monkeypatch, opened):
    """Opens what is opened where nothing is set, with the data directory somewhere else."""
    monkeypatch.delenv("THETA_LAB_SWEEPS", raising=False)
    module._warn.cache_clear()

    def open_in(directory):
        monkeypatch.setattr(module, "default_path", lambda: directory / "sweeps.sqlite3")
        return opened()

    return open_in


@pytest.fixture
def sqlite(opened, tmp_path):
    return opened(f"sqlite:///{tmp_path / 'sweeps.sqlite3'}")


@pytest.fixture
def in_a_hurry(monkeypatch, opened, tmp_path):
    """A file where nobody who writes waits long for another."""
    monkeypatch.setattr(module, "_SQLITE_PATIENCE", 0.05)
    monkeypatch.setattr(module, "_SQLITE_HASTE", 0.05)
    return opened(f"sqlite:///{tmp_path / 'sweeps.sqlite3'}")


@contextmanager
def locked(path):
    """Somebody else writes to a file."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


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
    assert storage.is_shared
    for file in (tmp_path / "theta-lab").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "theta-lab").stat().st_mode) == 0o700


def test_as_long_as_no_directory_can_be_made_sweeps_are_in_memory(by_default, tmp_path, caplog):
    in_the_way = tmp_path / "theta-lab"
    in_the_way.touch()
    storages = [by_default(in_the_way) for _ in range(2)]
    assert storages[0] is storages[1]
    assert storages[0].kind == "memory"
    assert not storages[0].is_shared
    assert [str(in_the_way) in line for line in caplog.messages] == [True]
    in_the_way.unlink()
    assert by_default(in_the_way).kind == "sqlite"


def test_the_usual_file_of_another_optuna_is_told_and_not_passed_over(by_default, tmp_path):
    by_default(tmp_path).close()
    module._opened.cache_clear()
    with sqlite3.connect(tmp_path / "sweeps.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v2.6.0.a'")
    connection.close()
    with pytest.raises(StorageError, match="another version of Optuna"):
        by_default(tmp_path)


def test_the_path_to_the_usual_file_may_have_a_question_mark_in_it(by_default, tmp_path):
    assert by_default(tmp_path / "really?").kind == "sqlite"
    assert (tmp_path / "really?" / "sweeps.sqlite3").stat().st_size > 0


def test_where_the_disk_is_read_only_sweeps_are_in_memory(by_default, tmp_path, monkeypatch):
    def read_only(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.touch", read_only)
    assert by_default(tmp_path).kind == "memory"


def test_the_environment_names_another_database(monkeypatch, opened, tmp_path):
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path / 'mine.sqlite3'}")
    assert opened().kind == "sqlite"
    assert stat.S_IMODE((tmp_path / "mine.sqlite3").stat().st_mode) == 0o600


def test_a_file_that_is_not_there_is_made_unless_it_must_be_there(opened, tmp_path):
    path = tmp_path / "mistyped.sqlite3"
    with pytest.raises(StorageError, match="mistyped"):
        opened(f"sqlite:///{path}", existing=True)
    assert not path.exists()
    made = opened(f"sqlite:///{path}")
    assert opened(f"sqlite:///{path}", existing=True) is made


def test_all_visitors_share_one_database(opened, tmp_path):
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    assert opened(url) is opened(url)
    assert opened("memory") is opened("memory")


def test_sqlite_writes_ahead(sqlite, tmp_path):
    with sqlite3.connect(tmp_path / "sweeps.sqlite3") as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    assert mode == "wal"
    assert sqlite.is_shared


def test_a_file_that_is_locked_is_told_in_a_sentence_and_serves_again(in_a_hurry, data, tmp_path):
    sweep = sweep_of(over_lam(2), data, in_a_hurry)
    with locked(tmp_path / "sweeps.sqlite3"):
        with pytest.raises(StorageError, match="does not answer"):
            sweep.stop()
        with pytest.raises(StorageError, match="does not answer"):
            sweep_of(over_lam(2), data, in_a_hurry)
    assert not sweep.stopped
    work(sweep, data)
    assert [trial.state for trial in sweep.trials()] == [TrialState.FINISHED] * 2


def test_to_look_at_a_sweep_nobody_waits_for_one_who_writes(in_a_hurry, data, tmp_path, clock):
    sweep = sweep_of(over_lam(2), data, in_a_hurry)
    work(sweep, data)
    clock.day += 1
    with locked(tmp_path / "sweeps.sqlite3"):
        opened = Sweep.open_(in_a_hurry, sweep.name)
        assert opened == sweep
        assert len(opened.trials()) == 2
        assert not opened.stopped


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
        "sqlite:////var/lib/sweeps.sqlite3?mode=ro",
        "postgresql://theta:secret@localhost:port/sweeps",
        "postgresql://theta:sec:ret@[::1/sweeps",
        "://",
    ],
)
def test_what_is_no_address_of_a_database_is_refused(url):
    sentence = refusal(url)
    assert re.search("accepted|question mark", sentence)
    assert "secret" not in sentence


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text):
    for url in (text, f"postgresql://{text}", f"sqlite:///{text}"):
        with suppress(StorageError):
            assert module._address(url).drivername in {"sqlite", "postgresql+psycopg"}


def test_a_server_that_cannot_be_reached_is_told_without_its_password():
    sentence = refusal("postgresql://theta:open sesame@127.0.0.1:1/sweeps")
    assert "The database of the sweeps at 127.0.0.1:1 cannot be reached" in sentence
    assert "sesame" not in sentence


def test_a_driver_that_repeats_the_password_is_not_quoted(monkeypatch):
    def fails(*_, **__):
        raise ValueError("no such user: theta, open sesame")

    monkeypatch.setattr(module, "RDBStorage", fails)
    assert "sesame" not in refusal("postgresql://theta:open sesame@nowhere.invalid/sweeps")


def test_why_a_database_does_not_answer_is_in_the_log_without_its_password(
    sqlite, tmp_path, data, caplog
):
    sweep = sweep_of(over_lam(2), data, sqlite)
    with sqlite3.connect(tmp_path / "sweeps.sqlite3") as connection:
        connection.execute("ALTER TABLE study_user_attributes RENAME TO open_sesame")
    connection.close()
    for _ in range(2):
        with pytest.raises(StorageError, match="does not answer"):
            sweep.stop()
    (line,) = caplog.messages
    assert "no such table: study_user_attributes" in line
    refusal("postgresql://theta:open_sesame@127.0.0.1:1/sweeps")
    with pytest.raises(StorageError), answering():
        raise sqlite3.OperationalError("open_sesame has an error")
    assert "sesame" not in caplog.text


def test_reasons_that_take_turns_are_in_the_log_once_each(caplog):
    for _ in range(3):
        for why in ("the one way", "the other way"):
            with pytest.raises(StorageError), answering():
                raise sqlite3.OperationalError(why)
    assert len(caplog.messages) == 2


def test_a_missing_key_of_ours_is_not_taken_for_a_deleted_sweep():
    with pytest.raises(KeyError), answering():
        {}["ours"]


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
    storage.close()
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
    sqlite.close()
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


@pytest.fixture(params=["memory", "sqlite"])
def small(request, monkeypatch):
    """A database where there is room for four sweeps, and for thirty trials."""
    room = lifetime._Room(sweeps=4, trials=30)
    monkeypatch.setattr(lifetime, "_ROOM", {"memory": room, "sqlite": room})
    return private_memory() if request.param == "memory" else request.getfixturevalue("sqlite")


def names_in(storage):
    return set(optuna.get_all_study_names(storage.optuna))


def test_for_a_new_sweep_those_go_that_rest_longest(small, data, clock):
    optuna.create_study(storage=small.optuna, study_name="theirs")
    sweeps = []
    for _ in range(4):
        clock.day += 1
        sweeps.append(sweep_of(over_lam(2), data, small))
    Sweep.open_(small, sweeps[0].name)  # now
    sweeps.append(sweep_of(over_lam(2), data, small))
    assert names_in(small) == {"theirs"} | {sweeps[kept].name for kept in (0, 2, 3, 4)}


def test_for_many_trials_as_many_sweeps_go_as_it_takes(small, data, clock):
    sweeps = []
    for _ in range(3):
        clock.day += 1
        sweeps.append(sweep_of(over_lam(10), data, small))
    clock.day += 1
    large = sweep_of(over_lam(11), data, small)
    assert names_in(small) == {sweeps[2].name, large.name}


@pytest.mark.parametrize(("before", "trials"), [([2] * 4, 2), ([10, 10], 11), ([], 31)])
def test_where_all_are_at_work_another_is_refused(small, data, clock, before, trials):
    assert clock.day == 20_000
    sweeps = [sweep_of(over_lam(some), data, small) for some in before]
    with pytest.raises(StorageFullError, match="no room"):
        sweep_of(over_lam(trials), data, small)
    assert names_in(small) == {sweep.name for sweep in sweeps}
    if sweeps:  # and there is room once they rest
        clock.day += 1
        sweep_of(over_lam(trials), data, small)


def test_there_is_room_for_the_largest_sweeps():
    assert all(room.trials >= 5 * MOST_TRIALS for room in lifetime._ROOM.values())
