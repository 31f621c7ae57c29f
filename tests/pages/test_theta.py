"""The θ page shows θ."""

from __future__ import annotations

import numpy as np

from tests.pages.visitor import figure, numbers


def test_the_heatmap_is_theta_without_its_bias_around_zero(visitor):
    app = visitor.open("pages/theta.py")
    theta = app.session_state["_run"].model().theta
    heatmap = figure(app, 0)["data"][0]
    assert np.array_equal(numbers(heatmap["z"]).reshape(20, 20), theta[1:].reshape(20, 20))
    assert heatmap["zmin"] == -heatmap["zmax"], "white is zero"


def test_the_slider_goes_back_to_theta_of_zeros(visitor):
    app = visitor.open("pages/theta.py")
    back = next(slider for slider in app.select_slider if "Iteration" in slider.label)
    back.set_value(0)
    visitor.run()
    assert not numbers(figure(app, 0)["data"][0]["z"]).any()


def test_ten_digits_have_ten_pictures_on_one_scale(visitor):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="20")
    pictures = figure(app, -1)["data"]
    assert len(pictures) == 10
    assert len({picture["zmax"] for picture in pictures}) == 1
