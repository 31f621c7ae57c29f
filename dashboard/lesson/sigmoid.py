"""Step 3: the sigmoid makes a probability of z, and the threshold a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.lesson.sigmoid import (
    TABLE_ASPECT,
    decision_table,
    reach_of_curve,
    sigmoid_with_threshold,
)
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.views import THRESHOLD_RANGE, Z_RANGE, Between
from dashboard.words.lesson.sides import sides
from dashboard.words.lesson.sigmoid import curve_title, rates, sigmoid_text, table_title
from dashboard.words.lesson.ways import Way
from logreg_core import Decisions

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson

_WAYS: Final = (
    Way(
        "h",
        r"h = \sigma(z) = \frac{1}{1 + e^{-z}}",
        "h = 1 / (1 + exp(-z));",
        "h = 1 / (1 + np.exp(-z))",
    ),
    Way("y_hat", r"\hat{y} = [\,h \ge t\,]", "y_hat = h >= t;", "y_hat = h >= t"),
    Way(
        "H_test",
        r"h^{(i)} = \sigma(\theta_0 + \sum_{j \ge 1} \theta_j\, a^{(i)}_j)",
        "H_test = 1 ./ (1 + exp(-theta(1) - P_test * theta(2:end)));",
        "H_test = 1 / (1 + np.exp(-theta[0] - P_test @ theta[1:]))",
    ),
    Way(
        "fp",
        r"\mathrm{FP} = \sum_i [\,h^{(i)} \ge t \wedge y^{(i)} = 0\,]",
        "fp = sum((H_test >= t) & (Y_test == 0));",
        "fp = np.sum((H_test >= t) & (Y_test == 0))",
    ),
    Way(
        "fn",
        r"\mathrm{FN} = \sum_i [\,h^{(i)} < t \wedge y^{(i)} = 1\,]",
        "fn = sum((H_test < t) & (Y_test == 1));",
        "fn = np.sum((H_test < t) & (Y_test == 1))",
    ),
    Way(
        "accuracy_t",
        r"\mathrm{accuracy}_t = 1 - \frac{\mathrm{FP} + \mathrm{FN}}{n}",
        "accuracy_t = 1 - (fp + fn) / n_test;",
        "accuracy_t = 1 - (fp + fn) / n_test",
    ),
)


@st.fragment
def the_sigmoid(lab: Lab, lesson: Lesson) -> None:
    """Show σ(z) with the digit on it, and what a threshold makes of it."""
    question = lesson.question
    with step("sigmoid"):
        digits = len(lesson.model.classes)
        st.markdown(sigmoid_text(question.digit, question.other, digits=digits))
        probe, threshold = _sliders(lab, lesson)
        decisions = Decisions.at(threshold, lesson.trained.h_held_out, question.held_out.labels)
        _panels(lesson, probe, threshold, decisions)
        values = {
            "h": lesson.h,
            "y_hat": lesson.h >= threshold,
            "H_test": lesson.trained.h_held_out,
            "fp": decisions.false_positives,
            "fn": decisions.false_negatives,
            "accuracy_t": decisions.accuracy,
        }
        show_ways("sigmoid", _WAYS, values)
    write_link()


def _sliders(lab: Lab, lesson: Lesson) -> tuple[float, float]:
    """Where the probe stands, and the threshold; with their widgets."""
    of_z, of_threshold = st.columns(2, gap="medium")
    far = max(Z_RANGE[1], float(np.ceil(abs(lesson.z))))
    key = lab.view_key("z", usual=round(lesson.z, 1), among=Between(-far, far))
    z = of_z.slider("Move z", -far, far, step=0.1, key=key, persist_state="session")
    threshold = of_threshold.slider(
        "Threshold t", *THRESHOLD_RANGE, step=0.01, key="threshold", persist_state="session"
    )
    return z, threshold


def _panels(lesson: Lesson, probe: float, threshold: float, decisions: Decisions) -> None:
    """The curve over the held-out digits, and the table of what the threshold makes of them."""
    question = lesson.question
    answers = sides(question.digit, question.other)
    labels = question.held_out.labels
    reach = reach_of_curve(lesson.z, lesson.trained.z_held_out, at_least=Z_RANGE[1])
    curve, table = st.columns([1.7, 1], gap="medium")
    with curve:
        st.markdown(curve_title(int((np.abs(lesson.trained.z_held_out) > reach).sum())))
        live_chart(
            sigmoid_with_threshold(
                lesson.z,
                probe=probe,
                threshold=threshold,
                reach=reach,
                z_held_out=lesson.trained.z_held_out,
                y_held_out=labels,
                answers=answers,
            ),
            key="sigmoid_curve",
        )
    with table:
        st.markdown(table_title(threshold, len(labels)))
        live_chart(decision_table(decisions, answers), key="sigmoid_table", aspect=TABLE_ASPECT)
        st.markdown(rates(decisions))
