"""The Pareto front: trials that no other beats in all goals."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from logreg_core.sweep.scores import TrialScores

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from logreg_core.goals import Goal
    from logreg_core.sweep.record import TrialRecord


def best_trials(trials: Iterable[TrialRecord], goals: Sequence[Goal]) -> tuple[TrialRecord, ...]:
    """The trials on the front of a sweep; of one goal, all that are the best.

    One that missed the gap, came to no finite number, or ended unsteady is none of them.

    Parameters
    ----------
    trials : iterable of TrialRecord
        In any state and order.
    goals : sequence of Goal
        Of the sweep's plan.

    Returns
    -------
    tuple of TrialRecord
        By number; none where no trial is finished.
    """
    scores = TrialScores.of_all(trials, goals)
    on_front = pareto_front(np.stack([each.values for each in scores], axis=-1), goals)
    return tuple(compress(scores[0].trials, on_front))


def pareto_front(values: NDArray[np.float64], goals: Sequence[Goal]) -> NDArray[np.bool_]:
    """Which trials are on the front.

    One is beaten by another that is at least as good in all goals and better in one
    (Pareto 1906). Sorted by the first goal, a trial is beaten if one before it is as good in
    the last (Kung, Luccio and Preparata 1975).

    Parameters
    ----------
    values : (n, k) ndarray of float64
        Of each trial, finite; n may be 0, and k is 1 or 2.
    goals : sequence of Goal
        As the columns are.

    Returns
    -------
    (n,) ndarray of bool
        True on the front; of equal trials all or none are.

    Examples
    --------
    >>> from logreg_core.sweep import HELD_OUT_ACCURACY, SECONDS_TO_GAP
    >>> values = np.array([[0.9, 1.0], [0.8, 0.5], [0.8, 2.0]])
    >>> pareto_front(values, (HELD_OUT_ACCURACY, SECONDS_TO_GAP)).tolist()
    [True, True, False]
    """
    if len(values) == 0:
        return np.zeros(0, dtype=bool)
    signs = np.array([-1.0 if goal.more_is_better else 1.0 for goal in goals])
    losses, place = np.unique(values * signs, axis=0, return_inverse=True)
    least_before = np.minimum.accumulate(np.r_[np.inf, losses[:-1, -1]])
    on_front: NDArray[np.bool_] = losses[:, -1] < least_before
    return on_front[place.reshape(-1)]
