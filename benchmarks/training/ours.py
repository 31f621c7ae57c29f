"""Our optimisers, through the door that a user goes through."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from logreg_core import OPTIMIZERS, Objective, TrainConfig

from .contestant import FLOAT32, FLOAT64, Contestant, Variant, timed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core import Optimizer

    from .problem import Problem

    FloatArray = NDArray[np.float64]


def default_row() -> str:
    """The name of the project's fast optimiser."""
    return "sampled-surrogate"


def our_row(name: str) -> Contestant:
    """One row of ``logreg_core.OPTIMIZERS`` as a contestant."""
    return Contestant(
        name=f"Theta Lab {name}",
        note="scipy.optimize.minimize with the row's method on logreg_core.Objective; the bias "
        "is not penalised; ends when no entry of ∇J is larger than the tolerance.",
        solve=timed(partial(_fit, name)),
        variants=(FLOAT32, FLOAT64),
        is_ours=True,
    )


def _fit(name: str, problem: Problem, variant: Variant, tolerance: float) -> FloatArray:
    """Θ, (k, n): all classes at once, or one after another where the row prefers it."""
    X = problem.X.astype(variant.width, copy=False)
    config = TrainConfig(
        optimizer=name, lam=problem.lam, tolerance=tolerance, max_iterations=10_000
    )
    objective = Objective(X, problem.targets, problem.lam)
    if OPTIMIZERS[name].keeps_square_matrix:
        alone = [objective.of_class(index) for index in range(objective.classes)]
        return np.stack([minimised(part, config) for part in alone])
    return minimised(objective, config).reshape(objective.classes, -1)


def minimised(objective: Objective, config: TrainConfig) -> FloatArray:
    """θ, flat, from 0 on, as `logreg_core.fit` asks SciPy for it, but nothing recorded."""
    row: Optimizer = OPTIMIZERS[config.optimizer]
    extra: dict[str, Any] = {"hessp": objective.hessian_product} if row.uses_hessian else {}

    def stop_at_tolerance(intermediate_result: OptimizeResult) -> None:
        at = intermediate_result.get("evaluation")
        if at is None:
            at = objective.evaluate(np.asarray(intermediate_result.x), counted=False)
        if np.abs(at.gradient).max() <= config.tolerance:
            raise StopIteration

    result = minimize(
        objective.cost_and_gradient,
        np.zeros(objective.size),
        jac=True,
        method=row.method,
        callback=stop_at_tolerance,
        options=row.options(config, objective),
        **extra,
    )
    return np.asarray(result.x, dtype=np.float64)
