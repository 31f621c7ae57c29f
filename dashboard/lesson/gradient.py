"""Step 5: the gradient, and steps against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.lesson.step import step

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson


@st.fragment
def the_gradient(lab: Lab, lesson: Lesson) -> None:  # noqa: ARG001 - to come
    """Show where θ wants to go, and what steps in that direction do to J."""
    with step("gradient"):
        pass
