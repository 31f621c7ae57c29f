"""The θ page shows θ, what it makes of a digit, and how both came about."""

from __future__ import annotations

import numpy as np
import pytest

from logreg_core import JobState
from tests.pages.visitor import numbers


def drawn(visitor, key, trace=0):
    """The values of a picture, (20, 20)."""
    return numbers(visitor.live_figure(key)["data"][trace]["z"]).reshape(20, 20)


def back_to(visitor, app, iteration):
    """As the slider does, which is a component of its own."""
    app.session_state["at"] = iteration
    visitor.run()


def prepared(app):
    """The training digits as the model sees them, of the run that is on show."""
    job = app.session_state["_run"]
    return job.training.prepared(job.config.preparation)


def test_the_heatmap_is_theta_without_its_bias_around_zero(visitor):
    app = visitor.open("pages/theta.py")
    theta = app.session_state["_run"].model().theta
    assert np.array_equal(drawn(visitor, "theta_figure"), theta[1:].reshape(20, 20))
    heatmap = visitor.live_figure("theta_figure")["data"][0]
    assert heatmap["zmin"] == -heatmap["zmax"], "white is zero"


def test_under_the_mouse_stands_the_mean_ink_of_each_digit(visitor):
    app = visitor.open("pages/theta.py", digits="3-8")
    examples = prepared(app)
    heatmap = visitor.live_figure("theta_figure")["data"][0]
    hovers = numbers(heatmap["customdata"])
    for place, digit in enumerate((3, 8), 1):
        ink = examples.images[examples.labels == digit].mean(axis=0)
        np.testing.assert_allclose(hovers[..., place], ink, atol=1e-5)
        assert f"{digit}: %{{customdata[{place}]" in heatmap["hovertemplate"]
    assert hovers[..., 0].sum() == pytest.approx(100), "per cent of all pixels"


def test_the_slider_goes_back_to_theta_of_zeros_on_the_same_scale(visitor):
    app = visitor.open("pages/theta.py")
    scale = visitor.live_figure("theta_figure")["data"][0]["zmax"]
    back_to(visitor, app, 0)
    assert not drawn(visitor, "theta_figure").any()
    assert visitor.live_figure("theta_figure")["data"][0]["zmax"] == scale
    assert "all zeros" in visitor.text()


def test_the_difference_of_the_means_is_what_numpy_says(visitor):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="5")
    app.pills(key="theta_digit").set_value(7)
    visitor.run()
    examples = prepared(app)
    is_seven = examples.labels == 7
    difference = examples.images[is_seven].mean(0) - examples.images[~is_seven].mean(0)
    np.testing.assert_allclose(drawn(visitor, "difference_figure"), difference, atol=1e-5)


def test_ten_digits_have_ten_pictures_on_one_scale_or_each_on_its_own(visitor):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="20")
    theta = app.session_state["_run"].model().theta
    pictures = visitor.live_figure("grid_figure")["data"]
    assert len(pictures) == 10
    assert len({picture["zmax"] for picture in pictures}) == 1
    app.toggle(key="own_scale").set_value(True)
    visitor.run()
    pictures = visitor.live_figure("grid_figure")["data"]
    assert len({picture["zmax"] for picture in pictures}) == 10
    for picture, row in zip(pictures, theta, strict=True):
        assert picture["zmax"] >= np.abs(row[1:]).max()


def test_the_chosen_digit_is_large_and_framed(visitor):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="5")
    app.pills(key="theta_digit").set_value(4)
    visitor.run()
    theta = app.session_state["_run"].model().theta[4]
    assert np.array_equal(drawn(visitor, "theta_figure"), theta[1:].reshape(20, 20))
    (frame,) = visitor.live_figure("grid_figure")["layout"]["shapes"]
    pictures = visitor.live_figure("grid_figure")["data"]
    inside = [
        picture["name"]
        for picture in pictures
        if frame["x0"] < picture["x0"] < frame["x1"] and frame["y0"] < picture["y0"] < frame["y1"]
    ]
    assert inside == ["4"]


def test_a_digit_whose_turn_has_not_come_is_said_not_to_be_learnt(visitor):
    app = visitor.open("pages/theta.py", digits="all", optimizer="bfgs", max_iterations="3")
    assert "digit 10 of 10" in visitor.text()
    back_to(visitor, app, 7)  # three iterations each: the third digit's first
    assert "digit 3 of 10" in visitor.text()
    said = [note["text"] for note in visitor.live_figure("grid_figure")["layout"]["annotations"]]
    assert sum("not learnt" in text for text in said) == 7
    app.pills(key="theta_digit").set_value(9)
    visitor.run()
    assert "until its turn comes" in visitor.text()


@pytest.mark.parametrize("digits", ["0-1", "all"])
def test_bias_and_ink_make_the_z_that_the_model_reads(visitor, digits):
    app = visitor.open("pages/theta.py", digits=digits, max_iterations="20")
    app.number_input(key="laid_over").set_value(12)
    visitor.run()
    model = app.session_state["_run"].model()
    image = prepared(app).images[11]
    assert np.array_equal(drawn(visitor, "laid_over_figure"), image)
    assert np.array_equal(drawn(visitor, "outline_figure", trace=1), image)
    theta = model.theta.reshape(-1, 401)[0]
    products = drawn(visitor, "contributions_figure")
    z = theta[0] + theta[1:] @ image.ravel()
    assert theta[0] + products.sum() == pytest.approx(z)
    steps = numbers(visitor.live_figure("sum_figure")["data"][0]["x"])
    assert steps.sum() == pytest.approx(z)


def test_the_digits_are_turned_one_by_one_and_around_the_end(visitor):
    app = visitor.open("pages/theta.py")
    app.number_input(key="laid_over").set_value(1)
    visitor.run()
    app.button(key="laid_over_previous").click()
    visitor.run()
    assert app.number_input(key="laid_over").value == len(prepared(app))
    app.button(key="laid_over_next").click()
    visitor.run()
    assert app.number_input(key="laid_over").value == 1


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_the_one_that_costs_most_does(visitor, multiclass):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="20", multiclass=multiclass)
    app.button(key="laid_over_hardest").click()
    visitor.run()
    shown = app.number_input(key="laid_over").value - 1
    examples = prepared(app)
    rows = np.c_[np.ones(len(examples)), examples.images.reshape(-1, 400)]
    z = rows @ app.session_state["_run"].model().theta.T
    if multiclass == "softmax":
        own = z[np.arange(len(z)), examples.labels]
        costs = np.log(np.exp(z).sum(axis=1)) - own
    else:  # of the θ on show, that of 0
        costs = np.log(1 + np.exp(np.where(examples.labels == 0, -z[:, 0], z[:, 0])))
    assert shown == costs.argmax()


def test_other_data_begin_with_a_digit_of_their_own(visitor):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="5")
    app.number_input(key="laid_over").set_value(1300)
    visitor.run()
    app.selectbox(key="digits").set_value("2-7")
    visitor.run()
    examples = prepared(app)
    shown = app.number_input(key="laid_over").value - 1
    assert examples.labels[shown] == 7
    assert shown < len(examples)


def test_while_a_run_goes_on_the_page_shows_its_newest_theta(visitor):
    app = visitor.open("pages/train.py", optimizer="gradient-descent", max_iterations="5000")
    app.select_slider(key="speed").set_value("2 a second")
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    visitor.open("pages/theta.py")
    assert job.state is JobState.RUNNING
    assert "Your training is running" in visitor.text()
    assert visitor.live_figure("theta_figure")["data"][0]["type"] == "heatmap"
    job.stop()
