"""What the first-order optimisers share: their settings, their learning rate, their end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from scipy.optimize import OptimizeResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Objective

    FloatArray = NDArray[np.float64]
    Callback = Callable[[OptimizeResult], object]

#: What every first-order optimiser uses; a row adds its own.
SETTINGS: Final = (
    "lam",
    "learning_rate",
    "schedule",
    "max_iterations",
    "max_seconds",
    "tolerance",
)

#: The share of the learning rate that is left, by how much of the run is over.
SCHEDULES: Final = ("constant", "1/t", "cosine")

#: Keeps a weight that was never pushed from a division by zero.
EPSILON: Final = 1e-8

#: With the schedule 1/t, after this many iterations the learning rate is halved.
HALF_LIFE: Final = 50


def learning_rates(learning_rate: float, schedule: str, iterations: int) -> Iterator[float]:
    """The learning rate of each iteration.

    Parameters
    ----------
    learning_rate : float
        α_0 > 0.
    schedule : {"constant", "1/t", "cosine"}
        α_0 throughout; α_0 / (1 + t/50) for t = 0, 1, … (Robbins, Monro 1951);
        α_0 (1 + cos(π t / T)) / 2 (Loshchilov, Hutter 2017).
    iterations : int
        T, how many there are.

    Yields
    ------
    float

    Examples
    --------
    >>> [round(rate, 2) for rate in learning_rates(1.0, "cosine", 4)]
    [1.0, 0.85, 0.5, 0.15]
    """
    for t in range(iterations):
        if schedule == "1/t":
            yield learning_rate / (1 + t / HALF_LIFE)
        elif schedule == "cosine":
            yield learning_rate * (1 + math.cos(math.pi * t / iterations)) / 2
        else:
            yield learning_rate


def stopped(callback: Callback | None, theta: FloatArray, iteration: int) -> bool:
    """Tell the callback of an iteration; whether it asks, in SciPy's way, to stop.

    Not told is J, which a first-order optimiser has no need to know: whoever
    watches computes it.
    """
    return asks_to_stop(callback, OptimizeResult(x=theta, nit=iteration))


def asks_to_stop(callback: Callback | None, intermediate: OptimizeResult) -> bool:
    """Show the callback an intermediate result; whether it raises StopIteration."""
    if callback is None:
        return False
    try:
        callback(intermediate)
    except StopIteration:
        return True
    return False


def ended(theta: FloatArray, cost: float, iteration: int) -> OptimizeResult:
    """What SciPy wants at the end.

    ``success`` is False: a first-order optimiser never knows that it has arrived,
    only its callback does.
    """
    return OptimizeResult(
        x=theta, fun=cost, nit=iteration, success=False, status=1, message="stopped"
    )


def options(
    config: TrainConfig, objective: Objective, *, automatic: float | None = None
) -> dict[str, Any]:
    """The options that every first-order optimiser takes.

    Parameters
    ----------
    config : TrainConfig
        Of the run.
    objective : Objective
        What is minimised.
    automatic : float, optional
        What the learning rate "auto" stands for; 1/L if not given.
    """
    rate: float | str = config.learning_rate
    if rate == "auto":
        rate = objective.safe_learning_rate() if automatic is None else automatic
    return {
        "learning_rate": rate,
        "schedule": config.schedule,
        "max_iterations": config.max_iterations,
    }
