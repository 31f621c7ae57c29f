"""A database that does not answer for a while: workers wait for it, and no trial is lost."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

import pytest
from optuna.trial import TrialState as OptunaState

from logreg_core import TrainConfig
from logreg_core.errors import StorageError
from logreg_core.sweep import SweepWorker, TrialState, is_over, open_storage, pulse
from logreg_core.sweep import storage as storage_module
from logreg_core.sweep import worker as worker_module
from logreg_core.sweep.desk import Desk
from logreg_core.sweep.tries import tries_of
from tests.sweeping import PATIENCE, eventually, over_lam, sweep_of, work

#: Pruned trials have their curve reported.
REPORTED = {"base": TrainConfig(max_iterations=8), "pruner": "median"}


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    """Nobody waits long for another who writes, nor before he asks again."""
    monkeypatch.setattr(storage_module, "_SQLITE_PATIENCE", 0.05)
    monkeypatch.setattr(storage_module, "_SQLITE_HASTE", 0.05)
    monkeypatch.setattr(pulse, "_ASK_SECONDS", 0.01)
    monkeypatch.setattr(worker_module, "_ASK_SECONDS", 0.01)


@pytest.fixture
def storage(tmp_path):
    """Where a worker that is silent for a second is missed."""
    url = f"sqlite:///{tmp_path / 'sweeps.sqlite3'}"
    opened = open_storage(url, heartbeat_seconds=1, silence_seconds=1)
    yield opened
    opened.close()


@contextmanager
def outage(tmp_path):
    """Somebody else writes, and does not come to an end."""
    other = sqlite3.connect(tmp_path / "sweeps.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def test_a_worker_waits_for_a_database_that_does_not_answer(storage, data, tmp_path, caplog):
    sweep = sweep_of(over_lam(3), data, storage)
    worker = SweepWorker(sweep, data)
    with outage(tmp_path):
        worker.start()
        eventually(lambda: caplog.messages)
        assert worker.running
    assert worker.wait(PATIENCE)
    assert worker.failure is None
    assert [trial.state for trial in sweep.trials()] == [TrialState.FINISHED] * 3


def test_a_worker_gives_up_after_a_while(storage, data, tmp_path, monkeypatch):
    monkeypatch.setattr(worker_module, "_OUTAGE_SECONDS", 0)
    worker = SweepWorker(sweep_of(over_lam(3), data, storage), data)
    with outage(tmp_path):
        worker.start()
        assert worker.wait(PATIENCE)
    assert "does not answer" in worker.failure


@pytest.mark.parametrize("moment", ["take", "report", "note"])
@pytest.mark.parametrize("was_heard", [False, True])
def test_an_outage_in_the_middle_loses_no_trial_and_counts_none_twice(
    storage, data, monkeypatch, moment, was_heard
):
    sweep = sweep_of(over_lam(3, **REPORTED), data, storage)
    asked = getattr(Desk, moment)
    calls = []

    def without_answer(*arguments):
        calls.append(moment)
        if len(calls) != 2:
            return asked(*arguments)
        if was_heard:
            asked(*arguments)
        raise StorageError

    monkeypatch.setattr(Desk, moment, without_answer)
    work(sweep, data)
    assert len(calls) > 2
    trials = sweep.trials()
    assert is_over(sweep, trials)
    assert [trial.state for trial in trials] == [TrialState.FINISHED] * 3
    assert sorted(trial.settings["lam"] for trial in trials) == [0.01, 1, 100]
    for tries in tries_of(sweep.study().get_trials(deepcopy=False), 3):
        assert [each.state for each in tries].count(OptunaState.COMPLETE) == 1


def test_who_could_not_say_that_he_is_there_is_not_taken_for_dead_at_once(
    storage, data, monkeypatch
):
    """After an outage the trials of all workers have been silent."""
    order = []
    sweep = sweep_of(over_lam(2), data, storage)

    def touch(_):
        order.append("asked")
        if len(order) == 1:
            raise StorageError

    monkeypatch.setattr(pulse, "HEARTBEAT_SECONDS", PATIENCE)
    monkeypatch.setattr("logreg_core.sweep.Sweep.touch", touch)
    monkeypatch.setattr("logreg_core.sweep.Sweep.take_back_silent", lambda _: order.append("took"))
    with pulse.Pulse(sweep, stop=lambda: None):
        eventually(lambda: len(order) > 5)
    assert "took" not in order
