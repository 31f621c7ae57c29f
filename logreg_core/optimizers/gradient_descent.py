"""Batch gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scipy.optimize import OptimizeResult

from logreg_core.optimizers.description import Optimizer

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig

    FloatArray = NDArray[np.float64]


def gradient_descent(
    fun: Callable[[FloatArray], float],
    x0: FloatArray,
    *,
    jac: Callable[[FloatArray], FloatArray],
    callback: Callable[[OptimizeResult], object] | None = None,
    learning_rate: float = 1.0,
    max_iterations: int = 200,
    **_: Any,  # noqa: ANN401 - whatever else SciPy hands to every method
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
    max_iterations : int
        At least 1.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With ``success`` False: it never knows that it has arrived, only its
        callback does.

    Examples
    --------
    >>> from scipy.optimize import minimize
    >>> options = {"learning_rate": 0.25, "max_iterations": 60}
    >>> minimize(lambda x: (x @ x, 2 * x), [4.0], jac=True,
    ...          method=gradient_descent, options=options).x.round(6)
    array([0.])
    """
    theta = x0.copy()
    cost = fun(theta)
    iteration = 0
    while iteration < max_iterations:
        theta = theta - learning_rate * jac(theta)
        cost = fun(theta)
        iteration += 1
        if stopped(callback, OptimizeResult(x=theta, fun=cost, nit=iteration)):
            break
    return OptimizeResult(
        x=theta, fun=cost, nit=iteration, success=False, status=1, message="stopped"
    )


def stopped(
    callback: Callable[[OptimizeResult], object] | None, intermediate: OptimizeResult
) -> bool:
    """Whether the callback asks, in SciPy's way, to stop here."""
    if callback is None:
        return False
    try:
        callback(intermediate)
    except StopIteration:
        return True
    return False


def _options(config: TrainConfig) -> dict[str, Any]:
    return {"learning_rate": config.learning_rate, "max_iterations": config.max_iterations}


GRADIENT_DESCENT: Final = Optimizer(
    label="Gradient descent",
    family="first order",
    explanation="Goes α times the gradient downhill, over and over: the simplest there is, "
    "and slow where the valley is narrow.",
    settings=("lam", "learning_rate", "max_iterations", "tolerance"),
    method=gradient_descent,
    options=_options,
)
