"""The mean image of each digit, and how like θ their difference is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core import Dataset

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MeanImages:
    """What the images of each digit have in common.

    Attributes
    ----------
    classes : tuple of int
        The digits, ascending.
    images : (classes, 20, 20) ndarray of float64
        The mean image of each; paper 0, ink 1.
    counts : (classes,) ndarray of int64
        How many images each is the mean of.
    """

    classes: tuple[int, ...]
    images: FloatArray
    counts: NDArray[np.int64]

    def difference(self, digit: int) -> FloatArray:
        """The mean image of a digit minus the mean of all other images, (20, 20)."""
        own = self.classes.index(digit)
        others = np.arange(len(self.classes)) != own
        rest = np.average(self.images[others], axis=0, weights=self.counts[others])
        difference: FloatArray = self.images[own] - rest
        return difference


def mean_images(dataset: Dataset) -> MeanImages:
    """The mean image of each digit of a dataset.

    Examples
    --------
    >>> from logreg_core import Dataset
    >>> images = np.zeros((3, 20, 20))
    >>> images[2] = 1.0
    >>> means = mean_images(Dataset(images, np.array([0, 1, 1]), "three"))
    >>> means.images[:, 0, 0], means.difference(0)[0, 0]
    (array([0. , 0.5]), np.float64(-0.5))
    """
    means = [
        dataset.images[dataset.labels == digit].mean(axis=0, dtype=np.float64)
        for digit in dataset.classes
    ]
    return MeanImages(dataset.classes, np.array(means), np.array(list(dataset.counts.values())))


def likeness(one: FloatArray, other: FloatArray) -> float | None:
    """Cosine of the angle between two pictures of the same shape, −1 to 1; None beside zeros.

    Examples
    --------
    >>> likeness(np.array([3.0, 4.0]), np.array([6.0, 8.0]))
    1.0
    >>> likeness(np.array([1.0, 0.0]), np.array([0.0, 2.0]))
    0.0
    """
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.vdot(one, other)) / lengths if lengths else None
