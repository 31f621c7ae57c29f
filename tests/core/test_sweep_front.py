"""Which trials no other beats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from logreg_core.sweep import GOALS, HELD_OUT_ACCURACY, HELD_OUT_COST, SECONDS_TO_GAP
from logreg_core.sweep.front import best_trials, pareto_front
from tests.made_up_trials import trial

FEW = st.integers(0, 5).map(float)  # so that many values are equal


@pytest.mark.parametrize(
    "goals", [(HELD_OUT_ACCURACY, SECONDS_TO_GAP), (HELD_OUT_COST, SECONDS_TO_GAP)]
)
@given(values=st.integers(0, 30).flatmap(lambda n: arrays(float, (n, 2), elements=FEW)))
def test_the_front_is_what_no_other_trial_beats(values, goals):
    signs = [-1 if goal.more_is_better else 1 for goal in goals]
    losses = values * signs
    unbeaten = [
        not any((other <= own).all() and (other < own).any() for other in losses) for own in losses
    ]
    assert pareto_front(values, goals).tolist() == unbeaten


@pytest.mark.parametrize("goal", GOALS.values())
@given(values=st.lists(FEW, min_size=1, max_size=9))
def test_the_front_of_one_goal_is_whatever_is_as_good_as_the_best(goal, values):
    trials = [trial(n, {"lam": 1.0}, value) for n, value in enumerate(values)]
    best = max(values) if goal.more_is_better else min(values)
    on_front = best_trials(trials, (goal,))
    assert [each.number for each in on_front] == [n for n, v in enumerate(values) if v == best]
