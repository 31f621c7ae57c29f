"""A run is remembered in bounded memory, and what was read of it stays as it was."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from logreg_core.history import (
    MAX_SNAPSHOTS,
    MAX_STEPS,
    History,
    Recorder,
    Step,
    StopReason,
    Stopwatch,
)
from logreg_core.yardstick import HeldOut


def step(iteration):
    """Numbers that tell the columns apart and the steps too."""
    return Step(
        iteration=iteration,
        cost=iteration + 0.9,
        penalty=iteration + 0.2,
        accuracy=iteration + 0.4,
        gradient_norm=iteration + 0.6,
        theta_norm=iteration + 0.65,
        passes=iteration * 1.5,
        seconds=iteration + 0.7,
        held_out=HeldOut(iteration + 0.3, iteration + 0.5),
    )


def recorded(iterations):
    """A recorder of a run whose θ is its iteration, three times."""
    recorder = Recorder()
    for iteration in range(iterations):
        recorder.add(step(iteration), np.full(3, float(iteration)))
    return recorder


LENGTHS = [
    *(1, 2, MAX_SNAPSHOTS - 1, MAX_SNAPSHOTS, MAX_SNAPSHOTS + 1),
    *(2 * MAX_SNAPSHOTS, 3 * MAX_SNAPSHOTS, MAX_STEPS - 1, MAX_STEPS, MAX_STEPS + 1, 10_001),
]
COLUMNS = [field.name for field in dataclasses.fields(History) if "theta" not in field.name]


@pytest.mark.parametrize("iterations", LENGTHS)
def test_however_long_the_run_its_snapshots_are_bounded(iterations):
    snapshots = recorded(iterations).history().theta
    assert min(iterations, MAX_SNAPSHOTS / 2) <= len(snapshots) <= MAX_SNAPSHOTS


@pytest.mark.parametrize("iterations", LENGTHS)
def test_a_snapshot_says_of_which_iteration_it_is(iterations):
    run = recorded(iterations).history()
    assert_array_equal(run.theta, np.repeat(run.theta_iteration[:, None], 3, axis=1))


@pytest.mark.parametrize("iterations", LENGTHS)
def test_first_and_last_theta_are_kept_and_evenly_spread_ones_between(iterations):
    kept = recorded(iterations).history().theta_iteration
    assert (kept[0], kept[-1]) == (0, iterations - 1)
    assert len(set(np.diff(kept[:-1]))) <= 1
    assert (np.diff(kept) > 0).all()


@pytest.mark.parametrize("iterations", LENGTHS)
def test_every_step_is_kept_until_there_are_very_many(iterations):
    kept = recorded(iterations).history().iteration
    assert min(iterations, MAX_STEPS / 2) <= len(kept) <= MAX_STEPS
    if iterations < MAX_STEPS:
        assert_array_equal(kept, np.arange(iterations))


@pytest.mark.parametrize("iterations", LENGTHS)
def test_first_and_last_step_are_kept_and_evenly_spread_ones_between(iterations):
    kept = recorded(iterations).history().iteration
    assert (kept[0], kept[-1]) == (0, iterations - 1)
    assert len(set(np.diff(kept[:-1]))) <= 1
    assert (np.diff(kept) > 0).all()


@pytest.mark.parametrize("iterations", LENGTHS)
def test_the_numbers_of_a_kept_step_are_its_own(iterations):
    run = recorded(iterations).history()
    for name in COLUMNS:
        expected = [getattr(step(iteration), name) for iteration in run.iteration.tolist()]
        assert_array_equal(getattr(run, name), expected)


@pytest.mark.parametrize("iterations", LENGTHS)
def test_every_snapshot_is_of_a_step_that_is_kept(iterations):
    run = recorded(iterations).history()
    assert set(run.theta_iteration.tolist()) <= set(run.iteration.tolist())


def test_the_history_of_100_000_iterations_is_small():
    run = recorded(100_001).history()
    assert sum(getattr(run, name).nbytes for name in COLUMNS) < 300_000
    assert run.step(-1) == step(100_000)


@pytest.mark.parametrize("iterations", [1, 5, MAX_STEPS, MAX_STEPS + 1, MAX_STEPS + 2])
def test_better_numbers_of_the_last_step_take_the_place_of_the_first_ones(iterations):
    recorder = recorded(iterations)
    before = recorder.history()
    exact = dataclasses.replace(step(iterations - 1), cost=0.125)
    recorder.correct_last(exact)
    after = recorder.history()
    assert recorder.latest == after.step(-1) == exact
    assert_array_equal(after.iteration, before.iteration)
    assert_array_equal(after.cost[:-1], before.cost[:-1])
    assert_array_equal(after.theta, before.theta)
    recorder.add(step(iterations), np.zeros(3))
    assert recorder.latest == step(iterations)


def test_a_step_comes_back_as_it_was_recorded():
    run = recorded(5).history()
    assert run.step(3) == step(3)
    assert run.step(-1) == recorded(5).latest == step(4)
    assert type(run.step(0).iteration) is int
    assert type(run.step(0).cost) is float
    assert type(run.step(0).passes) is float


def test_training_cost_is_without_the_penalty():
    assert recorded(3).history().training_cost == pytest.approx([0.7, 0.7, 0.7])


def test_snapshots_of_several_classes_keep_their_shape():
    recorder = Recorder()
    recorder.add(step(0), np.zeros((10, 401)))
    recorder.add(step(1), np.ones((10, 401)))
    assert recorder.history().theta.shape == (2, 10, 401)


def test_a_theta_that_is_changed_later_stays_as_it_was_recorded():
    theta = np.zeros(3)
    recorder = Recorder()
    recorder.add(step(0), theta)
    theta[:] = 7
    assert not recorder.latest_theta.any()
    assert not recorder.history().theta.any()


def test_nobody_can_change_what_is_recorded():
    recorder = recorded(2)
    with pytest.raises(ValueError, match="read-only"):
        recorder.latest_theta[0] = 9
    taken = recorder.history()
    taken.theta[:] = 9
    taken.cost[:] = 9
    assert_array_equal(recorder.history().theta[:, 0], [0, 1])
    assert_array_equal(recorder.history().cost, [0.9, 1.9])


def test_a_history_that_was_read_does_not_grow():
    recorder = recorded(3)
    early = recorder.history()
    recorder.add(step(3), np.full(3, 3.0))
    assert (len(early), early.theta_iteration[-1]) == (3, 2)
    assert len(recorder.history()) == 4


def test_before_the_first_step_there_is_nothing():
    recorder = Recorder()
    assert recorder.latest is recorder.latest_theta is recorder.first_cost is None
    assert len(recorder.history()) == len(recorder.history().theta) == 0


def test_the_first_cost_stays_that_of_the_start():
    assert recorded(1).first_cost == recorded(1000).first_cost == 0.9


@pytest.mark.parametrize("iterations", LENGTHS)
def test_the_memory_of_ten_classes_is_bounded(iterations):
    recorder = Recorder()
    theta = np.zeros((10, 4))
    for iteration in range(iterations):
        recorder.add(step(iteration), theta)
    kept = recorder.history().theta
    assert kept.shape[1:] == (10, 4)
    assert kept.nbytes <= MAX_SNAPSHOTS * theta.nbytes


def test_every_reason_can_be_put_into_words():
    assert {reason.name for reason in StopReason} == {
        *("CONVERGED", "SEPARATED", "ENDLESS", "STALLED", "ITERATIONS", "TIME", "VISITOR"),
        "DIVERGED",
    }
    assert len({reason.value for reason in StopReason}) == len(StopReason)


# The stopwatch.


@pytest.fixture
def clock(monkeypatch):
    """A clock of our own, which stands still until it is set."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr("logreg_core.history.time", SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def test_a_stopwatch_counts_from_when_it_was_made(clock):
    stopwatch = Stopwatch()
    assert stopwatch.seconds() == 0
    clock.now += 2.5
    assert stopwatch.seconds() == 2.5


def test_a_pause_is_not_counted(clock):
    stopwatch = Stopwatch()
    clock.now += 1
    with stopwatch:
        clock.now += 1000
        assert stopwatch.seconds() == 1  # nor while it lasts
    clock.now += 2
    with stopwatch:
        clock.now += 50
    assert stopwatch.seconds() == 3


def test_a_pause_that_ends_in_an_error_is_not_counted_either(clock):
    stopwatch = Stopwatch()

    def stopped_by_the_visitor():
        with stopwatch:
            clock.now += 60
            raise StopIteration

    with pytest.raises(StopIteration):
        stopped_by_the_visitor()
    clock.now += 4
    assert stopwatch.seconds() == 4
