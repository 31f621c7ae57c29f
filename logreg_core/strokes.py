"""How wide the strokes of a digit are, and strokes of another width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import ndimage

from logreg_core.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]

#: From here on a pixel is inside the stroke.
INSIDE: Final = 0.5

_DOT: Final = 2.0  # longest side over stroke width; a filled circle has 1.5, the shortest 1 3

# Grey that the outline is drawn through. Unlike that of the whole range, the total variation of
# this band hardly shrinks when a scan is blurred.
_BAND: Final = (0.2, 0.6)


def outline(images: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Length of the line around the ink in pixels, (m,): ink over it is half the stroke's width.

    The total variation of a band of grey (coarea formula).

    Parameters
    ----------
    images : ndarray of shape (m, height, width)
        Paper 0, ink 1.

    Examples
    --------
    >>> bar = np.zeros((1, 20, 20))
    >>> bar[0, 5:15, 8:10] = 1
    >>> outline(bar).round()
    array([23.])
    """
    low, high = _BAND
    band = ((images - low) / (high - low)).clip(0, 1)
    padded = np.pad(band, ((0, 0), (1, 1), (1, 1)))
    down, right = np.diff(padded, axis=1)[:, :, :-1], np.diff(padded, axis=2)[:, :-1, :]
    return np.asarray(np.hypot(down, right).sum(axis=(1, 2)))


def with_half_width(ink: FloatImage, longest: float, half_width: float) -> FloatImage:
    """Make the strokes of a drawing thicker or thinner.

    Inside a stroke of half-width w the distance to its edge is w/2 on average.
    Moving the edge outwards by d adds d to w and 2d to the longest side.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32
        One digit, large enough that its strokes are several pixels wide.
    longest : float
        Its longest side in pixels.
    half_width : float
        Wanted, over the longest side that the digit then has.

    Returns
    -------
    ndarray of shape (height, width), float32

    Raises
    ------
    DataError
        If the digit is hardly longer than its stroke is wide.
    """
    inside = ink >= INSIDE
    # A pixel beside the edge has its middle half a pixel from it.
    depth = np.where(
        inside,
        ndimage.distance_transform_edt(inside) - 0.5,
        0.5 - ndimage.distance_transform_edt(~inside),
    )
    drawn = 2 * depth[inside].mean()
    if _DOT * 2 * drawn > longest:
        raise DataError("That is a dot, not a digit: draw with a longer line.")
    line = longest - 2 * drawn  # longest side of the stroke's middle line
    wanted = half_width * line / (1 - 2 * half_width)
    moved = max(wanted - drawn, 0.5 - depth.max())  # something is always left
    return np.asarray((depth + moved + 0.5).clip(0, 1), dtype=np.float32)
