"""Step 7 shows what λ does to θ, as it is."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dashboard.figures.lesson.regularisation import cost_along_ray
from dashboard.words.lesson.regularisation import regularisation_text
from dashboard.words.plain import short_percent
from logreg_core import (
    Dataset,
    StopReason,
    TrainConfig,
    Trainings,
    cost_and_gradient,
    cost_ray,
    grid,
    load_bundled,
)
from tests.pages.visitor import Visitor, numbers

SOON = 60  # seconds


@pytest.fixture(scope="module")
def one_against_eight():
    """A visitor who has opened the page with 1 and 8, and does nothing there."""
    visitor = Visitor()
    visitor.open("app.py", digits="1-8")
    return visitor


def prepared(app):
    job = app.session_state["_run"]
    return [each.prepared(job.config.preparation) for each in (job.training, job.held_out)]


def said_under_pictures(figure):
    return [text["text"] for text in figure["layout"]["annotations"] if "‖θ‖" in text["text"]]


def test_theta_and_its_accuracies_are_those_of_scikit_learn(one_against_eight):
    training, held_out = prepared(one_against_eight.app)
    figure = one_against_eight.live_figure("regularisation_thetas")
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


def test_without_a_penalty_theta_is_longest_and_reads_all_training_digits(one_against_eight):
    texts = said_under_pictures(one_against_eight.live_figure("regularisation_thetas"))
    lengths = [float(re.search(r"‖θ‖ = ([\d.]+)", text)[1]) for text in texts]
    assert lengths == sorted(lengths, reverse=True)
    assert "training 100 %" in texts[0]


def test_the_curves_are_j_of_the_theta_of_lam_0_made_shorter_and_longer(one_against_eight):
    training, _ = prepared(one_against_eight.app)
    weights = one_against_eight.live_figure("regularisation_thetas")["data"][0]["z"]
    theta = one_against_eight.work("penalties").outcomes[0].model.theta
    np.testing.assert_array_equal(numbers(weights).ravel(), theta[1:])
    figure = one_against_eight.live_figure("regularisation_ray")
    curves = {each["name"]: each for each in figure["data"] if "name" in each}
    X = training.design_matrix()
    y = (training.labels == training.classes[1]).astype(float)
    for lam in (0, 1):
        curve = curves[f"λ = {lam}"]
        shown = list(zip(numbers(curve["x"]), numbers(curve["y"]), strict=True))
        for factor, cost in shown[::20]:
            assert cost == pytest.approx(cost_and_gradient(factor * theta, X, y, lam)[0], rel=1e-6)
    assert (np.diff(numbers(curves["λ = 0"]["y"])) < 0).all()
    assert numbers(curves["λ = 1"]["y"])[-1] > 1
    assert "falls for ever" in words_on(figure)


def test_no_lam_is_chosen_by_the_digits_that_give_the_fair_number(one_against_eight):
    """Held-out accuracy is not the same for each λ here, so one could choose."""
    shares = {each.scores.held_out.right for each in one_against_eight.work("penalties").outcomes}
    assert len(shares) > 1
    assert not re.search(r"\b(do|does) best\b", one_against_eight.text())


def test_ten_digits_are_told_from_the_rest_and_follow_the_digit(visitor):
    app = visitor.open("app.py", digits="all")
    first = visitor.live_figure("regularisation_thetas")["data"][1]["z"]
    sevens = np.flatnonzero(app.session_state["_run"].held_out.labels == 7)
    app.number_input(key="example").set_value(int(sevens[0]) + 1)
    visitor.run()
    assert visitor.work("penalties").wait(SOON)
    visitor.run()
    assert first != visitor.live_figure("regularisation_thetas")["data"][1]["z"]


def test_much_data_waits_for_a_click(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.work.SHORT", 100)
    app = visitor.open("app.py")
    assert visitor.work("penalties") is None
    app.button(key="ask_for_penalties").click()
    visitor.run()
    assert visitor.work("penalties").wait(SOON)
    visitor.run()
    assert len(visitor.live_figure("regularisation_thetas")["data"]) == 3


# Words.


def swept(dataset, **how):
    trainings = Trainings(dataset, dataset, grid(TrainConfig(**how), {"lam": [0, 1, 100]}))
    trainings.start()
    assert trainings.wait(SOON)
    return trainings.outcomes


def words_on(figure):
    texts = [text["text"] for text in figure["layout"].get("annotations", ())]
    return " ".join([*texts, *(text for each in figure["data"] for text in each.get("text") or ())])


def overlapping(*, one_sided):
    """Six images; two are the same and have different labels, so that nothing separates them."""
    images = np.zeros((6, 20, 20))
    images[:, 3, 3] = [1, 1, 0.2, 0.4, 0.9, 0.7]
    images[5, 8, 8] = float(one_sided)
    return Dataset(images, np.array([0, 1, 0, 0, 1, 1]), "overlapping")


def test_digits_that_overlap_are_not_said_to_be_separable():
    dataset = overlapping(one_sided=False)
    outcomes = swept(dataset)
    text = regularisation_text(outcomes)
    wrong = (outcomes[0].model.predict(dataset.images) != dataset.labels).sum()
    assert f"**{wrong}** of 6 training digits" in text
    assert "J turns up" in text
    assert "no lowest point" not in text


def test_a_pixel_of_one_side_is_said_to_let_j_fall_for_ever():
    outcomes = swept(overlapping(one_sided=True))
    assert outcomes[0].reason is StopReason.ENDLESS
    text = regularisation_text(outcomes)
    assert "no lowest point" in text


def test_of_a_training_that_were_broken_off_it_is_not_said_where_it_leads():
    """3 and 8 can be separated, which gradient descent does not see within 20 steps."""
    outcomes = swept(
        load_bundled().only(3, 8), optimizer="gradient-descent", max_iterations=20, lam=0
    )
    assert outcomes[0].reason is StopReason.ITERATIONS
    text = regularisation_text(outcomes)
    assert (
        f"**{(outcomes[0].scores.training.of - outcomes[0].scores.training.right)}** of 357" in text
    )
    assert "is open" in text
    assert "J turns up" not in text
    assert "J has no lowest point" not in text


@pytest.mark.parametrize(
    ("margins", "said", "not_said"),
    [
        ([-1.0, 1.0, 1.0], "falls for ever", "lowest on this ray: 1·θ"),
        ([-0.002, 0.002, -2e-7], "turns up farther out", "falls for ever"),
        ([-1.0, 1.0, -0.5], "lowest on this ray", "falls for ever"),
    ],
)
def test_the_chart_says_falls_for_ever_only_where_all_are_on_their_right_sides(
    margins, said, not_said
):
    X = np.c_[np.ones(3), margins]
    figure = cost_along_ray(cost_ray(X, np.array([0.0, 1.0, 1.0]), np.array([0.0, 1.0])))
    words = words_on(figure.to_plotly_json())
    assert said in words
    assert not_said not in words
