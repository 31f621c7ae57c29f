"""RMSProp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.optimizers.description import Optimizer
from logreg_core.optimizers.first_order import (
    EPSILON,
    SETTINGS,
    ended,
    learning_rates,
    options,
    stopped,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.optimize import OptimizeResult

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Objective
    from logreg_core.optimizers.first_order import Callback, FloatArray


#: What "auto" is: with steps of each weight's own, 1/L says nothing. Good on pixels 0 to 1.
_USUAL_RATE: Final = 0.003

#: ρ, how slowly old gradients are forgotten.
_DECAY: Final = 0.9


def rmsprop(
    fun: Callable[[FloatArray], float],
    x0: FloatArray,
    *,
    jac: Callable[[FloatArray], FloatArray],
    callback: Callback | None = None,
    learning_rate: float = 0.003,
    schedule: str = "constant",
    max_iterations: int = 400,
    **_: object,  # whatever else SciPy hands to every method
) -> OptimizeResult:
    """RMSProp (Tieleman, Hinton 2012).

    s ← ρ s + (1−ρ) ∇J(θ)²,  θ ← θ − α ∇J(θ) / (√s + ε), entry by entry, with ρ = 0.9

    Called by ``scipy.optimize.minimize(..., method=rmsprop)``.

    Parameters
    ----------
    fun, jac : callable
        J and ∇J at θ.
    x0 : (n,) ndarray of float64
        Where to start; not changed.
    callback : callable, optional
        Called after each iteration; may raise StopIteration.
    learning_rate : float
        α > 0.
    schedule : str
        How α shrinks; see `first_order.learning_rates`.
    max_iterations : int
        At least 1.

    Returns
    -------
    scipy.optimize.OptimizeResult

    Examples
    --------
    >>> from scipy.optimize import minimize
    >>> options = {"learning_rate": 0.1, "schedule": "cosine", "max_iterations": 400}
    >>> minimize(lambda x: (x @ x, 2 * x), [4.0], jac=True,
    ...          method=rmsprop, options=options).x.round(3) + 0.0
    array([0.])
    """
    theta, squares = x0.copy(), np.zeros_like(x0)
    gradient = jac(theta)
    for iteration, rate in enumerate(learning_rates(learning_rate, schedule, max_iterations), 1):
        squares = _DECAY * squares + (1 - _DECAY) * gradient**2
        theta = theta - rate * gradient / (np.sqrt(squares) + EPSILON)
        gradient = jac(theta)
        if stopped(callback, theta, iteration):
            break
    return ended(theta, fun(theta), iteration)


def _options(config: TrainConfig, objective: Objective) -> dict[str, Any]:
    return options(config, objective, automatic=_USUAL_RATE)


RMSPROP: Final = Optimizer(
    label="RMSProp",
    family="first order, adaptive",
    explanation="AdaGrad that forgets: each weight's step follows the gradients of late, so "
    "that it never shrinks to nothing.",
    settings=SETTINGS,
    method=rmsprop,
    options=_options,
    usual_rate=_USUAL_RATE,
)
