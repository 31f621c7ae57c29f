"""Step 2: θ is a vector of the same size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.theta import BARE_ASPECT, pixel_map, theta_heatmap
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.margin import Margin
from dashboard.words.lesson.ways import Way

if TYPE_CHECKING:
    from dashboard.lesson.lesson import Lesson

_WAYS: Final = (
    Way("p", r"p = \theta \odot x", "p = theta .* x';", "p = theta * x"),
    Way("z", r"z = \theta^T x = \sum_j p_j", "z = x * theta;", "z = x @ theta"),
)


@st.fragment
def theta_is_a_vector(lesson: Lesson) -> None:
    """Show θ, what it makes of the digit, and how both grow from nothing."""
    margin = Margin.of(lesson.question.theta, lesson.image)
    with step("theta"):
        weights, products = st.columns(2)
        with weights:
            live_chart(
                theta_heatmap(lesson.question.theta, bar=False),
                key="theta_weights",
                aspect=BARE_ASPECT,
            )
        with products:
            live_chart(
                pixel_map(margin.contributions, "θ times ink", bar=False),
                key="theta_products",
                aspect=BARE_ASPECT,
            )
        show_ways("theta", _WAYS, {"p": lesson.question.theta * lesson.x, "z": lesson.z})
