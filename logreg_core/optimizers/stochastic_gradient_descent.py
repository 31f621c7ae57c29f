"""Mini-batch stochastic gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.optimizers.description import LongestStep, Optimizer
from logreg_core.optimizers.first_order import SETTINGS, ended, learning_rates, options, stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from scipy.optimize import OptimizeResult

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Objective
    from logreg_core.optimizers.first_order import Callback, FloatArray


def stochastic_gradient_descent(
    fun: Callable[[FloatArray], float],
    x0: FloatArray,
    *,
    objective: Objective,
    callback: Callback | None = None,
    learning_rate: float = 0.1,
    schedule: str = "constant",
    max_iterations: int = 400,
    batch_size: int = 32,
    seed: int = 0,
    **_: object,  # whatever else SciPy hands to every method
) -> OptimizeResult:
    """Gradient descent on a few examples at a time (Robbins, Monro 1951).

    θ ← θ − α ∇J_B(θ), for each batch B of a fresh random order of the examples

    One iteration is one pass over the data, so that its cost compares with the
    other optimisers'. Called by
    ``scipy.optimize.minimize(..., method=stochastic_gradient_descent)``.

    Parameters
    ----------
    fun : callable
        J at θ, on all examples.
    x0 : (n,) ndarray of float64
        Where to start; not changed.
    objective : Objective
        Gives the gradient on a batch.
    callback : callable, optional
        Called after each iteration; may raise StopIteration.
    learning_rate : float
        α > 0.
    schedule : str
        How α shrinks; see `first_order.learning_rates`.
    max_iterations : int
        Passes over the data, at least 1.
    batch_size : int
        Examples in a batch, 1 to m; the last of a pass may be smaller.
    seed : int
        Of the order.

    Returns
    -------
    scipy.optimize.OptimizeResult

    Examples
    --------
    With all examples in one batch it is gradient descent.

    >>> from scipy.optimize import minimize
    >>> from logreg_core import Objective
    >>> objective = Objective.from_labels([[1, -1], [1, 3]], [0, 1], lam=1)
    >>> options = {"objective": objective, "learning_rate": 0.5, "batch_size": 2,
    ...            "max_iterations": 1}
    >>> minimize(objective.cost_and_gradient, [0.0, 0.0], jac=True,
    ...          method=stochastic_gradient_descent, options=options).x
    array([0. , 0.5])
    """
    theta = x0.copy()
    orders = shuffled_orders(objective.examples, seed)
    rates = learning_rates(learning_rate, schedule, max_iterations)
    for iteration, (rate, shuffled) in enumerate(zip(rates, orders, strict=False), 1):
        for first in range(0, objective.examples, batch_size):
            rows = shuffled[first : first + batch_size]
            theta = theta - rate * objective.batch_gradient(theta, rows)
        if stopped(callback, theta, iteration):
            break
    return ended(theta, fun(theta), iteration)


def shuffled_orders(examples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """The order in which each pass takes the examples, without end.

    Parameters
    ----------
    examples : int
        m, how many there are.
    seed : int
        Of the order.

    Yields
    ------
    (m,) ndarray of int64
        The rows 0 to m−1.
    """
    random = np.random.default_rng(seed)
    while True:
        yield random.permutation(examples)


def _options(config: TrainConfig, objective: Objective) -> dict[str, Any]:
    return {
        **options(config, objective),
        "objective": objective,
        "batch_size": config.batch_size,
        "seed": config.seed,
    }


STOCHASTIC_GRADIENT_DESCENT: Final = Optimizer(
    label="Stochastic (SGD)",
    family="first order",
    explanation="Steps after every few examples instead of all of them: many cheap, noisy steps "
    "in each pass over the data, which is one iteration here.",
    settings=(*SETTINGS, "batch_size", "seed"),
    method=stochastic_gradient_descent,
    options=_options,
    picks_rows=True,
    longest_step=LongestStep("2/L", lambda _: 2),
)
