"""Step 1: an image is a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.lesson.step import show_ways, step
from dashboard.unrolling import spread, unrolling
from dashboard.words.lesson.vector import panel_labels, vector_text
from dashboard.words.lesson.ways import Way

if TYPE_CHECKING:
    from dashboard.lesson.lesson import Lesson

_WAYS: Final = (
    Way(
        "x",
        r"x = (1, a_{0,0}, a_{0,1}, \dots, a_{19,19})",
        "x = [1, reshape(A', 1, 400)];",
        "x = np.r_[1, A.ravel()]",
    ),
    Way(
        "X",
        r"X = \begin{pmatrix} 1 & a^{(1)} \\ \vdots & \vdots \\ 1 & a^{(m)} \end{pmatrix}",
        "X = [ones(m, 1), P];",
        "X = np.c_[np.ones(m), P]",
    ),
)


def an_image_is_a_vector(lesson: Lesson) -> None:
    """Show how the digit's grid of numbers becomes a row like those of X."""
    question = lesson.question
    drawn = spread(question.m)
    with step("vector"):
        st.markdown(vector_text(question.m))
        unrolling(
            lesson.image,
            question.training.images[drawn],
            panel_labels(len(drawn), question.m),
            key="vector_unrolling",
        )
        show_ways("vector", _WAYS, {"x": lesson.x, "X": question.X})
