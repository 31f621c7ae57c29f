"""MNIST is found, downloaded and verified, or its absence said in one sentence."""

import gzip
import hashlib
import http.server
import socket
import struct
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from logreg_core.errors import DataError
from logreg_core.mnist import MNISTFile, load_mnist, read_idx

NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def idx(array):
    """Write an array of bytes as the IDX format is described."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="module")
def arrays():
    """Thirty training images and ten to test, as noise."""
    random = np.random.default_rng(3)
    return (
        random.integers(0, 256, (30, 28, 28)),
        random.integers(0, 10, 30),
        random.integers(0, 256, (10, 28, 28)),
        random.integers(0, 10, 10),
    )


@pytest.fixture(scope="module")
def archives(arrays):
    """Compress them: what a mirror serves, by file name."""
    return {
        f"{name}.gz": gzip.compress(idx(array)) for name, array in zip(NAMES, arrays, strict=True)
    }


@pytest.fixture(scope="module")
def files(archives):
    """Hash them: what the product knows of these files beforehand."""
    return tuple(
        MNISTFile(
            name=name,
            size=len(archives[f"{name}.gz"]),
            archive_md5=hashlib.md5(archives[f"{name}.gz"], usedforsecurity=False).hexdigest(),
            content_sha256=hashlib.sha256(gzip.decompress(archives[f"{name}.gz"])).hexdigest(),
        )
        for name in NAMES
    )


class Mirrors(http.server.ThreadingHTTPServer):
    """Several mirrors on one loopback address, each a folder that fails in its own way."""

    def __init__(self, archives):
        super().__init__(("127.0.0.1", 0), MirrorRequest)
        self.archives, self.requests = archives, []

    def address(self, kind):
        """Return the address of the mirror that fails in this way."""
        return f"http://127.0.0.1:{self.server_port}/{kind}/"


class MirrorRequest(http.server.BaseHTTPRequestHandler):
    """Answer /kind/file.gz as that kind of mirror does."""

    timeout = 10

    def do_GET(self):
        """Note the request, then send the file, an altered one, half of it, or none."""
        _, kind, name = self.path.split("/")
        self.server.requests.append((kind, name))
        body = self.server.archives[name]
        if kind == "missing":
            self.send_error(404)
            return
        if kind == "altered":
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if kind == "cut_off" else body)

    def log_message(self, *_):
        """Keep the test's output clean."""


@pytest.fixture
def mirrors(archives):
    with Mirrors(archives) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=10)


@pytest.fixture(autouse=True)
def _no_classroom_directory(monkeypatch):
    monkeypatch.delenv("THETA_LAB_MNIST", raising=False)


def put(directory, archives):
    directory.mkdir(parents=True, exist_ok=True)
    for name, archive in archives.items():
        (directory / name).write_bytes(archive)


def test_official_split_is_kept_and_frames_are_resized_as_the_course_did(
    tmp_path, mirrors, files, arrays
):
    mnist = load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=files)
    for part, scans, labels in (
        (mnist.training, *arrays[:2]),
        (mnist.held_out, *arrays[2:]),
    ):
        expected = [
            np.asarray(
                Image.fromarray((scan / 255).astype(np.float32)).resize(
                    (20, 20), Image.Resampling.BICUBIC
                )
            )
            for scan in scans
        ]
        np.testing.assert_allclose(part.images, expected, atol=1e-6)
        np.testing.assert_array_equal(part.labels, labels)


def test_files_are_downloaded_once(tmp_path, mirrors, files):
    first = load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=files)
    again = load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=files)
    assert len(mirrors.requests) == 4
    assert (first.training, first.held_out) == (again.training, again.held_out)


@pytest.mark.parametrize("kind", ["missing", "altered", "cut_off"])
def test_next_mirror_is_tried_when_one_fails(tmp_path, mirrors, files, kind):
    addresses = mirrors.address(kind), mirrors.address("good")
    assert len(load_mnist(tmp_path, mirrors=addresses, files=files).training) == 30
    assert mirrors.requests[:2] == [(kind, f"{NAMES[0]}.gz"), ("good", f"{NAMES[0]}.gz")]


@pytest.mark.parametrize("kind", ["missing", "altered", "cut_off"])
def test_broken_download_is_refused_and_not_left_behind(tmp_path, mirrors, files, kind):
    with pytest.raises(DataError, match="could not be downloaded") as refusal:
        load_mnist(tmp_path, mirrors=(mirrors.address(kind),), files=files)
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_each_mirror_is_asked_again_before_giving_up(tmp_path, mirrors, files):
    with pytest.raises(DataError):
        load_mnist(tmp_path, mirrors=(mirrors.address("missing"),), files=files)
    assert len(mirrors.requests) == 2


def test_no_network_is_said_in_one_sentence(tmp_path, files):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]  # from here on nobody listens there
    with pytest.raises(DataError, match="check the internet connection"):
        load_mnist(tmp_path, mirrors=(f"http://127.0.0.1:{port}/",), files=files)


def test_damaged_file_in_the_cache_is_replaced(tmp_path, mirrors, files, archives):
    put(tmp_path, archives)
    damaged = tmp_path / f"{NAMES[2]}.gz"
    damaged.write_bytes(damaged.read_bytes()[:500])
    load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=files)
    assert mirrors.requests == [("good", f"{NAMES[2]}.gz")]
    assert damaged.read_bytes() == archives[f"{NAMES[2]}.gz"]


def test_progress_counts_the_bytes_of_all_files(tmp_path, mirrors, files):
    seen = []
    load_mnist(
        tmp_path,
        lambda done, in_all: seen.append((done, in_all)),
        mirrors=(mirrors.address("good"),),
        files=files,
    )
    in_all = sum(file.size for file in files)
    done = [arrived for arrived, _ in seen]
    assert {total for _, total in seen} == {in_all}
    assert done == sorted(done)
    assert done[-1] == in_all


def test_progress_can_cancel_and_leaves_nothing_behind(tmp_path, mirrors, files):
    class CancelledError(Exception):
        pass

    def cancel(_done, _in_all):
        raise CancelledError

    with pytest.raises(CancelledError):
        load_mnist(tmp_path, cancel, mirrors=(mirrors.address("good"),), files=files)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unpacked", [False, True])
def test_directory_that_holds_the_files_is_used_without_a_network(
    tmp_path, monkeypatch, files, archives, unpacked
):
    if unpacked:
        contents = {name[:-3]: gzip.decompress(archive) for name, archive in archives.items()}
    else:  # compressed anew: other bytes than the official archive, the same content
        contents = {
            name: gzip.compress(gzip.decompress(archive), compresslevel=1, mtime=1)
            for name, archive in archives.items()
        }
    put(tmp_path, contents)
    monkeypatch.setenv("THETA_LAB_MNIST", str(tmp_path))
    by_variable = load_mnist(mirrors=(), files=files)
    monkeypatch.delenv("THETA_LAB_MNIST")
    by_argument = load_mnist(tmp_path, mirrors=(), files=files)
    assert len(by_variable.held_out) == 10
    assert by_variable.training == by_argument.training


def test_directory_of_the_variable_is_never_written_to(
    tmp_path, monkeypatch, mirrors, files, archives
):
    put(tmp_path, dict(list(archives.items())[:3]))
    monkeypatch.setenv("THETA_LAB_MNIST", str(tmp_path))
    with pytest.raises(DataError, match=f"{NAMES[3]}.gz is missing"):
        load_mnist(mirrors=(mirrors.address("good"),), files=files)
    assert mirrors.requests == []
    assert len(list(tmp_path.iterdir())) == 3


def test_platform_cache_gives_way_to_a_temporary_directory(tmp_path, monkeypatch, mirrors, files):
    (tmp_path / "file").touch()  # below a file no directory can be made
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "file" / name)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temporary"))
    Path(tmp_path / "temporary").mkdir()
    load_mnist(mirrors=(mirrors.address("good"),), files=files)
    assert len(list((tmp_path / "temporary" / "theta-lab").iterdir())) == 4


def test_cache_that_cannot_be_written_to_is_said(tmp_path, mirrors, files):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be written to"):
        load_mnist(tmp_path / "file", mirrors=(mirrors.address("good"),), files=files)


def test_idx_arrays_come_back_as_they_were(arrays):
    for array in arrays:
        np.testing.assert_array_equal(read_idx(idx(array)), array)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not an IDX file"),
        (b"\x00\x00\x08", "not an IDX file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x01\x00\x00\x00\x00", "not an IDX file"),
        (b"\x00\x00\x08\x00\x07", "not an IDX file"),
        (b"\x1f\x8b\x08\x01\x00\x00\x00\x00", "not an IDX file"),
        (b"\x00\x00\x08\x03\x00\x00\x00\x02", "within its header"),
        (b"\x00\x00\x08\x01\x00\x00\x00\x03\x07\x02", "2 values, but its header says 3"),
        (b"\x00\x00\x08\x01\x00\x00\x00\x01\x07\x02", "2 values, but its header says 1"),
        (b"\x00\x00\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff\x07", "1 values, but its header"),
    ],
)
def test_what_is_no_idx_file_is_refused(content, sentence):
    with pytest.raises(DataError, match=sentence):
        read_idx(content)


def test_scans_and_labels_must_belong_together(tmp_path, archives, files):
    swapped = (files[0], files[3], files[2], files[1])
    put(tmp_path, archives)
    with pytest.raises(DataError, match="a label for each"):
        load_mnist(tmp_path, mirrors=(), files=swapped)
