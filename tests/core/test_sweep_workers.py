"""Sweeps on PostgreSQL, by processes of which some die: no trial is lost, none counts twice."""

from __future__ import annotations

import collections
import signal
from contextlib import ExitStack

import optuna
import psycopg
import pytest
from optuna.trial import TrialState as OptunaState

from logreg_core import TrainConfig
from logreg_core.sweep import (
    StorageError,
    Sweep,
    SweepWorker,
    TrialState,
    forget_old,
    is_over,
    open_storage,
    private_memory,
)
from logreg_core.sweep.desk import Desk
from logreg_core.sweep.storage import _LIMITS
from logreg_core.sweep.tries import SILENT, tries_of
from tests.sweeping import (
    PATIENCE,
    SLOW,
    STEADY,
    Command,
    Gate,
    eventually,
    grid_of,
    over_lam,
    sweep_of,
    work,
)

#: A worker that says nothing for so long is taken for dead, seconds. A living one is taken for
#: dead where the machine is too busy to let it speak: that costs a try and nothing else.
SILENCE = 3


@pytest.fixture
def storage(postgresql_url):
    """As the workers have it that miss a dead one soon."""
    opened = open_storage(postgresql_url, heartbeat_seconds=1, silence_seconds=SILENCE)
    yield opened
    opened.close()


@pytest.fixture
def join(postgresql_url, data_file):
    """Starts workers, and ends those that are left."""
    with ExitStack() as stack:

        def start(sweep, name, *, silence=SILENCE, data=data_file):
            known = ("--study", sweep.name, "--storage", postgresql_url, "--data", data)
            patience = ("--heartbeat", "1", "--silence", str(silence))
            return stack.enter_context(Command(*known, *patience, "--name", name))

        yield start


def tries(sweep):
    """Each trial of the plan with what Optuna has of its tries."""
    return tries_of(sweep.study().get_trials(deepcopy=False), sweep.plan.trials)


def assert_all_finished_once(sweep):
    trials = sweep.trials()
    assert [trial.state for trial in trials] == [TrialState.FINISHED] * sweep.plan.trials
    # Each combination of the grid once, and of each trial one try alone has come to its end.
    grid = [each["lam"] for each in grid_of(sweep.plan)]
    assert sorted(trial.settings["lam"] for trial in trials) == grid
    for each in tries(sweep):
        assert [try_.state for try_ in each].count(OptunaState.COMPLETE) == 1


def has_locks(storage):
    """Whether somebody else is in a transaction."""
    with storage.optuna.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL "
            "AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        return found.scalar() > 0


def asleep_in_a_trial(sweep, worker, name):
    """Send a worker to sleep in the middle of a trial; the trial's number."""
    running = []

    def holds():
        eventually(lambda: any(trial.worker == name for trial in sweep.trials()))
        worker.hold()
        running[:] = [
            trial.number
            for trial in sweep.trials()
            if trial.worker == name and trial.state is TrialState.RUNNING and trial.settings
        ]
        if not running or has_locks(sweep.storage):  # it was about to begin or to end one
            running.clear()
            worker.go_on()
        return running

    eventually(holds)
    return running[0]


def begin(sweep, state=OptunaState.RUNNING, **system_attrs):
    """Begin a trial as a worker does that dies at once: no heartbeat, no settings."""
    study = sweep.study()
    study.add_trial(optuna.create_trial(state=state, system_attrs=system_attrs))
    return study.get_trials(deepcopy=False)[-1].number


@pytest.mark.parametrize("workers", [2, 4])
def test_processes_run_every_trial_exactly_once(storage, join, data, workers, tmp_path):
    sweep = sweep_of(over_lam(10 * workers, STEADY), data, storage)
    gate = Gate(tmp_path, data)
    names = [f"worker {number}" for number in range(workers)]
    joined = [join(sweep, name, silence=PATIENCE, data=gate.new_file()) for name in names]
    gate.open()
    for worker in joined:
        assert worker.ended() == 0
        assert worker.errors == ""
        assert worker.trials()
    ran = [number for worker in joined for number in worker.trials()]
    assert collections.Counter(ran) == dict.fromkeys((trial.number for trial in sweep.trials()), 1)
    assert_all_finished_once(sweep)
    alone = sweep_of(sweep.plan, data)
    work(alone, data)
    assert [trial.value for trial in sweep.trials()] == [trial.value for trial in alone.trials()]


def test_what_a_killed_worker_was_at_is_tried_again(storage, join, data):
    sweep = sweep_of(over_lam(8, SLOW), data, storage)
    victim = join(sweep, "victim")
    lost = asleep_in_a_trial(sweep, victim, "victim")  # so that the others do not run them all
    others = [join(sweep, name) for name in ("one", "two")]
    victim.process.send_signal(signal.SIGKILL)
    assert victim.ended() == -signal.SIGKILL
    for worker in others:
        assert worker.ended() == 0
        assert worker.errors == ""
    assert_all_finished_once(sweep)
    # The victim may have been at a trial that was tried again already.
    (of_lost,) = (each for each in tries(sweep) if lost in {try_.number for try_ in each})
    (at_hand,) = (try_ for try_ in of_lost if try_.number == lost)
    assert at_hand.state is OptunaState.FAIL
    assert of_lost[-1].params == at_hand.params
    assert of_lost[-1].user_attrs["worker"] in {"one", "two"}


def test_a_worker_that_died_before_its_first_heartbeat_is_missed_too(storage, data):
    sweep = sweep_of(over_lam(3), data, storage)
    lost = begin(sweep)
    work(sweep, data)
    assert_all_finished_once(sweep)
    assert [each[0].number for each in tries(sweep) if len(each) > 1] == [lost]


def test_the_last_trial_of_a_dead_worker_is_waited_for(storage, join, data):
    sweep = sweep_of(over_lam(2), data, storage)
    begin(sweep)
    begin(sweep)
    worker = join(sweep, "the only one")
    assert worker.ended() == 0
    assert_all_finished_once(sweep)


def test_a_worker_does_not_leave_once_what_it_waited_for_has_come_back(storage, data):
    sweep = sweep_of(over_lam(2, sampler="random", trials=1), data, storage)
    number = begin(sweep)
    desk = Desk(sweep, "me")
    assert desk.take() is None
    sweep.study().tell(number, state=OptunaState.FAIL)  # between its two looks
    assert desk.more_may_come()
    assert desk.take().number == number + 1


def test_a_worker_that_was_asleep_neither_stumbles_nor_overwrites(storage, join, data):
    sweep = sweep_of(over_lam(4, SLOW), data, storage)
    sleeper = join(sweep, "sleeper")
    number = asleep_in_a_trial(sweep, sleeper, "sleeper")
    work(sweep, data)
    before = sweep.trials()
    assert number not in {trial.number for trial in before}
    sleeper.go_on()
    assert sleeper.ended() == 0
    assert sleeper.errors == ""
    assert number not in sleeper.trials()
    assert sweep.trials() == before
    assert_all_finished_once(sweep)


def test_a_worker_that_slept_learns_by_its_report_that_its_trial_is_gone(storage, data):
    plan = over_lam(2, TrainConfig(max_iterations=50), pruner="median")
    sweep = sweep_of(plan, data, storage)
    gone = []

    class Sleeper(SweepWorker):
        """Its first trial is taken for lost while it trains."""

        def _give_way(self, step):
            if step.iteration == 1 and not gone:
                gone.append(self.now.number)
                study = self.sweep.study()
                study.tell(self.now.number, state=OptunaState.FAIL)
            super()._give_way(step)

    worker = Sleeper(sweep, data)
    worker.start()
    assert worker.wait(PATIENCE)
    assert worker.failure is None
    assert_all_finished_once(sweep)
    assert gone == [0]


def test_two_who_try_the_same_trial_again_and_die_cost_no_trial(storage, data):
    sweep = sweep_of(over_lam(2), data, storage)
    lost = begin(sweep, OptunaState.FAIL)
    begin(sweep, failed_trial=lost)
    begin(sweep, failed_trial=lost)
    work(sweep, data)
    assert_all_finished_once(sweep)


def test_of_two_who_try_the_same_trial_again_the_second_leaves_it(storage, data, monkeypatch):
    sweep = sweep_of(over_lam(2), data, storage)
    lost = begin(sweep, OptunaState.FAIL)
    looked = Desk._lost

    def too_late(desk):
        """Another begins it again between our look and our beginning."""
        found = looked(desk)
        if found is not None and len(tries(sweep)[0]) == 1:
            begin(sweep, failed_trial=lost)
        return found

    monkeypatch.setattr(Desk, "_lost", too_late)
    desk = Desk(sweep, "second")
    assert desk.take().number == 3
    surplus = sweep.study().get_trials(deepcopy=False)[2]
    assert surplus.user_attrs["surplus"]
    assert surplus.state is OptunaState.FAIL
    assert [trial.number for trial in sweep.trials()] == [1, 3]


def test_a_trial_that_kills_its_workers_is_given_up_with_its_reason(storage, data):
    sweep = sweep_of(over_lam(2), data, storage)
    first = begin(sweep, OptunaState.FAIL)
    for _ in range(3):
        (waiting,) = sweep.trials()
        assert waiting.state is TrialState.WAITING
        begin(sweep, OptunaState.FAIL, failed_trial=first)
    work(sweep, data)
    given_up, finished = sweep.trials()
    assert given_up.state is TrialState.FAILED
    assert given_up.note == SILENT
    assert finished.state is TrialState.FINISHED
    assert is_over(sweep, sweep.trials())


def test_a_study_that_one_made_another_joins_and_sees_its_trials(storage, data):
    made = sweep_of(over_lam(2), data, storage)
    joined = Sweep.open_(storage, made.name)
    work(made, data)
    assert joined.trials() == made.trials()


def test_on_postgresql_nothing_is_forgotten(storage, data):
    elsewhere = private_memory()
    for each in (storage, elsewhere):
        sweep_of(over_lam(2), data, each)
    assert [forget_old(each, days=-1) for each in (storage, elsewhere)] == [0, 1]
    assert len(optuna.get_all_study_names(storage.optuna)) == 1


def test_the_server_ends_what_keeps_others_waiting(storage):
    """Whoever is away loses its locks before those who wait for them give up."""
    limits = ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")
    with storage.optuna.engine.connect() as connection:
        told = [connection.exec_driver_sql(f"SHOW {limit}").scalar_one() for limit in limits]
    assert told == ["15s", "30s", "1min"]


def test_who_needs_what_another_holds_for_long_is_told_so(storage, postgresql_url, data):
    sweep = sweep_of(over_lam(2), data, storage)
    storage.close()
    with (
        pytest.MonkeyPatch.context() as patch,
        psycopg.connect(postgresql_url.replace("+psycopg", "")) as other,
    ):
        patch.setitem(_LIMITS, "lock_timeout", 0.1)
        other.execute("SELECT * FROM studies FOR UPDATE")
        with pytest.raises(StorageError, match="does not answer"):
            sweep.stop()
        assert not sweep.stopped
        assert sweep.trials() == ()
    sweep.stop()
    assert sweep.stopped


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_worker_of_another_time_zone_is_taken_for_dead_no_sooner(
    postgresql_url, data, monkeypatch, zone
):
    here = open_storage(postgresql_url, heartbeat_seconds=1, silence_seconds=PATIENCE)
    monkeypatch.setenv("PGTZ", zone)
    far = open_storage(postgresql_url, heartbeat_seconds=1, silence_seconds=PATIENCE)
    sweep = sweep_of(over_lam(2), data, here)
    with Desk(sweep, "here") as desk:
        desk.take()
        there = Sweep.open_(far, sweep.name)
        there.take_back_silent()
        assert there.trials()[0].state is TrialState.RUNNING
    for storage in (here, far):
        storage.close()


def test_the_database_of_one_test_is_none_of_another(postgresql_server, data):
    mine, theirs = (open_storage(postgresql_server.new_database()) for _ in range(2))
    try:
        sweep_of(over_lam(2), data, mine)
        assert optuna.get_all_study_names(theirs.optuna) == []
    finally:
        for opened in (mine, theirs):
            opened.close()


def test_the_server_of_the_tests_listens_to_no_network(postgresql_url):
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
