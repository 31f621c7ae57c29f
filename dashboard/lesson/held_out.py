"""Step 8: held-out digits tell what was learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.lesson.step import step

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson


def held_out_digits(lab: Lab, lesson: Lesson) -> None:  # noqa: ARG001 - to come
    """The learning curve, and what a fair number is."""
    with step("held-out"):
        pass
