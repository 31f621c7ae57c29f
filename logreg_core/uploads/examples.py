"""What every kind of upload must come to: images of 20x20 and a digit for each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.errors import DataError
from logreg_core.scans import SIDE, resized_to_20x20
from logreg_core.uploads.limits import LARGEST_SIDE, MAX_IMAGES, SMALLEST_SIDE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

#: How many images are converted at once: 1000 of 64x64 are 33 MB as float64.
_AT_ONCE: Final = 1000

SIZES: Final = f"{SMALLEST_SIDE}x{SMALLEST_SIDE} to {LARGEST_SIDE}x{LARGEST_SIDE}"


@dataclass(frozen=True, eq=False)
class Examples:
    """Images and labels as a file has them: neither turned, inverted nor scaled.

    Parameters
    ----------
    images : ndarray of shape (m, 20, 20), float32
        Resized where the file's are larger or smaller, each row of the file's
        numbers laid out row by row.
    labels : ndarray of shape (m,), int64
        0..9.
    side : int
        Pixels of each side in the file; of the largest where they differ.
    lowest, highest : float
        The least and the greatest of the file's numbers.
    paper : float
        The number that stands for paper: the median along the border.
    ink_is_known : bool
        Whether each image is 0 for paper and 1 for ink already, as pictures are.
    drawings : ndarray of shape (m, 128, 128), uint8, optional
        What the images were made of, where the file has it: a visitor's own drawings.
    """

    images: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    side: int
    lowest: float
    highest: float
    paper: float
    ink_is_known: bool = False
    drawings: npt.NDArray[np.uint8] | None = None


def examples_of(
    parts: Iterable[tuple[npt.NDArray[Any], npt.NDArray[Any]]], *, ink_is_known: bool = False
) -> Examples:
    """Bring what a reader found to `Examples`, part by part.

    Parameters
    ----------
    parts : iterable of (pixels, labels)
        pixels (k, side²) or (k, side, side); labels (k,), (k, 1) or (1, k), 0..10, where
        10 is the digit 0. At least one.
    ink_is_known : bool
        See `Examples`.

    Raises
    ------
    DataError
        With one sentence that says what was wrong and what is accepted.
    """
    images, labels, borders, ends, sides = [], [], [], [], []
    for pixels, numbers in parts:
        check_shapes(pixels.shape, numbers.shape)
        side = math.isqrt(math.prod(pixels.shape[1:]))
        sides.append(side)
        labels.append(_digits(numbers.reshape(-1)))
        for start in range(0, len(pixels), _AT_ONCE):
            scans = _finite(pixels[start : start + _AT_ONCE]).reshape(-1, side, side)
            images.append(resized_to_20x20(scans))
            borders.append(_along_the_border(scans))
            ends.append((scans.min(), scans.max()))
    if min(low for low, _ in ends) == max(high for _, high in ends):
        raise DataError("All images are blank: every pixel is the same number.")
    return Examples(
        np.concatenate(images),
        np.concatenate(labels),
        max(sides),
        lowest=float(min(low for low, _ in ends)),
        highest=float(max(high for _, high in ends)),
        paper=float(np.median(np.concatenate(borders))),
        ink_is_known=ink_is_known,
    )


def in_one(
    pixels: npt.NDArray[Any], labels: npt.NDArray[Any]
) -> Iterable[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    """All of a file as the only part."""
    return ((pixels, labels),)


def check_shapes(pixels: tuple[int, ...], labels: tuple[int, ...]) -> None:
    """Raise DataError unless these shapes are m square images and m labels.

    Readers call it with what a header announces, before they read further.
    """
    if len(pixels) not in (2, 3):
        raise DataError(
            f"The images have the shape {pixels}; accepted are m rows of pixels, such as "
            f"{SIDE * SIDE} for {SIDE}x{SIDE}, or m x {SIDE} x {SIDE}."
        )
    m = pixels[0]
    if min(pixels) < 1:
        raise DataError(f"The file has no images (their shape is {pixels}).")
    check_pixels(pixels[1:])
    if m > MAX_IMAGES:
        raise DataError(f"The file has {m:,} images; accepted are {MAX_IMAGES:,} at most.")
    if not labels or math.prod(labels) != max(labels):
        raise DataError(f"The labels have the shape {labels}; accepted is one row or one column.")
    if max(labels) != m:
        raise DataError(f"There are {m} images but {max(labels)} labels; each image needs one.")


def check_pixels(shape: tuple[int, ...]) -> None:
    """Raise DataError unless an image of this shape, (side²,) or (side, side), is a square scan."""
    count = math.prod(shape)
    side = math.isqrt(count)
    square = side * side == count and shape in ((count,), (side, side))
    if square and SMALLEST_SIDE <= side <= LARGEST_SIDE:
        return
    found = f"{shape[0]}x{shape[1]}" if len(shape) == 2 else f"{count}"
    raise DataError(
        f"Each image has {found} pixels; accepted are square scans of {SIZES}, "
        f"such as {SIDE * SIDE} pixels for {SIDE}x{SIDE}."
    )


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


def _finite(pixels: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    if pixels.dtype.kind not in "buif":
        raise DataError("The pixels are no numbers; accepted are 0 to 1, 0 to 16 or 0 to 255.")
    with np.errstate(over="ignore"):  # beyond float32 is inf, which is refused
        scans = pixels.astype(np.float32)
    if not np.isfinite(scans).all():
        raise DataError("A pixel is not a finite number; accepted are 0 to 1, 0 to 16 or 0 to 255.")
    return scans


def _along_the_border(scans: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The median of the outermost pixels of each image, (k,)."""
    border = np.concatenate(
        [scans[:, 0], scans[:, -1], scans[:, 1:-1, 0], scans[:, 1:-1, -1]], axis=1
    )
    medians: npt.NDArray[np.float32] = np.median(border, axis=1)
    return medians
