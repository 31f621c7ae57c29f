"""Step 9: ten θ, and which of them has the largest z."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.lesson.ten_digits import SOFTMAX
from dashboard.words.lesson.ways import shown
from logreg_core import Dataset, TrainConfig, fit, load_bundled
from tests.pages.visitor import drawn_ring, numbers

TRAINING, HELD_OUT = load_bundled().split(0.25, seed=0)


def answered(visitor):
    """The bars: one number for each digit."""
    return numbers(visitor.live_figure("ten_digits_answers")["data"][0]["x"])


def winner(visitor):
    """The digit that stands out among the bars."""
    (bold,) = [
        name
        for name in visitor.live_figure("ten_digits_answers")["data"][0]["y"]
        if name.startswith("<b>")
    ]
    return int(bold[3])


def row_of_x(visitor):
    """The digit at hand with the 1 of the bias, as step 2 shows it."""
    return np.r_[1, numbers(visitor.live_figure("theta_x")["data"][0]["z"]).ravel()]


def learnt(**settings):
    """Ten θ of the bundled digits, one-vs-all."""
    config = TrainConfig(optimizer="sampled-surrogate", preparation="full", **settings)
    return fit(TRAINING, config).model


@pytest.mark.parametrize("link", [{}, {"digits": "3-8", "lam": "10", "example": "7"}])
def test_two_digits_and_a_drawing_go_through_ten_thetas_of_the_same_data(visitor, link):
    app = visitor.open("app.py", **link)
    model = learnt(lam=float(link.get("lam", 1)))
    z = model.theta @ row_of_x(visitor)
    np.testing.assert_allclose(answered(visitor), 1 / (1 + np.exp(-z)), rtol=1e-9)
    held_out = app.session_state["_run"].held_out
    raw = held_out.images[[app.session_state["example"] - 1]]
    assert winner(visitor) == model.predict(raw)[0] == z.argmax()
    titles = [
        text["text"] for text in visitor.live_figure("ten_digits_thetas")["layout"]["annotations"]
    ]
    assert [title.replace("−", "-") for title in titles] == [
        f"<b>{digit}: z = {each:.1f}</b>" for digit, each in enumerate(z)
    ]
    assert "e^{z_d - " not in visitor.text(), "these z were not learnt by softmax"
    app.session_state["_drawing"] = drawn_ring()
    visitor.run()
    z = model.theta @ row_of_x(visitor)
    np.testing.assert_allclose(answered(visitor), 1 / (1 + np.exp(-z)), rtol=1e-9)
    assert winner(visitor) == 0


def test_ten_digits_of_the_visitor_are_that_model_and_nothing_else_is_trained(visitor):
    """One-vs-all, whose answers need not sum to 1, and then softmax, whose do."""
    app = visitor.open("app.py", digits="all")
    model = app.session_state["_run"].model()
    h = 1 / (1 + np.exp(-(model.theta @ row_of_x(visitor))))
    np.testing.assert_allclose(answered(visitor), h, rtol=1e-9)
    assert not np.isclose(h.sum(), 1, rtol=1e-4)
    assert visitor.work("ten_digits") is None
    visitor.open("app.py", multiclass="softmax")
    model = app.session_state["_run"].model()
    assert model.is_softmax
    powers = np.exp(model.theta @ row_of_x(visitor))
    np.testing.assert_allclose(answered(visitor), powers / powers.sum(), rtol=1e-9)
    assert winner(visitor) == powers.argmax()
    assert "e^{z_d - " in visitor.text()


def test_data_with_two_digits_borrow_ten_and_say_so(visitor):
    visitor.app.session_state["_uploaded"] = load_bundled().only(2, 7).take(range(60))
    visitor.open("app.py", source="upload", digits="2-7")
    visitor.wait_for_work()
    assert "Your data have no other digits than 2 and 7" in visitor.text()
    assert len(answered(visitor)) == 10
    z = learnt(lam=1).theta @ row_of_x(visitor)
    np.testing.assert_allclose(answered(visitor), 1 / (1 + np.exp(-z)), rtol=1e-9)


def test_data_with_four_digits_have_four_thetas(visitor):
    visitor.app.session_state["_uploaded"] = load_bundled().only(0, 2, 5, 7).take(range(90))
    visitor.open("app.py", source="upload", digits="2-7")
    visitor.wait_for_work()
    assert len(answered(visitor)) == 4
    assert "each of four digits" in visitor.text()
    assert "no other digits" not in visitor.text()


def test_much_data_waits_for_a_click_and_says_from_how_much_is_learnt(visitor):
    bundled = load_bundled()
    much = Dataset(np.tile(bundled.images, (4, 1, 1)), np.tile(bundled.labels, 4), "much")
    visitor.app.session_state["_uploaded"] = much
    app = visitor.open("app.py", source="upload", digits="0-1")
    images = len(much.split(0.25, seed=0)[0])
    assert images < len(much)
    assert app.button(key="ask_for_ten_digits").label == f"Train ten θ on {images:,} images"
    app.button(key="ask_for_ten_digits").click()
    visitor.run()
    visitor.wait_for_work()
    assert len(answered(visitor)) == 10


def test_thetas_of_zeros_answer_one_half_each(visitor):
    app = visitor.open("pages/train.py", digits="all")
    app.button(key="reset").click()
    visitor.run()
    app.switch_page("app.py")
    visitor.run()
    assert answered(visitor).tolist() == [0.5] * 10
    assert winner(visitor) == 0


def test_softmax_of_a_large_z_is_a_number():
    names = {"np": np, "z_all": np.array([800.0, 0, -800])}
    exec(SOFTMAX.numpy, names)  # noqa: S102 - our own text
    assert shown(names[SOFTMAX.name]) == "1, 0, 0"
