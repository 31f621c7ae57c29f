"""One .png or .jpg of any shape, as it looks: upright, in 8 bits, no larger than is of use."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageOps

from logreg_core.errors import DataError
from logreg_core.uploads.limits import (
    MAX_PHOTO_PIXELS,
    MOST_TIMES_AS_LONG,
    PHOTO_SIDE,
    SMALLEST_PHOTO_SIDE,
    check_photo_size,
)
from logreg_core.uploads.pictures import PILLOW_RAISES

if TYPE_CHECKING:
    import numpy.typing as npt

# How a phone's own format begins, from the fifth byte on.
_PHONE_FORMATS: Final = (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1", b"ftypavif")


def photo_in(data: bytes) -> npt.NDArray[np.uint8]:
    """Decode a picture here and now, in this process: only if it is trusted.

    Returns
    -------
    ndarray of shape (height, width, 3) or (height, width, 4), uint8
        RGB, or RGBA where parts of it are transparent; the longer side has 1024
        pixels at most. It is turned as its EXIF data say; of an animation it is the
        first frame.

    Raises
    ------
    DataError
        If it is no PNG or JPEG, is damaged, too large or a mere strip.
    MemoryError
        If there is not enough for it: that is no fault of the picture's.
    """
    check_photo_size(len(data))
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            _check_sides(*picture.size)  # by the header: nothing is decoded yet
            return np.asarray(_upright(_reduced(picture)))
    except (DataError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise DataError(_TOO_MANY_PIXELS) from error
    except PILLOW_RAISES as error:
        raise DataError(_unreadable(data)) from error


_TOO_MANY_PIXELS: Final = (
    f"The picture has too many pixels; accepted are {MAX_PHOTO_PIXELS // 1_000_000} million."
)


def _check_sides(width: int, height: int) -> None:
    if width * height > MAX_PHOTO_PIXELS:
        raise DataError(_TOO_MANY_PIXELS)
    shorter, longer = sorted((width, height))
    if shorter < SMALLEST_PHOTO_SIDE or longer > MOST_TIMES_AS_LONG * shorter:
        raise DataError(
            f"The picture has {width}x{height} pixels; accepted are sides of "
            f"{SMALLEST_PHOTO_SIDE} and more, one at most {MOST_TIMES_AS_LONG} times the other."
        )


def _reduced(picture: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA, its longer side 1024 pixels at most."""
    if picture.format == "PNG":  # first, since neither a palette nor 16 bits can be averaged
        picture = _in_bytes(picture)
    # Of a .jpg, only as much is decoded as this size needs.
    picture.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    return picture if picture.mode == "RGBA" else picture.convert("RGB")


def _in_bytes(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # Pillow would cut 0..65535 off at 255
        high = np.asarray(picture) // 256
        return Image.fromarray(high.astype(np.uint8))
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _upright(picture: Image.Image) -> Image.Image:
    """Turn the picture as its EXIF data say; as it is where they say nothing that can be read."""
    with contextlib.suppress(*PILLOW_RAISES):
        return ImageOps.exif_transpose(picture)
    return picture


def _unreadable(data: bytes) -> str:
    if data[4:12].startswith(_PHONE_FORMATS):
        return (
            "The picture is in a phone's own format (HEIC or AVIF); accepted are PNG and JPEG, "
            "as which a phone can share it."
        )
    return "The picture cannot be read; accepted are PNG and JPEG, not damaged."
