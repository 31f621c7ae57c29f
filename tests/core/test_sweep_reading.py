"""What is read of a sweep, whoever else has written into its database, or has fallen silent."""

from __future__ import annotations

import socket
from threading import Thread

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logreg_core.errors import ConfigError
from logreg_core.sweep import (
    NoSweepError,
    Origin,
    Sweep,
    SweepWorker,
    TrialState,
    is_over,
    open_storage,
    private_memory,
)
from logreg_core.sweep.desk import Desk
from tests.sweeping import (
    ORIGIN,
    PATIENCE,
    eventually,
    over_lam,
    silenced,
    sweep_of,
    work,
)


@pytest.fixture
def sqlite(tmp_path):
    opened = open_storage(f"sqlite:///{tmp_path / 'sweeps.sqlite3'}")
    yield opened
    opened.close()


def theirs(sweep, setting, **ended):
    """A trial that another program begins in a sweep, and may end; as Optuna's manual has it."""
    study = optuna.load_study(study_name=sweep.name, storage=sweep.storage.optuna)
    trial = study.ask()
    trial.suggest_float(setting, 1e6, 1e9)
    if ended:
        study.tell(trial, **ended)


@pytest.mark.parametrize("setting", ["lr", "lam"])
@pytest.mark.parametrize("ended", [{}, {"values": 0.1}], ids=["running", "complete"])
def test_a_trial_of_another_program_is_one_that_failed(data, setting, ended):
    sweep = sweep_of(over_lam(2), data)
    theirs(sweep, setting, **ended)
    (trial,) = sweep.trials()
    assert trial.state is TrialState.FAILED
    assert "Another program" in trial.note
    assert trial.values is None


def test_beside_a_trial_of_another_program_the_others_are_run_and_read(data):
    sweep = sweep_of(over_lam(4), data)
    theirs(sweep, "lr", values=0.1)
    work(sweep, data)
    trials = sweep.trials()
    assert [trial.state for trial in trials] == [TrialState.FAILED] + [TrialState.FINISHED] * 3
    assert is_over(sweep, trials)


@pytest.mark.parametrize(
    "wrong",
    [
        {"digits": []},
        {"digits": [3]},
        {"digits": [3, 3]},
        {"digits": [3, 12]},
        {"digits": ["3", "8"]},
        {"digits": None},
        {"held_out": "<b>25</b>"},
        {"held_out": 100},
        {"seed": -1},
        {"seed": 10**400},
        {"source": 7},
    ],
)
def test_a_sweep_whose_origin_is_none_is_no_sweep(data, wrong):
    storage = private_memory()
    sweep = sweep_of(over_lam(2), data, storage)
    study = optuna.load_study(study_name=sweep.name, storage=storage.optuna)
    study.set_user_attr("origin", {**ORIGIN.to_dict(), **wrong})
    with pytest.raises(NoSweepError, match="no sweep of this name"):
        Sweep.open_(storage, sweep.name)


@given(
    st.dictionaries(
        st.sampled_from(["source", "digits", "held_out", "seed"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.floats()),
    )
)
def test_whatever_an_origin_is_read_from_it_is_refused_in_a_sentence(plain):
    with pytest.raises(ConfigError, match="no origin"):
        Origin.from_dict(plain)


def test_whoever_looks_at_a_sweep_can_take_back_what_a_dead_worker_was_at(sqlite, data):
    sweep = sweep_of(over_lam(2), data, sqlite)
    Desk(sweep, "dead").take()
    sweep.take_back_silent()
    assert [trial.state for trial in sweep.trials()] == [TrialState.RUNNING], "it is just begun"
    silenced(sweep)
    assert [trial.state for trial in sweep.trials()] == [TrialState.RUNNING]
    sweep.take_back_silent()
    assert [trial.state for trial in sweep.trials()] == [TrialState.WAITING]
    worker = SweepWorker(sweep, data)
    worker.start()
    assert worker.wait(PATIENCE)
    assert [trial.state for trial in sweep.trials()] == [TrialState.FINISHED] * 2


def test_memory_is_there_while_a_server_does_not_answer():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://lab@127.0.0.1:{silent.getsockname()[1]}/sweeps"

        def ask():
            with pytest.raises(OSError, match="cannot be reached"):
                open_storage(url)

        asking = Thread(target=ask)
        asking.start()
        connection, _ = silent.accept()
        assert open_storage("memory").kind == "memory"
        assert asking.is_alive(), "it has waited for nobody"
        connection.close()
    eventually(lambda: not asking.is_alive())
