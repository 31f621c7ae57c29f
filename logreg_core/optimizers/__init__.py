"""Every optimiser, in one table.

All of them are reached by ``scipy.optimize.minimize(..., method=row.method)``. A
new one is a function in a file of its own and a row here; pages, links, sweeps
and benchmarks then know it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from logreg_core.optimizers.adagrad import ADAGRAD
from logreg_core.optimizers.adam import ADAM
from logreg_core.optimizers.description import Optimizer
from logreg_core.optimizers.gradient_descent import GRADIENT_DESCENT
from logreg_core.optimizers.momentum import MOMENTUM
from logreg_core.optimizers.nesterov import NESTEROV
from logreg_core.optimizers.rmsprop import RMSPROP
from logreg_core.optimizers.sampled_surrogate import SAMPLED_SURROGATE
from logreg_core.optimizers.scipy_methods import SCIPY_METHODS
from logreg_core.optimizers.stochastic_gradient_descent import STOCHASTIC_GRADIENT_DESCENT

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Name → description, in the order in which a page offers them.
OPTIMIZERS: Final[Mapping[str, Optimizer]] = MappingProxyType(
    {
        **SCIPY_METHODS,
        "sampled-surrogate": SAMPLED_SURROGATE,
        "gradient-descent": GRADIENT_DESCENT,
        "sgd": STOCHASTIC_GRADIENT_DESCENT,
        "momentum": MOMENTUM,
        "nesterov": NESTEROV,
        "adagrad": ADAGRAD,
        "rmsprop": RMSPROP,
        "adam": ADAM,
    }
)

__all__ = ["OPTIMIZERS", "Optimizer"]
