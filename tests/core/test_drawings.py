"""Drawings are kept so that scans of any style can be made of them, and a file brings them back."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from logreg_core import (
    Collection,
    DataError,
    LabelledDrawing,
    normalise_drawing,
    reduced_ink,
)
from logreg_core.normalise import BUNDLED_STYLE, DrawingStyle
from logreg_core.upload import open_upload

MNIST_STYLE = DrawingStyle(extent=14.3, half_width=0.058, centring="mass")


def ring(radius=80, brush=9):
    """A 0 on a canvas."""
    rows, columns = np.mgrid[:280, :280]
    distance = np.hypot((rows - 140) / radius, (columns - 150) / (0.6 * radius))
    canvas = np.full((280, 280, 4), 255, dtype=np.uint8)
    canvas[np.abs(distance - 1) < brush / radius, :3] = 20
    return canvas


def seven():
    canvas = np.full((280, 280, 4), 255, dtype=np.uint8)
    canvas[60:75, 80:200, :3] = 0
    for row in range(60, 230):
        column = 200 - (row - 60) // 2
        canvas[row, column - 12 : column, :3] = 0
    return canvas


@pytest.fixture
def collection():
    return Collection(
        (LabelledDrawing(0, reduced_ink(ring())), LabelledDrawing(7, reduced_ink(seven())))
    )


@pytest.mark.parametrize("style", [BUNDLED_STYLE, MNIST_STYLE], ids=["bundled", "MNIST"])
@pytest.mark.parametrize("canvas", [ring(), ring(30, 5), seven()], ids=["0", "small 0", "7"])
def test_what_is_kept_makes_the_scan_that_the_drawing_would_in_any_style(canvas, style):
    direct = normalise_drawing(canvas, "none", style=style)
    kept = LabelledDrawing(0, reduced_ink(canvas)).scan(style)
    # Reduced to 112 px an edge may move by a pixel of these, a twentieth of one of 20x20.
    assert np.abs(kept - direct).mean() < 0.01
    assert np.corrcoef(kept.ravel(), direct.ravel())[0, 1] > 0.998


@pytest.mark.parametrize("side", [300, 350, 400])
@pytest.mark.parametrize("thickness", [1, 2])
def test_a_hairline_is_kept_whole(side, thickness):
    picture = Image.new("L", (side, side), 255)
    box = (0.2 * side, 5, 0.8 * side, side - 6)
    ImageDraw.Draw(picture).ellipse(box, outline=0, width=thickness)
    drawn = np.asarray(picture)
    kept = LabelledDrawing(0, reduced_ink(drawn)).scan(BUNDLED_STYLE)
    direct = normalise_drawing(drawn, "none")
    # A line that has to be widened to be kept may come back a little wider; one that breaks up
    # is 0.4 off, or taken for several digits.
    assert np.abs(kept - direct).mean() < 0.07


@pytest.mark.parametrize("label", [-1, 12, 300, 3.0])
def test_a_label_that_is_no_digit_is_refused(label):
    with pytest.raises(DataError, match="is no digit; accepted are 0 to 9"):
        LabelledDrawing(label, np.zeros((20, 20), dtype=np.float32))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((5, 5), dtype=np.uint8),
        np.zeros((20, 20)),
        np.zeros((128, 128), dtype=np.float32),
        np.full((20, 20), np.nan, dtype=np.float32),
    ],
    ids=["small", "float64", "a large scan", "not finite"],
)
def test_pixels_that_are_neither_drawing_nor_scan_are_refused(pixels):
    with pytest.raises(DataError, match="accepted are"):
        LabelledDrawing(1, pixels)


def test_the_array_of_a_drawing_stays_its_makers():
    mine = np.zeros((20, 20), dtype=np.float32)
    kept = LabelledDrawing(1, mine)
    mine[3, 4] = 1
    assert kept.pixels.max() == 0


def test_a_drawing_that_was_checked_is_not_read_again(collection, monkeypatch):
    images = collection.scans(MNIST_STYLE)
    inks = np.stack([drawing.pixels for drawing in collection.drawings])
    read = []

    def counted(*args, **kwargs):
        read.append(kwargs["style"])
        return normalise_drawing(*args, **kwargs)

    monkeypatch.setattr("logreg_core.drawings.normalise_drawing", counted)
    assert Collection.of_images(images, inks, style=MNIST_STYLE).scans(MNIST_STYLE) == images
    assert read == [MNIST_STYLE, MNIST_STYLE]


def test_as_many_drawings_as_images_are_taken(collection):
    with pytest.raises(DataError, match="2 images, but 1 drawings"):
        Collection.of_images(
            collection.scans(BUNDLED_STYLE), np.zeros((1, 128, 128), dtype=np.uint8)
        )


def test_a_drawing_brings_its_stroke_to_each_style(collection):
    bundled, mnist = collection.scans(BUNDLED_STYLE), collection.scans(MNIST_STYLE)
    assert bundled.images.sum() > 1.5 * mnist.images.sum(), "MNIST's pen is thinner, digits smaller"
    assert bundled.labels.tolist() == mnist.labels.tolist() == [0, 7]


def test_ink_is_kept_at_112_pixels_at_most_in_the_middle():
    rows, columns = (np.flatnonzero(reduced_ink(ring()).any(axis=axis)) for axis in (1, 0))
    assert (rows[0], rows[-1]) == (8, 119)
    assert abs((columns[0] + columns[-1]) / 2 - 63.5) <= 0.5


def test_no_digit_is_not_kept():
    with pytest.raises(DataError, match="Draw a digit first"):
        reduced_ink(np.zeros((100, 100), dtype=np.uint8))
    dot = np.zeros((100, 100), dtype=np.uint8)
    dot[40:60, 40:60] = 255
    with pytest.raises(DataError, match="dot"):
        reduced_ink(dot)


def test_a_file_brings_drawings_back(collection):
    upload = open_upload("mine.npz", collection.as_file(BUNDLED_STYLE))
    assert upload.collection() == collection
    assert upload.dataset() == collection.scans(BUNDLED_STYLE)


def test_what_was_a_scan_stays_one(collection):
    scan = LabelledDrawing(3, collection.drawings[0].scan(BUNDLED_STYLE).copy())
    both = Collection((*collection.drawings, scan))
    back = open_upload("mine.npz", both.as_file(BUNDLED_STYLE)).collection()
    assert back == both
    assert [drawing.is_scan for drawing in back.drawings] == [False, False, True]
    assert np.array_equal(back.scans(MNIST_STYLE).images[2], scan.pixels)


def test_a_drawing_in_a_file_that_is_no_digit_gives_way_to_its_scan(collection):
    images = collection.scans(BUNDLED_STYLE)
    inks = np.stack([collection.drawings[0].pixels, np.full((128, 128), 9, dtype=np.uint8)])
    taken = Collection.of_images(images, inks)
    assert [drawing.is_scan for drawing in taken.drawings] == [False, True]


def test_labels_and_ink_make_the_fingerprint_and_the_sheet_does_not(collection):
    first, second = collection.drawings
    on_a_sheet = Collection((LabelledDrawing(0, first.pixels, "sheet", "content"), second))
    assert on_a_sheet == collection
    assert hash(on_a_sheet) == hash(collection)
    assert Collection((LabelledDrawing(6, first.pixels), second)) != collection
    assert Collection((second, first)) != collection


def test_those_of_some_digits_alone(collection):
    assert collection.of_digits((3, 7)).counts == {7: 1}
    assert collection.of_digits((3, 8)) is None


def test_an_empty_collection_is_none():
    with pytest.raises(DataError, match="one drawing at least"):
        Collection(())


def test_kept_drawings_cannot_be_written_to(collection):
    for array in (collection.drawings[0].pixels, collection.scans(BUNDLED_STYLE).images):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("drawings", "says"),
    [
        (np.zeros((1, 128, 128), dtype=np.uint8), "one drawing of 128x128 for each of the 2"),
        (np.zeros((2, 64, 64), dtype=np.uint8), "one drawing of 128x128 for each of the 2"),
        (np.zeros((2, 128, 128)), "whole numbers"),
        (np.array([["x"] * 2] * 2, dtype=object), "accepted are arrays of real numbers"),
    ],
    ids=["too few", "another size", "fractions", "objects"],
)
def test_drawings_of_another_kind_are_refused_with_one_sentence(
    collection, drawings, says, tmp_path
):
    scans = collection.scans(BUNDLED_STYLE)
    file = tmp_path / "mine.npz"
    np.savez(file, images=scans.images, labels=scans.labels, drawings=drawings)
    with pytest.raises(DataError, match=says):
        open_upload("mine.npz", file.read_bytes())
