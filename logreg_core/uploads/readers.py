"""One reader for each kind of file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logreg_core.uploads.arrays import read_npz
from logreg_core.uploads.limits import PICTURES, accepted_suffix
from logreg_core.uploads.matlab import read_mat
from logreg_core.uploads.pictures import read_picture, read_zip
from logreg_core.uploads.table import read_csv

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.uploads.examples import Examples

_READERS: Final[dict[str, Callable[[bytes], Examples]]] = {
    ".mat": read_mat,
    ".npz": read_npz,
    ".csv": read_csv,
    ".zip": read_zip,
}


def examples_in(filename: str, data: bytes) -> Examples:
    """Read a file here and now, in this process: only for files that are trusted.

    Raises
    ------
    DataError
        With one sentence that says what was wrong and what is accepted.
    """
    suffix = accepted_suffix(filename)
    return read_picture(data, filename) if suffix in PICTURES else _READERS[suffix](data)
