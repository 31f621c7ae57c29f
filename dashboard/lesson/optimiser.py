"""Step 6: an optimiser takes the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.lesson.step import step

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson


def the_optimiser(lab: Lab, lesson: Lesson) -> None:  # noqa: ARG001 - to come
    """What unconstrained optimisation is: cost and gradient in, θ out."""
    with step("optimiser"):
        pass
