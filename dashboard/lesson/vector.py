"""Step 1: an image is a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.figures.digits import digit_numbers, row_of_x
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.words.lesson.ways import Way

if TYPE_CHECKING:
    from dashboard.lesson.lesson import Lesson

_WAYS: Final = (
    Way(
        "x",
        r"x = (1, a_{1,1}, a_{1,2}, \dots, a_{20,20})",
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
    """Show the digit as a grid of numbers and as a row of X."""
    with step("vector"):
        live_chart(digit_numbers(lesson.image), key="vector_grid")
        live_chart(row_of_x(lesson.image), key="vector_row")
        show_ways("vector", _WAYS, {"x": lesson.x, "X": lesson.question.X})
