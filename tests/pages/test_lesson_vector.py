"""Step 1 shows the digit's own numbers, and rows that are X's."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest

from dashboard.unrolling import MOST_ROWS, spread
from dashboard.words.lesson.vector import vector_text
from tests.pages.visitor import drawn_ring

KEY = "vector_unrolling"


def sent(visitor):
    """The digit, (20, 20), and the rows of X, (k, 400), that the picture is drawn from."""
    data = visitor.component_data(KEY)
    rows = np.frombuffer(base64.b64decode(data["rows"]), dtype=np.uint8)
    return np.reshape(data["pixels"], (20, 20)), rows.reshape(-1, 400)


@pytest.mark.parametrize("link", [{}, {"example": "7"}, {"digits": "all", "example": "12"}])
def test_the_picture_is_of_the_digit_at_hand(visitor, link):
    visitor.open("app.py", **link)
    job, number = visitor.app.session_state["_run"], visitor.app.session_state["example"]
    digit, _ = sent(visitor)
    expected = job.model().prepare(job.held_out.images[[number - 1]])[0]
    np.testing.assert_allclose(digit, expected, atol=0.0005)


def test_a_drawing_is_unrolled_too(visitor):
    visitor.open("app.py")
    first, rows = sent(visitor)
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.run()
    drawn, same_rows = sent(visitor)
    assert not np.array_equal(drawn, first)
    np.testing.assert_array_equal(same_rows, rows)


@pytest.mark.parametrize("link", [{}, {"digits": "3-8"}])
def test_the_rows_of_x_are_training_images_in_their_order(visitor, link):
    visitor.open("app.py", **link)
    job = visitor.app.session_state["_run"]
    training = job.training.prepared(job.config.preparation).images.reshape(-1, 400)
    _, rows = sent(visitor)
    places = []
    for row in rows:
        distance = np.abs(training - row / 255).max(axis=1)
        assert distance.min() <= 0.5 / 255 + 1e-6
        places.append(int(distance.argmin()))
    assert places == sorted(places)
    assert [places[0], places[-1]] == [0, len(training) - 1]
    assert visitor.component_data(KEY)["labels"]["drawn"].startswith(
        f"{len(rows)} of the m = {len(training):,} rows"
    )


@pytest.mark.parametrize("count", [1, 2, MOST_ROWS - 1, MOST_ROWS])
def test_all_rows_of_a_small_x_are_drawn(count):
    assert spread(count).tolist() == list(range(count))


@pytest.mark.parametrize("count", [MOST_ROWS + 1, 270, 60_000])
def test_of_a_large_x_rows_are_drawn_at_like_distances(count):
    gaps = np.diff(spread(count))
    assert len(gaps) == MOST_ROWS - 1
    assert gaps.min() >= 1
    assert gaps.max() - gaps.min() <= 1


def test_the_step_says_no_more_than_three_sentences():
    text = vector_text(12_665)
    assert len(re.findall(r"[.!?](?=\s|$)", text)) <= 3
    assert "12,665" in text
