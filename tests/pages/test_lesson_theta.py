"""Step 2: the products are those of x and so much of θ, and z is their sum."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from dashboard.words.lesson.theta import theta_text
from tests.pages.visitor import Visitor, drawn_ring, numbers


def shown(visitor, key):
    """The numbers and the ends of the colours of one of the pictures."""
    (pixels,) = visitor.live_figure(key)["data"]
    return numbers(pixels["z"]), pixels["zmin"], pixels["zmax"]


def bars(visitor):
    """Bias, ink for and ink against, and the axis that they are drawn on."""
    figure = visitor.live_figure("theta_sum")
    return numbers(figure["data"][0]["x"])[:3], figure["layout"]["xaxis"]["range"]


def x_and_theta(visitor):
    state = visitor.app.session_state
    job = state["_run"]
    model = job.model()
    image = model.prepare(job.held_out.images[[state["example"] - 1]])[0]
    z = np.atleast_2d(model.theta) @ np.r_[1.0, image.ravel()]
    return np.r_[1.0, image.ravel()], np.atleast_2d(model.theta)[z.argmax()]


@pytest.fixture(scope="module", params=[{}, {"digits": "all"}, {"lam": "0", "example": "3"}])
def opened(request):
    """The page by one of some links, opened once: each test moves the slider first."""
    visitor = Visitor()
    visitor.open("app.py", **request.param)
    return visitor


def blend(visitor, percent):
    visitor.app.slider(key="blend").set_value(percent)
    visitor.run()


def test_the_pictures_are_of_x_and_its_share_of_theta_and_add_up_to_z(opened):
    x, theta = x_and_theta(opened)
    for percent in (0, 35, 100):
        blend(opened, percent)
        share = percent / 100
        products = shown(opened, "theta_products")[0]
        assert_allclose(shown(opened, "theta_x")[0].ravel(), x[1:], rtol=1e-6)
        assert_allclose(shown(opened, "theta_weights")[0].ravel(), share * theta[1:])
        assert_allclose(products.ravel(), share * theta[1:] * x[1:])
        (bias, ink_for, ink_against), _ = bars(opened)
        assert bias == pytest.approx(share * theta[0])
        assert bias + products.sum() == pytest.approx(share * float(x @ theta))
        assert bias + ink_for + ink_against == pytest.approx(share * float(x @ theta))
        assert opened.link().get("blend", "100") == str(percent)


def test_colours_and_axis_mean_the_same_wherever_the_slider_stands(opened):
    blend(opened, 100)
    whole = [shown(opened, key) for key in ("theta_weights", "theta_products")]
    _, axis = bars(opened)
    blend(opened, 20)
    for key, (values, *ends) in zip(("theta_weights", "theta_products"), whole, strict=True):
        assert shown(opened, key)[1:] == tuple(ends)
        assert ends[1] == np.abs(values).max(), "the deepest colour is that of the trained θ"
    assert bars(opened)[1] == axis


def test_every_bar_is_on_the_axis(opened):
    blend(opened, 100)
    steps, (low, high) = bars(opened)
    ends = np.r_[0, steps.cumsum()]
    assert low < ends.min()
    assert high > ends.max()


def test_with_nothing_of_theta_z_is_0_whatever_is_drawn(visitor):
    app = visitor.open("app.py", blend="0")
    for example in (1, 2, 40):
        app.number_input(key="example").set_value(example)
        visitor.run()
        assert not bars(visitor)[0].any()
        assert not shown(visitor, "theta_products")[0].any()
        assert "**−0**" not in visitor.text()


def test_a_drawing_is_multiplied_too(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("app.py", digits="all", multiclass="softmax", max_iterations="20")
    assert shown(visitor, "theta_x")[0].any()
    assert shown(visitor, "theta_products")[0].any()


def test_the_text_says_whose_colours_they_are():
    assert "speaks for a 1 and ink on :blue[**blue**] for a 0." in theta_text(1, 0, learnt=True)
    assert "speaks for an 8 and ink on :blue[**blue**] against it." in theta_text(
        8, None, learnt=True
    )
    assert "Here all of θ is still 0" in theta_text(1, 0, learnt=False)
