"""Several trainings: one for each config, as fit would have it; they can be stopped."""

import dataclasses

import pytest

from logreg_core.config import TrainConfig
from logreg_core.errors import ConfigError
from logreg_core.history import StopReason
from logreg_core.line import Line
from logreg_core.training import fit
from logreg_core.trainings import Trainings, grid

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure

# Ten thousand iterations, none of which is the last by itself.
LONG = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, tolerance=0, max_iterations=10_000
)


def ended(trainings):
    trainings.start()
    assert trainings.wait(SOON)
    return trainings


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


def test_an_outcome_is_the_fit_of_its_config_alone(training_and_held_out):
    training, held_out = training_and_held_out
    configs = [
        *grid(TrainConfig(max_iterations=12), {"lam": [0.1, 10], "optimizer": ["cg", "l-bfgs-b"]}),
        *grid(
            TrainConfig(max_iterations=5),
            {"optimizer": ["sgd", "adam"], "learning_rate": ["auto", 0.1]},
        ),
        TrainConfig(tolerance=0.1),
    ]
    outcomes = ended(Trainings(training, held_out, configs)).outcomes
    assert [outcome.config for outcome in outcomes] == configs
    for outcome in outcomes:
        alone = fit(training, outcome.config, held_out=held_out)
        assert (outcome.model.theta == alone.model.theta).all()
        same_time = dataclasses.replace(outcome.last, seconds=alone.history.seconds[-1])
        assert same_time == alone.history.step(-1)
        assert outcome.reason is alone.reason
        for score, part, share in (
            (outcome.scores.training, training, outcome.last.accuracy),
            (outcome.scores.held_out, held_out, outcome.last.held_out_accuracy),
        ):
            assert (score.right, score.of) == (round(share * len(part)), len(part))
    assert outcomes[-1].reason is StopReason.CONVERGED


def test_trainings_that_were_not_started_have_nothing_to_show(training_and_held_out):
    trainings = Trainings(*training_and_held_out, [TrainConfig()])
    assert (trainings.running, trainings.outcomes, trainings.failure) == (False, (), None)


def test_no_trainings_end_at_once(training_and_held_out):
    trainings = ended(Trainings(*training_and_held_out, []))
    assert (trainings.outcomes, trainings.failure) == ((), None)


def test_stopping_keeps_the_trainings_that_are_over(training_and_held_out):
    configs = [TrainConfig(max_iterations=2), *[LONG] * 20]
    trainings = Trainings(*training_and_held_out, configs)
    trainings.start()
    while not trainings.outcomes:
        assert not trainings.wait(0.01)
    assert trainings.running
    trainings.stop()
    assert trainings.wait(SOON)
    assert 1 <= len(trainings.outcomes) < len(configs)
    assert [outcome.config for outcome in trainings.outcomes] == configs[: len(trainings.outcomes)]
    assert StopReason.VISITOR not in {outcome.reason for outcome in trainings.outcomes}
    assert trainings.failure is None


def test_stopping_does_not_wait_for_the_end_of_the_present_training(
    training_and_held_out, monkeypatch
):
    reasons = []

    def noted(*args, **options):
        result = fit(*args, **options)
        reasons.append(result.reason)
        return result

    monkeypatch.setattr("logreg_core.trainings.fit", noted)
    trainings = Trainings(*training_and_held_out, [TrainConfig(max_iterations=2), *[LONG] * 20])
    trainings.start()
    while not trainings.outcomes:
        assert not trainings.wait(0.01)
    trainings.stop()
    assert trainings.wait(SOON)
    assert reasons[-1] is StopReason.VISITOR


def test_trainings_that_were_stopped_before_their_start_learn_nothing(training_and_held_out):
    trainings = Trainings(*training_and_held_out, [LONG] * 20)
    trainings.stop()
    assert ended(trainings).outcomes == ()


def test_data_that_cannot_be_learnt_from_is_said_in_a_sentence(training_and_held_out):
    training, held_out = training_and_held_out
    trainings = ended(Trainings(training.only(1), held_out, [TrainConfig()]))
    assert trainings.failure.startswith("All images show the digit 1")
    assert (trainings.outcomes, trainings.running) == ((), False)


def test_settings_that_do_not_suit_the_data_are_said_in_a_sentence(pair):
    configs = grid(TrainConfig(optimizer="sgd", max_iterations=1), {"batch_size": [8, 25, 8]})
    trainings = ended(Trainings(pair, pair, configs))
    assert trainings.failure == (
        "A batch of 25 is larger than the data: there are 24 training examples."
    )
    assert [outcome.config for outcome in trainings.outcomes] == [configs[0]]


def test_a_held_out_digit_that_training_never_saw_is_said_in_a_sentence(ten_digits):
    trainings = ended(Trainings(ten_digits.only(0, 1), ten_digits.only(1, 7), [TrainConfig()]))
    assert trainings.failure.startswith("The digit 7 is not among the classes")


def test_trainings_stand_in_line_and_give_their_place_back(training_and_held_out):
    line = Line(places=1)
    line.take("somebody else", give_up=lambda: True)
    trainings = Trainings(*training_and_held_out, [TrainConfig(max_iterations=2)], line=line)
    trainings.start()
    while trainings.ahead is None:
        assert trainings.running
    assert trainings.outcomes == ()
    line.leave("somebody else")
    assert trainings.wait(60)
    assert len(trainings.outcomes) == 1
    assert line.take("the next", give_up=lambda: True)


def test_others_need_not_wait_for_the_end_of_a_training(training_and_held_out):
    line = Line(places=1, slice_seconds=0)
    trainings = Trainings(*training_and_held_out, [LONG], line=line)
    trainings.start()
    while line.is_idle:
        assert trainings.running
    assert line.take("somebody else", give_up=lambda: not trainings.running)
    assert trainings.outcomes == ()
    trainings.stop()
    assert trainings.wait(SOON)


def test_trainings_whose_visitor_has_gone_end_by_themselves(training_and_held_out, monkeypatch):
    monkeypatch.setattr("logreg_core.job.ABANDONED_SECONDS", 0.0)
    endless = TrainConfig(optimizer="gradient-descent", tolerance=0, max_iterations=10_000)
    trainings = Trainings(*training_and_held_out, [endless] * 1000, still_wanted=lambda: False)
    trainings.start()
    assert trainings.wait(60)
    assert len(trainings.outcomes) < 1000
    assert trainings.failure is None
