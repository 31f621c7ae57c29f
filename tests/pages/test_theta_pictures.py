"""What the pictures of θ and the sentences beside them say is so."""

import numpy as np
import pytest
from scipy.special import expit

from dashboard.figures.margins import sum_of_z, z_of_each
from dashboard.figures.theta import colour_scales, theta_grid, theta_heatmap, with_outline
from dashboard.margin import Margin, all_z, cost, hardest
from dashboard.means import likeness, mean_images
from dashboard.words.theta import contributions_sentence, difference_sentence, verdict_sentence
from logreg_core import Reading, TrainConfig, fit, load_bundled


def trained(*digits, **settings):
    dataset = load_bundled().only(*digits)
    return dataset, fit(dataset, TrainConfig(**settings))


def likeness_to_the_means(dataset, theta, digit):
    """Of θ, (401,), by NumPy alone."""
    of_digit = dataset.labels == digit
    difference = dataset.images[of_digit].mean(0) - dataset.images[~of_digit].mean(0)
    angle = theta[1:] @ difference.ravel() / np.linalg.norm(theta[1:])
    return angle / np.linalg.norm(difference)


def test_the_likeness_is_the_cosine():
    dataset, result = trained(3, 8)
    alike = likeness(result.model.theta[1:], mean_images(dataset).difference(8).ravel())
    assert alike == pytest.approx(likeness_to_the_means(dataset, result.model.theta, 8))
    assert likeness(np.zeros(3), np.ones(3)) is None


def test_of_more_than_two_digits_every_other_image_counts_alike():
    dataset = load_bundled().take(range(100))  # not as many of each
    assert len(set(dataset.counts.values())) > 1
    is_four = dataset.labels == 4
    expected = dataset.images[is_four].mean(0) - dataset.images[~is_four].mean(0)
    np.testing.assert_allclose(mean_images(dataset).difference(4), expected, atol=1e-6)


def test_the_larger_the_penalty_the_more_alike_theta_and_the_difference_of_the_means():
    likenesses = []
    for lam in (0.01, 10, 1e5):
        dataset, result = trained(3, 8, lam=lam, tolerance=1e-9)
        likenesses.append(likeness_to_the_means(dataset, result.model.theta, 8))
    assert likenesses == sorted(likenesses)
    assert likenesses[-1] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("digits", "multiclass"), [((0, 1), "one-vs-all"), (range(10), "softmax")])
def test_a_method_that_follows_the_gradient_begins_with_the_difference(digits, multiclass):
    dataset, result = trained(
        *digits, optimizer="gradient-descent", multiclass=multiclass, max_iterations=1
    )
    theta = result.model.theta.reshape(-1, 401)[-1]
    assert likeness_to_the_means(dataset, theta, digits[-1]) > 0.999


def test_one_against_all_it_begins_with_the_others_in_blue():
    dataset, result = trained(*range(10), optimizer="gradient-descent", max_iterations=1)
    others = dataset.images[dataset.labels != 9].mean(0)
    assert likeness(result.model.theta[9, 1:].reshape(20, 20), -others.astype(float)) > 0.99


def test_going_back_in_time_no_weight_leaves_the_scale_and_the_largest_reaches_it():
    _, result = trained(0, 1, 2, max_iterations=30)
    weights = np.abs(result.history.theta[..., 1:])
    np.testing.assert_allclose(colour_scales(result.history, own=True), weights.max(axis=(0, 2)))
    assert set(colour_scales(result.history, own=False)) == {weights.max()}


def test_a_digit_that_is_not_learnt_says_so_in_its_picture():
    stacked = np.zeros((3, 401))
    stacked[0] = 1.0
    grid = theta_grid(stacked, ["2", "5", "7"])
    texts = [note.text for note in grid.layout.annotations]
    assert texts[0] == "<b>2</b>  1.00", "the digit and its bias"
    assert len([text for text in texts if "not learnt" in text]) == 2


def test_the_outline_lies_over_theta_and_changes_nothing_of_it():
    image = load_bundled().images[0]
    theta = np.linspace(-1, 1, 401)
    below, outline = with_outline(theta_heatmap(theta), image).data
    assert below == theta_heatmap(theta).data[0]
    assert outline.type == "contour"
    assert outline.contours.coloring == "none"
    assert image.min() < outline.contours.start < image.max()


def test_the_bars_go_from_the_bias_to_z():
    theta = np.r_[-2.0, np.linspace(-1, 1, 400)]
    image = np.full((20, 20), 0.5, dtype=np.float32)
    margin = Margin.of(theta, image)
    assert margin.spoke_for == pytest.approx(0.5 * theta[1:][theta[1:] > 0].sum())
    assert margin.z == pytest.approx(theta[0] + 0.5 * theta[1:].sum())
    assert sum(sum_of_z(margin).data[0].x) == pytest.approx(margin.z)
    assert list(z_of_each(np.array([1.0, -2.0]), (3, 4), 3).data[0].x) == [1, -2]


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_the_cost_of_an_image_is_what_the_model_says_it_is(multiclass):
    dataset, result = trained(1, 4, 7, multiclass=multiclass, max_iterations=20)
    image, label = dataset.images[5], int(dataset.labels[5])
    expected = result.model.judge(dataset.take([5])).costs[0]
    asked = (1,) if multiclass == "softmax" else (1, 4, 7)  # their sum, one against the rest
    assert sum(cost(result.model, image, label, digit) for digit in asked) == pytest.approx(
        expected
    )


def test_of_two_digits_the_hardest_is_the_one_that_the_model_judges_dearest():
    dataset, result = trained(3, 8, max_iterations=20)
    costs = result.model.judge(dataset).costs
    position = hardest(result.model, dataset, 8)
    assert position == costs.argmax()
    image, label = dataset.images[position], int(dataset.labels[position])
    assert cost(result.model, image, label, 8) == pytest.approx(costs.max())
    assert expit(all_z(result.model, image)).shape == (1,)


def test_what_is_nearly_certain_is_not_called_certain():
    image = np.ones((20, 20), dtype=np.float32)
    said = contributions_sentence(np.full(401, 1.0), image, 1, softmax=False)
    assert "σ(z) > 0.9999" in said
    assert "σ(z) < 0.0001" in contributions_sentence(np.full(401, -1.0), image, 1, softmax=False)


def test_a_tie_is_called_one():
    classes = (2, 5, 7)
    tie = Reading(2, np.full(3, 1 / 3), 2, 0.0, np.zeros((20, 20)))
    assert "tie" in verdict_sentence(tie, classes, 5, 5, softmax=False)
    assert "no likeness" in difference_sentence(classes, 5, None)
