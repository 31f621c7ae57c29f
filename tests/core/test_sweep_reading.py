"""What is read of a sweep, whoever else has written into its database, or has fallen silent."""

from __future__ import annotations

import socket
from threading import Thread

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution
from optuna.trial import create_trial

from logreg_core.errors import ConfigError
from logreg_core.sweep import (
    Interval,
    NoSweepError,
    Origin,
    Plan,
    Space,
    Sweep,
    SweepWorker,
    TrialState,
    forget_old,
    is_over,
    open_storage,
    private_memory,
)
from logreg_core.sweep.desk import Desk
from logreg_core.sweep.record import TrialResult
from tests.sweeping import (
    ORIGIN,
    PATIENCE,
    QUICK,
    eventually,
    over_lam,
    silenced,
    sweep_of,
    work,
)

RESULT = TrialResult(0.3, 0.1, 0.99, 0.25, 0.95, 40, 41.0, 0.02, "converged").to_dict()


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


def of_another_version(sweep, result, **settings):
    """The record of a trial that another version of Theta Lab has finished in a sweep."""
    study = optuna.load_study(study_name=sweep.name, storage=sweep.storage.optuna)
    study.add_trial(
        create_trial(
            values=[0.1],
            params=settings,
            distributions={name: CategoricalDistribution([settings[name]]) for name in settings},
            user_attrs={"worker": "another version", "result": result},
        )
    )
    (trial,) = sweep.trials()
    return trial


def test_a_result_of_the_same_kind_is_read_whoever_has_written_it(data):
    trial = of_another_version(sweep_of(over_lam(2), data), RESULT, lam=1.0)
    assert trial.state is TrialState.FINISHED
    assert trial.result.cost == RESULT["cost"]


@pytest.mark.parametrize(
    "result",
    [
        None,
        "0.1",
        [0.1],
        {},
        {**RESULT, "colour": "red"},
        {**RESULT, "curve": [[1.0, 0.2, 0.3]]},
        {**RESULT, "curve": [1.0]},
        {**RESULT, "curve": None},
    ],
)
def test_a_result_of_another_kind_is_that_of_a_trial_that_failed(data, result):
    trial = of_another_version(sweep_of(over_lam(2), data), result, lam=1.0)
    assert trial.state is TrialState.FAILED
    assert "another version" in trial.note


@pytest.mark.parametrize("setting", ["lam", "max_iterations"])
def test_a_word_where_a_range_has_numbers_is_that_of_a_trial_that_failed(data, setting):
    space = Space((Interval("lam", 0.01, 100), Interval("max_iterations", 1, 5)))
    sweep = sweep_of(Plan(space, QUICK, sampler="random", trials=2), data)
    trial = of_another_version(sweep, RESULT, **{setting: "many"})
    assert trial.state is TrialState.FAILED
    assert "another version" in trial.note


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


@pytest.mark.parametrize("fingerprints", [5, None, "abc", [["training"]]])
def test_a_sweep_whose_fingerprints_are_none_is_no_sweep(data, fingerprints):
    storage = private_memory()
    sweep = sweep_of(over_lam(2), data, storage)
    study = optuna.load_study(study_name=sweep.name, storage=storage.optuna)
    study.set_user_attr("fingerprints", fingerprints)
    with pytest.raises(NoSweepError, match="no sweep of this name"):
        Sweep.open_(storage, sweep.name)


@pytest.mark.parametrize(
    "own",
    [
        {"plan": {"steps": 3}, "touched": 0.0},
        {"plan": "secret", "touched": 0.0},
        {"plan": {"trials": "many"}, "touched": 0.0},
        {"plan": {"trials": 10**6}, "touched": "yesterday"},
        {"plan": None, "touched": None},
    ],
)
def test_a_study_that_only_has_names_like_ours_is_none_of_ours(data, own):
    storage = private_memory()
    theirs = optuna.create_study(storage=storage.optuna, study_name="theirs")
    for name, value in own.items():
        theirs.set_user_attr(name, value)
    sweep = sweep_of(over_lam(2), data, storage)
    assert forget_old(storage) == 0
    names = {study.study_name for study in storage.optuna.get_all_studies()}
    assert names == {"theirs", sweep.name}


def test_a_sweep_opens_whatever_is_noted_of_when_it_was_touched(data):
    storage = private_memory()
    sweep = sweep_of(over_lam(2), data, storage)
    study = optuna.load_study(study_name=sweep.name, storage=storage.optuna)
    study.set_user_attr("touched", "yesterday")
    Sweep.open_(storage, sweep.name)
    assert forget_old(storage) == 0
    assert isinstance(study.user_attrs["touched"], float), "it is noted anew"


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
