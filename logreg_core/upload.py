"""A visitor's file, read into a Dataset or a picture, or refused with one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logreg_core.dataset import Dataset
from logreg_core.drawing_style import BUNDLED_STYLE
from logreg_core.drawings import Collection
from logreg_core.uploads.apart import read_apart, read_photo_apart, stand_by
from logreg_core.uploads.layout import FULL_SCALES, Layout, as_ink, recognised
from logreg_core.uploads.limits import (
    ACCEPTED_UPLOADS,
    MAX_FILE_BYTES,
    MAX_PHOTO_BYTES,
    accepted_suffix,
    check_file_size,
    check_photo_size,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from logreg_core.drawing_style import DrawingStyle
    from logreg_core.uploads.examples import Examples

__all__ = [
    "ACCEPTED_UPLOADS",
    "FULL_SCALES",
    "MAX_FILE_BYTES",
    "MAX_PHOTO_BYTES",
    "Layout",
    "Upload",
    "open_upload",
    "read_photo",
    "read_upload",
    "stand_by",
]

# A name is shown, so it is kept short.
_LONGEST_NAME = 60


@dataclass(frozen=True, eq=False)
class Upload:
    """What was found in a file, and how it seems to be meant.

    Attributes
    ----------
    name : str
        The file's, as it is shown.
    examples : Examples
        Its numbers as they are.
    recognised : Layout
        What the numbers speak for.
    """

    name: str
    examples: Examples
    recognised: Layout

    def dataset(self, layout: Layout | None = None) -> Dataset:
        """Return the images, read as recognised or as somebody who knows better says.

        Raises
        ------
        DataError
            If the numbers do not fit that layout.
        """
        images = as_ink(self.examples, layout or self.recognised)
        return Dataset(images, self.examples.labels, self.name)

    def images(self, positions: list[int], layout: Layout) -> NDArray[np.float32]:
        """Return some of the images as `dataset` would, (k, 20, 20), for a look at them."""
        return as_ink(self.examples, layout, positions)

    def collection(
        self, layout: Layout | None = None, style: DrawingStyle = BUNDLED_STYLE
    ) -> Collection:
        """Return the images as drawings; themselves where the file has them, else as scans.

        Parameters
        ----------
        layout : Layout, optional
            As for `dataset`.
        style : DrawingStyle
            In which drawings are read to see whether each shows a digit.

        Raises
        ------
        DataError
            As `dataset` does.
        """
        return Collection.of_images(self.dataset(layout), self.examples.drawings, style=style)


def open_upload(filename: str, data: bytes) -> Upload:
    """Read labelled digits from a file that a visitor chose; `read_upload` in two steps.

    Takes and raises what `read_upload` does.

    Examples
    --------
    >>> rows = ["7," + ",".join(["0"] * 784), "3," + ",".join(["0", "255"] * 392)]
    >>> upload = open_upload("mine.csv", chr(10).join(rows).encode())
    >>> upload.examples.side, upload.recognised.full_scale
    (28, 255)
    >>> upload.dataset(Layout(full_scale=255, dark_on_light=True)).images[0].max()
    np.float32(1.0)
    """
    name = _shown(filename)
    suffix = accepted_suffix(name)
    check_file_size(len(data))
    examples = read_apart(name, data)
    return Upload(name, examples, recognised(examples, by_column=suffix == ".mat"))


def read_upload(filename: str, data: bytes) -> Dataset:
    """Read labelled digits from a file that a visitor chose.

    It is read in a process of its own, with limits on memory, time and what it may
    answer, so that no file can do harm here.

    ========  ==================================================================
    .mat      X (m x 400, each image column by column, as Octave does) and y
    .npz      X or images, (m, 400) or (m, 20, 20), and y or labels; beside them drawings,
              (m, 128, 128) of uint8, if there are any: see `Upload.collection`
    .csv      a column label and 400 of pixels; without a header, the label first
    .zip      PNG and JPEG in folders named after their digit
    .png .jpg one picture whose file name begins with its digit
    ========  ==================================================================

    Images may have any square size from 8x8 to 64x64. Pixels are 0..1, 0..16 or
    0..255; labels are 0..9, and 10 means 0 as in the course. Scale, dark ink on light
    paper, and images stored column by column are recognised; see `Upload` for whoever
    knows better.

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

    References
    ----------
    A. Ng, Machine Learning, programming exercise 3 (ex3data1.mat).

    Examples
    --------
    >>> rows = ["7," + ",".join(["0"] * 400), "3," + ",".join(["255"] * 400)]
    >>> read_upload("mine.csv", chr(10).join(rows).encode())
    Dataset('mine.csv', 2 images of 3, 7)
    >>> read_upload("mine.docx", b"PK")
    Traceback (most recent call last):
        ...
    logreg_core.errors.DataError: Files of the kind .docx cannot be read; accepted are ...
    """
    return open_upload(filename, data).dataset()


def read_photo(data: bytes) -> NDArray[np.uint8]:
    """Decode one picture that a visitor chose, in a process of its own as `read_upload` does.

    Parameters
    ----------
    data : bytes
        A PNG or JPEG, at most `MAX_PHOTO_BYTES`.

    Returns
    -------
    ndarray of shape (height, width, 3) or (height, width, 4), uint8
        RGB, or RGBA where parts of it are transparent; upright, the longer side
        reduced to 1024 pixels. Read-only.

    Raises
    ------
    DataError
        With one sentence that says what was wrong and what is accepted.

    Examples
    --------
    >>> import io
    >>> from PIL import Image
    >>> file = io.BytesIO()
    >>> Image.new("L", (4000, 3000), "white").save(file, "JPEG")
    >>> read_photo(file.getvalue()).shape
    (768, 1024, 3)
    """
    check_photo_size(len(data))
    return read_photo_apart(data)


def _shown(filename: str) -> str:
    """Return a file's name without its folders and control characters, its end at least."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, name))[-_LONGEST_NAME:]
