"""MNIST, downloaded once, verified, and brought to 20x20 as the course's data was."""

from __future__ import annotations

import gzip
import hashlib
import logging
import math
import os
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pooch

from logreg_core.dataset import Dataset
from logreg_core.errors import DataError
from logreg_core.mirrors import Mirrors
from logreg_core.scans import resized_to_20x20

if TYPE_CHECKING:
    import numpy.typing as npt

#: Called with the bytes that have arrived and the bytes that come in all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class MNISTFile:
    """One of the four files, and how to know that it is the official one.

    Parameters
    ----------
    name : str
        Without ``.gz``.
    size : int
        Bytes of the compressed file.
    archive_md5 : str
        MD5 of the compressed file, as published, for downloads.
    content_sha256 : str
        SHA-256 of what is in it, for files that somebody compressed anew.
    """

    name: str
    size: int
    archive_md5: str
    content_sha256: str


@dataclass(frozen=True)
class MNIST:
    """MNIST's official split: 60,000 images to train on, 10,000 of other writers to test."""

    training: Dataset
    held_out: Dataset


#: Training images and labels, then those held out.
OFFICIAL_FILES = (
    MNISTFile(
        "train-images-idx3-ubyte",
        9_912_422,
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    MNISTFile(
        "train-labels-idx1-ubyte",
        28_881,
        "d53e105ee54ea40749a09fcbcd1e9432",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    MNISTFile(
        "t10k-images-idx3-ubyte",
        1_648_877,
        "9fb629c4189551a2d022fa330f9573f3",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    MNISTFile(
        "t10k-labels-idx1-ubyte",
        4_542,
        "ec29112dd5afa0611ce80d1b7f02629c",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)

#: Tried in turn; the site that first published MNIST no longer gives it out.
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)

#: The environment variable that names a directory with the four files, for a
#: classroom without internet.
DIRECTORY_VARIABLE = "THETA_LAB_MNIST"

#: The environment variable that names other mirrors, a school's own for one:
#: addresses of folders, with commas between.
MIRRORS_VARIABLE = "THETA_LAB_MNIST_MIRRORS"

# It would write each file's address and hash to the server's log.
pooch.get_logger().setLevel(logging.WARNING)

# The largest file unpacks to 47 MB; what unpacks further is not MNIST.
_MAX_CONTENT_BYTES = 64_000_000

# Two visitors who ask at once cause one download: the second finds the files.
_ONE_AT_A_TIME = threading.Lock()


def load_mnist(
    cache_dir: str | Path | None = None,
    progress: Progress | None = None,
    *,
    mirrors: tuple[str, ...] | None = None,
    files: tuple[MNISTFile, ...] = OFFICIAL_FILES,
) -> MNIST:
    """Return MNIST at 20x20, downloading what is not there yet.

    The whole 28x28 frame is resized by antialiased bicubic and its overshoot
    kept, which is how the course's ex3data1.mat came from MNIST.

    Where the files are looked for: in `cache_dir`; else in the directory that the
    environment variable ``THETA_LAB_MNIST`` names, which is only ever read; else
    in the platform's cache directory, or a temporary one where that is read-only.
    Each file may be there with or without ``.gz``. What is missing or not the
    official content is downloaded and verified; nothing else is ever used.

    A mirror that has not answered after 4 seconds, or sends less than 10 kB a second,
    is left for the next one, so that without a network the error comes in seconds.

    Parameters
    ----------
    cache_dir : path, optional
        Directory to keep the files in; made where it does not exist.
    progress : callable, optional
        Called during a download with the bytes that have arrived and the bytes
        in all, also now and then while none arrive. To cancel, let it raise an
        exception of your own (no OSError, no ValueError): it reaches the caller,
        and no partial file stays.
    mirrors : tuple of str, optional
        Addresses, each ending in a slash, that serve the ``.gz`` files; those that
        the environment variable ``THETA_LAB_MNIST_MIRRORS`` names, with commas
        between, else `MIRRORS`.
    files : tuple of MNISTFile, optional
        Training images and labels, held-out images and labels.

    Returns
    -------
    MNIST
        ``training`` (60,000 images) and ``held_out`` (10,000). 112 MB: whoever
        needs it twice keeps it.

    Raises
    ------
    DataError
        If the files can neither be found nor downloaded, or are not what they
        should be.

    References
    ----------
    Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten
    digits, 1998.
    """
    with _ONE_AT_A_TIME:
        given = None if cache_dir is not None else os.environ.get(DIRECTORY_VARIABLE)
        if given:
            contents = list(_contents_of_given(Path(given), files))
        else:
            directory = _platform_cache() if cache_dir is None else Path(cache_dir)
            addresses = _mirrors_of_the_variable() if mirrors is None else mirrors
            contents = list(_contents_of_cache(directory, files, addresses, progress))
    images, labels, held_out_images, held_out_labels = map(read_idx, contents)
    return MNIST(
        _dataset(images, labels, "MNIST, training images"),
        _dataset(held_out_images, held_out_labels, "MNIST, test images"),
    )


def read_idx(content: bytes) -> npt.NDArray[np.uint8]:
    """Read an array of bytes in the IDX format.

    Two zeros, the type 8, the number of dimensions, each length as a big-endian
    32-bit integer, then the values row by row.

    Parameters
    ----------
    content : bytes
        The whole file, not compressed.

    Returns
    -------
    ndarray of uint8
        Read-only, on the bytes that were given.

    Raises
    ------
    DataError
        If the content is anything else, or its length is not what its header says.

    Examples
    --------
    >>> read_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    array([7, 2, 1], dtype=uint8)
    """
    if len(content) < 4 or content[:3] != b"\x00\x00\x08" or content[3] == 0:
        raise DataError("This is not an IDX file of bytes, the format of MNIST.")
    start = 4 + 4 * content[3]
    if len(content) < start:
        raise DataError("The IDX file ends within its header.")
    shape = tuple(int(length) for length in np.frombuffer(content[4:start], dtype=">u4"))
    if len(content) - start != math.prod(shape):
        raise DataError(
            f"The IDX file has {len(content) - start} values, but its header says "
            f"{' x '.join(map(str, shape))}."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def _dataset(scans: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], name: str) -> Dataset:
    if scans.ndim != 3 or scans.shape[1:] != (28, 28) or labels.shape != scans.shape[:1]:
        raise DataError(
            "MNIST should have 28x28 scans and a label for each, "
            f"but the files have {scans.shape} and {labels.shape}."
        )
    return Dataset(resized_to_20x20(scans, full_ink=255), labels.astype(np.int64), name)


def _contents_of_given(directory: Path, files: tuple[MNISTFile, ...]) -> Iterator[bytes]:
    """Read the files that somebody put into a directory; never write to it."""
    for file in files:
        content = _official_content(directory, file)
        if content is None:
            raise DataError(
                f"{DIRECTORY_VARIABLE} names a directory in which {file.name}.gz is missing or "
                "is not the official file; put MNIST's four files there, or unset the variable."
            )
        yield content


def _contents_of_cache(
    directory: Path,
    files: tuple[MNISTFile, ...],
    addresses: tuple[str, ...],
    progress: Progress | None,
) -> Iterator[bytes]:
    """Read the files from a cache, downloading those that it does not have."""
    missing = [file for file in files if _official_content(directory, file) is None]
    if missing and not _can_write(directory):
        raise DataError("MNIST cannot be downloaded: its cache directory cannot be written to.")
    _download(directory, missing, addresses, progress)
    for file in files:
        content = _official_content(directory, file)
        if content is None:
            raise DataError(f"{file.name}.gz has just been downloaded, but cannot be read.")
        yield content


def _download(
    directory: Path,
    missing: list[MNISTFile],
    addresses: tuple[str, ...],
    progress: Progress | None,
) -> None:
    """Bring files into the directory, whole and verified."""
    before, in_all = 0, sum(file.size for file in missing)
    mirrors = Mirrors(addresses)

    def arrived(count: int) -> None:
        if progress is not None:
            progress(before + count, in_all)

    for file in missing:
        archive = f"{file.name}.gz"
        if not mirrors.download(directory, archive, file.size, file.archive_md5, arrived):
            raise DataError(
                f"MNIST could not be downloaded: no mirror gave the official {archive}; check the "
                "internet connection, or put the four files into a directory and name it in "
                f"{DIRECTORY_VARIABLE}."
            )
        before += file.size


def _official_content(directory: Path, file: MNISTFile) -> bytes | None:
    """Return a file's content, unpacked, or None if it is missing or not the official one."""
    for path in directory / f"{file.name}.gz", directory / file.name:
        opener = gzip.open if path.suffix == ".gz" else open
        try:
            with opener(path, "rb") as stream:
                content: bytes = stream.read(_MAX_CONTENT_BYTES)
        except (OSError, EOFError, zlib.error):  # not there, not readable or cut off
            continue
        if hashlib.sha256(content).hexdigest() == file.content_sha256:
            return content
    return None


def _mirrors_of_the_variable() -> tuple[str, ...]:
    """The addresses in the environment variable; the usual ones where there is none."""
    named = os.environ.get(MIRRORS_VARIABLE, "").split(",")
    addresses = tuple(f"{address.strip().rstrip('/')}/" for address in named if address.strip())
    for address in addresses:
        if not address.startswith(("http://", "https://")):
            raise DataError(
                f"{MIRRORS_VARIABLE} accepts addresses that begin with https:// or http://, with "
                f"commas between, not “{address}”; correct or unset the variable."
            )
    return addresses or MIRRORS


def _platform_cache() -> Path:
    cache = Path(pooch.os_cache("theta-lab"))
    return cache if _can_write(cache) else Path(tempfile.gettempdir()) / "theta-lab"


def _can_write(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False
