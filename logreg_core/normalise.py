"""One way for every image to reach θ: scans and drawings are brought to the same look.

A linear model compares pixel with pixel, so the same digit drawn elsewhere,
slanted or with a thicker pen is another digit to it. `prepare_images` takes
place, slant and proportions out of scans of 20x20. A drawing of any size is
first made to look like such a scan, then goes through that same function.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageChops
from scipy import ndimage

from logreg_core.errors import DataError
from logreg_core.scans import SIDE
from logreg_core.shape import MIDDLE, centred_places, evened_places, sampled, shape_of

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]

#: Pixels as they are; mass centre in the middle; slant, size and proportions as well.
PREPARATIONS: Final = ("none", "centred", "full")

# θ learns single pixels, and no drawing matches a scan to the pixel. Softened alike, they agree
# better. Less reads scans better, and drawings worse; more reads neither better.
_SOFTNESS: Final = 0.7  # px, σ of a Gaussian

# Scans whose places are held at once: 1000 take 6 MB, all of MNIST would take 400.
_PREPARED_AT_ONCE: Final = 1000

SMALLEST_DRAWING: Final = 8
LARGEST_DRAWING: Final = 4096
_WORKING_SIDE: Final = 480  # larger drawings are reduced first; a canvas never is

_FAINTEST_INK: Final = 0.1  # of the full range; less is paper, not ink
_INK: Final = 0.5  # from here on a pixel is inside the stroke
_SPECK: Final = 0.2  # a part this short, beside the longest part, is a slip of the pen
_ROUND_SPECK: Final = 0.5  # likewise, if it is round: no digit has a dot
_ROUND: Final = 0.7  # short side over long, and ink over box; of a circle 1 and 0.79

_DIGIT_SIDE: Final = 64  # px of the longest side while the stroke is set: 3 to each pixel of 20x20
_MARGIN: Final = 20  # px around it, for the widest stroke that a style accepts
_FAINT_LINE: Final = 0.8  # of the ink that is left at 64 px; less, and a hairline has broken up
_DOT: Final = 2.0  # longest side over stroke width; a filled circle has 1.5, the shortest 1 3

_MEASURED_IMAGES: Final = 500


@dataclass(frozen=True)
class DrawingStyle:
    """How digits stand in the scans that a model is trained on, unprepared.

    Parameters
    ----------
    extent : float
        Longest side of a digit in the frame of 20 pixels, 8 to 20.
    half_width : float
        Half the width of the stroke over the longest side, 0.02 to 0.15.
    centring : {"box", "mass"}
        What stands in the middle of the frame: the box around the ink, or its mass.

    Raises
    ------
    DataError
        If a value is out of range.

    Examples
    --------
    >>> DrawingStyle(extent=14.3, half_width=0.058, centring="mass").extent
    14.3
    """

    extent: float
    half_width: float
    centring: str = "box"

    def __post_init__(self) -> None:
        if not 8 <= self.extent <= SIDE:
            raise DataError(f"A digit's extent is 8 to 20 pixels, not {self.extent}.")
        if not 0.02 <= self.half_width <= 0.15:
            raise DataError(
                f"Half a stroke is 0.02 to 0.15 of the longest side, not {self.half_width}."
            )
        if self.centring not in {"box", "mass"}:
            raise DataError(f"Digits are centred by box or mass, not {self.centring!r}.")


#: What `drawing_style` measures on the bundled digits.
BUNDLED_STYLE: Final = DrawingStyle(extent=19.7, half_width=0.086, centring="box")


@dataclass(frozen=True, eq=False)
class DrawingStep:
    """One stage on the way from a drawing to what the model sees.

    Parameters
    ----------
    name : str
        A word or two, as a caption.
    explanation : str
        One sentence for the visitor: what was done, and why.
    image : ndarray of shape (height, width), float32
        Paper 0, ink 1; read-only. The last step's is (20, 20).
    """

    name: str
    explanation: str
    image: FloatImage


def prepare_images(images: npt.NDArray[Any], preparation: str) -> FloatImage:
    """Bring scans to the look that θ is trained on.

    "centred" moves the centre of mass to the middle. "full" also shears out the
    slant, so that x and y are uncorrelated, and makes the ink reach as far to the
    left of its centre as to the right, and as far up as down: 17 pixels along the
    longer side and 17 r^0.2 along the other, r being short over long and each half
    side 2σ. All of it is one map of places, looked up once by cubic splines. At
    last, "full" cuts overshoot off and softens the strokes a little.

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
    scans = _checked_scans(images)
    if preparation == "none":
        return scans
    prepared = np.empty_like(scans)
    for start in range(0, len(scans), _PREPARED_AT_ONCE):
        some = slice(start, start + _PREPARED_AT_ONCE)
        prepared[some] = _moved(scans[some], preparation)
    if preparation == "full":
        prepared.clip(0, 1, out=prepared)
        ndimage.gaussian_filter(prepared, _SOFTNESS, output=prepared, axes=(1, 2), mode="constant")
    return prepared


def drawing_style(images: npt.NDArray[Any]) -> DrawingStyle:
    """Measure how digits stand in scans, so that drawings can be brought to the same.

    Ink over the length of its outline is half the stroke's width. The outline is
    the total variation of a band of grey (coarea formula): unlike that of the
    whole range, it hardly shrinks when a scan is blurred.

    Parameters
    ----------
    images : ndarray of shape (m, 20, 20)
        Unprepared, paper 0 and ink 1. At most 500, evenly spread, are looked at.

    Returns
    -------
    DrawingStyle
        Medians, held within what a style accepts; `BUNDLED_STYLE` where all
        images are blank.

    Raises
    ------
    DataError
        If the shape is another or a pixel not finite.

    Examples
    --------
    >>> images = np.zeros((1, 20, 20))
    >>> images[0, 2:18, 9:12] = 1
    >>> style = drawing_style(images)
    >>> style.extent, round(style.half_width * style.extent, 1)
    (16.0, 1.3)
    """
    spread = np.linspace(0, len(images) - 1, min(len(images), _MEASURED_IMAGES)).astype(int)
    scans = _checked_scans(np.asarray(images)[spread]).clip(0, 1).astype(np.float64)
    scans = scans[scans.max(axis=(1, 2), initial=0) > _INK]
    if len(scans) == 0:
        return BUNDLED_STYLE
    rows, columns = _reach(scans.max(axis=2)), _reach(scans.max(axis=1))
    longest = np.maximum(rows.sum(axis=1), columns.sum(axis=1))  # (m,)
    half_width = scans.sum(axis=(1, 2)) / _outline(scans) / longest
    return DrawingStyle(
        extent=float(np.median(longest).clip(8, SIDE)),
        half_width=float(np.median(half_width).clip(0.02, 0.15)),
        centring=_steadier_centre(scans, rows, columns),
    )


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
        If there is no ink or only a dot, or the array is no such image.

    Examples
    --------
    >>> canvas = np.zeros((280, 280, 4), dtype=np.uint8)
    >>> canvas[60:220, 130:150] = 255
    >>> normalise_drawing(canvas).shape
    (20, 20)
    """
    return drawing_steps(image, preparation, style=style)[-1].image


def drawing_steps(
    image: npt.NDArray[np.uint8], preparation: str = "full", *, style: DrawingStyle = BUNDLED_STYLE
) -> tuple[DrawingStep, ...]:
    """Return every stage on the way from a drawing to what the model sees.

    Takes and raises what `normalise_drawing` does, whose answer is the last image.

    Returns
    -------
    tuple of DrawingStep
        Raw ink, cropped, stroke width, for "full" also slant, and 20x20.

    Examples
    --------
    >>> canvas = np.zeros((280, 280), dtype=np.uint8)
    >>> canvas[60:220, 130:150] = 255
    >>> [step.name for step in drawing_steps(canvas)]
    ['Ink', 'Cropped', 'Stroke width', 'Slant removed', '20x20']
    """
    _check_preparation(preparation)
    ink = _ink(image)
    cropped = _cropped(_without_specks(ink))
    stroke = _with_half_width(cropped, style.half_width)
    scan = _framed(stroke, style)
    steps = [
        ("Ink", "How far each pixel is from the colour of the paper.", ink),
        ("Cropped", "Where and how large the digit was drawn does not count.", cropped),
        (
            "Stroke width",
            "The pen is made as thick as that of the training images, which the model knows.",
            stroke,
        ),
        ("20x20", _EXPLANATIONS[preparation], prepare_images(scan[None], preparation)[0]),
    ]
    if preparation == "full":
        upright = "The digit is sheared upright: how far a writer leans does not count."
        steps.insert(3, ("Slant removed", upright, _without_slant(stroke)))
    for _, _, picture in steps:
        picture.setflags(write=False)
    return tuple(DrawingStep(*step) for step in steps)


_EXPLANATIONS: Final = {
    "none": "The 400 pixels that the model reads, as large as in the training images.",
    "centred": "The 400 pixels that the model reads, their centre of mass in the middle.",
    "full": "The 400 pixels that the model reads: upright, centred, evened out, softened.",
}


def _moved(scans: FloatImage, preparation: str) -> FloatImage:
    """Look each pixel up where the preparation finds it, (m, 20, 20)."""
    places_of = evened_places if preparation == "full" else centred_places
    return sampled(scans, places_of(shape_of(scans)))


# Style: what is measured on scans.


def _reach(profile: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Between the outermost ink, 1; beyond it, 0; at a soft edge, its grey: (m, 20)."""
    from_start = np.maximum.accumulate(profile, axis=1)
    from_end = np.maximum.accumulate(profile[:, ::-1], axis=1)[:, ::-1]
    reach: npt.NDArray[np.float64] = np.minimum(from_start, from_end)
    return np.asarray(reach / reach.max(axis=1, keepdims=True))


def _outline(scans: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Length of the line around the ink in pixels, (m,)."""
    band = ((scans - 0.2) / 0.4).clip(0, 1)
    padded = np.pad(band, ((0, 0), (1, 1), (1, 1)))
    down, right = np.diff(padded, axis=1)[:, :, :-1], np.diff(padded, axis=2)[:, :-1, :]
    return np.asarray(np.hypot(down, right).sum(axis=(1, 2)))


def _steadier_centre(
    scans: npt.NDArray[np.float64], rows: npt.NDArray[np.float64], columns: npt.NDArray[np.float64]
) -> str:
    """Which centre lies nearer to the middle of the frame: the box's or the mass's."""
    shape = shape_of(scans)
    place = np.arange(SIDE)
    box_y, box_x = (reach @ place / reach.sum(axis=1) for reach in (rows, columns))
    from_mass = np.hypot(shape.y - MIDDLE, shape.x - MIDDLE)
    from_box = np.hypot(box_y - MIDDLE, box_x - MIDDLE)
    return "mass" if np.median(from_mass) < np.median(from_box) else "box"


# Drawings: from pixels of any colour to ink, to a stroke, to a scan.


def _ink(image: npt.NDArray[np.uint8]) -> FloatImage:
    """How far each pixel is from the paper, 0..1, (height, width).

    Paper is the colour that most of the border has. Colours are multiplied by
    their alpha, so that a canvas with transparent paper and one with opaque paper
    give the same, and so do a drawing and its negative.
    """
    _check_drawing(image)
    picture = Image.fromarray(np.ascontiguousarray(image))
    if max(picture.size) > _WORKING_SIDE:
        picture = picture.reduce(math.ceil(max(picture.size) / _WORKING_SIDE))
    if picture.mode == "RGBA":
        picture = picture.convert("RGBa")  # multiplied by alpha
    pixels = np.atleast_3d(np.asarray(picture))  # (height, width, channels)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = tuple(int(value) for value in np.median(border, axis=0).round())
    # Pillow's channel arithmetic takes a fifteenth of the time of NumPy's on (H, W, 4).
    channels = ImageChops.difference(picture, Image.new(picture.mode, picture.size, colour)).split()
    distance = np.asarray(functools.reduce(ImageChops.lighter, channels), dtype=np.float32)
    strongest = distance.max()
    if strongest < 255 * _FAINTEST_INK:
        raise DataError("Draw a digit first: there is no ink on the paper yet.")
    return np.asarray(distance / strongest, dtype=np.float32)


def _without_specks(ink: FloatImage) -> FloatImage:
    """Ink without parts that are too short, or too much like a dot, to belong to the digit."""
    parts, _ = ndimage.label(ink >= _INK, structure=np.ones((3, 3)))
    boxes = ndimage.find_objects(parts)
    sides = np.array([(y.stop - y.start, x.stop - x.start) for y, x in boxes])  # (parts, 2)
    short, long = sides.min(axis=1), sides.max(axis=1)
    filled = np.bincount(parts.ravel())[1:] / (short * long)
    is_round = (short >= _ROUND * long) & (filled >= _ROUND)
    is_speck = long < np.where(is_round, _ROUND_SPECK, _SPECK) * long.max()
    return np.where(np.append(False, is_speck)[parts], np.float32(0), ink)


def _cropped(ink: FloatImage) -> FloatImage:
    """Cut the digit out, its longest side 64 pixels, with a margin for a wider stroke."""
    rows, columns = (np.flatnonzero((ink >= _INK).any(axis=axis)) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    digit = ink[top:bottom, left:right]
    small = _resized(digit)
    kept = (small >= _INK).mean() / (digit >= _INK).mean()
    if kept < _FAINT_LINE:
        thickened = ndimage.maximum_filter(digit, size=1 + 2 * max(digit.shape) // _DIGIT_SIDE)
        small = _resized(thickened)
    return np.pad(small, _MARGIN)


def _resized(digit: FloatImage) -> FloatImage:
    """Bring the longest side to 64 pixels."""
    scale = _DIGIT_SIDE / max(digit.shape)
    height, width = (max(round(side * scale), 1) for side in digit.shape)
    picture = Image.fromarray(digit).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(picture, dtype=np.float32)


def _with_half_width(ink: FloatImage, half_width: float) -> FloatImage:
    """Make the stroke thicker or thinner, to `half_width` of the digit's longest side.

    Inside a stroke of half-width w the distance to its edge is w/2 on average.
    Moving the edge outwards by d adds d to w and 2d to the longest side.
    """
    inside = ink >= _INK
    # A pixel beside the edge has its middle half a pixel from it.
    depth = np.where(
        inside,
        ndimage.distance_transform_edt(inside) - 0.5,
        0.5 - ndimage.distance_transform_edt(~inside),
    )
    drawn = 2 * depth[inside].mean()
    if _DOT * 2 * drawn > _DIGIT_SIDE:
        raise DataError("That is a dot, not a digit: draw with a longer line.")
    line = _DIGIT_SIDE - 2 * drawn  # longest side of the stroke's middle line
    wanted = half_width * line / (1 - 2 * half_width)
    moved = max(wanted - drawn, 0.5 - depth.max())  # something is always left
    return np.asarray((depth + moved + 0.5).clip(0, 1), dtype=np.float32)


def _framed(stroke: FloatImage, style: DrawingStyle) -> FloatImage:
    """Place the digit in a frame of 20x20, as an unprepared training image has it."""
    rows, columns = (np.flatnonzero((stroke >= _INK).any(axis=axis)) for axis in (1, 0))
    longest = max(np.ptp(rows), np.ptp(columns)) + 1
    half = float(longest) * SIDE / style.extent / 2  # half a side of the frame
    if style.centring == "mass":
        shape = shape_of(stroke[None])
        y, x = float(shape.y[0]), float(shape.x[0])
    else:
        y, x = float(rows[0] + rows[-1]) / 2, float(columns[0] + columns[-1]) / 2
    around = math.ceil(half)  # enough paper for the frame wherever its middle lies
    left, top = x + 0.5 + around - half, y + 0.5 + around - half
    box = (left, top, left + 2 * half, top + 2 * half)
    paper = Image.fromarray(np.pad(stroke, around))
    return np.asarray(paper.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box))


def _without_slant(stroke: FloatImage) -> FloatImage:
    """Shear as "full" does, at the size where it can be seen."""
    shape = shape_of(stroke[None])
    slant = shape.slant[0]
    linear, offset = np.array([[1, 0], [slant, 1]]), np.array([0, -slant * shape.y[0]])
    return np.asarray(ndimage.affine_transform(stroke, linear, offset, order=1))


# What is accepted.


def _check_preparation(preparation: str) -> None:
    if preparation not in PREPARATIONS:
        raise DataError(f"Images are prepared {', '.join(PREPARATIONS)}, not {preparation!r}.")


def _checked_scans(images: npt.NDArray[Any]) -> FloatImage:
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


def _check_drawing(image: npt.NDArray[np.uint8]) -> None:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        raise DataError("A drawing is an array of whole numbers 0 to 255 (uint8).")
    if image.ndim not in {2, 3} or (image.ndim == 3 and image.shape[2] not in {3, 4}):
        raise DataError(
            f"The drawing has the shape {image.shape}; accepted are grey (H, W), "
            "RGB (H, W, 3) and RGBA (H, W, 4)."
        )
    height, width = image.shape[:2]
    if min(height, width) < SMALLEST_DRAWING or max(height, width) > LARGEST_DRAWING:
        raise DataError(
            f"The drawing has {width} x {height} pixels; accepted are sides of "
            f"{SMALLEST_DRAWING} to {LARGEST_DRAWING}."
        )
