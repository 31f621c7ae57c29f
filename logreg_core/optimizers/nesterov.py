"""Gradient descent with Nesterov's momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.optimizers.description import LongestStep, Optimizer
from logreg_core.optimizers.first_order import SETTINGS, ended, learning_rates, options, stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.optimize import OptimizeResult

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Objective
    from logreg_core.optimizers.first_order import Callback, FloatArray


def nesterov(
    fun: Callable[[FloatArray], float],
    x0: FloatArray,
    *,
    jac: Callable[[FloatArray], FloatArray],
    callback: Callback | None = None,
    learning_rate: float = 0.05,
    schedule: str = "constant",
    max_iterations: int = 400,
    momentum: float = 0.9,
    **_: object,  # whatever else SciPy hands to every method
) -> OptimizeResult:
    """Gradient descent with Nesterov's momentum (Nesterov 1983; Sutskever et al. 2013).

    v ← μ v − α ∇J(θ + μ v),  θ ← θ + v

    Called by ``scipy.optimize.minimize(..., method=nesterov)``.

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
    momentum : float
        μ, the fraction of the last step that is kept, 0 to below 1.

    Returns
    -------
    scipy.optimize.OptimizeResult

    Examples
    --------
    >>> from scipy.optimize import minimize
    >>> options = {"learning_rate": 0.1, "momentum": 0.5, "max_iterations": 60}
    >>> minimize(lambda x: (x @ x, 2 * x), [4.0], jac=True,
    ...          method=nesterov, options=options).x.round(3) + 0.0
    array([0.])
    """
    theta, velocity = x0.copy(), np.zeros_like(x0)
    for iteration, rate in enumerate(learning_rates(learning_rate, schedule, max_iterations), 1):
        velocity = momentum * velocity - rate * jac(theta + momentum * velocity)
        theta = theta + velocity
        if stopped(callback, theta, iteration):
            break
    return ended(theta, fun(theta), iteration)


def _options(config: TrainConfig, objective: Objective) -> dict[str, Any]:
    return {**options(config, objective), "momentum": config.momentum}


NESTEROV: Final = Optimizer(
    label="Nesterov's momentum",
    family="first order",
    explanation="Momentum that looks ahead: the gradient is taken where the ball is about to "
    "be, which brakes it in time.",
    settings=(*SETTINGS, "momentum"),
    method=nesterov,
    options=_options,
    longest_step=LongestStep("2(1+μ)/((1+2μ)L)", lambda mu: 2 * (1 + mu) / (1 + 2 * mu)),
)
