"""The numbers of the theory page for one digit, each as four ways of writing it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

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
    """One digit, the model that reads it, and the examples that the model learnt from.

    Attributes
    ----------
    model : Model
        Trained.
    training : Dataset
        What it learnt from, prepared as the model has it.
    image : (20, 20) ndarray of float32
        The digit, prepared likewise.
    label : int or None
        What it is; None for a drawing, of which only the visitor knows.
    """

    model: Model
    training: Dataset
    image: NDArray[np.float32]
    label: int | None

    @cached_property
    def reading(self) -> Reading:
        """What the model makes of the digit."""
        return self.model.read(self.image)

    @cached_property
    def theta(self) -> FloatArray:
        """The θ that speaks for the digit `reading.speaks_for`, (401,)."""
        if self.model.theta.ndim == 1:
            return self.model.theta
        theta: FloatArray = self.model.theta[self.model.classes.index(self.reading.speaks_for)]
        return theta

    @cached_property
    def x(self) -> FloatArray:
        """The digit as a row of X, (401,)."""
        row: FloatArray = design_matrix(self.image[None])[0]
        return row

    @cached_property
    def X(self) -> FloatArray:  # noqa: N802 - the design matrix
        """All training examples, (m, 401)."""
        return self.training.design_matrix()

    @cached_property
    def y(self) -> FloatArray:
        """1 for the training examples of the digit that θ speaks for, (m,)."""
        return (self.training.labels == self.reading.speaks_for).astype(np.float64)

    @property
    def target(self) -> float:
        """The y of the digit itself; what it was read as, where nobody says."""
        label = self.reading.digit if self.label is None else self.label
        return float(label == self.reading.speaks_for)

    @property
    def cost(self) -> float:
        """What the digit alone costs."""
        return float(log_loss(np.array(self.reading.z), np.array(self.target)))

    @cached_property
    def first_step(self) -> FirstStep:
        """One step of gradient descent from θ = 0."""
        objective = Objective.from_labels(self.X, self.y, self.model.config.lam)
        zeros = np.zeros(self.X.shape[1])
        before, gradient = objective.cost_and_gradient(zeros)
        after, _ = objective.cost_and_gradient(zeros - ALPHA * gradient)
        return FirstStep(before, after, gradient)


@dataclass(frozen=True)
class FirstStep:
    """J before and after a step of size `ALPHA` from θ = 0, and the gradient there."""

    before: float
    after: float
    gradient: FloatArray


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


def evaluated(lesson: Lesson) -> dict[str, object]:
    """The value of each of `LINES`, by name, from the core."""
    objective = Objective.from_labels(lesson.X, lesson.y, lesson.model.config.lam)
    cost, gradient = objective.cost_and_gradient(lesson.theta)
    margins = objective.evaluate(lesson.theta).margins[:, 0]
    return {
        "z": lesson.reading.z,
        "h": _sigmoid(lesson.reading.z),
        "H": _sigmoid(margins),
        "J": cost,
        "g": gradient,
    }


def _sigmoid(z: float | FloatArray) -> FloatArray | np.float64:
    result: FloatArray | np.float64 = np.exp(-np.logaddexp(0.0, -np.asarray(z)))
    return result
