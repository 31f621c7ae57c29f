"""From a photograph of a digit on paper to the ink of that digit alone.

Light is uneven, paper has lines, and the table shows behind it. So ink is what is darker than
the paper right around it, and the digit is the thing of ink that looks most like one, with the
parts that belong to it. What comes out is read as a drawing is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image
from scipy import ndimage

from logreg_core.errors import DataError
from logreg_core.ink import check_pixels, frame_of
from logreg_core.normalise import DrawingStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]
    Mask = npt.NDArray[np.bool_]
    Box = tuple[slice, slice]

_WORKING_SIDE: Final = 720  # px of the longer side; a digit that takes a tenth of it has 72
_SMALLEST_WORKING_SIDE: Final = 240
_SCAN_SIDE: Final = 64  # up to here it is a scan, whose digit may touch the frame
_GRAIN: Final = 0.7  # px, σ of a Gaussian that takes the worst of the noise away

# Paper is told from ink by windows of a share of the longer side. A stroke must be narrower than
# the window, and a shadow wider: no single one is right for every pen.
_WINDOWS: Final = (1 / 20, 1 / 8, 1 / 3)
_DARKEST_PAPER: Final = 0.2  # of full light; below, noise would count as much as ink

# Shares of the paper's light that ink takes away. Half of what the digit itself takes would be
# right, which is not known beforehand; printed lines may take nearly as much.
_THRESHOLDS: Final = (0.12, 0.17, 0.24, 0.34, 0.48, 0.64)
_LOWEST_THRESHOLD: Final = 0.3  # of what a thing takes in the median
_HIGHEST_THRESHOLD: Final = 0.8

# What a thing of ink must be to be looked at further.
_SHORTEST: Final = 0.05  # of the picture's shorter side; less is a speck
_LARGEST_THINGS: Final = 4  # at each threshold that are looked at: a digit is among them
_FRAME: Final = 0.3  # of its longest side on the picture's frame; more is the table's edge
_LARGEST: Final = 0.35  # of the picture; a 1 with a thick pen that fills it has 0.28
_FLATTEST: Final = 3.0  # width over height
_MOST_HOLES: Final = 12  # an 8 has two, and noise some; squared paper has one a square
_USUAL_HOLES: Final = 4
_LEAST_EVEN: Final = 0.5  # as `_Thing.evenness` says
_THIN: Final = 0.4  # of the half-width where a stroke is widest
_LEAST_SHARP: Final = 0.8  # as `_Thing.sharpness` says
_EDGE: Final = 0.4  # of the contrast of ink and paper, within so many pixels:
_EDGE_WINDOW: Final = 7

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

_REACH: Final = 0.2  # of the digit's longest side: nearer parts of it may belong to it
_SHORTEST_PART: Final = 0.2  # likewise; less is a speck
_SHORT_PART: Final = 0.6  # of the digit's height: the bar of a 5; taller and beside it, a digit
_SAME_PEN: Final = (0.5, 1.6)  # its half-width over the digit's
_SAME_INK: Final = 0.7  # of the contrast of the digit's
_ANOTHER_DIGIT: Final = (0.5, 2.0)  # its longest side over that of the digit

_SHOWN_SIDE: Final = 240  # px of the pictures of the steps
_MARGIN: Final = 0.5  # of the digit's longest side, around it

_NOTHING_FOUND: Final = (
    "No digit can be found on this picture: a photo of a single one is read best, "
    "written with a thick pen on plain paper."
)
_SEVERAL: Final = "There are several things on this picture: crop it to one digit."


@dataclass(frozen=True, eq=False)
class PhotoDigit:
    """The digit that was found on a photograph.

    Parameters
    ----------
    ink : ndarray of shape (height, width), uint8
        Paper 0, ink 255: the digit alone, with paper all around it. Read-only;
        `normalise_drawing` takes it.
    steps : tuple of DrawingStep
        How it was found; small enough to be shown.
    """

    ink: npt.NDArray[np.uint8]
    steps: tuple[DrawingStep, ...]


def digit_on_photo(pixels: npt.NDArray[np.uint8]) -> PhotoDigit:
    """Find the one digit on a photograph, or on any other picture of one.

    The light of the paper is what a closing leaves of the picture: the brightest
    within a window, of that the darkest. How much less a pixel has, over what the paper
    has, is its ink; so neither uneven light nor a table behind the paper counts.
    Several windows and thresholds are tried. The digit is the thing with the most ink that
    is near the middle, off the frame, of one stroke width and not full of holes.

    Parameters
    ----------
    pixels : ndarray of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Grey, RGB or RGBA; sides of 8 to 4096 pixels. Dark on light or light on dark.

    Returns
    -------
    PhotoDigit
        Its ink, and the steps "Photo", "Even light" and "Digit found".

    Raises
    ------
    DataError
        If there is no digit, or more than one, or the array is no such picture.

    References
    ----------
    The closing is that of P. Soille, Morphological Image Analysis, 2003, section 4.5.

    Examples
    --------
    >>> photo = np.full((300, 400), 180, dtype=np.uint8)
    >>> photo[100:200, 190:205] = 60
    >>> photo[:, 300:] //= 2  # a shadow
    >>> found = digit_on_photo(photo)
    >>> [step.name for step in found.steps]
    ['Photo', 'Even light', 'Digit found']
    >>> rows, columns = np.nonzero(found.ink > 127)
    >>> int(np.ptp(rows)) > 5 * int(np.ptp(columns))
    True
    """
    check_pixels(pixels)
    brightness = _brightness(pixels)
    lit = 1 - brightness if _is_light_on_dark(brightness) else brightness
    main = max(_things(lit), key=_Thing.likeness, default=None)
    if main is None:
        raise DataError(_NOTHING_FOUND)
    digit = _with_parts(main)
    ink = _ink(main, digit)
    pictures = (
        ("Photo", "The picture as it was taken, without its colours.", 1 - brightness),
        (
            "Even light",
            "How much darker each pixel is than the paper around it, so that shadows do not count."
            if lit is brightness
            else "How much lighter each pixel is than the board around it.",
            (main.layer.contrast / main.contrast).clip(0, 1),
        ),
        ("Digit found", "The thing that looks most like one digit; all else is left out.", ink),
    )
    found = np.asarray((255 * ink).round(), dtype=np.uint8)
    found.setflags(write=False)
    return PhotoDigit(found, tuple(_step(*picture) for picture in pictures))


def _step(name: str, explanation: str, image: FloatImage) -> DrawingStep:
    """A step with a picture no larger than it is shown."""
    picture = Image.fromarray(np.asarray(image, dtype=np.float32))
    if max(picture.size) > _SHOWN_SIDE:
        picture = picture.resize(_sides(picture, _SHOWN_SIDE), Image.Resampling.BOX)
    shown = np.asarray(picture, dtype=np.float32)
    shown.setflags(write=False)
    return DrawingStep(name, explanation, shown)


# Light.


def _brightness(pixels: npt.NDArray[np.uint8]) -> FloatImage:
    """How light each pixel is, 0..1, (height, width); the size is one to work with."""
    picture = _on_paper(Image.fromarray(np.ascontiguousarray(pixels)))
    if max(picture.size) <= _SCAN_SIDE:
        picture = _with_room(picture)
    longer = max(picture.size)
    if longer > _WORKING_SIDE:
        picture = picture.resize(_sides(picture, _WORKING_SIDE), Image.Resampling.BOX)
    elif longer < _SMALLEST_WORKING_SIDE:
        picture = picture.resize(_sides(picture, _SMALLEST_WORKING_SIDE), Image.Resampling.BICUBIC)
    brightness = np.asarray(picture, dtype=np.float32) / 255
    return np.asarray(ndimage.gaussian_filter(brightness, _GRAIN))


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


def _sides(picture: Image.Image, longer: int) -> tuple[int, int]:
    """Width and height of a picture once its longer side has so many pixels."""
    scale = longer / max(picture.size)
    return max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)


def _is_light_on_dark(brightness: FloatImage) -> bool:
    """Whether in the middle more is lighter than its surroundings than is darker."""
    picture = Image.fromarray(brightness)
    glance = np.asarray(picture.resize(_sides(picture, _GLANCE_SIDE), Image.Resampling.BOX))
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


def _one_colour(glance: FloatImage) -> float | None:
    """The brightness of the frame and of most of the picture; None where there is no such."""
    frame = frame_of(glance)
    colour = float(np.median(frame))
    is_framed = np.mean(np.abs(frame - colour) < _SAME_COLOUR) > 0.9
    is_paper = np.mean(np.abs(glance - colour) < _SIMILAR_COLOUR) > 0.55
    return colour if is_framed and is_paper else None


# Things of ink, and which of them is the digit.


@dataclass(frozen=True, eq=False)
class _Layer:
    """All ink that a window and a threshold show, in connected things.

    Attributes
    ----------
    contrast : ndarray of shape (height, width), float32
        The share of the paper's light that ink takes away.
    threshold : float
        From here on it is ink.
    edges : ndarray of shape (height, width), float32
        The same of the picture itself, whatever was taken for paper: how much light
        changes within a few pixels.
    numbers : ndarray of shape (height, width), int32
        Of the thing that each pixel belongs to; 0 on paper.
    boxes : list
        Where thing 1, 2, … is.
    """

    contrast: FloatImage
    threshold: float
    edges: FloatImage
    numbers: npt.NDArray[np.int32]
    boxes: list[Box]


@dataclass(frozen=True, eq=False)
class _Thing:
    """A connected thing of ink."""

    layer: _Layer
    number: int

    @property
    def box(self) -> Box:
        return self.layer.boxes[self.number - 1]

    @property
    def height(self) -> int:
        return self.box[0].stop - self.box[0].start

    @property
    def width(self) -> int:
        return self.box[1].stop - self.box[1].start

    @property
    def longest(self) -> int:
        return max(self.height, self.width)

    @cached_property
    def mask(self) -> Mask:
        """Its own pixels within its box, with one pixel of paper around it."""
        return np.pad(self.layer.numbers[self.box] == self.number, 1)

    @property
    def own(self) -> Mask:
        """Its own pixels within its box."""
        return self.mask[1:-1, 1:-1]

    @cached_property
    def contrast(self) -> float:
        """What it takes of the paper's light, in the median."""
        return float(np.median(self.layer.contrast[self.box][self.own]))

    @cached_property
    def depth(self) -> FloatImage:
        """How far inside each pixel of the mask is."""
        return np.asarray(ndimage.distance_transform_edt(self.mask))

    @property
    def half_width(self) -> float:
        """Of the stroke where it is widest."""
        return float(self.depth.max())

    @cached_property
    def on_frame(self) -> float:
        """How much of the picture's frame it covers, over its longest side."""
        frame = np.ones(self.layer.numbers.shape, dtype=bool)
        frame[1:-1, 1:-1] = False
        return float((self.own & frame[self.box]).sum()) / self.longest

    @cached_property
    def holes(self) -> int:
        _, regions = ndimage.label(~self.mask)
        return int(regions) - 1

    @cached_property
    def evenness(self) -> float:
        """Share of it that is about as wide as where it is widest: lines on paper are not."""
        thin = _THIN * self.half_width
        if thin < 1:
            return 1.0
        wide = ndimage.distance_transform_edt(self.depth <= thin) <= thin
        return float((wide & self.mask).sum() / self.mask.sum())

    @cached_property
    def sharpness(self) -> float:
        """Share of its outline where there is an edge: around shadows there is none."""
        outline = (self.depth > 0) & (self.depth < 2)
        is_edge = self.layer.edges[self.box] >= _EDGE * self.contrast
        return float((outline[1:-1, 1:-1] & is_edge).sum() / outline.sum())

    def may_be_digit(self) -> bool:
        """Whether it is worth a closer look; what takes least time to ask comes first."""
        share = self.layer.threshold / self.contrast
        return (
            _LOWEST_THRESHOLD <= share <= _HIGHEST_THRESHOLD
            and self.width <= _FLATTEST * self.height
            and self.mask.sum() <= _LARGEST * self.layer.numbers.size
            and self.on_frame <= _FRAME
            and self.sharpness >= _LEAST_SHARP
            and self.holes <= _MOST_HOLES
            and self.evenness >= _LEAST_EVEN
        )

    def likeness(self) -> float:
        """How much it looks like the one digit of a picture: its ink, less for each fault."""
        ink = float(self.layer.contrast[self.box][self.own].sum())
        middle = [
            (part.start + part.stop) / 2 / side - 0.5
            for part, side in zip(self.box, self.layer.numbers.shape, strict=True)
        ]
        off_middle = min(math.hypot(*middle) * math.sqrt(2), 1)
        slender = min(self.longest / (4.5 * self.half_width), 1)  # a 1 with a thick pen has 4.5
        return (
            ink
            * (1 - 0.6 * off_middle)
            * (0.4 if self.on_frame else 1)
            * (self.evenness * self.sharpness) ** 2
            * slender**3
            * min(_USUAL_HOLES / max(self.holes, 1), 1)
        )


def _things(lit: FloatImage) -> Iterator[_Thing]:
    """All things that may be the digit, of any window and threshold; ink is dark in `lit`."""
    lightest = ndimage.maximum_filter(lit, _EDGE_WINDOW)
    edges = (lightest - ndimage.minimum_filter(lit, _EDGE_WINDOW)) / _as_paper(lightest)
    for share in _WINDOWS:
        window = round(share * max(lit.shape)) | 1
        paper = ndimage.grey_closing(lit, size=(window, window), mode="nearest")
        contrast = np.asarray((paper - lit) / _as_paper(paper))
        for threshold in _THRESHOLDS:
            numbers, _ = ndimage.label(contrast >= threshold, structure=np.ones((3, 3)))
            boxes = ndimage.find_objects(numbers)
            layer = _Layer(contrast, threshold, edges, numbers, boxes)
            yield from (thing for thing in _largest(layer) if thing.may_be_digit())


def _as_paper(light: FloatImage) -> FloatImage:
    return np.maximum(light, _DARKEST_PAPER)


def _largest(layer: _Layer) -> list[_Thing]:
    """Those with the most ink, if they are more than specks."""
    shortest = _SHORTEST * min(layer.numbers.shape)
    ink = np.bincount(layer.numbers.ravel(), weights=layer.contrast.ravel())
    long = [thing for thing in _all_of(layer) if thing.longest >= shortest]
    return sorted(long, key=lambda thing: -ink[thing.number])[:_LARGEST_THINGS]


def _all_of(layer: _Layer) -> list[_Thing]:
    return [_Thing(layer, number) for number in range(1, len(layer.boxes) + 1)]


def _with_parts(main: _Thing) -> Mask:
    """The digit with the parts that belong to it, (height, width).

    Raises
    ------
    DataError
        If another thing looks like a digit too.
    """
    layer = main.layer
    digit = layer.numbers == main.number
    away = ndimage.distance_transform_edt(~digit)
    shortest = min(_SHORTEST_PART, _ANOTHER_DIGIT[0]) * main.longest
    for thing in _all_of(layer):
        if thing.longest < shortest or thing.number == main.number or not _same_pen(thing, main):
            continue
        distance = away[thing.box][thing.own].min()
        if distance <= _REACH * main.longest and _completes(thing, main):
            digit[thing.box] |= thing.own
        elif _is_another_digit(thing, main):
            raise DataError(_SEVERAL)
    return np.asarray(digit)


def _same_pen(thing: _Thing, main: _Thing) -> bool:
    low, high = (share * main.half_width for share in _SAME_PEN)
    return low <= thing.half_width <= high and thing.contrast >= _SAME_INK * main.contrast


def _completes(thing: _Thing, main: _Thing) -> bool:
    """Whether a thing beside the digit is a part of it and no digit of its own."""
    if thing.longest > main.longest:
        return False
    (_, across), (_, main_across) = thing.box, main.box
    shared = min(across.stop, main_across.stop) - max(across.start, main_across.start)
    is_below = shared >= min(thing.width, main.width) / 2
    return is_below or thing.height <= _SHORT_PART * main.height


def _is_another_digit(thing: _Thing, main: _Thing) -> bool:
    low, high = (share * main.longest for share in _ANOTHER_DIGIT)
    return (
        low <= thing.longest <= high
        and thing.on_frame == 0
        and thing.width <= _FLATTEST * thing.height
        and thing.holes <= _USUAL_HOLES
    )


def _ink(main: _Thing, digit: Mask) -> FloatImage:
    """The digit alone with paper around it, 0..1; half at its edge."""
    layer = main.layer
    soft = 0.5 + 2 * (layer.contrast - layer.threshold) / main.contrast  # 1 well inside
    ink = np.where(ndimage.binary_dilation(digit), soft.clip(0, 1), 0)
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    margin = round(_MARGIN * main.longest)
    padded = np.pad(ink, margin)
    return np.asarray(
        padded[rows[0] : rows[-1] + 1 + 2 * margin, columns[0] : columns[-1] + 1 + 2 * margin],
        dtype=np.float32,
    )
