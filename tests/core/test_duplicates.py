"""Images that are in a data set twice are found, all of them and no others."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from logreg_core import load_bundled
from logreg_core.duplicates import NEARLY_THE_SAME, duplicates


def by_brute_force(images):
    """Groups by all distances, whatever that takes."""
    pixels = images.reshape(len(images), -1).astype(np.float64)
    squares = ((pixels[:, None] - pixels[None]) ** 2).mean(axis=2)
    _, group = connected_components(np.sqrt(squares) <= NEARLY_THE_SAME, directed=False)
    groups = [np.flatnonzero(group == number) for number in range(group.max() + 1)]
    return [members.tolist() for members in groups if len(members) > 1]


@pytest.mark.parametrize("seed", range(5))
def test_none_is_missed_and_none_made_up(seed):
    random = np.random.default_rng(seed)
    images = load_bundled().images[random.choice(1797, 120, replace=False)]
    copied = random.choice(120, 40)
    # Some are the same, some nearly so, some beyond what counts as that.
    noise = random.choice([0.0, 0.5, 0.9, 1.1, 2.0], 40) * NEARLY_THE_SAME
    copies = images[copied] + noise[:, None, None] * random.choice([-1.0, 1.0], (40, 20, 20))
    everything = np.concatenate([images, copies.astype(np.float32)])[random.permutation(160)]
    assert [group.tolist() for group in duplicates(everything)] == by_brute_force(everything)


def test_a_chain_of_near_images_is_one_group():
    step = NEARLY_THE_SAME * 0.9
    images = np.full((4, 20, 20), 0.5) + step * np.arange(4)[:, None, None]
    assert [group.tolist() for group in duplicates(images)] == [[0, 1, 2, 3]]


def test_thousands_of_blank_images_are_one_group():
    images = np.zeros((20_000, 20, 20), dtype=np.float32)
    images[7] = 1
    (group,) = duplicates(images)
    assert len(group) == 19_999


def test_one_image_has_no_duplicate():
    assert duplicates(np.zeros((1, 20, 20))) == ()
