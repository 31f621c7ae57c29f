"""The works: which digits, how many rows, which λ, and the ratio that ours should reach."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core import Dataset, load_bundled, load_mnist
from logreg_core.scans import PIXELS, SIDE

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import DTypeLike, NDArray

#: Relative suboptimalities at which all are compared.
PRECISIONS: Final = (1e-4, 1e-8)

#: By how many pixels a copy is shifted, the nearest first; 0, 0 is the original.
OFFSETS: Final = sorted(product(range(-4, 5), repeat=2), key=lambda o: (o[0] ** 2 + o[1] ** 2, o))

# Where all shifts are used up they begin again, in ink paler by this.
_PALER: Final = 0.97


@dataclass(frozen=True)
class Work:
    """One line of the issue's table.

    Attributes
    ----------
    title : str
        As the table shows it.
    rows : int
        How many; of each pair where there are pairs, at least.
    targets : dict of float to float
        Precision → the ratio to the best peer that ours should not exceed.
    rounds : int
        How often each contestant is timed.
    digits : tuple of tuple of int
        The digits of each problem: two, or all ten one against the rest.
    lam : float
        λ.
    dtype : dtype
        In which a user has X.
    heats : int
        Heats are run on each so many-th row.
    heat_digits : tuple of tuple of int
        The digits of each heat: an easy and a hard pair where there are many. The
        strongest of each heat take part; all peers where there is none.
    takes_all : bool
        Whether more images than `rows` are all taken.
    absent : tuple of str
        Peers that stay away: a single run of theirs would outlast all others.
    """

    title: str
    rows: int
    targets: dict[float, float]
    rounds: int
    digits: tuple[tuple[int, ...], ...] = ((0, 1),)
    lam: float = 1.0
    dtype: DTypeLike = field(default=np.float64)
    heats: int = 1
    heat_digits: tuple[tuple[int, ...], ...] = ()
    takes_all: bool = False
    absent: tuple[str, ...] = ()

    def problems(self, source: Dataset) -> Iterator[Problem]:
        """One problem, or one a pair, made when it is asked for."""
        return (self._problem(source, digits) for digits in self.digits)

    def heat_problems(self, source: Dataset) -> Iterator[Problem]:
        """What decides who takes part; none where all do."""
        return (self._problem(source, digits).every(self.heats) for digits in self.heat_digits)

    def _problem(self, source: Dataset, digits: tuple[int, ...]) -> Problem:
        images = source.only(*digits)
        rows = max(self.rows, len(images)) if self.takes_all else self.rows
        X, labels = enlarged(images, rows, self.dtype)
        asked = digits[1:] if len(digits) == 2 else digits
        targets = (labels[:, None] == np.array(asked)).astype(np.float64)
        return Problem(X, targets, self.lam)


_ALL: Final = (tuple(range(10)),)
_EACH_PAIR: Final = Work(
    "45 pairs of digits, λ = 1",
    11_000,
    {1e-4: 0.25, 1e-8: 0.25},
    rounds=3,
    digits=tuple(combinations(range(10), 2)),
    heat_digits=((0, 1), (3, 8)),
    takes_all=True,
)

#: Name → work, from the quickest to the longest.
WORKS: Final = {
    "1000": Work("1,000 x 401, 0 vs 1", 1_000, {1e-4: 0.5, 1e-8: 0.3}, 25),
    "12665": Work("12,665 x 401, 0 vs 1", 12_665, {1e-4: 0.3, 1e-8: 0.2}, 9),
    "pairs": _EACH_PAIR,
    "pairs-0.1": replace(_EACH_PAIR, title="45 pairs of digits, λ = 0.1", lam=0.1),
    "ten-classes": Work(
        "60,000 x 401, ten classes",
        60_000,
        {1e-4: 0.1, 1e-8: 0.15},
        3,
        _ALL,
        heats=30,
        heat_digits=_ALL,
    ),
    "million": Work(
        "1,000,000 x 401, 0 vs 1",
        1_000_000,
        {1e-4: 0.07, 1e-8: 0.1},
        rounds=3,
        dtype=np.float32,
        heats=100,
        heat_digits=((0, 1),),
        absent=("scikit-learn liblinear",),
    ),
}


def digits_of(mnist: Path | None) -> Dataset:
    """The images that everything is made of: the bundled ones, or MNIST's for training."""
    return load_bundled() if mnist is None else load_mnist(cache_dir=mnist).training


def enlarged(
    dataset: Dataset, rows: int, dtype: DTypeLike
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Design matrix and labels of exactly so many rows.

    Parameters
    ----------
    dataset : Dataset
        The first `rows` of its images are taken in their order; where it has
        fewer, shifted copies follow and all rows are shuffled, always alike.
    rows : int
        At least 1.
    dtype : dtype
        Of the design matrix.

    Returns
    -------
    X : (rows, 401) ndarray
        The bias first.
    labels : (rows,) ndarray of int64
        The digit of each row.
    """
    m = len(dataset)
    places = np.arange(rows) if rows <= m else np.random.default_rng(0).permutation(rows)
    X, labels = np.ones((rows, 1 + PIXELS), dtype), np.empty(rows, np.int64)
    for number, start in enumerate(range(0, rows, m)):
        here = places[start : start + m]
        X[here, 1:] = shifted(dataset.images[: len(here)], number).reshape(-1, PIXELS)
        labels[here] = dataset.labels[: len(here)]
    return X, labels


def shifted(images: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """The `number`-th copy of the images, (m, 20, 20): number 0 is as they are."""
    down, right = OFFSETS[number % len(OFFSETS)]
    moved = np.zeros_like(images)
    (to_rows, from_rows), (to_columns, from_columns) = _along(down), _along(right)
    moved[:, to_rows, to_columns] = images[:, from_rows, from_columns]
    moved *= np.float32(_PALER ** (number // len(OFFSETS)))
    return moved


def _along(offset: int) -> tuple[slice, slice]:
    """Where pixels go along one axis, and where they come from."""
    there = slice(max(offset, 0), SIDE + min(offset, 0))
    return there, slice(max(-offset, 0), SIDE - max(offset, 0))
