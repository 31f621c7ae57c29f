"""A visitor's drawings are collected, learnt from where they say so, and come back from a file."""

from __future__ import annotations

import io

import numpy as np
import pytest

from dashboard.drawing import Drawing
from dashboard.own_drawings import as_file
from logreg_core import load_bundled, normalise_drawing, read_upload
from tests.pages.visitor import Visitor, drawn_ring


def drawn_bar() -> Drawing:
    """A 1."""
    paper = np.full((280, 280, 4), 255, dtype=np.uint8)
    paper[60:220, 130:150, :3] = 20
    return Drawing({"objects": [{}]}, paper)


def label(visitor: Visitor, drawing: Drawing, digit: int | None):
    """Draw on the Predict page and say which digit it was."""
    visitor.app.session_state["_drawing"] = drawing
    app = visitor.open("pages/predict.py")
    app.pills(key=f"label_of_{drawing.content}").set_value(digit)
    return visitor.run()


@pytest.fixture
def collected(visitor):
    label(visitor, drawn_ring(), 0)
    label(visitor, drawn_bar(), 1)
    return visitor


def test_a_drawing_is_kept_as_a_scan_under_its_label(visitor):
    app = label(visitor, drawn_ring(), 0)
    own = app.session_state["_own_drawings"]
    style = app.session_state["_run"].model().style
    scan = normalise_drawing(drawn_ring().pixels, "none", style=style)
    assert np.array_equal(own.images, scan[np.newaxis])
    assert list(own.labels) == [0]
    assert "Kept as a **0**. You have 1 drawing of your own" in visitor.text()


def test_another_label_for_the_same_drawing_takes_the_place_of_the_first(collected):
    app = label(collected, drawn_ring(), 6)
    assert list(app.session_state["_own_drawings"].labels) == [1, 6]
    app = label(collected, drawn_bar(), 7)
    assert list(app.session_state["_own_drawings"].labels) == [6, 7]


def test_no_label_takes_the_drawing_away(collected):
    app = label(collected, drawn_ring(), None)
    assert list(app.session_state["_own_drawings"].labels) == [1]
    label(collected, drawn_bar(), None)
    assert app.session_state["_own_drawings"] is None


def test_drawings_are_left_out_until_the_visitor_adds_them(collected):
    app = collected.open("pages/data.py")
    training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    assert app.session_state["_run"].training == training
    app.segmented_control(key="own_drawings").set_value("added")
    collected.run()
    assert collected.link()["own_drawings"] == "added"
    app = collected.open("pages/theta.py")
    job = app.session_state["_run"]
    assert job.training == training.with_added(app.session_state["_own_drawings"])
    assert job.held_out == held_out


def test_a_new_label_trains_anew_where_drawings_are_learnt_from(collected):
    collected.open("pages/data.py", own_drawings="added")
    app = label(collected, drawn_ring(), 1)
    assert list(app.session_state["_run"].training.labels[-2:]) == [1, 1]


def test_drawings_of_other_digits_are_not_learnt_from(collected):
    label(collected, drawn_ring(), 6)
    app = collected.open("pages/theta.py", own_drawings="added")
    training, _ = load_bundled().only(0, 1).split(0.25, seed=0)
    assert len(app.session_state["_run"].training) == len(training) + 1


def test_what_is_downloaded_comes_back(collected):
    own = collected.app.session_state["_own_drawings"]
    assert read_upload("my_drawings.npz", as_file(own)) == own
    other = Visitor()
    app = other.open("pages/data.py")
    app.file_uploader[0].set_value(("my_drawings.npz", as_file(own), "application/zip"))
    other.run()
    app.button(key="add_upload").click()
    other.run()
    assert app.session_state["_own_drawings"] == own


def test_the_file_is_plain_numpy(collected):
    own = collected.app.session_state["_own_drawings"]
    with np.load(io.BytesIO(as_file(own)), allow_pickle=False) as file:
        assert file["images"].shape == (2, 20, 20)
        assert list(file["labels"]) == [0, 1]


def test_all_can_be_removed(collected):
    app = collected.open("pages/data.py")
    assert "2 collected: 1 of **0**, 1 of **1**" in collected.text()
    next(button for button in app.button if button.label == "Remove all").click()
    collected.run()
    assert app.session_state["_own_drawings"] is None


def test_one_visitors_drawings_are_not_anothers(collected):
    other = Visitor()
    app = other.open("pages/data.py", own_drawings="added")
    assert "_own_drawings" not in app.session_state
    assert "not here" in app.warning[0].value
    assert collected.app.session_state["_own_drawings"] is not None


def test_a_dot_cannot_be_kept(visitor):
    dot = np.full((280, 280, 4), 255, dtype=np.uint8)
    dot[130:148, 130:148, :3] = 0
    visitor.app.session_state["_drawing"] = Drawing({"objects": [{}]}, dot)
    app = visitor.open("pages/predict.py")
    assert not app.get("button_group")


def test_a_file_that_is_added_twice_is_there_once(collected):
    own = collected.app.session_state["_own_drawings"]
    app = collected.open("pages/data.py")
    app.file_uploader[0].set_value(("my_drawings.npz", as_file(own), "application/zip"))
    collected.run()
    app.button(key="add_upload").click()
    collected.run()
    assert app.session_state["_own_drawings"] == own
    assert (
        "0 of its images were added to your drawings; 2 were there already" in app.success[0].value
    )


def test_without_drawings_a_link_promises_none(collected):
    app = collected.open("pages/data.py", own_drawings="added")
    next(button for button in app.button if button.label == "Remove all").click()
    collected.run()
    assert "own_drawings" not in collected.link()
