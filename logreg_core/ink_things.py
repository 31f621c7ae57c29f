"""The things of ink on a photograph: which of them is the digit, and what belongs to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage

from logreg_core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]
    Mask = npt.NDArray[np.bool_]
    Box = tuple[slice, slice]

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
_LEAST_EVEN: Final = 0.5  # as `Thing.evenness` says
_THIN: Final = 0.4  # of the half-width where a stroke is widest
_LEAST_SHARP: Final = 0.8  # as `Thing.sharpness` says
_EDGE: Final = 0.4  # of the contrast of ink and paper, within so many pixels:
_EDGE_WINDOW: Final = 7

_REACH: Final = 0.2  # of the digit's longest side: nearer parts of it may belong to it
_SHORTEST_PART: Final = 0.2  # likewise; less is a speck
_SHORT_PART: Final = 0.6  # of the digit's height: the bar of a 5; taller and beside it, a digit
_SAME_PEN: Final = (0.5, 1.6)  # its half-width over the digit's
_SAME_INK: Final = 0.7  # of the contrast of the digit's
_ANOTHER_DIGIT: Final = (0.5, 2.0)  # its longest side over that of the digit

_MARGIN: Final = 0.5  # of the digit's longest side, around it

_SEVERAL: Final = "There are several things on this picture: crop it to one digit."


@dataclass(frozen=True, eq=False)
class Layer:
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
class Thing:
    """A connected thing of ink.

    Attributes
    ----------
    layer : Layer
        On which it lies.
    number : int
        Its own there, from 1.
    """

    layer: Layer
    number: int

    @property
    def box(self) -> Box:
        """Its rows and its columns."""
        return self.layer.boxes[self.number - 1]

    @property
    def height(self) -> int:
        """Of its box in pixels."""
        return self.box[0].stop - self.box[0].start

    @property
    def width(self) -> int:
        """Of its box in pixels."""
        return self.box[1].stop - self.box[1].start

    @property
    def longest(self) -> int:
        """The longer side of its box in pixels."""
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
        """Pieces of paper that it encloses."""
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
            and int(self.mask.sum()) <= _LARGEST * self.layer.numbers.size
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


def things_on(lit: FloatImage) -> Iterator[Thing]:
    """All things on a picture that may be its digit, of any window and threshold.

    Parameters
    ----------
    lit : ndarray of shape (height, width), float32
        How light each pixel is, 0 to 1; ink is dark.

    Yields
    ------
    Thing
    """
    lightest = ndimage.maximum_filter(lit, _EDGE_WINDOW)
    edges = (lightest - ndimage.minimum_filter(lit, _EDGE_WINDOW)) / _as_paper(lightest)
    for share in _WINDOWS:
        window = round(share * max(lit.shape)) | 1
        paper = ndimage.grey_closing(lit, size=(window, window), mode="nearest")
        contrast = np.asarray((paper - lit) / _as_paper(paper))
        for threshold in _THRESHOLDS:
            numbers, _ = ndimage.label(contrast >= threshold, structure=np.ones((3, 3)))
            boxes = ndimage.find_objects(numbers)
            layer = Layer(contrast, threshold, edges, numbers, boxes)
            yield from (thing for thing in _largest(layer) if thing.may_be_digit())


def with_parts(main: Thing) -> Mask:
    """Where the digit is, with the parts that belong to it.

    Parameters
    ----------
    main : Thing
        The digit, or most of it.

    Returns
    -------
    ndarray of shape (height, width), bool
        Of the whole picture.

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


def soft_ink(main: Thing, digit: Mask) -> FloatImage:
    """The digit alone, cut out, with paper around it.

    Parameters
    ----------
    main : Thing
        The digit, or most of it.
    digit : ndarray of shape (height, width), bool
        As `with_parts` returns it.

    Returns
    -------
    ndarray of float32
        Paper 0, ink 1; half at its edge.
    """
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


def _as_paper(light: FloatImage) -> FloatImage:
    return np.maximum(light, _DARKEST_PAPER)


def _largest(layer: Layer) -> list[Thing]:
    """Those with the most ink, if they are more than specks."""
    shortest = _SHORTEST * min(layer.numbers.shape)
    ink = np.bincount(layer.numbers.ravel(), weights=layer.contrast.ravel())
    long = [thing for thing in _all_of(layer) if thing.longest >= shortest]
    return sorted(long, key=lambda thing: -ink[thing.number])[:_LARGEST_THINGS]


def _all_of(layer: Layer) -> list[Thing]:
    return [Thing(layer, number) for number in range(1, len(layer.boxes) + 1)]


def _same_pen(thing: Thing, main: Thing) -> bool:
    low, high = (share * main.half_width for share in _SAME_PEN)
    return low <= thing.half_width <= high and thing.contrast >= _SAME_INK * main.contrast


def _completes(thing: Thing, main: Thing) -> bool:
    """Whether a thing beside the digit is a part of it and no digit of its own."""
    if thing.longest > main.longest:
        return False
    (_, across), (_, main_across) = thing.box, main.box
    shared = min(across.stop, main_across.stop) - max(across.start, main_across.start)
    is_below = shared >= min(thing.width, main.width) / 2
    return is_below or thing.height <= _SHORT_PART * main.height


def _is_another_digit(thing: Thing, main: Thing) -> bool:
    low, high = (share * main.longest for share in _ANOTHER_DIGIT)
    return (
        low <= thing.longest <= high
        and thing.on_frame == 0
        and thing.width <= _FLATTEST * thing.height
        and thing.holes <= _USUAL_HOLES
    )
