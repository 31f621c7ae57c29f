"""Step 4: what a digit costs, and all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.theory import example_cost_curves
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.views import H_RANGE
from dashboard.words.lesson.ways import Way
from logreg_core import log_loss

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson

_WAYS: Final = (
    Way(
        "c",
        r"c = -y \log h - (1 - y) \log(1 - h) = \log(1 + e^{(1 - 2y) z})",
        "c = log1p(exp((1 - 2 * y) * z));",
        "c = np.logaddexp(0, (1 - 2 * y) * z)",
    ),
    Way(
        "C",
        r"c^{(i)} = \log(1 + e^{(1 - 2 y^{(i)})\, \theta^T x^{(i)}})",
        "C = log1p(exp((1 - 2 * Y) .* (X * theta)));",
        "C = np.logaddexp(0, (1 - 2 * Y) * (X @ theta))",
    ),
    Way(
        "J",
        r"J = \frac{1}{m} \sum_i c^{(i)} + \frac{\lambda}{2m} \sum_{j \ge 1} \theta_j^2",
        "J = sum(C) / m + lam / (2 * m) * sum(theta(2:end) .^ 2);",
        "J = C.mean() + lam / (2 * m) * np.sum(theta[1:] ** 2)",
    ),
)


@st.fragment
def the_cost(lab: Lab, lesson: Lesson) -> None:
    """Show what the digit costs, what a mistake would, and the mean over all examples."""
    question = lesson.question
    with step("cost"):
        usual = float(np.clip(round(lesson.h, 3), *H_RANGE))
        h = st.slider(
            "h, what the model says",
            *H_RANGE,
            step=0.002,
            format="%.3f",
            key=lab.view_key("h", usual=usual),
            persist_state="session",
        )
        live_chart(example_cost_curves(h), key="cost_curves")
        costs = log_loss(question.at_theta.margins[:, 0], question.y)
        values = {"c": lesson.cost, "C": costs, "J": question.at_theta.cost}
        show_ways("cost", _WAYS, values)
    write_link()
