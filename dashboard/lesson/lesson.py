"""The digit at hand, and the question that it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from logreg_core import log_loss
from logreg_core.dataset import design_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.lesson.question import Question, Trained
    from logreg_core import Model, Reading

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lesson:
    """One digit, followed through all steps.

    Attributes
    ----------
    model : Model
        That reads it.
    trained : Trained
        The θ that the steps 1 to 8 follow, and the question that it answers.
    image : (20, 20) ndarray of float32
        The digit, prepared as the model has it.
    label : int or None
        What it is; None for a drawing, of which only the visitor knows.
    """

    model: Model
    trained: Trained
    image: NDArray[np.float32]
    label: int | None

    @property
    def question(self) -> Question:
        """The problem of two classes that θ has learnt."""
        return self.trained.question

    @property
    def theta(self) -> FloatArray:
        """The trained θ, (401,)."""
        return self.trained.theta

    @cached_property
    def reading(self) -> Reading:
        """What the model makes of it."""
        return self.model.read(self.image)

    @cached_property
    def x(self) -> FloatArray:
        """As a row of X, (401,): the 1 of the bias, then 400 pixels, row by row."""
        row: FloatArray = design_matrix(self.image[None])[0]
        return row

    @property
    def y(self) -> float:
        """1 if it is the digit that θ speaks for, else 0; what it was read as, of a drawing."""
        label = self.reading.digit if self.label is None else self.label
        return float(label == self.question.digit)

    @cached_property
    def z(self) -> float:
        """θᵀx."""
        return float(self.x @ self.theta)

    @property
    def h(self) -> float:
        """σ(z)."""
        return float(expit(self.z))

    @property
    def cost(self) -> float:
        """What this digit alone costs."""
        return float(log_loss(np.array(self.z), np.array(self.y)))
