"""Adam."""

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
_USUAL_RATE: Final = 0.02

#: How slowly old gradients, and their squares, are forgotten; the paper's values.
_BETA_1: Final = 0.9
_BETA_2: Final = 0.999


def adam(
    fun: Callable[[FloatArray], float],
    x0: FloatArray,
    *,
    jac: Callable[[FloatArray], FloatArray],
    callback: Callback | None = None,
    learning_rate: float = 0.02,
    schedule: str = "constant",
    max_iterations: int = 400,
    **_: object,  # whatever else SciPy hands to every method
) -> OptimizeResult:
    """Adam (Kingma, Ba 2015).

    p ← β₁ p + (1−β₁) ∇J(θ),  s ← β₂ s + (1−β₂) ∇J(θ)²,
    θ ← θ − α p̂ / (√ŝ + ε), with p̂ = p/(1−β₁ᵗ), ŝ = s/(1−β₂ᵗ), β₁ = 0.9, β₂ = 0.999

    Called by ``scipy.optimize.minimize(..., method=adam)``.

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
    >>> options = {"learning_rate": 0.3, "schedule": "cosine", "max_iterations": 400}
    >>> minimize(lambda x: (x @ x, 2 * x), [4.0], jac=True,
    ...          method=adam, options=options).x.round(3) + 0.0
    array([0.])
    """
    theta, mean, squares = x0.copy(), np.zeros_like(x0), np.zeros_like(x0)
    gradient = jac(theta)
    for iteration, rate in enumerate(learning_rates(learning_rate, schedule, max_iterations), 1):
        mean = _BETA_1 * mean + (1 - _BETA_1) * gradient
        squares = _BETA_2 * squares + (1 - _BETA_2) * gradient**2
        unbiased_mean = mean / (1 - _BETA_1**iteration)
        unbiased_squares = squares / (1 - _BETA_2**iteration)
        theta = theta - rate * unbiased_mean / (np.sqrt(unbiased_squares) + EPSILON)
        gradient = jac(theta)
        if stopped(callback, theta, iteration):
            break
    return ended(theta, fun(theta), iteration)


def _options(config: TrainConfig, objective: Objective) -> dict[str, Any]:
    return options(config, objective, automatic=_USUAL_RATE)


ADAM: Final = Optimizer(
    label="Adam",
    family="first order, adaptive",
    explanation="Momentum and a step of its own for every weight, both from running means "
    "of the gradient: what most neural networks are trained with.",
    settings=SETTINGS,
    method=adam,
    options=_options,
    usual_rate=_USUAL_RATE,
)
