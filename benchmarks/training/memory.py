"""``--memory``: the peak of memory while ours trains, beyond X itself."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from logreg_core import Objective, TrainConfig

from .ours import minimised
from .works import WORKS, digits_of

#: The most that is wanted, as a part of X.
TARGET: Final = 0.25


@dataclass(frozen=True)
class Peak:
    """Bytes: of X, and the peak of the process beyond what it held before training."""

    design_matrix: int
    beyond: int

    def __str__(self) -> str:
        share = self.beyond / self.design_matrix
        return (
            f"X {self.design_matrix / 1e6:,.0f} MB, peak beyond it {self.beyond / 1e6:,.0f} MB: "
            f"{share:.3f} of X (target < {TARGET:g})"
        )


def peak(row: str, mnist: Path | None, work: str) -> Peak:
    """Measure in a process of its own.

    An upper bound: the peak is this training's only where X is larger than what
    reading the images took, as it is with a million rows.
    """
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawned) as pool:
        return pool.submit(_peak_here, row, mnist, work).result()


def _peak_here(row: str, mnist: Path | None, work: str) -> Peak:
    problem = next(WORKS[work].problems(digits_of(mnist)))
    before = _resident()
    objective = Objective(problem.X, problem.targets, problem.lam)
    minimised(objective, TrainConfig(optimizer=row, lam=problem.lam, max_iterations=10_000))
    return Peak(problem.X.nbytes, _peak_resident() - before)


def _resident() -> int:
    """Bytes held now; the peak so far where the system does not say."""
    statistics = Path("/proc/self/statm")
    if not statistics.exists():
        return _peak_resident()
    pages = int(statistics.read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _peak_resident() -> int:
    peak_ = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak_ if sys.platform == "darwin" else 1024 * peak_  # others count kilobytes
