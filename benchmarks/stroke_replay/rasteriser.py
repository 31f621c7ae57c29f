"""The canvas without a browser: strokes as fabric.js's PencilBrush paints them.

The brush draws no straight lines: each point but the first and the last is the control point of
a quadratic curve between the middles of its two segments. ``--browser`` compares what this paints
with the canvas in Chromium: they differ at the edges only, most where the brush width is odd, since
fabric.js then paints by way of a copy that is half a pixel off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw

from .strokes import CANVAS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from .strokes import Stroke

PAPER: Final = (251, 250, 247)  # as dashboard/canvas.py has them
INK: Final = (20, 22, 27)

#: Levels of 255; pixels that differ by less look alike.
VISIBLE: Final = 32

_SUPERSAMPLING: Final = 8  # Pillow draws without antialiasing
_PIECES: Final = 8  # straight lines to a curve, each a pixel or two long


def rasterised(strokes: Sequence[Stroke], brush: float) -> npt.NDArray[np.uint8]:
    """Paint strokes with a round brush of this width, (280, 280, 4)."""
    picture = Image.new("RGB", (CANVAS, CANVAS), PAPER)
    for stroke in strokes:  # one over the other, each with its own soft edge
        picture.paste(INK, mask=_coverage(smoothed(stroke), brush))
    return np.asarray(picture.convert("RGBA"))


def smoothed(stroke: Stroke) -> Stroke:
    """Return the middle line of what the brush paints, (points, 2)."""
    moved = np.append(True, (np.diff(stroke, axis=0) != 0).any(axis=1))
    points = stroke[moved]
    if len(points) > 2:  # when fabric.js thins points out, the last but one is always lost
        points = np.delete(points, -2, axis=0)
    middles = (points[:-1] + points[1:]) / 2
    start, control, end = middles[:-1, None], points[1:-1, None], middles[1:, None]
    t = np.linspace(0, 1, _PIECES, endpoint=False)[:, None]
    curves = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end  # (curves, pieces, 2)
    return np.concatenate([points[:1], curves.reshape(-1, 2), middles[-1:], points[-1:]])


def differing(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> float:
    """Share of the pixels of two pictures, (height, width, channels), that visibly differ.

    Examples
    --------
    >>> paper = np.zeros((2, 2, 3), dtype=np.uint8)
    >>> ink = paper.copy()
    >>> ink[0, 0, 1] = 255
    >>> differing(paper, ink)
    0.25
    """
    distance = np.abs(first.astype(np.int16) - second).max(axis=-1)
    return float((distance > VISIBLE).mean())


def _coverage(line: Stroke, brush: float) -> Image.Image:
    """How much of each pixel a round brush covers along the line: 0 to 255."""
    side = CANVAS * _SUPERSAMPLING
    reach = round(brush * _SUPERSAMPLING / 2)
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    # Pillow takes whole pixels, counts from their middle, and centres odd widths only.
    places = [(x, y) for x, y in (line * _SUPERSAMPLING - 0.5).round().tolist()]
    pen.line(places, fill=255, width=2 * reach + 1)
    for x, y in places:  # round joints and ends
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
    return mask.reduce(_SUPERSAMPLING)
