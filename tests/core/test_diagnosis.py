"""What is said of a run that goes wrong is true, helps, and is not said of good ones."""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from logreg_core import (
    OPTIMIZERS,
    ConfigError,
    History,
    Objective,
    StopReason,
    TrainConfig,
    TrainingJob,
    cost_and_gradient,
    diagnose,
    fit,
    load_bundled,
    refusal,
)
from logreg_core.diagnosis import (
    Crawling,
    Diverged,
    Noisy,
    NoMinimum,
    NotThereYet,
    Oscillating,
    Overfitting,
    Stalled,
)

ALL = tuple(range(10))
FIRST_ORDER = [name for name, row in OPTIMIZERS.items() if "learning_rate" in row.settings]
LIMITED = [name for name, row in OPTIMIZERS.items() if row.longest_step is not None]


@pytest.fixture(scope="module")
def run():
    """Trains on bundled digits, each run once: (result, what is found in it)."""
    splits, runs = {}, {}

    def train(digits, **settings):
        key = (digits, *sorted(settings.items()))
        if digits not in splits:
            splits[digits] = load_bundled().only(*digits).split(0.25, seed=0)
        if key not in runs:
            job = TrainingJob(*splits[digits], TrainConfig(**settings))
            job.start()
            assert job.wait(timeout=300)
            runs[key] = (job, found_in(job))
        return runs[key]

    return train


def found_in(job):
    return diagnose(
        job.history(), job.config, job.reason, curvature=job.curvature, lost_cost=job.lost_cost
    )


def up_to(history, steps):
    """The history as it was when it had so many steps."""
    shown = history.theta_iteration <= history.iteration[steps - 1]
    columns = {
        field.name: getattr(history, field.name)[:steps]
        for field in dataclasses.fields(history)
        if field.name not in {"theta", "theta_iteration"}
    }
    return dataclasses.replace(
        history,
        **columns,
        theta=history.theta[shown],
        theta_iteration=history.theta_iteration[shown],
    )


def history_of(costs, *, held_out=None, gradient_norm=0.1, accuracy=0.9, theta=None):
    """A history with this J, and θ that grows by one a step."""
    steps = len(costs)
    costs = np.array(costs, dtype=float)
    if theta is None:
        theta = np.arange(steps)[:, None] * np.eye(1, 401)
    return History(
        iteration=np.arange(steps),
        cost=costs,
        penalty=np.zeros(steps),
        held_out_cost=costs if held_out is None else np.array(held_out, dtype=float),
        accuracy=np.full(steps, accuracy),
        held_out_accuracy=np.full(steps, 0.9),
        gradient_norm=np.full(steps, gradient_norm),
        theta_norm=np.linalg.norm(theta.reshape(steps, -1), axis=1),
        passes=np.arange(steps, dtype=float),
        seconds=np.arange(steps, dtype=float),
        theta=theta,
        theta_iteration=np.arange(steps),
    )


# A good run draws no remark.

#: BFGS on ten digits takes seconds, and lowers J at each step like the others of its kind.
GOOD = [
    *((digits, name, way) for digits in ((0, 1), (3, 8)) for name in OPTIMIZERS for way in "nf"),
    *((ALL, name, "f") for name in OPTIMIZERS if name != "bfgs"),
]
PREPARATIONS = {"n": "none", "f": "full"}


@pytest.mark.parametrize(("digits", "optimizer", "way"), GOOD)
def test_a_good_run_draws_no_remark_while_it_goes_on(run, digits, optimizer, way):
    job, found = run(digits, optimizer=optimizer, preparation=PREPARATIONS[way])
    history = job.history()
    for steps in (*range(1, len(history), 5), len(history)):
        assert diagnose(up_to(history, steps), job.config, None) == ()
    assert all(isinstance(finding, NotThereYet) for finding in found)


@pytest.mark.parametrize("digits", [(0, 1), (3, 8)])
@pytest.mark.parametrize("optimizer", FIRST_ORDER)
def test_only_who_ends_far_above_the_least_cost_is_told_to_go_on(run, digits, optimizer):
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes 2 s to import

    job, found = run(digits, optimizer=optimizer, preparation="full")
    X = job.training.prepared("full").design_matrix().astype(float)
    y = job.training.labels == digits[1]
    best = LogisticRegression(C=1.0, tol=1e-10, max_iter=100_000).fit(X[:, 1:], y)
    theta = np.r_[best.intercept_, best.coef_[0]]
    least = cost_and_gradient(theta, X, y.astype(float), lam=1)[0]
    reached = job.history().cost[-1]
    if found:
        assert reached > 1.1 * least
    else:
        assert reached < 1.2 * least


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_converged_run_draws_no_remark(run, optimizer):
    easy = {"lam": 100, "tolerance": 0.05, "max_iterations": 2000, "schedule": "cosine"}
    job, found = run((0, 1), optimizer=optimizer, **easy)
    assert job.reason is StopReason.CONVERGED
    assert found == ()


def test_a_run_that_has_not_begun_draws_no_remark():
    nothing = up_to(history_of([1.0]), 1)
    assert diagnose(nothing, TrainConfig(), None) == ()
    empty = dataclasses.replace(
        nothing, **{f.name: np.array([]) for f in dataclasses.fields(nothing)}
    )
    assert diagnose(empty, TrainConfig(), None) == ()


# Steps that are too long.


@pytest.mark.parametrize("optimizer", LIMITED)
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_beyond_the_longest_step_a_parabola_is_climbed_and_below_it_is_descended(
    optimizer, momentum
):
    curvature = 3.0
    longest = OPTIMIZERS[optimizer].longest_step.times(
        momentum if "momentum" in OPTIMIZERS[optimizer].settings else 0.0
    )

    class Parabola:
        """f(x) = L x²/2 in the guise of an objective."""

        examples = 1

        @staticmethod
        def batch_gradient(x, _):
            return curvature * x

    def size_after(alpha):
        options = {"learning_rate": alpha, "momentum": momentum, "max_iterations": 500}
        if optimizer == "sgd":
            options["objective"] = Parabola
        return abs(
            minimize(
                lambda x: (curvature * x @ x / 2, curvature * x),
                [1.0],
                jac=True,
                method=OPTIMIZERS[optimizer].method,
                options=options,
            ).x[0]
        )

    assert size_after(0.97 * longest / curvature) < 1e-2
    assert size_after(1.03 * longest / curvature) > 1e2


@pytest.mark.parametrize("optimizer", LIMITED)
@pytest.mark.parametrize("digits", [(0, 1), (3, 8), ALL])
def test_alpha_far_above_the_limit_is_found_and_explained(run, digits, optimizer):
    job, (finding,) = run(digits, optimizer=optimizer, learning_rate=30, preparation="full")
    assert isinstance(finding, Diverged | Oscillating)
    X = job.training.prepared("full").design_matrix().astype(float)
    curvature = np.linalg.eigvalsh(X.T @ X / len(X))[-1] / 4 + 1 / len(X)
    # The penalty does not bend J along the bias, so L may be a little less than this.
    assert finding.steps.curvature == pytest.approx(curvature, rel=0.01)
    assert finding.steps.learning_rate == 30
    assert finding.steps.are_too_long
    assert finding.remedies[0] == {"learning_rate": "auto"}


@pytest.mark.parametrize("optimizer", ["adagrad", "rmsprop", "adam"])
def test_where_each_weight_has_its_own_step_no_limit_is_claimed(run, optimizer):
    _, (finding,) = run((3, 8), optimizer=optimizer, learning_rate=10, preparation="full")
    assert isinstance(finding, Diverged | Oscillating)
    assert finding.steps.longest is None
    assert finding.steps.automatic < 1
    assert finding.remedies[0] == {"learning_rate": "auto"}


def test_alpha_above_the_limit_that_does_no_harm_is_not_blamed(run):
    job, found = run((0, 1), optimizer="gradient-descent", learning_rate=1, preparation="full")
    assert job.curvature > 2
    assert job.history().cost[-1] < 0.02
    assert found == ()


def test_a_run_that_is_lost_in_its_first_step_still_tells_its_cost(run):
    settings = {"optimizer": "gradient-descent", "lam": 1e6, "learning_rate": 1e3}
    job, (finding,) = run((0, 1), **settings)
    assert job.reason is StopReason.DIVERGED
    assert len(job.history()) == 1
    X, y = job.training.design_matrix().astype(float), job.training.labels.astype(float)
    _, gradient = cost_and_gradient(np.zeros(401), X, y, lam=1e6)
    reached, _ = cost_and_gradient(-1e3 * gradient, X, y, lam=1e6)
    assert isinstance(finding, Diverged)
    assert (finding.iteration, finding.cost_at_start) == (1, pytest.approx(np.log(2)))
    assert finding.cost == pytest.approx(reached, rel=1e-9)


def test_too_much_momentum_is_named_where_alpha_is_automatic():
    swinging = 1.5 + np.cos(np.arange(200))
    config = TrainConfig(optimizer="momentum", momentum=0.99)
    [finding] = diagnose(history_of(swinging), config, None)
    assert isinstance(finding, Oscillating)
    assert finding.remedies[0] == {"momentum": 0.9}


def test_swings_by_mini_batches_are_laid_to_the_batches():
    costs = 1.5 + 0.4 * np.cos(np.arange(200))
    [finding] = diagnose(history_of(costs), TrainConfig(optimizer="sgd", batch_size=2), None)
    assert isinstance(finding, Noisy)
    newest = costs[-31:]
    assert (finding.rises, finding.of) == (int((np.diff(newest) > 0).sum()), 30)
    assert (finding.least, finding.most) == (newest.min(), newest.max())
    assert {"batch_size": 8} in finding.remedies


def test_j_that_comes_down_from_a_leap_has_not_settled_though_no_new_step_raised_it():
    down, leap, down_again = np.geomspace(0.7, 0.01, 60), [1, 10, 100], np.geomspace(90, 0.5, 40)
    config = TrainConfig(optimizer="gradient-descent", learning_rate=10)
    assert diagnose(history_of(down), config, None) == ()
    [finding] = diagnose(history_of([*down, *leap, *down_again]), config, None)
    assert isinstance(finding, Oscillating)
    assert (finding.rises, finding.of, finding.least, finding.most) == (3, 43, down[-1], 100)


# Steps that are too short, and runs that are.


@pytest.mark.parametrize("digits", [(0, 1), ALL])
@pytest.mark.parametrize(
    ("optimizer", "alpha"),
    [("gradient-descent", 0.001), ("momentum", 0.001), ("adagrad", 0.001), ("adam", 0.001)],
)
def test_short_steps_are_found_while_the_run_goes_on(run, digits, optimizer, alpha):
    job, (finding,) = run(digits, optimizer=optimizer, learning_rate=alpha, preparation="full")
    assert isinstance(finding, Crawling)
    [live] = diagnose(up_to(job.history(), 101), job.config, None, curvature=job.curvature)
    assert isinstance(live, Crawling)
    costs = job.history().cost[:101]
    assert live.iterations == 10
    assert live.fell == pytest.approx(1 - costs[100] / costs[90])
    better, _ = run(digits, optimizer=optimizer, preparation="full", **live.remedies[0])
    assert better.history().cost[-1] < 0.5 * job.history().cost[-1]


def test_more_iterations_are_asked_for_within_what_is_accepted(run):
    job, (finding,) = run((0, 1), optimizer="gradient-descent", preparation="full")
    assert isinstance(finding, NotThereYet)
    costs = job.history().cost
    assert finding.fell == pytest.approx(1 - costs[400] / costs[400 - finding.iterations])
    longest = dataclasses.replace(job.config, max_iterations=10_000)
    [finding] = diagnose(job.history(), longest, StopReason.ITERATIONS)
    assert finding.remedies == ({"optimizer": "l-bfgs-b"},)


# No minimum.


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "newton-cg", "gradient-descent"])
def test_a_separated_run_tells_how_theta_has_grown(run, optimizer):
    job, found = run((0, 1), optimizer=optimizer, lam=0)
    finding = found[0]
    assert isinstance(finding, NoMinimum)
    assert finding.separated
    assert finding.size == pytest.approx(np.linalg.norm(job.model().theta))
    assert finding.size > finding.earlier_size
    better, _ = run((0, 1), lam=finding.remedies[0]["lam"])
    assert better.reason is StopReason.CONVERGED


def test_a_pixel_on_one_side_only_is_told_from_separation():
    [finding] = diagnose(history_of([0.7, 0.3, 0.2]), TrainConfig(lam=0), StopReason.ENDLESS)
    assert isinstance(finding, NoMinimum)
    assert not finding.separated


def test_while_it_goes_on_only_one_problem_alone_is_called_separated():
    costs = np.geomspace(0.7, 0.01, 10)
    config = TrainConfig(lam=0)
    several = history_of(costs, accuracy=1.0, theta=np.ones((10, 3, 401)))
    assert diagnose(history_of(costs, accuracy=1.0), config, None)
    assert diagnose(several, config, None) == ()  # the largest z may be right with mistakes
    assert diagnose(several, dataclasses.replace(config, multiclass="softmax"), None)
    assert diagnose(history_of(costs), config, None) == ()
    assert diagnose(history_of(costs, accuracy=1.0), TrainConfig(lam=0.1), None) == ()


# Overfitting.


@pytest.fixture(scope="module")
def overfitting(run):
    job, (finding,) = run(ALL, optimizer="newton-cg", lam=0.001)
    assert isinstance(finding, Overfitting)
    return job, finding


def test_overfitting_is_told_with_its_turning_point(overfitting):
    job, finding = overfitting
    held_out = job.history().held_out_cost
    assert finding.iteration == held_out.argmin()
    assert (finding.least, finding.now) == (held_out.min(), held_out[-1])


def test_more_penalty_helps_against_overfitting(run, overfitting):
    job, finding = overfitting
    better, _ = run(ALL, optimizer="newton-cg", **finding.remedies[0])
    assert better.history().held_out_cost[-1] < job.history().held_out_cost[-1]


def test_who_stops_at_the_turning_point_has_the_least_held_out_cost(run, overfitting):
    job, finding = overfitting
    stopped, _ = run(ALL, optimizer="newton-cg", lam=0.001, **finding.remedies[1])
    assert stopped.history().held_out_cost[-1] == job.history().held_out_cost.min()


def test_held_out_cost_that_rises_with_the_training_cost_is_no_overfitting():
    bowl = np.r_[np.linspace(0.7, 0.2, 30), np.linspace(0.2, 0.35, 30)]
    falling = np.linspace(0.7, 0.1, 60)
    assert diagnose(history_of(bowl), TrainConfig(), None) == ()
    [finding] = diagnose(history_of(falling, held_out=bowl), TrainConfig(), None)
    assert isinstance(finding, Overfitting)


def test_one_bad_step_is_no_overfitting():
    falling = np.linspace(0.7, 0.1, 60)
    noisy = falling + 0.1
    noisy[-1] = 0.9
    assert diagnose(history_of(falling, held_out=noisy), TrainConfig(), None) == ()


def test_a_schedule_over_the_whole_run_cannot_be_cut_short():
    bowl = np.r_[np.linspace(0.7, 0.2, 30), np.linspace(0.2, 0.35, 30)]
    history = history_of(np.linspace(0.7, 0.1, 60), held_out=bowl)
    cosine = TrainConfig(optimizer="adam", schedule="cosine")
    [finding] = diagnose(history, cosine, None)
    assert finding.remedies == ({"lam": 10},)


def test_without_held_out_images_nothing_is_said_of_them():
    history = history_of(np.linspace(0.7, 0.1, 60), held_out=np.full(60, np.nan))
    assert diagnose(history, TrainConfig(), None) == ()


# Stalled.


def test_a_stalled_run_is_offered_a_tolerance_that_it_reaches():
    history = history_of([0.7, 0.2, 0.2], gradient_norm=3e-8)
    [finding] = diagnose(history, TrainConfig(tolerance=1e-9), StopReason.STALLED)
    assert isinstance(finding, Stalled)
    assert (finding.gradient_norm, finding.tolerance) == (3e-8, 1e-9)
    assert finding.remedies == ({"tolerance": 1e-7},)
    [finding] = diagnose(history_of([0.7]), TrainConfig(tolerance=1), StopReason.STALLED)
    assert finding.remedies == ()


# Every remedy can be taken.


@pytest.mark.parametrize("lam", [0, 1e6])
@pytest.mark.parametrize("reason", [None, *StopReason])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_remedy_is_accepted_and_changes_something(optimizer, reason, lam):
    bowl = np.r_[np.linspace(0.7, 0.2, 30), np.linspace(0.2, 0.35, 30)]
    config = TrainConfig(optimizer=optimizer, lam=lam, learning_rate=1e3, max_iterations=9_000)
    for costs in (np.linspace(0.7, 0.1, 60), np.linspace(0.7, 9, 60), 2 + np.cos(range(60))):
        history = history_of(costs, held_out=bowl, accuracy=1)
        for finding in diagnose(history, config, reason, curvature=5.0):
            for remedy in finding.remedies:
                assert TrainConfig.from_dict({**config.to_dict(), **remedy}) != config


# What would be refused.


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"optimizer": "sgd", "batch_size": 37}, "batch_size"),
        ({"optimizer": "bfgs", "multiclass": "softmax"}, "multiclass"),
        ({"optimizer": "sampled-surrogate", "multiclass": "softmax"}, "multiclass"),
    ],
)
def test_what_a_run_would_refuse_is_known_beforehand(three_digits, settings, setting):
    config = TrainConfig(**settings)
    refused = refusal(config, len(three_digits), 3)
    assert refused.setting == setting
    with pytest.raises(ConfigError) as raised:
        fit(three_digits, config)
    assert str(raised.value) == refused.sentence


@pytest.mark.parametrize(
    "settings",
    [{"optimizer": "sgd", "batch_size": 36}, {"batch_size": 37}, {"multiclass": "softmax"}],
)
def test_what_a_run_would_take_is_not_refused(three_digits, settings):
    config = TrainConfig(max_iterations=2, **settings)
    assert refusal(config, len(three_digits), 3) is None
    fit(three_digits, config)


def test_softmax_of_two_digits_is_no_softmax(pair):
    config = TrainConfig(optimizer="bfgs", multiclass="softmax", max_iterations=2)
    assert refusal(config, len(pair), 2) is None
    fit(pair, config)


def test_safe_learning_rate_is_one_over_the_curvature(pair):
    objective = Objective.from_labels(pair.design_matrix(), pair.labels == 8, lam=1)
    assert_allclose(objective.safe_learning_rate() * objective.curvature(), 1)
