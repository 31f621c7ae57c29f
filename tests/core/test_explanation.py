"""Why a model reads an image as it does, and the smallest change by which it reads another digit.

The oracle of that change is SciPy's general optimiser, and the conditions of Karush, Kuhn
and Tucker, which say of a point that it is the nearest without saying how to find it.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy.optimize import LinearConstraint, minimize

from logreg_core import DataError, TrainConfig, fit, heaviest_pixels, lead, rivals, smallest_flip
from logreg_core.drawing_style import DrawingStyle
from logreg_core.model import Model

#: Pixels that the model of a small problem looks at; SciPy's optimiser takes long for 400.
LOOKED_AT = 12


def model_of(theta):
    """A model with this θ, of its first digits."""
    stacked = np.asarray(theta, dtype=float)
    classes = (3, 8) if stacked.ndim == 1 else tuple(range(len(stacked)))
    return Model(stacked, classes, TrainConfig(), "", DrawingStyle(20.0, 0.05, "mass"))


def small_problem(seed, classes):
    """A model that looks at a few pixels only, and an image with ink beyond 0 to 1 too."""
    random = np.random.default_rng(seed)
    theta = np.zeros((classes if classes > 2 else 1, 401))
    theta[:, : 1 + LOOKED_AT] = random.normal(size=(len(theta), 1 + LOOKED_AT))
    image = random.uniform(-0.1, 1.1, (20, 20)).astype(np.float32)
    return model_of(theta if classes > 2 else theta[0]), image


def z_of_all(model, image):
    """The z of each class, by NumPy alone; of two, 0 and z."""
    row = np.r_[1, np.asarray(image, dtype=float).ravel()]
    return model.theta @ row if model.theta.ndim == 2 else np.array([0, model.theta @ row])


def gains(model, digit):
    """For each other class, the weights of z of that class minus z of the digit, (401,)."""
    own = model.classes.index(digit)
    stacked = model.theta if model.theta.ndim == 2 else np.stack([np.zeros(401), model.theta])
    return {other: stacked[place] - stacked[own] for place, other in enumerate(model.classes)}


def bounds(image):
    """The least and the most ink that each pixel may have."""
    x = image.ravel().astype(float)
    return np.minimum(x, 0), np.maximum(x, 1)


def distance_by_slsqp(weights, image):
    """How far the nearest image is at which weights·x ≥ 0; of the few pixels alone."""
    x = image.ravel()[:LOOKED_AT].astype(float)
    lowest, highest = (bound[:LOOKED_AT] for bound in bounds(image))
    if weights[0] + weights[1 : 1 + LOOKED_AT] @ np.where(weights[1:13] > 0, highest, lowest) < 0:
        return np.inf
    found = minimize(
        lambda other: ((other - x) ** 2).sum(),
        (lowest + highest) / 2,
        jac=lambda other: 2 * (other - x),
        bounds=list(zip(lowest, highest, strict=True)),
        constraints=LinearConstraint(weights[1 : 1 + LOOKED_AT], -weights[0], np.inf),
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found.success
    return np.sqrt(found.fun)


# Who leads whom.


@pytest.mark.parametrize("classes", [2, 5])
def test_the_lead_times_an_image_is_the_difference_of_the_two_z(classes):
    model, image = small_problem(0, classes)
    row, z = np.r_[1, image.ravel().astype(float)], z_of_all(model, image)
    for place, digit in enumerate(model.classes):
        for other_place, other in enumerate(model.classes):
            if digit != other:
                assert lead(model, digit, other) @ row == pytest.approx(z[place] - z[other_place])


def test_of_softmax_the_lead_is_the_log_odds(three_digits):
    model = fit(three_digits, TrainConfig(multiclass="softmax", max_iterations=20)).model
    image = model.prepare(three_digits.images[:1])[0]
    p = model.read(image).probabilities
    z = lead(model, 4, 8) @ np.r_[1, image.ravel()]
    assert z == pytest.approx(np.log(p[1] / p[2]))


@pytest.mark.parametrize("classes", [2, 9])
@pytest.mark.parametrize(("digit", "rival"), [(8, 8), (8, 9), (-1, 3)])
def test_a_digit_leads_no_other_than_a_class_of_the_same_model(classes, digit, rival):
    model, _ = small_problem(0, classes)
    with pytest.raises(DataError, match=f"{digit} and {rival} are not two of these"):
        lead(model, digit, rival)


def test_rivals_are_all_other_digits_from_the_nearest():
    model, image = small_problem(1, 6)
    by_z = np.argsort(-z_of_all(model, image))
    assert model.read(image).digit == by_z[0]
    assert rivals(model, image) == tuple(by_z[1:])


# What weighs most.


def test_the_heaviest_pixels_are_those_that_add_or_take_most():
    random = np.random.default_rng(2)
    theta, image = random.normal(size=401), random.uniform(size=(20, 20)).astype(np.float32)
    contributions = theta[1:].reshape(20, 20) * image
    heaviest = heaviest_pixels(theta, image, 7)
    sizes = np.sort(np.abs(contributions), axis=None)[::-1]
    assert [abs(pixel.contribution) for pixel in heaviest] == pytest.approx(list(sizes[:7]))
    for pixel in heaviest:
        assert pixel.ink == image[pixel.row, pixel.column]
        assert pixel.contribution == pytest.approx(contributions[pixel.row, pixel.column])


def test_a_pixel_that_adds_nothing_is_no_heavy_one():
    theta = np.zeros(401)
    assert heaviest_pixels(theta, np.ones((20, 20), dtype=np.float32)) == ()
    theta[5] = -1
    assert len(heaviest_pixels(theta, np.ones((20, 20), dtype=np.float32))) == 1


# The smallest change.


@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("seed", range(8))
def test_no_optimiser_finds_a_nearer_image_that_is_read_as_another_digit(classes, seed):
    model, image = small_problem(seed, classes)
    flip = smallest_flip(model, image)
    digit = model.read(image).digit
    nearest = min(
        distance_by_slsqp(weights, image)
        for other, weights in gains(model, digit).items()
        if other != digit
    )
    if flip is None:
        assert nearest == np.inf
    else:
        assert np.linalg.norm(flip.change) == pytest.approx(nearest, rel=1e-4)


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_of_a_trained_model_the_change_is_the_nearest_point_of_a_half_space_in_a_box(
    ten_digits, multiclass
):
    """KKT: where there is room, the change is one multiple of the weights; elsewhere, less."""
    model = fit(ten_digits, TrainConfig(multiclass=multiclass, max_iterations=30)).model
    for image in model.prepare(ten_digits.images[::6]):
        flip = smallest_flip(model, image)
        weights = gains(model, flip.before.digit)[flip.after.digit]
        changed = image.ravel().astype(float) + flip.change.ravel()
        assert abs(weights[0] + weights[1:] @ changed) < 1e-4 * np.abs(weights).sum(), "the tie"
        lowest, highest = bounds(image)
        on_bound = np.isclose(changed, np.where(weights[1:] > 0, highest, lowest), atol=1e-6)
        multiples = flip.change.ravel() / weights[1:]
        mu = np.median(multiples[~on_bound])
        assert mu > 0
        assert_allclose(flip.change.ravel()[~on_bound], mu * weights[1:][~on_bound], atol=1e-6)
        assert (multiples[on_bound] <= mu * (1 + 1e-4)).all()


def test_a_tie_goes_where_the_model_lets_it_go():
    theta = np.r_[0.0, 1.0, np.zeros(399)]
    blank, inked = np.zeros((20, 20), dtype=np.float32), np.zeros((20, 20), dtype=np.float32)
    inked[0, 0] = 0.5
    # z = 0 on blank paper is read as the second: nothing takes it further down.
    assert smallest_flip(model_of(theta), blank) is None
    assert smallest_flip(model_of(theta), inked) is None
    below = model_of(np.r_[-0.5, theta[1:]])
    assert below.read(inked).digit == 8
    assert below.read(smallest_flip(below, inked).image).digit == 3


def test_the_very_last_ink_may_be_what_flips_it():
    """The tie lies in the corner of the box: there is no going beyond it, and no need."""
    model = model_of(np.r_[-1.0, 1.0, np.zeros(399)])
    flip = smallest_flip(model, np.zeros((20, 20), dtype=np.float32))
    assert (flip.before.digit, flip.after.digit) == (3, 8)
    assert flip.image[0, 0] == 1
    assert (flip.added, flip.removed) == (1, 0)


def test_where_no_ink_can_flip_it_there_is_no_flip():
    image = np.full((20, 20), 0.5, dtype=np.float32)
    assert smallest_flip(model_of(np.r_[5.0, np.full(400, 0.01)]), image) is None
    assert smallest_flip(model_of(np.zeros(401)), image) is None
    assert smallest_flip(model_of(np.zeros((3, 401))), image) is None


def test_ink_beyond_0_and_1_may_stay_but_not_grow():
    image = np.zeros((20, 20), dtype=np.float32)
    image[0, :2] = 1.1, -0.1
    theta = np.r_[-1.5, 1.0, -1.0, 1.0, np.zeros(398 - 1)]
    flip = smallest_flip(model_of(theta), image)
    assert flip.before.digit == 3
    assert flip.change[0, 0] == flip.change[0, 1] == 0, "they speak for 8 as loudly as they may"
    assert flip.change[0, 2] == pytest.approx(0.3, abs=1e-5)


@pytest.mark.parametrize("wrong", [np.zeros((1, 20, 20)), np.full((20, 20), np.nan)])
def test_what_is_no_prepared_image_is_refused(wrong):
    with pytest.raises(DataError, match="accepted"):
        smallest_flip(model_of(np.zeros(401)), wrong.astype(np.float32))


WEIGHTS = st.floats(-100, 100, width=32).map(lambda weight: weight if abs(weight) > 1e-6 else 0.0)
THETAS = st.sampled_from([1, 3, 10]).flatmap(
    lambda rows: arrays(np.float64, (rows, 401), elements=WEIGHTS, fill=WEIGHTS)
)
IMAGES = arrays(
    np.float32, (20, 20), elements=st.floats(-0.25, 1.25, width=32), fill=st.floats(0, 1, width=32)
)


@settings(max_examples=200)
@given(theta=THETAS, image=IMAGES)
def test_whatever_theta_and_image_the_flipped_one_is_read_as_another_digit(theta, image):
    model = model_of(theta[0] if len(theta) == 1 else theta)
    digit = model.read(image).digit
    lowest, highest = bounds(image)
    flip = smallest_flip(model, image)
    if flip is None:
        # As far as z can be told from its rounding, which decides between θ that are the same.
        rounding = 1e-12 * np.abs(theta).sum()
        for weights in gains(model, digit).values():
            furthest = np.where(weights[1:] > 0, highest, lowest)
            assert weights[0] + weights[1:] @ furthest <= rounding
        return
    assert model.read(flip.image).digit == flip.after.digit != digit
    assert flip.image.dtype == np.float32
    assert ((flip.image.ravel() >= lowest) & (flip.image.ravel() <= highest)).all()
    assert_allclose(image + flip.change, flip.image, atol=1e-7)
    assert flip.added - flip.removed == pytest.approx(flip.change.sum(), abs=1e-9)


@settings(max_examples=100)
@given(theta=THETAS, image=IMAGES, share=st.floats(0.0, 0.99))
def test_part_of_the_way_the_digit_is_still_the_same(theta, image, share):
    """Else an image on that way would be nearer, and read as another digit already."""
    model = model_of(theta[0] if len(theta) == 1 else theta)
    flip = smallest_flip(model, image)
    if flip is None:
        return
    digit = flip.before.digit
    z = z_of_all(model, image.astype(float) + share * flip.change)
    own = z[model.classes.index(digit)]
    # A share of a hair: where the image is on a tie already, the whole way is one.
    assert own >= z.max() - 1e-3 * np.abs(theta).max()
