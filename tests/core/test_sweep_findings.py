"""What the best trials have in common, and whether a range ends too early."""

from __future__ import annotations

import numpy as np
import pytest

from logreg_core.sweep import Choices, Interval, Space
from logreg_core.sweep.findings import Agreement, agreement, edges
from tests.made_up_trials import (
    PLAN,
    SPACE,
    WITH,
    WITHOUT,
    scores_of,
    trial,
    trials_of_bowl,
)


def falling(count=20, *, up):
    """The larger λ, the better, or the smaller."""
    lams = np.geomspace(0.01, 100, count)
    return [
        trial(n, {"lam": float(lam), "learning_rate": 0.1}, 1 / (n + 1) if up else 1.0 + n)
        for n, lam in enumerate(lams)
    ]


@pytest.mark.parametrize("up", [False, True])
def test_a_best_value_at_the_end_of_its_range_is_found(up):
    (edge,) = edges(scores_of(falling(up=up)), PLAN.space)
    assert (edge.setting, edge.upper) == ("lam", up)
    assert edge.value == pytest.approx(100 if up else 0.01)


def test_no_end_is_named_that_is_none():
    assert edges(scores_of(trials_of_bowl(200)), PLAN.space) == ()
    equal = [trial(n, each.settings, 1.0) for n, each in enumerate(falling(up=True))]
    assert edges(scores_of(equal), PLAN.space) == ()
    lowest = Space((Choices("lam", (0, 1, 10)),))
    trials = [trial(n, {"lam": float(lam)}, 1.0 + lam) for n, lam in enumerate((0, 1, 10))]
    assert edges(scores_of(trials), lowest) == (), "λ cannot be below 0"


def test_what_the_best_have_in_common_is_the_setting_in_which_they_are_closest():
    found = agreement(scores_of(trials_of_bowl(200)), PLAN.space)
    assert (found.setting, found.best, found.trials) == ("lam", 20, 200)
    assert 0.2 < found.low < 1 < found.high < 5


@pytest.mark.parametrize("best", [0.01, 100])
def test_no_end_is_named_of_a_setting_that_does_not_matter(best):
    """Its best value is somewhere, here at an end, but the next best are anywhere."""
    lams = (best, 0.3, 20, 1, 0.05, 5, 70, 0.2, 2, 0.02)
    trials = [trial(n, {"lam": lam, "learning_rate": 0.1}, 1.0 + n) for n, lam in enumerate(lams)]
    assert edges(scores_of(trials), PLAN.space) == ()


def test_no_end_is_named_beyond_which_a_setting_is_not_accepted():
    lams = np.geomspace(1, 1e6, 20)
    trials = [trial(n, {"lam": float(lam)}, 1 / lam) for n, lam in enumerate(lams)]
    assert edges(scores_of(trials), Space((Interval("lam", 1, 1e6),))) == ()
    (edge,) = edges(scores_of(trials[:-3]), Space((Interval("lam", 1, float(lams[-4])),)))
    assert edge.upper


def test_nothing_is_said_of_a_setting_that_some_of_the_best_do_not_use():
    """μ of the best is at its upper end and the same in all that have one: half of them."""
    lams = np.random.default_rng(0).permutation(np.geomspace(0.01, 100, 20)).tolist()
    trials = [
        trial(n, {**(WITH | {"momentum": 0.9} if n % 2 == 0 else WITHOUT), "lam": lam}, 1.0 + n)
        for n, lam in enumerate(lams)
    ]
    scores = scores_of(trials)
    assert edges(scores, SPACE) == ()
    assert agreement(scores, SPACE) is None


def of_two_optimisers(*best, count=20):
    """Trials in which λ does not matter, of which the best five have these optimisers."""
    optimizers = [*best, *("bfgs", "momentum") * count][:count]
    return [
        trial(n, {"optimizer": name, "lam": 10.0 ** (n % 5 - 2)}, 1.0 + n)
        for n, name in enumerate(optimizers)
    ]


def test_a_choice_that_all_the_best_have_made_is_what_they_have_in_common():
    found = agreement(scores_of(of_two_optimisers(*["momentum"] * 5)), SPACE)
    assert found == Agreement("optimizer", "momentum", "momentum", best=5, trials=20)


def test_a_choice_that_the_best_have_made_in_both_ways_is_none():
    assert agreement(scores_of(of_two_optimisers(*["momentum"] * 4, "bfgs")), SPACE) is None


@pytest.mark.parametrize(("count", "is_enough"), [(14, False), (15, True)])
def test_of_few_trials_nothing_is_said_of_the_best(count, is_enough):
    trials = of_two_optimisers(*["momentum"] * 5, count=count)
    assert (agreement(scores_of(trials), SPACE) is not None) is is_enough


def test_of_trials_that_are_equally_good_none_is_one_of_the_best():
    alike = [
        trial(n, each.settings, 1.0) for n, each in enumerate(of_two_optimisers(*["bfgs"] * 5))
    ]
    assert agreement(scores_of(alike), SPACE) is None
