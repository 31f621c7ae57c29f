"""A sweep and its workers: what is measured, ended early, stopped and gone on with."""

import itertools
import math
import threading
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.trial import TrialState as OptunaState

from logreg_core import DataError, Dataset, Line, StopReason, TrainConfig, find_optimum, fit
from logreg_core.config import MULTICLASS
from logreg_core.diagnosis import Noisy, Oscillating, diagnose
from logreg_core.errors import ConfigError, StorageError
from logreg_core.sweep import (
    DRAWN_ACCURACY,
    HELD_OUT_ACCURACY,
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Choices,
    Interval,
    Origin,
    Plan,
    Space,
    Sweep,
    SweepData,
    SweepWorker,
    TrialResult,
    TrialState,
    is_over,
    private_memory,
)
from logreg_core.sweep.desk import Desk
from logreg_core.sweep.ending import Ending
from logreg_core.sweep.samplers import sampler_of
from logreg_core.sweep.scores import TrialScores
from tests.sweeping import (
    ORIGIN,
    PATIENCE,
    QUICK,
    SLOW,
    eventually,
    grid_of,
    over_lam,
    sweep_of,
    work,
)

DESCENT = TrainConfig(optimizer="gradient-descent", max_iterations=64, tolerance=0)

#: Of a trial that nobody has trained.
RESULT = TrialResult(1.0, 0.0, 1.0, 1.0, 1.0, 1, 1.0, 1.0, "converged")

#: The last two fall behind at once, and never come back.
RATES = (0.5, 0.4, 0.3, 0.6, 0.2, 0.002, 0.001)


@pytest.fixture(scope="module")
def drawn(data):
    """With eight of the held-out digits for drawings, two of them under a wrong name."""
    images, labels = data.held_out.images[:8], data.held_out.labels[:8].copy()
    labels[:2] = 1 - labels[:2]
    return SweepData(data.training, data.held_out, Dataset(images, labels, "drawings"))


def worked(plan, data):
    sweep = sweep_of(plan, data)
    work(sweep, data)
    assert is_over(sweep, sweep.trials())
    return sweep.trials()


def test_the_numbers_of_a_trial_are_those_of_a_training_with_its_config(data):
    for trial in worked(over_lam(3), data):
        fitted = fit(data.training, trial.config, held_out=data.held_out)
        last = fitted.history.step(-1)
        assert trial.config == TrainConfig(max_iterations=2, lam=trial.settings["lam"])
        assert trial.result.cost == last.cost
        assert trial.result.penalty == last.penalty
        assert trial.result.accuracy == last.accuracy
        assert trial.result.iterations == 2
        assert trial.result.reason == fitted.reason.value


@pytest.mark.parametrize(
    ("goal", "column"),
    [(HELD_OUT_COST, "held_out_cost"), (HELD_OUT_ACCURACY, "held_out_accuracy")],
)
def test_a_trial_is_measured_on_the_held_out_digits(data, goal, column):
    for trial in worked(over_lam(3, goals=(goal,)), data):
        fitted = fit(data.training, trial.config, held_out=data.held_out)
        assert trial.value == getattr(fitted.history, column)[-1]


def test_a_trial_is_measured_on_drawings(drawn):
    for trial in worked(over_lam(3, goals=(DRAWN_ACCURACY,)), drawn):
        model = fit(drawn.training, trial.config).model
        read_rightly = model.predict(drawn.drawings.images) == drawn.drawings.labels
        assert trial.value == np.mean(read_rightly)
        assert trial.value < 1


def test_drawings_are_asked_for_where_there_are_none(data):
    with pytest.raises(ConfigError, match="drawings"):
        sweep_of(over_lam(3, goals=(DRAWN_ACCURACY,)), data)


@pytest.mark.usefixtures("ticking_clock")
def test_a_trial_is_measured_by_its_seconds_to_the_gap(data):
    ways = Choices("lam", (1, 3, 10)), Choices("learning_rate", (0.05,))
    base = TrainConfig("momentum", max_iterations=600)
    left_again = 0
    for trial in worked(Plan(Space(ways), base, (SECONDS_TO_GAP,), "grid", gap=0.05), data):
        history = fit(data.training, trial.config, held_out=data.held_out).history
        optimum = fit(data.training, TrainConfig(lam=trial.config.lam, tolerance=1e-9))
        near = history.cost <= 1.05 * optimum.history.cost[-1]
        assert trial.value == history.seconds[np.flatnonzero(~near)[-1] + 1], "for good"
        assert trial.result.optimum == pytest.approx(optimum.history.cost[-1], rel=1e-9)
        left_again += np.argmax(near) < np.flatnonzero(~near)[-1]
    assert left_again, "one at least only passed through at first"


def test_each_preparation_and_way_of_telling_digits_apart_has_its_own_least_j(three_digits):
    data = SweepData(*three_digits.split(0.25, seed=0))
    ways = Choices("preparation", ("none", "full")), Choices("multiclass", MULTICLASS)
    plan = Plan(Space(ways), TrainConfig(lam=10), (SECONDS_TO_GAP,), sampler="grid")
    found = []
    for trial in worked(plan, data):
        least = fit(data.training, replace(trial.config, tolerance=1e-9)).history.cost[-1]
        found.append(trial.result.optimum)
        assert found[-1] == pytest.approx(least, rel=1e-9)
    assert np.diff(np.sort(found)).min() > 0.01, "they are four"


def test_a_gap_that_a_trial_did_not_reach_took_for_ever(data):
    for trial in worked(over_lam(2, goals=(SECONDS_TO_GAP,), gap=1e-9), data):
        assert trial.state is TrialState.FINISHED
        assert math.isinf(trial.value)


def test_who_runs_away_has_failed_and_is_never_the_best(data):
    base = TrainConfig(optimizer="momentum", lam=1e4)
    plan = Plan(Space((Choices("learning_rate", (3, 1e-7)),)), base, sampler="grid")
    too_far, slow = worked(plan, data)
    ran_away = fit(data.training, too_far.config, held_out=data.held_out)
    assert ran_away.reason is StopReason.DIVERGED
    assert ran_away.history.held_out_cost.min() < slow.value  # what it had come to before
    assert too_far.state is TrialState.FAILED
    assert too_far.values is None
    assert "smaller α" in too_far.note
    assert TrialScores.of((too_far, slow), plan.goals, HELD_OUT_COST).best is slow


def test_tpe_learns_from_trials_that_ran_away(data):
    base = TrainConfig(optimizer="gradient-descent", lam=100, max_iterations=20)
    plan = Plan(Space((Interval("learning_rate", 1e-3, 1e3),)), base, trials=30)
    failed = [trial.state is TrialState.FAILED for trial in worked(plan, data)]
    at_random, learnt = failed[:10], failed[10:]  # as Optuna begins
    assert np.mean(learnt) < np.mean(at_random) / 3


@pytest.mark.usefixtures("ticking_clock")
def test_tpe_with_two_goals_learns_from_them_too(data):
    base = TrainConfig(optimizer="gradient-descent", lam=100, max_iterations=20)
    space = Space((Interval("learning_rate", 1e-3, 1e3),))
    plan = Plan(space, base, (HELD_OUT_ACCURACY, SECONDS_TO_GAP), trials=40, gap=0.5)
    failed = [trial.state is TrialState.FAILED for trial in worked(plan, data)]
    at_random, learnt = failed[:10], failed[10:]  # as Optuna begins
    assert np.mean(learnt) < np.mean(at_random) / 3


def test_what_its_own_settings_have_failed_is_worst_in_every_goal():
    goals = (HELD_OUT_ACCURACY, DRAWN_ACCURACY, HELD_OUT_COST, SECONDS_TO_GAP)
    failed = Ending.by_settings(goals, "J ran away.")
    assert failed.state is TrialState.FAILED
    assert failed.values == (-math.inf, -math.inf, math.inf, math.inf)


def test_there_is_no_gap_at_lam_0(data):
    plan = Plan(Space((Choices("lam", (0, 1)),)), sampler="grid", goals=(SECONDS_TO_GAP,))
    at_0, at_1 = worked(plan, data)
    assert find_optimum(data.training, at_0.config).is_nowhere
    assert at_0.state is TrialState.FAILED
    assert "λ = 0" in at_0.note
    assert at_1.state is TrialState.FINISHED


@pytest.mark.usefixtures("ticking_clock")
def test_an_optimum_that_is_not_found_in_time_is_not_said_to_be_nowhere(data, monkeypatch):
    monkeypatch.setattr("logreg_core.optimum.LONGEST_SECONDS", 0.001)
    (trial,) = worked(Plan(Space((Choices("lam", (1,)),)), goals=(SECONDS_TO_GAP,), trials=1), data)
    assert trial.state is TrialState.FAILED
    assert "not found within" in trial.note


def test_who_looks_for_an_optimum_lets_others_come_first(data, monkeypatch):
    searching, asked = [], []

    def search(*args, **settings):
        searching.append(True)
        found = find_optimum(*args, **settings)
        searching.clear()
        return found

    class Asked(Line):
        def pass_on(self, *args, **settings):
            asked.extend(searching)
            return super().pass_on(*args, **settings)

    monkeypatch.setattr("logreg_core.sweep.worker.find_optimum", search)
    plan = Plan(Space((Choices("lam", (1,)),)), QUICK, goals=(SECONDS_TO_GAP,), trials=1)
    worker = SweepWorker(sweep_of(plan, data), data, line=Asked(places=1))
    worker.start()
    assert worker.wait(PATIENCE)
    assert asked


def test_a_setting_that_nothing_uses_is_refused(data):
    plan = Plan(Space((Choices("momentum", (0.1, 0.2)),)), TrainConfig(optimizer="l-bfgs-b"))
    with pytest.raises(ConfigError, match="uses momentum"):
        sweep_of(plan, data)


def test_two_goals_have_two_values(data):
    for trial in worked(over_lam(3, goals=(HELD_OUT_ACCURACY, HELD_OUT_COST)), data):
        assert trial.values == (trial.result.held_out_accuracy, trial.result.held_out_cost)
        assert trial.curve[-1][1] == pytest.approx(trial.result.held_out_cost)


@pytest.mark.parametrize("goal", [HELD_OUT_COST, HELD_OUT_ACCURACY])
@pytest.mark.parametrize("pruner", ["median", "halving"])
def test_bad_trials_are_ended_early_and_the_best_never(data, pruner, goal):
    space = Space((Choices("learning_rate", RATES),))
    trials = worked(Plan(space, DESCENT, (goal,), sampler="grid", pruner=pruner), data)
    to_the_end = [fit(data.training, trial.config, held_out=data.held_out) for trial in trials]
    costs = [fitted.history.held_out_cost[-1] for fitted in to_the_end]
    assert trials[int(np.argmin(costs))].state is TrialState.FINISHED
    for trial, fitted in zip(trials, to_the_end, strict=True):
        # What was reported is the trial's own curve, whatever the goal is.
        for passes, cost in trial.curve:
            at = int(np.searchsorted(fitted.history.passes, passes))
            assert cost == pytest.approx(fitted.history.held_out_cost[at], rel=1e-12)
    for trial in trials[-2:]:
        assert trial.state is TrialState.PRUNED
        assert trial.result.reason == "pruned"
        assert trial.result.iterations < 64
        assert trial.values is None


@pytest.mark.parametrize("pruner", ["median", "halving"])
def test_a_large_alpha_that_begins_worst_and_ends_best_comes_to_its_end(data, pruner):
    space = Space((Choices("learning_rate", (*RATES[:5], 8)),))
    *others, large = worked(Plan(space, DESCENT, sampler="grid", pruner=pruner), data)
    early = [trial.curve[1][1] for trial in (*others, large)]
    assert max(early) == early[-1]
    assert large.state is TrialState.FINISHED
    assert large.value < min(other.value for other in others if other.value is not None)


def test_the_median_of_fewer_than_five_trials_ends_none(data):
    space = Space((Choices("learning_rate", (0.5, 0.004, 0.003, 0.002, 0.001, 0.0005)),))
    *first, sixth = worked(Plan(space, DESCENT, sampler="grid", pruner="median"), data)
    assert {trial.state for trial in first} == {TrialState.FINISHED}
    assert sixth.state is TrialState.PRUNED


def test_without_a_pruner_every_trial_comes_to_its_end(data):
    space = Space((Choices("learning_rate", RATES),))
    trials = worked(Plan(space, DESCENT, sampler="grid"), data)
    assert {trial.state for trial in trials} == {TrialState.FINISHED}


@pytest.mark.parametrize(
    ("pruner", "tick", "reported"),
    [("none", 0.001, []), ("none", 1, [2, 4, 8, 16]), ("median", 0.001, [2, 4, 8, 16])],
)
def test_a_quick_trial_reports_its_curve_only_where_it_may_be_ended_early(
    data, monkeypatch, pruner, tick, reported
):
    """A slow one does in any case: somebody may look at it."""
    ticks = itertools.count()
    clock = SimpleNamespace(perf_counter=lambda: tick * next(ticks))
    monkeypatch.setattr("logreg_core.history.time", clock)
    sweep = sweep_of(over_lam(2, replace(DESCENT, max_iterations=20), pruner=pruner), data)
    work(sweep, data)
    for trial in sweep.study().trials:
        assert sorted(trial.intermediate_values) == reported


def test_settings_that_do_not_go_together_cost_a_trial_and_not_the_sweep(data):
    space = Space((Choices("batch_size", (4, 500)),))
    base = TrainConfig(optimizer="sgd", max_iterations=2)
    small, large = worked(Plan(space, base, sampler="grid"), data)
    assert small.state is TrialState.FINISHED
    assert large.state is TrialState.FAILED
    assert "larger than the data" in large.note


def test_an_optimiser_that_cannot_do_softmax_costs_a_trial_and_not_the_sweep(three_digits):
    several = SweepData(*three_digits.split(0.25, seed=0))
    space = Space((Choices("optimizer", ("bfgs", "l-bfgs-b")),))
    base = TrainConfig(multiclass="softmax", max_iterations=2)
    refused, done = worked(Plan(space, base, sampler="grid"), several)
    assert refused.state is TrialState.FAILED
    assert "softmax" in refused.note
    assert done.state is TrialState.FINISHED


def test_a_fault_of_ours_costs_a_trial_and_ends_its_worker(data, monkeypatch):
    def faulty(*_, **__):
        raise ZeroDivisionError

    sweep = sweep_of(over_lam(2), data)
    monkeypatch.setattr("logreg_core.sweep.worker.fit", faulty)
    seen = []
    monkeypatch.setattr(threading, "excepthook", seen.append)
    worker = SweepWorker(sweep, data)
    worker.start()
    assert worker.wait(PATIENCE)
    assert "fault of Theta Lab" in worker.failure
    assert [fault.exc_type for fault in seen] == [ZeroDivisionError]
    (trial,) = sweep.trials()
    assert trial.state is TrialState.FAILED
    assert "fault" in trial.note


def test_a_fault_before_a_trial_has_its_settings_costs_a_trial_too(data, monkeypatch):
    def faulty(*_):
        raise ZeroDivisionError

    sweep = sweep_of(over_lam(2), data)
    monkeypatch.setattr("logreg_core.sweep.desk.sampler_of", faulty)
    with pytest.raises(ZeroDivisionError):
        Desk(sweep, "faulty").take()
    (trial,) = sweep.trials()
    assert trial.state is TrialState.FAILED
    assert "fault" in trial.note


def test_settings_that_are_refused_when_they_are_chosen_cost_one_trial(data, monkeypatch):
    def first_refused(plan, place):
        if place == 0:
            raise ConfigError("Not this one.")
        return sampler_of(plan, place)

    monkeypatch.setattr("logreg_core.sweep.desk.sampler_of", first_refused)
    first, *others = worked(over_lam(3), data)
    assert first.state is TrialState.FAILED
    assert first.note == "Not this one."
    assert [trial.state for trial in others] == [TrialState.FINISHED] * 2


def test_settings_that_another_version_has_chosen_leave_the_others_readable(data):
    space = Space((Choices("optimizer", ("bfgs", "cg")),))
    sweep = sweep_of(Plan(space, QUICK, sampler="grid"), data)
    magic = optuna.distributions.CategoricalDistribution(["magic"])
    theirs = optuna.create_trial(
        value=0.0, params={"optimizer": "magic"}, distributions={"optimizer": magic}
    )
    sweep.study().add_trial(theirs)
    work(sweep, data)
    first, second = sweep.trials()
    assert first.state is TrialState.FAILED
    assert "another version of Theta Lab" in first.note
    assert second.state is TrialState.FINISHED


def test_a_worker_that_died_between_its_result_and_the_end_of_its_trial_cost_a_try(data):
    sweep = sweep_of(over_lam(2), data)
    lost = Desk(sweep, "dead").take()
    storage = sweep.storage.optuna
    storage.set_trial_user_attr(lost.trial_id, "result", RESULT.to_dict())
    storage.set_trial_state_values(lost.trial_id, OptunaState.FAIL)
    (waiting,) = sweep.trials()
    assert waiting.state is TrialState.WAITING
    assert waiting.result is None
    work(sweep, data)
    assert [trial.settings["lam"] for trial in sweep.trials()] == [0.01, 100.0]
    assert {trial.state for trial in sweep.trials()} == {TrialState.FINISHED}


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=40))
def test_however_workers_take_turns_each_combination_is_tried_to_its_end_once(data, turns):
    """Each turn: who takes a trial, and whether it is lost; then one worker does the rest."""
    sweep = sweep_of(over_lam(6), data)
    with patch("logreg_core.sweep.desk._LOOK_SECONDS", 0):
        desks = [Desk(sweep, str(number)) for number in range(4)]
        for who, is_lost in [*turns, *[(3, False)] * 7]:
            ticket = desks[who].take()
            if ticket is None:
                continue
            finished = Ending(TrialState.FINISHED, (1.0,), RESULT)
            ending = Ending.given_back() if is_lost else finished
            assert desks[who].note(ticket, ending)
    grid = [each["lam"] for each in grid_of(sweep.plan)]
    assert sorted(trial.settings["lam"] for trial in sweep.trials()) == grid
    assert {trial.state for trial in sweep.trials()} == {TrialState.FINISHED}


def test_a_worker_that_is_stopped_gives_its_trial_back(data):
    sweep = sweep_of(over_lam(2, SLOW), data)
    worker = SweepWorker(sweep, data)
    worker.start()
    eventually(lambda: worker.now is not None and worker.now.recorder.latest is not None)
    (running,) = sweep.trials()
    assert running.state is TrialState.RUNNING
    assert running.worker == worker.name
    worker.stop()
    assert worker.wait(PATIENCE)
    (waiting,) = sweep.trials()
    assert waiting.state is TrialState.WAITING
    assert waiting.settings == running.settings
    assert not is_over(sweep, sweep.trials())


def test_a_sweep_that_is_stopped_stops_its_workers_and_goes_on_later(data, monkeypatch):
    monkeypatch.setattr("logreg_core.sweep.pulse._ASK_SECONDS", 0.01)
    plan = over_lam(6, SLOW)
    sweep = sweep_of(plan, data)
    workers = [SweepWorker(sweep, data) for _ in range(2)]
    for worker in workers:
        worker.start()
    eventually(lambda: len(sweep.trials()) >= 3)
    sweep.stop()
    assert all(worker.wait(PATIENCE) for worker in workers)
    assert sweep.stopped
    states = {trial.state for trial in sweep.trials()}
    assert TrialState.WAITING in states
    assert TrialState.RUNNING not in states
    late = SweepWorker(sweep, data)
    late.start()
    assert late.wait(PATIENCE)
    assert not is_over(sweep, sweep.trials())

    sweep.resume()
    assert not sweep.stopped
    work(sweep, data, workers=2)
    trials = sweep.trials()
    assert [trial.state for trial in trials] == [TrialState.FINISHED] * 6
    assert sorted(trial.settings["lam"] for trial in trials) == [
        each["lam"] for each in grid_of(plan)
    ]


def test_in_memory_too_a_worker_does_what_another_gives_back(data, monkeypatch):
    monkeypatch.setattr("logreg_core.sweep.worker._ASK_SECONDS", 0.01)
    found_nothing, may_go_on = threading.Event(), threading.Event()
    ask = Desk.more_may_come

    class Halted(SweepWorker):
        """Goes on with its first trial when it is told to."""

        def _give_way(self, step):
            assert may_go_on.wait(PATIENCE)
            super()._give_way(step)

    def asked(desk):
        found_nothing.set()
        return ask(desk)

    monkeypatch.setattr(Desk, "more_may_come", asked)
    sweep = sweep_of(over_lam(3), data)
    halted, other = Halted(sweep, data), SweepWorker(sweep, data)
    halted.start()
    eventually(lambda: halted.now)
    other.start()
    assert found_nothing.wait(PATIENCE)
    halted.stop()
    may_go_on.set()
    assert other.wait(PATIENCE)
    assert other.failure is None
    assert {trial.state for trial in sweep.trials()} == {TrialState.FINISHED}
    assert {trial.worker for trial in sweep.trials()} == {other.name}


def test_in_memory_nobody_waits_for_a_worker_that_has_died(data):
    sweep = sweep_of(over_lam(3), data)
    lost = Desk(sweep, "dead").take()
    work(sweep, data)
    running = [each.number for each in sweep.trials() if each.state is TrialState.RUNNING]
    assert running == [lost.number]


def test_what_came_of_each_trial_is_told_as_the_database_has_it(data):
    base = TrainConfig("gradient-descent", max_iterations=200, tolerance=0)
    some_swing = Plan(Space((Choices("learning_rate", (0.2, 20.0)),)), base, sampler="grid")
    sweep, told = sweep_of(some_swing, data), []
    worker = SweepWorker(sweep, data, name="me", told=told.append)
    worker.start()
    assert worker.wait(PATIENCE)
    assert [each.ended_unsteady for each in told] == [False, True]
    assert [(each.settings, each.values, each.worker) for each in told] == [
        (each.settings, each.values, "me") for each in sweep.trials()
    ]


def test_other_images_than_those_of_the_sweep_are_refused(data):
    sweep = sweep_of(over_lam(2), data)
    swapped = SweepData(data.held_out, data.training)
    with pytest.raises(DataError, match="other images"):
        SweepWorker(sweep, swapped)


def test_a_sweep_is_opened_by_its_name(data):
    storage = private_memory()
    sweep = sweep_of(over_lam(2), data, storage)
    opened = Sweep.open_(storage, sweep.name)
    assert opened.plan == sweep.plan
    assert opened.origin == ORIGIN
    opened.check(data)
    work(opened, data)
    assert opened.trials() == sweep.trials()


def test_names_of_sweeps_cannot_be_guessed(data):
    names = {sweep_of(over_lam(2), data).name for _ in range(20)}
    assert len(names) == 20
    # 22 letters of 64 are 128 bits and more; none of them is the same in all names.
    assert all(len(name) >= 22 for name in names)
    assert all(len(set(letters)) > 1 for letters in zip(*names, strict=False))


def test_a_name_is_never_taken_for_an_option(data, monkeypatch):
    drawn = iter(["-abc", "--abc", "abc-"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: next(drawn))
    assert sweep_of(over_lam(2), data).name == "abc-"


@pytest.mark.parametrize("name", ["nobody's", "", "a/b", "λ" * 1000])
def test_a_name_that_no_sweep_has_is_refused(name):
    with pytest.raises(StorageError, match="no sweep of this name"):
        Sweep.open_(private_memory(), name)


def test_a_study_of_another_program_is_no_sweep():
    storage = private_memory()
    optuna.create_study(storage=storage.optuna, study_name="theirs")
    with pytest.raises(StorageError, match="no sweep of this name"):
        Sweep.open_(storage, "theirs")


def test_a_worker_fetches_bundled_digits_itself_and_needs_a_file_for_others():
    fetched = Origin("bundled", digits=(3, 8), held_out=25, seed=1).fetch()
    assert fetched.training.classes == (3, 8)
    assert not ORIGIN.can_be_fetched
    with pytest.raises(DataError, match="--data"):
        ORIGIN.fetch()


def test_many_trials_are_read_as_they_are_known(data):
    sweep = sweep_of(over_lam(4), data)
    work(sweep, data)
    first, second = sweep.trials(), sweep.trials()
    assert all(before is after for before, after in zip(first, second, strict=True))


def test_what_is_known_of_a_trial_cannot_be_changed(data):
    (trial, _) = worked(over_lam(2), data)
    with pytest.raises(TypeError):
        trial.settings["lam"] = 5
    assert hash(trial) == hash(replace(trial))
    with pytest.raises(TypeError):
        sweep_of(over_lam(2), data).fingerprints["training"] = ""


def test_trials_of_a_sweep_that_was_deleted_are_refused_in_a_sentence(data):
    storage = private_memory()
    sweep = sweep_of(over_lam(2), data, storage)
    optuna.delete_study(study_name=sweep.name, storage=storage.optuna)
    with pytest.raises(StorageError, match="deleted"):
        sweep.trials()
    worker = SweepWorker(sweep, data)
    worker.start()
    assert worker.wait(PATIENCE)
    assert "deleted" in worker.failure


@pytest.mark.parametrize("learning_rate", [0.05, 8.0])
def test_batches_that_make_j_jump_count_as_little_as_long_steps(data, learning_rate):
    base = TrainConfig("sgd", batch_size=2, max_iterations=200, tolerance=0)
    ways = (Choices("lam", (0.1, 1.0)), Choices("learning_rate", (learning_rate,)))
    sweep = sweep_of(Plan(Space(ways), base, sampler="grid"), data)
    work(sweep, data)
    for trial in sweep.trials():
        fitted = fit(data.training, trial.config, held_out=data.held_out)
        found = diagnose(fitted.history, trial.config, fitted.reason)
        in_train = any(isinstance(each, (Noisy, Oscillating)) for each in found)
        assert trial.ended_unsteady == in_train == (learning_rate > 1)


def test_a_trial_that_swung_when_it_ended_is_told_from_others_and_draws_no_sampler(data):
    """With the larger α each step overshoots the valley."""
    plan = Plan(
        Space((Choices("learning_rate", (0.2, 20.0)),)),
        TrainConfig("gradient-descent", max_iterations=200, tolerance=0),
        sampler="grid",
    )
    sweep = sweep_of(plan, data)
    work(sweep, data)
    steady, swung = sweep.trials()
    assert not steady.ended_unsteady
    assert swung.ended_unsteady
    assert swung.values == (swung.result.held_out_cost,)
    study = optuna.load_study(study_name=sweep.name, storage=sweep.storage.optuna)
    told = [trial.value for trial in study.get_trials()]
    assert told == [steady.value, math.inf], "luck would draw a sampler to ever larger steps"
