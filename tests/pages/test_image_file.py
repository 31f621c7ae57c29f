"""The Predict page reads a picture file as it reads a drawing."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from logreg_core import digit_on_photo
from tests.files import EXE, bomb
from tests.pages.visitor import drawn_ring, numbers
from tests.photographs import jpeg, photographed, unpacked, written


def photo_of(digit: int, **conditions) -> bytes:
    return jpeg(photographed(written(digit), np.random.default_rng(1), **conditions))


def choose(visitor, content: bytes, name: str = "photo.jpg"):
    """Choose a picture on the Predict page, where a file is asked for."""
    app = visitor.app
    app.file_uploader[0].set_value((name, content, "image/jpeg"))
    return visitor.run()


@pytest.fixture
def app(visitor):
    app = visitor.open("pages/predict.py")
    app.segmented_control(key="taken_from").set_value("file")
    return visitor.run()


def is_read_as(app, digit: int) -> bool:
    return any(f">{digit}<" in element.proto.body for element in app.get("html"))


def test_before_a_picture_is_chosen_the_page_says_which(app, visitor):
    assert "Choose a picture of one digit" in visitor.text()
    assert not any("font-size:5rem" in element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("digit", [0, 1])
def test_a_photo_is_read_as_the_model_reads_its_ink(app, visitor, digit):
    content = photo_of(digit, lines="ruled", shadow=0.3)
    choose(visitor, content)
    assert is_read_as(app, digit)
    model = app.session_state["_run"].model()
    ink = digit_on_photo(unpacked(content)).ink
    bars = numbers(visitor.live_figure("probabilities")["data"][0]["x"])
    assert bars == pytest.approx(model.predict_drawing(ink), abs=0.02)
    assert len(app.get("image")) == 1, "the photo itself"


@pytest.mark.usefixtures("app")
def test_the_strip_begins_with_the_photo(visitor):
    choose(visitor, photo_of(0))
    text = visitor.text()
    steps = ["Photo", "Even light", "Digit found", "Cropped", "Stroke width", "Slant removed"]
    for number, step in enumerate([*steps, "20x20"], start=1):
        assert f"**{number}. {step}**" in text
    assert "Ink**" not in text


def test_a_picture_can_be_labelled_like_a_drawing(app, visitor):
    choose(visitor, photo_of(1))
    assert not [button for button in app.button if button.key == "right_next"], "no sheet"
    app.button(key="right").click()
    visitor.run()
    own = app.session_state["_own_drawings"]
    assert [drawing.label for drawing in own.drawings] == [1]
    app.pills(key="own_label").set_value(0)
    visitor.run()
    own = app.session_state["_own_drawings"]
    assert [drawing.label for drawing in own.drawings] == [0]


def test_the_drawing_is_there_again_after_a_picture(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("pages/predict.py")
    app.segmented_control(key="taken_from").set_value("file")
    visitor.run()
    choose(visitor, photo_of(1))
    assert is_read_as(app, 1)
    app.segmented_control(key="taken_from").set_value("canvas")
    visitor.run()
    assert is_read_as(app, 0)
    assert app.session_state["_sheet"].begun_with == drawn_ring().strokes
    app.segmented_control(key="taken_from").set_value("file")
    visitor.run()
    assert is_read_as(app, 1)


def test_a_picture_stays_while_one_looks_at_another_page(app, visitor):
    choose(visitor, photo_of(1))
    visitor.open("pages/theta.py")
    app = visitor.open("pages/predict.py")
    assert is_read_as(app, 1)


REFUSED = {
    "a text": b"one",
    "a program": EXE,
    "nothing": b"",
    "cut off": photo_of(1)[:2000],
    "too many pixels": bomb(10_000, 10_000),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_picture_costs_one_sentence_and_nothing_else(
    app, visitor, caplog, content
):
    choose(visitor, photo_of(1))
    with caplog.at_level(logging.WARNING):
        choose(visitor, content)
    assert len(app.error) == 1
    assert app.error[0].value.count(". ") == 1, "the reason, and that nothing is lost"
    assert is_read_as(app, 1), "the picture before is still here"
    ours = [record for record in caplog.records if record.name.startswith("dashboard")]
    assert len(ours) == 1
    assert ours[0].exc_info is None
    choose(visitor, photo_of(0))
    assert not app.error
    assert is_read_as(app, 0)


def test_paper_without_a_digit_and_one_with_two_get_a_sentence(app, visitor):
    blank = np.zeros((50, 50), dtype=np.float32)
    choose(visitor, jpeg(photographed(blank, np.random.default_rng(1))))
    assert "No digit can be found" in visitor.text()
    both = np.pad(np.hstack([written(1)[:, 30:170], written(0)[:, 30:170]]), ((40, 40), (0, 0)))
    choose(visitor, jpeg(photographed(both, np.random.default_rng(1), share=0.7)))
    assert "several things on this picture" in visitor.text()
    assert not app.error
    assert not any("font-size:5rem" in element.proto.body for element in app.get("html"))


@pytest.mark.usefixtures("app")
def test_the_files_name_is_not_shown_and_its_bytes_are_let_go(visitor):
    choose(visitor, photo_of(1), "![](www.evil.example).jpg")
    assert "evil" not in visitor.text()
    assert visitor.app.file_uploader[0].value is None
