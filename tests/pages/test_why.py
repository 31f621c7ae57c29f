"""The panel that says why an image is read as it is shows what the model computes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from streamlit.testing.v1 import AppTest

from dashboard.margin import Margin
from dashboard.words.why import duel_sentence, heaviest_sentence
from logreg_core import heaviest_pixels
from tests.pages.visitor import Visitor, drawn_ring, numbers


def pixels_of(visitor, key):
    """The numbers behind a picture of 20x20."""
    return numbers(visitor.live_figure(key)["data"][0]["z"])


def x_and_model(visitor):
    """The image that is explained, and the model that reads it."""
    return pixels_of(visitor, "drawn_ink"), visitor.app.session_state["_run"].model()


@pytest.fixture
def of_two(visitor) -> Visitor:
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("pages/predict.py")
    return visitor


@pytest.fixture
def of_ten(visitor) -> Visitor:
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("pages/predict.py", digits="all")
    return visitor


def test_the_first_two_pictures_multiplied_are_the_third(of_two):
    ink, weights = pixels_of(of_two, "drawn_ink"), pixels_of(of_two, "drawn_theta")
    np.testing.assert_allclose(pixels_of(of_two, "drawn_contributions"), ink * weights, rtol=1e-6)


def test_the_bars_run_from_the_bias_to_z_and_the_curve_to_its_probability(of_two):
    image, model = x_and_model(of_two)
    z = model.theta @ np.r_[1, image.ravel()]
    bars = numbers(of_two.live_figure("drawn_sum")["data"][0]["x"])
    assert bars[0] == pytest.approx(model.theta[0])
    assert bars.sum() == pytest.approx(z)
    point = of_two.live_figure("drawn_sigmoid")["data"][1]
    assert numbers(point["x"]) == pytest.approx(z)
    assert numbers(point["y"]) == pytest.approx(expit(z))


def test_the_numbered_pixels_are_the_deepest_of_the_picture_and_the_bars_beside_it(of_two):
    picture, squares, texts = of_two.live_figure("drawn_contributions")["data"]
    values = numbers(picture["z"])
    at = list(zip(numbers(texts["y"]), numbers(texts["x"]), strict=True))
    shown = [values[place] for place in at]
    np.testing.assert_allclose(np.abs(shown), np.sort(np.abs(values), axis=None)[:-11:-1])
    assert len(squares["x"]) == 6 * 10, "five corners each, and the pen lifted"
    bars = numbers(of_two.live_figure("drawn_heaviest")["data"][0]["x"])
    np.testing.assert_allclose(bars, shown)


def test_what_the_pixels_weigh_is_a_share_of_all_that_is_said():
    theta = np.r_[9.0, 3.0, -1.0, np.zeros(398)]
    image = np.ones((20, 20), dtype=np.float32)
    contributions = Margin.of(theta, image).contributions
    said = heaviest_sentence(heaviest_pixels(theta, image, 1), contributions)
    assert "75 %" in said


def test_two_digits_have_no_other_to_be_compared_with(of_two):
    assert "Against another digit" not in of_two.text()
    with pytest.raises(AssertionError):
        of_two.live_figure("drawn_duel")


def test_of_ten_the_next_best_stands_against_the_digit_until_another_is_chosen(of_ten):
    image, model = x_and_model(of_ten)
    z = model.theta @ np.r_[1, image.ravel()]
    best, second = np.argsort(-z)[:2]
    another = 7 if second != 7 else 6
    for rival in (second, another):
        difference = (model.theta[best] - model.theta[rival])[1:].reshape(20, 20)
        shown = pixels_of(of_ten, "drawn_duel")
        np.testing.assert_allclose(shown, difference * image, rtol=1e-5, atol=1e-7)
        bars = numbers(of_ten.live_figure("drawn_duel_sum")["data"][0]["x"])
        assert bars.sum() == pytest.approx(z[best] - z[rival])
        of_ten.app.pills(key="drawn_rival").set_value(another)
        of_ten.run()


def test_a_link_brings_the_digit_that_is_compared_with(visitor):
    visitor.open("pages/predict.py", digits="all", drawn_rival="7")
    image, model = x_and_model(visitor)
    best = model.read(image).digit
    difference = (model.theta[best] - model.theta[7])[1:].reshape(20, 20)
    shown = pixels_of(visitor, "drawn_duel")
    np.testing.assert_allclose(shown, difference * image, rtol=1e-5, atol=1e-7)
    assert visitor.link()["drawn_rival"] == "7"


def test_the_difference_of_z_is_called_the_log_odds_of_softmax_only():
    margin = Margin(0.0, np.full((20, 20), 0.005))
    assert "σ(2.00) = 88.08 %" in duel_sentence(margin, 3, 9, softmax=True)
    assert "*not* the log odds" in duel_sentence(margin, 3, 9, softmax=False)


@pytest.mark.parametrize("digits", ["0-1", "all"])
def test_the_smallest_change_leads_from_one_picture_to_one_that_is_read_as_another(visitor, digits):
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("pages/predict.py", digits=digits)
    _, model = x_and_model(visitor)
    before, change, after = (
        pixels_of(visitor, f"drawn_{name}") for name in ("before", "change", "after")
    )
    np.testing.assert_allclose(before + change, after, atol=1e-6)
    read, reread = (model.read(image.astype(np.float32)).digit for image in (before, after))
    assert read != reread
    assert f"From **{read}**" in visitor.text()
    assert f"to **{reread}**" in visitor.text()


#: The explanations of two images on one page.
TWO_PANELS = """
from types import SimpleNamespace

import numpy as np
import streamlit as st

from dashboard.why_panel import why
from logreg_core import TrainConfig, fit, load_bundled

def view_key(name, usual, among):
    assert usual in among
    st.session_state.setdefault(name, usual)
    return name

lab = SimpleNamespace(view_key=view_key)
dataset = load_bundled().only(2, 3, 5)
model = fit(dataset, TrainConfig(max_iterations=10)).model
two = model.prepare(dataset.images[[dataset.typical(2)]])[0]
why(lab, model, two, key="first")
why(lab, model, np.zeros((20, 20), dtype=np.float32), key="second")
"""

#: That of a model whose bias no ink can overcome.
UNSHAKEABLE = """
import numpy as np

from dashboard.why_panel import why
from logreg_core import Model, TrainConfig
from logreg_core.drawing_style import DrawingStyle

theta = np.r_[50.0, np.full(400, 0.01)]
model = Model(theta, (3, 8), TrainConfig(), "", DrawingStyle(20.0, 0.05, "mass"))
why(None, model, np.full((20, 20), 0.5, dtype=np.float32), key="firm")
"""


def test_a_page_can_have_two_of_them_and_blank_paper_is_explained_too(visitor):
    visitor.app = AppTest.from_string(TWO_PANELS, default_timeout=60)
    visitor.run()
    assert pixels_of(visitor, "first_ink").any()
    assert not pixels_of(visitor, "second_ink").any()
    assert "No pixel adds anything" in visitor.text()


def test_where_no_change_flips_the_answer_a_sentence_says_so(visitor):
    visitor.app = AppTest.from_string(UNSHAKEABLE, default_timeout=60)
    visitor.run()
    assert "would be read as another digit than **8**" in visitor.text()
