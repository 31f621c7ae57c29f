"""The question that the steps answer: is it this digit or not, and what θ says to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st
from scipy.special import expit

from dashboard.visitor import kept
from logreg_core import Objective, TrainConfig, fit
from logreg_core.dataset import design_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.lab import Lab
    from logreg_core import Dataset, Model
    from logreg_core.objective import Evaluation

    FloatArray = NDArray[np.float64]

#: Rows beyond which X is float32: all of MNIST would take 192 MB else.
_MANY_ROWS: Final = 15_000

#: X kept for all visitors together, some MB each, 96 at most.
_KEPT: Final = 3


@dataclass(frozen=True, eq=False)
class Question:
    """A problem of two classes: y = 1 is one digit, y = 0 the other one or all others.

    Attributes
    ----------
    digit : int
        That θ speaks for.
    other : int or None
        The other one of two; None where it is told from all others.
    theta : (401,) ndarray of float64
        Trained.
    config : TrainConfig
        How.
    training, held_out : Dataset
        Prepared as the model has it, with the labels 0 and 1.
    X : (m, 401) ndarray of float64, or float32 where there are many rows
        Of `training`.
    """

    digit: int
    other: int | None
    theta: FloatArray
    config: TrainConfig
    training: Dataset
    held_out: Dataset
    X: FloatArray

    @property
    def lam(self) -> float:
        """λ that θ was trained with."""
        return self.config.lam

    @property
    def m(self) -> int:
        """How many training examples there are."""
        return len(self.training)

    @cached_property
    def y(self) -> FloatArray:
        """The y of each training example, (m,)."""
        return self.training.labels.astype(np.float64)

    @cached_property
    def objective(self) -> Objective:
        """J on the training examples; for this thread only."""
        return Objective(self.X, self.y[:, None], self.lam)

    @cached_property
    def at_theta(self) -> Evaluation:
        """J, its gradient and all z at the trained θ."""
        return self.objective.evaluate(self.theta)

    @cached_property
    def z_held_out(self) -> FloatArray:
        """The z of each held-out example under the trained θ, (k,)."""
        z: FloatArray = self.theta[0] + self.held_out.images.reshape(-1, 400) @ self.theta[1:]
        return z

    @cached_property
    def h_held_out(self) -> FloatArray:
        """σ of it, (k,)."""
        return np.asarray(expit(self.z_held_out))


def question_about(lab: Lab, model: Model, digit: int) -> Question:
    """The question that a model's θ of a digit answers.

    Softmax has no such θ: its digits share one probability. There, θ is learnt anew, for this
    digit against the rest.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    model : Model
        Of the run that is shown.
    digit : int
        One of its classes; of two, the second.
    """
    return kept("question", (model, digit), lambda: _question(lab, model, digit))


def _question(lab: Lab, model: Model, digit: int) -> Question:
    job = lab.current_run()
    training, held_out = (
        part.prepared(model.config.preparation).against_the_rest(digit)
        for part in (job.training, job.held_out)
    )
    theta = model.theta_of(digit)
    if model.is_softmax:
        theta = fit(training, TrainConfig(lam=model.config.lam)).model.theta
    other = model.classes[0] if len(model.classes) == 2 else None
    X = _design_matrix(lab, job.training.prepared(model.config.preparation))
    return Question(digit, other, theta, model.config, training, held_out, X)


def _design_matrix(lab: Lab, prepared: Dataset) -> FloatArray:
    """X of images; one for all visitors, but for what is a visitor's own."""
    if lab.settings.source == "upload" or lab.own_drawings is not None:
        return kept("lesson_X", prepared.fingerprint, lambda: _X(prepared))
    return _shared_design_matrix(prepared.fingerprint, prepared)


@st.cache_resource(show_spinner=False, max_entries=_KEPT)
def _shared_design_matrix(fingerprint: str, _prepared: Dataset) -> FloatArray:  # noqa: ARG001 - the key
    return _X(_prepared)


def _X(prepared: Dataset) -> FloatArray:  # noqa: N802 - the course's name
    if len(prepared) > _MANY_ROWS:
        rows = np.ones((len(prepared), 401), dtype=np.float32)
        rows[:, 1:] = prepared.images.reshape(len(prepared), -1)
        X: FloatArray = rows  # type: ignore[assignment]  # products with θ are float64
    else:
        X = design_matrix(prepared.images)
    X.setflags(write=False)
    return X
