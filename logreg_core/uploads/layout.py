"""What a file's numbers mean: which end is ink, and which way up an image is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.bundled import load_bundled
from logreg_core.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.uploads.examples import Examples

    Images = NDArray[np.float32]

#: The number that means ink: fractions, scikit-learn's load_digits, bytes.
FULL_SCALES: Final = (1, 16, 255)

#: Beyond it pixels of 0..1 must be meant otherwise: a resampled scan overshoots 1 by 0.2.
_BRIGHTEST_FRACTION: Final = 2

#: What a resampled scan may reach beyond paper and ink, with room to spare; of the full scale.
_OVERSHOOT: Final = 0.5

#: Images, evenly spread, by whose likeness to known digits it is told how all of them lie.
_LOOKED_AT: Final = 2000

#: Likeness to known digits, −1 to 1, from which on it decides how images lie.
_TELLING: Final = 0.1


@dataclass(frozen=True)
class Layout:
    """How the numbers of a file are to be understood.

    Parameters
    ----------
    by_column : bool
        Whether each image is stored column by column, as Octave and MATLAB do, not row
        by row. An image that is read the wrong way lies on its side.
    dark_on_light : bool
        Whether small numbers are ink and large ones paper.
    full_scale : {1, 16, 255}
        The number at the end opposite to 0.

    Raises
    ------
    DataError
        If the full scale is another.
    """

    by_column: bool = False
    dark_on_light: bool = False
    full_scale: int = 1

    def __post_init__(self) -> None:
        if self.full_scale not in FULL_SCALES:
            raise DataError(f"Pixels run from 0 to 1, 16 or 255, not to {self.full_scale}.")


def recognised(examples: Examples, *, by_column: bool) -> Layout:
    """Return the layout that the numbers themselves speak for.

    The scale is told by the largest number, ink by what the border is not, and how
    images lie by their likeness to known digits, upright and lying.

    Parameters
    ----------
    examples : Examples
        As the file has them.
    by_column : bool
        How images lie where their likeness to known digits does not tell.
    """
    if examples.ink_is_known:
        return Layout()
    highest = examples.highest
    full_scale = 1 if highest <= _BRIGHTEST_FRACTION else 16 if highest <= 16 else 255
    layout = Layout(
        by_column=False, dark_on_light=examples.paper > full_scale / 2, full_scale=full_scale
    )
    some = slice(None, None, -(-len(examples.labels) // _LOOKED_AT))
    lies = _lies(as_ink(examples, layout, some), examples.labels[some])
    by_column = lies > 0 if abs(lies) >= _TELLING else by_column
    return Layout(by_column, layout.dark_on_light, full_scale)


def as_ink(examples: Examples, layout: Layout, some: slice | list[int] = slice(None)) -> Images:
    """Return upright images, (m, 20, 20), paper 0 and ink 1; all, or some of them.

    Raises
    ------
    DataError
        If the numbers do not fit the full scale.
    """
    full = layout.full_scale
    if min(examples.lowest, full - examples.highest) < -_OVERSHOOT * full:
        raise DataError(
            f"The pixels run from {examples.lowest:g} to {examples.highest:g}, "
            f"not from 0 to {full}; accepted are 0 to 1, 0 to 16 or 0 to 255."
        )
    images = examples.images[some]
    if layout.by_column:
        images = images.transpose(0, 2, 1)
    if full != 1:
        images = images / np.float32(full)
    if layout.dark_on_light:
        images = np.float32(1) - images
    return images


def _lies(images: Images, labels: NDArray[np.int64]) -> float:
    """How much more alike to known digits the images are when they are turned, −1 to 1.

    Only what turning changes is compared: the mean image of a digit less the same one
    turned over its diagonal.
    """
    known = load_bundled()
    product = ours = theirs = 0.0
    for digit in np.unique(labels):
        here = _changed_by_turning(images[labels == digit])
        there = _changed_by_turning(known.images[known.labels == digit])
        product += float(np.vdot(here, there))
        ours += float(np.vdot(here, here))
        theirs += float(np.vdot(there, there))
    length = (ours * theirs) ** 0.5
    return -product / length if length > 0 else 0.0


def _changed_by_turning(images: Images) -> NDArray[np.float64]:
    mean = images.mean(axis=0, dtype=np.float64)
    return mean - mean.T
