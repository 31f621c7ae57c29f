"""The strip on Predict: how a drawing becomes 400 numbers, and what each step is good for."""

from __future__ import annotations

import json

import pytest

from dashboard.words.plain import whole_percent
from dashboard.words.strip import effect_sentence, left_out_sentence
from logreg_core import STAGES, drawing_steps
from tests.pages.visitor import drawn_ring, numbers

PREPARATIONS = {
    "none": ("crop", "stroke"),
    "centred": ("crop", "stroke", "evening"),
    "full": STAGES,
}


@pytest.fixture
def with_ring(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    return visitor


def switches(app):
    return {toggle.key: toggle.value for toggle in app.toggle if toggle.key.startswith("with_")}


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_each_step_of_the_preparation_has_its_switch(with_ring, preparation):
    app = with_ring.open("pages/predict.py", preparation=preparation)
    assert switches(app) == {f"with_{stage}": True for stage in PREPARATIONS[preparation]}


def test_what_is_switched_off_is_not_done_and_said_beside_the_answer(with_ring):
    app = with_ring.open("pages/predict.py")
    app.toggle(key="with_stroke").set_value(False)
    with_ring.run()
    model = app.session_state["_run"].model()
    expected = drawing_steps(drawn_ring().pixels, "full", style=model.style, without={"stroke"})
    shown = numbers(with_ring.live_figure("step_4")["data"][0]["z"])
    assert shown == pytest.approx(expected[-1].image)
    assert "Read without “Set the stroke”" in with_ring.text()
    assert with_ring.link()["with_stroke"] == "off"


def test_each_switch_says_what_the_other_way_would_be_read_as(with_ring):
    app = with_ring.open("pages/predict.py", with_slant="off", digits="all")
    model = app.session_state["_run"].model()
    image = drawing_steps(drawn_ring().pixels, "full", style=model.style)[-1].image
    whole = model.read(image)
    assert (
        f"With it: still {whole.digit} ({whole_percent(whole.probabilities.max())})"
        in with_ring.text()
    )


def test_the_picture_of_a_step_is_small_enough_to_be_sent_at_each_stroke(with_ring):
    with_ring.open("pages/predict.py")
    for step in range(4):
        assert len(json.dumps(with_ring.live_figure(f"step_{step}"))) < 20_000


@pytest.mark.parametrize("preparation", ["none", "centred"])
def test_a_switch_that_the_preparation_has_not_is_not_spoken_of(with_ring, preparation):
    app = with_ring.open("pages/predict.py", preparation=preparation, with_slant="off")
    assert "with_slant" not in switches(app)
    assert "Read without" not in with_ring.text()


class Read:
    """What a reading has, and no more."""

    def __init__(self, digit, probability):
        self.digit, self.probabilities = digit, _Most(probability)


class _Most(list):
    def __init__(self, most):
        super().__init__([most])

    def max(self):
        return self[0]


def test_a_switch_that_changes_the_digit_is_told_from_one_that_does_not():
    seven, one = Read(7, 0.93), Read(1, 0.61)
    assert effect_sentence(seven, one, is_on=True) == "Without it: **:red[1]** (61 %)"
    assert effect_sentence(seven, Read(7, 0.5), is_on=False) == "With it: still 7 (50 %)"


def test_nothing_is_said_where_nothing_is_left_out():
    assert left_out_sentence(()) == ""
    assert left_out_sentence({"crop", "slant"}).startswith("Read without “Crop” and “Remove")
