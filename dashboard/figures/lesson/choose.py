"""The bar of digits from which one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.figures.contact_sheet import GAP
from dashboard.figures.digits import gallery
from logreg_core.scans import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

#: From one digit to the next, and what the frame takes on both ends.
_CELL = SIDE + GAP
_AROUND = 3


def digit_bar(images: NDArray[np.float32], texts: Sequence[str], framed: int) -> go.Figure:
    """Digits in one row; a click on one reports its place as ``customdata``.

    For `bar_aspect`, which alone makes its pixels square: with axes that are tied to each
    other, a chart that is updated in place would keep its old number of digits.

    Parameters
    ----------
    images : (k, 20, 20) ndarray of float32
        Paper 0, ink 1; k ≥ 1.
    texts : sequence of str
        What is said of each under the mouse, k of them.
    framed : int
        The place of the one that is at hand, 0 to k - 1.
    """
    bar = gallery(images, texts, columns=len(images), framed=framed, closer=False)
    bar.layout.margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    bar.layout.yaxis.scaleanchor = None
    return bar


def bar_aspect(digits: int) -> float:
    """Width over height of a `digit_bar` of so many digits.

    Examples
    --------
    >>> bar_aspect(1)
    1.0
    """
    return (digits * _CELL - GAP + _AROUND) / (SIDE + _AROUND)
