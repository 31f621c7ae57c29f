"""Unconstrained optimisation as one writes it: cost and gradient in, θ out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from logreg_core.background import Background
from logreg_core.objective import largest_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy.optimize import OptimizeResult

    from logreg_core.line import Turns
    from logreg_core.objective import Objective

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Returned:
    """What ``scipy.optimize.minimize`` hands back.

    Attributes
    ----------
    theta : (n,) ndarray of float64
        Where it ended. Read-only.
    cost : float
        J there.
    gradient : (n,) ndarray of float64
        ∇J there. Read-only.
    iterations, evaluations : int
        How many there were; an evaluation is J and ∇J at one θ.
    success : bool
        Whether SciPy is content: no entry of ∇J is larger than 1e-5.
    message : str
        What SciPy says of its end.
    excess : float
        About how far J may still be above its lowest point: ‖∇J‖² m / 2λ, a bound if it were not
        for the bias, along which the penalty does not curve J (Boyd, Vandenberghe, *Convex
        Optimization*, section 9.1.2). Infinite at λ = 0.
    endless : bool
        Whether J is known to have no lowest point, so that no end is one: at λ = 0, where θ
        makes no mistake or some pixel is inked on one side only.
    """

    theta: FloatArray
    cost: float
    gradient: FloatArray
    iterations: int
    evaluations: int
    success: bool
    message: str
    excess: float
    endless: bool

    @property
    def largest_slope(self) -> float:
        """The largest entry of ∇J by size."""
        return largest_entry(self.gradient)


class UnconstrainedCall(Background):
    """One call of SciPy's BFGS from θ = 0, with SciPy's own settings, in a thread of its own.

    ``minimize(cost_and_gradient, zeros, jac=True, method="BFGS")``, where ``fit`` would have
    it stop by the rule of all optimisers here.

    Parameters
    ----------
    objective : Objective
        J of one θ. It belongs to this call: nobody else may ask it meanwhile.
    still_wanted, line
        As for a `TrainingJob`.

    Examples
    --------
    >>> from logreg_core import Objective, load_bundled
    >>> digits = load_bundled().only(0, 1)
    >>> objective = Objective.from_labels(digits.design_matrix(), digits.labels, lam=1)
    >>> call = UnconstrainedCall(objective)
    >>> call.start()
    >>> call.wait(timeout=60)
    True
    >>> call.returned.success, call.returned.theta.shape
    (True, (401,))
    >>> bool(call.costs[-1] < call.costs[0])
    True
    """

    def __init__(
        self,
        objective: Objective,
        *,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        super().__init__("call of the optimiser", still_wanted=still_wanted, line=line)
        self._objective = objective
        self._costs: list[float] = []
        self._returned: Returned | None = None

    @property
    def costs(self) -> FloatArray:
        """J at the start and after each iteration so far, (iterations + 1,)."""
        return np.array(self._costs)

    @property
    def returned(self) -> Returned | None:
        """What came of it; None until it is over, and where it was stopped."""
        return self._returned

    def _work(self) -> None:
        if not self._line.pass_on(self, self._should_end):
            return
        zeros = np.zeros(self._objective.size)
        self._costs.append(self._objective.cost_and_gradient(zeros)[0])
        result = minimize(
            self._objective.cost_and_gradient,
            zeros,
            jac=True,
            method="BFGS",
            callback=self._note,
        )
        if not self._should_end():
            self._returned = self._made_of(result)

    def _note(self, intermediate_result: OptimizeResult) -> None:  # SciPy looks at this name
        self._costs.append(float(intermediate_result.fun))
        if not self._line.pass_on(self, self._should_end) or self._should_end():
            raise StopIteration

    def _made_of(self, result: OptimizeResult) -> Returned:
        for array in (result.x, result.jac):
            array.setflags(write=False)
        return Returned(
            theta=result.x,
            cost=float(result.fun),
            gradient=result.jac,
            iterations=int(result.nit),
            evaluations=int(result.nfev),
            success=bool(result.success),
            message=str(result.message),
            excess=self._excess(result.jac),
            endless=self._has_no_lowest_cost(result.x),
        )

    def _excess(self, gradient: FloatArray) -> float:
        lam = self._objective.lam
        if lam == 0:
            return math.inf
        return float(gradient @ gradient) * self._objective.examples / (2 * lam)

    def _has_no_lowest_cost(self, theta: FloatArray) -> bool:
        objective = self._objective
        return objective.lam == 0 and (
            objective.separates_at(objective.evaluate(theta)) or objective.has_one_sided_pixel()
        )
