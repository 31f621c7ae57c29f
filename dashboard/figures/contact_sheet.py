"""Many small images as one picture of pixels: quicker on the screen than any chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import ImageColor

from dashboard.figures.palette import INK

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Pixels of nothing between two images, before they are enlarged.
GAP: Final = 2


def contact_sheet(
    images: NDArray[np.floating[Any]], columns: int, *, enlarged: int = 4
) -> NDArray[np.uint8]:
    """Images side by side, row by row.

    Parameters
    ----------
    images : (k, 20, 20) ndarray
        Paper 0, ink 1; what goes beyond is cut off. k ≥ 1.
    columns : int
        Images in a row.
    enlarged : int
        Pixels of the picture for each side of a pixel.

    Returns
    -------
    (h, w, 4) ndarray of uint8
        RGBA; transparent between the images.

    Examples
    --------
    >>> contact_sheet(np.zeros((3, 20, 20)), columns=2, enlarged=1).shape
    (42, 42, 4)
    """
    side = images.shape[1]
    rows = -(-len(images) // columns)
    sheet = np.zeros((rows, side + GAP, columns, side + GAP, 4), dtype=np.uint8)
    paper, ink = (np.array(ImageColor.getrgb(colour)) for _, colour in INK)
    amount = images.clip(0, 1)[..., np.newaxis]
    for index, colours in enumerate(paper + amount * (ink - paper)):
        row, column = divmod(index, columns)
        sheet[row, :side, column, :side, :3] = colours.round()
        sheet[row, :side, column, :side, 3] = 255
    flat = sheet.reshape(rows * (side + GAP), columns * (side + GAP), 4)[:-GAP, :-GAP]
    return flat.repeat(enlarged, axis=0).repeat(enlarged, axis=1)
