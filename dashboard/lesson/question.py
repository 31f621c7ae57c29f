"""The question that the steps ask: is it this digit or not; and the θ that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

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
    Rows = NDArray[np.floating[Any]]

#: Rows beyond which X is float32: all of MNIST would take 192 MB else.
_MANY_ROWS: Final = 15_000

#: X kept for all visitors together: of a pair of MNIST's digits 40 MB, of all ten 96.
_KEPT: Final = 2


@dataclass(frozen=True, eq=False)
class Question:
    """A problem of two classes: y = 1 is one digit, y = 0 the other one or all others.

    Attributes
    ----------
    digit : int
        That θ speaks for.
    other : int or None
        The other one of two; None where it is told from all others.
    lam : float
        λ.
    training, held_out : Dataset
        Prepared as the model has it, with the labels 0 and 1.
    X : (m, 401) ndarray of float64, or float32 where there are many rows
        Of `training`.
    """

    digit: int
    other: int | None
    lam: float
    training: Dataset
    held_out: Dataset
    X: Rows

    @property
    def m(self) -> int:
        """How many training examples there are."""
        return len(self.training)

    @cached_property
    def y(self) -> FloatArray:
        """The y of each training example, (m,)."""
        return self.training.labels.astype(np.float64)

    def objective(self) -> Objective:
        """J on the training examples; a new one, since it is for one thread only."""
        return Objective(self.X, self.y[:, None], self.lam)


@dataclass(frozen=True, eq=False)
class Trained:
    """A θ that answers a question, and what follows from it.

    Attributes
    ----------
    question : Question
        That it answers.
    theta : (401,) ndarray of float64
        The bias first.
    """

    question: Question
    theta: FloatArray

    @cached_property
    def at_theta(self) -> Evaluation:
        """J, its gradient and all z on the training examples."""
        return self.question.objective().evaluate(self.theta)

    @cached_property
    def z_held_out(self) -> FloatArray:
        """The z of each held-out example, (k,)."""
        pixels = self.question.held_out.images.reshape(-1, 400)
        z: FloatArray = self.theta[0] + pixels @ self.theta[1:]
        return z

    @cached_property
    def h_held_out(self) -> FloatArray:
        """σ of it, (k,)."""
        return np.asarray(expit(self.z_held_out))


def trained_for(lab: Lab, model: Model, digit: int) -> Trained:
    """The θ of a model that speaks for a digit, and the question that it answers.

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
    question = _question_about(lab, model, digit)
    if model.is_softmax:
        return kept("trained", question, lambda: Trained(question, _learnt_anew(question)))
    theta = model.theta_of(digit)
    # While a run goes on its model is another one at each look, be θ another or not.
    return kept("trained", (question, theta.tobytes()), lambda: Trained(question, theta))


def _question_about(lab: Lab, model: Model, digit: int) -> Question:
    """One and the same for all θ that answer it: what is computed from it alone stays."""
    job, config = lab.current_run(), model.config
    key = (job.training, job.held_out, config.preparation, config.lam, digit)

    def ask() -> Question:
        training, held_out = (
            part.prepared(config.preparation) for part in (job.training, job.held_out)
        )
        return Question(
            digit,
            model.classes[0] if len(model.classes) == 2 else None,
            config.lam,
            training.against_the_rest(digit),
            held_out.against_the_rest(digit),
            _design_matrix(lab, training),
        )

    return kept("question", key, ask)


def _learnt_anew(question: Question) -> FloatArray:
    """θ for this question alone, by what takes least time."""
    config = TrainConfig(optimizer="sampled-surrogate", lam=question.lam)
    with st.spinner("Training θ for this digit…"):
        return fit(question.training, config).model.theta


def _design_matrix(lab: Lab, prepared: Dataset) -> Rows:
    """X of images; one for all visitors, but for what is a visitor's own."""
    if lab.settings.source == "upload" or lab.own_drawings is not None:
        return kept("lesson_X", prepared.fingerprint, lambda: _X(prepared))
    return _shared_design_matrix(prepared.fingerprint, prepared)


@st.cache_resource(show_spinner=False, max_entries=_KEPT)
def _shared_design_matrix(fingerprint: str, _prepared: Dataset) -> Rows:  # noqa: ARG001 - the key
    return _X(_prepared)


def _X(prepared: Dataset) -> Rows:  # noqa: N802 - the course's name
    X = design_matrix(prepared.images, np.float32 if len(prepared) > _MANY_ROWS else np.float64)
    X.setflags(write=False)
    return X
