"""Is MNIST from a folder the same as MNIST that was downloaded? Counts and fingerprints both.

    python -m benchmarks.mnist_sources DIR

DIR holds MNIST's four .gz files. They are opened from there, and once more by way of a web server
on this machine, which a download into an empty temporary cache asks for them. Exit code 1 where
the two differ, or are not 60,000 and 10,000 images, or cannot be had.

A download is held to the MD5 of its .gz, and somebody may have compressed DIR's files anew. So
here it is held to size and MD5 of the .gz that is served; what is in it must be the official
content both times, by its SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import os
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from logreg_core import DataError, load_mnist
from logreg_core.mnist import DIRECTORY_VARIABLE, OFFICIAL_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logreg_core.mnist import MNIST, MNISTFile

COUNTS: Final = (60_000, 10_000)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the table clean."""


def main() -> None:
    """Read the arguments, load twice, print, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path, metavar="DIR", help="where MNIST's files are")
    directory = parser.parse_args().directory
    try:
        from_folder, downloaded = by_folder(directory), by_http(directory)
    except (DataError, OSError) as error:
        sys.exit(str(error))
    for way, mnist in {"folder": from_folder, "HTTP": downloaded}.items():
        for part in mnist.training, mnist.held_out:
            print(f"{way:6}  {part.name:22}  {len(part):6,}  {part.fingerprint}")
    if not same(from_folder, downloaded):
        sys.exit("They differ.")
    if counts(downloaded) != COUNTS:
        sys.exit(f"They are the same, but {counts(downloaded)} images instead of {COUNTS}.")
    print("They are the same.")


def by_folder(directory: Path, files: tuple[MNISTFile, ...] = OFFICIAL_FILES) -> MNIST:
    """MNIST as a dashboard has it that was started with ``--mnist``."""
    os.environ[DIRECTORY_VARIABLE] = str(directory)
    return load_mnist(files=files)


def by_http(directory: Path, files: tuple[MNISTFile, ...] = OFFICIAL_FILES) -> MNIST:
    """MNIST as it comes from a server of the directory's .gz files, into an empty cache."""
    served = tuple(as_served(file, directory) for file in files)
    with serving(directory) as address, tempfile.TemporaryDirectory() as cache:
        return load_mnist(cache, mirrors=(address,), files=served)


def as_served(file: MNISTFile, directory: Path) -> MNISTFile:
    """The official file with size and MD5 of the .gz in the directory."""
    archive = (directory / f"{file.name}.gz").read_bytes()
    md5 = hashlib.md5(archive, usedforsecurity=False).hexdigest()
    return replace(file, size=len(archive), archive_md5=md5)


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    """Serve a directory on this machine, to this machine only; the address."""
    answer = partial(_Quiet, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def same(one: MNIST, other: MNIST) -> bool:
    """Whether both parts of both hold the same images and labels."""
    return (one.training, one.held_out) == (other.training, other.held_out)


def counts(mnist: MNIST) -> tuple[int, int]:
    """Images to train on, and to test on."""
    return len(mnist.training), len(mnist.held_out)


if __name__ == "__main__":
    main()
