"""The gallery shows what is asked for, in that order, and one image of it large."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from dashboard.figures.digits import gallery
from dashboard.gallery import PER_PAGE
from logreg_core import Dataset, load_bundled
from tests.pages.visitor import assert_shown, figure, numbers, shown_images

ZEROS_AND_ONES = load_bundled().only(0, 1)


def choose(visitor, **pills):
    """Open the Data page and choose by the keys of the pills."""
    app = visitor.open("pages/data.py")
    for key, value in pills.items():
        app.pills(key=key).set_value(value)
    return visitor.run()


@pytest.mark.parametrize("part", [0, 1], ids=["training", "held out"])
def test_a_part_of_the_split_can_be_looked_at(visitor, part):
    chosen = ZEROS_AND_ONES.split(0.25, seed=0)[part]
    app = choose(visitor, part=["training", "held out"][part])
    assert_shown(app, chosen.images[:PER_PAGE])
    assert f"**{len(chosen)}** images" in visitor.text()


def test_one_digit_can_be_looked_at(visitor):
    app = visitor.open("pages/data.py")
    app.selectbox(key="only_digit").set_value(1)
    visitor.run()
    assert_shown(app, load_bundled().only(1).images[:PER_PAGE])


def test_digit_by_digit_keeps_the_order_of_the_file_within_each(visitor):
    app = choose(visitor, gallery_order="digit")
    by_digit = np.concatenate([load_bundled().only(digit).images for digit in (0, 1)])
    assert_shown(app, by_digit[:PER_PAGE])


def test_the_highest_cost_under_the_current_model_comes_first(visitor):
    app = choose(visitor, gallery_order="cost")
    costs = app.session_state["_run"].model().judge(ZEROS_AND_ONES).costs
    assert_shown(app, ZEROS_AND_ONES.images[np.argsort(-costs, kind="stable")][:PER_PAGE])
    assert "Look for labels that are wrong" in visitor.text()


def test_a_wrong_label_is_found_among_the_misread(visitor):
    wrong = ZEROS_AND_ONES.labels.copy()
    wrong[17] = 1 - wrong[17]
    visitor.app.session_state["_uploaded"] = Dataset(ZEROS_AND_ONES.images, wrong, "one wrong")
    visitor.open("pages/data.py", source="upload")
    app = visitor.app
    app.pills(key="gallery_order").set_value("misread")
    visitor.run()
    assert_shown(app, ZEROS_AND_ONES.images[[17]])
    iteration = app.session_state["_run"].latest.iteration
    assert (
        f"The model of iteration {iteration} reads **1** of 360 images (0.3%) as another digit"
        in visitor.text()
    )
    assert "reads it **wrongly**" in visitor.text()


def test_the_share_of_misread_images_is_that_of_the_digit_which_is_looked_at(visitor):
    wrong = ZEROS_AND_ONES.labels.copy()
    wrong[17] = 1 - wrong[17]
    visitor.app.session_state["_uploaded"] = Dataset(ZEROS_AND_ONES.images, wrong, "one wrong")
    app = visitor.open("pages/data.py", source="upload")
    app.selectbox(key="only_digit").set_value(int(wrong[17]))
    app.pills(key="gallery_order").set_value("misread")
    visitor.run()
    assert f"**1** of {np.count_nonzero(wrong == wrong[17])} images" in visitor.text()


def test_pages_keep_their_order_while_a_run_goes_on_and_follow_it_when_it_ends(visitor):
    app = visitor.open("pages/train.py", optimizer="sgd", batch_size="1", max_iterations="10000")
    app.session_state["_run"].stop()
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    try:
        app = choose(visitor, gallery_order="cost")
        assert "which is still learning, reads" in visitor.text()
        at_first, seen = shown_images(app), job.latest.iteration
        while job.latest.iteration == seen:
            assert not job.wait(timeout=0.01)
        visitor.run()
        assert np.array_equal(shown_images(app), at_first)
    finally:
        job.stop()
    assert job.wait(timeout=120)
    visitor.run()
    assert f"The model of iteration {job.latest.iteration:,} reads" in visitor.text()
    costs = job.model().judge(ZEROS_AND_ONES).costs
    assert_shown(app, ZEROS_AND_ONES.images[np.argsort(-costs, kind="stable")][:PER_PAGE])


def test_nothing_misread_is_a_friendly_sentence(visitor):
    choose(visitor, gallery_order="misread")
    assert "reads every one of these images as its label says" in visitor.text()


def test_duplicates_stand_side_by_side(visitor):
    twice = ZEROS_AND_ONES.take([0, 1, 2, 3, 4, 5, 2, 6, 4])
    labels = twice.labels.copy()
    labels[8] = 1 - labels[8]
    visitor.app.session_state["_uploaded"] = Dataset(twice.images, labels, "twice")
    visitor.open("pages/data.py", source="upload")
    app = visitor.app
    app.pills(key="gallery_order").set_value("duplicates")
    visitor.run()
    assert_shown(app, twice.images[[2, 6, 4, 8]])
    assert "**4** images in 2 groups" in visitor.text()
    assert "in **1** of them the labels disagree" in visitor.text()
    assert "As good as the same picture: number 2 of those shown here" in visitor.text()


def test_a_twin_among_those_held_out_does_not_change_the_part_of_an_image(visitor):
    twice = ZEROS_AND_ONES.take(np.repeat(np.arange(40), 2))
    visitor.app.session_state["_uploaded"] = Dataset(twice.images, twice.labels, "twice")
    app = visitor.open("pages/data.py", source="upload")
    app.pills(key="part").set_value("training")
    visitor.run()
    training, _ = twice.split(0.25, seed=0)
    for _ in range(len(training) - 1):
        assert "In the **training** set" in visitor.text()
        app.button(key="next_image").click()
        visitor.run()


def test_an_image_that_is_both_learnt_from_and_held_out_is_pointed_out(visitor):
    twice = ZEROS_AND_ONES.take(np.repeat(np.arange(40), 2))
    visitor.app.session_state["_uploaded"] = Dataset(twice.images, twice.labels, "twice")
    app = visitor.open("pages/data.py", source="upload")
    _, held_out = twice.split(0.25, seed=0)
    pictures = [image.tobytes() for image in held_out.images]
    # Of two copies one is held out, or both, or none.
    across = [pictures.count(image.tobytes()) == 1 for image in twice.images[:20]]
    assert {True, False} == set(across)
    for is_across in across:
        assert ("**both learnt from and held out**" in visitor.text()) == is_across
        app.button(key="next_image").click()
        visitor.run()


def test_among_thousands_nearly_the_same_only_the_very_same_are_shown(visitor, monkeypatch):
    monkeypatch.setattr(sys.modules["logreg_core.duplicates"], "MOST_CANDIDATES", 10)
    faint = np.random.default_rng(0).random((40, 20, 20)) / 1000
    faint[7] = faint[3]
    visitor.app.session_state["_uploaded"] = Dataset(faint, np.arange(40) % 2, "faint")
    app = visitor.open("pages/data.py", source="upload", preparation="none")
    app.pills(key="gallery_order").set_value("duplicates")
    visitor.run()
    assert_shown(app, faint[[3, 7]])
    assert "only those were looked for which are the same in every pixel" in visitor.text()


def test_no_duplicates_is_a_friendly_sentence(visitor):
    choose(visitor, gallery_order="duplicates")
    assert "No two of these images are the same" in visitor.text()


def test_pages_are_turned_by_buttons_and_end_at_the_last(visitor):
    app = visitor.open("pages/data.py")
    assert app.button(key="previous_page").disabled
    app.button(key="next_page").click()
    visitor.run()
    assert_shown(app, ZEROS_AND_ONES.images[100:200])
    app.button(key="last_page").click()
    visitor.run()
    assert_shown(app, ZEROS_AND_ONES.images[300:])
    assert app.button(key="next_page").disabled
    app.button(key="first_page").click()
    visitor.run()
    assert_shown(app, ZEROS_AND_ONES.images[:100])


def test_the_next_image_turns_the_page_where_it_stands_on_the_next(visitor):
    app = visitor.open("pages/data.py")
    page = next(slider for slider in app.select_slider if slider.label == "Page")
    page.set_value(1)
    visitor.run()
    assert "A 0, 101 of 360" in visitor.text() or "A 1, 101 of 360" in visitor.text()
    app.button(key="previous_image").click()
    visitor.run()
    assert "100 of 360" in visitor.text()
    assert_shown(app, ZEROS_AND_ONES.images[:100])


def test_the_image_that_is_looked_at_has_a_frame_around_it(visitor):
    app = visitor.open("pages/data.py")
    app.button(key="next_image").click()
    visitor.run()
    (frame,) = figure(app, 0)["layout"]["shapes"]
    centre = (frame["x0"] + frame["x1"]) / 2, (frame["y0"] + frame["y1"]) / 2
    markers = figure(app, 0)["data"][0]
    assert centre == (numbers(markers["x"])[1], numbers(markers["y"])[1])


def test_a_turned_page_begins_with_its_first_image(visitor):
    app = visitor.open("pages/data.py")
    for key in ("next_image", "next_page"):
        app.button(key=key).click()
        visitor.run()
    assert "101 of 360" in visitor.text()


def test_one_image_is_shown_as_numbers_and_as_its_row_of_x(visitor):
    app = visitor.open("pages/data.py")
    large = numbers(figure(app, 1)["data"][0]["z"])
    assert np.allclose(large, ZEROS_AND_ONES.images[0])
    bias, pixels = figure(app, 2)["data"]
    row = np.r_[numbers(bias["z"]).ravel(), numbers(pixels["z"]).ravel()]
    assert np.allclose(row, ZEROS_AND_ONES.design_matrix()[0])


def test_what_the_model_makes_of_one_image_is_said(visitor):
    app = visitor.open("pages/data.py")
    judgement = app.session_state["_run"].model().judge(ZEROS_AND_ONES.take([0]))
    assert f"which costs **{judgement.costs[0]:.3f}**" in visitor.text()
    assert "In the **training** set" in visitor.text()


def test_settings_that_cannot_train_leave_the_images_to_be_looked_at(visitor):
    app = visitor.open("pages/data.py", digits="all", batch_size="5000", optimizer="sgd")
    assert_shown(app, load_bundled().images[:PER_PAGE])
    app.pills(key="gallery_order").set_value("cost")
    visitor.run()
    assert len(app.info) == 1
    assert "batch" in app.info[0].value


def test_a_run_on_other_digits_judges_no_images_of_these(visitor):
    app = visitor.open("pages/train.py", optimizer="sgd", batch_size="1", max_iterations="10000")
    app.session_state["_run"].stop()
    app.button(key="start").click()
    visitor.run()
    try:
        app = visitor.open("pages/data.py", digits="3-8")
        assert_shown(app, load_bundled().only(3, 8).images[:PER_PAGE])
        app.pills(key="gallery_order").set_value("misread")
        visitor.run()
        assert "learns to tell 0, 1" in app.info[0].value
    finally:
        app.session_state["_run"].stop()


@pytest.mark.parametrize("count", [1, 7, 13, 15])
def test_a_picture_of_few_images_is_as_wide_as_one_of_many(count):
    """Else they would be squashed, and a click would hit another one."""
    chart = gallery(np.zeros((count, 20, 20)), [""] * count, columns=13)
    (picture,) = chart.layout.images
    rows = -(-count // 13)
    assert (picture.sizex, picture.sizey) == (13 * 22 - 2, rows * 22 - 2)
