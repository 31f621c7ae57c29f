"""Where the ink of an image lies, and the resampling that brings it where it should lie.

Coordinates are in pixels, x to the right and y down, the middle of pixel i at i.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import ndimage

from logreg_core.scans import SIDE

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    FloatImage = npt.NDArray[np.float32]

MIDDLE: Final = (SIDE - 1) / 2

_LARGEST_SLANT: Final = 0.6  # a 7 has a slant by its moments too: beyond this it is no handwriting
_LONG_SIDE: Final = 17.0  # px; strokes reach a little beyond 2σ from the middle, still inside 20
_ASPECT_POWER: Final = 0.2  # narrow digits widen, but a 1 stays narrower than a 0
# A side is drawn out along a parabola. With up to this share of unevenness, it first turns back
# two half sides from the middle, which is about where the frame ends.
_MOST_UNEVEN: Final = 0.25
_PIXEL_VARIANCE: Final = 1 / 12  # of a uniform density one pixel wide: nothing is thinner
# px around a scan before its splines are fitted: what is beyond weighs 0.27^6 < 0.001 of a pixel
_PAPER: Final = 6


@dataclass(frozen=True)
class Shape:
    """Where the ink of each of m images lies, by its moments; every array is (m,).

    Parameters
    ----------
    x, y : ndarray of float64
        Centre of mass, in pixels.
    slant : ndarray of float64
        Pixels to the right for each pixel down.
    left, right, above, below : ndarray of float64
        How far the ink reaches on that side of its centre, once the slant is out:
        2σ in pixels, σ² the mean square of the distances there.
    """

    x: FloatArray
    y: FloatArray
    slant: FloatArray
    left: FloatArray
    right: FloatArray
    above: FloatArray
    below: FloatArray


def shape_of(images: npt.NDArray[Any], *, upright: bool = True) -> Shape:
    """Measure images of any size.

    Parameters
    ----------
    images : ndarray of shape (m, height, width)
        Paper 0, ink 1. Overshoot below paper has no mass.
    upright : bool
        Whether the slant is to be taken out; else it is 0, and the sides are those of
        the leaning ink.

    Returns
    -------
    Shape
        Of a blank image: the middle, no slant, and as thin as can be.

    Examples
    --------
    >>> image = np.zeros((1, 20, 20))
    >>> image[0, 4:10, 3:5] = 1
    >>> shape = shape_of(image)
    >>> shape.x, shape.y, shape.slant
    (array([3.5]), array([6.5]), array([0.]))
    """
    ink = np.maximum(images, 0).astype(np.float64)
    rows, columns = np.arange(ink.shape[1]), np.arange(ink.shape[2])
    by_row, by_column = ink.sum(axis=2), ink.sum(axis=1)  # (m, height) and (m, width)
    y, x = _mean(rows, by_row), _mean(columns, by_column)
    dy, dx = rows - y[:, None], columns - x[:, None]
    # Of each row, how far to the right its ink lies: one small product instead of a large one.
    lean = (ink * dx[:, None, :]).sum(axis=2)
    covariance = (lean * dy).sum(axis=1) / _mass(by_row)
    variance = np.maximum((by_row * dy**2).sum(axis=1) / _mass(by_row), _PIXEL_VARIANCE)
    most = _LARGEST_SLANT if upright else 0.0
    slant = (covariance / variance).clip(-most, most)
    sheared = dx[:, None, :] - (slant[:, None] * dy)[:, :, None]  # (m, height, width)
    flat = (len(ink), ink.shape[1] * ink.shape[2])
    left, right = _reach(ink.reshape(flat), sheared.reshape(flat))
    above, below = _reach(by_row, dy)
    return Shape(x, y, slant, left, right, above, below)


def centred_places(shape: Shape) -> FloatArray:
    """Where to look in a scan for each pixel, so that the mass comes to the middle.

    Returns
    -------
    ndarray of shape (m, 2, 20, 20)
        The y, then the x in the scan.
    """
    offsets = np.broadcast_to(np.arange(SIDE) - MIDDLE, (len(shape.x), SIDE))
    return _places(shape, offsets, offsets, slant=np.zeros_like(shape.slant))


def upright_places(shape: Shape) -> FloatArray:
    """Where to look for each pixel, so that the slant is out and the mass stays where it is.

    Returns
    -------
    ndarray of shape (m, 2, 20, 20)
        The y, then the x in the scan.
    """
    dy, dx = (np.arange(SIDE) - middle[:, None] for middle in (shape.y, shape.x))
    return _places(shape, dy, dx, shape.slant)


def evened_places(shape: Shape) -> FloatArray:
    """Where to look for each pixel, so that slant, size, proportions and sides even out.

    The mass comes to the middle, and ink reaches as far to the left as to the
    right, and as far up as down: 2σ on either side come to half the side that is
    wanted, 17 pixels along the longer one and 17 r^0.2 along the other, r being
    short over long. Between, places follow a parabola through the centre.

    Returns
    -------
    ndarray of shape (m, 2, 20, 20)
        The y, then the x in the scan.

    References
    ----------
    C.-L. Liu, K. Nakashima, H. Sako and H. Fujisawa, Handwritten digit recognition:
    investigation of normalization and feature extraction techniques, Pattern
    Recognition 37, 2004, for moments, bi-moments and the aspect's power.
    """
    width, height = shape.left + shape.right, shape.above + shape.below
    longest = np.maximum(width, height)
    wanted_x, wanted_y = (
        _LONG_SIDE * (side / longest) ** _ASPECT_POWER for side in (width, height)
    )
    dx = _drawn_out(shape.left, shape.right, wanted_x)
    dy = _drawn_out(shape.above, shape.below, wanted_y)
    return _places(shape, dy, dx, shape.slant)


def sampled(scans: FloatImage, places: FloatArray) -> FloatImage:
    """Look the places up in the scans, by cubic splines; beyond a scan is paper.

    Parameters
    ----------
    scans : ndarray of shape (m, height, width), float32
    places : ndarray of shape (m, 2, 20, 20)

    Returns
    -------
    ndarray of shape (m, 20, 20), float32
    """
    splines = np.pad(scans, ((0, 0), (_PAPER, _PAPER), (_PAPER, _PAPER)))
    for axis in (1, 2):  # all scans at once, which SciPy would otherwise fit one by one
        ndimage.spline_filter1d(splines, 3, axis=axis, mode="mirror", output=splines)
    looked_up = np.empty((len(scans), SIDE, SIDE), dtype=np.float32)
    for spline, place, out in zip(splines, places + _PAPER, looked_up, strict=True):
        ndimage.map_coordinates(
            spline, place, output=out, order=3, mode="constant", prefilter=False
        )
    return looked_up


def _mass(profile: FloatArray) -> FloatArray:
    """Total ink, (m,), or 1 where there is none, so that its moments are 0."""
    total = profile.sum(axis=1)
    return np.where(total == 0, 1, total)


def _mean(positions: npt.NDArray[np.int_], profile: FloatArray) -> FloatArray:
    """Where the ink is on average, (m,); the middle where there is none."""
    middle = (len(positions) - 1) / 2
    return middle + (profile * (positions - middle)).sum(axis=1) / _mass(profile)


def _reach(ink: FloatArray, distances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Twice the root of the mean squared distance, before and beyond 0, both (m,)."""
    before, beyond = (
        (ink * within * distances**2).sum(axis=1) / _mass(ink * within)
        for within in (distances < 0, distances > 0)
    )
    return (
        2 * np.sqrt(np.maximum(before, _PIXEL_VARIANCE)),
        2 * np.sqrt(np.maximum(beyond, _PIXEL_VARIANCE)),
    )


def _drawn_out(before: FloatArray, beyond: FloatArray, wanted: FloatArray) -> FloatArray:
    """From the prepared image's offsets to the scan's, (m, 20): ±wanted/2 to −before, +beyond."""
    half = (before + beyond)[:, None] / 2
    uneven = ((beyond - before) / (beyond + before)).clip(-_MOST_UNEVEN, _MOST_UNEVEN)
    u = (np.arange(SIDE) - MIDDLE) / (wanted[:, None] / 2)
    return np.asarray(half * (u + uneven[:, None] * u**2))


def _places(shape: Shape, dy: FloatArray, dx: FloatArray, slant: FloatArray) -> FloatArray:
    """Offsets from the centre, both (m, 20), as places in the scan, sheared by the slant."""
    places = np.empty((len(shape.x), 2, SIDE, SIDE))
    places[:, 0] = (shape.y[:, None] + dy)[:, :, None]
    places[:, 1] = (shape.x[:, None] + slant[:, None] * dy)[:, :, None] + dx[:, None, :]
    return places
