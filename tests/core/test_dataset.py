"""A Dataset says what its images are and cannot change afterwards."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from logreg_core.dataset import Dataset
from logreg_core.errors import DataError
from logreg_core.normalise import prepare_images
from logreg_core.scans import resized_to_20x20


@pytest.fixture
def dataset():
    """Thirty images with every pixel of its own value: four 0s, six 3s, twenty 7s, mixed."""
    labels = np.random.default_rng(5).permutation([0] * 4 + [3] * 6 + [7] * 20)
    images = np.arange(30 * 400).reshape(30, 20, 20) / 12_000
    return Dataset(images, labels, "thirty")


def test_images_and_labels_have_the_promised_types(dataset):
    assert dataset.images.dtype == np.float32
    assert dataset.labels.dtype == np.int64
    assert dataset.images.flags.c_contiguous
    assert len(dataset) == 30


def test_nobody_can_change_a_dataset(dataset):
    with pytest.raises(ValueError, match="read-only"):
        dataset.images[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        dataset.labels[0] = 1
    with pytest.raises(AttributeError):
        dataset.name = "another"


@pytest.mark.parametrize("locked_view", [False, True])
def test_changing_the_arrays_it_was_made_of_does_not_change_it(locked_view):
    images = np.zeros((2, 20, 20), dtype=np.float32)
    given = images[:]
    given.setflags(write=not locked_view)
    dataset = Dataset(given, np.array([0, 1]), "two")
    images[:] = 1
    assert not dataset.images.any()


def test_arrays_that_nobody_can_change_are_shared_rather_than_copied(dataset):
    again = Dataset(dataset.images, dataset.labels, "again")
    assert np.shares_memory(again.images, dataset.images)


def test_overshoot_of_a_resampled_scan_is_kept():
    images = np.full((1, 20, 20), -0.13)
    images[0, 3, 4] = 1.13
    kept = Dataset(images, np.array([1]), "one").images
    assert (kept.min(), kept.max()) == (np.float32(-0.13), np.float32(1.13))


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (np.zeros((2, 400)), [0, 1], r"shape \(2, 400\); accepted is \(m, 20, 20\)"),
        (np.zeros((2, 28, 28)), [0, 1], r"shape \(2, 28, 28\)"),
        (np.zeros((0, 20, 20)), [], "no images"),
        (np.zeros((2, 20, 20)), [0, 1, 2], "2 images, but labels"),
        (np.zeros((2, 20, 20)), [[0], [1]], "2 images, but labels"),
        (np.zeros((2, 20, 20)), [0, 10], "label 10 is no digit"),
        (np.zeros((2, 20, 20)), [-1, 1], "label -1 is no digit"),
        (np.zeros((2, 20, 20)), [0.5, 1], "no whole numbers"),
        (np.full((2, 20, 20), np.nan), [0, 1], "not a finite number"),
        (np.full((2, 20, 20), np.inf), [0, 1], "not a finite number"),
        (np.full((2, 20, 20), 1e300), [0, 1], "not a finite number"),
        (np.full((2, 20, 20), "ink"), [0, 1], "no real numbers"),
        (np.full((2, 20, 20), 1j), [0, 1], "no real numbers"),
    ],
)
def test_what_is_no_dataset_is_refused_with_a_sentence(images, labels, sentence):
    with pytest.raises(DataError, match=sentence) as refusal:
        Dataset(images, np.array(labels), "wrong")
    assert str(refusal.value).endswith(".")


def test_counts_and_classes_are_those_of_the_labels(dataset):
    assert dataset.counts == {0: 4, 3: 6, 7: 20}
    assert dataset.classes == (0, 3, 7)


def test_only_keeps_the_order(dataset):
    pair = dataset.only(7, 0)
    kept = [row for row in range(30) if dataset.labels[row] in (0, 7)]
    np.testing.assert_array_equal(pair.labels, dataset.labels[kept])
    np.testing.assert_array_equal(pair.images, dataset.images[kept])
    assert pair.name == "thirty"


def test_only_names_the_digit_that_is_missing(dataset):
    with pytest.raises(DataError, match=r"no image of 4; this data has 0, 3, 7\."):
        dataset.only(3, 4)
    with pytest.raises(DataError, match="No digit was named"):
        dataset.only()


def test_take_follows_the_order_of_the_indices(dataset):
    taken = dataset.take([5, 2, 5])
    np.testing.assert_array_equal(taken.images, dataset.images[[5, 2, 5]])
    np.testing.assert_array_equal(taken.labels, dataset.labels[[5, 2, 5]])
    with pytest.raises(IndexError):
        dataset.take([30])
    with pytest.raises(DataError, match="no images"):
        dataset.take(np.zeros(30, dtype=bool))


def test_split_holds_out_the_same_share_of_each_digit(dataset):
    training, held_out = dataset.split(0.25, seed=1)
    assert held_out.counts == {0: 1, 3: 2, 7: 5}
    assert training.counts == {0: 3, 3: 4, 7: 15}


def test_split_neither_loses_nor_doubles_an_image(dataset):
    training, held_out = dataset.split(0.4, seed=1)
    first_pixels = np.r_[training.images[:, 0, 0], held_out.images[:, 0, 0]]
    np.testing.assert_array_equal(np.sort(first_pixels), dataset.images[:, 0, 0])


def test_split_is_the_same_for_the_same_seed_only(dataset):
    assert dataset.split(0.3, seed=8) == dataset.split(0.3, seed=8)
    assert dataset.split(0.3, seed=8) != dataset.split(0.3, seed=9)


@pytest.mark.parametrize("test_fraction", [1e-9, 1 - 1e-9])
def test_both_sides_of_a_split_have_every_digit(dataset, test_fraction):
    for side in dataset.split(test_fraction, seed=0):
        assert side.classes == (0, 3, 7)


@pytest.mark.parametrize("test_fraction", [0, 1, -0.2, 1.5, float("nan")])
def test_split_refuses_a_share_outside_0_to_1(dataset, test_fraction):
    with pytest.raises(DataError, match="between 0 and 1"):
        dataset.split(test_fraction, seed=0)


def test_split_refuses_a_negative_seed_and_a_lonely_image(dataset):
    with pytest.raises(DataError, match="whole numbers from 0"):
        dataset.split(0.3, seed=-1)
    lonely = dataset.take([*np.flatnonzero(dataset.labels == 7), dataset.labels.argmin()])
    with pytest.raises(DataError, match="only one image of 0"):
        lonely.split(0.3, seed=0)


def test_design_matrix_has_the_bias_first_and_the_pixels_row_by_row(dataset):
    X = dataset.design_matrix()
    assert X.shape == (30, 401)
    assert X.dtype == np.float64
    assert (X[:, 0] == 1).all()
    for row, column in (0, 0), (0, 19), (4, 7), (19, 19):
        np.testing.assert_array_equal(X[:, 1 + 20 * row + column], dataset.images[:, row, column])


def test_fingerprint_is_a_sha_256_of_the_content_alone(dataset):
    same = Dataset(dataset.images.copy(), dataset.labels.copy(), "another name")
    assert same.fingerprint == dataset.fingerprint
    assert len(bytes.fromhex(dataset.fingerprint)) == hashlib.sha256().digest_size
    assert (same == dataset, hash(same)) == (True, hash(dataset))


def test_fingerprint_changes_with_any_pixel_and_any_label(dataset):
    images, labels = dataset.images.copy(), dataset.labels.copy()
    images[17, 3, 3] += 1e-6
    labels[17] = (labels[17] + 1) % 10
    altered = [Dataset(images, dataset.labels, ""), Dataset(dataset.images, labels, "")]
    assert len({dataset.fingerprint, *(other.fingerprint for other in altered)}) == 3
    assert dataset not in altered


@pytest.mark.parametrize("side", [8, 20, 28, 64])
def test_resizing_a_stack_is_pillow_resizing_each_image(side):
    scans = np.random.default_rng(side).random((7, side, side), dtype=np.float32)
    one_by_one = [
        np.asarray(Image.fromarray(scan).resize((20, 20), Image.Resampling.BICUBIC))
        for scan in scans
    ]
    np.testing.assert_array_equal(resized_to_20x20(scans), one_by_one)


def test_resizing_in_batches_leaves_no_image_out(monkeypatch):
    scans = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)
    at_once = resized_to_20x20(scans, full_ink=255)
    monkeypatch.setattr("logreg_core.scans._RESIZED_AT_ONCE", 3)
    np.testing.assert_array_equal(resized_to_20x20(scans, full_ink=255), at_once)


# Images that are put together.


def test_images_added_to_others_are_prepared_as_all_of_them_together():
    random = np.random.default_rng(5)
    images = random.random((9, 20, 20)).astype(np.float32)
    labels = np.arange(9)
    whole = Dataset(images, labels, "whole")
    joined = Dataset(images[:6], labels[:6], "six").with_added(
        Dataset(images[6:], labels[6:], "three")
    )
    assert joined == whole
    for preparation in ("none", "centred", "full"):
        assert np.array_equal(
            joined.prepared(preparation).images, whole.prepared(preparation).images
        )


@pytest.fixture
def prepared_counts(monkeypatch):
    """How many images were prepared at a time."""
    counts = []

    def counted(images, preparation):
        counts.append(len(images))
        return prepare_images(images, preparation)

    monkeypatch.setattr("logreg_core.dataset.prepare_images", counted)
    return counts


def some_images(count):
    images = np.random.default_rng(count).random((count, 20, 20)).astype(np.float32)
    return Dataset(images, np.arange(count) % 10, f"{count} images")


def test_repeated_images_are_prepared_once_and_alike(prepared_counts):
    few, many = some_images(3), some_images(8)
    together = many.with_added(few.repeated(30))
    expected = prepare_images(together.images, "full")
    assert np.array_equal(together.prepared("full").images, expected)
    assert sorted(prepared_counts) == [3, 8]


def test_images_are_repeated_once_at_least():
    with pytest.raises(DataError, match="once or more often, not 0"):
        some_images(3).repeated(0)


def test_a_beginning_shares_its_memory_also_once_it_is_prepared(prepared_counts):
    whole = some_images(9)
    first = whole.beginning(4)
    assert first == whole.take(range(4))
    assert np.shares_memory(first.images, whole.images)
    assert np.shares_memory(first.prepared("full").images, whole.prepared("full").images)
    assert prepared_counts == [9]


def test_one_digit_against_the_rest_has_the_same_images_in_the_same_memory(ten_digits):
    three_or_not = ten_digits.against_the_rest(3)
    assert three_or_not.images is ten_digits.images
    np.testing.assert_array_equal(three_or_not.labels, ten_digits.labels == 3)


def test_a_digit_that_does_not_occur_is_not_told_from_the_rest(pair):
    with pytest.raises(DataError, match="There is no image of 5; this data has 3, 8"):
        pair.against_the_rest(5)
