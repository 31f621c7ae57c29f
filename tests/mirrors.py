"""A small MNIST, and mirrors on this machine that serve it well, badly or hardly at all."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from logreg_core.mnist import OFFICIAL_FILES, MNISTFile

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = tuple(file.name for file in OFFICIAL_FILES)

_RANDOM = np.random.default_rng(3)

#: Thirty training images and ten to test, as noise; scans and labels in turn.
ARRAYS = (
    _RANDOM.integers(0, 256, (30, 28, 28)),
    _RANDOM.integers(0, 10, 30),
    _RANDOM.integers(0, 256, (10, 28, 28)),
    _RANDOM.integers(0, 10, 10),
)


def idx(array: np.ndarray) -> bytes:
    """Write an array of bytes as the IDX format is described."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


#: What a mirror serves, by file name.
ARCHIVES = {
    f"{name}.gz": gzip.compress(idx(array)) for name, array in zip(NAMES, ARRAYS, strict=True)
}

#: What is known of these files beforehand.
FILES = tuple(
    MNISTFile(
        name=name,
        size=len(ARCHIVES[f"{name}.gz"]),
        archive_md5=hashlib.md5(ARCHIVES[f"{name}.gz"], usedforsecurity=False).hexdigest(),
        content_sha256=hashlib.sha256(gzip.decompress(ARCHIVES[f"{name}.gz"])).hexdigest(),
    )
    for name in NAMES
)

#: A slow mirror's pace: 80 kB a second, eight times of what is too slow.
_BLOCK, _BLOCK_SECONDS = 8192, 0.1

#: A dripping one's.
_DRIP_SECONDS = 0.001


class MirrorServer(http.server.ThreadingHTTPServer):
    """Several mirrors on one loopback address, each a folder that fails in its own way."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.requests: list[tuple[str, str]] = []
        self.over = threading.Event()  # those who take their time must not outlive the test
        self.deserted = threading.Event()  # somebody has not waited for the end of a file

    def address(self, kind: str) -> str:
        """The address of the mirror of this kind."""
        return f"http://127.0.0.1:{self.server_port}/{kind}/"


class _Request(http.server.BaseHTTPRequestHandler):
    """Answer /kind/file.gz as that kind of mirror does."""

    timeout = 10
    server: MirrorServer

    def do_GET(self) -> None:
        """Note the request, then send the file, something else, or next to nothing."""
        _, kind, name = self.path.split("/")
        self.server.requests.append((kind, name))
        body = ARCHIVES[name]
        if kind == "missing":
            self.send_error(404)
        elif kind == "silent":
            self.server.over.wait(timeout=60)
        elif kind == "stalling":
            self._send(body[: len(body) // 2], announced=len(body))
            self.server.over.wait(timeout=60)
        elif kind == "slow":
            self._send_slowly(20_000_000, _BLOCK, _BLOCK_SECONDS)
        elif kind == "dripping":
            self._send_slowly(20_000_000, 1, _DRIP_SECONDS)
        elif kind == "endless":
            self._send(body * 50)
        elif kind == "altered":
            self._send(body[:-1] + bytes([body[-1] ^ 1]))
        elif kind == "cut_off":
            self._send(body[: len(body) // 2], announced=len(body))
        else:
            self._send(body)

    def _send(self, body: bytes, announced: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(announced or len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            self.server.deserted.set()

    def _send_slowly(self, announced: int, block: int, seconds: float) -> None:
        self._send(b"", announced)
        while not self.server.over.wait(seconds):
            try:
                self.wfile.write(bytes(block))
            except ConnectionError:
                self.server.deserted.set()
                return

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def mirror_server() -> Iterator[MirrorServer]:
    """Serve, and stop afterwards."""
    with MirrorServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join(timeout=10)
