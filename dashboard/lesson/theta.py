"""Step 2: θ is a vector of the same size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.digits import digit_picture
from dashboard.figures.margins import reach_of_z, sum_of_z
from dashboard.figures.theta import BARE_ASPECT, pixel_map, theta_heatmap
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.margin import Margin
from dashboard.words.lesson.theta import (
    bias_of_products,
    bias_of_theta,
    bias_of_x,
    blended_sum,
    theta_text,
)
from dashboard.words.lesson.ways import Way

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.lesson.lesson import Lesson

_WAYS: Final = (
    Way("p", r"p = \theta \odot x", "p = theta .* x';", "p = theta * x"),
    Way("z", r"z = \theta^T x = \sum_j p_j", "z = x * theta;", "z = x @ theta"),
    Way("z_s", r"z_s = (s\,\theta)^T x = s\,z", "z_s = x * (s * theta);", "z_s = x @ (s * theta)"),
)


@st.fragment
def theta_is_a_vector(lesson: Lesson) -> None:
    """Show θ, what it makes of the digit, and how both grow from nothing."""
    question = lesson.question
    with step("theta"):
        st.markdown(theta_text(question.digit, question.other, learnt=bool(lesson.theta.any())))
        share = (
            st.slider(
                "s, how much of θ",
                0,
                100,
                format="%d %%",
                key="blend",
                persist_state="session",
            )
            / 100
        )
        _panels(lesson, share)
        values = {
            "p": lesson.theta * lesson.x,
            "z": lesson.z,
            "z_s": Margin.of(share * lesson.theta, lesson.image).z,
        }
        show_ways("theta", _WAYS, values)
    write_link()


def _panels(lesson: Lesson, share: float) -> None:
    """x, a share of θ, their products and the sum, on the scales of the whole θ."""
    question, theta = lesson.question, lesson.theta
    whole, blended = (Margin.of(part, lesson.image) for part in (theta, share * theta))
    weights = theta_heatmap(share * theta, scale=float(np.abs(theta[1:]).max()), bar=False)
    products = pixel_map(
        blended.contributions,
        "θ times ink",
        scale=float(np.abs(whole.contributions).max()),
        bar=False,
    )
    bars = sum_of_z(blended, bias="bias sθ₀", reach=reach_of_z(whole))
    ink = digit_picture(lesson.image)
    with st.container(key="theta_panels"):
        of_x, of_theta, of_products, of_sum = st.columns([1, 1, 1, 1.5], gap="small")
    _panel(of_x, "**x**", ink, "theta_x", bias_of_x())
    colours = bias_of_theta(blended.bias, question.digit, question.other)
    _panel(of_theta, "times **sθ**", weights, "theta_weights", colours)
    _panel(of_products, "is **sθ ⊙ x**", products, "theta_products", bias_of_products(blended.bias))
    with of_sum:
        st.markdown("added up: **z**")
        live_chart(bars, key="theta_sum")
        st.caption(blended_sum(share, whole.z, blended))


def _panel(place: DeltaGenerator, title: str, picture: go.Figure, key: str, caption: str) -> None:
    """A square picture with a few words above and below."""
    with place:
        st.markdown(title)
        live_chart(picture, key=key, aspect=BARE_ASPECT)
        st.caption(caption)
