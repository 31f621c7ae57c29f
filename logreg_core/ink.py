"""From the pixels of a drawing, in whatever colours, to the ink of one digit."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageChops
from scipy import ndimage

from logreg_core.errors import DataError
from logreg_core.strokes import INSIDE

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]

#: Pixels of each side of a drawing, or of another picture of a digit.
SMALLEST_PICTURE: Final = 8
LARGEST_PICTURE: Final = 4096

_WORKING_SIDE: Final = 480  # larger drawings are reduced first; a canvas never is

_FAINTEST_INK: Final = 0.1  # of the full range; less is paper, not ink
_SPECK: Final = 0.2  # a part this short, beside the longest part, is a slip of the pen
_ROUND_SPECK: Final = 0.5  # likewise, if it is round: no digit has a dot
_ROUND: Final = 0.7  # short side over long, and ink over box; of a circle 1 and 0.79

# Two digits stand apart, both about as high. The parts of one digit overlap from left to right, or
# one of them is low: the bar of a 5 is, and the crossbar of a 7.
_AS_HIGH: Final = 0.6
_LEANINGS: Final = (0.0, -0.4, 0.4)  # px to the right for each px down: of writers who lean

# Width over height. Of 3,000 drawn digits the widest, a 0 that leans, has 1.6.
_WIDEST: Final = 2.2

#: Pixels of a digit's longest side while its strokes are set: 3 to each pixel of 20x20.
DIGIT_SIDE: Final = 64
_MARGIN: Final = 20  # px around it, for the widest stroke that a style accepts
_WHOLE_SIDE: Final = 128  # px of the longest side of a drawing that is not cut out
_FAINT_LINE: Final = 0.8  # of the ink that is left at 64 px; less, and a hairline has broken up


def check_pixels(image: npt.NDArray[np.uint8]) -> None:
    """Raise DataError for what is no picture of a digit, drawn or photographed.

    Parameters
    ----------
    image : ndarray of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Grey, RGB or RGBA; sides of 8 to 4096 pixels.

    Raises
    ------
    DataError
        If it is anything else.

    Examples
    --------
    >>> check_pixels(np.zeros((280, 280, 2), dtype=np.uint8))
    Traceback (most recent call last):
        ...
    logreg_core.errors.DataError: The picture has the shape (280, 280, 2); accepted are ...
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        raise DataError("A picture is an array of whole numbers 0 to 255 (uint8).")
    if image.ndim not in {2, 3} or (image.ndim == 3 and image.shape[2] not in {3, 4}):
        raise DataError(
            f"The picture has the shape {image.shape}; accepted are grey (H, W), "
            "RGB (H, W, 3) and RGBA (H, W, 4)."
        )
    height, width = image.shape[:2]
    if min(height, width) < SMALLEST_PICTURE or max(height, width) > LARGEST_PICTURE:
        raise DataError(
            f"The picture has {width}x{height} pixels; accepted are sides of "
            f"{SMALLEST_PICTURE} to {LARGEST_PICTURE}."
        )


def frame_of(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The pixels on the four sides of a picture, a corner once for each of its sides.

    Parameters
    ----------
    pixels : ndarray of shape (H, W) or (H, W, channels)
        Of any kind.

    Returns
    -------
    ndarray of shape (2 H + 2 W,) or (2 H + 2 W, channels)

    Examples
    --------
    >>> frame_of(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]))
    array([1, 2, 3, 7, 8, 9, 1, 4, 7, 3, 6, 9])
    """
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def ink_of(image: npt.NDArray[np.uint8]) -> FloatImage:
    """How far each pixel is from the paper, 0..1.

    Paper is the colour that most of the border has. Colours are multiplied by
    their alpha, so that a canvas with transparent paper and one with opaque paper
    give the same, and so do a drawing and its negative.

    Parameters
    ----------
    image : ndarray of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Sides of 8 to 4096 pixels.

    Returns
    -------
    ndarray of shape (height, width), float32
        Reduced where a side is longer than 480 pixels.

    Raises
    ------
    DataError
        If there is no ink, or the array is no such image.
    """
    check_pixels(image)
    picture = Image.fromarray(np.ascontiguousarray(image))
    if max(picture.size) > _WORKING_SIDE:
        picture = picture.reduce(math.ceil(max(picture.size) / _WORKING_SIDE))
    if picture.mode == "RGBA":
        picture = picture.convert("RGBa")  # multiplied by alpha
    pixels = np.atleast_3d(np.asarray(picture))  # (height, width, channels)
    colour = tuple(int(value) for value in np.median(frame_of(pixels), axis=0).round())
    # Pillow's channel arithmetic takes a fifteenth of the time of NumPy's on (H, W, 4).
    channels = ImageChops.difference(picture, Image.new(picture.mode, picture.size, colour)).split()
    distance = np.asarray(functools.reduce(ImageChops.lighter, channels), dtype=np.float32)
    strongest = distance.max()
    if strongest < 255 * _FAINTEST_INK:
        raise DataError("Draw a digit first: there is no ink on the paper yet.")
    return np.asarray(distance / strongest, dtype=np.float32)


def one_digit(ink: FloatImage) -> FloatImage:
    """Ink without parts that are too short, or too much like a dot, to belong to the digit.

    Raises
    ------
    DataError
        If there are two digits or more, or the ink is far wider than high.
    """
    parts, _ = ndimage.label(ink >= INSIDE, structure=np.ones((3, 3)))
    boxes = ndimage.find_objects(parts)
    sides = np.array([(y.stop - y.start, x.stop - x.start) for y, x in boxes])  # (parts, 2)
    short, long = sides.min(axis=1), sides.max(axis=1)
    filled = np.bincount(parts.ravel())[1:] / (short * long)
    is_round = (short >= _ROUND * long) & (filled >= _ROUND)
    is_speck = long < np.where(is_round, _ROUND_SPECK, _SPECK) * long.max()
    belongs = np.append(False, ~is_speck)
    if belongs.sum() > 1 and any(_stand_apart(parts * belongs[parts], lean) for lean in _LEANINGS):
        raise DataError("That looks like more than one digit: draw one at a time.")
    digit = np.where(belongs[parts] | (parts == 0), ink, np.float32(0))
    top, bottom, left, right = box_of(digit)
    if right - left > _WIDEST * (bottom - top):
        raise DataError("That is too wide for a digit: draw one digit, upright.")
    return digit


def cropped(ink: FloatImage) -> FloatImage:
    """Cut the digit out, its longest side 64 pixels, with a margin for a wider stroke."""
    top, bottom, left, right = box_of(ink)
    return np.pad(resized(ink[top:bottom, left:right], DIGIT_SIDE), _MARGIN)


def trimmed(cut: FloatImage) -> FloatImage:
    """A digit that was cut out, without the margin."""
    return cut[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN].copy()


def whole(ink: FloatImage) -> FloatImage:
    """The whole drawing, its longest side 128 pixels: place and size of the digit stay."""
    return resized(ink, _WHOLE_SIDE)


def resized(ink: FloatImage, longest: int) -> FloatImage:
    """Bring the longest side to so many pixels; a hairline does not break up.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32
        Paper 0, ink 1, of which there is some.
    longest : int
        Pixels, at least 1.

    Returns
    -------
    ndarray of shape (new height, new width), float32
        Where too much ink would be lost, strokes are widened first.
    """
    small = _reduced(ink, longest)
    kept = (small >= INSIDE).mean() / (ink >= INSIDE).mean()
    if kept >= _FAINT_LINE:
        return small
    return _reduced(ndimage.maximum_filter(ink, size=1 + 2 * max(ink.shape) // longest), longest)


def box_of(ink: FloatImage) -> tuple[int, int, int, int]:
    """First row and the one after the last, first column and the one after the last, with ink."""
    rows, columns = (np.flatnonzero((ink >= INSIDE).any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _stand_apart(parts: npt.NDArray[np.int_], lean: float) -> bool:
    """Whether labelled parts, sheared upright, stand in columns of which two are about as high."""
    heights = sorted(_heights_of_columns(parts, lean))
    return len(heights) > 1 and heights[-2] >= _AS_HIGH * heights[-1]


def _heights_of_columns(parts: npt.NDArray[np.int_], lean: float) -> list[float]:
    """Of the groups of parts that have a gap from top to bottom between them."""
    y, x = np.nonzero(parts)
    label = parts[y, x]
    labels = np.unique(label)
    left, right, top, bottom = (
        extreme(place, label, labels)
        for place in (x - lean * y, y)
        for extreme in (ndimage.minimum, ndimage.maximum)
    )
    columns: list[list[float]] = []  # top and bottom of each, from left to right
    reached = -math.inf
    for part in np.argsort(left):
        if left[part] > reached:
            columns.append([top[part], bottom[part]])
        columns[-1] = [min(columns[-1][0], top[part]), max(columns[-1][1], bottom[part])]
        reached = max(reached, right[part])
    return [low - high + 1 for high, low in columns]


def _reduced(ink: FloatImage, longest: int) -> FloatImage:
    scale = longest / max(ink.shape)
    height, width = (max(round(side * scale), 1) for side in ink.shape)
    picture = Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(picture, dtype=np.float32)
