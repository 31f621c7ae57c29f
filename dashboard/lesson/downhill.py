"""Steps 5 and 6: a step is taken in one, and stands in the chart of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.address import write_link
from dashboard.lesson.gradient import the_gradient
from dashboard.lesson.optimiser import the_optimiser

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson


@st.fragment
def downhill(lab: Lab, lesson: Lesson) -> None:
    """One step after another by hand, then an optimiser that takes them by itself."""
    descended = the_gradient(lesson.question)
    the_optimiser(lab, lesson.trained, descended)
    write_link()
