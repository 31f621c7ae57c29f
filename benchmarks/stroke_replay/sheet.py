"""A contact sheet of what was misread: each drawing, and beside it what the model saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .counting import misread
from .rasteriser import INK, PAPER, rasterised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reading import Outcome

#: More would be a picture that no viewer opens.
MOST: Final = 240

_COLUMNS: Final = 6
_SIDE: Final = 120  # px of each picture: a pixel of 20x20 is 6
_GAP: Final = 8
_CAPTION: Final = 20
_HEADING: Final = 36
_ENTRY: Final = (2 * _SIDE + 3 * _GAP, _SIDE + _CAPTION + _GAP)
_TEXT: Final = (14, 20)  # px, of captions and of the heading
_WHITE: Final = (255, 255, 255)
_FRAME: Final = (200, 200, 196)


def contact_sheet(title: str, outcomes: Sequence[Outcome]) -> Image.Image:
    """Show those that were misread, worst first: the least probable label, then refusals.

    Parameters
    ----------
    title : str
        Which model it was.
    outcomes : sequence of Outcome
        All that it read; at most `MOST` misread ones are shown.
    """
    wrong = misread(outcomes)
    shown = wrong[:MOST]
    heading = f"{title}: {len(wrong)} of {len(outcomes)} misread, worst first"
    if len(shown) < len(wrong):
        heading += f" (the first {MOST})"
    width, height = _ENTRY
    rows = -(-len(shown) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * width + _GAP, _HEADING + rows * height + _GAP), _WHITE)
    _write(sheet, (_GAP, _GAP), heading, _TEXT[1])
    for place, outcome in enumerate(shown):
        row, column = divmod(place, _COLUMNS)
        sheet.paste(_entry(outcome), (_GAP + column * width, _HEADING + row * height))
    return sheet


def caption(outcome: Outcome) -> str:
    """What was meant, what it was read as, how sure, and which digit of the file it is.

    Its number is its place in the file, from 0.
    """
    drawing = outcome.drawing
    read = (
        "refused" if outcome.read_as is None else f"as {outcome.read_as}, {outcome.certainty:.0%}"
    )
    return f"{drawing.label} {read}   #{drawing.index}, brush {drawing.brush}"


def _entry(outcome: Outcome) -> Image.Image:
    entry = Image.new("RGB", _ENTRY, _WHITE)
    drawn = Image.fromarray(rasterised(outcome.drawing.strokes, outcome.drawing.brush))
    entry.paste(drawn.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), (0, 0))
    if outcome.seen is not None:
        entry.paste(_enlarged(outcome.seen), (_SIDE + _GAP // 2, 0))
    ImageDraw.Draw(entry).rectangle((0, 0, 2 * _SIDE + _GAP // 2 - 1, _SIDE - 1), outline=_FRAME)
    _write(entry, (0, _SIDE + 2), caption(outcome), _TEXT[0])
    return entry


def _enlarged(seen: np.ndarray) -> Image.Image:
    """20x20, paper 0 and ink 1, in the colours of the canvas."""
    ink = seen.clip(0, 1)[..., None]
    colours = np.asarray(PAPER) * (1 - ink) + np.asarray(INK) * ink
    picture = Image.fromarray(colours.round().astype(np.uint8))
    return picture.resize((_SIDE, _SIDE), Image.Resampling.NEAREST)


def _write(picture: Image.Image, place: tuple[int, int], text: str, size: int) -> None:
    ImageDraw.Draw(picture).text(place, text, fill=INK, font=ImageFont.load_default(size))
