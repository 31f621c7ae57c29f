""".png and .jpg: one picture, or a .zip of them in a folder for each digit."""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, UnidentifiedImageError

from logreg_core.errors import DataError
from logreg_core.uploads.archive import files_in, first_bytes, opened
from logreg_core.uploads.examples import SIZES, Examples, examples_of, in_one
from logreg_core.uploads.limits import (
    LARGEST_SIDE,
    MAX_PICTURE_BYTES,
    MAX_PICTURES,
    PICTURES,
    SMALLEST_SIDE,
)

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    import numpy.typing as npt

# A digit, and not the beginning of a longer number.
_LABEL = re.compile(r"[0-9](?![0-9])")

# What Pillow raises on pictures cut off or altered.
PILLOW_RAISES = (
    Image.DecompressionBombError,
    UnidentifiedImageError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def read_picture(data: bytes, filename: str) -> Examples:
    """Read one picture; its file's name begins with the digit, as in 7_mine.png.

    Raises
    ------
    DataError
        If the name does not begin with a digit, or the picture cannot be used.
    """
    label = _LABEL.match(filename)
    if label is None:
        raise DataError(
            "The picture's file name does not say which digit it shows; "
            "accepted is a name that begins with it, as in 7_mine.png."
        )
    ink = _decoded(data, "The picture")[np.newaxis]
    return examples_of(in_one(ink, np.array([int(label[0])])), ink_is_known=True)


def read_zip(data: bytes) -> Examples:
    """Read the pictures in an archive; the folder's name is the digit, as in 7/mine.png.

    Other files are passed over.

    Raises
    ------
    DataError
        If the archive or a picture cannot be used, or a folder is no digit.
    """
    with opened(data) as archive:
        members = [member for member in files_in(archive) if _suffix(member) in PICTURES]
        if not members:
            raise DataError(
                "The archive has no pictures; accepted are PNG and JPEG, "
                "in a folder for each digit, as in 7/mine.png."
            )
        if len(members) > MAX_PICTURES:
            raise DataError(
                f"The archive has {len(members)} pictures; accepted are {MAX_PICTURES} at most."
            )
        return examples_of(_labelled(archive, members), ink_is_known=True)


def _labelled(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]]:
    """Yield each picture, (1, side, side), and its digit, (1,)."""
    digits = [_folder_digit(member) for member in members]  # all, before the first is unpacked
    for member, digit in zip(members, digits, strict=True):
        data = first_bytes(archive, member, MAX_PICTURE_BYTES + 1)
        yield _decoded(data, _quoted(member))[np.newaxis], np.array([digit])


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _quoted(member: zipfile.ZipInfo) -> str:
    """Name a member in a sentence; its name is the visitor's, so it is cut and escaped."""
    return f"The picture {member.filename[-40:]!a}"


def _folder_digit(member: zipfile.ZipInfo) -> int:
    folder = PurePosixPath(member.filename.replace("\\", "/")).parent.name
    if not re.fullmatch(r"[0-9]", folder):
        raise DataError(
            f"{_quoted(member)} is in no folder named after a digit; "
            "accepted are the folders 0 to 9, as in 7/mine.png."
        )
    return int(folder)


def _decoded(data: bytes, name: str) -> npt.NDArray[np.float32]:
    """Decode a picture to (side, side), paper 0 and ink 1."""
    if len(data) > MAX_PICTURE_BYTES:
        raise DataError(f"{name} has more than {MAX_PICTURE_BYTES // 1_000_000} MB.")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            _check_size(picture.size, name)  # by the header: nothing is decoded yet
            return _ink(picture)
    except DataError:
        raise
    except PILLOW_RAISES as error:
        raise DataError(
            f"{name} cannot be read; accepted are PNG and JPEG, not damaged."
        ) from error


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width != height or not SMALLEST_SIDE <= width <= LARGEST_SIDE:
        raise DataError(
            f"{name} has {width}x{height} pixels; accepted are square pictures of {SIZES}."
        )


def _ink(picture: Image.Image) -> npt.NDArray[np.float32]:
    """Return how much ink each pixel has, (side, side), whatever stands for ink."""
    if picture.has_transparency_data:
        opacity = _as_fraction(picture.convert("RGBA").getchannel("A"), 255)
        if opacity.min() < 0.5:  # transparent paper, so what is opaque is ink
            return opacity
    if picture.mode.startswith("I;16"):  # Pillow would cut 0..65535 off at 255
        brightness = _as_fraction(picture, 65535)
    else:
        brightness = _as_fraction(picture.convert("L"), 255)
    border = np.concatenate([brightness[[0, -1]].ravel(), brightness[:, [0, -1]].ravel()])
    dark_on_light = bool(np.median(border) > 0.5)
    return np.float32(1) - brightness if dark_on_light else brightness


def _as_fraction(channel: Image.Image, full: int) -> npt.NDArray[np.float32]:
    values: npt.NDArray[np.float32] = np.asarray(channel, dtype=np.float32)
    return values / np.float32(full)
