""".npz: images and labels as NumPy saves them."""

from __future__ import annotations

import math
import tokenize
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.lib import format as npy

from logreg_core.errors import DataError
from logreg_core.scans import DRAWING_SIDE
from logreg_core.uploads.archive import DAMAGED, ZIP_RAISES, opened
from logreg_core.uploads.examples import Examples, check_shapes, examples_of, in_one
from logreg_core.uploads.limits import MAX_DRAWINGS, check_unpacked_size

if TYPE_CHECKING:
    import zipfile

    import numpy.typing as npt

_IMAGES = ("X", "images")
_LABELS = ("y", "labels")

#: Beside the two above in what the dashboard saves of a visitor's own drawings.
_DRAWINGS: Final = "drawings.npy"

# What reading an altered .npy header or array can raise beside what its archive does.
_NPY_RAISES = (
    *ZIP_RAISES,
    KeyError,
    MemoryError,
    SyntaxError,
    TypeError,
    tokenize.TokenError,
)

_HEADER_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_npz(data: bytes) -> Examples:
    """Read X or images, (m, 400) or (m, 20, 20), and y or labels, (m,); other sides likewise.

    Where there are drawings too, (m, 128, 128) of uint8, they come along.

    Raises
    ------
    DataError
        For a damaged file, missing arrays, or arrays of another kind or shape.
    """
    with opened(data) as archive:
        names = set(archive.namelist())
        images = _member(names, _IMAGES)
        labels = _member(names, _LABELS)
        check_shapes(_announced_shape(archive, images), _announced_shape(archive, labels))
        examples = examples_of(in_one(_array(archive, images), _array(archive, labels)))
        if _DRAWINGS not in names:
            return examples
        _check_drawings(_announced_shape(archive, _DRAWINGS), len(examples.labels))
        return replace(examples, drawings=_bytes_only(_array(archive, _DRAWINGS)))


def array_in(archive: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    """Read one array of real numbers, once its header has told that it is within the limits.

    Parameters
    ----------
    archive : ZipFile
        From `opened`.
    name : str
        Of the array.

    Raises
    ------
    DataError
        If it is missing, damaged, too large or of another kind.
    """
    _announced_shape(archive, f"{name}.npy")
    return _array(archive, f"{name}.npy")


def _member(names: set[str], accepted: tuple[str, str]) -> str:
    for name in accepted:
        if f"{name}.npy" in names:
            return f"{name}.npy"
    raise DataError(
        f"The .npz file has no array {' or '.join(accepted)}; "
        "accepted are X or images, (m, 400) or (m, 20, 20) or another square, and y or labels."
    )


def _check_drawings(shape: tuple[int, ...], m: int) -> None:
    if shape != (m, DRAWING_SIDE, DRAWING_SIDE):
        raise DataError(
            f"The array drawings has the shape {shape}; accepted is one drawing of "
            f"{DRAWING_SIDE}x{DRAWING_SIDE} for each of the {m} images."
        )
    if m > MAX_DRAWINGS:
        raise DataError(f"The file has {m:,} drawings; accepted are {MAX_DRAWINGS:,} at most.")


def _bytes_only(drawings: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if drawings.dtype != np.uint8:
        raise DataError(
            f"The array drawings has the type {drawings.dtype}; accepted are whole numbers "
            "0 to 255 (uint8)."
        )
    return np.ascontiguousarray(drawings)


def _announced_shape(archive: zipfile.ZipFile, member: str) -> tuple[int, ...]:
    """Read the header of an array only, and refuse what must not be read further."""
    try:
        with archive.open(member) as stream:
            # Version 3.0 exists for the names of record fields only.
            read_header = _HEADER_READERS[npy.read_magic(stream)]
            shape, _, dtype = read_header(stream)
    except _NPY_RAISES as error:
        raise DataError(DAMAGED) from error
    if dtype.kind not in "buif":
        kind = "Python objects" if dtype.hasobject else f"the type {dtype}"
        raise DataError(f"The array {member[:-4]} has {kind}; accepted are arrays of real numbers.")
    check_unpacked_size(math.prod(abs(length) for length in shape) * dtype.itemsize)
    return shape


def _array(archive: zipfile.ZipFile, member: str) -> npt.NDArray[Any]:
    try:
        with archive.open(member) as stream:
            return np.asarray(npy.read_array(stream, allow_pickle=False))
    except _NPY_RAISES as error:
        raise DataError(DAMAGED) from error
