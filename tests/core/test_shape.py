"""Where the ink lies, by its moments, and looking places up in scans."""

import numpy as np
import pytest
from scipy import ndimage

from logreg_core.shape import centred_places, evened_places, sampled, shape_of


def ramp(height, width):
    """Ink that grows from left to right as a triangle does: 1, 2, 3, ... in each row."""
    return np.tile(np.arange(1.0, width + 1), (1, height, 1))


def test_the_centre_is_that_of_scipy():
    images = np.random.default_rng(0).random((4, 12, 30))
    shape = shape_of(images)
    expected = [ndimage.center_of_mass(image) for image in images]
    assert np.allclose(np.stack([shape.y, shape.x], axis=1), expected)


def test_the_slant_is_the_regression_of_x_on_y():
    images = np.random.default_rng(1).random((4, 12, 30)) ** 8
    images[:, [2, 9], [3, 27]] += 5  # along a diagonal
    rows, columns = np.indices((12, 30))
    for image, slant in zip(images, shape_of(images).slant, strict=True):
        line = np.polyfit(rows.ravel(), columns.ravel(), 1, w=np.sqrt(image.ravel()))
        assert slant == pytest.approx(np.clip(line[0], -0.6, 0.6))


def test_sides_are_measured_from_the_centre_and_apart():
    shape = shape_of(ramp(5, 7))
    places, ink = np.arange(7), np.arange(1, 8)
    centre = np.average(places, weights=ink)  # 4
    sigma = [
        np.sqrt(np.average((places - centre)[side] ** 2, weights=ink[side]))
        for side in (places < centre, places > centre)
    ]
    assert (shape.left[0], shape.right[0]) == pytest.approx((2 * sigma[0], 2 * sigma[1]))
    assert shape.above[0] == pytest.approx(shape.below[0])
    assert shape.left[0] > shape.right[0]


def test_2_sigma_of_either_side_come_to_half_the_side_that_is_wanted():
    image = np.zeros((1, 20, 20))
    image[0, 4:14, 3:15] = ramp(10, 12)
    shape = shape_of(image)
    y, x = evened_places(shape)[0]
    columns = np.arange(20) - 9.5
    left = np.interp(shape.x[0] - shape.left[0], x[10], columns)
    right = np.interp(shape.x[0] + shape.right[0], x[10], columns)
    above, below = np.interp(
        [shape.y[0] - shape.above[0], shape.y[0] + shape.below[0]], y[:, 10], columns
    )
    ratio = (shape.left + shape.right)[0] / (shape.above + shape.below)[0]
    longest, other = (right - left, below - above) if ratio > 1 else (below - above, right - left)
    assert left == pytest.approx(-right, abs=0.05)
    assert above == pytest.approx(-below, abs=0.05)
    assert longest == pytest.approx(17, abs=0.1)
    assert other == pytest.approx(17 * min(ratio, 1 / ratio) ** 0.2, abs=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_evening_out_never_turns_back_where_there_is_ink(seed):
    random = np.random.default_rng(seed)
    images = random.random((200, 20, 20)) ** random.integers(1, 40, (200, 1, 1))
    y, x = np.moveaxis(evened_places(shape_of(images)), 1, 0)
    assert (np.diff(y, axis=1) > 0).all()
    assert (np.diff(x, axis=2) > 0).all()


def test_places_are_looked_up_as_scipy_does_one_scan_at_a_time():
    random = np.random.default_rng(2)
    scans = random.random((6, 20, 20), dtype=np.float32)
    places = random.uniform(-1, 20, (6, 2, 20, 20))
    expected = [
        ndimage.map_coordinates(scan, place, order=3, mode="grid-constant")
        for scan, place in zip(scans, places, strict=True)
    ]
    assert np.allclose(sampled(scans, places), expected, atol=1e-3)


def test_a_blank_image_has_its_middle_for_its_centre_and_no_slant():
    shape = shape_of(np.zeros((2, 20, 20)))
    assert shape.x.tolist() == shape.y.tolist() == [9.5, 9.5]
    assert shape.slant.tolist() == [0, 0]
    assert np.allclose(centred_places(shape), np.indices((20, 20)))
    assert np.isfinite(evened_places(shape)).all()
