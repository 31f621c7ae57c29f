"""The Predict page shows what its model gets wrong on held-out digits, and how sure it may be."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image
from scipy.stats import binomtest
from sklearn.metrics import brier_score_loss, confusion_matrix

from dashboard.figures.calibration import reliability_chart
from dashboard.figures.confusion import confusion_chart
from dashboard.figures.digits import gallery
from dashboard.words.mistakes import score_sentence, too_easy_sentence
from logreg_core import Score, load_bundled, reliability_curve
from tests.pages.visitor import Visitor, numbers

PAGE = "pages/predict.py"

#: Enough mistakes for more than one page of images.
TEN = {"digits": "all", "max_iterations": "4"}


def held_out_and_probabilities(app):
    """The held-out digits of the run that is shown, and what its model makes of them."""
    job = app.session_state["_run"]
    return job.held_out, job.model().predict_proba(job.held_out.images)


def shown(visitor) -> list[str]:
    """What is said of each image of the gallery under the mouse, in their order."""
    return visitor.live_figure("misread_images")["data"][0]["text"]


def said(labels, probabilities) -> list[str]:
    """The same by hand; every digit is a class."""
    confidences = probabilities.max(axis=1)
    sure = [">99 %" if p > 0.99 else f"{100 * p:.0f} %" for p in confidences]
    return [
        f"{label} read as {read_as}, {how} sure"
        for label, read_as, how in zip(labels, probabilities.argmax(axis=1), sure, strict=True)
    ]


def plain_text(visitor) -> str:
    """The text of the page without the backslashes that keep names from being markdown."""
    return visitor.text().replace("\\", "")


def choose(visitor, label, read_as):
    visitor.app.selectbox(key="true_digit").set_value(label)
    visitor.app.selectbox(key="read_as").set_value(read_as)
    return visitor.run()


def test_one_line_says_how_many_held_out_digits_are_misread(visitor):
    app = visitor.open(PAGE, **TEN)
    held_out, probabilities = held_out_and_probabilities(app)
    wrong = int((probabilities.argmax(axis=1) != held_out.labels).sum())
    low, high = binomtest(450 - wrong, 450).proportion_ci(method="wilson")
    right, low, high = (f"{100 * share:.1f}" for share in (1 - wrong / 450, low, high))
    assert (
        f"Of **450** held-out digits **{wrong}** are misread: **{right} %** right "
        f"({low} to {high} %, 95 % confidence)."
    ) in visitor.text()
    assert "Held-out digits of “Handwritten digits (UCI)”, all ten digits" in plain_text(visitor)


def test_where_none_is_misread_those_are_shown_of_which_it_is_least_sure(visitor):
    app = visitor.open(PAGE)
    held_out, probabilities = held_out_and_probabilities(app)
    assert "Of **90** held-out digits **none** is misread: **100 %** right" in visitor.text()
    assert "came nearest to it" in visitor.text()
    nearest = np.argsort(probabilities.max(axis=1))[:16]
    assert shown(visitor) == said(held_out.labels[nearest], probabilities[nearest])


def test_the_surest_mistakes_come_first(visitor):
    app = visitor.open(PAGE, **TEN)
    held_out, probabilities = held_out_and_probabilities(app)
    misread = np.flatnonzero(probabilities.argmax(axis=1) != held_out.labels)
    worst = misread[np.argsort(-probabilities[misread].max(axis=1), kind="stable")][:24]
    assert len(misread) > 24
    assert shown(visitor) == said(held_out.labels[worst], probabilities[worst])
    assert f"**All {len(misread)} that are misread**" in visitor.text()


def test_the_matrix_is_that_of_scikit_learn(visitor):
    app = visitor.open(PAGE, **TEN)
    held_out, probabilities = held_out_and_probabilities(app)
    (cells,) = visitor.live_figure("confusion_matrix")["data"]
    counts = [[int(text or 0) for text in row] for row in cells["text"]]
    assert_array_equal(counts, confusion_matrix(held_out.labels, probabilities.argmax(axis=1)))


@pytest.mark.parametrize("right", [True, False], ids=["diagonal", "error"])
def test_a_cell_shows_its_images_and_its_link_does_too(visitor, right):
    app = visitor.open(PAGE, **TEN)
    held_out, probabilities = held_out_and_probabilities(app)
    read_as = probabilities.argmax(axis=1)
    counts = confusion_matrix(held_out.labels, read_as)
    only = np.eye(10) if right else 1 - np.eye(10)
    row, column = np.unravel_index((counts * only).argmax(), (10, 10))
    choose(visitor, int(row), int(column))
    inside = (held_out.labels == row) & (read_as == column)
    expected = said(held_out.labels[inside], probabilities[inside])[:24]
    assert len(shown(visitor)) == min(len(expected), 24)
    assert all(text.startswith(f"{row} read as {column},") for text in shown(visitor))
    if len(expected) < 24:
        assert sorted(shown(visitor)) == sorted(expected)
    assert visitor.link() == {**TEN, "true_digit": str(row), "read_as": str(column)}
    other = Visitor()
    other.open(PAGE, **visitor.link())
    assert shown(other) == shown(visitor)
    assert other.live_figure("confusion_matrix") == visitor.live_figure("confusion_matrix")


def test_one_select_alone_shows_what_is_misread_of_a_digit_or_as_one(visitor):
    app = visitor.open(PAGE, **TEN)
    held_out, probabilities = held_out_and_probabilities(app)
    read_as = probabilities.argmax(axis=1)
    choose(visitor, 8, "any")
    of_eight = (held_out.labels == 8) & (read_as != 8)
    assert sorted(shown(visitor)) == sorted(
        said(held_out.labels[of_eight], probabilities[of_eight])
    )
    choose(visitor, "any", 1)
    as_one = (held_out.labels != 1) & (read_as == 1)
    assert sorted(shown(visitor)) == sorted(said(held_out.labels[as_one], probabilities[as_one]))
    app.button(key="all_misread").click()
    visitor.run()
    assert visitor.link() == TEN


def test_an_empty_cell_is_a_sentence(visitor):
    visitor.open(PAGE)
    choose(visitor, 0, 1)
    assert "No **0** is read as a **1**." in visitor.text()


def test_an_image_of_an_empty_cell_is_said_not_to_be_there(visitor):
    visitor.open(PAGE, true_digit="0", read_as="1", mistake="7")
    assert len(visitor.app.warning) == 1
    assert "mistake" not in visitor.link()


def test_the_image_that_is_looked_at_is_in_the_link_and_turns_the_page(visitor):
    app = visitor.open(PAGE, **TEN)
    first_page = shown(visitor)
    app.button(key="next_misread_page").click()
    visitor.run()
    assert shown(visitor) != first_page
    assert ", 25 of " in visitor.text()
    app.button(key="next_mistake").click()
    visitor.run()
    assert ", 26 of " in visitor.text()
    other = Visitor()
    other.open(PAGE, **visitor.link())
    assert ", 26 of " in other.text()
    app.button(key="previous_misread_page").click()
    visitor.run()
    assert shown(visitor) == first_page
    assert visitor.link() == TEN


def test_the_image_is_shown_as_the_model_sees_it_with_what_it_says(visitor):
    app = visitor.open(PAGE, **TEN)
    held_out, probabilities = held_out_and_probabilities(app)
    position = app.session_state["mistake"] - 1
    assert said(held_out.labels, probabilities)[position] == shown(visitor)[0]
    bars = visitor.live_figure("mistake_sure")["data"][0]["x"]
    assert_allclose(numbers(bars), probabilities[position])
    for key, image in (
        ("mistake_image", held_out.images[position]),
        ("mistake_ink", held_out.prepared("full").images[position]),
    ):
        assert_allclose(numbers(visitor.live_figure(key)["data"][0]["z"]), image, atol=1e-6)


def test_an_image_that_is_not_shown_is_said_not_to_be_there(visitor):
    visitor.open(PAGE, digits="all", mistake="451")
    assert len(visitor.app.warning) == 1
    assert visitor.link() == {"digits": "all"}


def test_each_mark_is_the_share_that_is_right_of_the_answers_in_its_bin(visitor):
    app = visitor.open(PAGE, **TEN, mistakes_part="calibration")
    held_out, probabilities = held_out_and_probabilities(app)
    confidences = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == held_out.labels
    _, marks, bars = visitor.live_figure("reliability_curve")["data"]
    counts = numbers(bars["y"])
    middles, widths = numbers(bars["x"]), numbers(bars["width"]) + 0.006
    assert counts.sum() == 450
    for middle, width, count, y in zip(middles, widths, counts, numbers(marks["y"]), strict=True):
        low, high = round(middle - width / 2, 6), round(middle + width / 2, 6)
        inside = (confidences > low) & (confidences <= high)
        assert count == inside.sum()
        assert y == pytest.approx(right[inside].mean())
    assert f"Brier score **{brier_score_loss(right, confidences):.3g}**" in visitor.text()
    assert visitor.link() == {**TEN, "mistakes_part": "calibration"}


def test_data_that_is_too_easy_is_said_to_be(visitor):
    visitor.open(PAGE, mistakes_part="calibration")
    assert "too easy" in visitor.text()
    assert "**all ten digits** or **3 and 8**" in visitor.text()


@pytest.mark.parametrize(("multiclass", "said"), [("one-vs-all", True), ("softmax", False)])
def test_of_one_vs_all_it_is_said_which_probability_is_meant(visitor, multiclass, said):
    visitor.open(PAGE, **TEN, multiclass=multiclass, mistakes_part="calibration")
    assert ("divided by the sum of all." in visitor.text()) == said


def test_while_another_run_is_under_way_its_own_held_out_digits_are_judged(visitor):
    app = visitor.open("pages/train.py", optimizer="sgd", batch_size="1", max_iterations="10000")
    app.session_state["_run"].stop()
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    try:
        visitor.app.selectbox(key="digits").set_value("3-8")
        app.switch_page(PAGE)
        visitor.run()
        assert "Held-out digits of “Handwritten digits (UCI)”, 0 and 1" in plain_text(visitor)
        assert "still learning: as of iteration" in visitor.text()
    finally:
        job.stop()
    assert job.wait(timeout=120)


def test_a_cell_of_other_digits_is_forgotten(visitor):
    app = visitor.open(PAGE, digits="3-8", true_digit="3", read_as="8")
    app.selectbox(key="digits").set_value("0-1")
    visitor.run()
    assert app.selectbox(key="true_digit").value == "any", "3 is no digit of these"


def test_each_cell_of_the_matrix_carries_its_digits():
    (cells,) = confusion_chart(np.array([[5, 1], [0, 7]]), (3, 8)).data
    assert_array_equal(cells.customdata, [[[3, 3], [3, 8]], [[8, 3], [8, 8]]])
    assert_array_equal(cells.text, [["5", "1"], ["", "7"]])
    assert "3 read as 8: <b>1</b> of 6 (16.7 %)" in cells.hovertext[0][1]


@pytest.mark.parametrize(
    ("chosen", "frame"),
    [((3, 8), (0.5, 1.5, -0.5, 0.5)), ((8, None), (-0.5, 1.5, 0.5, 1.5)), ((None, None), None)],
)
def test_the_chosen_cell_row_or_column_has_a_frame(chosen, frame):
    chart = confusion_chart(np.array([[5, 1], [0, 7]]), (3, 8), chosen=chosen)
    frames = [(shape.x0, shape.x1, shape.y0, shape.y1) for shape in chart.layout.shapes]
    assert frames == ([] if frame is None else [frame])


def test_an_image_with_a_caption_stands_under_its_marker():
    images = load_bundled().images[:5]
    chart = gallery(images, [""] * 5, 2, captions=list("abcde"))
    packed = base64.b64decode(chart.layout.images[0].source.partition(",")[2])
    sheet = np.asarray(Image.open(io.BytesIO(packed)).convert("L"), dtype=float)
    assert sheet.shape == (chart.layout.images[0].sizey, chart.layout.images[0].sizex)
    markers, captions = chart.data
    for image, x, y, below in zip(images, markers.x, markers.y, captions.y, strict=True):
        left, top = round(x - 9.5), round(y - 9.5)
        drawn = sheet[top : top + 20, left : left + 20]
        assert np.corrcoef(drawn.ravel(), -image.ravel())[0, 1] > 0.999
        assert top + 20 < below < top + 28


def test_a_mark_reaches_as_far_as_its_share_may_lie():
    right = [True] * 8 + [False] * 2
    _, marks, _ = reliability_chart(
        reliability_curve([0.95] * 10, right), least_confidence=0.5
    ).data
    expected = binomtest(8, 10).proportion_ci(method="wilson")
    assert marks.y[0] + marks.error_y.array[0] == pytest.approx(expected.high, abs=1e-4)
    assert marks.y[0] - marks.error_y.arrayminus[0] == pytest.approx(expected.low, abs=1e-4)


@pytest.mark.parametrize("total", [1, 90, 10_000, 10_000_000])
def test_one_mistake_is_never_rounded_to_a_hundred_per_cent(total):
    assert "100 %" not in score_sentence(Score(total - 1, total)).partition("right")[0]


def test_ten_digits_with_many_mistakes_are_not_too_easy():
    assert too_easy_sentence(11, tuple(range(10))) == ""
