"""What every kind of upload must come to: 400 pixels and a digit for each image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from logreg_core.dataset import Dataset
from logreg_core.errors import DataError
from logreg_core.scans import PIXELS, SIDE

if TYPE_CHECKING:
    import numpy.typing as npt

# Beyond it the pixels must be meant as 0..255: a resampled scan overshoots 1 by 0.2.
_BRIGHTEST_INK = 2
_FULL_SCALE = 255

# What a resampled scan may reach beyond paper 0 and ink 1, with room to spare.
_OVERSHOOT = 0.5


@dataclass(frozen=True)
class Examples:
    """Images and labels as a file has them, upright but not yet checked.

    Parameters
    ----------
    pixels : ndarray of shape (m, 400), row by row, or (m, 20, 20)
        0..1 or 0..255, ink bright.
    labels : ndarray of shape (m,), (m, 1) or (1, m)
        0..10, where 10 is the digit 0.
    """

    pixels: npt.NDArray[Any]
    labels: npt.NDArray[Any]


def dataset_of(examples: Examples, name: str) -> Dataset:
    """Check what a reader found and make it a Dataset.

    Raises
    ------
    DataError
        With one sentence that says what was wrong and what is accepted.
    """
    check_shapes(examples.pixels.shape, examples.labels.shape)
    labels = _digits(examples.labels.reshape(-1))
    images = _scaled(examples.pixels.reshape(-1, SIDE, SIDE))
    return Dataset(images, labels, name)


def check_shapes(pixels: tuple[int, ...], labels: tuple[int, ...]) -> None:
    """Raise DataError unless these shapes are m images and m labels.

    Readers call it with what a header announces, before they read further.
    """
    if len(pixels) not in (2, 3):
        raise DataError(
            f"The images have the shape {pixels}; "
            f"accepted are m rows of {PIXELS} pixels, or m x {SIDE} x {SIDE}."
        )
    m = pixels[0]
    if min(pixels) < 1:
        raise DataError(f"The file has no images (their shape is {pixels}).")
    if pixels[1:] not in ((PIXELS,), (SIDE, SIDE)):
        raise DataError(
            f"Each image has {math.prod(pixels[1:])} pixels; "
            f"accepted are {PIXELS}, a scan of {SIDE}x{SIDE}."
        )
    if not labels or math.prod(labels) != max(labels):
        raise DataError(f"The labels have the shape {labels}; accepted is one row or one column.")
    if max(labels) != m:
        raise DataError(f"There are {m} images but {max(labels)} labels; each image needs one.")


def _digits(labels: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Labels 0..10 as digits 0..9: Octave counts from 1, so the course calls a zero 10."""
    if labels.dtype.kind not in "buif":
        raise DataError("The labels are no numbers; accepted are the digits 0 to 9, and 10 for 0.")
    whole = np.isfinite(labels) & (labels == np.floor(labels))
    if not whole.all():
        raise DataError(
            f"The label {labels[~whole][0]:g} is no whole number; "
            "accepted are the digits 0 to 9, and 10 for 0."
        )
    outside = (labels < 0) | (labels > 10)
    if outside.any():
        raise DataError(
            f"The label {labels[outside][0]:g} is no digit; accepted are 0 to 9, and 10 for 0."
        )
    return labels.astype(np.int64) % 10


def _scaled(images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Bring pixels of 0..255 to 0..1; those of 0..1 stay as they are."""
    if images.dtype.kind not in "buif":
        raise DataError("The pixels are no numbers; accepted are 0 to 1 or 0 to 255.")
    if not np.isfinite(images).all():
        raise DataError("A pixel is not a finite number; accepted are 0 to 1 or 0 to 255.")
    lowest, highest = float(images.min()), float(images.max())
    full_scale = _FULL_SCALE if highest > _BRIGHTEST_INK else 1
    if min(lowest, full_scale - highest) < -_OVERSHOOT * full_scale:
        raise DataError(
            f"The pixels run from {lowest:g} to {highest:g}; accepted are 0 to 1 or 0 to 255."
        )
    scaled = images.astype(np.float32)
    scaled /= np.float32(full_scale)
    return scaled
