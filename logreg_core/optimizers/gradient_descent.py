"""Batch gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logreg_core.optimizers.description import LongestStep, Optimizer
from logreg_core.optimizers.first_order import SETTINGS, ended, learning_rates, options, stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.optimize import OptimizeResult

    from logreg_core.optimizers.first_order import Callback, FloatArray


def gradient_descent(
    fun: Callable[[FloatArray], float],
    x0: FloatArray,
    *,
    jac: Callable[[FloatArray], FloatArray],
    callback: Callback | None = None,
    learning_rate: float = 1.0,
    schedule: str = "constant",
    max_iterations: int = 400,
    **_: object,  # whatever else SciPy hands to every method
) -> OptimizeResult:
    """Gradient descent on all examples at once (Cauchy 1847).

    θ ← θ − α ∇J(θ)

    Called by ``scipy.optimize.minimize(..., method=gradient_descent)``.

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
    >>> options = {"learning_rate": 0.25, "max_iterations": 60}
    >>> minimize(lambda x: (x @ x, 2 * x), [4.0], jac=True,
    ...          method=gradient_descent, options=options).x.round(3) + 0.0
    array([0.])
    """
    theta = x0.copy()
    gradient = jac(theta)
    for iteration, rate in enumerate(learning_rates(learning_rate, schedule, max_iterations), 1):
        theta = theta - rate * gradient
        gradient = jac(theta)
        if stopped(callback, theta, iteration):
            break
    return ended(theta, fun(theta), iteration)


GRADIENT_DESCENT: Final = Optimizer(
    label="Gradient descent",
    family="first order",
    explanation="Goes α times the gradient downhill, over and over: the simplest there is, "
    "and slow where the valley is narrow.",
    settings=SETTINGS,
    method=gradient_descent,
    options=options,
    longest_step=LongestStep("2/L", lambda _: 2),
)
