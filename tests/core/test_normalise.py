"""Scans and drawings, brought to the one look that θ reads."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw
from scipy import ndimage

from logreg_core.bundled import load_bundled
from logreg_core.drawing_style import BUNDLED_STYLE, DrawingStyle, drawing_style
from logreg_core.errors import DataError
from logreg_core.ink import LARGEST_PICTURE, SMALLEST_PICTURE
from logreg_core.normalise import (
    PREPARATIONS,
    STAGES,
    drawing_steps,
    normalise_drawing,
    prepare_images,
)
from logreg_core.scans import resized_to_20x20
from logreg_core.shape import evened_places, sampled, shape_of
from logreg_core.strokes import evened_strokes

ONE = [(120, 60), (120, 220)]
FLAGGED_ONE = [(105, 115), (150, 60), (150, 220)]
SEVEN = [(80, 70), (190, 70), (120, 220)]
TWO = [(90, 100), (110, 70), (160, 70), (180, 110), (80, 215), (190, 215)]
ZERO = [(140 + 50 * np.sin(a), 140 - 75 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 40)]
DIGITS = {"zero": ZERO, "one": ONE, "two": TWO, "seven": SEVEN}

COURSE_STYLE = DrawingStyle(extent=14.3, half_width=0.058, centring="mass")


def drawn(path, *, brush=18, scale=1.0, shift=(0, 0), slant=0.0):
    """A path on 280x280, ink 255 on 0: scaled and sheared about (140, 140), then shifted."""
    points = (np.array(path, dtype=float) - 140) * scale
    points[:, 0] -= slant * points[:, 1]
    points = (points + 140 + shift) * 4
    picture, radius = Image.new("L", (1120, 1120)), brush * 2
    pen = ImageDraw.Draw(picture)
    pen.line([tuple(point) for point in points], fill=255, width=2 * radius)
    for x, y in points:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(picture.reduce(4))


def distance(a, b):
    """How unlike two 20x20 are, as a share of their ink: 0 the same, 2 nothing in common."""
    return np.abs(a - b).sum() / ((a.sum() + b.sum()) / 2)


def slant_of(image):
    rows, columns = np.indices(image.shape)
    weights = np.maximum(image, 0).ravel()
    covariance = np.cov(rows.ravel(), columns.ravel(), aweights=weights)
    return covariance[0, 1] / covariance[0, 0]


def sides_of(image):
    rows, columns = np.indices(image.shape)
    weights = np.maximum(image, 0).ravel()
    return 4 * np.sqrt(np.diag(np.cov(rows.ravel(), columns.ravel(), aweights=weights)))


def centre_of(image):
    return np.array(ndimage.center_of_mass(np.maximum(image, 0)))


def reaches_of(image):
    """2σ of the ink before and beyond the middle of the frame: above, below, left, right."""
    from_middle = np.arange(20) - 9.5
    profiles = [np.maximum(image, 0).sum(axis=axis) for axis in (1, 0)]
    return np.array(
        [
            2 * np.sqrt(np.average(from_middle[side] ** 2, weights=profile[side]))
            for profile in profiles
            for side in (from_middle < 0, from_middle > 0)
        ]
    )


@pytest.fixture(scope="module")
def scans():
    """As they are bundled: the digits fill the frame."""
    return load_bundled().images[:300]


@pytest.fixture(scope="module")
def roomy_scans(scans):
    """With paper around the digit, as the course has them, so that moved ink stays inside."""
    return resized_to_20x20(np.pad(scans, ((0, 0), (4, 4), (4, 4))))


# Scans


def test_without_preparation_the_pixels_are_those_of_the_course(scans):
    assert np.array_equal(prepare_images(scans, "none"), scans)


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_a_preparation_changes_neither_shape_nor_kind(scans, preparation):
    prepared = prepare_images(scans, preparation)
    assert prepared.shape == scans.shape
    assert prepared.dtype == np.float32


def test_preparing_leaves_the_scans_themselves_as_they_were(scans):
    before = scans.copy()
    prepare_images(scans, "full")
    assert np.array_equal(scans, before)


def test_an_image_is_prepared_alike_whatever_stands_beside_it(scans):
    alone = prepare_images(scans[7:8], "full")
    assert np.array_equal(prepare_images(scans, "full")[7], alone[0])


def test_an_image_is_prepared_alike_however_many_there_are(scans):
    alone = prepare_images(scans[7:8], "full")
    many = prepare_images(np.tile(scans, (5, 1, 1)), "full")
    assert np.array_equal(many[4 * len(scans) + 7], alone[0])


def test_the_centre_of_mass_comes_to_the_middle(roomy_scans):
    offsets = [centre_of(image) - 9.5 for image in prepare_images(roomy_scans, "centred")]
    assert np.abs(offsets).max() < 0.15  # pixels; clipped overshoot moves it a little


def test_centring_is_a_shift_by_cubic_splines(scans):
    shifted = [
        ndimage.shift(scan, 9.5 - centre_of(scan), order=3, mode="grid-constant") for scan in scans
    ]
    assert np.allclose(prepare_images(scans, "centred"), shifted, atol=1e-4)


def test_a_shift_of_whole_pixels_moves_pixels_and_nothing_else():
    image = np.zeros((1, 20, 20))
    image[0, 3:9, 2:5] = [[0.2, 1, 0.2]] * 6
    centred = prepare_images(image, "centred")
    expected = np.roll(image, (4, 6), axis=(1, 2))  # from (5.5, 3): 4 down, 6.5 to the right
    halfway = (expected + np.roll(expected, 1, axis=2)) / 2
    assert np.abs(centred - halfway).max() < 0.15
    assert centred.sum() == pytest.approx(image.sum(), rel=1e-3)


def brought_upright(scans):
    """As "full" has them before it evens their strokes, which changes moments again a little."""
    return sampled(scans.astype(np.float32), evened_places(shape_of(scans))).clip(0, 1)


def test_full_leaves_no_slant(scans):
    slants = [slant_of(image) for image in brought_upright(scans)]
    assert np.median(np.abs(slants)) < 0.02
    assert np.max(np.abs(slants)) < 0.15


def test_evening_the_strokes_brings_hardly_any_slant_back(scans):
    slants = [slant_of(image) for image in prepare_images(scans, "full")]
    assert np.median(np.abs(slants)) < 0.04
    assert np.max(np.abs(slants)) < 0.25


def test_full_makes_all_digits_equally_large(scans):
    reaches = np.array([reaches_of(image) for image in brought_upright(scans)])
    longest = np.maximum(reaches[:, 0] + reaches[:, 1], reaches[:, 2] + reaches[:, 3])
    assert np.median(longest) == pytest.approx(17, abs=0.5)
    assert np.ptp(longest) < 2


def test_full_lets_the_ink_reach_equally_far_to_both_sides(scans):
    prepared = {"centred": prepare_images(scans, "centred"), "full": brought_upright(scans)}
    reaches = {
        preparation: np.array([reaches_of(image) for image in images])
        for preparation, images in prepared.items()
    }
    uneven = {name: np.abs(r[:, ::2] - r[:, 1::2]) for name, r in reaches.items()}  # (m, 2)
    assert np.median(uneven["full"], axis=0).max() < 0.25  # pixels
    assert (uneven["full"].mean(axis=0) < uneven["centred"].mean(axis=0) / 2).all()


@pytest.mark.parametrize("place", [(0, 0), (3, 2), (8, 14)])
def test_full_stretches_a_bar_to_the_sides_that_its_moments_give(place):
    image = np.zeros((1, 20, 20))
    top, left = place
    image[0, top : top + 12, left : left + 6] = 1
    prepared = brought_upright(image)[0]
    # Half a bar of length L has the mean squared distance L²/12 from the middle: 4σ = 2L/√3.
    assert prepared[:, 9:11].sum() / 2 == pytest.approx(17 * np.sqrt(3) / 2, abs=0.2)
    assert prepared[9:11].sum() / 2 == pytest.approx(17 * 0.5**0.2 * np.sqrt(3) / 2, abs=0.2)


@pytest.mark.parametrize("axis", [1, 2])
@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_the_mirror_image_of_a_scan_becomes_the_mirror_image(scans, preparation, axis):
    mirrored = prepare_images(np.flip(scans, axis), preparation)
    assert np.allclose(mirrored, np.flip(prepare_images(scans, preparation), axis), atol=1e-4)


def test_full_has_neither_less_than_paper_nor_more_than_ink(roomy_scans):
    assert roomy_scans.min() < 0  # the overshoot of a resampled scan
    prepared = prepare_images(roomy_scans, "full")
    assert prepared.min() >= 0
    assert prepared.max() <= 1


def test_full_makes_thin_and_thick_strokes_alike(scans):
    thin, thick = (ndimage.grey_erosion(scans, (1, 2, 2)), ndimage.grey_dilation(scans, (1, 2, 2)))
    as_scanned = np.maximum(thick, 0).sum(axis=(1, 2)) / np.maximum(thin, 0).sum(axis=(1, 2))
    prepared = [prepare_images(images, "full").sum(axis=(1, 2)) for images in (thin, thick)]
    assert np.median(as_scanned) > 1.6
    assert np.median(prepared[1] / prepared[0]) < 1.25


def test_evened_strokes_leave_the_paper_white(scans):
    hairlines = np.where(scans > scans.max(axis=2, keepdims=True) * 0.99, 0.3, 0)
    for images in (scans, hairlines):
        evened = evened_strokes(np.asarray(images, dtype=np.float32).clip(0, 1))
        far_from_ink = ndimage.maximum_filter(images, size=(1, 7, 7)) <= 0
        assert not evened[far_from_ink].any()


def test_full_keeps_a_one_narrower_than_a_zero():
    tall, round_ = (normalise_drawing(drawn(path)) for path in (ONE, ZERO))
    assert sides_of(tall)[1] < 0.85 * sides_of(round_)[1]


def test_centring_twice_is_centring_once(roomy_scans):
    once = prepare_images(roomy_scans, "centred")
    assert np.abs(prepare_images(once, "centred") - once).max() < 0.05


def test_the_slant_that_full_takes_out_stays_out(scans):
    twice = brought_upright(brought_upright(scans))
    assert np.max(np.abs([slant_of(image) for image in twice])) < 0.1


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_a_blank_image_stays_blank(preparation):
    assert not prepare_images(np.zeros((2, 20, 20)), preparation).any()


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_a_single_pixel_and_negative_paper_stay_finite(preparation):
    images = np.full((2, 20, 20), -0.1)
    images[0, 0, 19] = 1
    assert np.isfinite(prepare_images(images, preparation)).all()


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((20, 20)),
        np.zeros((3, 28, 28)),
        np.full((1, 20, 20), np.nan),
        np.full((1, 20, 20), "ink"),
    ],
    ids=["no stack", "28x28", "nan", "text"],
)
def test_scans_that_are_none_are_named(images):
    with pytest.raises(DataError, match=r"accepted are .+\.$"):
        prepare_images(images, "full")


def test_an_unknown_preparation_is_named(scans):
    with pytest.raises(DataError, match="none, centred, full, not 'tidy'"):
        prepare_images(scans, "tidy")
    with pytest.raises(DataError, match="none, centred, full, not 'tidy'"):
        normalise_drawing(drawn(ONE), "tidy")


# Drawings: what must not matter


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_a_drawing_and_its_negative_are_the_same(path, preparation):
    light = drawn(path)
    assert np.allclose(
        normalise_drawing(light, preparation), normalise_drawing(255 - light, preparation)
    )


def test_the_colours_of_ink_and_paper_do_not_matter():
    grey = drawn(TWO)
    ink = grey[:, :, None] / 255
    blue_on_cream = (ink * [20, 40, 160] + (1 - ink) * [250, 240, 210]).astype(np.uint8)
    assert distance(normalise_drawing(blue_on_cream), normalise_drawing(grey)) < 0.01


@pytest.mark.parametrize("ink", [0, 255], ids=["black ink", "white ink"])
def test_transparent_and_opaque_paper_agree(ink):
    grey = drawn(TWO)
    transparent = np.full((280, 280, 4), ink, dtype=np.uint8)
    transparent[:, :, 3] = grey
    opaque = np.full((280, 280, 4), 255, dtype=np.uint8)
    opaque[:, :, :3] = grey[:, :, None]
    assert distance(normalise_drawing(transparent), normalise_drawing(opaque)) < 0.01
    assert distance(normalise_drawing(transparent), normalise_drawing(grey)) < 0.01


def test_the_read_only_image_of_a_canvas_is_accepted():
    image = drawn(TWO).copy()
    image.setflags(write=False)
    assert normalise_drawing(image).shape == (20, 20)


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("shift", [(-50, -40), (37, 45), (1, -1)])
def test_the_place_of_a_drawing_does_not_matter(path, preparation, shift):
    here, there = (normalise_drawing(drawn(path, shift=s), preparation) for s in ((0, 0), shift))
    assert distance(here, there) < 0.02


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("scale", [0.5, 0.75, 1.5])
def test_the_size_of_a_drawing_hardly_matters(path, preparation, scale):
    plain = normalise_drawing(drawn(path), preparation)
    assert distance(plain, normalise_drawing(drawn(path, scale=scale), preparation)) < 0.15


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("brush", [8, 12, 26])
def test_the_width_of_the_brush_hardly_matters(path, brush):
    usual = normalise_drawing(drawn(path, brush=18))
    assert distance(usual, normalise_drawing(drawn(path, brush=brush))) < 0.12


@pytest.mark.parametrize("slant", [-0.4, -0.2, 0.3, 0.5])
def test_a_slanted_one_comes_out_upright(slant):
    upright, slanted = normalise_drawing(drawn(ONE)), normalise_drawing(drawn(ONE, slant=slant))
    assert abs(slant_of(slanted)) < 0.03
    assert distance(upright, slanted) < 0.12


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
def test_the_frame_around_a_drawing_does_not_matter(path):
    square = drawn(path)
    wide = np.pad(square, ((0, 0), (0, 300)))
    assert distance(normalise_drawing(square), normalise_drawing(wide)) < 0.02


def test_a_photo_of_many_pixels_reads_as_the_canvas_does():
    small = drawn(TWO)
    large = np.asarray(Image.fromarray(small).resize((3000, 3000), Image.Resampling.BILINEAR))
    assert distance(normalise_drawing(small), normalise_drawing(large)) < 0.12


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
def test_a_hairline_does_not_break_up(path):
    hairline = Image.new("L", (470, 470))
    points = [(1.6 * x, 1.6 * y) for x, y in path]
    ImageDraw.Draw(hairline).line(points, fill=255, width=1)
    assert distance(normalise_drawing(drawn(path)), normalise_drawing(np.asarray(hairline))) < 0.2


def test_a_slip_of_the_pen_beside_the_digit_is_left_out():
    clean = drawn(ZERO)
    slipped = clean.copy()
    slipped[250:262, 20:32] = drawn([(140, 140)] * 2, brush=12)[134:146, 134:146]
    assert distance(normalise_drawing(clean), normalise_drawing(slipped)) < 0.01


def test_the_bar_of_a_five_drawn_apart_is_kept():
    bar = drawn([(130, 60), (180, 60)])
    rest = drawn([(100, 90), (100, 130), (160, 140), (165, 190), (100, 210)])
    both = drawing_steps(np.maximum(bar, rest))
    assert both[1].image[:25].max() > 0.5  # ink at the top, where only the bar is
    assert distance(both[-1].image, normalise_drawing(rest)) > 0.2


def beside(left, right, *, gap=30):
    """Two drawings on one sheet, so many pixels of paper between their ink."""
    inks = [image[:, np.flatnonzero(image.any(axis=0))] for image in (left, right)]
    return np.pad(np.concatenate([inks[0], np.zeros((280, gap), np.uint8), inks[1]], axis=1), 9)


@pytest.mark.parametrize("second", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("first", DIGITS.values(), ids=DIGITS)
def test_two_digits_on_one_sheet_are_noticed(first, second):
    with pytest.raises(DataError, match="more than one digit: draw one at a time"):
        normalise_drawing(beside(drawn(first), drawn(second, scale=0.8)))


@pytest.mark.parametrize("lean", [-0.4, 0.4])
def test_two_digits_that_lean_over_one_another_are_noticed(lean):
    one = drawn(ONE, slant=lean)
    both = np.maximum(one, np.roll(one, 45, axis=1))
    assert ((one > 0).any(axis=0) & (np.roll(one, 45, axis=1) > 0).any(axis=0)).any()
    with pytest.raises(DataError, match="more than one digit"):
        normalise_drawing(both)


def test_a_digit_in_several_strokes_is_one_digit():
    crossed_seven = np.maximum(drawn(SEVEN), drawn([(110, 150), (170, 150)]))
    five = np.maximum(
        drawn([(150, 60), (190, 60)]),
        drawn([(100, 90), (100, 130), (160, 140), (165, 190), (100, 210)]),
    )
    ring_in_arcs = np.maximum(drawn(ZERO[:18], brush=12), drawn(ZERO[22:], brush=12))
    for image in (crossed_seven, five, np.maximum(ring_in_arcs, drawn([(140, 65), (142, 65)]))):
        assert normalise_drawing(image).max() > 0.5


# Drawings: how they come out


@pytest.mark.parametrize("style", [BUNDLED_STYLE, COURSE_STYLE], ids=["bundled", "course"])
def test_a_drawing_comes_out_as_large_and_as_thick_as_the_training_images(style):
    seen = np.stack(
        [normalise_drawing(drawn(path), "none", style=style) for path in DIGITS.values()]
    )
    measured = drawing_style(seen)
    assert measured.extent == pytest.approx(style.extent, abs=0.5)
    assert measured.half_width == pytest.approx(style.half_width, rel=0.1)


def test_a_style_centred_by_mass_puts_the_mass_in_the_middle():
    seen = normalise_drawing(drawn(SEVEN), "none", style=COURSE_STYLE)
    assert np.abs(centre_of(seen) - 9.5).max() < 0.1


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
def test_a_drawing_meets_the_model_centred_and_upright(path):
    seen = normalise_drawing(drawn(path, shift=(30, -20), slant=0.2))
    above, below, left, right = reaches_of(seen)
    # A seven has all its ink above: it keeps a little of that.
    assert above == pytest.approx(below, abs=1)
    assert left == pytest.approx(right, abs=1)
    assert abs(slant_of(seen)) < 0.02


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize(("digit", "path"), [(0, ZERO), (1, FLAGGED_ONE), (2, TWO)])
def test_a_drawn_digit_looks_like_the_mean_of_its_kind(digit, path, preparation):
    dataset = load_bundled().only(0, 1, 2)
    prepared = prepare_images(dataset.images, preparation)
    means = [prepared[dataset.labels == d].mean(axis=0) for d in (0, 1, 2)]
    seen = normalise_drawing(drawn(path), preparation)
    assert np.argmin([distance(seen, mean) for mean in means]) == digit


@pytest.mark.parametrize("length", [0, 6, 12, 20])
@pytest.mark.parametrize("stages", [(), ("crop",), ("stroke",), STAGES], ids="-".join)
def test_a_stroke_hardly_longer_than_the_pen_is_a_dot_whatever_is_left_out(length, stages):
    dot = drawn([(140, 140), (140, 140 + length)], brush=18)
    with pytest.raises(DataError, match="a dot, not a digit"):
        drawing_steps(dot, without=stages)


def test_the_shortest_one_with_the_thickest_pen_is_no_dot():
    assert normalise_drawing(drawn([(140, 100), (140, 180)], brush=32)).max() > 0.5


def test_a_dash_and_a_row_of_digits_that_touch_are_no_digit():
    dash = drawn([(60, 140), (220, 140)])
    row = np.maximum(drawn([(40, 170), (240, 170)], brush=10), drawn([(60, 110), (60, 170)]))
    row = np.maximum(row, drawn([(220, 110), (220, 170)]))
    for image in (dash, row):
        with pytest.raises(DataError, match="too wide for a digit"):
            normalise_drawing(image)


# Drawings: what is left out to see what it is good for


def test_nothing_left_out_is_the_whole_way():
    whole = drawing_steps(drawn(TWO), "full", without=())
    assert np.array_equal(whole[-1].image, normalise_drawing(drawn(TWO), "full"))
    assert [step.stage for step in whole] == [None, *STAGES]


def test_without_cropping_the_digit_stays_where_it_was_drawn():
    image = drawn(ONE, scale=0.5, shift=(70, 70))
    plain = drawing_steps(image, "none", without={"crop", "stroke"})[-1].image
    resized = resized_to_20x20(image[None], full_ink=255)[0]
    assert distance(plain, resized) < 0.1


def test_without_the_stroke_s_width_a_thick_pen_stays_thick():
    thin, thick = (
        drawing_steps(drawn(TWO, brush=brush), "none", without={"stroke"})[-1].image
        for brush in (8, 26)
    )
    assert thick.sum() > 1.3 * thin.sum()


def test_without_the_slant_a_digit_goes_on_leaning():
    leaning = drawing_steps(drawn(ONE, slant=0.4), without={"slant"})[-1].image
    assert abs(slant_of(leaning)) > 0.2


def test_without_evening_a_digit_keeps_its_place_and_is_upright():
    image = drawn(ONE, scale=0.5, shift=(60, 0), slant=0.3)
    kept = drawing_steps(image, without={"evening", "crop"})[-1].image
    as_drawn = (centre_of(image.astype(float)) + 0.5) / 280 * 20 - 0.5
    assert centre_of(kept) == pytest.approx(as_drawn, abs=0.1)
    assert abs(slant_of(kept)) < 0.05


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_each_step_says_by_which_name_it_can_be_left_out(preparation):
    steps = drawing_steps(drawn(SEVEN, slant=0.4, scale=0.6), preparation)
    whole = steps[-1].image
    for stage in [step.stage for step in steps if step.stage is not None]:
        fewer = drawing_steps(drawn(SEVEN, slant=0.4, scale=0.6), preparation, without={stage})
        assert [step.name for step in fewer] == [step.name for step in steps]
        changed = {one.explanation for one in fewer} - {one.explanation for one in steps}
        assert len(changed) == 1
        assert distance(fewer[-1].image, whole) > 0.01


def test_a_stage_that_there_is_not_is_named():
    with pytest.raises(DataError, match="crop, stroke, slant, evening, not 'colour'"):
        drawing_steps(drawn(ONE), without={"colour"})
    with pytest.raises(DataError, match=r"given as a set, such as \{'crop'\}"):
        drawing_steps(drawn(ONE), without="crop")


# Style


def test_the_bundled_style_is_what_the_bundled_digits_measure():
    measured = drawing_style(load_bundled().images)
    assert measured.extent == pytest.approx(BUNDLED_STYLE.extent, abs=0.1)
    assert measured.half_width == pytest.approx(BUNDLED_STYLE.half_width, abs=0.001)
    assert measured.centring == BUNDLED_STYLE.centring


@pytest.mark.parametrize("blur", [0, 0.5, 0.8])
def test_the_stroke_is_measured_alike_in_sharp_and_blurred_scans(blur):
    rows, columns = np.indices((20, 20)) - 9.5
    ring = (1.5 + 0.5 - np.abs(np.hypot(rows, columns) - 6)).clip(0, 1)  # half-width 1.5, side 15
    style = drawing_style(ndimage.gaussian_filter(ring, blur)[None])
    assert style.half_width * style.extent == pytest.approx(1.5, rel=0.12)


def test_the_style_hardly_depends_on_which_digits_there_are():
    everything = drawing_style(load_bundled().images)
    for digits in [(0, 1), (1, 7), (3, 8)]:
        some = drawing_style(load_bundled().only(*digits).images)
        assert some.half_width == pytest.approx(everything.half_width, rel=0.15)


def test_blank_scans_have_the_bundled_style():
    assert drawing_style(np.zeros((3, 20, 20))) == BUNDLED_STYLE


@pytest.mark.parametrize(
    "values",
    [
        {"extent": 21},
        {"extent": np.nan},
        {"half_width": 0},
        {"half_width": np.inf},
        {"centring": "corner"},
    ],
)
def test_a_style_out_of_range_is_refused(values):
    with pytest.raises(DataError, match="not "):
        DrawingStyle(**{"extent": 16, "half_width": 0.08, **values})


# Steps


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_the_last_step_is_what_the_model_sees(preparation):
    steps = drawing_steps(drawn(TWO), preparation, style=COURSE_STYLE)
    seen = normalise_drawing(drawn(TWO), preparation, style=COURSE_STYLE)
    assert np.array_equal(steps[-1].image, seen)


def test_only_full_has_a_step_for_the_slant():
    names = {p: [step.name for step in drawing_steps(drawn(TWO), p)] for p in PREPARATIONS}
    assert [p for p in PREPARATIONS if "Slant removed" in names[p]] == ["full"]


def test_every_step_is_a_finite_picture_with_a_sentence_and_cannot_be_changed():
    for step in drawing_steps(drawn(SEVEN, slant=0.3)):
        assert step.image.ndim == 2
        assert step.image.dtype == np.float32
        assert np.isfinite(step.image).all()
        assert not step.image.flags.writeable
        assert step.explanation.endswith(".")
        with pytest.raises(FrozenInstanceError):
            step.name = "other"


def test_the_first_step_is_the_drawing_as_it_was_drawn():
    image = drawn(TWO)
    assert np.allclose(drawing_steps(image)[0].image, image / 255)


def test_the_slant_step_shows_an_upright_digit():
    steps = {step.name: step.image for step in drawing_steps(drawn(SEVEN, slant=0.4))}
    assert abs(slant_of(steps["Slant removed"])) < 0.02 < abs(slant_of(steps["Stroke width"]))


# What is refused


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("shape", [(280, 280), (280, 280, 3), (280, 280, 4)])
def test_empty_paper_asks_for_a_digit(shape, shade):
    with pytest.raises(DataError, match=r"^Draw a digit first"):
        normalise_drawing(np.full(shape, shade, dtype=np.uint8))


def test_a_canvas_without_a_stroke_asks_for_a_digit():
    transparent = np.full((280, 280, 4), 255, dtype=np.uint8)
    transparent[:, :, 3] = 0  # white, but unseen
    with pytest.raises(DataError, match=r"^Draw a digit first"):
        normalise_drawing(transparent)


@pytest.mark.parametrize("brush", [1, 4, 18, 60])
def test_a_dot_is_not_guessed_at(brush):
    with pytest.raises(DataError, match=r"^That is a dot"):
        normalise_drawing(drawn([(100, 100), (100, 100)], brush=brush))


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((280, 280)),
        np.zeros((280, 280), dtype=bool),
        [[0, 255]],
        np.zeros(280, dtype=np.uint8),
        np.zeros((280, 280, 2), dtype=np.uint8),
        np.zeros((1, 280, 280, 3), dtype=np.uint8),
        np.zeros((0, 0), dtype=np.uint8),
        np.zeros((SMALLEST_PICTURE - 1, 280), dtype=np.uint8),
        np.zeros((280, LARGEST_PICTURE + 1), dtype=np.uint8),
    ],
    ids=["float", "bool", "list", "1-D", "2 channels", "4-D", "empty", "too small", "too large"],
)
def test_what_is_no_picture_is_named(image):
    with pytest.raises(DataError, match=r"^(A|The) picture .+\.$"):
        normalise_drawing(image)


@pytest.mark.parametrize("side", [100, 280, 500])
@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 1])
def test_noise_becomes_20x20_finite_pixels_or_a_sentence(side, share):
    random = np.random.default_rng(side)
    noise = random.integers(0, 256, (side, side), dtype=np.uint8)
    becomes_pixels_or_a_sentence(np.where(random.random(noise.shape) < share, noise, 0), "full")


def becomes_pixels_or_a_sentence(image, preparation):
    try:
        seen = normalise_drawing(image.astype(np.uint8), preparation)
    except DataError as error:
        assert str(error).endswith(".")  # noqa: PT017 - one of the two is wanted
    else:
        assert seen.shape == (20, 20)
        assert seen.dtype == np.float32
        assert np.isfinite(seen).all()


SIDES = st.integers(SMALLEST_PICTURE, 40)
SHAPES = st.one_of(
    st.tuples(SIDES, SIDES),
    st.tuples(SIDES, SIDES, st.just(3)),
    st.tuples(SIDES, SIDES, st.just(4)),
)


@settings(max_examples=150)
@given(arrays(np.uint8, SHAPES), st.sampled_from(PREPARATIONS))
def test_any_image_becomes_20x20_finite_pixels_or_a_sentence(image, preparation):
    becomes_pixels_or_a_sentence(image, preparation)


@settings(max_examples=100)
@given(
    arrays(np.float32, (2, 20, 20), elements=st.floats(-1, 2, width=32)),
    st.sampled_from(PREPARATIONS),
)
def test_any_scan_is_prepared_to_finite_pixels(images, preparation):
    assert np.isfinite(prepare_images(images, preparation)).all()
