"""A visitor's file, read into a Dataset or refused with one sentence."""

from __future__ import annotations

import threading
import warnings
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from logreg_core.errors import DataError
from logreg_core.uploads.arrays import read_npz
from logreg_core.uploads.examples import Examples, dataset_of
from logreg_core.uploads.limits import MAX_FILE_BYTES, check_file_size
from logreg_core.uploads.matlab import read_mat
from logreg_core.uploads.pictures import PICTURES, read_picture, read_zip
from logreg_core.uploads.table import read_csv

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.dataset import Dataset

__all__ = ["ACCEPTED_UPLOADS", "MAX_FILE_BYTES", "read_upload"]

_READERS: dict[str, Callable[[bytes], Examples]] = {
    ".mat": read_mat,
    ".npz": read_npz,
    ".csv": read_csv,
    ".zip": read_zip,
}

#: The kinds of file that `read_upload` accepts, by their suffix.
ACCEPTED_UPLOADS = (*_READERS, *PICTURES)

# A name is shown, so it is kept short.
_LONGEST_NAME = 60

# One at a time: an upload may unpack to 200 MB, and Python keeps its warning
# filters for all threads together.
_ONE_AT_A_TIME = threading.Lock()


def read_upload(filename: str, data: bytes) -> Dataset:
    """Read labelled digits from a file that a visitor chose.

    ========  ==================================================================
    .mat      X (m x 400, each image column by column, as Octave does) and y
    .npz      X or images, (m, 400) or (m, 20, 20), and y or labels
    .csv      a column label and 400 of pixels; without a header, the label first
    .zip      PNG and JPEG in folders named after their digit
    .png .jpg one picture whose file name begins with its digit
    ========  ==================================================================

    Pixels are 0..1 or 0..255 with bright ink; labels are 0..9, and 10 means 0 as
    in the course. Pictures are square, 8x8 to 64x64, and dark ink on light paper
    is turned over.

    Parameters
    ----------
    filename : str
        Its suffix says how to read the file; the dataset is named after it.
    data : bytes
        The content, at most `MAX_FILE_BYTES`.

    Returns
    -------
    Dataset
        All of the file's images, in their order.

    Raises
    ------
    DataError
        With one sentence that says what was wrong and what is accepted.

    Examples
    --------
    >>> import os
    >>> rows = ["7," + ",".join(["0"] * 400), "3," + ",".join(["255"] * 400)]
    >>> read_upload("mine.csv", os.linesep.join(rows).encode())
    Dataset('mine.csv', 2 images of 3, 7)
    >>> read_upload("mine.docx", b"PK")
    Traceback (most recent call last):
        ...
    logreg_core.errors.DataError: Files of the kind .docx cannot be read; accepted are ...
    """
    name = _shown(filename)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in ACCEPTED_UPLOADS:
        kind = f"of the kind {suffix}" if suffix else "without a suffix"
        raise DataError(f"Files {kind} cannot be read; accepted are {', '.join(ACCEPTED_UPLOADS)}.")
    check_file_size(len(data))
    # What the libraries warn of is either refused below or does no harm.
    with _ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"):
        if suffix in PICTURES:
            return dataset_of(read_picture(data, name), name)
        return dataset_of(_READERS[suffix](data), name)


def _shown(filename: str) -> str:
    """Return a file's name without its folders and control characters, its end at least."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, name))[-_LONGEST_NAME:]
