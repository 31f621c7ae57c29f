"""Gradient descent to be watched: each of its steps from θ = 0 is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
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
    any of them, and on from the last: θ, J and ∇J of each are remembered. All z are not, since
    they may be many; where one goes back they are computed again.

    Several threads may ask at once; one waits for the other.

    Parameters
    ----------
    objective : Objective
        J of one θ. It belongs to this descent: nobody else may ask it meanwhile.
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
        # A script of a page that was left may still be in `go_to` while the next one begins.
        self._lock = Lock()
        self._thetas: list[FloatArray] = []
        self._gradients: list[FloatArray] = []
        self._costs: list[float] = []
        self._shown: tuple[int, DescentStep] | None = None
        self._remember(objective.evaluate(np.zeros(objective.size)))

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
        with self._lock:
            return self._go_to(steps)

    @property
    def taken(self) -> int:
        """How many steps are remembered."""
        return len(self._costs) - 1

    def runs_away(self, steps: int) -> bool:
        """Whether J after so many steps is beyond all hope, so that there are no more of them."""
        # Put so that it holds where J is nan.
        return not self._costs[steps] <= HOPELESS * self._costs[0]

    def costs(self, steps: int) -> FloatArray:
        """J before the first and after each of so many steps, (steps + 1,)."""
        return np.array(self._costs[: steps + 1])

    def step(self, steps: int) -> DescentStep:
        """The step that follows on so many, which are remembered; then it is remembered too."""
        with self._lock:
            if self._shown is None or self._shown[0] != steps:
                before = self._objective.evaluate(self._thetas[steps])
                self._go_to(steps + 1)  # so that whoever takes this step finds it
                after = self._objective.evaluate(self._next(steps))
                self._shown = (steps, DescentStep(before, after))
            return self._shown[1]

    def _go_to(self, steps: int) -> int:
        while self.taken < steps and not self.runs_away(self.taken):
            self._remember(self._objective.evaluate(self._next(self.taken)))
        return min(steps, self.taken)

    def _remember(self, at: Evaluation) -> None:
        self._thetas.append(at.theta)
        self._gradients.append(at.gradient)
        self._costs.append(at.cost)  # last: it is by the costs that steps are counted

    def _next(self, steps: int) -> FloatArray:
        """Where one more step leads.

        As in `gradient_descent`, which SciPy has go on to its end: it cannot wait for a click
        after each step, nor go on from there without computing ∇J a second time.
        """
        return self._thetas[steps] - self._rate * self._gradients[steps]
