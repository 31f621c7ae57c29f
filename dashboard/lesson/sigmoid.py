"""Step 3: the sigmoid makes a probability of z, and the threshold a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.theory import sigmoid_curve
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.views import Z_RANGE
from dashboard.words.lesson.ways import Way

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
)


@st.fragment
def the_sigmoid(lab: Lab, lesson: Lesson) -> None:
    """Show σ(z) with the digit on it, and what a threshold makes of it."""
    with step("sigmoid"):
        usual = float(np.clip(round(lesson.z, 1), *Z_RANGE))
        z = st.slider(
            "z", *Z_RANGE, step=0.1, key=lab.view_key("z", usual=usual), persist_state="session"
        )
        live_chart(sigmoid_curve(z), key="sigmoid_curve")
        show_ways("sigmoid", _WAYS, {"h": lesson.h})
    write_link()
