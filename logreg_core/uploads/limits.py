"""What an upload may be and how much it may hold: the checks made before anything is read.

A small file can unpack to gigabytes (800 MB of zeros fit into a .npz of 759 kB),
so what its headers announce is compared with these limits first.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from logreg_core.errors import DataError
from logreg_core.scans import DRAWING_SIDE, PIXELS

PICTURES: Final = (".png", ".jpg", ".jpeg")

#: The kinds of file that are accepted, by their suffix.
ACCEPTED_UPLOADS: Final = (".mat", ".npz", ".csv", ".zip", *PICTURES)

_MB: Final = 1_000_000

#: Kaggle's train.csv, 42,000 of MNIST's images as text, has 77 MB; the course's ex3data1.mat 8.
MAX_FILE_BYTES: Final = 80 * _MB

#: 60,000 images of 20x20 as float64 are 192 MB; the server may have 1 GB for everybody.
MAX_UNPACKED_BYTES: Final = 200 * _MB

#: All of MNIST; 112 MB once they are 20x20.
MAX_IMAGES: Final = 70_000

#: A picture of 64x64 takes 12 kB at most; the rest is room for what programs add to it.
MAX_PICTURE_BYTES: Final = 1 * _MB

#: Decoding takes about 0.1 ms each, and one upload at a time is read.
MAX_PICTURES: Final = 20_000

#: Of the process that reads a file, beyond what it takes to start.
MAX_MEMORY_BYTES: Final = 700 * _MB
TOO_LARGE: Final = "The file needs more memory to be read than there is for one upload."

#: Kaggle's train.csv, the largest that is accepted, takes 1.5.
MAX_CPU_SECONDS: Final = 15

#: The same on the clock: on a busy machine it may wait for its turn.
MAX_SECONDS: Final = 45

#: How long one upload waits for those before it.
MAX_SECONDS_IN_LINE: Final = 20
IN_LINE: Final = "Other files are being read just now: try again in a moment."

#: What it may answer: all images as float32 and labels as int64, and the line before them.
BYTES_AN_IMAGE: Final = 4 * PIXELS + 8
LONGEST_LINE: Final = 4096
BYTES_A_DRAWING: Final = DRAWING_SIDE**2

#: Drawings beside their scans: 33 MB. Whoever draws more has a data set.
MAX_DRAWINGS: Final = 2000
MAX_ANSWER_BYTES: Final = MAX_IMAGES * BYTES_AN_IMAGE + LONGEST_LINE

#: Smaller scans show no digit, larger ones are photographs rather than scans.
SMALLEST_SIDE: Final = 8
LARGEST_SIDE: Final = 64

#: Of one picture of a digit on paper. A phone's with 12 million pixels has 3 to 6 MB.
MAX_PHOTO_BYTES: Final = 20 * _MB

#: A phone's usual largest, 8192x6144. A .png with transparent parts is there three times while
#: it is reduced, with 4 bytes a pixel: as it was, as RGBA, and multiplied by its opacity. That is
#: 612 MB, which with all else is within MAX_MEMORY_BYTES.
MAX_PHOTO_PIXELS: Final = 51_000_000

#: What is left of its longer side; enough for a digit that takes a tenth of it.
PHOTO_SIDE: Final = 1024
SMALLEST_PHOTO_SIDE: Final = 16
MOST_TIMES_AS_LONG: Final = 10  # as it is wide; a strip shows no digit


def accepted_suffix(filename: str) -> str:
    """Return the suffix of a file, or raise DataError where its kind is not accepted."""
    suffix = PurePosixPath(filename).suffix.lower()
    if suffix not in ACCEPTED_UPLOADS:
        kind = f"of the kind {suffix}" if suffix else "without a suffix"
        raise DataError(f"Files {kind} cannot be read; accepted are {', '.join(ACCEPTED_UPLOADS)}.")
    return suffix


def check_file_size(size: int) -> None:
    """Raise DataError for an empty file, or one beyond MAX_FILE_BYTES."""
    if size == 0:
        raise DataError("The file is empty.")
    if size > MAX_FILE_BYTES:
        raise DataError(
            f"The file has {size // _MB} MB; accepted are {MAX_FILE_BYTES // _MB} MB at most."
        )


def check_photo_size(size: int) -> None:
    """Raise DataError for an empty picture, or one beyond MAX_PHOTO_BYTES."""
    if size == 0:
        raise DataError("The picture is empty.")
    if size > MAX_PHOTO_BYTES:
        raise DataError(
            f"The picture has {size // _MB} MB; accepted are {MAX_PHOTO_BYTES // _MB} MB at most."
        )


def check_unpacked_size(size: int) -> None:
    """Raise DataError for content that would unpack beyond MAX_UNPACKED_BYTES."""
    if size > MAX_UNPACKED_BYTES:
        raise DataError(
            f"The file's content unpacks to more than {MAX_UNPACKED_BYTES // _MB} MB, "
            "which is the most that is accepted."
        )
