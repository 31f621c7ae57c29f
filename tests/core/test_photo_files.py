"""A picture file of any kind is decoded as it looks, or refused with one sentence."""

import struct

import numpy as np
import pytest
from PIL import Image

from logreg_core.errors import DataError
from logreg_core.upload import MAX_PHOTO_BYTES, read_photo
from logreg_core.uploads.photos import photo_in
from tests.files import (
    EXE,
    GOOD_PNG,
    GOOD_ZIP,
    bomb,
    gray,
    picture,
    png_chunk,
    png_of_size,
    ring,
    with_bytes,
)

#: Red, green, blue and white corners: no turning can hide.
CORNERS = np.zeros((40, 60, 3), dtype=np.uint8)
CORNERS[:20, :30], CORNERS[:20, 30:] = (255, 0, 0), (0, 255, 0)
CORNERS[20:, :30], CORNERS[20:, 30:] = (0, 0, 255), (255, 255, 255)

#: EXIF orientation → how a camera has stored what is to be seen upright.
STORED = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.swapaxes(0, 1),
    6: np.rot90,
    7: lambda seen: np.rot90(seen, 2).swapaxes(0, 1),
    8: lambda seen: np.rot90(seen, -1),
}
WAYS = {"read in this process": photo_in, "read apart": read_photo}


def with_orientation(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", STORED)
def test_a_photo_is_turned_as_its_camera_was_held(kind, orientation):
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](CORNERS)))
    data = picture(stored, kind, exif=with_orientation(orientation))
    seen = photo_in(data)
    assert seen.shape == CORNERS.shape
    for row, column in ((5, 5), (5, 55), (35, 5), (35, 55)):
        np.testing.assert_allclose(seen[row, column].astype(int), CORNERS[row, column], atol=40)


@pytest.mark.parametrize("read", WAYS.values(), ids=WAYS)
def test_a_phones_picture_is_reduced(read):
    data = picture(gray(np.full((3000, 4000), 200)), "JPEG", exif=with_orientation(6))
    pixels = read(data)
    assert pixels.shape == (1024, 768, 3)
    assert np.abs(pixels.astype(int) - 200).max() <= 2


def shades():
    """From black at the left to white at the right, 0..255."""
    return np.tile(np.linspace(0, 255, 64).round().astype(np.uint8), (48, 1))


MODES = {
    "grey": lambda: picture(gray(shades())),
    "black and white": lambda: picture(gray(255 * (shades() > 127)).convert("1")),
    "a palette": lambda: picture(gray(shades()).convert("P")),
    "16 bits": lambda: picture(Image.fromarray(shades().astype(np.uint16) * 257)),
    "grey with alpha": lambda: picture(gray(shades()).convert("LA")),
    "CMYK": lambda: picture(gray(shades()).convert("RGB").convert("CMYK"), "JPEG", quality=95),
    "a progressive JPEG": lambda: picture(gray(shades()), "JPEG", quality=95, progressive=True),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_kind_of_pixel_comes_out_as_light_and_dark(mode):
    pixels = photo_in(MODES[mode]())
    assert pixels.dtype == np.uint8
    assert pixels.shape[2] in {3, 4}
    light = pixels[..., :3].mean(axis=(0, 2))
    assert light[0] < 12
    assert light[-1] > 243
    assert (np.diff(light) >= -3).all()


def test_what_is_transparent_stays_so():
    opacity = ring(64)
    black = Image.fromarray(np.dstack([np.zeros((64, 64, 3), np.uint8), opacity]))
    by_palette = gray(ring(64, ink=0, paper=255)).convert("P")
    assert np.array_equal(photo_in(picture(black))[..., 3], opacity)
    assert photo_in(picture(by_palette, transparency=255))[0, 0, 3] == 0


def test_of_an_animation_the_first_picture_is_taken():
    frames = [gray(np.full((32, 32), value)) for value in (10, 120, 240)]
    moving = picture(frames[0], save_all=True, append_images=frames[1:])
    album = picture(frames[0], "MPO", save_all=True, append_images=frames[1:])  # as phones do
    assert photo_in(moving).max() == 10
    assert photo_in(album).max() <= 12


def test_exif_data_that_cannot_be_read_do_no_harm():
    data = picture(Image.fromarray(CORNERS), exif=with_orientation(6))
    position = data.index(b"eXIf")
    length = struct.unpack(">I", data[position - 4 : position])[0]
    broken = png_chunk(b"eXIf", b"MM\x00*" + b"\xff" * (length - 4))
    pixels = read_photo(with_bytes(data, position - 4, broken))
    assert np.array_equal(pixels, CORNERS)


#: What is wrong → the content, and what the sentence says, as a pattern.
REFUSED = {
    "empty": (b"", "picture is empty"),
    "too many bytes": (bytes(MAX_PHOTO_BYTES + 1), "has 20 MB; accepted are 20 MB"),
    "one byte": (b"P", "cannot be read; accepted are PNG and JPEG"),
    "a text": (b"seven", "cannot be read"),
    "a program": (EXE, "cannot be read"),
    "an archive": (GOOD_ZIP, "cannot be read"),
    "a GIF": (picture(gray(ring(20)), "GIF"), "cannot be read"),
    "a phone's own format": (b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC .* PNG and JPEG"),
    "cut off": (GOOD_PNG[:60], "cannot be read"),
    "a JPEG cut off": (picture(gray(shades()), "JPEG")[:-200], "cannot be read"),
    "altered": (with_bytes(GOOD_PNG, 50, b"\x00\xff\x00\xff"), "cannot be read"),
    "too small": (picture(gray(ring(15))), "15x15 pixels; accepted are sides of 16"),
    "a strip": (picture(gray(np.zeros((16, 161)))), "161x16 pixels"),
    "10000x10000 announced": (png_of_size(10_000, 10_000), "too many pixels.* 51 million"),
    "30000x30000 announced": (png_of_size(30_000, 30_000), "too many pixels"),
    "10000x10000 packed": (bomb(10_000, 10_000), "too many pixels"),
    "less than announced": (png_of_size(4000, 3000), "cannot be read"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_picture_costs_one_sentence(case):
    data, sentence = REFUSED[case]
    with pytest.raises(DataError, match=sentence) as refusal:
        photo_in(data)
    assert str(refusal.value).count(". ") == 0
    assert str(refusal.value).endswith(".")
