"""One way for every image to reach θ: scans and drawings are brought to the same look.

A linear model compares pixel with pixel, so the same digit drawn elsewhere,
slanted or with a thicker pen is another digit to it. `prepare_images` takes
place, slant and proportions out of scans of 20x20. A drawing of any size is
first made to look like such a scan, then goes through that same function.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image
from scipy import ndimage

from logreg_core.drawing_style import BUNDLED_STYLE, DrawingStyle
from logreg_core.errors import DataError
from logreg_core.ink import box_of, cropped, ink_of, one_digit, trimmed, whole
from logreg_core.scans import SIDE, checked_scans
from logreg_core.shape import (
    centred_places,
    evened_places,
    sampled,
    shape_of,
    upright_places,
)
from logreg_core.strokes import check_no_dot, evened_strokes, with_half_width

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]

#: Pixels as they are; mass centre in the middle; slant, size and proportions as well.
PREPARATIONS: Final = ("none", "centred", "full")

#: Of the recipe of "full": θ that was learnt from images as another one prepares them reads
#: these a little wrong. The second evens the strokes too.
FULL_RECIPE: Final = 2

#: What a drawing can be spared on its way, to see what it is good for.
STAGES: Final = ("crop", "stroke", "slant", "evening")

# θ learns single pixels, and no drawing matches a scan to the pixel. Softened alike, they agree
# better. Less reads scans better, and drawings worse; more reads neither better.
_SOFTNESS: Final = 0.5  # px, σ of a Gaussian
_GAMMA: Final = 0.7  # below 1, grey counts for more: a stroke a little aside is not as good as none

# Scans whose places are held at once: 1000 take 6 MB, all of MNIST would take 400.
_PREPARED_AT_ONCE: Final = 1000


@dataclass(frozen=True, eq=False)
class DrawingStep:
    """One step on the way from a drawing to what the model sees.

    Parameters
    ----------
    name : str
        A word or two, as a caption.
    explanation : str
        One sentence for the visitor: what was done, and why.
    image : ndarray of shape (height, width), float32
        Paper 0, ink 1; read-only. The last step's is (20, 20).
    stage : str, optional
        The name in `STAGES` by which it can be left out.
    """

    name: str
    explanation: str
    image: FloatImage
    stage: str | None = None


def prepare_images(images: npt.NDArray[Any], preparation: str) -> FloatImage:
    """Bring scans to the look that θ is trained on.

    "centred" moves the centre of mass to the middle. "full" also shears out the
    slant, so that x and y are uncorrelated, and makes the ink reach as far to the
    left of its centre as to the right, and as far up as down: 17 pixels along the
    longer side and 17 r^0.2 along the other, r being short over long and each half
    side 2σ. All of it is one map of places, looked up once by cubic splines. At
    last, "full" cuts overshoot off, makes all strokes equally wide (see
    `evened_strokes`), softens them a little and lifts grey: ink^0.7.

    Parameters
    ----------
    images : ndarray of shape (m, 20, 20)
        Paper 0, ink 1.
    preparation : {"none", "centred", "full"}
        How much of place and shape to take out.

    Returns
    -------
    ndarray of shape (m, 20, 20), float32
        The images themselves for "none", else new ones. A blank one stays blank.

    Raises
    ------
    DataError
        If the preparation is unknown, the shape another or a pixel not finite.

    References
    ----------
    Y. LeCun et al., Gradient-based learning applied to document recognition,
    Proceedings of the IEEE 86, 1998, for centring by mass and deslanting; for the
    rest see `evened_places`.

    Examples
    --------
    >>> image = np.zeros((1, 20, 20))
    >>> image[0, 2:8, 1] = 1
    >>> np.argwhere(prepare_images(image, "centred")[0].round() == 1).mean(axis=0)
    array([9.5, 9.5])
    """
    _check_preparation(preparation)
    return _prepared(checked_scans(images), preparation)


def normalise_drawing(
    image: npt.NDArray[np.uint8], preparation: str = "full", *, style: DrawingStyle = BUNDLED_STYLE
) -> FloatImage:
    """Bring a drawing to the 20x20 pixels that a model reads.

    Parameters
    ----------
    image : ndarray of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Sides of 8 to 4096 pixels. Ink of any colour on paper of any other, light
        or dark; in RGBA the paper may be transparent.
    preparation : {"none", "centred", "full"}
        That of the training images.
    style : DrawingStyle
        Of the training images, unprepared.

    Returns
    -------
    ndarray of shape (20, 20), float32
        Paper 0, ink 1, as a training image looks after this preparation. Read-only.

    Raises
    ------
    DataError
        If there is no ink, only a dot or more than one digit, or the array is no
        such image.

    Examples
    --------
    >>> canvas = np.zeros((280, 280, 4), dtype=np.uint8)
    >>> canvas[60:220, 130:150] = 255
    >>> normalise_drawing(canvas).shape
    (20, 20)
    """
    return drawing_steps(image, preparation, style=style)[-1].image


def drawing_steps(
    image: npt.NDArray[np.uint8],
    preparation: str = "full",
    *,
    style: DrawingStyle = BUNDLED_STYLE,
    without: Collection[str] = (),
) -> tuple[DrawingStep, ...]:
    """Return every step on the way from a drawing to what the model sees.

    Takes and raises what `normalise_drawing` does, whose answer is the last image.

    Parameters
    ----------
    image, preparation, style
        See `normalise_drawing`.
    without : collection of str
        Names in `STAGES` of what is left out. Its step stays in its place, with
        the picture as it was before.

    Returns
    -------
    tuple of DrawingStep
        Raw ink, cropped, stroke width, for "full" also slant, and 20x20.

    Raises
    ------
    DataError
        If one of `without` is no such stage, too.

    Examples
    --------
    >>> canvas = np.zeros((280, 280), dtype=np.uint8)
    >>> canvas[60:220, 130:150] = 255
    >>> [step.name for step in drawing_steps(canvas)]
    ['Ink', 'Cropped', 'Stroke width', 'Slant removed', '20x20']
    >>> as_drawn = drawing_steps(canvas, "none", without={"crop"})[-1].image
    >>> int((as_drawn.max(axis=1) > 0.5).sum())  # rows of 20 with ink: 160 of 280 pixels
    12
    """
    _check_preparation(preparation)
    _check_stages(without)
    ink = ink_of(image)
    digit = one_digit(ink)
    cut = cropped(digit)
    check_no_dot(cut, _longest_side(cut))  # whatever is left out: a dot is a dot
    if "crop" in without:
        cut = whole(digit)
    stroke = cut
    if "stroke" not in without:
        stroke = with_half_width(cut, _longest_side(cut), style.half_width)
    scan = _plainly_framed(stroke) if "crop" in without else _framed(stroke, style)
    last = _prepared(scan[None], preparation, without)[0]
    leans = preparation != "full" or "slant" in without
    pictures = {
        "ink": ink,
        "crop": cut if "crop" in without else trimmed(cut),
        "stroke": stroke,
        "slant": stroke if leans else _upright(stroke),
        "evening": last,
    }
    for picture in pictures.values():
        picture.setflags(write=False)
    stages = [stage for stage in pictures if stage != "slant" or preparation == "full"]
    return tuple(_step(stage, pictures[stage], preparation, without) for stage in stages)


_NAMES: Final = {
    "ink": "Ink",
    "crop": "Cropped",
    "stroke": "Stroke width",
    "slant": "Slant removed",
    "evening": "20x20",
}

_EXPLANATIONS: Final = {
    "ink": "How far each pixel is from the colour of the paper.",
    "crop": "Where and how large the digit was drawn does not count.",
    "stroke": "The pen is made as thick as that of the training images, which the model knows.",
    "slant": "The digit is sheared upright: how far a writer leans does not count.",
}

_LAST_EXPLANATIONS: Final = {
    "none": "The 400 pixels that the model reads, as large as in the training images.",
    "centred": "The 400 pixels that the model reads, their centre of mass in the middle.",
    "full": "The 400 pixels that the model reads: centred, evened out, its strokes alike and soft.",
}

_WITHOUT: Final = {
    "crop": "Left out: the digit stays where and as large as it was drawn.",
    "stroke": "Left out: the stroke stays as wide as it was drawn.",
    "slant": "Left out: the digit leans as it was drawn.",
    "evening": "The 400 pixels that the model reads, neither centred nor evened out.",
}


def _step(
    stage: str, picture: FloatImage, preparation: str, without: Collection[str]
) -> DrawingStep:
    if stage in without:
        explanation = _WITHOUT[stage]
    elif stage == "evening":
        explanation = _LAST_EXPLANATIONS[preparation]
    else:
        explanation = _EXPLANATIONS[stage]
    fixed = stage == "ink" or (stage == "evening" and preparation == "none")
    return DrawingStep(_NAMES[stage], explanation, picture, None if fixed else stage)


def _prepared(scans: FloatImage, preparation: str, without: Collection[str] = ()) -> FloatImage:
    """Prepare scans, (m, 20, 20), but for the stages left out."""
    if preparation == "none":
        return scans
    prepared = np.empty_like(scans)
    for start in range(0, len(scans), _PREPARED_AT_ONCE):
        some = slice(start, start + _PREPARED_AT_ONCE)
        prepared[some] = _moved(scans[some], preparation, without)
    if preparation == "full":
        prepared.clip(0, 1, out=prepared)
        if "evening" not in without:
            prepared = evened_strokes(prepared)
        ndimage.gaussian_filter(prepared, _SOFTNESS, output=prepared, axes=(1, 2), mode="constant")
        np.power(prepared, np.float32(_GAMMA), out=prepared)
    return prepared


def _moved(scans: FloatImage, preparation: str, without: Collection[str]) -> FloatImage:
    """Look each pixel up where the preparation finds it, (m, 20, 20)."""
    shape = shape_of(scans, upright=preparation == "full" and "slant" not in without)
    if "evening" in without:
        return sampled(scans, upright_places(shape))
    places_of = evened_places if preparation == "full" else centred_places
    return sampled(scans, places_of(shape))


def _longest_side(ink: FloatImage) -> int:
    top, bottom, left, right = box_of(ink)
    return max(bottom - top, right - left)


def _framed(stroke: FloatImage, style: DrawingStyle) -> FloatImage:
    """Place the digit in a frame of 20x20, as an unprepared training image has it."""
    top, bottom, left, right = box_of(stroke)
    half = max(bottom - top, right - left) * SIDE / style.extent / 2  # half a side of the frame
    if style.centring == "mass":
        shape = shape_of(stroke[None])
        y, x = float(shape.y[0]), float(shape.x[0])
    else:
        y, x = (top + bottom - 1) / 2, (left + right - 1) / 2
    around = math.ceil(half)  # enough paper for the frame wherever its middle lies
    first_x, first_y = x + 0.5 + around - half, y + 0.5 + around - half
    box = (first_x, first_y, first_x + 2 * half, first_y + 2 * half)
    paper = Image.fromarray(np.pad(stroke, around))
    return np.asarray(paper.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box))


def _plainly_framed(drawing: FloatImage) -> FloatImage:
    """The whole drawing, made square by paper on both sides, as 20x20."""
    height, width = drawing.shape
    around = [(max(width - height, 0) // 2,) * 2, (max(height - width, 0) // 2,) * 2]
    paper = Image.fromarray(np.pad(drawing, around))
    return np.asarray(paper.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def _upright(stroke: FloatImage) -> FloatImage:
    """Shear as "full" does, at the size where it can be seen."""
    shape = shape_of(stroke[None])
    slant = shape.slant[0]
    linear, offset = np.array([[1, 0], [slant, 1]]), np.array([0, -slant * shape.y[0]])
    return np.asarray(ndimage.affine_transform(stroke, linear, offset, order=1))


def _check_preparation(preparation: str) -> None:
    if preparation not in PREPARATIONS:
        raise DataError(f"Images are prepared {', '.join(PREPARATIONS)}, not {preparation!r}.")


def _check_stages(without: Collection[str]) -> None:
    if isinstance(without, str):
        raise DataError(f"What is left out is given as a set, such as {{{without!r}}}.")
    unknown = sorted(set(without).difference(STAGES))
    if unknown:
        raise DataError(f"What can be left out is {', '.join(STAGES)}, not {unknown[0]!r}.")
