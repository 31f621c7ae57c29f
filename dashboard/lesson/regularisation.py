"""Step 7: λ holds θ back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.lesson.step import step

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson


def regularisation(lab: Lab, lesson: Lesson) -> None:  # noqa: ARG001 - to come
    """θ, its accuracy and its length under three λ."""
    with step("regularisation"):
        pass
