"""The Pareto front: trials that no other beats in both goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from logreg_core.goals import Goal


def pareto_front(values: NDArray[np.float64], goals: Sequence[Goal]) -> NDArray[np.bool_]:
    """Which trials are on the front.

    One is beaten by another that is at least as good in both goals and better in one
    (Pareto 1906). Sorted by the first goal, a trial is beaten if one before it is as good in
    the second (Kung, Luccio and Preparata 1975).

    Parameters
    ----------
    values : (n, 2) ndarray of float64
        Of each trial, finite; n may be 0.
    goals : sequence of Goal
        Two, as the columns are.

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
    least_before = np.minimum.accumulate(np.r_[np.inf, losses[:-1, 1]])
    on_front: NDArray[np.bool_] = losses[:, 1] < least_before
    return on_front[place.reshape(-1)]
