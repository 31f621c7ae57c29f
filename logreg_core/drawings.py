"""Drawings that somebody has labelled, kept as they were drawn.

How thick a pen is and how large a digit stands depends on the scans that it is learnt
beside. So the drawing itself is kept, and a scan made of it for whichever data are at hand.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.dataset import Dataset
from logreg_core.drawing_style import BUNDLED_STYLE
from logreg_core.errors import DataError
from logreg_core.ink import resized
from logreg_core.normalise import drawing_steps, normalise_drawing
from logreg_core.scans import DRAWING_SIDE, SIDE

if TYPE_CHECKING:
    from collections.abc import Collection as AnyOf

    from numpy.typing import NDArray

    from logreg_core.drawing_style import DrawingStyle

#: Longest side of the ink that is kept; to be read, it is brought to 64.
_INK_SIDE: Final = 112

#: Of a drawing's strongest; less is paper.
_FAINTEST: Final = 0.02

_NAME: Final = "your own drawings"


@dataclass(frozen=True, eq=False)
class LabelledDrawing:
    """One drawing, and which digit it shows.

    Parameters
    ----------
    label : int
        0 to 9.
    pixels : (128, 128) ndarray of uint8, or (20, 20) ndarray of float32
        The drawing, paper 0 and ink up to 255; or a scan, where only that is left of it.
        Held as a read-only copy.
    sheet, content : str
        What its maker tells it by: the sheet that it was drawn on, and how far it had come
        when it was labelled. Empty where it came from a file.

    Raises
    ------
    DataError
        If the label is no digit, or the pixels are neither a drawing nor a scan.

    Examples
    --------
    >>> LabelledDrawing(7, np.zeros((20, 20), dtype=np.float32)).is_scan
    True
    """

    label: int
    pixels: NDArray[np.uint8] | NDArray[np.float32]
    sheet: str = ""
    content: str = ""

    def __post_init__(self) -> None:
        is_whole = isinstance(self.label, int | np.integer)
        if not (is_whole and 0 <= self.label <= 9):
            raise DataError(f"The label {self.label} is no digit; accepted are 0 to 9.")
        pixels = np.array(self.pixels)  # of one's own: the caller's array stays writable
        _check_pixels(pixels)
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)

    @property
    def is_scan(self) -> bool:
        """Whether the drawing itself is gone."""
        return self.pixels.dtype == np.float32

    def scan(self, style: DrawingStyle) -> NDArray[np.float32]:
        """As an unprepared scan beside others of this style, (20, 20); the last one is kept.

        Raises
        ------
        DataError
            If there is no digit to be read on the drawing.
        """
        if self.is_scan:
            return self.pixels.astype(np.float32, copy=False)
        if style not in self._last_scan:
            ink = self.pixels.astype(np.uint8, copy=False)
            scan = normalise_drawing(ink, "none", style=style)
            self._last_scan.clear()
            self._last_scan[style] = scan
        return self._last_scan[style]

    @property
    def identity(self) -> tuple[int, bytes]:
        """Equal for the same drawing under the same label."""
        return self.label, self.pixels.tobytes()

    @cached_property
    def _last_scan(self) -> dict[DrawingStyle, NDArray[np.float32]]:
        return {}


def reduced_ink(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink of a drawing as it is kept, (128, 128), paper 0.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) ndarray of uint8
        See `normalise_drawing`. It is cut to its ink, and reduced to 112 pixels on the
        longest side where it is larger.

    Raises
    ------
    DataError
        If there is no digit to be read.

    Examples
    --------
    >>> canvas = np.zeros((280, 280), dtype=np.uint8)
    >>> canvas[60:220, 130:150] = 255
    >>> rows = np.flatnonzero(reduced_ink(canvas).max(axis=1))
    >>> int(rows[0]), int(rows[-1])
    (8, 119)
    """
    ink = drawing_steps(image, "none")[0].image  # which refuses what is no digit
    rows, columns = (np.flatnonzero((ink > _FAINTEST).any(axis=axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if max(digit.shape) > _INK_SIDE:
        digit = resized(digit, _INK_SIDE)
    sheet = np.zeros((DRAWING_SIDE, DRAWING_SIDE), dtype=np.uint8)
    (top, left), (height, width) = ((DRAWING_SIDE - np.array(digit.shape)) // 2, digit.shape)
    sheet[top : top + height, left : left + width] = (digit * 255).round()
    return sheet


@dataclass(frozen=True, eq=False)
class Collection:
    """Labelled drawings in the order in which they were collected; one at least.

    Two collections are equal when their drawings and labels are.

    Parameters
    ----------
    drawings : tuple of LabelledDrawing
        One or more.

    Raises
    ------
    DataError
        If there are none.

    Examples
    --------
    >>> from logreg_core import DrawingStyle
    >>> canvas = np.zeros((280, 280), dtype=np.uint8)
    >>> canvas[60:220, 130:150] = 255
    >>> mine = Collection((LabelledDrawing(1, reduced_ink(canvas)),))
    >>> mine.scans(DrawingStyle(extent=14.3, half_width=0.058))
    Dataset('your own drawings', 1 images of 1)
    """

    drawings: tuple[LabelledDrawing, ...]

    def __post_init__(self) -> None:
        if not self.drawings:
            raise DataError("A collection has one drawing at least.")

    @classmethod
    def of_images(
        cls,
        images: Dataset,
        drawings: NDArray[np.uint8] | None = None,
        *,
        style: DrawingStyle = BUNDLED_STYLE,
    ) -> Collection:
        """Collect what a file has; at about a millisecond for each drawing.

        Parameters
        ----------
        images : Dataset
            Scans and their labels.
        drawings : (k, 128, 128) ndarray of uint8, optional
            What they were made of; blank where that is not known. One in which there is no
            digit to be read is left out, and its scan taken.
        style : DrawingStyle
            In which to read them; `scans` has this one ready.

        Raises
        ------
        DataError
            If the drawings have another shape, or are not as many as the images.
        """
        if drawings is None:
            return cls(tuple(map(LabelledDrawing, images.labels.tolist(), images.images)))
        if len(drawings) != len(images):
            raise DataError(f"There are {len(images)} images, but {len(drawings)} drawings.")
        triples = zip(images.labels.tolist(), images.images, drawings, strict=True)
        return cls(tuple(_or_its_scan(*triple, style) for triple in triples))

    def __len__(self) -> int:
        return len(self.drawings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Collection) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of drawings and labels as 64 hexadecimal digits; of no style."""
        digest = hashlib.sha256()
        for drawing in self.drawings:
            digest.update(bytes([drawing.label, drawing.is_scan]) + drawing.pixels.tobytes())
        return digest.hexdigest()

    @property
    def counts(self) -> dict[int, int]:
        """How many there are of each digit that occurs, in ascending order."""
        return dict(sorted(Counter(drawing.label for drawing in self.drawings).items()))

    def of_digits(self, digits: AnyOf[int]) -> Collection | None:
        """Those that show one of these digits; None where none does."""
        chosen = tuple(drawing for drawing in self.drawings if drawing.label in digits)
        return Collection(chosen) if chosen else None

    def scans(self, style: DrawingStyle) -> Dataset:
        """As scans beside others of this style, unprepared."""
        return Dataset(
            np.stack([drawing.scan(style) for drawing in self.drawings]),
            np.array([drawing.label for drawing in self.drawings]),
            _NAME,
        )

    def as_file(self, style: DrawingStyle) -> bytes:
        """A .npz that an upload takes: images, labels and the drawings themselves.

        images (k, 20, 20) are in the style given. drawings (k, 128, 128) are blank where
        only a scan is left.
        """
        scans = self.scans(style)
        blank = np.zeros((DRAWING_SIDE, DRAWING_SIDE), dtype=np.uint8)
        inks = [blank if drawing.is_scan else drawing.pixels for drawing in self.drawings]
        file = io.BytesIO()
        np.savez_compressed(file, images=scans.images, labels=scans.labels, drawings=np.stack(inks))
        return file.getvalue()


def _or_its_scan(
    label: int, scan: NDArray[np.float32], ink: NDArray[np.uint8], style: DrawingStyle
) -> LabelledDrawing:
    """A drawing that has been read in this style; where it shows no digit, its scan."""
    drawing = LabelledDrawing(label, ink)
    try:
        drawing.scan(style)
    except DataError:
        return LabelledDrawing(label, scan)
    return drawing


def _check_pixels(pixels: NDArray[Any]) -> None:
    drawing, scan = ((DRAWING_SIDE, DRAWING_SIDE), "uint8"), ((SIDE, SIDE), "float32")
    if (pixels.shape, str(pixels.dtype)) not in {drawing, scan}:
        raise DataError(
            f"The pixels have the shape {pixels.shape} and the type {pixels.dtype}; accepted are "
            f"a drawing of {DRAWING_SIDE}x{DRAWING_SIDE} (uint8) and a scan of {SIDE}x{SIDE} "
            "(float32)."
        )
    if not np.isfinite(pixels).all():
        raise DataError("A pixel is not a finite number; accepted are paper 0 to ink 1.")
