"""Every optimiser, in one table.

All of them are reached by ``scipy.optimize.minimize(..., method=row.method)``. A
new one is a function in a file of its own and a row here; pages, links, sweeps
and benchmarks then know it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from logreg_core.optimizers.description import Optimizer
from logreg_core.optimizers.gradient_descent import GRADIENT_DESCENT
from logreg_core.optimizers.scipy_methods import SCIPY_METHODS

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Name → description, in the order in which a page offers them.
OPTIMIZERS: Final[Mapping[str, Optimizer]] = MappingProxyType(
    {**SCIPY_METHODS, "gradient-descent": GRADIENT_DESCENT}
)

__all__ = ["OPTIMIZERS", "Optimizer"]
