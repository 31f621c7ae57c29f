"""A job can be started, paused, stepped and stopped, and learns what fit learns."""

import threading

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from logreg_core.config import TrainConfig
from logreg_core.history import StopReason
from logreg_core.job import JobState, TrainingJob
from logreg_core.line import Line
from logreg_core.objective import Objective
from logreg_core.training import fit

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure
NEVER = 1e6  # seconds that an iteration would take if nothing cut it short
PACE = 1e-3  # seconds an iteration, so that no run is over before it was looked at
MOMENT = 0.05  # seconds, in which a run that does not hold does dozens of iterations

# Ten thousand iterations, none of which is the last by itself.
LONG = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, tolerance=0, max_iterations=10_000
)


@pytest.fixture
def job_of(training_and_held_out):
    """Make jobs, and leave none of their threads behind."""
    jobs = []

    def make(config=LONG, seconds_per_iteration=PACE, still_wanted=None):
        jobs.append(
            TrainingJob(
                *training_and_held_out,
                config,
                seconds_per_iteration=seconds_per_iteration,
                still_wanted=still_wanted,
            )
        )
        return jobs[-1]

    yield make
    for job in jobs:
        job.stop()
        assert job.wait(SOON) or job.state is JobState.READY


def reach(job, iteration):
    """Wait until the job has recorded this iteration."""
    assert job.wait_for_first_step(SOON)
    while job.latest.iteration < iteration:
        assert not job.wait(0.001), "it ended before it came so far"


def test_a_new_job_waits_to_be_started(job_of):
    job = job_of()
    assert job.state is JobState.READY
    assert job.latest is job.model() is job.reason is job.failure is None
    assert len(job.history()) == 0
    assert not job.wait(0)
    assert not job.wait_for_first_step(0)


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "newton-cg", "sgd"])
def test_a_job_learns_what_fit_learns_to_the_last_bit(job_of, training_and_held_out, optimizer):
    training, held_out = training_and_held_out
    config = TrainConfig(optimizer=optimizer, max_iterations=30)
    job = job_of(config)
    job.start()
    assert job.wait(SOON)
    alone = fit(training, config, held_out=held_out)
    assert (job.state, job.reason) == (JobState.ENDED, alone.reason)
    assert job.model().theta.tobytes() == alone.model.theta.tobytes()
    assert job.model().style == alone.model.style
    assert_array_equal(job.history().theta, alone.history.theta)
    assert_array_equal(job.history().held_out_cost, alone.history.held_out_cost)
    assert job.latest.iteration == alone.history.iteration[-1]


def test_an_iteration_that_takes_its_time_gives_the_same_theta(job_of):
    config = TrainConfig(max_iterations=4)
    thetas = set()
    for seconds in (0, PACE):
        job = job_of(config, seconds_per_iteration=seconds)
        job.start()
        assert job.wait(SOON)
        thetas.add(job.model().theta.tobytes())
    assert len(thetas) == 1


def test_the_start_can_be_seen_before_the_first_iteration(job_of):
    job = job_of(seconds_per_iteration=NEVER)
    job.start()
    assert job.wait_for_first_step(SOON)
    assert job.state is JobState.RUNNING
    assert job.latest.iteration == 0
    assert not job.model().theta.any()


def test_stop_does_not_wait_for_an_iteration_that_takes_its_time(job_of):
    job = job_of(seconds_per_iteration=NEVER)
    job.start()
    assert job.wait_for_first_step(SOON)
    job.stop()
    assert job.wait(SOON)
    assert (job.state, job.reason) == (JobState.ENDED, StopReason.VISITOR)
    assert job.history().iteration.tolist() == [0]


def test_stop_keeps_the_theta_that_was_reached(job_of, training_and_held_out):
    job = job_of()
    job.start()
    reach(job, 3)
    job.stop()
    assert job.wait(SOON)
    assert job.reason is StopReason.VISITOR
    reached = len(job.history()) - 1
    assert 3 <= reached < LONG.max_iterations
    # The same way, walked again as far as that.
    spent = TrainConfig.from_dict({**LONG.to_dict(), "max_iterations": reached})
    again = fit(training_and_held_out[0], spent).model.theta
    assert job.model().theta.tobytes() == again.tobytes()


def test_a_step_is_exactly_one_iteration(job_of):
    job = job_of()
    for iteration in (1, 2, 3):
        job.step()
        reach(job, iteration)
        assert job.state is JobState.PAUSED
        assert not job.wait(MOMENT)
        assert job.latest.iteration == iteration
    job.stop()
    assert job.wait(SOON)
    assert job.history().iteration.tolist() == [0, 1, 2, 3]


def test_a_step_of_a_running_job_pauses_it(job_of):
    job = job_of()
    job.start()
    reach(job, 2)
    job.step()
    while job.state is JobState.RUNNING:
        assert not job.wait(0.001)
    held_at = job.latest.iteration
    assert not job.wait(MOMENT)
    assert job.latest.iteration <= held_at + 1


def test_a_paused_job_holds_and_goes_on_where_it_was(job_of):
    job = job_of()
    job.start()
    reach(job, 2)
    job.pause()
    assert job.state is JobState.PAUSED
    paused_at = job.latest.iteration
    assert not job.wait(MOMENT)
    # The iteration that was under way came to its end.
    assert job.latest.iteration <= paused_at + 1
    job.start()
    assert job.state is JobState.RUNNING
    reach(job, paused_at + 5)
    assert_array_equal(np.diff(job.history().iteration), 1)


def test_pausing_and_stepping_changes_no_theta(job_of, training_and_held_out):
    config = TrainConfig(max_iterations=6)
    job = job_of(config)
    job.step()
    reach(job, 1)
    job.pause()
    job.step()
    reach(job, 2)
    job.start()
    assert job.wait(SOON)
    alone = fit(training_and_held_out[0], config).model.theta
    assert job.model().theta.tobytes() == alone.tobytes()


def test_a_paused_job_can_be_stopped(job_of):
    job = job_of()
    job.step()
    reach(job, 1)
    job.stop()
    assert job.wait(SOON)
    assert (job.state, job.reason) == (JobState.ENDED, StopReason.VISITOR)
    assert job.history().iteration.tolist() == [0, 1]


def test_a_job_that_is_paused_before_its_start_is_still_ready(job_of):
    job = job_of(TrainConfig(max_iterations=2))
    job.pause()
    assert job.state is JobState.READY
    job.start()
    assert job.wait(SOON)
    assert job.reason is StopReason.ITERATIONS


def test_a_job_that_is_stopped_before_its_start_takes_no_iteration(job_of):
    job = job_of()
    job.stop()
    assert job.state is JobState.READY
    job.start()
    assert job.wait(SOON)
    assert job.reason is StopReason.VISITOR
    assert job.history().iteration.tolist() == [0]


def test_a_job_that_has_ended_stays_as_it_is(job_of):
    job = job_of(TrainConfig(max_iterations=2))
    job.start()
    assert job.wait(SOON)
    theta = job.model().theta
    for order in (job.start, job.step, job.pause, job.stop):
        order()
        assert (job.state, job.reason) == (JobState.ENDED, StopReason.ITERATIONS)
    assert job.model().theta is theta


def test_stop_does_not_wait_for_a_long_pass(job_of, monkeypatch):
    monkeypatch.setattr("logreg_core.observer._PATIENCE", 0.0)  # any pass is a long one then
    batches = []
    original = Objective.batch_gradient

    def stopping_in_the_second_pass(self, theta, rows):
        batches.append(len(rows))
        if sum(batches) > 1.5 * self.examples:
            job.stop()
        return original(self, theta, rows)

    monkeypatch.setattr(Objective, "batch_gradient", stopping_in_the_second_pass)
    config = TrainConfig(optimizer="sgd", batch_size=1, learning_rate=0.01, tolerance=0)
    job = job_of(config, seconds_per_iteration=0)
    job.start()
    assert job.wait(SOON)
    assert job.reason is StopReason.VISITOR
    assert job.history().iteration.tolist() == [0, 1]
    assert sum(batches) < 1.6 * len(job.training)


# Looking on while it runs.


def test_two_quick_steps_are_two_iterations(job_of):
    job = job_of(LONG)
    job.step()
    job.step()
    reach(job, 2)
    assert job.state is JobState.PAUSED


def test_what_is_seen_of_a_running_job_is_always_whole(job_of):
    job = job_of(
        TrainConfig.from_dict({**LONG.to_dict(), "max_iterations": 600}), seconds_per_iteration=0
    )
    job.start()
    assert job.wait_for_first_step(SOON)
    lengths = []
    while not job.wait(0):
        seen = job.history()
        lengths.append(len(seen))
        assert_array_equal(seen.iteration, np.arange(len(seen)))
        for column in (seen.cost, seen.held_out_cost, seen.gradient_norm, seen.accuracy):
            assert len(column) == len(seen)
            assert np.isfinite(column).all()
        assert len(seen.theta) == len(seen.theta_iteration)
        assert seen.theta_iteration[-1] == seen.iteration[-1]
        assert not seen.theta[0].any()
        assert (np.diff(seen.cost) < 0).all()
    assert lengths == sorted(lengths)
    assert len(job.history()) == 601


def test_the_model_of_a_held_job_has_its_newest_theta(job_of, training_and_held_out):
    training, held_out = training_and_held_out
    job = job_of()
    job.step()
    reach(job, 1)
    model = job.model()
    assert_array_equal(model.theta, job.history().theta[-1])
    assert (model.classes, model.config) == ((0, 1), LONG)
    assert model.dataset_fingerprint == training.fingerprint
    accuracy = np.mean(model.predict(held_out.images) == held_out.labels)
    assert accuracy == job.latest.held_out_accuracy


# Failure.


def test_data_that_cannot_be_learnt_from_fails_with_a_sentence(training_and_held_out):
    training, held_out = training_and_held_out
    job = TrainingJob(training.only(1), held_out, TrainConfig())
    job.start()
    assert job.wait(SOON)
    assert job.state is JobState.FAILED
    assert job.failure.startswith("All images show the digit 1")
    assert job.reason is job.model() is None
    assert not job.wait_for_first_step(SOON)


def test_a_held_out_digit_that_training_never_saw_fails_with_a_sentence(ten_digits):
    job = TrainingJob(ten_digits.only(0, 1), ten_digits.only(1, 7), TrainConfig())
    job.start()
    assert job.wait(SOON)
    assert job.failure.startswith("The digit 7 is not among the classes")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"optimizer": "sgd", "batch_size": 37}, "A batch of 37 is larger than the data"),
        ({"optimizer": "bfgs", "multiclass": "softmax"}, "BFGS does not do softmax"),
    ],
    ids=["batch", "softmax"],
)
def test_settings_that_do_not_suit_the_data_fail_with_a_sentence(three_digits, settings, sentence):
    job = TrainingJob(three_digits, three_digits, TrainConfig(**settings))
    job.start()
    assert job.wait(SOON)
    assert job.state is JobState.FAILED
    assert job.failure.startswith(sentence)
    assert job.model() is None


def test_the_model_of_a_softmax_job_is_softmax_from_the_start(three_digits):
    config = TrainConfig.from_dict({**LONG.to_dict(), "multiclass": "softmax"})
    job = TrainingJob(three_digits, three_digits, config, seconds_per_iteration=PACE)
    job.step()
    reach(job, 1)
    assert job.model().is_softmax
    assert job.model().theta.shape == (3, 401)
    job.stop()
    assert job.wait(SOON)
    assert job.reason is StopReason.VISITOR


def test_a_server_without_memory_fails_with_a_sentence(job_of, monkeypatch):
    def too_large(*_, **__):
        raise MemoryError

    monkeypatch.setattr("logreg_core.job.fit", too_large)
    job = job_of()
    job.start()
    assert job.wait(SOON)
    assert job.state is JobState.FAILED
    assert job.failure == "The server has not enough memory for this run: take fewer examples."


def test_nobody_waits_in_vain_for_the_first_step_of_a_job_that_fails(training_and_held_out):
    training, held_out = training_and_held_out
    job = TrainingJob(training.only(1), held_out, TrainConfig())
    waiting = threading.Thread(target=job.wait_for_first_step, args=(NEVER,), daemon=True)
    waiting.start()
    job.start()
    waiting.join(SOON)
    assert not waiting.is_alive()
    assert job.latest is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_fails_the_job_and_still_reaches_the_log(job_of, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    logged = []
    monkeypatch.setattr("logreg_core.job.fit", broken)
    monkeypatch.setattr(threading, "excepthook", lambda fault: logged.append(fault.exc_type))
    job = job_of()
    job.start()
    assert job.wait(SOON)
    assert job.state is JobState.FAILED
    assert "fault of Theta Lab" in job.failure
    assert not job.wait_for_first_step(SOON)
    assert logged == [ZeroDivisionError]


def test_a_run_that_nobody_wants_any_more_ends_by_itself(job_of, monkeypatch):
    monkeypatch.setattr("logreg_core.job.ABANDONED_SECONDS", 0.0)
    monkeypatch.setattr("logreg_core.job._WATCH_SECONDS", 0.0)
    job = job_of(LONG, still_wanted=lambda: False)
    job.start()
    assert job.wait(SOON)
    assert job.reason is StopReason.VISITOR


def test_a_held_run_that_nobody_wants_ends_too(job_of, monkeypatch):
    monkeypatch.setattr("logreg_core.job.ABANDONED_SECONDS", 0.0)
    monkeypatch.setattr("logreg_core.job._WATCH_SECONDS", 0.0)
    job = job_of(LONG, still_wanted=lambda: False)
    job.hold()
    assert job.wait(SOON)


def test_a_run_whose_visitor_comes_back_in_time_goes_on(job_of, monkeypatch):
    monkeypatch.setattr("logreg_core.job._WATCH_SECONDS", 0.0)
    answers = iter([False, False, True])
    job = job_of(LONG, still_wanted=lambda: next(answers, True))
    job.start()
    reach(job, 10)


def test_a_job_waits_for_its_turn_and_says_how_many_are_before_it(training_and_held_out):
    line = Line(places=1)
    line.take("somebody else", give_up=lambda: True)
    job = TrainingJob(*training_and_held_out, TrainConfig(), line=line)
    job.start()
    while job.ahead is None:
        assert job.state is JobState.RUNNING
    assert job.ahead == 0
    assert job.latest is None
    line.leave("somebody else")
    assert job.wait(SOON)
    assert (job.reason, job.ahead) == (StopReason.CONVERGED, None)
    assert line.take("the next", give_up=lambda: True), "its place is free again"


def test_a_job_that_is_stopped_in_line_never_trains(training_and_held_out):
    line = Line(places=1)
    line.take("somebody else", give_up=lambda: True)
    job = TrainingJob(*training_and_held_out, TrainConfig(), line=line)
    job.start()
    job.stop()
    assert job.wait(SOON)
    assert job.state is JobState.FAILED
    assert "before its turn" in job.failure
    assert job.latest is None


def test_a_job_that_holds_lets_others_work_and_goes_on_when_they_are_done(training_and_held_out):
    line = Line(places=1)
    job = TrainingJob(*training_and_held_out, LONG, line=line)
    job.hold()
    assert job.wait_for_first_step(SOON)
    assert line.take("somebody else", give_up=lambda: False)
    job.step()
    while job.ahead is None:
        assert job.state is JobState.RUNNING
    job.pause()
    while job.ahead is not None:
        assert job.state is JobState.PAUSED, "who pauses does not stand in line"
    job.step()
    line.leave("somebody else")
    reach(job, 1)
    job.stop()
    assert job.wait(SOON)


def test_the_same_theta_comes_of_a_run_that_gives_way_after_each_iteration(training_and_held_out):
    training, held_out = training_and_held_out
    config = TrainConfig(optimizer="sgd", max_iterations=20)
    line = Line(places=1, slice_seconds=0)
    jobs = [TrainingJob(training, held_out, config, line=line) for _ in range(3)]
    for job in jobs:
        job.start()
    assert all(job.wait(SOON) for job in jobs)
    alone = fit(training, config).model.theta
    assert [job.model().theta.tobytes() for job in jobs] == [alone.tobytes()] * 3


def test_a_slow_run_gets_its_iterations_beside_one_at_full_speed(training_and_held_out):
    line = Line(places=1, slice_seconds=1e6)
    training, held_out = training_and_held_out
    many = training.repeated(50)  # so that it is not over before the other has its five
    fast = TrainingJob(many, held_out, LONG, line=line)
    slow = TrainingJob(training, held_out, LONG, line=line, seconds_per_iteration=0.02)
    fast.start()
    assert fast.wait_for_first_step(SOON)
    slow.hold()
    fast.pause()
    assert slow.wait_for_first_step(SOON)
    fast.start()
    slow.start()
    reach(slow, 5)
    assert fast.state is JobState.RUNNING, "and that one goes on meanwhile"
    for job in (fast, slow):
        job.stop()
        assert job.wait(SOON)


def test_a_job_that_has_ended_keeps_each_theta_once(job_of):
    job = job_of(TrainConfig(max_iterations=5))
    job.start()
    assert job.wait(SOON)
    assert len(job.history().theta) == 6
    assert len(job._recorder.history().theta) == 1
    assert job.latest.iteration == 5
