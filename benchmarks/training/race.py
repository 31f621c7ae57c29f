"""The race itself: all contestants in turn, round after round, and what came of it."""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from .search import FAILURES, Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .problem import Problem

# Who took this many times the best peer's time in the search runs in the first round only.
_SLOW: Final = 5

# The pair of products is repeated for so long, s, that the clock can read it.
_LIMIT_TIME: Final = 0.02


@dataclass(frozen=True)
class Measured:
    """One contestant at one precision on one problem.

    Attributes
    ----------
    name, variant : str
        Who, and in which way.
    is_ours : bool
        Whether it is one of our optimisers.
    precision : float
        The relative suboptimality that was asked for.
    tolerance : float
        With which it ran.
    suboptimality : float
        The worst of its rounds.
    cpu, wall : tuple of float
        Seconds of each round; empty where it failed.
    failure : str
        What it raised, if it did.
    """

    name: str
    variant: str
    is_ours: bool
    precision: float
    tolerance: float
    suboptimality: float
    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    failure: str = ""

    @property
    def reached(self) -> bool:
        """Whether every round reached the precision."""
        return self.suboptimality <= self.precision

    @property
    def median_cpu(self) -> float:
        """Seconds of CPU; inf where it failed."""
        return statistics.median(self.cpu) if self.cpu else math.inf

    @property
    def median_wall(self) -> float:
        """Seconds on the wall; inf where it failed."""
        return statistics.median(self.wall) if self.wall else math.inf


@dataclass(frozen=True)
class Race:
    """One problem: what each took, and what one X@θ and Xᵀr pair in float32 takes."""

    measured: tuple[Measured, ...]
    limit_cpu: float

    def best_peer(self, precision: float) -> float:
        """Least median CPU time of the peers that reached the precision; inf if none did."""
        times = [
            one.median_cpu
            for one in self.measured
            if one.precision == precision and one.reached and not one.is_ours
        ]
        return min(times, default=math.inf)


def race(problem: Problem, entered: Sequence[Setting], rounds: int) -> Race:
    """Time all of them in turn, A B C A B C, so that a busy minute hits them alike."""
    best = {setting.precision: math.inf for setting in entered}
    for setting in entered:
        if setting.reached and not setting.contestant.is_ours:
            best[setting.precision] = min(best[setting.precision], setting.trial.cpu)
    stints = [_Stint(setting, rounds, best[setting.precision]) for setting in entered]
    limits = []
    pair = _Products(problem)
    for number in range(rounds):
        limits.append(pair.seconds())
        for stint in stints:
            stint.run(problem, number)
    return Race(tuple(stint.measured() for stint in stints), statistics.median(limits))


class _Stint:
    """The rounds of one contestant at one precision."""

    def __init__(self, setting: Setting, rounds: int, best: float) -> None:
        self._setting = setting
        slow = not setting.contestant.is_ours and setting.trial.cpu > _SLOW * best
        self._rounds = 1 if slow else rounds
        self._failure = setting.trial.failure
        self._suboptimality = 0.0
        self._cpu: list[float] = []
        self._wall: list[float] = []

    def run(self, problem: Problem, number: int) -> None:
        if number >= self._rounds or self._failure:
            return
        setting = self._setting
        try:
            outcome = setting.contestant.solve(problem, setting.variant, setting.tolerance)
        except FAILURES as failure:
            self._failure = f"{type(failure).__name__}: {failure}".splitlines()[0]
            return
        self._suboptimality = max(self._suboptimality, problem.suboptimality(outcome.theta))
        self._cpu.append(outcome.cpu)
        self._wall.append(outcome.wall)

    def measured(self) -> Measured:
        setting = self._setting
        return Measured(
            name=setting.contestant.name,
            variant=str(setting.variant),
            is_ours=setting.contestant.is_ours,
            precision=setting.precision,
            tolerance=setting.tolerance,
            suboptimality=math.inf if self._failure else self._suboptimality,
            cpu=tuple(self._cpu),
            wall=tuple(self._wall),
            failure=self._failure,
        )


class _Products:
    """One X@Θ and Xᵀr pair in float32: no method that uses gradients can do with less."""

    def __init__(self, problem: Problem) -> None:
        self._X = problem.X.astype(np.float32, copy=False)
        self._theta = np.zeros((problem.X.shape[1], problem.targets.shape[1]), np.float32)

    def seconds(self) -> float:
        started = time.process_time()
        count = 0
        while time.process_time() - started < _LIMIT_TIME:
            residuals = self._X @ self._theta
            self._X.T @ residuals
            count += 1
        return (time.process_time() - started) / count
