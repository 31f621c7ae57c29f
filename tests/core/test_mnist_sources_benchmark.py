"""The demonstration that MNIST from a folder is MNIST that was downloaded."""

import gzip

import numpy as np
import pytest

from benchmarks.mnist_sources import by_folder, by_http, counts, same
from logreg_core import DataError, Dataset
from logreg_core.mnist import MNIST
from tests.mirrors import ARCHIVES, FILES


@pytest.fixture
def anew(tmp_path, monkeypatch):
    """A folder with the files as somebody compressed them anew."""
    monkeypatch.setenv("THETA_LAB_MNIST", "")  # what the script sets goes with the test
    for name, archive in ARCHIVES.items():
        content = gzip.decompress(archive)
        (tmp_path / name).write_bytes(gzip.compress(content, compresslevel=1, mtime=1))
    return tmp_path


def test_files_that_were_compressed_anew_are_the_same_both_ways(anew):
    one, other = by_folder(anew, FILES), by_http(anew, FILES)
    assert same(one, other)
    assert counts(one) == counts(other) == (30, 10)


def test_another_pixel_is_a_difference(anew):
    mnist = by_folder(anew, FILES)
    images = mnist.held_out.images.copy()
    images[7, 3, 3] += np.float32(0.5)
    changed = Dataset(images, mnist.held_out.labels, mnist.held_out.name)
    assert not same(mnist, MNIST(mnist.training, changed))


def test_content_that_is_not_official_is_not_taken_from_http_either(anew):
    name = f"{FILES[3].name}.gz"
    content = bytearray(gzip.decompress(ARCHIVES[name]))
    content[-1] ^= 1
    (anew / name).write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(DataError):
        by_http(anew, FILES)
