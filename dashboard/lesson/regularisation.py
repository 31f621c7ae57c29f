"""Step 7: λ holds θ back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.lesson.regularisation import (
    cost_along_ray,
    thetas_aspect,
    thetas_under_penalties,
)
from dashboard.lab import TRAININGS
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.visitor import kept, visitor_is_here
from dashboard.words.lesson.regularisation import regularisation_text
from dashboard.words.lesson.ways import Way
from dashboard.work import as_it_comes, ask_for, begun
from logreg_core import TrainConfig, Trainings, cost_ray, grid

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson
    from dashboard.lesson.question import Question

#: Without a penalty, with the usual one, and with one that is felt; by the optimiser that most
#: surely comes to an end without one.
_CONFIGS: Final = grid(TrainConfig(optimizer="sampled-surrogate"), {"lam": [0, 1, 100]})

_WAYS: Final = (
    Way(
        "R",
        r"R = \frac{\lambda}{2m} \sum_{j \ge 1} \theta_j^2",
        "R = lam / (2 * m) * sum(theta(2:end) .^ 2);",
        "R = lam / (2 * m) * np.sum(theta[1:] ** 2)",
    ),
)


def regularisation(lab: Lab, lesson: Lesson) -> None:
    """Show θ, its accuracy and its length under three λ."""
    question = lesson.question
    with step("regularisation"):
        trainings = begun(
            "penalties",
            (question.training, question.held_out),
            lambda: Trainings(
                question.training,
                question.held_out,
                _CONFIGS,
                still_wanted=visitor_is_here(),
                line=TRAININGS,
            ),
            images=question.m * len(_CONFIGS),
            shared=lab.run_is_of_bundled_images,
        )
        if trainings is None:
            st.markdown(regularisation_text(()))
            ask_for("penalties", "Train with λ = 0, 1 and 100")
        else:
            as_it_comes("penalties", trainings, lambda: _show(question, trainings))
        show_ways("regularisation", _WAYS, {"R": lesson.trained.at_theta.penalty})


def _show(question: Question, trainings: Trainings) -> None:
    """What has come of the three trainings so far."""
    outcomes = trainings.outcomes if len(trainings.outcomes) == len(_CONFIGS) else ()
    st.markdown(regularisation_text(outcomes))
    if not outcomes:
        return
    ray = kept(
        "cost_ray", trainings, lambda: cost_ray(question.X, question.y, outcomes[0].model.theta)
    )
    thetas, along = st.columns([3, 2])
    with thetas:
        st.markdown(
            f"**θ under three λ** ({question.m:,} training, {len(question.held_out):,} held-out "
            "digits; ‖θ‖ without the bias)"
        )
        live_chart(
            thetas_under_penalties(outcomes),
            key="regularisation_thetas",
            aspect=thetas_aspect(len(outcomes)),
        )
    with along:
        st.markdown("**J along the θ of λ = 0**, made shorter and longer")
        live_chart(cost_along_ray(ray), key="regularisation_ray")
