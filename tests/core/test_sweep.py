"""A sweep trains once for each config, as fit would, and can be stopped."""

import dataclasses

import pytest

from logreg_core.config import TrainConfig
from logreg_core.errors import ConfigError
from logreg_core.history import StopReason
from logreg_core.line import Line
from logreg_core.sweep import Sweep, grid
from logreg_core.training import fit

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure

# Ten thousand iterations, none of which is the last by itself.
LONG = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, tolerance=0, max_iterations=10_000
)


def ended(sweep):
    sweep.start()
    assert sweep.wait(SOON)
    return sweep


# Grids.


def test_the_last_setting_of_a_grid_varies_fastest():
    configs = grid(TrainConfig(seed=4), {"lam": [0, 1, 10], "learning_rate": [0.1, 1]})
    assert [(config.lam, config.learning_rate) for config in configs] == [
        *((0, 0.1), (0, 1), (1, 0.1), (1, 1), (10, 0.1), (10, 1))
    ]
    assert {config.seed for config in configs} == {4}


def test_a_grid_has_as_many_configs_as_its_sides_multiplied():
    configs = grid(TrainConfig(), {"lam": range(5), "seed": range(3), "momentum": [0, 0.5]})
    assert len(set(configs)) == len(configs) == 5 * 3 * 2


def test_a_grid_without_sides_is_the_base_alone():
    assert grid(TrainConfig(lam=3), {}) == (TrainConfig(lam=3),)
    assert grid(TrainConfig(), {"lam": []}) == ()


def test_auto_is_a_learning_rate_like_any_other():
    configs = grid(TrainConfig(), {"learning_rate": ["auto", 0.1], "schedule": ["1/t", "cosine"]})
    assert [(config.learning_rate, config.schedule) for config in configs] == [
        *(("auto", "1/t"), ("auto", "cosine"), (0.1, "1/t"), (0.1, "cosine"))
    ]


def test_a_grid_refuses_a_value_that_a_config_refuses():
    with pytest.raises(ConfigError, match=r"^lam accepts"):
        grid(TrainConfig(), {"lam": [1, -1]})


# Sweeps.


def test_a_trial_is_the_fit_of_its_config_alone(training_and_held_out):
    training, held_out = training_and_held_out
    configs = [
        *grid(TrainConfig(max_iterations=12), {"lam": [0.1, 10], "optimizer": ["cg", "l-bfgs-b"]}),
        *grid(
            TrainConfig(max_iterations=5),
            {"optimizer": ["sgd", "adam"], "learning_rate": ["auto", 0.1]},
        ),
        TrainConfig(tolerance=0.1),
    ]
    trials = ended(Sweep(training, held_out, configs)).trials
    assert [trial.config for trial in trials] == configs
    for trial in trials:
        alone = fit(training, trial.config, held_out=held_out)
        assert (trial.model.theta == alone.model.theta).all()
        same_time = dataclasses.replace(trial.last, seconds=alone.history.seconds[-1])
        assert same_time == alone.history.step(-1)
        assert trial.reason is alone.reason
        for score, part, share in (
            (trial.scores.training, training, trial.last.accuracy),
            (trial.scores.held_out, held_out, trial.last.held_out_accuracy),
        ):
            assert (score.right, score.of) == (round(share * len(part)), len(part))
    assert trials[-1].reason is StopReason.CONVERGED


def test_a_sweep_that_was_not_started_has_nothing_to_show(training_and_held_out):
    sweep = Sweep(*training_and_held_out, [TrainConfig()])
    assert (sweep.running, sweep.trials, sweep.failure) == (False, (), None)


def test_a_sweep_of_nothing_ends_at_once(training_and_held_out):
    sweep = ended(Sweep(*training_and_held_out, []))
    assert (sweep.trials, sweep.failure) == ((), None)


def test_stopping_keeps_the_trials_that_are_over(training_and_held_out):
    configs = [TrainConfig(max_iterations=2), *[LONG] * 20]
    sweep = Sweep(*training_and_held_out, configs)
    sweep.start()
    while not sweep.trials:
        assert not sweep.wait(0.01)
    assert sweep.running
    sweep.stop()
    assert sweep.wait(SOON)
    assert 1 <= len(sweep.trials) < len(configs)
    assert [trial.config for trial in sweep.trials] == configs[: len(sweep.trials)]
    assert StopReason.VISITOR not in {trial.reason for trial in sweep.trials}
    assert sweep.failure is None


def test_stopping_does_not_wait_for_the_end_of_the_present_trial(
    training_and_held_out, monkeypatch
):
    reasons = []

    def noted(*args, **options):
        result = fit(*args, **options)
        reasons.append(result.reason)
        return result

    monkeypatch.setattr("logreg_core.sweep.fit", noted)
    sweep = Sweep(*training_and_held_out, [TrainConfig(max_iterations=2), *[LONG] * 20])
    sweep.start()
    while not sweep.trials:
        assert not sweep.wait(0.01)
    sweep.stop()
    assert sweep.wait(SOON)
    assert reasons[-1] is StopReason.VISITOR


def test_a_sweep_that_was_stopped_before_its_start_trains_nothing(training_and_held_out):
    sweep = Sweep(*training_and_held_out, [LONG] * 20)
    sweep.stop()
    assert ended(sweep).trials == ()


def test_data_that_cannot_be_learnt_from_is_said_in_a_sentence(training_and_held_out):
    training, held_out = training_and_held_out
    sweep = ended(Sweep(training.only(1), held_out, [TrainConfig()]))
    assert sweep.failure.startswith("All images show the digit 1")
    assert (sweep.trials, sweep.running) == ((), False)


def test_settings_that_do_not_suit_the_data_are_said_in_a_sentence(pair):
    configs = grid(TrainConfig(optimizer="sgd", max_iterations=1), {"batch_size": [8, 25, 8]})
    sweep = ended(Sweep(pair, pair, configs))
    assert sweep.failure == (
        "A batch of 25 is larger than the data: there are 24 training examples."
    )
    assert [trial.config for trial in sweep.trials] == [configs[0]]


def test_a_held_out_digit_that_training_never_saw_is_said_in_a_sentence(ten_digits):
    sweep = ended(Sweep(ten_digits.only(0, 1), ten_digits.only(1, 7), [TrainConfig()]))
    assert sweep.failure.startswith("The digit 7 is not among the classes")


def test_a_sweep_stands_in_line_and_gives_its_place_back(training_and_held_out):
    line = Line(places=1)
    line.take("somebody else", give_up=lambda: True)
    sweep = Sweep(*training_and_held_out, [TrainConfig(max_iterations=2)], line=line)
    sweep.start()
    while sweep.ahead is None:
        assert sweep.running
    assert sweep.trials == ()
    line.leave("somebody else")
    assert sweep.wait(60)
    assert len(sweep.trials) == 1
    assert line.take("the next", give_up=lambda: True)


def test_a_sweep_whose_visitor_has_gone_ends_by_itself(training_and_held_out, monkeypatch):
    monkeypatch.setattr("logreg_core.job.ABANDONED_SECONDS", 0.0)
    endless = TrainConfig(optimizer="gradient-descent", tolerance=0, max_iterations=10_000)
    sweep = Sweep(*training_and_held_out, [endless] * 1000, still_wanted=lambda: False)
    sweep.start()
    assert sweep.wait(60)
    assert len(sweep.trials) < 1000
    assert sweep.failure is None
