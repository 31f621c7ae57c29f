"""A TrainConfig is right, or it is never built."""

import dataclasses
import json

import numpy as np
import pytest

from logreg_core.config import TrainConfig
from logreg_core.errors import ConfigError
from logreg_core.optimizers import OPTIMIZERS

NUMBERS = (
    "lam",
    "learning_rate",
    "max_iterations",
    "max_seconds",
    "tolerance",
    "batch_size",
    "momentum",
    "seed",
)
WHOLE = ("max_iterations", "batch_size", "seed")

UNUSUAL = {
    "optimizer": "cg",
    "lam": 2.5,
    "learning_rate": 0.125,
    "schedule": "cosine",
    "max_iterations": 7,
    "max_seconds": 2.5,
    "tolerance": 1e-3,
    "batch_size": 10,
    "momentum": 0.5,
    "seed": 99,
    "preparation": "centred",
    "multiclass": "softmax",
}
NAMES = {
    "optimizer": tuple(OPTIMIZERS),
    "schedule": ("constant", "1/t", "cosine"),
    "preparation": ("none", "centred", "full"),
    "multiclass": ("one-vs-all", "softmax"),
}


def test_the_exercise_of_the_course_is_the_default():
    config = TrainConfig()
    assert (config.lam, config.preparation, config.multiclass) == (1, "none", "one-vs-all")
    assert config.optimizer in OPTIMIZERS


def test_a_config_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainConfig().lam = 2


def test_equal_configs_are_one_cache_key():
    assert len({TrainConfig(lam=3), TrainConfig(lam=3.0), TrainConfig(lam=np.float32(3))}) == 1
    assert TrainConfig(lam=3) != TrainConfig(lam=4)


@pytest.mark.parametrize("setting", NUMBERS)
@pytest.mark.parametrize(
    "value",
    [
        *(float("nan"), float("inf"), float("-inf"), -1, -1e-300, 1e300, 10**400),
        *("1", "", b"1", None, True, False, 1j, [1], (1,), {}),
        *(np.array([1, 2]), ...),
    ],
    ids=str,
)
def test_a_number_that_makes_no_sense_is_refused_by_name(setting, value):
    with pytest.raises(ConfigError, match=f"^{setting} accepts (whole )?numbers .* not "):
        TrainConfig(**{setting: value})


@pytest.mark.parametrize("setting", WHOLE)
@pytest.mark.parametrize("value", [1.5, np.float64(2.000001)])
def test_a_fraction_is_refused_where_only_whole_numbers_count(setting, value):
    with pytest.raises(ConfigError, match=f"^{setting} accepts whole numbers"):
        TrainConfig(**{setting: value})


@pytest.mark.parametrize(
    ("setting", "accepted", "refused"),
    [
        ("lam", [0, 1e6], [-1e-9, 1_000_001]),
        ("learning_rate", [1e-300, 1000], [0, 1000.1]),
        ("max_iterations", [1, 10_000], [0, 10_001]),
        ("max_seconds", [0.001, 3600], [0, 0.0009, 3601]),
        ("tolerance", [0, 1], [-1e-9, 1.1]),
        ("batch_size", [1, 1_000_000], [0, 1_000_001]),
        ("momentum", [0, 0.999], [-1e-9, 0.9991, 1]),
        ("seed", [0, 2**31 - 1], [-1, 2**31]),
    ],
)
def test_a_range_reaches_as_far_as_its_description_says(setting, accepted, refused):
    for value in accepted:
        assert getattr(TrainConfig(**{setting: value}), setting) == value
    for value in refused:
        with pytest.raises(ConfigError, match=f"^{setting} accepts"):
            TrainConfig(**{setting: value})


@pytest.mark.parametrize("setting", NAMES)
@pytest.mark.parametrize(
    "value", ["", "nonsense", "bfgs ", None, True, 3, float("nan"), ["bfgs"], b"bfgs", {}], ids=str
)
def test_an_unknown_name_is_refused_with_those_that_there_are(setting, value):
    with pytest.raises(ConfigError, match=f"^{setting} accepts .*, not ") as refusal:
        TrainConfig(**{setting: value})
    assert all(name in str(refusal.value) for name in NAMES[setting])


@pytest.mark.parametrize("setting", NAMES)
def test_every_name_that_there_is_is_accepted(setting):
    for name in NAMES[setting]:
        assert getattr(TrainConfig(**{setting: name}), setting) == name


def test_a_learning_rate_fits_itself_to_the_data_unless_it_is_given():
    assert TrainConfig().learning_rate == TrainConfig(learning_rate="auto").learning_rate == "auto"


@pytest.mark.parametrize(
    "value", ["fast", "", "0.1", 0, 1e300, float("nan"), float("inf"), -1, None, ["auto"]], ids=str
)
def test_a_learning_rate_that_is_refused_is_told_of_auto(value):
    with pytest.raises(ConfigError, match=r"^learning_rate accepts .*above 0 to 1,?000") as refusal:
        TrainConfig(learning_rate=value)
    assert "auto" in str(refusal.value).partition(", not ")[0]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_found_in_any_case(name):
    assert TrainConfig(optimizer=name.upper()) == TrainConfig(optimizer=name.title())
    assert TrainConfig(optimizer=name.upper()).optimizer == name


def test_numbers_become_plain_whatever_kind_they_came_as():
    config = TrainConfig(lam=3, max_iterations=50.0, seed=np.int64(4), momentum=np.float32(0.5))
    assert [type(value) for value in config.to_dict().values()] == [
        *(str, float, str, str, int, float, float, int, float, int, str, str)
    ]
    assert type(TrainConfig(learning_rate=np.float32(0.5)).learning_rate) is float
    assert (config.max_iterations, config.seed, config.momentum) == (50, 4, 0.5)


@pytest.mark.parametrize(
    "config", [TrainConfig(), TrainConfig(**UNUSUAL)], ids=["usual", "unusual"]
)
def test_a_config_survives_the_way_through_json(config):
    assert TrainConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_every_setting_is_in_the_dictionary():
    assert TrainConfig(**UNUSUAL).to_dict() == UNUSUAL
    assert {field.name for field in dataclasses.fields(TrainConfig)} == set(UNUSUAL)


def test_settings_that_are_not_given_keep_their_default():
    assert TrainConfig.from_dict({}) == TrainConfig()
    assert TrainConfig.from_dict({"seed": 5}) == TrainConfig(seed=5)


def test_a_setting_that_does_not_exist_is_refused_by_name():
    with pytest.raises(ConfigError, match=r"There is no setting 'lamda'; there are .*'lam'"):
        TrainConfig.from_dict({"lam": 1, "lamda": 2})


def test_a_dictionary_is_checked_like_the_arguments():
    with pytest.raises(ConfigError, match=r"^lam accepts"):
        TrainConfig.from_dict({"lam": "1"})


def test_classes_that_share_one_probability_are_never_learnt_one_after_another():
    config = TrainConfig(optimizer="bfgs", multiclass="softmax")
    assert not any(config.learns_class_after_class(classes) for classes in (2, 3, 10))
