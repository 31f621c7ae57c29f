"""The digit at hand: which one, and where the visitor chooses another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.drawing import drawn_digit
from dashboard.lesson.lesson import Lesson
from dashboard.lesson.question import question_about

if TYPE_CHECKING:
    from dashboard.lab import Lab


def choose_digit(lab: Lab) -> Lesson:
    """Have the visitor choose a held-out digit or their own drawing, and return its lesson."""
    model, held_out = lab.current_model(), lab.current_run().held_out
    drawing = drawn_digit(model)
    with st.container(horizontal=True, vertical_alignment="bottom", key="lesson_digit"):
        own = drawing is not None and st.toggle(
            "Your drawing", key="own_digit", persist_state="session"
        )
        number = st.number_input(
            f"Held-out digit, 1 to {len(held_out):,}",
            1,
            len(held_out),
            key=lab.view_key(
                "example",
                usual=held_out.typical(model.classes[0]) + 1,
                among=range(1, len(held_out) + 1),
            ),
            persist_state="session",
            disabled=own,
            width=240,
        )
    if own and drawing is not None:
        image, label = drawing, None
    else:
        image = model.prepare(held_out.images[[number - 1]])[0]
        label = int(held_out.labels[number - 1])
    question = question_about(lab, model, model.read(image).speaks_for)
    return Lesson(model, question, image, label)
