"""How digits stand in the scans that a model is trained on, so that drawings can stand likewise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.errors import DataError
from logreg_core.scans import SIDE, checked_scans
from logreg_core.shape import MIDDLE, shape_of
from logreg_core.strokes import INSIDE, outline

if TYPE_CHECKING:
    import numpy.typing as npt


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
BUNDLED_STYLE: Final = DrawingStyle(extent=19.7, half_width=0.089, centring="box")


def drawing_style(images: npt.NDArray[Any]) -> DrawingStyle:
    """Measure how digits stand in scans, so that drawings can be brought to the same.

    Ink over the length of its outline, as `logreg_core.strokes.outline` measures it,
    is half the stroke's width.

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
    scans = checked_scans(np.asarray(images)[spread]).clip(0, 1).astype(np.float64)
    scans = scans[scans.max(axis=(1, 2), initial=0) > INSIDE]
    if len(scans) == 0:
        return BUNDLED_STYLE
    rows, columns = _reach(scans.max(axis=2)), _reach(scans.max(axis=1))
    longest = np.maximum(rows.sum(axis=1), columns.sum(axis=1))  # (m,)
    half_width = scans.sum(axis=(1, 2)) / outline(scans) / longest
    return DrawingStyle(
        extent=float(np.median(longest).clip(8, SIDE)),
        half_width=float(np.median(half_width).clip(0.02, 0.15)),
        centring=_steadier_centre(scans, rows, columns),
    )


def _reach(profile: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Between the outermost ink, 1; beyond it, 0; at a soft edge, its grey: (m, 20)."""
    from_start = np.maximum.accumulate(profile, axis=1)
    from_end = np.maximum.accumulate(profile[:, ::-1], axis=1)[:, ::-1]
    reach: npt.NDArray[np.float64] = np.minimum(from_start, from_end)
    return np.asarray(reach / reach.max(axis=1, keepdims=True))


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
