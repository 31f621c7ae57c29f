"""The numbers of the theory page for one digit, each as four ways of writing it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit

from logreg_core import Model, Objective, Reading, log_loss
from logreg_core.dataset import design_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core import Dataset

    FloatArray = NDArray[np.float64]

#: The step of the lesson; small enough never to overshoot on pixels from 0 to 1.
ALPHA: Final = 0.1


@dataclass(frozen=True)
class Lesson:
    """One digit and the model that reads it.

    Attributes
    ----------
    model : Model
        Trained.
    image : (20, 20) ndarray of float32
        The digit, prepared as the model has it.
    label : int or None
        What it is; None for a drawing, of which only the visitor knows.
    """

    model: Model
    image: NDArray[np.float32]
    label: int | None

    @cached_property
    def reading(self) -> Reading:
        """What the model makes of the digit."""
        return self.model.read(self.image)

    @cached_property
    def theta(self) -> FloatArray:
        """The θ that speaks for the digit `reading.speaks_for`, (401,)."""
        return self.model.theta_of(self.reading.speaks_for)

    @cached_property
    def x(self) -> FloatArray:
        """The digit as a row of X, (401,)."""
        row: FloatArray = design_matrix(self.image[None])[0]
        return row

    @property
    def target(self) -> float:
        """The y of the digit itself; what it was read as, where nobody says."""
        label = self.reading.digit if self.label is None else self.label
        return float(label == self.reading.speaks_for)

    @property
    def cost(self) -> float:
        """What the digit alone costs."""
        return float(log_loss(np.array(self.reading.z), np.array(self.target)))


@dataclass(frozen=True, eq=False)
class Blackboard:
    """What all training examples together come to, for the θ of one digit.

    Attributes
    ----------
    h : (m,) ndarray of float64
        σ(Xθ).
    cost : float
        J(θ).
    gradient : (401,) ndarray of float64
        ∇J(θ).
    first_gradient : (401,) ndarray of float64
        ∇J at θ = 0.
    cost_before, cost_after : float
        J at θ = 0, and after one step of size `ALPHA` from there.
    """

    h: FloatArray
    cost: float
    gradient: FloatArray
    first_gradient: FloatArray
    cost_before: float
    cost_after: float


def blackboard(model: Model, training: Dataset, digit: int) -> Blackboard:
    """Work out the `Blackboard` of a digit; takes passes over all examples.

    Parameters
    ----------
    model : Model
        Trained.
    training : Dataset
        What it learnt from, prepared as the model has it.
    digit : int
        That θ speaks for.
    """
    objective = Objective.from_labels(
        training.design_matrix(), training.labels == digit, model.config.lam
    )
    at = objective.evaluate(model.theta_of(digit))
    zeros = np.zeros(objective.size)
    before, first_gradient = objective.cost_and_gradient(zeros)
    after, _ = objective.cost_and_gradient(zeros - ALPHA * first_gradient)
    return Blackboard(expit(at.margins[:, 0]), at.cost, at.gradient, first_gradient, before, after)


@dataclass(frozen=True)
class Line:
    """One quantity as formula (LaTeX), Octave and NumPy.

    The NumPy line is executed by a test and must give what the core gives; it may
    use np, X, y, x, theta, lam, m and what the lines before it are named.
    """

    name: str
    formula: str
    octave: str
    numpy: str


#: From a digit to the gradient, in the order of the computation.
LINES: Final = (
    Line("z", r"z = \theta^T x", "z = x * theta", "x @ theta"),
    Line(
        "h",
        r"h = \sigma(z) = \frac{1}{1 + e^{-z}}",
        "h = 1 / (1 + exp(-z))",
        "1 / (1 + np.exp(-z))",
    ),
    Line(
        "H",
        r"h^{(i)} = \sigma(\theta^T x^{(i)})",
        "H = 1 ./ (1 + exp(-X * theta))",
        "1 / (1 + np.exp(-X @ theta))",
    ),
    Line(
        "J",
        r"J = -\frac{1}{m} \sum_i \left[ y^{(i)} \log h^{(i)} + (1 - y^{(i)}) \log(1 - h^{(i)}) "
        r"\right] + \frac{\lambda}{2m} \sum_{j \ge 1} \theta_j^2",
        "J = -(y' * log(H) + (1 - y)' * log(1 - H)) / m + lam / (2*m) * sum(theta(2:end) .^ 2)",
        "-(y @ np.log(H) + (1 - y) @ np.log(1 - H)) / m + lam / (2 * m) * np.sum(theta[1:] ** 2)",
    ),
    Line(
        "g",
        r"\nabla J = \frac{1}{m} X^T (h - y) + \frac{\lambda}{m} \theta_{j \ge 1}",
        "g = (X' * (H - y) + lam * [0; theta(2:end)]) / m",
        "(X.T @ (H - y) + lam * np.r_[0, theta[1:]]) / m",
    ),
)


def values(lesson: Lesson, board: Blackboard) -> dict[str, object]:
    """The value of each of `LINES`, by name, from the core."""
    z = lesson.reading.z
    return {"z": z, "h": expit(z), "H": board.h, "J": board.cost, "g": board.gradient}
