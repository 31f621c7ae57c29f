"""Step 7 shows what λ does to θ, as it is."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dashboard.words.lesson.regularisation import regularisation_text
from dashboard.words.plain import short_percent
from logreg_core import Dataset, StopReason, Sweep, TrainConfig, cost_and_gradient, grid
from tests.pages.visitor import numbers

SOON = 60  # seconds


def opened(visitor, **link):
    """The page, once the trainings of the step are over."""
    app = visitor.open("app.py", **link)
    assert visitor.work("penalties").wait(SOON)
    visitor.run()
    return app


def prepared(app):
    job = app.session_state["_run"]
    return [each.prepared(job.config.preparation) for each in (job.training, job.held_out)]


def said_under_pictures(figure):
    return [text["text"] for text in figure["layout"]["annotations"] if "‖θ‖" in text["text"]]


@pytest.mark.parametrize("digits", ["3-8", "1-8"])
def test_theta_and_its_accuracies_are_those_of_scikit_learn(visitor, digits):
    app = opened(visitor, digits=digits)
    training, held_out = prepared(app)
    figure = visitor.live_figure("regularisation_thetas")
    X, asked = (each.images.reshape(len(each), 400).astype(float) for each in (training, held_out))
    texts = said_under_pictures(figure)
    for place, lam in ((1, 1), (2, 100)):
        peer = LogisticRegression(C=1 / lam, tol=1e-8, max_iter=5000).fit(X, training.labels)
        shown = numbers(figure["data"][place]["z"])
        np.testing.assert_allclose(shown, peer.coef_.reshape(20, 20), atol=1e-3)
        share = short_percent(peer.score(X, training.labels))
        assert f"training {share}" in texts[place]
        assert f"held out {short_percent(peer.score(asked, held_out.labels))}" in texts[place]
        assert f"‖θ‖ = {np.linalg.norm(peer.coef_):.3g}" in texts[place]


def test_without_a_penalty_theta_is_longest(visitor):
    opened(visitor)
    texts = said_under_pictures(visitor.live_figure("regularisation_thetas"))
    lengths = [float(re.search(r"‖θ‖ = ([\d.]+)", text)[1]) for text in texts]
    assert lengths == sorted(lengths, reverse=True)
    assert "training 100 %" in texts[0]


def test_the_curves_are_j_of_the_theta_of_lam_0_made_shorter_and_longer(visitor):
    app = opened(visitor)
    training, _ = prepared(app)
    weights = visitor.live_figure("regularisation_thetas")["data"][0]["z"]
    theta = visitor.work("penalties").trials[0].model.theta
    np.testing.assert_array_equal(numbers(weights).ravel(), theta[1:])
    curves = {
        each["name"]: each
        for each in visitor.live_figure("regularisation_ray")["data"]
        if "name" in each
    }
    X = training.design_matrix()
    y = (training.labels == training.classes[1]).astype(float)
    for lam in (0, 1):
        curve = curves[f"λ = {lam}"]
        shown = list(zip(numbers(curve["x"]), numbers(curve["y"]), strict=True))
        for c, cost in shown[::20]:
            assert cost == pytest.approx(cost_and_gradient(c * theta, X, y, lam)[0], rel=1e-6)
    assert (np.diff(numbers(curves["λ = 0"]["y"])) < 0).all()
    assert numbers(curves["λ = 1"]["y"])[-1] > 1


def test_ten_digits_are_told_from_the_rest_and_follow_the_digit(visitor):
    app = opened(visitor, digits="all")
    first = visitor.live_figure("regularisation_thetas")["data"][1]["z"]
    other = next(
        place
        for place, label in enumerate(app.session_state["_run"].held_out.labels, 1)
        if label == 7
    )
    app.number_input(key="example").set_value(other)
    visitor.run()
    assert visitor.work("penalties").wait(SOON)
    visitor.run()
    assert first != visitor.live_figure("regularisation_thetas")["data"][1]["z"]


def test_much_data_waits_for_a_click(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.lesson.work.SHORT", 100)
    app = visitor.open("app.py")
    assert visitor.work("penalties") is None
    app.button(key="ask_for_penalties").click()
    visitor.run()
    assert visitor.work("penalties").wait(SOON)
    visitor.run()
    assert len(visitor.live_figure("regularisation_thetas")["data"]) == 3


# Words.


def swept(dataset):
    sweep = Sweep(dataset, dataset, grid(TrainConfig(), {"lam": [0, 1, 100]}))
    sweep.start()
    assert sweep.wait(SOON)
    return sweep.trials


def overlapping(*, one_sided):
    """Six images; two are the same and have different labels, so that nothing separates them."""
    images = np.zeros((6, 20, 20))
    images[:, 3, 3] = [1, 1, 0.2, 0.4, 0.9, 0.7]
    images[5, 8, 8] = float(one_sided)
    return Dataset(images, np.array([0, 1, 0, 0, 1, 1]), "overlapping")


def test_digits_that_overlap_are_not_said_to_be_separable():
    dataset = overlapping(one_sided=False)
    trials = swept(dataset)
    text = regularisation_text(trials, 6)
    wrong = (trials[0].model.predict(dataset.images) != dataset.labels).sum()
    assert f"**{wrong}** of 6 training digits" in text
    assert "J turns up" in text
    assert "no lowest point" not in text


def test_a_pixel_of_one_side_is_said_to_let_j_fall_for_ever():
    trials = swept(overlapping(one_sided=True))
    assert trials[0].reason is StopReason.ENDLESS
    text = regularisation_text(trials, 6)
    assert "no lowest point" in text


def test_the_lam_that_does_best_is_named(visitor):
    opened(visitor, digits="1-8")
    trials = visitor.work("penalties").trials
    best = max(trials, key=lambda trial: trial.last.held_out_accuracy)
    text = visitor.text()
    assert re.search(rf"λ = {best.config.lam:g}[^.]* (does|do) best", text)
    assert f"best, with **{short_percent(best.last.held_out_accuracy)}**" in text
