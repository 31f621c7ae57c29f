"""Scans of any size, brought to the 20x20 pixels that everything here works on.

It needs next to nothing, so that the process that reads uploads starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from logreg_core.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

SIDE: Final = 20
PIXELS: Final = SIDE * SIDE

#: Of a drawing that is kept as it was drawn, beside the scans that are made of it.
DRAWING_SIDE: Final = 128

# Scans resized in one go: 5000 of 28x28 are 16 MB, so that the whole of MNIST
# never stands in memory at its old size as float32 (188 MB).
_RESIZED_AT_ONCE: Final = 5000


def resized_to_20x20(images: npt.NDArray[Any], *, full_ink: int = 1) -> npt.NDArray[np.float32]:
    """Bring square scans of any size to 20x20 by antialiased bicubic resampling.

    The whole frame is resized, as the course's data was made from MNIST. The
    kernel overshoots at sharp edges: values a little below 0 and above 1 stay.

    Parameters
    ----------
    images : ndarray of shape (m, side, side)
        Paper 0, ink `full_ink`.
    full_ink : int
        The value that becomes 1, such as 255.

    Returns
    -------
    ndarray of shape (m, 20, 20), float32
        To the last bit what Pillow's ``resize`` makes of each image alone.

    Examples
    --------
    >>> resized_to_20x20(np.ones((2, 8, 8))).shape
    (2, 20, 20)
    """
    resized = np.empty((len(images), SIDE, SIDE), dtype=np.float32)
    for start in range(0, len(images), _RESIZED_AT_ONCE):
        batch = slice(start, start + _RESIZED_AT_ONCE)
        scaled = images[batch] / np.float32(full_ink)
        resized[batch] = _resized_along_rows(_resized_along_rows(scaled))
    return resized


def checked_scans(images: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return scans as float32, themselves where they are that already.

    Raises
    ------
    DataError
        If the shape is not (m, 20, 20) or a pixel is not a finite number.
    """
    scans = np.asarray(images)
    if scans.ndim != 3 or scans.shape[1:] != (SIDE, SIDE) or scans.dtype.kind not in "buif":
        raise DataError(
            f"Images of shape {scans.shape} and type {scans.dtype} were given; "
            "accepted are numbers of shape (m, 20, 20)."
        )
    scans = scans.astype(np.float32, copy=False)
    if not np.isfinite(scans).all():
        raise DataError("A pixel is not a finite number; accepted are paper 0 to ink 1.")
    return scans


def _resized_along_rows(images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Bring each row of the images, (m, rows, n), to 20 pixels; (m, 20, rows), transposed.

    Pillow resizes along rows, then along columns, and both passes compute alike.
    So all rows of all images, stacked as one tall picture, go through Pillow at
    once; transposed, the second call does the columns and turns all back upright.
    """
    m, rows, n = images.shape
    tall = np.ascontiguousarray(images.reshape(m * rows, n), dtype=np.float32)
    picture = Image.fromarray(tall).resize((SIDE, m * rows), Image.Resampling.BICUBIC)
    return np.asarray(picture).reshape(m, rows, SIDE).transpose(0, 2, 1)
