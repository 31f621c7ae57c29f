"""J*, the least J that there is: how to find it, and when a run came near."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.history import StopReason
from logreg_core.minimum import surest_way
from logreg_core.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.history import History, Step
    from logreg_core.observer import StepCallback

#: The largest entry of the gradient where a method that can go no further for rounding is at J*
#: as well.
_ROUNDING: Final = 1e-8

#: How long it may be looked for.
LONGEST_SECONDS: Final = 60.0

#: Ends at which there is no J* to find.
NOWHERE: Final = frozenset({StopReason.SEPARATED, StopReason.ENDLESS})


@dataclass(frozen=True)
class Optimum:
    """What a search for J* has come to.

    Attributes
    ----------
    cost : float or None
        J*, ≥ 0; None where it was not found.
    is_nowhere : bool
        Whether there is none, since J falls for ever, as it may at λ = 0; else more time may
        have found it.
    """

    cost: float | None
    is_nowhere: bool = False


def to_the_end(goal: TrainConfig, classes: int) -> TrainConfig:
    """The surest way to J*: to the tolerance, however many iterations that takes.

    Parameters
    ----------
    goal : TrainConfig
        With the λ, the preparation and the way of learning many classes that J* is of.
    classes : int
        How many digits are told apart.

    Returns
    -------
    TrainConfig
        It may take `LONGEST_SECONDS`.
    """
    way = surest_way(goal, classes)
    return replace(
        goal,
        optimizer=way.optimizer,
        tolerance=way.tolerance,
        max_iterations=10_000,
        max_seconds=LONGEST_SECONDS,
    )


def is_there(last: Step) -> bool:
    """Whether a run that went `to_the_end` has found J* with its last step."""
    return last.gradient_norm <= _ROUNDING


def find_optimum(
    training: Dataset,
    goal: TrainConfig,
    callback: StepCallback | None = None,
    *,
    stopping: Callable[[], bool] | None = None,
) -> Optimum:
    """Look for J*, for a minute at most.

    Parameters
    ----------
    training : Dataset
        To learn from.
    goal : TrainConfig
        See `to_the_end`.
    callback, stopping : callable, optional
        As for `fit`; who stops it has no J*.

    Returns
    -------
    Optimum

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> digits = load_bundled().only(0, 1)
    >>> reached = fit(digits, TrainConfig(lam=3, tolerance=1e-9)).history.cost[-1]
    >>> bool(abs(reached - find_optimum(digits, TrainConfig(lam=3)).cost) < 1e-12)
    True
    >>> find_optimum(digits, TrainConfig(lam=0))
    Optimum(cost=None, is_nowhere=True)
    """
    result = fit(training, to_the_end(goal, len(training.classes)), callback, stopping=stopping)
    last = result.history.step(-1)
    if result.reason in NOWHERE:
        return Optimum(None, is_nowhere=True)
    return Optimum(last.cost if is_there(last) else None)


def first_within(history: History, optimum: float, fraction: float) -> int | None:
    """Position of the first step whose J is at most (1 + fraction) times J*.

    Parameters
    ----------
    history : History
        Of any length, 0 included.
    optimum : float
        J*, ≥ 0.
    fraction : float
        ≥ 0.

    Returns
    -------
    int, optional
        From 0; None where no step came so near.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> history = fit(load_bundled().only(0, 1), TrainConfig()).history
    >>> first_within(history, optimum=history.cost[4], fraction=0.0)
    4
    """
    there = np.flatnonzero(_is_within(history, optimum, fraction))
    return int(there[0]) if len(there) else None


def within_for_good(history: History, optimum: float, fraction: float) -> int | None:
    """Position of the first step from which on J is never more than (1 + fraction) times J*.

    Parameters
    ----------
    history, optimum, fraction
        As for `first_within`.

    Returns
    -------
    int, optional
        From 0; None where the last step is farther away, whatever was before it.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> history = fit(load_bundled().only(0, 1), TrainConfig()).history
    >>> within_for_good(history, optimum=history.cost[4], fraction=0.0)
    4
    """
    outside = np.flatnonzero(~_is_within(history, optimum, fraction))
    there = int(outside[-1]) + 1 if len(outside) else 0
    return there if there < len(history) else None


def _is_within(history: History, optimum: float, fraction: float) -> NDArray[np.bool_]:
    within: NDArray[np.bool_] = history.cost <= (1 + fraction) * optimum
    return within
