"""What trials came to by a goal, and which is the best."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from logreg_core.sweep import HELD_OUT_ACCURACY, HELD_OUT_COST, SECONDS_TO_GAP, TrialState
from logreg_core.sweep.scores import TrialScores, rank
from tests.made_up_trials import RESULT, scores_of, trial


def test_trials_without_a_finite_value_are_left_out_and_counted():
    values = [1.0, np.inf, np.nan, 2.0]
    scores = scores_of([trial(n, {"lam": 1.0}, value) for n, value in enumerate(values)])
    assert scores.values.tolist() == [1.0, 2.0]
    assert (scores.missed, scores.overflowed) == (0, 2)


def test_who_missed_the_gap_is_told_from_whose_cost_overflowed():
    goals = (HELD_OUT_COST, SECONDS_TO_GAP)
    values = [(0.1, 1.0), (0.2, np.inf), (np.inf, 2.0), (np.inf, np.inf)]
    trials = [trial(n, {"lam": 1.0}, *pair) for n, pair in enumerate(values)]
    first, second = TrialScores.of_all(trials, goals)
    assert (first.missed, first.overflowed) == (second.missed, second.overflowed) == (1, 2)


def test_what_an_unsteady_run_came_by_in_passing_counts_for_nothing():
    swung = replace(RESULT, unsteady=True)
    trials = [
        trial(0, {"lam": 1.0}, 0.1, result=swung),
        trial(1, {"lam": 1.0}, 0.3, result=RESULT),
        trial(2, {"lam": 1.0}, 0.2, state=TrialState.PRUNED, result=swung),
    ]
    scores = scores_of(trials)
    assert (scores.best.number, scores.values.tolist(), scores.unsteady) == (1, [0.3], 1)
    by_rank = sorted(trials, key=lambda each: rank(each, scores.goals, scores.goal))
    assert [each.number for each in by_rank] == [1, 0, 2]


def test_of_trials_that_are_equally_good_the_best_is_better_in_what_comes_next():
    """In the other goal, else in the held-out cost, else it is the first."""
    goals = (HELD_OUT_ACCURACY, SECONDS_TO_GAP)
    trials = [
        trial(n, {"lam": 1.0}, *pair) for n, pair in enumerate([(1.0, 3.0), (1.0, 2.0), (0.9, 1.0)])
    ]
    scores = scores_of(trials, HELD_OUT_ACCURACY, goals)
    assert (scores.best.number, scores.tie_breaker) == (1, SECONDS_TO_GAP)
    costs = [
        trial(n, {"lam": 1.0}, 1.0, result=replace(RESULT, held_out_cost=cost))
        for n, cost in enumerate([0.3, 0.1, 0.2])
    ]
    scores = scores_of(costs, HELD_OUT_ACCURACY, (HELD_OUT_ACCURACY,))
    assert (scores.best.number, scores.tie_breaker) == (1, HELD_OUT_COST)
    assert scores.order.tolist() == [1, 2, 0]
    alike = scores_of([trial(n, {"lam": 1.0}, 0.5) for n in range(3)])
    assert (alike.best.number, alike.tie_breaker) == (0, None)


def test_a_trial_counts_for_two_goals_only_if_it_has_both():
    goals = (HELD_OUT_ACCURACY, SECONDS_TO_GAP)
    trials = [trial(0, {"lam": 1.0}, 0.9, np.inf), trial(1, {"lam": 2.0}, 0.8, 0.1)]
    first, second = TrialScores.of_all(trials, goals)
    assert first.trials == second.trials == (trials[1],)
    assert len(TrialScores.of(trials, goals, HELD_OUT_ACCURACY)) == 2
