"""Train on ever more examples, and see what it helps: the learning curve."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.curve import Curve
from logreg_core.errors import ConfigError
from logreg_core.score import Scores
from logreg_core.training import fit, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.line import Turns

#: Sizes from few examples to all: on a logarithmic axis, enough to see a bend.
_SIZES: Final = 6

#: Examples of each digit at the least of them.
_FEWEST_OF_A_DIGIT: Final = 2

#: What is drawn by lot is drawn so often, to see how much of it was luck.
USUAL_SEEDS: Final = (0, 1, 2)


@dataclass(frozen=True)
class CurvePoint:
    """One training of a learning curve.

    Attributes
    ----------
    m : int
        Examples that were learnt from.
    seed : int
        By which they were drawn.
    scores : Scores
        What came of it, on these and on all held-out examples.
    """

    m: int
    seed: int
    scores: Scores


def stratified_order(labels: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Order examples at random so that every beginning has its share of each digit.

    Parameters
    ----------
    labels : (m,) ndarray of int64
        What each example shows.
    seed : int
        Of the random choice, ≥ 0.

    Returns
    -------
    (m,) ndarray of int64
        Positions. The first of them show each digit once.

    Examples
    --------
    >>> labels = np.array([3, 3, 3, 3, 8, 8])
    >>> labels[stratified_order(labels, seed=0)][:3]
    array([8, 3, 3])
    """
    random = np.random.default_rng(seed)
    places = np.empty(len(labels))
    for digit in np.unique(labels):
        own = random.permutation(np.flatnonzero(labels == digit))
        places[own] = (np.arange(len(own)) + 0.5) / len(own)
        places[own[0]] = 0.0
    ties = random.random(len(labels))
    return np.lexsort((ties, places))


def usual_sizes(dataset: Dataset) -> tuple[int, ...]:
    """Sizes from two examples a digit to all, each about as many times the one before.

    Examples
    --------
    >>> from logreg_core import load_bundled
    >>> usual_sizes(load_bundled().only(0, 1))
    (4, 10, 24, 60, 146, 360)
    """
    m = len(dataset)
    fewest = min(_FEWEST_OF_A_DIGIT * len(dataset.classes), m)
    return tuple(int(size) for size in np.unique(np.geomspace(fewest, m, _SIZES).round()))


class LearningCurve(Curve[tuple[int, int], CurvePoint]):
    """Trainings on more and more of the examples, in a thread of their own.

    For each seed the examples are put into a random order, of which every size is a
    beginning: a larger one is the smaller one and more.

    Parameters
    ----------
    training : Dataset
        To choose from.
    held_out : Dataset
        To measure each model on.
    config : TrainConfig
        How to train.
    sizes : sequence of int, optional
        Numbers of examples, from one a digit to all; see `usual_sizes`. Of all examples
        there is one choice only, which is trained on once.
    seeds : sequence of int
        Of the random orders, each ≥ 0.
    still_wanted, line
        As for a `TrainingJob`.

    Raises
    ------
    ConfigError
        If there are no sizes or no seeds, a size is not possible, or the config does not
        suit the least size.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    >>> curve = LearningCurve(training, held_out, TrainConfig(), sizes=(2, 270), seeds=(0, 1))
    >>> curve.start()
    >>> curve.wait(timeout=60)
    True
    >>> [(point.m, point.seed) for point in curve.points]
    [(2, 0), (2, 1), (270, 0)]
    """

    def __init__(
        self,
        training: Dataset,
        held_out: Dataset,
        config: TrainConfig,
        sizes: Sequence[int] | None = None,
        seeds: Sequence[int] = USUAL_SEEDS,
        *,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        super().__init__(
            "learning curve", training, held_out, config, still_wanted=still_wanted, line=line
        )
        asked = usual_sizes(training) if sizes is None else sizes
        self.sizes = tuple(_checked_size(size, training) for size in asked)
        self.seeds = tuple(_checked_seed(seed) for seed in seeds)
        if not self.sizes or not self.seeds:
            raise ConfigError("A learning curve needs at least one size and one seed.")
        refused = refusal(config, min(self.sizes), len(training.classes))
        if refused is not None:
            raise ConfigError(refused.sentence)

    @cached_property
    def _orders(self) -> dict[int, NDArray[np.int64]]:
        """Of the examples, one a seed."""
        return {seed: stratified_order(self.training.labels, seed) for seed in self.seeds}

    def _cases(self) -> list[tuple[int, int]]:
        """Size and seed of each, from few examples to many."""
        return [
            (size, seed)
            for size in sorted(set(self.sizes))
            for seed in (self.seeds[:1] if size == len(self.training) else self.seeds)
        ]

    def _point(self, case: tuple[int, int], training: Dataset, held_out: Dataset) -> CurvePoint:
        size, seed = case
        # All of them in the order in which they are: the run of the whole, to the digit.
        whole = size == len(training)
        some = training if whole else training.take(self._orders[seed][:size])
        as_they_are = replace(self.config, preparation="none")
        model = fit(some, as_they_are, self._give_way, stopping=self._should_end).model
        return CurvePoint(size, seed, Scores.of_model(model, some, held_out))


def _checked_size(size: object, training: Dataset) -> int:
    least, most = len(training.classes), len(training)
    whole = _whole(size)
    if whole is None or not least <= whole <= most:
        raise ConfigError(
            f"There is no size of {size} examples: accepted are whole numbers from "
            f"{least}, one of each digit, to {most}, all of them."
        )
    return whole


def _checked_seed(seed: object) -> int:
    whole = _whole(seed)
    if whole is None or whole < 0:
        raise ConfigError(f"The seed is {seed}; accepted are whole numbers from 0.")
    return whole


def _whole(number: object) -> int | None:
    """Python's own whole number; None for any other number, which could count no rows."""
    try:
        return operator.index(number)  # type: ignore[arg-type]  # it says itself
    except TypeError:
        return None
