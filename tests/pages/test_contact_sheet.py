"""Images side by side are those images, in their order."""

import io

import numpy as np
import pytest
from PIL import Image

from dashboard.figures.contact_sheet import contact_sheet
from logreg_core import load_bundled


def drawn(images, *, columns, enlarged):
    """Red, green, blue and opacity of each pixel, once it has been through a file."""
    file = io.BytesIO()
    contact_sheet(images, columns, enlarged=enlarged).save(file, "PNG")
    return np.asarray(Image.open(file).convert("RGBA"))


@pytest.mark.parametrize("enlarged", [1, 3])
def test_each_image_stands_in_its_place_dark_on_light(enlarged):
    images = load_bundled().images[:5]
    sheet = drawn(images, columns=3, enlarged=enlarged)
    cell = 22 * enlarged
    for number, image in enumerate(images):
        top, left = number // 3 * cell, number % 3 * cell
        shown = sheet[top : top + 20 * enlarged : enlarged, left : left + 20 * enlarged : enlarged]
        assert np.all(shown[..., 3] == 255)
        assert np.corrcoef(shown[..., 0].ravel(), image.ravel())[0, 1] < -0.999


def test_between_images_and_after_the_last_there_is_nothing():
    sheet = drawn(np.ones((3, 20, 20)), columns=2, enlarged=1)
    assert np.all(sheet[:, 20:22, 3] == 0)
    assert np.all(sheet[22:, 22:, 3] == 0)


def test_overshoot_is_cut_off():
    images = np.zeros((1, 20, 20))
    images[0, 0, :2] = -0.3, 1.4
    sheet = drawn(images, columns=1, enlarged=1)
    assert sheet[0, 0, 0] == sheet[5, 5, 0]
    assert sheet[0, 1, 0] < 30
