"""The theory page computes what it shows."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.lesson import LINES, Lesson, blackboard, values
from logreg_core import TrainConfig, fit, load_bundled
from tests.pages.visitor import drawn_ring, figure, numbers


def test_each_numpy_line_gives_the_value_that_stands_beside_it():
    training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    model = fit(training, TrainConfig(lam=3)).model
    lesson = Lesson(model, held_out.images[4], int(held_out.labels[4]))
    shown = values(lesson, blackboard(model, training, lesson.reading.speaks_for))
    known = {"np": np, "X": training.design_matrix(), "y": training.labels, "x": lesson.x}
    known |= {"theta": lesson.theta, "lam": 3.0, "m": len(training)}
    for line in LINES:
        known[line.name] = eval(line.numpy, known)  # noqa: S307 - a constant of the project
        assert known[line.name] == pytest.approx(shown[line.name], abs=1e-12)


def test_one_step_along_the_gradient_lowers_the_cost():
    training, _ = load_bundled().only(3, 8).split(0.25, seed=0)
    model = fit(training, TrainConfig(max_iterations=3)).model
    board = blackboard(model, training, 8)
    assert board.cost_before == pytest.approx(np.log(2))
    assert board.cost_after < board.cost_before


def test_the_page_follows_the_digit_that_is_picked(visitor):
    app = visitor.open("app.py")
    first = numbers(figure(app, 0)["data"][0]["z"])
    app.number_input[0].set_value(7)
    visitor.run()
    assert not np.array_equal(first, numbers(figure(app, 0)["data"][0]["z"]))


def test_a_drawing_becomes_the_digit_of_the_page(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("app.py")
    assert app.toggle(key="own_digit").value
    assert app.number_input[0].disabled
