"""Gradient descent to be watched: each of its steps from θ = 0 is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logreg_core.observer import HOPELESS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.objective import Evaluation, Objective

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DescentStep:
    """One step of gradient descent.

    Attributes
    ----------
    before, after : Evaluation
        θ, J, ∇J and all z where it begins, and where it leads.
    """

    before: Evaluation
    after: Evaluation


class Descent:
    """The steps θ ← θ − α ∇J(θ) from θ = 0, as far as anybody has asked.

    Those of ``fit`` with the optimiser "gradient-descent" and this α, but one can go back to
    any of them, and on from the last, without computing a step twice.

    Parameters
    ----------
    objective : Objective
        J of one θ. It is asked by whoever asks this: by one thread.
    learning_rate : float
        α > 0.

    Examples
    --------
    >>> from logreg_core import Objective
    >>> X = np.array([[1.0, -1.0], [1.0, 1.0]])
    >>> descent = Descent(Objective.from_labels(X, [0, 1], lam=0), 0.5)
    >>> descent.go_to(3)
    3
    >>> descent.costs(3).round(3).tolist()
    [0.693, 0.576, 0.486, 0.416]
    >>> descent.step(0).after.theta.tolist()
    [0.0, 0.25]
    """

    def __init__(self, objective: Objective, learning_rate: float) -> None:
        self._objective = objective
        self._rate = learning_rate
        start = objective.evaluate(np.zeros(objective.size))
        self._thetas, self._costs = [start.theta], [start.cost]

    def go_to(self, steps: int) -> int:
        """Take steps until there are so many, or J has run away.

        Parameters
        ----------
        steps : int
            At least 0.

        Returns
        -------
        int
            How many there are, at most `steps`.
        """
        while self.taken < steps and not self.runs_away(self.taken):
            self._take_one()
        return min(steps, self.taken)

    @property
    def taken(self) -> int:
        """How many steps are remembered."""
        return len(self._thetas) - 1

    def runs_away(self, steps: int) -> bool:
        """Whether J after so many steps is beyond all hope, so that there are no more of them."""
        # Put so that it holds where J is nan.
        return not self._costs[steps] <= HOPELESS * self._costs[0]

    def costs(self, steps: int) -> FloatArray:
        """J before the first and after each of so many steps, (steps + 1,)."""
        return np.array(self._costs[: steps + 1])

    def step(self, steps: int) -> DescentStep:
        """The step that follows on so many, which are remembered."""
        before = self._objective.evaluate(self._thetas[steps])
        return DescentStep(before, self._objective.evaluate(self._next(before)))

    def _take_one(self) -> None:
        theta = self._next(self._objective.evaluate(self._thetas[-1]))
        at = self._objective.evaluate(theta)
        self._thetas.append(at.theta)
        self._costs.append(at.cost)

    def _next(self, at: Evaluation) -> FloatArray:
        return at.theta - self._rate * at.gradient
