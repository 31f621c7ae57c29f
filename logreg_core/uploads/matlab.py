""".mat: X and y as Octave and MATLAB save them, as the course's files have them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
from scipy.io import loadmat, whosmat
from scipy.io.matlab import MatReadError

from logreg_core.errors import DataError
from logreg_core.uploads.examples import Examples, check_shapes, examples_of, in_one
from logreg_core.uploads.limits import check_unpacked_size

if TYPE_CHECKING:
    from collections.abc import Sequence

# "MATLAB 5.0 MAT-file" format, published by MathWorks: a header of 128 bytes
# (text, version, byte order), then elements, each behind its type and its length.
_HEADER_BYTES = 128
_TAG_BYTES = 8
_BYTE_ORDERS = {b"\x00\x01IM": "<", b"\x01\x00MI": ">"}

# Kind of variable → bytes of each number.
_NUMERIC = {"double": 8, "single": 4, "logical": 1} | {
    f"{sign}int{bits}": bits // 8 for sign in ("", "u") for bits in (8, 16, 32, 64)
}

# What scipy.io raises on files cut off or altered, found by altering files.
_LOADMAT_RAISES = (
    MatReadError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NameError,
    NotImplementedError,
    OSError,
    SystemError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_DAMAGED = "The .mat file is cut off or damaged; save or download it once more."


def read_mat(data: bytes) -> Examples:
    """Read X (m x 400, or another square) and y of a .mat file of version 5 to 7.

    Raises
    ------
    DataError
        For another format, a damaged file, or X and y of another kind.

    References
    ----------
    A. Ng, Machine Learning, programming exercise 3 (ex3data1.mat).
    """
    _check_elements(data, _byte_order(data))
    try:  # the stubs of scipy.io know of paths only
        _check_variables(whosmat(io.BytesIO(data)))
        variables = loadmat(
            io.BytesIO(data),
            variable_names=["X", "y"],
        )
    except DataError:
        raise
    except _LOADMAT_RAISES as error:
        raise DataError(_DAMAGED) from error
    X, y = variables["X"], variables["y"]
    for name, matrix in ("X", X), ("y", y):
        if not isinstance(matrix, np.ndarray) or matrix.dtype.kind not in "buif":
            raise DataError(
                f"The variable {name} has no real numbers; accepted is a full, real matrix."
            )
    return examples_of(in_one(X, y))


def _byte_order(data: bytes) -> str:
    """Recognise the format by its header; say what to do about those that are near."""
    if data[:10] == b"MATLAB 7.3" or b"\x89HDF\r\n" in data[:520]:
        raise DataError(
            "This .mat file has version 7.3 (HDF5); accepted are versions 5 to 7, "
            "so save it with: save -v7 file.mat X y"
        )
    if data[:19] == b"# Created by Octave" or data[:8] == b"Octave-1":
        raise DataError(
            "This .mat file is in Octave's own format; accepted are versions 5 to 7, "
            "so save it with: save -v7 file.mat X y"
        )
    if data[124:_HEADER_BYTES] not in _BYTE_ORDERS:
        raise DataError(
            "This is not a .mat file of MATLAB version 5 to 7, whatever its name says; "
            "accepted is what `save -v7 file.mat X y` writes."
        )
    return _BYTE_ORDERS[data[124:_HEADER_BYTES]]


def _check_elements(data: bytes, byte_order: str) -> None:
    """Walk from element to element: all must be complete."""
    position = _HEADER_BYTES
    while position < len(data):
        if position + _TAG_BYTES > len(data):
            raise DataError(_DAMAGED)
        _, size = struct.unpack_from(f"{byte_order}II", data, position)
        position += _TAG_BYTES + size
        if position > len(data):
            raise DataError(_DAMAGED)


def _check_variables(variables: Sequence[tuple[str, tuple[int, ...], str]]) -> None:
    """Check kind and shape of X and y by their headers, before their content is read."""
    found = {name: (shape, kind) for name, shape, kind in reversed(variables)}
    for name in "X", "y":
        if name not in found:
            raise DataError(
                f"The .mat file has no variable {name}; accepted are X (m x 400) and y (m x 1)."
            )
        shape, kind = found[name]
        if kind not in _NUMERIC:
            raise DataError(
                f"The variable {name} is of the kind {kind}; accepted is a full, real matrix."
            )
        if len(shape) != 2:
            raise DataError(
                f"The variable {name} has {len(shape)} dimensions; "
                "accepted are X (m x 400) and y (m x 1)."
            )
        check_unpacked_size(_NUMERIC[kind] * abs(shape[0] * shape[1]))
    check_shapes(found["X"][0], found["y"][0])
