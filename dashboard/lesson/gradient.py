"""Step 5: the gradient, and steps against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st
from scipy.special import expit

from dashboard.figures.lesson.gradient import cost_over_steps
from dashboard.figures.theta import PICTURE_ASPECT, pixel_map, theta_heatmap
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.views import ALPHAS, MOST_STEPS
from dashboard.visitor import kept
from dashboard.words.lesson.gradient import (
    bias_label,
    gradient_text,
    grows_title,
    steps_taken,
    taking_steps,
    theta_title,
)
from dashboard.words.lesson.ways import Way
from logreg_core import Descent

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.lesson.question import Question
    from logreg_core import DescentStep

#: What the button of several steps takes.
_SEVERAL: Final = 10

_WAYS: Final = (
    Way(
        "H_k",
        r"h^{(i)}_k = \sigma(\theta_k^T x^{(i)})",
        "H_k = 1 ./ (1 + exp(-X * theta_k));",
        "H_k = 1 / (1 + np.exp(-X @ theta_k))",
    ),
    Way(
        "g",
        r"g = \nabla J(\theta_k) = \frac{1}{m} \Big( X^T (h_k - y) "
        r"+ \lambda\, (0, \theta_{k,1}, \theta_{k,2}, \dots) \Big)",
        "g = (X' * (H_k - Y) + lam * [0; theta_k(2:end)]) / m;",
        "g = (X.T @ (H_k - Y) + lam * np.r_[0, theta_k[1:]]) / m",
    ),
    Way(
        "theta_next",
        r"\theta_{k+1} = \theta_k - \alpha\, g",
        "theta_next = theta_k - alpha * g;",
        "theta_next = theta_k - alpha * g",
    ),
    Way(
        "U_k",
        r"u^{(i)}_k = (2 y^{(i)} - 1)\, \theta_k^T x^{(i)}",
        "U_k = (2 * Y - 1) .* (X * theta_k);",
        "U_k = (2 * Y - 1) * (X @ theta_k)",
    ),
    Way(
        "J_k",
        r"J_k = \frac{1}{m} \sum_i \log(1 + e^{-u^{(i)}_k}) "
        r"+ \frac{\lambda}{2m} \sum_{j \ge 1} \theta_{k,j}^2",
        "J_k = sum(max(-U_k, 0) + log1p(exp(-abs(U_k)))) / m "
        "+ lam / (2 * m) * sum(theta_k(2:end) .^ 2);",
        "J_k = np.logaddexp(0, -U_k).mean() + lam / (2 * m) * np.sum(theta_k[1:] ** 2)",
    ),
    Way(
        "U_next",
        r"u^{(i)}_{k+1} = (2 y^{(i)} - 1)\, \theta_{k+1}^T x^{(i)}",
        "U_next = (2 * Y - 1) .* (X * theta_next);",
        "U_next = (2 * Y - 1) * (X @ theta_next)",
    ),
    Way(
        "J_next",
        r"J_{k+1} = \frac{1}{m} \sum_i \log(1 + e^{-u^{(i)}_{k+1}}) "
        r"+ \frac{\lambda}{2m} \sum_{j \ge 1} \theta_{k+1,j}^2",
        "J_next = sum(max(-U_next, 0) + log1p(exp(-abs(U_next)))) / m "
        "+ lam / (2 * m) * sum(theta_next(2:end) .^ 2);",
        "J_next = np.logaddexp(0, -U_next).mean() + lam / (2 * m) * np.sum(theta_next[1:] ** 2)",
    ),
)


@dataclass(frozen=True, eq=False)
class Descended:
    """How far the visitor has gone down the gradient.

    Attributes
    ----------
    descent : Descent
        All steps with this α.
    alpha : float
        α.
    steps : int
        How many of them, k.
    """

    descent: Descent
    alpha: float
    steps: int

    @property
    def reason_to_stay(self) -> str:
        """Why there is no further step, in a few words; empty where there is one."""
        if self.descent.runs_away(self.steps):
            return "J has run away"
        return f"the page takes no more than {MOST_STEPS}" if self.steps == MOST_STEPS else ""


def the_gradient(question: Question) -> Descended:
    """Show where θ wants to go, and what steps in that direction do to J."""
    with step("gradient"):
        text = st.container()
        descended = _choose(question, text)
        k, descent = descended.steps, descended.descent
        here = descent.step(k)
        text.markdown(gradient_text(k, here.before.cost, here.after.cost))
        _pictures(question, descended, here)
        show_ways("gradient", _WAYS, _values(question, here))
    return descended


def _values(question: Question, here: DescentStep) -> dict[str, object]:
    """What `_WAYS` come to."""
    before, after, signs = here.before, here.after, 2 * question.y - 1
    return {
        "H_k": expit(before.margins[:, 0]),
        "g": before.gradient,
        "theta_next": after.theta,
        "U_k": signs * before.margins[:, 0],
        "J_k": before.cost,
        "U_next": signs * after.margins[:, 0],
        "J_next": after.cost,
    }


def _choose(question: Question, place: DeltaGenerator) -> Descended:
    """α and how many steps, with their widgets; where that takes long, `place` says so."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="gradient_controls"):
        alpha = st.select_slider(
            "α, the size of a step",
            ALPHAS,
            format_func=lambda rate: f"{rate:g}",
            key="alpha",
            persist_state="session",
            width=260,
        )
        descended = _descended(question, alpha, place)
        k, off = descended.steps, bool(descended.reason_to_stay)
        for label, key, more in (
            ("One step", "one_step", 1),
            ("Ten more", "ten_steps", _SEVERAL),
        ):
            st.button(label, key=key, on_click=_take, args=(more,), disabled=off)
        st.button("Back to zeros", key="no_steps", on_click=_go_back, disabled=k == 0)
        st.caption(steps_taken(k, descended.reason_to_stay), width="content")
    return descended


def _take(more: int) -> None:
    # From where the last click has led, which the page may not have shown yet.
    st.session_state["steps"] = min(st.session_state["steps"] + more, MOST_STEPS)


def _go_back() -> None:
    st.session_state["steps"] = 0


def _descended(question: Question, alpha: float, place: DeltaGenerator) -> Descended:
    """The steps that were asked for; those of each α that was asked for are remembered."""
    descents: dict[float, Descent] = kept("descents", question, dict)
    if alpha not in descents:
        descents[alpha] = Descent(question.objective(), alpha)
    asked = st.session_state["steps"]
    with place, st.spinner(taking_steps(asked, question.m)):  # seen after half a second only
        return Descended(descents[alpha], alpha, descents[alpha].go_to(asked))


def _pictures(question: Question, descended: Descended, here: DescentStep) -> None:
    """θ, where it wants to go, and J on the way."""
    k, downhill = descended.steps, -here.before.gradient
    weights, wants, costs = st.columns(3, gap="medium")
    with weights:
        st.markdown(theta_title(k, question))
        live_chart(theta_heatmap(here.before.theta), key="gradient_theta", aspect=PICTURE_ASPECT)
        st.caption(bias_label(here.before.theta[0]))
    with wants:
        st.markdown(grows_title())
        live_chart(
            pixel_map(downhill[1:].reshape(20, 20), "wants to grow by"),
            key="gradient_downhill",
            aspect=PICTURE_ASPECT,
        )
        st.caption(bias_label(downhill[0], wants=True))
    with costs:
        st.markdown("**J** over the steps")
        is_last = bool(descended.reason_to_stay)
        live_chart(
            cost_over_steps(descended.descent.costs(k), None if is_last else here.after.cost),
            key="gradient_costs",
            aspect=PICTURE_ASPECT,
        )
