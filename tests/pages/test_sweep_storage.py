"""Sweeps are kept where the server is told to, and in memory where that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import sweep_storage as kept
from logreg_core.sweep import Interval, Origin, Plan, Space, StorageError, Sweep, open_storage

ORIGIN = Origin("bundled", digits=(0, 1), held_out=25, seed=0)


def sweep_of(trials: int) -> Sweep:
    plan = Plan(Space((Interval("lam", 0.1, 10),)), trials=trials)
    return Sweep.create(kept.memory(), plan, ORIGIN.fetch(), ORIGIN)


def test_the_variable_says_where(monkeypatch, tmp_path):
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path}/sweeps.sqlite3")
    assert kept.sweep_storage().kind == "sqlite"
    assert (tmp_path / "sweeps.sqlite3").exists()


def test_a_secret_says_so_before_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("THETA_LAB_SWEEPS", "memory")
    secrets = {"sweeps": f"sqlite:///{tmp_path}/secret.sqlite3"}
    monkeypatch.setattr(kept.st, "secrets", secrets)
    assert kept.sweep_storage().kind == "sqlite"


def test_on_a_scratch_disk_they_are_in_memory_unless_a_database_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("THETA_LAB_SWEEPS")
    monkeypatch.setattr(kept, "_SCRATCH", Path(kept.__file__).parents[2])
    assert kept.sweep_storage() is kept.memory()
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path}/named.sqlite3")
    assert kept.sweep_storage().kind == "sqlite"


def test_elsewhere_they_are_in_the_data_directory(monkeypatch, tmp_path):
    monkeypatch.delenv("THETA_LAB_SWEEPS")
    usual = open_storage(f"sqlite:///{tmp_path}/usual.sqlite3")
    monkeypatch.setattr(
        kept, "open_storage", lambda named: usual if not named else open_storage(named)
    )
    kept._database.clear()
    assert kept.sweep_storage() is usual
    kept._database.clear()


lost = pytest.mark.usefixtures("lost_database")


@pytest.fixture
def lost_database(monkeypatch):
    """A database with a password that nobody answers for."""
    monkeypatch.setenv("THETA_LAB_SWEEPS", "postgresql://lab:geheim@127.0.0.1:9/sweeps")


@lost
def test_a_database_that_does_not_answer_is_one_sentence_and_the_page_goes_on(
    visitor, caplog, monkeypatch
):
    kept._database.clear()
    app = visitor.open("pages/explore.py", plan="lam=0.1;1,max_iterations=5")
    assert len(app.warning) == 1
    assert "Until it answers, sweeps are kept in memory" in app.warning[0].value
    app.button(key="start_sweep").click()
    visitor.run()
    worker = app.session_state["_sweep_worker"]
    assert worker.wait(timeout=60)
    visitor.run()
    assert worker.sweep.storage is kept.memory()
    assert worker.complete
    for secret in ("geheim", "127.0.0.1", "lab:"):
        assert secret not in visitor.text()
    assert "127.0.0.1" in caplog.text, "who runs the server can find out why"
    assert "geheim" not in caplog.text
    monkeypatch.setattr(kept, "find_spec", lambda _: None)
    visitor.run()
    assert "`python3 run.py cluster` installs the driver" in app.warning[0].value


@lost
def test_a_link_is_kept_for_when_the_database_answers_again(visitor):
    visitor.open("pages/explore.py", study="B" * 22)
    assert visitor.link()["study"] == "B" * 22


def test_a_sweep_begun_in_memory_is_found_when_the_database_is_back(monkeypatch, tmp_path):
    begun = sweep_of(3)
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path}/back.sqlite3")
    assert kept.find_sweep(begun.name) == begun
    with pytest.raises(StorageError, match="no sweep of this name"):
        kept.find_sweep("C" * 22)
