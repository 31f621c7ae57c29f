"""What the best trials have in common, and whether a range ends too early."""

from __future__ import annotations

import numpy as np
import pytest

from logreg_core.sweep import Choices, Space
from logreg_core.sweep.findings import agreement, edges
from tests.made_up_trials import PLAN, scores_of, trial, trials_of_bowl


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
