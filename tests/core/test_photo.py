"""A digit on a photograph is found, whatever light and paper, or a sentence says why not."""

import numpy as np
import pytest
from PIL import Image

from logreg_core import TrainConfig, drawing_steps, fit, load_bundled
from logreg_core.errors import DataError
from logreg_core.photo import digit_on_photo
from tests.photographs import (
    chance,
    clean,
    enlarged,
    jpeg,
    photographed,
    unpacked,
    written,
)

BLANK = np.zeros((50, 50), dtype=np.float32)


@pytest.fixture(scope="module")
def halves():
    return load_bundled().split(0.25, seed=0)


@pytest.fixture(scope="module")
def read(halves):
    """What a model of ten digits, prepared "full", reads on pixels of ink."""
    model = fit(halves[0], TrainConfig(preparation="full")).model

    def reading(pixels):
        image = drawing_steps(pixels, "full", style=model.style)[-1].image
        return model.read(image).digit

    return reading


def random():
    return np.random.default_rng(7)


def overlap(found, ink):
    """Of the ink of two pictures, cut out and brought to one size, the share that both have."""
    both = []
    for picture in (found, 255 * ink):
        rows, columns = (np.flatnonzero((picture > 127).any(axis=axis)) for axis in (1, 0))
        cut = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8)
        both.append(np.asarray(Image.fromarray(cut).resize((100, 100))) > 127)
    return (both[0] & both[1]).sum() / (both[0] | both[1]).sum()


def test_of_a_hundred_photographs_ninety_five_are_read_as_the_digits_alone_are(halves, read):
    chances = np.random.default_rng(2)
    scans = halves[1].images[chances.permutation(len(halves[1]))[:50]]
    digits = [enlarged(scan) for scan in scans]
    digits += [written(number % 10, pen=chances.uniform(4, 13)) for number in range(50)]
    right = 0
    for ink in digits:
        photo = photographed(ink, chances, **chance(chances))
        pixels = unpacked(jpeg(photo, quality=int(chances.integers(30, 95))))
        try:
            right += read(digit_on_photo(pixels).ink) == read(clean(ink))
        except DataError:  # found none, or several
            continue
    assert right >= 95


HARD = {
    "a gradient of light": {"light": 0.8},
    "a shadow with an edge": {"shadow": 0.5},
    "ruled paper": {"lines": "ruled"},
    "squared paper": {"lines": "squared"},
    "a table behind the paper": {"table": 0.12, "askew": 0.04},
    "noise": {"noise": 14},
    "faint ink": {"contrast": 0.35},
    "chalk on a board": {"inverted": True, "light": 0.2},
    "a digit in a corner": {"place": (0.2, 0.75), "share": 0.25},
    "a digit that fills the picture": {"share": 0.95},
    "all at once": {"lines": "squared", "shadow": 0.3, "table": 0.06, "light": 0.5, "askew": 0.04},
}


@pytest.mark.parametrize("conditions", HARD.values(), ids=HARD)
@pytest.mark.parametrize("digit", [2, 5, 8])
def test_the_ink_that_is_found_is_that_of_the_digit(conditions, digit):
    ink = written(digit)
    photo = photographed(ink, random(), **conditions)
    assert overlap(digit_on_photo(np.asarray(photo)).ink, ink) > 0.65


def test_jpeg_at_its_worst_is_read_through():
    ink = written(3)
    pixels = unpacked(jpeg(photographed(ink, random(), noise=6), quality=30))
    assert overlap(digit_on_photo(pixels).ink, ink) > 0.65


def test_the_negative_of_a_photo_shows_the_same_digit():
    photo = np.asarray(photographed(written(6), random(), light=0.1))
    found, negative = (digit_on_photo(pixels).ink for pixels in (photo, 255 - photo))
    assert overlap(found, negative / 255) > 0.85


@pytest.mark.parametrize("value", [0, 255])
def test_ink_on_transparent_paper_is_ink_whether_black_or_white(value):
    ink = np.pad(written(4), 20)
    pixels = np.full((*ink.shape, 4), value, dtype=np.uint8)
    pixels[..., 3] = 255 * ink
    assert overlap(digit_on_photo(pixels).ink, ink) > 0.9


def test_grey_and_coloured_pixels_give_the_same():
    grey = clean(written(9))
    coloured = np.repeat(grey[..., np.newaxis], 3, axis=2)
    assert np.array_equal(digit_on_photo(grey).ink, digit_on_photo(coloured).ink)


def test_the_bar_of_a_five_that_does_not_touch_belongs_to_it():
    ink = written(5)
    ink[35:45] = 0  # the pen was lifted
    found = digit_on_photo(np.asarray(photographed(ink, random()))).ink
    assert overlap(found, ink) > 0.65


def test_dust_and_a_hole_in_the_ink_change_nothing():
    ink = written(0)
    ink[95:104, 30:60] *= 0.2
    ink[100:106, 100:106] = 1
    found = digit_on_photo(np.asarray(photographed(ink, random()))).ink
    assert found[found.shape[0] // 2, found.shape[1] // 2] == 0, "the dust within is left out"
    assert overlap(found, written(0)) > 0.6


@pytest.mark.parametrize("pair", [(1, 0), (2, 7), (8, 8)])
def test_two_digits_are_told_so_instead_of_read(pair):
    both = np.hstack([written(pair[0])[:, 30:170], written(pair[1])[:, 30:170]])
    ink = np.pad(both, ((40, 40), (0, 0)))
    with pytest.raises(DataError, match="several things on this picture: crop it to one digit"):
        digit_on_photo(np.asarray(photographed(ink, random(), share=0.7)))


@pytest.mark.parametrize("conditions", HARD.values(), ids=HARD)
def test_paper_without_a_digit_gets_a_sentence(conditions):
    photo = photographed(BLANK, random(), **conditions)
    with pytest.raises(DataError, match="No digit can be found"):
        digit_on_photo(np.asarray(photo))


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("shape", [(8, 8), (300, 400, 3), (100, 1000, 4)])
def test_pixels_all_alike_get_a_sentence(shape, value):
    with pytest.raises(DataError, match="No digit can be found"):
        digit_on_photo(np.full(shape, value, dtype=np.uint8))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((20, 20)),
        np.zeros((20, 20, 2), dtype=np.uint8),
        np.zeros(400, dtype=np.uint8),
        np.zeros((7, 20), dtype=np.uint8),
        np.zeros((20, 4097), dtype=np.uint8),
        [[0] * 20] * 20,
    ],
    ids=["floats", "two channels", "a row", "too low", "too wide", "a list"],
)
def test_what_is_no_picture_gets_a_sentence(pixels):
    with pytest.raises(DataError, match="picture"):
        digit_on_photo(pixels)


def test_scans_that_touch_their_frame_are_read(halves, read):
    scans = (255 * halves[1].images[:50].clip(0, 1)).astype(np.uint8)
    right = [read(digit_on_photo(scan).ink) for scan in scans] == halves[1].labels[:50]
    assert right.mean() >= 0.9


def test_every_step_has_a_sentence_and_a_picture_small_enough_to_send():
    found = digit_on_photo(np.asarray(photographed(written(7), random(), width=1024, height=768)))
    assert [step.name for step in found.steps] == ["Photo", "Even light", "Digit found"]
    for step in found.steps:
        assert step.explanation.endswith(".")
        assert step.image.dtype == np.float32
        assert not step.image.flags.writeable
        assert max(step.image.shape) <= 240
        assert step.image.min() >= 0
        assert step.image.max() <= 1
    assert not found.ink.flags.writeable
    assert found.ink[[0, -1]].max() == found.ink[:, [0, -1]].max() == 0, "paper all around"
