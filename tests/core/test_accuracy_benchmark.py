"""The accuracy benchmark: what it counts, on what, and what it says of a target."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy import ROWS, TWO, Count, Row, counted, table, validation_split
from logreg_core import Dataset, TrainConfig, load_bundled


@pytest.fixture(scope="module")
def halves():
    """Bundled digits, to train on and to count on."""
    return load_bundled().split(0.5, seed=0)


def test_validation_images_come_from_the_end_of_the_training_images():
    images = np.zeros((60, 20, 20))
    images[:, 0, 0] = np.arange(60) / 60
    kept, validation = validation_split(Dataset(images, np.arange(60) % 10, "sixty"))
    assert np.array_equal(kept.images, images[:50].astype(np.float32))
    assert np.array_equal(validation.images, images[50:].astype(np.float32))


def test_a_count_is_of_the_images_of_the_row_that_are_read_right(halves):
    training, held_out = halves
    count = counted(Row(TWO, TrainConfig(), 0.9), training, held_out)
    assert count.total == sum(held_out.counts[digit] for digit in TWO)
    assert 0.98 < count.share <= 1


def test_labels_that_say_the_opposite_are_all_read_wrong(halves):
    training, held_out = (half.only(*TWO) for half in halves)
    swapped = Dataset(held_out.images, 1 - held_out.labels, "swapped")
    right = counted(Row(TWO, TrainConfig(), 0.9), training, held_out)
    wrong = counted(Row(TWO, TrainConfig(), 0.9), training, swapped)
    assert right.hits + wrong.hits == right.total


def test_a_count_is_shown_with_the_interval_that_wilson_published():
    # Newcombe, Statistics in Medicine 17, 1998, table I: 81 of 263 is 0.2553 to 0.3662.
    assert str(Count(81, 263, 0.0)).split() == ["30.80%", "(25.53%", "to", "36.62%)"]


@pytest.mark.parametrize(("wanted", "verdict"), [(0.5, "yes"), (1.01, "NO")])
def test_a_row_says_whether_its_target_is_reached(halves, monkeypatch, wanted, verdict):
    monkeypatch.setattr("benchmarks.accuracy.ROWS", (Row(TWO, TrainConfig(), wanted),))
    (line,) = table(*halves, validate=False, targets=True)
    assert line.endswith(f": {verdict}")


def test_nothing_is_wanted_while_the_penalty_is_chosen(halves, monkeypatch):
    monkeypatch.setattr("benchmarks.accuracy.ROWS", (Row(TWO, TrainConfig(), 0.5),))
    monkeypatch.setattr("benchmarks.accuracy.LAMBDAS", (0.5, 2.0))
    lines = list(table(*halves, validate=True, targets=True))
    assert ["λ = 0.5" in line for line in lines] == [True, False]
    assert not any("wanted" in line for line in lines)


def test_rows_differ_in_more_than_their_target():
    assert len({str(replace(row, wanted=0.0)) for row in ROWS}) == len(ROWS)
