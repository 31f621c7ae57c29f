"""Images that are in a data set twice, or as good as twice.

A duplicate counts double in J, and one that stands both among the training and the
held-out examples makes the model look better than it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Images = NDArray[np.floating[Any]]

#: Root mean square of the difference over all pixels, paper 0 and ink 1. A scan saved as a JPEG
#: of quality 95 differs from itself by 0.007; of MNIST's ones the nearest two by 0.021.
NEARLY_THE_SAME: Final = 0.02

#: Pixels of each side of the blocks whose means are compared first.
_BLOCK: Final = 4

#: Candidates that are compared pixel by pixel at once: 13 MB.
_COMPARED_AT_ONCE: Final = 4096


def duplicates(images: Images) -> tuple[NDArray[np.int64], ...]:
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
    tuple of ndarray of int64
        Positions of the images of each group, ascending; the group with the first image
        first.

    Examples
    --------
    >>> images = np.zeros((4, 20, 20))
    >>> images[1:3, 5:15, 9] = 1
    >>> [group.tolist() for group in duplicates(images)]
    [[0, 3], [1, 2]]
    """
    pixels = images.reshape(len(images), -1)
    # Equal ones are put together first: of a thousand blank images half a million pairs are near.
    _, firsts, same_as = np.unique(pixels, axis=0, return_index=True, return_inverse=True)
    near = _near_pairs(images[firsts])
    count = len(firsts)
    graph = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(count, count))
    _, of_distinct = connected_components(graph, directed=False)
    group = of_distinct[same_as.reshape(-1)]  # (m,)
    order = np.argsort(group, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    return tuple(sorted((g for g in groups if len(g) > 1), key=lambda g: int(g[0])))


def _near_pairs(images: Images) -> NDArray[np.int64]:
    """Pairs of images that are nearly the same, (p, 2)."""
    m, side, _ = images.shape
    blocks = side // _BLOCK
    means = images.reshape(m, blocks, _BLOCK, blocks, _BLOCK).mean(axis=(2, 4)).reshape(m, -1)
    # √(25 · ε²): as far as block means can be apart where all pixels differ by ε.
    candidates = cKDTree(means).query_pairs(blocks * NEARLY_THE_SAME, output_type="ndarray")
    parts = np.split(candidates, range(_COMPARED_AT_ONCE, len(candidates), _COMPARED_AT_ONCE))
    near = [
        some[_difference(images[some[:, 0]], images[some[:, 1]]) <= NEARLY_THE_SAME]
        for some in parts
    ]
    pairs: NDArray[np.int64] = np.concatenate(near).astype(np.int64)
    return pairs


def _difference(a: Images, b: Images) -> NDArray[np.float64]:
    """Root mean square over the pixels, (p,)."""
    return np.sqrt(np.square(a - b, dtype=np.float64).mean(axis=(1, 2)))
