"""The theory page computes what it shows."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.lesson import LINES, Lesson, evaluated
from logreg_core import TrainConfig, fit, load_bundled
from tests.pages.visitor import drawn_ring, figure, numbers


def test_each_numpy_line_gives_the_value_that_stands_beside_it():
    training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    model = fit(training, TrainConfig(lam=3)).model
    lesson = Lesson(model, training, held_out.images[4], int(held_out.labels[4]))
    known = {"np": np, "X": lesson.X, "y": lesson.y, "x": lesson.x, "theta": lesson.theta}
    known |= {"lam": 3.0, "m": len(training)}
    for line in LINES:
        known[line.name] = eval(line.numpy, known)  # noqa: S307 - a constant of the project
        assert known[line.name] == pytest.approx(evaluated(lesson)[line.name], abs=1e-12)


def test_one_step_along_the_gradient_lowers_the_cost():
    training, held_out = load_bundled().only(3, 8).split(0.25, seed=0)
    model = fit(training, TrainConfig(max_iterations=3)).model
    step = Lesson(model, training, held_out.images[0], 3).first_step
    assert step.before == pytest.approx(np.log(2))
    assert step.after < step.before


def test_the_page_follows_the_digit_that_is_picked(visitor):
    app = visitor.open("app.py")
    first = numbers(figure(app, 0)["data"][0]["z"])
    app.slider[0].set_value(7)
    visitor.run()
    assert not np.array_equal(first, numbers(figure(app, 0)["data"][0]["z"]))


def test_a_drawing_becomes_the_digit_of_the_page(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("app.py")
    assert app.toggle(key="own_digit").value
    assert app.slider[0].disabled
