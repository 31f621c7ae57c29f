"""The Data page shows what is learnt from, and takes a visitor's own file."""

from __future__ import annotations

import io
import logging

import numpy as np
import pytest
import scipy.io

from dashboard.words.plain import plain
from logreg_core import load_bundled
from tests.pages.visitor import Visitor, assert_shown


def as_course_file(dataset, **changes) -> bytes:
    """A .mat as the course has it: images column by column, 10 for the digit 0."""
    columns_first = dataset.images.transpose(0, 2, 1).reshape(len(dataset), 400)
    content = {
        "X": columns_first.astype(float),
        "y": np.where(dataset.labels == 0, 10, dataset.labels)[:, None],
    }
    file = io.BytesIO()
    scipy.io.savemat(file, {key: v for key, v in (content | changes).items() if v is not None})
    return file.getvalue()


@pytest.fixture
def threes_and_zeros():
    return load_bundled().only(0, 3).take(range(60))


def upload(visitor, name: str, content: bytes):
    app = visitor.open("pages/data.py")
    app.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return visitor.run()


def use(visitor, name: str, content: bytes):
    """Upload a file and take its images as they are shown."""
    app = upload(visitor, name, content)
    app.button(key="use_upload").click()
    return visitor.run()


def test_the_gallery_shows_the_first_hundred_as_they_are(visitor):
    app = visitor.open("pages/data.py")
    assert_shown(app, load_bundled().only(0, 1).images[:100])


def test_training_and_held_out_examples_are_counted(visitor):
    app = visitor.open("pages/data.py", held_out="40")
    chosen = load_bundled().only(0, 1)
    training, held_out = chosen.split(0.4, seed=0)
    assert f"**{len(training)}** are to learn from and **{len(held_out)}**" in visitor.text()
    assert app.slider(key="held_out").value == 40


def test_the_courses_file_is_shown_upright_with_ten_read_as_zero(visitor, threes_and_zeros):
    app = use(visitor, "course.mat", as_course_file(threes_and_zeros))
    assert app.selectbox(key="source").value == "upload"
    assert app.selectbox(key="digits").value == "0-3"
    assert_shown(app, threes_and_zeros.images)
    assert visitor.link()["source"] == "upload"


def test_what_was_found_is_shown_before_it_is_used(visitor, threes_and_zeros):
    app = upload(visitor, "course.mat", as_course_file(threes_and_zeros))
    assert app.selectbox(key="source").value == "bundled"
    assert "60 images of 0, 3" in visitor.text()
    assert len(app.get("image")) == 1, "25 of them as one picture"
    app.button(key="discard_upload").click()
    visitor.run()
    assert "60 images of 0, 3" not in visitor.text()
    assert app.selectbox(key="source").value == "bundled"


def test_each_guess_can_be_overruled_before_a_file_is_used(visitor, threes_and_zeros):
    app = upload(visitor, "course.mat", as_course_file(threes_and_zeros))
    assert app.segmented_control(key="upload_by_column").value is True
    app.segmented_control(key="upload_by_column").set_value(False)
    app.segmented_control(key="upload_dark_on_light").set_value(True)
    visitor.run()
    app.button(key="use_upload").click()
    visitor.run()
    on_their_side = 1 - threes_and_zeros.images.transpose(0, 2, 1)
    assert np.allclose(app.session_state["_uploaded"].images, on_their_side)


def test_a_scale_that_does_not_fit_cannot_be_used(visitor, threes_and_zeros):
    app = upload(
        visitor,
        "x.mat",
        as_course_file(threes_and_zeros, X=np.tile(np.arange(400.0) % 256, (60, 1))),
    )
    assert app.segmented_control(key="upload_full_scale").value == 255
    app.segmented_control(key="upload_full_scale").set_value(1)
    visitor.run()
    assert "The pixels run from 0 to 255" in app.warning[0].value.replace("\\", "")
    assert app.button(key="use_upload").disabled


def test_every_page_then_works_on_the_uploaded_images(visitor, threes_and_zeros):
    use(visitor, "course.mat", as_course_file(threes_and_zeros))
    app = visitor.open("pages/theta.py")
    assert app.session_state["_run"].training.name == "course.mat"


REFUSED = {
    "a text under another name": ("x.mat", b"no MATLAB file at all" * 20),
    "another kind of file": ("thesis.pdf", b"%PDF-1.7"),
    "an empty file": ("x.mat", b""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_accepted_costs_one_sentence_and_nothing_else(visitor, caplog, case):
    refuse(visitor, caplog, *REFUSED[case])


@pytest.mark.parametrize(
    "changes",
    [
        {"X": None},
        {"y": None},
        {"y": np.full((60, 1), 11)},
        {"y": np.full((60, 1), -1)},
        {"X": np.zeros((60, 500))},
        {"X": np.zeros((59, 400))},
        {"X": np.full((60, 400), np.nan)},
    ],
    ids=["no X", "no y", "label 11", "label -1", "500 pixels", "59 rows", "nan"],
)
def test_a_course_file_with_a_fault_costs_one_sentence_and_nothing_else(
    visitor, caplog, threes_and_zeros, changes
):
    refuse(visitor, caplog, "x.mat", as_course_file(threes_and_zeros, **changes))


def refuse(visitor, caplog, name: str, content: bytes) -> None:
    with caplog.at_level(logging.WARNING):
        app = upload(visitor, name, content)
    assert len(app.error) == 1
    assert app.error[0].value.count(". ") <= 1, "the reason, and that nothing is lost"
    assert app.selectbox(key="source").value == "bundled"
    assert_shown(app, load_bundled().only(0, 1).images[:100])
    ours = [record for record in caplog.records if record.name.startswith("dashboard")]
    assert len(ours) == 1
    assert ours[0].exc_info is None, "no traceback in the log"


@pytest.mark.parametrize("lonely", [None, 5], ids=["one digit", "a single image of another"])
def test_too_few_digits_to_learn_from_can_only_be_added_to_drawings(
    visitor, threes_and_zeros, lonely
):
    y = np.full((60, 1), 3)
    if lonely is not None:
        y[7] = lonely
    app = upload(visitor, "x.mat", as_course_file(threes_and_zeros, y=y))
    assert "only be added to your drawings" in app.warning[0].value
    assert app.button(key="use_upload").disabled
    app.button(key="add_upload").click()
    visitor.run()
    assert len(app.session_state["_own_drawings"]) == 60
    assert app.selectbox(key="source").value == "bundled"


def test_one_visitors_file_name_is_never_shown_to_another(threes_and_zeros):
    content = as_course_file(threes_and_zeros)
    alice, bob = Visitor(), Visitor()
    use(alice, "of alice.mat", content)
    use(bob, "of bob.mat", content)
    alice.open("pages/predict.py")
    bob.open("pages/predict.py")
    assert "of bob" in bob.text()
    assert "alice" not in bob.text()


def test_a_file_name_is_shown_as_text(visitor, threes_and_zeros):
    use(visitor, "![](www.evil.example).mat", as_course_file(threes_and_zeros))
    assert "![" not in visitor.text()
    assert "evil.example" not in visitor.text().replace("\\.", "·")


def test_a_refused_file_leaves_an_uploaded_one_in_place(visitor, threes_and_zeros):
    use(visitor, "good.mat", as_course_file(threes_and_zeros))
    app = upload(visitor, "bad.mat", b"nothing")
    assert app.error
    assert app.selectbox(key="source").value == "upload"
    assert plain("good.mat") in visitor.text()


def test_a_sentence_about_a_file_is_gone_when_one_comes_back(visitor):
    app = upload(visitor, "bad.mat", b"nothing")
    assert app.error
    visitor.open("pages/theta.py")
    app = visitor.open("pages/data.py")
    assert not app.error
