"""Step 9: ten digits, ten θ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.lesson.step import step

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson


def ten_digits(lab: Lab, lesson: Lesson) -> None:  # noqa: ARG001 - to come
    """The digit under ten θ; the largest z wins."""
    with step("ten-digits"):
        pass
