"""Labelled 20x20 scans: the one form in which images reach everything else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from logreg_core.errors import DataError
from logreg_core.normalise import prepare_images
from logreg_core.scans import PIXELS, SIDE

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Handwritten digits and what they are, checked once and never changed.

    Two datasets are equal when their contents are; the name does not count.

    Parameters
    ----------
    images : ndarray of shape (m, 20, 20)
        Pixels, paper 0 and ink 1; the overshoot of a resampled scan is kept,
        not clipped. Held as read-only float32, copied unless nobody else can
        write to them.
    labels : ndarray of shape (m,)
        The digit that each image shows, whole numbers 0..9. Held as read-only
        int64.
    name : str
        Where the images come from, as the visitor reads it.

    Raises
    ------
    DataError
        If there are no images, an array has another shape, the two lengths
        differ, a pixel is not a finite number or a label is not a digit.

    Examples
    --------
    >>> images = np.zeros((3, 20, 20))
    >>> images[2, 5, 10] = 1
    >>> dataset = Dataset(images, np.array([1, 0, 1]), "three")
    >>> dataset
    Dataset('three', 3 images of 0, 1)
    >>> dataset.counts
    {0: 1, 1: 2}
    >>> dataset.only(1).labels
    array([1, 1])
    >>> dataset.design_matrix()[2, 1 + 5 * 20 + 10]
    np.float64(1.0)
    """

    images: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    name: str
    # Where this comes from, so that no image is prepared twice: parts one after another, the
    # same one again where it is repeated; or the whole of which this is the beginning.
    _parts: tuple[Dataset, ...] = field(default=(), init=False)
    _whole: Dataset | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        images, labels = np.asarray(self.images), np.asarray(self.labels)
        _check_images(images)
        _check_labels(labels, len(images))
        object.__setattr__(self, "images", _read_only(images, np.float32))
        object.__setattr__(self, "labels", _read_only(labels, np.int64))
        if not np.isfinite(self.images).all():
            raise DataError("A pixel is not a finite number; accepted are paper 0 to ink 1.")

    def __len__(self) -> int:
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        digits = ", ".join(map(str, self.classes))
        return f"Dataset({self.name!r}, {len(self)} images of {digits})"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of images, labels and their shape as 64 hexadecimal digits.

        The key of every cache and the origin that a model carries. The name is
        left out: the same images are the same data, whatever they are called.
        """
        digest = hashlib.sha256(repr(self.images.shape).encode())
        digest.update(self.images.reshape(-1).data)
        digest.update(self.labels.data)
        return digest.hexdigest()

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """The digits that occur, in ascending order."""
        return tuple(self.counts)

    @property
    def counts(self) -> dict[int, int]:
        """How many images there are of each digit that occurs, in ascending order."""
        return {
            digit: int(count) for digit, count in enumerate(np.bincount(self.labels)) if count > 0
        }

    def only(self, *digits: int) -> Dataset:
        """Return the images of these digits, in their order; itself where those are all.

        Raises
        ------
        DataError
            If one of the digits does not occur, or none is named.
        """
        missing = sorted(set(digits).difference(self.classes))
        if missing or not digits:
            wanted = f"There is no image of {_listed(missing)}" if missing else "No digit was named"
            raise DataError(f"{wanted}; this data has {_listed(self.classes)}.")
        if set(digits) == set(self.classes):
            return self
        return self.take(np.isin(self.labels, digits))

    def against_the_rest(self, digit: int) -> Dataset:
        """Return the same images with the labels 1 for one digit and 0 for all others.

        What a θ of one-vs-all learns, as a problem of two classes.

        Raises
        ------
        DataError
            If the digit does not occur.

        Examples
        --------
        >>> digits = Dataset(np.zeros((4, 20, 20)), np.array([7, 3, 8, 3]), "mine")
        >>> digits.against_the_rest(3).labels
        array([0, 1, 0, 1])
        """
        if digit not in self.classes:
            raise DataError(f"There is no image of {digit}; this data has {_listed(self.classes)}.")
        return Dataset(
            self.images, (self.labels == digit).astype(np.int64), f"{self.name}: {digit} or not"
        )

    def prepared(self, preparation: str) -> Dataset:
        """Return the same examples, prepared; made once and kept as long as this dataset.

        Parameters
        ----------
        preparation : {"none", "centred", "full"}
            See `prepare_images`.

        Raises
        ------
        DataError
            If there is no such preparation.
        """
        if preparation not in self._prepared:
            self._prepared[preparation] = self._prepare(preparation)
        return self._prepared[preparation]

    def _prepare(self, preparation: str) -> Dataset:
        if preparation == "none":
            return self
        # Each image is prepared by itself. All of MNIST takes long, and is prepared already
        # where a few drawings are added to it.
        if self._parts:
            return _joined(tuple(part.prepared(preparation) for part in self._parts), self.name)
        if self._whole is not None:
            return self._whole.prepared(preparation).beginning(len(self))
        return Dataset(prepare_images(self.images, preparation), self.labels, self.name)

    @cached_property
    def _prepared(self) -> dict[str, Dataset]:
        return {}

    def typical(self, digit: int) -> int:
        """Position of the image of a digit that is nearest to their mean, from 0.

        Raises
        ------
        DataError
            If the digit does not occur.
        """
        images = self.only(digit).images
        distances = np.square(images - images.mean(axis=0)).sum(axis=(1, 2))
        return int(np.flatnonzero(self.labels == digit)[distances.argmin()])

    def take(self, indices: npt.ArrayLike) -> Dataset:
        """Return the images at these positions, in this order.

        Parameters
        ----------
        indices : array_like of int, or of bool with shape (m,)
            Positions 0..m−1, or a mask of what to keep.

        Raises
        ------
        DataError
            If nothing is left.
        IndexError
            If a position is outside 0..m−1.
        """
        chosen = np.asarray(indices)
        images, labels = self.images[chosen], self.labels[chosen]
        # Fresh arrays that only the new dataset holds: locked, they need no second copy.
        images.setflags(write=False)
        labels.setflags(write=False)
        return Dataset(images, labels, self.name)

    def with_added(self, other: Dataset) -> Dataset:
        """Return these images and, after them, those of another dataset; the name stays.

        Examples
        --------
        >>> one = Dataset(np.zeros((1, 20, 20)), np.array([1]), "mine")
        >>> one.with_added(Dataset(np.ones((2, 20, 20)), np.array([7, 3]), "more"))
        Dataset('mine', 3 images of 1, 3, 7)
        """
        return _joined((*self._origins, *other._origins), self.name)

    def repeated(self, times: int) -> Dataset:
        """Return all images, then all of them again, `times` times in all.

        As often counts each of them where it is learnt from: J is a mean over the rows.

        Raises
        ------
        DataError
            If `times` is less than 1.

        Examples
        --------
        >>> Dataset(np.zeros((2, 20, 20)), np.array([7, 3]), "mine").repeated(3).labels
        array([7, 3, 7, 3, 7, 3])
        """
        if times < 1:
            raise DataError(f"Images are repeated once or more often, not {times} times.")
        return self if times == 1 else _joined((self,) * times, self.name)

    def beginning(self, count: int) -> Dataset:
        """Return the first images in the same memory, also once they are prepared.

        Parameters
        ----------
        count : int
            How many, 1..m.

        Examples
        --------
        >>> Dataset(np.zeros((3, 20, 20)), np.array([7, 3, 8]), "mine").beginning(2)
        Dataset('mine', 2 images of 3, 7)
        """
        first = Dataset(self.images[:count], self.labels[:count], self.name)
        object.__setattr__(first, "_whole", self)
        return first

    @property
    def _origins(self) -> tuple[Dataset, ...]:
        """Of what it is put together; itself where it is of one piece."""
        return self._parts or (self,)

    def split(self, test_fraction: float, seed: int) -> tuple[Dataset, Dataset]:
        """Set a part of each digit's images aside, never to be trained on.

        Each digit gives the same share (stratified), at least one image and
        never all of them. The same seed sets the same images aside.

        Parameters
        ----------
        test_fraction : float
            The share to hold out, between 0 and 1, both excluded.
        seed : int
            Of the random choice, 0 or more.

        Returns
        -------
        training, held_out : Dataset
            Each in the order in which its images stand here.

        Raises
        ------
        DataError
            If the share or the seed is out of range, or a digit has one image only.
        """
        held_out = self.held_out_mask(test_fraction, seed)
        return self.take(~held_out), self.take(held_out)

    def held_out_mask(self, test_fraction: float, seed: int) -> npt.NDArray[np.bool_]:
        """Return which images `split` sets aside, (m,); takes and raises what it does."""
        if not 0 < test_fraction < 1:
            raise DataError(
                f"The held-out share is {test_fraction}; accepted is a number between 0 and 1."
            )
        if seed < 0:
            raise DataError(f"The seed is {seed}; accepted are whole numbers from 0.")
        lonely = [digit for digit, count in self.counts.items() if count < 2]
        if lonely:
            raise DataError(
                f"There is only one image of {_listed(lonely)}; a split needs two of each digit."
            )
        held_out = np.zeros(len(self), dtype=bool)
        random = np.random.default_rng(seed)
        for digit, count in self.counts.items():
            share = min(max(round(test_fraction * count), 1), count - 1)
            held_out[random.permutation(np.flatnonzero(self.labels == digit))[:share]] = True
        return held_out

    def design_matrix(self) -> npt.NDArray[np.float64]:
        """Return X as the course has it, (m, 401); see the function `design_matrix`.

        A new array at each call: kept for the whole of MNIST it would take 192 MB,
        so whoever needs it twice keeps it.
        """
        return design_matrix(self.images)


def _joined(parts: tuple[Dataset, ...], name: str) -> Dataset:
    """All images of the first, then those of the next, in one piece of memory."""
    images = np.concatenate([part.images for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    # Fresh arrays that only the new dataset holds: locked, they need no second copy.
    images.setflags(write=False)
    labels.setflags(write=False)
    whole = Dataset(images, labels, name)
    object.__setattr__(whole, "_parts", parts)
    return whole


@overload
def design_matrix(images: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]: ...


@overload
def design_matrix(
    images: npt.NDArray[np.float32], width: type[np.floating[Any]]
) -> npt.NDArray[np.floating[Any]]: ...


def design_matrix(
    images: npt.NDArray[np.float32], width: type[np.floating[Any]] = np.float64
) -> npt.NDArray[np.floating[Any]]:
    """Return X as the course has it: a row per image, the bias 1, then its 400 pixels.

    Parameters
    ----------
    images : ndarray of shape (m, 20, 20)
        Prepared as the model wants them.
    width : type, optional
        Of its numbers: float64, as the optimisers compute, or float32, in half the memory.

    Returns
    -------
    ndarray of shape (m, 401), float64 or float32
        Pixel (r, c) of an image stands in column 1 + 20 r + c.
    """
    X = np.ones((len(images), 1 + PIXELS), dtype=width)
    X[:, 1:] = images.reshape(len(images), PIXELS)  # (m, 20, 20) → (m, 400)
    return X


def _check_images(images: npt.NDArray[Any]) -> None:
    if images.dtype.kind not in "buif":
        raise DataError("The pixels are no real numbers; accepted are paper 0 to ink 1.")
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise DataError(f"The images have the shape {images.shape}; accepted is (m, 20, 20).")
    if len(images) == 0:
        raise DataError("There are no images; at least one is needed.")


def _check_labels(labels: npt.NDArray[Any], m: int) -> None:
    if labels.shape != (m,):
        raise DataError(f"There are {m} images, but labels of the shape {labels.shape}.")
    if labels.dtype.kind not in "ui":
        raise DataError("The labels are no whole numbers; accepted are 0 to 9.")
    if labels.min() < 0 or labels.max() > 9:
        outside = labels.min() if labels.min() < 0 else labels.max()
        raise DataError(f"The label {outside} is no digit; accepted are 0 to 9.")


def _read_only(array: npt.NDArray[Any], dtype: type[np.generic]) -> npt.NDArray[Any]:
    """Return the array itself where nobody can write to it, else a locked copy."""
    owner = array if array.base is None else array.base
    locked = (
        isinstance(owner, np.ndarray)
        and owner.base is None  # not memory that something else than NumPy owns
        and not (owner.flags.writeable or array.flags.writeable)
    )
    if locked and array.dtype == dtype and array.flags.c_contiguous:
        return array
    with np.errstate(over="ignore"):  # beyond float32 is inf, which the check names
        copy = np.array(array, dtype=dtype, order="C")
    copy.setflags(write=False)
    return copy


def _listed(digits: tuple[int, ...] | list[int]) -> str:
    return ", ".join(map(str, digits))
