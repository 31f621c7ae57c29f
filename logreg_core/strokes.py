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

# Longest side over stroke width. A filled circle has 1.5; of 3,000 digits drawn with thick pens,
# the one that filled most of its holes, an 8, had 3.0.
_DOT: Final = 2.75

# Scans of 20x20, evened. Tuned on pen strokes: wider and thinner strokes, softer and harder edges,
# and stronger smoothing were all read worse.
_HALF_WIDTH: Final = 1.35  # px, of every digit afterwards
_EDGE: Final = 2.0  # how much steeper an edge becomes than it was
_SMOOTHED: Final = 0.4  # px, σ of a Gaussian: steps of single pixels are no outline
_HALVINGS: Final = 7  # of the range of levels, to a hundredth of the ink
_LOWEST: Final = 0.5 / _EDGE  # of the levels: from here on paper stays white
_BELOW_INK: Final = 0.1  # the highest level is so far below the darkest ink

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
    # In the middle between four pixels, so that the mirror image has the same outline.
    down = np.diff(padded[:, :, :-1] + padded[:, :, 1:], axis=1) / 2
    right = np.diff(padded[:, :-1] + padded[:, 1:], axis=2) / 2
    return np.asarray(np.hypot(down, right).sum(axis=(1, 2)))


def evened_strokes(scans: FloatImage) -> FloatImage:
    """Make the strokes of all scans 2.7 pixels wide, on average over each digit.

    The outline of a stroke is where its grey passes a level. A lower level lies
    further out, so that the strokes become wider; for each scan the level is
    searched at which its ink over its outline, half the stroke's width, is 1.35,
    or comes as near to it as the grey at its edges lets it.

    Parameters
    ----------
    scans : ndarray of shape (m, 20, 20), float32
        Paper 0, ink 1, centred and as large as they are to be.

    Returns
    -------
    ndarray of shape (m, 20, 20), float32
        From 0 to 1; a blank scan stays blank.

    Examples
    --------
    >>> thin, wide = np.zeros((2, 20, 20), dtype=np.float32)
    >>> thin[4:16, 9:11] = wide[4:16, 7:13] = 1
    >>> drawn = np.stack([thin, wide])
    >>> [round(float(each[10].sum()), 1) for each in drawn]
    [2.0, 6.0]
    >>> [round(float(each[10].sum()), 1) for each in evened_strokes(drawn)]
    [2.2, 4.1]
    """
    smooth = ndimage.gaussian_filter(scans, _SMOOTHED, axes=(1, 2), mode="constant")
    darkest = smooth.max(axis=(1, 2), initial=0)
    low, high = np.full_like(darkest, _LOWEST), np.maximum(darkest - _BELOW_INK, _LOWEST)
    for _ in range(_HALVINGS):
        level = (low + high) / 2
        ink = _above(smooth, level)
        # Of an outline that is nowhere, the strokes are not too wide.
        is_wide = ink.sum(axis=(1, 2)) > _HALF_WIDTH * outline(ink)
        low, high = np.where(is_wide, level, low), np.where(is_wide, high, level)
    return _above(smooth, (low + high) / 2)


def _above(images: FloatImage, level: npt.NDArray[np.float32]) -> FloatImage:
    """Ink where the grey is above a level of each image, (m,), with a steep soft edge."""
    return ((images - level[:, None, None]) * np.float32(_EDGE) + np.float32(0.5)).clip(0, 1)


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
    """
    depth = _depth(ink)
    drawn = _half_width(depth)
    line = longest - 2 * drawn  # longest side of the stroke's middle line
    wanted = half_width * line / (1 - 2 * half_width)
    moved = max(wanted - drawn, 0.5 - depth.max())  # something is always left
    return np.asarray((depth + moved + 0.5).clip(0, 1), dtype=np.float32)


def check_no_dot(ink: FloatImage, longest: float) -> None:
    """Refuse what is hardly longer than its stroke is wide.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32
        See `with_half_width`.
    longest : float
        Its longest side in pixels.

    Raises
    ------
    DataError
        In a sentence.
    """
    if _DOT * 2 * _half_width(_depth(ink)) > longest:
        raise DataError("That is a dot, not a digit: draw with a longer line.")


def _depth(ink: FloatImage) -> npt.NDArray[Any]:
    """How far the middle of each pixel is inside the stroke; negative outside."""
    inside = ink >= INSIDE
    # A pixel beside the edge has its middle half a pixel from it.
    return np.where(
        inside,
        ndimage.distance_transform_edt(inside) - 0.5,
        0.5 - ndimage.distance_transform_edt(~inside),
    )


def _half_width(depth: npt.NDArray[Any]) -> float:
    """Of a stroke: on average, its pixels are half as deep."""
    return 2 * float(depth[depth > 0].mean())
