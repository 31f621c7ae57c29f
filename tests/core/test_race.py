"""Runners of a race learn what they would learn alone, towards the same least J."""

import numpy as np
import pytest
from scipy.optimize import minimize

from logreg_core.bundled import load_bundled
from logreg_core.config import TrainConfig
from logreg_core.errors import ConfigError
from logreg_core.history import StopReason
from logreg_core.job import JobState
from logreg_core.line import Line
from logreg_core.objective import cost_and_gradient
from logreg_core.race import Race
from logreg_core.training import fit

NEVER = 1e6  # seconds that an iteration would take if nothing cut it short
SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure

RUNNERS = {
    "L-BFGS-B": TrainConfig(optimizer="l-bfgs-b"),
    "Adam": TrainConfig(optimizer="adam", max_iterations=40),
    "Adam, slower": TrainConfig(optimizer="adam", learning_rate=0.003, max_iterations=40),
    "SGD": TrainConfig(optimizer="sgd", max_iterations=5),
}


@pytest.fixture
def race_of(training_and_held_out):
    """Make races, and leave none of their threads behind."""
    races = []

    def make(configs=RUNNERS, data=training_and_held_out, **how):
        races.append(Race(*data, configs, **how))
        return races[-1]

    yield make
    for race in races:
        race.end()
        assert race.wait_for_optimum(SOON) or race.state is JobState.READY


def test_each_runner_learns_what_it_learns_alone_to_the_last_bit(race_of, training_and_held_out):
    training, held_out = training_and_held_out
    race = race_of()
    race.start()
    assert race.wait(SOON)
    for name, config in RUNNERS.items():
        alone = fit(training, config, held_out=held_out)
        job = race.jobs[name]
        assert job.model().theta.tobytes() == alone.model.theta.tobytes()
        assert job.history().cost.tobytes() == alone.history.cost.tobytes()


def test_the_optimum_is_that_of_another_optimiser(race_of, training_and_held_out):
    training, _ = training_and_held_out
    race = race_of()
    race.start()
    assert race.wait_for_optimum(SOON)
    X = training.design_matrix()
    y = (training.labels == training.classes[1]).astype(float)
    independent = minimize(
        cost_and_gradient,
        np.zeros(401),
        args=(X, y, 1.0),
        jac=True,
        method="BFGS",
        options={"gtol": 1e-9, "maxiter": 5000},
    )
    assert race.optimum == pytest.approx(independent.fun, abs=1e-12)
    assert all(job.latest.cost >= race.optimum for job in race.jobs.values())


@pytest.mark.parametrize("lam", [0.001, 1.0])
def test_the_optimum_of_softmax_is_that_of_another_optimiser(race_of, lam):
    digits = load_bundled().only(0, 1, 2).take(range(0, 540, 4))
    config = TrainConfig(optimizer="adam", max_iterations=3, multiclass="softmax", lam=lam)
    race = race_of({"alone": config}, data=(digits, digits))
    race.start()
    assert race.wait_for_optimum(SOON)
    X, stacked = digits.design_matrix(), np.eye(3)[digits.labels]

    def cost(flat):
        theta = flat.reshape(3, 401)
        z = X @ theta.T
        log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        gradient = (np.exp(log_p) - stacked).T @ X / len(X)
        weights = np.c_[np.zeros(3), theta[:, 1:]]
        penalty = lam / 2 / len(X) * (weights**2).sum()
        gradient += lam / len(X) * weights
        return -(stacked * log_p).sum() / len(X) + penalty, gradient.ravel()

    options = {"ftol": 0, "gtol": 1e-11, "maxiter": 20_000, "maxfun": 40_000, "maxcor": 30}
    independent = minimize(cost, np.zeros(1203), jac=True, method="L-BFGS-B", options=options)
    assert race.optimum == pytest.approx(independent.fun, rel=1e-9)


def test_the_referee_goes_on_when_the_runners_are_stopped_and_ends_with_the_race(race_of):
    slow = TrainConfig(optimizer="gradient-descent", tolerance=0, max_iterations=10_000)
    race = race_of({"slow": slow}, seconds_per_iteration=0.01)
    race.start()
    race.stop()
    assert race.wait(SOON)
    assert race.wait_for_optimum(SOON)
    assert race.is_judged
    assert race.optimum is not None


def test_who_pauses_a_race_pauses_its_referee(race_of):
    race = race_of(seconds_per_iteration=NEVER)
    race.hold()
    assert race.wait_for_first_step(SOON)
    assert not race.is_judged
    race.start()
    assert not race.wait(0)
    race.end()


def test_without_a_penalty_separable_digits_have_no_optimum(race_of):
    race = race_of({"alone": TrainConfig(lam=0, max_iterations=20)})
    assert not race.has_no_optimum, "before it began, nobody knows"
    race.start()
    assert race.wait_for_optimum(SOON)
    assert race.jobs["alone"].reason is StopReason.SEPARATED
    assert race.optimum is None
    assert race.has_no_optimum


def test_a_race_steps_pauses_and_goes_on_as_one(race_of):
    race = race_of(
        {name: TrainConfig(optimizer=name, tolerance=0) for name in ("adam", "momentum")}
    )
    assert race.state is JobState.READY
    race.hold()
    assert all(job.wait_for_first_step(SOON) for job in race.jobs.values())
    assert race.state is JobState.PAUSED
    race.step()
    for job in race.jobs.values():
        while job.latest.iteration < 1 or job.state is not JobState.PAUSED:
            assert not job.wait(0.001)
    assert [job.latest.iteration for job in race.jobs.values()] == [1, 1]
    race.start()
    assert race.wait(SOON)
    assert race.state is JobState.ENDED


def test_a_race_takes_one_place_and_gives_it_back_at_its_end(race_of):
    line = Line(1)
    race = race_of(line=line)
    race.start()
    assert race.wait_for_optimum(SOON)
    assert line.take("somebody else", give_up=lambda: True)


def test_a_race_waits_for_its_place(race_of):
    line = Line(1)
    line.take("somebody else", give_up=lambda: True)
    race = race_of(line=line)
    race.start()
    while race.ahead is None:
        assert race.state is JobState.RUNNING
    assert race.ahead == 0
    assert all(job.latest is None for job in race.jobs.values())
    line.leave("somebody else")
    assert race.wait(SOON)
    assert race.state is JobState.ENDED


def test_a_runner_that_fails_leaves_the_race_to_the_others(race_of):
    race = race_of(
        {
            "too large": TrainConfig(optimizer="sgd", batch_size=100_000),
            "fine": TrainConfig(optimizer="l-bfgs-b"),
        }
    )
    race.start()
    assert race.wait(SOON)
    assert race.jobs["too large"].state is JobState.FAILED
    assert race.jobs["fine"].reason is StopReason.CONVERGED
    assert race.state is JobState.ENDED


@pytest.mark.parametrize(
    ("setting", "value"),
    [("lam", 2.0), ("seed", 3), ("preparation", "full"), ("multiclass", "softmax")],
)
def test_who_runs_to_another_goal_is_not_in_the_race(race_of, setting, value):
    with pytest.raises(ConfigError, match=setting):
        race_of({"one": TrainConfig(), "other": TrainConfig(**{setting: value})})


def test_a_race_of_nobody_is_refused(race_of):
    with pytest.raises(ConfigError, match="at least one"):
        race_of({})
