"""The light of a photograph: how light each pixel is, and whether its ink is dark or light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image
from scipy import ndimage

from logreg_core.ink import frame_of

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]

_WORKING_SIDE: Final = 720  # px of the longer side; a digit that takes a tenth of it has 72
_SMALLEST_WORKING_SIDE: Final = 240
_SCAN_SIDE: Final = 64  # up to here it is a scan, whose digit may touch the frame
_GRAIN: Final = 0.7  # px, σ of a Gaussian that takes the worst of the noise away

# Whether a picture is of chalk on a board is told from a small copy. Where its frame is of one
# colour, that is the paper's; else by its middle alone: at the edge of the paper there is much
# that is lighter than its surroundings.
_GLANCE_SIDE: Final = 64
_GLANCE_WINDOW: Final = 17
_SAME_COLOUR: Final = 0.03  # of full light, for nearly all of the frame
_SIMILAR_COLOUR: Final = 0.1  # for most of the picture
_MIDDLE: Final = 0.2  # of either side, σ·√2 of a Gaussian
_GLARE: Final = 0.05  # of the logarithm of light; less is noise
_CLEARLY_LIGHTER: Final = 2.0  # than darker things: most pictures are of ink on paper
_LEAST_LIGHTER: Final = 0.005  # of that logarithm in the mean: something is there


def brightness_of(pixels: npt.NDArray[np.uint8]) -> FloatImage:
    """How light each pixel of a picture is, at a size to work with.

    Parameters
    ----------
    pixels : ndarray of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Grey, RGB or RGBA.

    Returns
    -------
    ndarray of shape (height, width), float32
        0 to 1; the longer side has 240 to 720 pixels. A scan gets paper around it.

    Examples
    --------
    >>> brightness_of(np.full((3000, 1500), 255, dtype=np.uint8)).shape
    (720, 360)
    """
    picture = _on_paper(Image.fromarray(np.ascontiguousarray(pixels)))
    if max(picture.size) <= _SCAN_SIDE:
        picture = _with_room(picture)
    longer = max(picture.size)
    if longer > _WORKING_SIDE:
        picture = picture.resize(sides(picture, _WORKING_SIDE), Image.Resampling.BOX)
    elif longer < _SMALLEST_WORKING_SIDE:
        picture = picture.resize(sides(picture, _SMALLEST_WORKING_SIDE), Image.Resampling.BICUBIC)
    brightness = np.asarray(picture, dtype=np.float32) / 255
    return np.asarray(ndimage.gaussian_filter(brightness, _GRAIN))


def is_light_on_dark(brightness: FloatImage) -> bool:
    """Whether a picture is of chalk on a board rather than of ink on paper.

    On paper of one colour it is what is not paper that counts; else whether in the middle
    more is lighter than its surroundings than is darker.

    Parameters
    ----------
    brightness : ndarray of shape (height, width), float32
        As `brightness_of` returns it.

    Examples
    --------
    >>> board = np.full((300, 400), 0.2, dtype=np.float32)
    >>> board[100:200, 190:210] = 0.9
    >>> is_light_on_dark(board), is_light_on_dark(1 - board)
    (True, False)
    """
    picture = Image.fromarray(brightness)
    glance = np.asarray(picture.resize(sides(picture, _GLANCE_SIDE), Image.Resampling.BOX))
    paper = _one_colour(glance)
    if paper is not None:
        return bool(glance.mean() > paper)
    light = np.log(glance.clip(0, 1) + _GLARE)
    more = light - ndimage.median_filter(light, size=_GLANCE_WINDOW, mode="nearest")
    y, x = (np.linspace(-0.5, 0.5, side) / _MIDDLE for side in more.shape)
    near = np.exp(-(y[:, np.newaxis] ** 2) - x**2)
    lighter = (near * (more - _GLARE).clip(0)).sum()
    darker = (near * (-more - _GLARE).clip(0)).sum()
    return bool(lighter > max(_CLEARLY_LIGHTER * darker, _LEAST_LIGHTER * near.sum()))


def sides(picture: Image.Image, longer: int) -> tuple[int, int]:
    """Width and height of a picture once its longer side has so many pixels."""
    scale = longer / max(picture.size)
    return max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)


def _on_paper(picture: Image.Image) -> Image.Image:
    """A picture in grey; if parts of it are transparent, on paper that its ink can be seen on."""
    grey = picture.convert("L")
    if picture.mode != "RGBA":
        return grey
    opacity = picture.getchannel("A")
    weight = np.asarray(opacity, dtype=np.float32) + 1e-6  # all may be transparent
    ink = float(np.average(np.asarray(grey), weights=weight))
    return Image.composite(grey, Image.new("L", grey.size, 255 if ink < 128 else 0), opacity)


def _with_room(scan: Image.Image) -> Image.Image:
    """A scan with paper around it: nothing on it can be the edge of a table."""
    pixels = np.asarray(scan)
    paper = int(np.median(frame_of(pixels)))
    return Image.fromarray(np.pad(pixels, max(pixels.shape) // 4, constant_values=paper))


def _one_colour(glance: FloatImage) -> float | None:
    """The brightness of the frame and of most of the picture; None where there is no such."""
    frame = frame_of(glance)
    colour = float(np.median(frame))
    is_framed = np.mean(np.abs(frame - colour) < _SAME_COLOUR) > 0.9
    is_paper = np.mean(np.abs(glance - colour) < _SIMILAR_COLOUR) > 0.55
    return colour if is_framed and is_paper else None
