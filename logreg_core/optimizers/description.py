"""What the table of optimisers says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.config import TrainConfig
    from logreg_core.objective import Objective


@dataclass(frozen=True)
class LongestStep:
    """The α beyond which steps along a valley's steepest wall grow instead of dying out.

    On a J that curves by L everywhere; where J curves less, longer steps may do.

    Attributes
    ----------
    formula : str
        As a person reads it, such as 2/L.
    times : callable
        From the momentum μ to that α, in units of 1/L.
    """

    formula: str
    times: Callable[[float], float]


@dataclass(frozen=True)
class Optimizer:
    """One row of the table: all that pages, links, sweeps and `fit` need to know.

    Attributes
    ----------
    label : str
        As a person reads it.
    family : str
        What it uses: gradients only, curvature from gradients, or curvature.
    explanation : str
        One sentence.
    settings : tuple of str
        The names of the `TrainConfig` settings that change what it does.
    method : str or callable
        What ``scipy.optimize.minimize(method=...)`` takes.
    options : callable
        From a `TrainConfig` and the objective to that call's ``options``.
    uses_hessian : bool
        Whether it asks for ∇²J·v.
    picks_rows : bool
        Whether it works on rows of X that it picks by itself, and so needs X in memory.
    keeps_square_matrix : bool
        Whether it keeps n x n numbers, so that several classes are better
        learnt one after another than as one large problem.
    does_softmax : bool
        Whether it can learn classes that share one probability.
    longest_step : LongestStep, optional
        None where there is no α, or each weight has a step of its own.
    usual_rate : float, optional
        What α = "auto" stands for where that is not 1/L.
    """

    label: str
    family: str
    explanation: str
    settings: tuple[str, ...]
    method: str | Callable[..., Any]
    options: Callable[[TrainConfig, Objective], dict[str, Any]]
    uses_hessian: bool = False
    picks_rows: bool = False
    keeps_square_matrix: bool = False
    does_softmax: bool = True
    longest_step: LongestStep | None = None
    usual_rate: float | None = None
