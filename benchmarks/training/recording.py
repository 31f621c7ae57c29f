"""``--callback``: how much longer training takes when everything a page shows is recorded."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core import Objective, TrainConfig, fit
from logreg_core.dataset import design_matrix
from logreg_core.history import Recorder

from .ours import minimised

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from logreg_core import Dataset, History, Step

#: The most that is wanted: time with the record by time without.
TARGET: Final = 1.1

# What the pages hold out unless a visitor says otherwise.
_HELD_OUT: Final = 0.25


@dataclass(frozen=True)
class Overhead:
    """Median seconds of CPU: nothing recorded; training recorded; held-out images too.

    `check` is the part of `bare` after the optimiser has ended: J and ∇J at its θ in
    float64, by which a run is said to have converged, recorded or not. It is nothing
    where the optimiser has computed just that.
    """

    bare: float
    recorded: float
    with_held_out: float
    check: float

    def __str__(self) -> str:
        unchecked = self.bare - self.check
        return (
            f"bare {1000 * self.bare:.2f} ms ({1000 * self.check:.2f} ms of it to check the end in "
            f"float64); every step recorded {1000 * self.recorded:.2f} ms, "
            f"{self.recorded / self.bare:.2f} times; held-out images measured at each step too, as "
            f"a page shows them, {1000 * self.with_held_out:.2f} ms, "
            f"{self.with_held_out / self.bare:.2f} times (target ≤ {TARGET:g}; "
            f"{self.with_held_out / unchecked:.2f} of bare without the check)"
        )


def overhead(dataset: Dataset, row: str, rounds: int) -> Overhead:
    """Train on images of two digits, with and without a record, in an order drawn each round.

    Each leaves the allocator to the next with memory that is mapped already or is not,
    which is a tenth of the time: no way always follows the same other.

    The clock runs from the first evaluation, at θ = 0, until the history is there to be
    shown, with the held-out images of its last steps measured: what `fit` does before
    and after is no record.
    """
    training, held_out = dataset.split(_HELD_OUT, seed=0)
    config = TrainConfig(optimizer=row, max_iterations=10_000)
    ways: tuple[Callable[[], tuple[float, float]], ...] = (
        lambda: _bare(training, config),
        lambda: (_recorded(training, config, None), 0.0),
        lambda: (_recorded(training, config, held_out), 0.0),
    )
    order = np.random.default_rng(0)
    seconds = np.empty((rounds, len(ways), 2))
    for this_round in seconds:
        for way in order.permutation(len(ways)):
            this_round[way] = ways[way]()
    bare, recorded, with_held_out = np.median(seconds[:, :, 0], axis=0).tolist()
    return Overhead(bare, recorded, with_held_out, check=float(np.median(seconds[:, 0, 1])))


def _bare(training: Dataset, config: TrainConfig) -> tuple[float, float]:
    """Seconds in all, and those of the check at the end."""
    targets = (training.labels == training.classes[1]).astype(np.float64)
    objective = Objective(design_matrix(training.images), targets[:, None], config.lam)
    objective.evaluate(np.zeros(objective.size))
    started = time.process_time()
    theta = minimised(objective, config)
    minimised_at = time.process_time()
    objective.evaluate(theta, counted=False)
    checked_at = time.process_time()
    return checked_at - started, checked_at - minimised_at


class _Stopwatch(Recorder):
    """A recorder that notes when the first step came, and when the history was read."""

    def __init__(self) -> None:
        super().__init__()
        self.started: float | None = None
        self.ended = 0.0

    def add(self, step: Step, theta: NDArray[np.float64]) -> None:
        super().add(step, theta)
        if self.started is None:
            self.started = time.process_time()

    def history(self) -> History:
        history = super().history()
        self.ended = time.process_time()
        return history


def _recorded(training: Dataset, config: TrainConfig, held_out: Dataset | None) -> float:
    steps: list[Step] = []
    recorder = _Stopwatch()
    fit(training, config, steps.append, held_out=held_out, recorder=recorder)
    return recorder.ended - (recorder.started or 0.0)
