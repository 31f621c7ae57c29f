"""Images that are in a data set twice are found, all of them and no others."""

import sys

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from logreg_core import load_bundled
from logreg_core.duplicates import NEARLY_THE_SAME, copies, duplicates


def by_brute_force(images):
    """Groups by all distances, whatever that takes."""
    pixels = images.reshape(len(images), -1).astype(np.float64)
    squares = ((pixels[:, None] - pixels[None]) ** 2).mean(axis=2)
    _, group = connected_components(np.sqrt(squares) <= NEARLY_THE_SAME, directed=False)
    groups = [np.flatnonzero(group == number) for number in range(group.max() + 1)]
    return [members.tolist() for members in groups if len(members) > 1]


def found(images):
    return [group.tolist() for group in duplicates(images).groups]


@pytest.mark.parametrize("seed", range(5))
def test_none_is_missed_and_none_made_up(seed):
    random = np.random.default_rng(seed)
    images = load_bundled().images[random.choice(1797, 120, replace=False)]
    copied = random.choice(120, 40)
    # Some are the same, some nearly so, some beyond what counts as that.
    noise = random.choice([0.0, 0.5, 0.9, 1.1, 2.0], 40) * NEARLY_THE_SAME
    copied = images[copied] + noise[:, None, None] * random.choice([-1.0, 1.0], (40, 20, 20))
    everything = np.concatenate([images, copied.astype(np.float32)])[random.permutation(160)]
    assert found(everything) == by_brute_force(everything)


@pytest.mark.parametrize("shift", [0.0199, -0.0199])
def test_images_that_differ_everywhere_alike_are_as_far_apart_as_their_block_means(shift):
    """The case in which the bound by Jensen's inequality leaves no room."""
    image = load_bundled().images[0]
    assert found(np.stack([image, image + np.float32(shift)])) == [[0, 1]]


def test_a_chain_of_near_images_is_one_group():
    step = NEARLY_THE_SAME * 0.9
    images = np.full((4, 20, 20), 0.5) + step * np.arange(4)[:, None, None]
    assert found(images) == [[0, 1, 2, 3]]


def test_thousands_of_blank_images_are_one_group():
    images = np.zeros((20_000, 20, 20), dtype=np.float32)
    images[7] = 1
    (group,) = duplicates(images).groups
    assert len(group) == 19_999


def test_where_thousands_are_nearly_the_same_only_the_very_same_are_looked_for(monkeypatch):
    monkeypatch.setattr(sys.modules["logreg_core.duplicates"], "MOST_CANDIDATES", 100)
    images = np.random.default_rng(0).random((30, 20, 20)) / 1000  # 435 pairs
    images[17] = images[4]
    result = duplicates(images)
    assert not result.nearly
    assert [group.tolist() for group in result.groups] == [[4, 17]]


def test_one_image_has_no_duplicate():
    assert duplicates(np.zeros((1, 20, 20))).groups == ()


@pytest.mark.parametrize("seed", range(3))
def test_copies_of_one_image_are_all_that_are_near_and_no_others(seed):
    random = np.random.default_rng(seed)
    image = load_bundled().images[random.integers(1797)]
    noise = random.choice([0.0, 0.5, 0.9, 1.1, 2.0], 60) * NEARLY_THE_SAME
    images = image + noise[:, None, None] * random.choice([-1.0, 1.0], (60, 20, 20))
    distances = np.sqrt(((images - image) ** 2).mean(axis=(1, 2)))
    assert copies(image, images).tolist() == np.flatnonzero(distances <= NEARLY_THE_SAME).tolist()


def test_an_image_without_a_copy_has_none():
    assert copies(np.ones((20, 20)), np.zeros((5, 20, 20))).size == 0
