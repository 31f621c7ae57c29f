"""A worker by its command line, on SQLite."""

from __future__ import annotations

import math
import re
import signal
import sqlite3
import sys
from contextlib import ExitStack
from dataclasses import replace
from subprocess import PIPE, Popen

import pytest

from logreg_core import TrainConfig
from logreg_core.sweep import (
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Origin,
    Sweep,
    TrialState,
    is_over,
    open_storage,
)
from logreg_core.sweep.__main__ import _line, main
from tests import made_up_trials
from tests.made_up_trials import RESULT
from tests.sweeping import (
    PATIENCE,
    SLOW,
    Command,
    Gate,
    eventually,
    over_lam,
    some_data,
    sweep_of,
    work,
)

#: Trials of two writers at once; the benchmark has a thousand, which takes half a minute.
MANY = 200


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'sweeps.sqlite3'}"


@pytest.fixture
def storage(url):
    opened = open_storage(url)
    yield opened
    opened.close()


@pytest.fixture
def refusal(monkeypatch):
    """What the command says where it refuses to work, without a process of its own."""
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def sentence(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(["worker", *arguments])
        assert "\n" not in caught.value.code
        return caught.value.code

    return sentence


def test_a_worker_tells_of_each_trial_that_it_ran(storage, url, data, data_file):
    sweep = sweep_of(over_lam(3), data, storage)
    arguments = ("--study", sweep.name, "--data", data_file, "--name", "ada")
    with Command(*arguments, "--storage", url) as worker:
        assert worker.ended() == 0
    assert worker.errors == ""
    first, *lines, last = worker.output.splitlines()
    assert first == "ada joins a sweep of 3 trials."
    assert last == "ada leaves after 3 trials."
    for line, trial in zip(lines, sweep.trials(), strict=True):
        assert trial.state is TrialState.FINISHED
        assert trial.worker == "ada"
        pattern = r"trial (\d+): lam (\S+): held-out cost (\S+), \d+\.\d\d s"
        number, lam, cost = re.fullmatch(pattern, line).groups()
        assert int(number) == trial.number
        assert float(lam) == pytest.approx(trial.settings["lam"], rel=1e-3)
        assert float(cost) == pytest.approx(trial.value, rel=1e-3)


def test_the_line_of_a_trial_that_swung_says_so_and_no_number_that_nobody_knows():
    swung = made_up_trials.trial(
        3, {"lam": 1.0}, 0.5, math.nan, result=replace(RESULT, unsteady=True)
    )
    line = _line(swung, (HELD_OUT_COST, SECONDS_TO_GAP))
    assert line == "trial 3: lam 1: held-out cost 0.5, J swung, 0.10 s"


def test_the_database_may_be_named_by_the_environment(storage, url, monkeypatch):
    origin = Origin("bundled", digits=(0, 1), held_out=25, seed=0)
    sweep = Sweep.create(storage, over_lam(2), origin.fetch(), origin)
    monkeypatch.setenv("THETA_LAB_SWEEPS", url)
    with Command("--study", sweep.name) as worker:
        assert worker.ended() == 0
    assert worker.trials() == [0, 1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_asked_to_end_gives_its_trial_back(storage, url, data, data_file, number):
    sweep = sweep_of(over_lam(50, SLOW), data, storage)
    with Command("--study", sweep.name, "--data", data_file, "--storage", url) as worker:
        eventually(sweep.trials)
        worker.process.send_signal(number)
        assert worker.ended() == 0
    assert worker.errors == ""
    states = {trial.state for trial in sweep.trials()}
    assert TrialState.WAITING in states
    assert TrialState.RUNNING not in states
    assert TrialState.FAILED not in states


def test_a_worker_ends_when_somebody_stops_the_sweep(storage, url, data, data_file):
    sweep = sweep_of(over_lam(50, SLOW), data, storage)
    arguments = ("--study", sweep.name, "--data", data_file, "--storage", url)
    with Command(*arguments) as worker:
        eventually(sweep.trials)
        sweep.stop()
        assert worker.ended() == 0
    assert not is_over(sweep, sweep.trials())
    with Command(*arguments) as worker:
        assert worker.ended() == 1
    assert worker.output == ""
    assert worker.errors == "The sweep is stopped: resume it on its page, then start the worker.\n"


def test_a_trial_that_cannot_be_is_told_with_its_reason(storage, url, data, data_file):
    sweep = sweep_of(over_lam(2, TrainConfig(optimizer="sgd", batch_size=99)), data, storage)
    with Command("--study", sweep.name, "--data", data_file, "--storage", url) as worker:
        assert worker.ended() == 0
    assert worker.output.count("larger than the data") == 2


def test_mistakes_end_in_one_sentence(refusal, storage, url, tmp_path):
    sweep = sweep_of(over_lam(2), some_data(), storage)
    here = ("--storage", url, "--study")
    sentence = refusal(*here, "nobody's")
    assert "no sweep of this name" in sentence
    assert "looked in sqlite: THETA_LAB_SWEEPS names the database" in sentence
    mistyped = tmp_path / "mistyped.sqlite3"
    assert str(mistyped) in refusal("--storage", f"sqlite:///{mistyped}", "--study", sweep.name)
    assert not mistyped.exists()
    assert "--data" in refusal(*here, sweep.name)
    assert "cannot be read" in refusal(*here, sweep.name, "--data", str(tmp_path / "none.npz"))
    (tmp_path / "garbage.npz").write_bytes(b"garbage")
    assert "no file" in refusal(*here, sweep.name, "--data", str(tmp_path / "garbage.npz"))
    some_data(12).save(tmp_path / "others.npz")
    assert "other images" in refusal(*here, sweep.name, "--data", str(tmp_path / "others.npz"))
    sentence = refusal("--storage", "postgresql://theta:sesame@127.0.0.1:1/no", "--study", "x")
    assert "cannot be reached" in sentence
    assert "sesame" not in sentence


def test_two_processes_write_to_sqlite_and_neither_finds_it_locked(storage, url, data, tmp_path):
    plan = over_lam(100, TrainConfig(max_iterations=1), sampler="random", trials=MANY)
    sweep = sweep_of(plan, data, storage)
    gate = Gate(tmp_path, data)
    arguments = ("--study", sweep.name, "--storage", url, "--data")
    with Command(*arguments, gate.new_file()) as one, Command(*arguments, gate.new_file()) as other:
        gate.open()
        assert (one.ended(), other.ended()) == (0, 0)
    assert one.errors == other.errors == ""
    assert one.trials()
    assert other.trials()
    assert sorted(one.trials() + other.trials()) == list(range(MANY)), "none was run by both"
    trials = sweep.trials()
    assert [trial.state for trial in trials] == [TrialState.FINISHED] * MANY
    alone = sweep_of(plan, data)
    work(alone, data)
    assert [trial.value for trial in trials] == [trial.value for trial in alone.trials()]
    with sqlite3.connect(tmp_path / "sweeps.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_processes_that_open_a_new_database_at_once_do_not_stumble(url):
    program = f"from logreg_core.sweep import open_storage; print(open_storage({url!r}).kind)"
    with ExitStack() as stack:
        opening = [
            stack.enter_context(
                Popen([sys.executable, "-c", program], stdout=PIPE, stderr=PIPE, text=True)
            )
            for _ in range(2)
        ]
        for process in opening:
            assert process.communicate(timeout=PATIENCE) == ("sqlite\n", "")
