"""MNIST is found, downloaded and verified, or its absence said in one sentence."""

import gzip
import socket
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from logreg_core.errors import DataError
from logreg_core.mnist import load_mnist, read_idx
from tests.mirrors import ARCHIVES, ARRAYS, FILES, NAMES, idx


@pytest.fixture(autouse=True)
def _no_classroom_directory(monkeypatch):
    monkeypatch.delenv("THETA_LAB_MNIST", raising=False)
    monkeypatch.delenv("THETA_LAB_MNIST_MIRRORS", raising=False)


def put(directory, archives):
    directory.mkdir(parents=True, exist_ok=True)
    for name, archive in archives.items():
        (directory / name).write_bytes(archive)


def test_official_split_is_kept_and_frames_are_resized_as_the_course_did(tmp_path, mirrors):
    mnist = load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=FILES)
    for part, scans, labels in (
        (mnist.training, *ARRAYS[:2]),
        (mnist.held_out, *ARRAYS[2:]),
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


def test_files_are_downloaded_once(tmp_path, mirrors):
    first = load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=FILES)
    again = load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=FILES)
    assert len(mirrors.requests) == 4
    assert (first.training, first.held_out) == (again.training, again.held_out)


@pytest.mark.parametrize("kind", ["missing", "altered", "cut_off"])
def test_next_mirror_is_tried_when_one_fails(tmp_path, mirrors, kind):
    addresses = mirrors.address(kind), mirrors.address("good")
    assert len(load_mnist(tmp_path, mirrors=addresses, files=FILES).training) == 30
    assert mirrors.requests[:2] == [(kind, f"{NAMES[0]}.gz"), ("good", f"{NAMES[0]}.gz")]


@pytest.mark.parametrize("kind", ["missing", "altered", "cut_off"])
def test_broken_download_is_refused_and_not_left_behind(tmp_path, mirrors, kind):
    with pytest.raises(DataError, match="could not be downloaded") as refusal:
        load_mnist(tmp_path, mirrors=(mirrors.address(kind),), files=FILES)
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_each_mirror_is_asked_again_before_giving_up(tmp_path, mirrors):
    with pytest.raises(DataError):
        load_mnist(tmp_path, mirrors=(mirrors.address("missing"),), files=FILES)
    assert len(mirrors.requests) == 2


def test_no_network_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]  # from here on nobody listens there
    with pytest.raises(DataError, match="check the internet connection"):
        load_mnist(tmp_path, mirrors=(f"http://127.0.0.1:{port}/",), files=FILES)


def test_mirrors_can_be_named_by_a_variable(tmp_path, monkeypatch, mirrors):
    missing, good = mirrors.address("missing"), mirrors.address("good")
    monkeypatch.setenv("THETA_LAB_MNIST_MIRRORS", f" {missing} , {good.rstrip('/')},")
    load_mnist(tmp_path, files=FILES)
    assert [kind for kind, _ in mirrors.requests] == ["missing", "good"] * 4


@pytest.mark.parametrize("address", ["ftp://files.example/", "files.example", "/srv/mnist"])
def test_variable_that_names_no_web_address_is_said(tmp_path, monkeypatch, address):
    monkeypatch.setenv("THETA_LAB_MNIST_MIRRORS", f"http://127.0.0.1/,{address}")
    with pytest.raises(DataError, match=f"THETA_LAB_MNIST_MIRRORS accepts .*{address}"):
        load_mnist(tmp_path, files=FILES)


def test_damaged_file_in_the_cache_is_replaced(tmp_path, mirrors):
    put(tmp_path, ARCHIVES)
    damaged = tmp_path / f"{NAMES[2]}.gz"
    damaged.write_bytes(damaged.read_bytes()[:500])
    load_mnist(tmp_path, mirrors=(mirrors.address("good"),), files=FILES)
    assert mirrors.requests == [("good", f"{NAMES[2]}.gz")]
    assert damaged.read_bytes() == ARCHIVES[f"{NAMES[2]}.gz"]


def test_progress_counts_the_bytes_of_all_files(tmp_path, mirrors):
    seen = []
    load_mnist(
        tmp_path,
        lambda done, in_all: seen.append((done, in_all)),
        mirrors=(mirrors.address("good"),),
        files=FILES,
    )
    in_all = sum(file.size for file in FILES)
    done = [arrived for arrived, _ in seen]
    assert {total for _, total in seen} == {in_all}
    assert done == sorted(done)
    assert done[-1] == in_all


def test_progress_can_cancel_and_leaves_nothing_behind(tmp_path, mirrors):
    class CancelledError(Exception):
        pass

    def cancel(done, _in_all):
        if done > 0:
            raise CancelledError

    with pytest.raises(CancelledError):
        load_mnist(tmp_path, cancel, mirrors=(mirrors.address("good"),), files=FILES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unpacked", [False, True])
def test_directory_that_holds_the_files_is_used_without_a_network(tmp_path, monkeypatch, unpacked):
    if unpacked:
        contents = {name[:-3]: gzip.decompress(archive) for name, archive in ARCHIVES.items()}
    else:  # compressed anew: other bytes than the official archive, the same content
        contents = {
            name: gzip.compress(gzip.decompress(archive), compresslevel=1, mtime=1)
            for name, archive in ARCHIVES.items()
        }
    put(tmp_path, contents)
    monkeypatch.setenv("THETA_LAB_MNIST", str(tmp_path))
    by_variable = load_mnist(mirrors=(), files=FILES)
    monkeypatch.delenv("THETA_LAB_MNIST")
    by_argument = load_mnist(tmp_path, mirrors=(), files=FILES)
    assert len(by_variable.held_out) == 10
    assert by_variable.training == by_argument.training


def test_directory_of_the_variable_is_never_written_to(tmp_path, monkeypatch, mirrors):
    put(tmp_path, dict(list(ARCHIVES.items())[:3]))
    monkeypatch.setenv("THETA_LAB_MNIST", str(tmp_path))
    with pytest.raises(DataError, match=f"{NAMES[3]}.gz is missing"):
        load_mnist(mirrors=(mirrors.address("good"),), files=FILES)
    assert mirrors.requests == []
    assert len(list(tmp_path.iterdir())) == 3


def test_platform_cache_gives_way_to_a_temporary_directory(tmp_path, monkeypatch, mirrors):
    (tmp_path / "file").touch()  # below a file no directory can be made
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "file" / name)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temporary"))
    Path(tmp_path / "temporary").mkdir()
    load_mnist(mirrors=(mirrors.address("good"),), files=FILES)
    assert len(list((tmp_path / "temporary" / "theta-lab").iterdir())) == 4


def test_cache_that_cannot_be_written_to_is_said(tmp_path, mirrors):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be written to"):
        load_mnist(tmp_path / "file", mirrors=(mirrors.address("good"),), files=FILES)


def test_idx_arrays_come_back_as_they_were():
    for array in ARRAYS:
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


def test_scans_and_labels_must_belong_together(tmp_path):
    swapped = (FILES[0], FILES[3], FILES[2], FILES[1])
    put(tmp_path, ARCHIVES)
    with pytest.raises(DataError, match="a label for each"):
        load_mnist(tmp_path, mirrors=(), files=swapped)
