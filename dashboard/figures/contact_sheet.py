"""Many small images as one picture of pixels: quicker on the screen than any chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageColor

from dashboard.figures.palette import INK

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Pixels of nothing between two images, before they are enlarged.
GAP: Final = 2

#: Shades from paper to ink; with the one for nothing they fill a palette.
_SHADES: Final = 255


def contact_sheet(
    images: NDArray[np.floating[Any]], columns: int, *, enlarged: int = 4, below: int = 0
) -> Image.Image:
    """Images side by side, row by row.

    Parameters
    ----------
    images : (k, 20, 20) ndarray
        Paper 0, ink 1; what goes beyond is cut off. k ≥ 1.
    columns : int
        Images in a row.
    enlarged : int
        Pixels of the picture for each side of a pixel.
    below : int
        Pixels of nothing that each row has below it, beside the gap, for words.

    Returns
    -------
    PIL.Image.Image
        With a palette, which makes a .png a fifth of what it is in full colour;
        transparent between the images.

    Examples
    --------
    >>> contact_sheet(np.zeros((3, 20, 20)), columns=2, enlarged=1).size
    (42, 42)
    """
    side = images.shape[1]
    rows, pitch = -(-len(images) // columns), side + below + GAP
    sheet = np.zeros((rows, pitch, columns, side + GAP), dtype=np.uint8)  # 0 is nothing
    for index, shades in enumerate((images.clip(0, 1) * (_SHADES - 1)).round() + 1):
        row, column = divmod(index, columns)
        sheet[row, :side, column, :side] = shades
    flat = sheet.reshape(rows * pitch, columns * (side + GAP))[:-GAP, :-GAP]
    picture = Image.fromarray(flat.repeat(enlarged, axis=0).repeat(enlarged, axis=1))
    paper, ink = (ImageColor.getrgb(colour) for _, colour in INK)
    palette = np.linspace(paper, ink, _SHADES).round().astype(np.uint8)
    picture.putpalette(bytes(3) + palette.tobytes())
    picture.info["transparency"] = 0
    return picture
