"""``--callback``: how much longer training takes when everything a page shows is recorded."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core import Objective, TrainConfig, fit
from logreg_core.dataset import design_matrix

from .ours import minimised

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core import Dataset, Step

#: The most that is wanted: time with the record by time without.
TARGET: Final = 1.1

# What the pages hold out unless a visitor says otherwise.
_HELD_OUT: Final = 0.25


@dataclass(frozen=True)
class Overhead:
    """Median seconds of CPU: nothing recorded; training recorded; held-out images too."""

    bare: float
    recorded: float
    with_held_out: float

    def __str__(self) -> str:
        return (
            f"bare {1000 * self.bare:.1f} ms; every step recorded {1000 * self.recorded:.1f} ms, "
            f"{self.recorded / self.bare:.2f} times (target ≤ {TARGET:g}); "
            f"held-out images measured at each step too {1000 * self.with_held_out:.1f} ms, "
            f"{self.with_held_out / self.bare:.2f} times"
        )


def overhead(dataset: Dataset, row: str, rounds: int) -> Overhead:
    """Train on images of two digits, with and without a record, in turn.

    The clock runs from the first evaluation, at θ = 0, to the last step: what
    `fit` does before and after is no record.
    """
    training, held_out = dataset.split(_HELD_OUT, seed=0)
    config = TrainConfig(optimizer=row, max_iterations=10_000)
    ways: tuple[Callable[[], float], ...] = (
        lambda: _bare(training, config),
        lambda: _recorded(training, config, None),
        lambda: _recorded(training, config, held_out),
    )
    seconds = np.array([[way() for way in ways] for _ in range(rounds)])
    return Overhead(*(statistics.median(column) for column in seconds.T.tolist()))


def _bare(training: Dataset, config: TrainConfig) -> float:
    targets = (training.labels == training.classes[1]).astype(np.float64)
    objective = Objective(design_matrix(training.images), targets[:, None], config.lam)
    objective.evaluate(np.zeros(objective.size))
    started = time.process_time()
    minimised(objective, config)
    return time.process_time() - started


def _recorded(training: Dataset, config: TrainConfig, held_out: Dataset | None) -> float:
    steps: list[Step] = []
    clock: list[float] = []

    def record(step: Step) -> None:
        steps.append(step)
        clock.append(time.process_time())

    fit(training, config, record, held_out=held_out)
    return clock[-1] - clock[0]
