"""The optimisers that SciPy brings.

Each has a stopping rule of its own, on another quantity. They are switched off
here, as far as SciPy lets them be: `fit` stops every optimiser by one rule, that
no entry of ∇J is larger than the tolerance.

Source: Nocedal, Wright, *Numerical Optimization* (2nd ed.), chapters 5 to 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from logreg_core.optimizers.description import Optimizer

if TYPE_CHECKING:
    from logreg_core.config import TrainConfig
    from logreg_core.objective import Objective

_SETTINGS: Final = ("lam", "max_iterations", "max_seconds", "tolerance")

#: More past steps cost little memory and fewer passes over the data.
_REMEMBERED_STEPS: Final = 20

#: Of one line search, in evaluations: SciPy's limit counts them over the whole run.
_EVALUATIONS_PER_ITERATION: Final = 25


def _gradient_rule_off(config: TrainConfig, _: Objective) -> dict[str, Any]:
    return {"maxiter": config.max_iterations, "gtol": 0.0}


def _lbfgs_rules_off(config: TrainConfig, _: Objective) -> dict[str, Any]:
    return {
        "maxiter": config.max_iterations,
        "maxfun": _EVALUATIONS_PER_ITERATION * config.max_iterations,
        "maxcor": _REMEMBERED_STEPS,
        "gtol": 0.0,
        "ftol": 0.0,
    }


def _step_rule_off(config: TrainConfig, _: Objective) -> dict[str, Any]:
    return {"maxiter": config.max_iterations, "xtol": 0.0}


SCIPY_METHODS: Final = {
    "bfgs": Optimizer(
        label="BFGS",
        family="quasi-Newton",
        explanation="Builds up a full picture of the curvature from successive gradients; "
        "the counterpart of Octave's fminunc.",
        settings=_SETTINGS,
        method="BFGS",
        options=_gradient_rule_off,
        keeps_square_matrix=True,
        does_softmax=False,
    ),
    "l-bfgs-b": Optimizer(
        label="L-BFGS-B",
        family="quasi-Newton",
        explanation=f"Like BFGS, but remembers only the last {_REMEMBERED_STEPS} steps, "
        "so that each iteration is cheap.",
        settings=_SETTINGS,
        method="L-BFGS-B",
        options=_lbfgs_rules_off,
    ),
    "cg": Optimizer(
        label="Conjugate gradient (CG)",
        family="conjugate gradient",
        explanation="Bends each new direction so that it does not undo the last ones; "
        "the counterpart of the course's fmincg.",
        settings=_SETTINGS,
        method="CG",
        options=_gradient_rule_off,
    ),
    "newton-cg": Optimizer(
        label="Newton-CG",
        family="Newton",
        explanation="Takes the true curvature into account, through products of the Hessian "
        "with a vector: few iterations, each of many passes.",
        settings=_SETTINGS,
        method="Newton-CG",
        options=_step_rule_off,
        uses_hessian=True,
    ),
    "trust-ncg": Optimizer(
        label="Trust region (trust-ncg)",
        family="Newton",
        explanation="Newton-CG that trusts its picture of J only so far, and widens or narrows "
        "that region by how well the last step kept its promise.",
        settings=_SETTINGS,
        method="trust-ncg",
        options=_gradient_rule_off,
        uses_hessian=True,
    ),
}
