"""Trials that nobody has run, of which everything is known."""

from __future__ import annotations

import numpy as np

from logreg_core.sweep import (
    HELD_OUT_COST,
    Choices,
    Interval,
    Plan,
    Space,
    TrialRecord,
    TrialResult,
    TrialState,
)
from logreg_core.sweep.scores import TrialScores

LAM = Interval("lam", 0.01, 100)
RATE = Interval("learning_rate", 0.001, 10)
PLAN = Plan(Space((LAM, RATE)), trials=20)

#: Where a setting is used by one optimiser alone, and another has one value only.
SPACE = Space(
    (
        Choices("optimizer", ("bfgs", "momentum")),
        LAM,
        Interval("momentum", 0.5, 0.9, log=False),
        Choices("preparation", ("none",)),
    )
)

#: Settings of two trials in it, with μ and without.
WITH = {"optimizer": "momentum", "lam": 10.0, "momentum": 0.7, "preparation": "none"}
WITHOUT = {"optimizer": "bfgs", "lam": 0.1, "preparation": "none"}

#: Of a trial that was ended early.
RESULT = TrialResult(
    cost=0.3,
    penalty=0.1,
    accuracy=0.8,
    held_out_cost=0.7,
    held_out_accuracy=0.75,
    iterations=4,
    passes=4.0,
    seconds=0.1,
    reason="pruned",
)


def trial(number, settings, *values, state=TrialState.FINISHED, result=None):
    """A record as a sweep has it, of a trial with these values."""
    return TrialRecord(
        number=number,
        state=state,
        settings=settings,
        config=PLAN.base.with_settings(settings),
        values=values or None,
        result=result,
        curve=(),
        worker=None,
        began=None,
        ended=None,
        note=None,
    )


def bowl(settings):
    """A cost that is least at λ = 1, α = 0.1; α matters a hundredth as much."""
    lam, rate = np.log10(settings["lam"]), np.log10(settings["learning_rate"])
    return 0.05 + lam**2 + 0.01 * (rate + 1) ** 2


def trials_of_bowl(count, seed=0):
    """So many at random, of which each came to the cost of the bowl."""
    rng = np.random.default_rng(seed)
    settings = [
        {"lam": 10 ** rng.uniform(-2, 2), "learning_rate": 10 ** rng.uniform(-3, 1)}
        for _ in range(count)
    ]
    return tuple(trial(n, each, bowl(each)) for n, each in enumerate(settings))


def scores_of(trials, goal=HELD_OUT_COST, goals=(HELD_OUT_COST,)):
    """What they came to by a goal."""
    return TrialScores.of(trials, goals, goal)
