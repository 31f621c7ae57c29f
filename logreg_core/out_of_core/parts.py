"""Labelled scans in many files of one folder, none of which need fit into memory.

A part is two files of ``numpy.save``: ``images-NAME.npy``, (k, 20, 20) or (k, 400) of float32
or float64, paper 0 and ink 1; and ``labels-NAME.npy``, (k,) whole numbers 0..9. NAME is whatever
both have in common. Such files are read by rows, so a part may be of any size.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.dataset import Dataset
from logreg_core.errors import DataError
from logreg_core.scans import PIXELS, SIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_IMAGES: Final = "images-"
_LABELS: Final = "labels-"

#: As an image is stored: a square, or a row of X without its bias.
_SHAPES: Final = ((SIDE, SIDE), (PIXELS,))


@dataclass(frozen=True)
class Part:
    """Some images and their labels on disk, as two files that stand side by side.

    Parameters
    ----------
    images : Path
        The file of the images.
    first, last : int
        Which of its rows, `last` excluded.
    """

    images: Path
    first: int
    last: int

    @property
    def labels(self) -> Path:
        """The file of the labels."""
        return _labels_beside(self.images)

    @property
    def name(self) -> str:
        """As a person finds it."""
        return f"{self.images.name} and its labels, rows {self.first} to {self.last - 1}"

    def split(self, rows: int) -> list[Part]:
        """Return the same rows, at most so many in each.

        Raises
        ------
        DataError
            If `rows` is less than 1.
        """
        if rows < 1:
            raise DataError(f"A chunk holds 1 row or more, not {rows}.")
        return [
            Part(self.images, first, min(first + rows, self.last))
            for first in range(self.first, self.last, rows)
        ]

    def read(self) -> Dataset:
        """The examples of this part, checked.

        Raises
        ------
        DataError
            If a file cannot be read, a pixel is not finite or a label is no digit.
        """
        rows = slice(self.first, self.last)
        images, labels = _opened(self.images)[rows], _opened(self.labels)[rows]
        try:
            return Dataset(images.reshape(-1, SIDE, SIDE), np.array(labels), self.images.name)
        except (DataError, OSError) as error:
            raise DataError(f"{self.name}: {error}") from error


def open_parts(directory: Path | str) -> list[Part]:
    """Find the parts of a folder and check their shapes, without reading what they hold.

    Parameters
    ----------
    directory : Path or str
        Where they are.

    Returns
    -------
    list of Part
        In the order of their names.

    Raises
    ------
    DataError
        If there is none, a file has no partner or holds something else.
    """
    folder = Path(directory).absolute()  # workers may stand in another one
    if not folder.is_dir():
        raise DataError(f"There is no folder {directory}.")
    parts = [_checked_part(images) for images in sorted(folder.glob(f"{_IMAGES}*.npy"))]
    if not parts:
        raise DataError(
            f"{directory} holds no parts: files images-NAME.npy, each with its labels-NAME.npy, "
            "as write_parts writes them."
        )
    return parts


def write_parts(
    source: Dataset | Iterable[Dataset], directory: Path | str, rows: int = 50_000
) -> int:
    """Write examples as parts that `open_parts` finds.

    Parameters
    ----------
    source : Dataset or iterable of Dataset
        One after another is written, so that a generator never needs memory for all.
    directory : Path or str
        Where to; made where it is missing.
    rows : int
        Images in a part at most; 50,000 of them are 80 MB.

    Returns
    -------
    int
        How many parts were written.

    Raises
    ------
    DataError
        If `rows` is less than 1, the folder holds parts already, since old and new would mix,
        or it cannot be written.
    """
    if rows < 1:
        raise DataError(f"A part holds 1 image or more, not {rows}.")
    folder = Path(directory)
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if any(folder.glob(f"{_IMAGES}*.npy")):
        raise DataError(f"{directory} holds parts already: choose an empty folder.")
    number = 0
    for dataset in [source] if isinstance(source, Dataset) else source:
        for first in range(0, len(dataset), rows):
            some = slice(first, first + rows)
            with _writing(folder):
                np.save(folder / f"{_IMAGES}{number:05}.npy", dataset.images[some])
                np.save(folder / f"{_LABELS}{number:05}.npy", dataset.labels[some].astype(np.uint8))
            number += 1
    return number


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say in a sentence why a folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written: {error.strerror}. Choose a folder that you may write "
            "to, on a disk with enough room."
        ) from error


def _labels_beside(images: Path) -> Path:
    return images.with_name(_LABELS + images.name.removeprefix(_IMAGES))


def _checked_part(path: Path) -> Part:
    images, labels = _opened(path), _opened(_labels_beside(path))
    if images.dtype not in (np.float32, np.float64) or images.shape[1:] not in _SHAPES:
        raise DataError(
            f"{path.name} holds {images.dtype} of shape {images.shape}; accepted are float32 or "
            "float64, (k, 20, 20) or (k, 400), paper 0 and ink 1."
        )
    if labels.dtype.kind not in "ui" or labels.shape != images.shape[:1]:
        raise DataError(
            f"{_labels_beside(path).name} holds {labels.dtype} of shape {labels.shape}; accepted "
            f"are {len(images)} whole numbers, one for each image of {path.name}."
        )
    return Part(path, 0, len(images))


def _opened(path: Path) -> NDArray[Any]:
    """The array of a file, of which nothing is read yet; never one of objects."""
    try:
        return np.lib.format.open_memmap(path, mode="r")
    except FileNotFoundError:
        raise DataError(f"There is no {path.name} in {path.parent}.") from None
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror}.") from error
    except (ValueError, EOFError):
        raise DataError(
            f"{path.name} is not what numpy.save writes of an array of numbers, or not all of it."
        ) from None
