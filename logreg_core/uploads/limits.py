"""How much an upload may hold, and the checks made before anything is read.

A small file can unpack to gigabytes (800 MB of zeros fit into a .npz of 759 kB),
so what its headers announce is compared with these limits first.
"""

from __future__ import annotations

from logreg_core.errors import DataError

_MB = 1_000_000

# MNIST itself as .npz is 11 MB, the course's ex3data1.mat 8 MB.
MAX_FILE_BYTES = 64 * _MB

# 60,000 images of 20x20 as float64 are 192 MB; the server may have 1 GB for everybody.
MAX_UNPACKED_BYTES = 200 * _MB

# A picture of 64x64 takes 12 kB at most; the rest is room for what programs add to it.
MAX_PICTURE_BYTES = 1 * _MB

# Decoding takes about 0.1 ms each, and one upload at a time is read.
MAX_PICTURES = 20_000


def check_file_size(size: int) -> None:
    """Raise DataError for an empty file, or one beyond MAX_FILE_BYTES."""
    if size == 0:
        raise DataError("The file is empty.")
    if size > MAX_FILE_BYTES:
        raise DataError(
            f"The file has {size // _MB} MB; accepted are {MAX_FILE_BYTES // _MB} MB at most."
        )


def check_unpacked_size(size: int) -> None:
    """Raise DataError for content that would unpack beyond MAX_UNPACKED_BYTES."""
    if size > MAX_UNPACKED_BYTES:
        raise DataError(
            f"The file's content unpacks to more than {MAX_UNPACKED_BYTES // _MB} MB, "
            "which is the most that is accepted."
        )
