"""Step 4: what a digit costs, and all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st
from scipy.special import expit

from dashboard.address import write_link
from dashboard.figures.digits import captioned_aspect, gallery
from dashboard.figures.lesson.cost import cost_bars, cost_curves, losses_along
from dashboard.lesson.costs import Answer, Costs, cost_histogram, costs_of, half_of_the_sum, worst
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.views import H_RANGE
from dashboard.visitor import kept
from dashboard.words.lesson.cost import (
    cost_text,
    digit_at_hand,
    half_shown,
    mean_and_penalty,
    worst_caption,
    worst_label,
    worst_title,
)
from dashboard.words.lesson.sides import sides
from dashboard.words.lesson.ways import Way

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson
    from dashboard.lesson.question import Trained

#: Of the slider of h.
_STEP: Final = 0.002

_WAYS: Final = (
    Way("u", r"u = (2y - 1)\, z", "u = (2 * y - 1) * z;", "u = (2 * y - 1) * z"),
    # Not log(1 + exp(-u)), which is infinite from u = -710 on.
    Way(
        "c",
        r"c = -y \log h - (1 - y) \log(1 - h) = \log(1 + e^{-u})",
        "c = max(-u, 0) + log1p(exp(-abs(u)));",
        "c = np.logaddexp(0, -u)",
    ),
    Way("q", "q = (h - y)^2", "q = (h - y) ^ 2;", "q = (h - y) ** 2"),
    Way(
        "U",
        r"u^{(i)} = (2 y^{(i)} - 1)\, \theta^T x^{(i)}",
        "U = (2 * Y - 1) .* (X * theta);",
        "U = (2 * Y - 1) * (X @ theta)",
    ),
    Way(
        "C",
        r"c^{(i)} = \log(1 + e^{-u^{(i)}})",
        "C = max(-U, 0) + log1p(exp(-abs(U)));",
        "C = np.logaddexp(0, -U)",
    ),
    Way(
        "J",
        r"J = \frac{1}{m} \sum_i c^{(i)} + \frac{\lambda}{2m} \sum_{j \ge 1} \theta_j^2",
        "J = sum(C) / m + lam / (2 * m) * sum(theta(2:end) .^ 2);",
        "J = C.mean() + lam / (2 * m) * np.sum(theta[1:] ** 2)",
    ),
)

#: Of the examples that cost most.
_WORST: Final = 8
_COLUMNS: Final = 4


def the_cost(lab: Lab, lesson: Lesson) -> None:
    """Show what the digit costs, what a mistake would, and the mean over all examples."""
    trained, question = lesson.trained, lesson.question
    costs = kept("lesson_costs", trained, lambda: costs_of(trained))
    answer = Answer(digit_at_hand(lesson.label), lesson.y, lesson.h, lesson.cost)
    with step("cost"):
        st.markdown(cost_text(answer, drawn=lesson.label is None, m=question.m, lam=question.lam))
        one, line = st.columns(2, gap="medium")
        with one:
            st.markdown("**What one answer costs**: log loss, and squared error in grey")
            _one_answer(lab, lesson, answer)
        with line:
            _along_the_line(costs)
        every, worst_ones = st.columns(2, gap="medium")
        with every:
            _all_costs(trained, costs, answer)
        with worst_ones:
            _worst_examples(trained, costs)
        show_ways("cost", _WAYS, _values(lesson, costs))


def _values(lesson: Lesson, costs: Costs) -> dict[str, object]:
    """What `_WAYS` come to."""
    y, at = lesson.question.y, lesson.trained.at_theta
    return {
        "u": (2 * lesson.y - 1) * lesson.z,
        "c": lesson.cost,
        "q": (lesson.h - lesson.y) ** 2,
        "U": (2 * y - 1) * at.margins[:, 0],
        "C": costs.single,
        "J": at.cost,
    }


@st.fragment
def _one_answer(lab: Lab, lesson: Lesson, answer: Answer) -> None:
    """The slider, and the only chart that it moves."""
    on_the_slider = _STEP * round(answer.h / _STEP)  # else the browser would move it there
    usual = float(np.clip(round(on_the_slider, 3), *H_RANGE))
    h = st.slider(
        "h, another answer",
        *H_RANGE,
        step=_STEP,
        format="%.3f",
        key=lab.view_key("h", usual=usual),
        persist_state="session",
    )
    called = sides(lesson.question.digit, lesson.question.other)
    live_chart(cost_curves(h, answer, called), key="cost_curves")
    write_link()


def _along_the_line(costs: Costs) -> None:
    """Why squared error would not do."""
    st.markdown("**All training examples along a line through θ**, without penalty")
    live_chart(losses_along(costs), key="cost_line")


def _all_costs(trained: Trained, costs: Costs, answer: Answer) -> None:
    """J as a mean."""
    question = trained.question
    st.markdown(f"**What each of the {question.m:,} training examples costs**")
    histogram = cost_histogram(costs.single, also=answer.cost)
    live_chart(cost_bars(histogram, costs.mean, answer), key="cost_histogram")
    at, half = trained.at_theta, half_of_the_sum(costs.single)
    st.caption(
        mean_and_penalty(costs.mean, at.penalty, at.cost, question.lam)
        + (f"; {half_shown(half, question.m)}" if half else "")
    )


def _worst_examples(trained: Trained, costs: Costs) -> None:
    question = trained.question
    positions = worst(costs.single, question.training.images, _WORST)
    margins = trained.at_theta.margins[positions, 0]
    shown = list(
        zip(
            positions,
            question.y[positions].tolist(),
            expit(margins).tolist(),
            costs.single[positions].tolist(),
            strict=True,
        )
    )
    st.markdown(f"**{worst_title(len(positions))}**")
    columns = min(_COLUMNS, len(positions))
    live_chart(
        gallery(
            question.training.images[positions],
            [worst_label(*each) for each in shown],
            columns,
            captions=[
                worst_caption(cost, h, question.digit, question.other) for _, _, h, cost in shown
            ],
            closer=False,
        ),
        key="cost_worst",
        aspect=captioned_aspect(len(positions), columns),
    )
