"""Pen strokes from a file, scaled and placed on the canvas as a visitor might draw them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    Stroke = npt.NDArray[np.float64]  # (points, 2), x and y in pixels of the canvas

CANVAS: Final = 280
SIZES: Final = (80.0, 220.0)  # px, longest side of the pen's path
BRUSHES: Final = (10, 28)  # px, both possible; whole, as the page's slider has them
PARTS: Final = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}

_FORMAT: Final = '{"digits": [{"label": 7, "strokes": [[[x, y], ...], ...]}, ...]}'


@dataclass(frozen=True, eq=False)
class DrawnDigit:
    """A digit where and how it is drawn on the canvas.

    Attributes
    ----------
    index : int
        Its place in the file, from 0.
    label : int
        What was meant.
    strokes : tuple of (points, 2) ndarray of float64
        x and y in pixels of the canvas, y down; whole numbers, as a mouse has them.
    size : float
        Longest side of the pen's path in pixels.
    brush : int
        Width of the pen in pixels.
    """

    index: int
    label: int
    strokes: tuple[Stroke, ...]
    size: float
    brush: int


def drawn_digits(
    file: Path, *, part: str = "all", repeats: int = 1, seed: int = 0
) -> list[DrawnDigit]:
    """Place each digit of the file `repeats` times, at random sizes, places and brush widths.

    A digit is drawn alike, whatever part of the file is asked for and however often
    the others are drawn.

    Raises
    ------
    DataError
        If the file holds no strokes.
    """
    digits = _read(file)
    drawn = []
    for index in range(len(digits))[PARTS[part]]:
        label, strokes = digits[index]
        for repeat in range(repeats):
            random = np.random.default_rng([seed, index, repeat])
            size = random.uniform(*SIZES)
            brush = int(random.integers(*BRUSHES, endpoint=True))
            drawn.append(
                DrawnDigit(index, label, placed(strokes, size, brush, random), size, brush)
            )
    return drawn


def evenly(drawn: Sequence[DrawnDigit], count: int) -> list[DrawnDigit]:
    """At most `count` of them, evenly spread over the file."""
    places = np.linspace(0, len(drawn) - 1, min(count, len(drawn))).round().astype(int)
    return [drawn[place] for place in places]


def placed(
    strokes: Sequence[Stroke], size: float, brush: int, random: np.random.Generator
) -> tuple[Stroke, ...]:
    """Scale the pen's path to a longest side of `size` and put it anywhere on the canvas."""
    points = np.concatenate(strokes)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = size / max(float(extent.max()), 1.0)
    margin = brush / 2 + 1  # so that all ink is on the canvas
    place = margin + random.random(2) * (CANVAS - 2 * margin - extent * scale)
    return tuple(((stroke - corner) * scale + place).round() for stroke in strokes)


def _read(file: Path) -> list[tuple[int, list[Stroke]]]:
    """The digits of the file: label and strokes."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        digits = [(int(digit["label"]), _strokes(digit["strokes"])) for digit in content["digits"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{file.name} holds no pen strokes ({error}); accepted is JSON: {_FORMAT}."
        ) from None
    if not digits:
        raise DataError(f"{file.name} holds no digit.")
    return digits


def _strokes(strokes: list[Any]) -> list[Stroke]:
    arrays = [np.asarray(stroke, dtype=np.float64) for stroke in strokes]
    if not arrays or any(array.ndim != 2 or array.shape[1] != 2 for array in arrays):
        raise ValueError("a stroke is a list of [x, y]")
    return arrays
