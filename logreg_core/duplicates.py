"""Images that are in a data set twice, or as good as twice.

A duplicate counts double in J, and one that stands both among the training and the
held-out examples makes the model look better than it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Images = NDArray[np.floating[Any]]
    Positions = NDArray[np.int64]

#: Root mean square of the difference over all pixels, paper 0 and ink 1. A scan saved as a JPEG
#: of quality 95 differs from itself by 0.007; of MNIST's ones the nearest two by 0.021.
NEARLY_THE_SAME: Final = 0.02

#: Pixels of each side of the blocks whose means are compared first.
_BLOCK: Final = 4

#: Room for rounding where two block means are as far apart as they may be.
_ROUNDING: Final = 1e-5

#: Images whose neighbours are looked up at once: among 70,000 that are all alike, 4.5 million.
_LOOKED_UP_AT_ONCE: Final = 64

#: Candidates that are compared pixel by pixel at once: 13 MB.
_COMPARED_AT_ONCE: Final = 4096

#: Candidates for being nearly the same beyond which nobody goes on: a second's work, and three
#: times as many as all of MNIST has. 8,000 images of almost nothing have thirty million.
MOST_CANDIDATES: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Groups of images that are the same, or nearly so.

    Attributes
    ----------
    groups : tuple of ndarray of int64
        Positions of the images of each group, ascending; the group with the first image
        first.
    nearly : bool
        Whether those that are nearly the same were looked for too. False where so many
        are near one another that only the very same ones were.
    """

    groups: tuple[Positions, ...]
    nearly: bool

    def of_each(self, count: int) -> Positions:
        """Number of the group of each of `count` images, from 1; 0 for those in none.

        Examples
        --------
        >>> Duplicates((np.array([1, 3]),), nearly=True).of_each(4)
        array([0, 1, 0, 1])
        """
        numbers = np.zeros(count, dtype=np.int64)
        for number, group in enumerate(self.groups, start=1):
            numbers[group] = number
        return numbers

    def disagreeing(self, labels: Positions) -> int:
        """How many groups have more than one label, given the labels of all images.

        Examples
        --------
        >>> found = Duplicates((np.array([0, 2]), np.array([1, 3])), nearly=True)
        >>> found.disagreeing(np.array([7, 1, 7, 4]))
        1
        """
        return sum(bool((labels[group] != labels[group[0]]).any()) for group in self.groups)


def duplicates(images: Images) -> Duplicates:
    """Find groups of images that are nearly the same.

    Each group is connected by pairs whose pixels differ by `NEARLY_THE_SAME` at most,
    as root mean square. None is missed: where the pixels differ by no more, the means of
    25 blocks of 4x4 pixels do not either (Jensen's inequality), so that only images with
    near block means, which a k-d tree finds, have to be compared.

    Parameters
    ----------
    images : (m, 20, 20) ndarray
        Paper 0, ink 1.

    Returns
    -------
    Duplicates
        Only of the very same images where there are more than `MOST_CANDIDATES`.

    Examples
    --------
    >>> images = np.zeros((4, 20, 20))
    >>> images[1:3, 5:15, 9] = 1
    >>> [group.tolist() for group in duplicates(images).groups]
    [[0, 3], [1, 2]]
    """
    # Equal ones are put together first: of a thousand blank images half a million pairs are near.
    same_as = _numbered_by_content(images)  # (m,)
    _, firsts = np.unique(same_as, return_index=True)
    near = _near_pairs(images[firsts])
    pairs = np.empty((0, 2), dtype=np.int64) if near is None else near
    count = len(firsts)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, of_distinct = connected_components(graph, directed=False)
    return Duplicates(_groups(of_distinct[same_as]), nearly=near is not None)


def copies(image: Images, images: Images) -> Positions:
    """Find the images that are nearly the same as a given one.

    Parameters
    ----------
    image : (20, 20) ndarray
        Paper 0, ink 1.
    images : (m, 20, 20) ndarray
        Where to look.

    Returns
    -------
    (k,) ndarray of int64
        Their positions, ascending; that of the image itself too, where it is among them.

    Examples
    --------
    >>> images = np.zeros((3, 20, 20))
    >>> images[1, 5:15, 9] = 1
    >>> copies(images[0], images)
    array([0, 2])
    """
    # By the sums of all pixels first, which cannot be further apart than 400 ε.
    sums = images.sum(axis=(1, 2), dtype=np.float64)
    furthest = image.size * (NEARLY_THE_SAME + _ROUNDING)
    candidates = np.flatnonzero(np.abs(sums - image.sum(dtype=np.float64)) <= furthest)
    close = [
        some[_difference(images[some], image) <= NEARLY_THE_SAME]
        for some in _in_parts(candidates, _COMPARED_AT_ONCE)
    ]
    found: Positions = np.concatenate(close)
    return found


def _numbered_by_content(images: Images) -> Positions:
    """A number for each image, the same where all pixels are, (m,)."""
    seen: dict[bytes, int] = {}
    return np.array(
        [
            seen.setdefault(hashlib.blake2b(pixels, digest_size=16).digest(), len(seen))
            for pixels in np.ascontiguousarray(images)
        ],
        dtype=np.int64,
    )


def _groups(numbers: Positions) -> tuple[Positions, ...]:
    """Positions of those with the same number, where there are several."""
    order = np.argsort(numbers, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return tuple(sorted((g for g in groups if len(g) > 1), key=lambda g: int(g[0])))


def _near_pairs(images: Images) -> Positions | None:
    """Pairs of images that are nearly the same, (p, 2); None where there is too much to compare."""
    m, side, _ = images.shape
    blocks = side // _BLOCK
    means = images.reshape(m, blocks, _BLOCK, blocks, _BLOCK).mean(axis=(2, 4)).reshape(m, -1)
    tree = cKDTree(means)
    # √(25 · ε²): as far as block means can be apart where all pixels differ by ε.
    radius = blocks * NEARLY_THE_SAME + _ROUNDING
    pairs, candidates = [np.empty((0, 2), dtype=np.int64)], 0
    for rows in _in_parts(np.arange(m), _LOOKED_UP_AT_ONCE):
        neighbours = tree.query_ball_point(means[rows], radius)
        first = np.repeat(rows, [len(some) for some in neighbours])
        second = np.concatenate(neighbours).astype(np.int64)
        once = first < second
        candidates += int(np.count_nonzero(once))
        if candidates > MOST_CANDIDATES:
            return None
        for some in _in_parts(np.stack([first[once], second[once]], axis=1), _COMPARED_AT_ONCE):
            differences = _difference(images[some[:, 0]], images[some[:, 1]])
            pairs.append(some[differences <= NEARLY_THE_SAME])
    return np.concatenate(pairs)


def _in_parts(rows: Positions, at_once: int) -> list[Positions]:
    """The same rows in parts of that length; at least one part."""
    return np.split(rows, range(at_once, len(rows), at_once))


def _difference(a: Images, b: Images) -> NDArray[np.float64]:
    """Root mean square over the pixels, (p,)."""
    return np.sqrt(np.square(a - b, dtype=np.float64).mean(axis=(1, 2)))
