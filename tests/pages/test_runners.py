"""A race's runners survive the way through a link, and nothing else gets in."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.runners import (
    FIRST_RUNNERS,
    MOST_RUNNERS,
    Runner,
    named,
    read_runners,
    write_runners,
)
from dashboard.settings import FIRST_CONFIG
from logreg_core import OPTIMIZERS, ConfigError

VALUES = {
    "learning_rate": st.one_of(st.just("auto"), st.floats(1e-6, 1e3)),
    "schedule": st.sampled_from(["constant", "1/t", "cosine"]),
    "momentum": st.floats(0, 0.999),
    "batch_size": st.integers(1, 1_000_000),
}


@st.composite
def runners(draw):
    runner = Runner(draw(st.sampled_from(list(OPTIMIZERS))))
    for setting in runner.settings:
        if draw(st.booleans()):
            runner = runner.with_own(setting, draw(VALUES[setting]))
    return runner


@given(st.lists(runners(), min_size=1, max_size=MOST_RUNNERS))
def test_whoever_is_written_is_read_again(race):
    assert read_runners(write_runners(race)) == tuple(race)


@given(st.text(max_size=200))
def test_any_other_text_is_refused_in_a_sentence(text):
    with suppress(ConfigError):
        assert 1 <= len(read_runners(text)) <= MOST_RUNNERS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "adam:momentum=0.9",
        "adam:learning_rate=-1",
        "adam:learning_rate=nan",
        "sgd:batch_size=1.5",
        "sgd:lam=3",
        ",".join(["adam"] * (MOST_RUNNERS + 1)),
    ],
)
def test_what_no_race_can_be_is_refused(text):
    with pytest.raises(ConfigError):
        read_runners(text)


def test_a_runner_has_its_own_settings_and_shares_the_rest():
    race = FIRST_CONFIG.from_dict({**FIRST_CONFIG.to_dict(), "lam": 7.0, "learning_rate": 5.0})
    config = Runner("momentum").with_own("momentum", 0.5).config(race)
    assert (config.optimizer, config.momentum, config.lam) == ("momentum", 0.5, 7.0)
    assert config.learning_rate == "auto", "the α of the single run is not the race's"


def test_a_setting_that_goes_back_to_the_usual_is_not_written():
    runner = Runner("adam").with_own("learning_rate", 0.1).with_own("learning_rate", "auto")
    assert runner == Runner("adam")


def test_no_two_runners_share_a_name():
    twice = [Runner("adam"), Runner("adam"), Runner("adam").with_own("learning_rate", 0.1)]
    assert list(named(twice)) == ["Adam", "Adam (2)", "Adam α=0.1"]
    assert len(named(FIRST_RUNNERS)) == len(FIRST_RUNNERS)
