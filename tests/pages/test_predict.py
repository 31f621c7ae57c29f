"""The Predict page reads a drawing and says why."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from dashboard.drawing import Drawing
from logreg_core import StopReason, normalise_drawing
from tests.pages.visitor import drawn_ring, numbers


def test_a_first_visit_finds_a_trained_zero_or_one_model(visitor):
    app = visitor.open("pages/predict.py")
    job = app.session_state["_run"]
    assert job.reason is StopReason.CONVERGED
    assert job.model().classes == (0, 1)
    assert "Draw a 0 or a 1" in visitor.text()


def test_a_drawing_is_read_as_the_model_reads_it(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("pages/predict.py")
    model = app.session_state["_run"].model()
    probabilities = model.predict_drawing(drawn_ring().pixels)
    assert probabilities[0] > 0.9, "it is a 0"
    assert any(">0<" in element.proto.body for element in app.get("html"))
    bars = visitor.live_figure("probabilities")["data"][0]
    assert numbers(bars["x"]) == pytest.approx(probabilities)


def test_the_model_input_is_what_the_drawing_was_brought_to(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("pages/predict.py")
    model = app.session_state["_run"].model()
    shown = numbers(visitor.live_figure("model_input_figure")["data"][0]["z"])
    normalised = normalise_drawing(drawn_ring().pixels, model.config.preparation, style=model.style)
    np.testing.assert_allclose(shown, normalised, atol=1e-6)


def test_the_parts_of_z_add_up_to_the_probability(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("pages/predict.py")
    model = app.session_state["_run"].model()
    contributions = numbers(visitor.live_figure("drawn_contributions")["data"][0]["z"])
    z = model.theta[0] + contributions.sum()
    assert expit(z) == pytest.approx(model.predict_drawing(drawn_ring().pixels)[1])


def test_a_dot_gets_a_sentence_and_no_guess(visitor):
    dot = np.full((280, 280, 4), 255, dtype=np.uint8)
    dot[130:148, 130:148, :3] = 0
    visitor.app.session_state["_drawing"] = Drawing({"objects": [{}]}, dot)
    app = visitor.open("pages/predict.py")
    assert "dot" in visitor.text()
    assert not any("font-size:5rem" in element.proto.body for element in app.get("html"))


def test_clear_forgets_the_drawing(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("pages/predict.py")
    app.button(key="clear").click()
    visitor.run()
    assert app.session_state["_drawing"] is None
