"""The data of a sweep as a file, for a worker on another machine."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logreg_core import DataError
from logreg_core.sweep import SweepData
from tests.sweeping import some_data

MB = 1_000_000


def saved(data):
    data.save(file := io.BytesIO())
    return file.getvalue()


def refused(content):
    with pytest.raises(DataError) as caught:
        SweepData.load(io.BytesIO(content))
    assert "page of the sweep" in str(caught.value)


def packed(**members):
    """A zip of these members."""
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def header(shape, dtype="<f4"):
    """The beginning of a .npy that announces an array."""
    file = io.BytesIO()
    announced = {"shape": shape, "fortran_order": False, "descr": dtype}
    np.lib.format.write_array_header_1_0(file, announced)
    return file.getvalue()


def test_data_come_back_from_their_file(data, tmp_path):
    drawn = SweepData(data.training, data.held_out, drawings=data.held_out)
    for each in (data, drawn):
        each.save(tmp_path / "data.npz")
        read = SweepData.load(tmp_path / "data.npz")
        assert read.fingerprints == each.fingerprints
        np.testing.assert_array_equal(read.training.images, each.training.images)
        assert (read.drawings is None) == (each.drawings is None)


@given(st.binary(max_size=300))
def test_garbage_is_refused(content):
    refused(content)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_refused_or_its_data_are_others(place, damage):
    whole = saved(some_data(12))
    place %= len(whole)
    damaged = whole[:place] + damage + whole[place + len(damage) :]
    try:
        read = SweepData.load(io.BytesIO(damaged))
    except DataError:
        return
    # Parts of an archive say nothing about its content, such as the time of a member.
    assert read.fingerprints == some_data(12).fingerprints


@pytest.mark.parametrize("part", ["training_images", "held_out_labels"])
def test_a_file_without_a_part_is_refused(data, part):
    with np.load(io.BytesIO(saved(data))) as arrays:
        rest = {name: array for name, array in arrays.items() if name != part}
    np.savez(file := io.BytesIO(), **rest)
    refused(file.getvalue())


def test_objects_are_refused():
    objects = np.array([{"not": "a digit"}], dtype=object)
    np.savez(file := io.BytesIO(), training_images=objects, training_labels=objects)
    refused(file.getvalue())


@pytest.mark.parametrize("shape", [(10**9, 20, 20), (10**6, 20, 20), (-1, 20, 20)])
def test_a_header_that_announces_more_than_there_is_takes_no_memory(shape):
    bomb = packed(training_images=header(shape), training_labels=header(shape[:1], "<i8"))
    tracemalloc.start()
    refused(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MB


def test_an_archive_that_unpacks_to_gigabytes_is_refused():
    zeros = bytes(50 * MB)
    members = {f"training_images{index}": zeros for index in range(5)}
    refused(packed(**members))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        SweepData.load(tmp_path / "nothing.npz")
    with pytest.raises(DataError, match="cannot be read"):
        SweepData.load(tmp_path)
