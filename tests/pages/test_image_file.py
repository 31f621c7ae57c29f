"""The Predict page reads a picture file as it reads a drawing."""

from __future__ import annotations

import io
import logging
import threading

import numpy as np
import pytest
from PIL import Image

from logreg_core import digit_on_photo
from tests.files import EXE, bomb, picture
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


@pytest.fixture
def camera(visitor):
    """The Predict page where the digit comes from the camera."""
    app = visitor.open("pages/predict.py")
    app.segmented_control(key="taken_from").set_value("camera")
    return visitor.run()


def take(visitor, content: bytes):
    """Take a photo."""
    visitor.app.camera_input(key="camera").upload("photo.jpg", content)
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


def test_an_old_refusal_is_not_said_again_when_one_comes_back_to_pictures(app, visitor):
    choose(visitor, photo_of(1))
    choose(visitor, b"one")
    assert len(app.error) == 1
    for way in ("canvas", "file"):
        app.segmented_control(key="taken_from").set_value(way)
        visitor.run()
    assert not app.error
    assert is_read_as(app, 1)


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


def test_before_a_photo_is_taken_the_page_says_how(camera, visitor):
    assert "before the camera, and take a photo" in visitor.text()
    assert not any("font-size:5rem" in element.proto.body for element in camera.get("html"))


@pytest.mark.parametrize("digit", [0, 1])
def test_a_photo_of_the_camera_is_read(camera, visitor, digit):
    take(visitor, photo_of(digit, shadow=0.3))
    assert is_read_as(camera, digit)
    assert "Digit found" in visitor.text()


def test_a_photo_that_was_read_stays_and_its_bytes_are_let_go(camera, visitor, monkeypatch):
    take(visitor, photo_of(1))
    assert camera.session_state["camera"].getvalue() == b""
    monkeypatch.setattr("dashboard.image_file.read_photo", None)  # it is not decoded again
    visitor.run()
    assert is_read_as(camera, 1)


def test_the_next_photo_takes_the_place_of_the_one_before(camera, visitor):
    take(visitor, photo_of(1))
    take(visitor, photo_of(0))
    assert is_read_as(camera, 0)
    camera.camera_input(key="camera").clear()
    visitor.run()
    assert "take a photo" in visitor.text()


@pytest.mark.usefixtures("camera")
def test_a_photo_that_cannot_be_decoded_is_tried_once(visitor, monkeypatch):
    take(visitor, photo_of(1)[:2000])
    assert "cannot be read" in visitor.text()
    monkeypatch.setattr("dashboard.image_file.read_photo", None)
    visitor.run()
    assert "cannot be read" in visitor.text()


def test_streamlit_shows_a_picture_as_it_was_kept_and_encodes_nothing(app, visitor, monkeypatch):
    for encoder in ("_np_array_to_bytes", "_pil_to_bytes"):
        monkeypatch.setattr(f"streamlit.elements.lib.image_utils.{encoder}", None)
    choose(visitor, photo_of(1))
    assert len(app.get("image")) == 1
    transparent = np.zeros((300, 900, 4), dtype=np.uint8)
    transparent[50:250, 440:460] = 255
    choose(visitor, picture(Image.fromarray(transparent)), "photo.png")
    assert len(app.get("image")) == 1
    assert not app.error


def test_whoever_waits_too_long_for_the_pictures_of_others_is_told(app, visitor, monkeypatch):
    choose(visitor, photo_of(1))
    turn = threading.Lock()
    monkeypatch.setattr("dashboard.image_file._one_at_a_time", turn)
    monkeypatch.setattr("dashboard.image_file.MAX_SECONDS_IN_LINE", 0.01)
    with turn:  # another visitor's
        choose(visitor, photo_of(0))
    assert "Other files are being read" in app.error[0].value
    assert is_read_as(app, 1), "the picture before is still here"
    choose(visitor, photo_of(0))
    assert is_read_as(app, 0)


@pytest.mark.parametrize("ink", [0, 255], ids=["black", "white"])
def test_ink_on_transparent_paper_can_be_seen(app, visitor, ink):
    drawing = np.full((40, 40, 4), ink, dtype=np.uint8)
    drawing[:, :20, 3], drawing[:, 20:, 3] = 0, 255
    choose(visitor, picture(Image.fromarray(drawing)), "photo.png")
    shown = Image.open(io.BytesIO(app.session_state["_picture"].shown)).convert("L")
    assert abs(shown.getpixel((5, 20)) - shown.getpixel((35, 20))) > 80
