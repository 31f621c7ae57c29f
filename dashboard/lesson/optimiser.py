"""Step 6: an optimiser takes the steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.figures.lesson.optimiser import way_down
from dashboard.lab import TRAININGS
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.settings import to_link
from dashboard.visitor import visitor_is_here
from dashboard.words.lesson.optimiser import (
    IN_OCTAVE,
    IN_PYTHON,
    optimiser_text,
    returned_table,
    the_call,
)
from dashboard.words.lesson.ways import Way
from dashboard.work import as_it_comes, ask_for, begun
from logreg_core import RANGES, UnconstrainedCall

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.gradient import Descended
    from dashboard.lesson.question import Question, Trained
    from logreg_core import Returned

#: Of the work in the background.
_NAME: Final = "unconstrained"

#: SciPy's BFGS stops where no entry of ∇J is larger; see `Returned.success`.
_TOLERANCE_OF_SCIPY: Final = 1e-5

#: BFGS takes as long as so many trainings by what is quick here.
_WEIGHT: Final = 3

_WAYS: Final = (
    Way(
        "theta_min",
        r"\theta_{\min} = \operatorname*{arg\,min}_{\theta} J(\theta)",
        "theta_min = fminunc(@(theta) costFunction(theta, X, Y, lam), zeros(401, 1), options);",
        "theta_min = minimize(cost_and_gradient, np.zeros(401), args=(X, Y, lam), jac=True, "
        'method="BFGS").x',
    ),
    Way(
        "J_min",
        r"J_{\min} = J(\theta_{\min})",
        "J_min = costFunction(theta_min, X, Y, lam);",
        "J_min = cost_and_gradient(theta_min, X, Y, lam)[0]",
    ),
)


def the_optimiser(lab: Lab, trained: Trained, descended: Descended) -> None:
    """What unconstrained optimisation is: cost and gradient in, θ out.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    trained : Trained
        The θ to compare with, and the question that it answers.
    descended : Descended
        The steps of gradient descent so far, to compare with.
    """
    question = trained.question
    with step("optimiser"):
        call = begun(
            _NAME,
            (question.training, question.lam),
            lambda: _call(question),
            images=_WEIGHT * question.m,
            shared=lab.run_is_of_bundled_images,
        )
        if call is None:
            ask_for(_NAME, f"Have BFGS train on {question.m:,} images")
            _show(trained, descended, np.empty(0), None)
        else:
            as_it_comes(_NAME, call, lambda: _show(trained, descended, call.costs, call.returned))
        _link(lab)


def _call(question: Question) -> UnconstrainedCall:
    return UnconstrainedCall(question.objective(), still_wanted=visitor_is_here(), line=TRAININGS)


def _show(
    trained: Trained, descended: Descended, costs: np.ndarray, returned: Returned | None
) -> None:
    st.markdown(optimiser_text(returned))
    for place, text in zip(st.columns(3), the_call(trained.question, returned), strict=True):
        place.container(border=True, height="stretch").markdown(text)
    way, numbers = st.columns(2, gap="large")
    with way, st.container():
        if costs.size or descended.steps:  # else there is nothing to draw yet
            st.markdown("**J** on the way down")
            live_chart(
                way_down(costs, descended.descent.costs(descended.steps), descended.alpha),
                key="optimiser_costs",
            )
    with numbers, st.container():
        if returned is not None:
            away = float(np.abs(returned.theta - trained.theta).max())
            st.markdown(returned_table(returned, away))
    octave, python = st.columns(2)
    octave.markdown("**Octave**")
    octave.code(IN_OCTAVE, language="matlab")
    python.markdown("**Python**")
    python.code(IN_PYTHON, language="python")
    if returned is not None:
        show_ways("optimiser", _WAYS, {"theta_min": returned.theta, "J_min": returned.cost})


def _link(lab: Lab) -> None:
    """To Train, with the rules of the call as far as the settings there go.

    SciPy has no limit of time, and one of iterations that lies beyond theirs. BFGS learns one θ
    at a time, which softmax has not.
    """
    config = replace(
        lab.settings.config,
        optimizer="bfgs",
        multiclass="one-vs-all",
        tolerance=_TOLERANCE_OF_SCIPY,
        max_iterations=int(RANGES["max_iterations"].high),
        max_seconds=RANGES["max_seconds"].high,
    )
    st.page_link(
        "pages/train.py",
        label="Open Train with BFGS",
        icon=":material/trending_down:",
        query_params=to_link(replace(lab.settings, config=config)),
    )
