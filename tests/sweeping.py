"""Sweeps small enough for tests, and their workers."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np
from optuna.storages import RDBStorage
from sqlalchemy import text

from logreg_core import TrainConfig, load_bundled
from logreg_core.sweep import (
    Interval,
    Origin,
    Plan,
    Space,
    Storage,
    Sweep,
    SweepData,
    SweepWorker,
    private_memory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

#: For each thing that is waited for, in seconds; on an idle machine all take three or less.
PATIENCE = 120

_ROOT = Path(__file__).parents[1]

#: Nobody but the test has these images.
ORIGIN = Origin("upload", digits=(0, 1), held_out=25, seed=0)

#: Trained in a millisecond.
QUICK = TrainConfig(max_iterations=2)

#: Trained for some hundredths of a second, which is longer than to note what came of it.
STEADY = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, max_iterations=1_000, tolerance=0
)

#: Trained for a second or more: it never converges.
SLOW = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, max_iterations=10_000, tolerance=0
)


def some_data(images: int = 40) -> SweepData:
    """Zeros and ones, and a quarter of them held out."""
    digits = load_bundled().only(0, 1)
    return SweepData(*digits.take(np.arange(images)).split(0.25, seed=0))


def over_lam(steps: int, base: TrainConfig = QUICK, **settings: Any) -> Plan:
    """A grid of so many λ, unless the settings name another sampler."""
    space = Space((Interval("lam", 0.01, 100, steps=steps),))
    return Plan(space, **{"base": base, "sampler": "grid", **settings})


def grid_of(plan: Plan) -> list[dict[str, Any]]:
    """Every combination of a plan's grid, in its order."""
    size = plan.space.grid_size(plan.base)
    return [plan.space.grid_point(plan.base, place) for place in range(size)]


def sweep_of(plan: Plan, data: SweepData, storage: Storage | None = None) -> Sweep:
    """A sweep that has just begun."""
    return Sweep.create(storage or private_memory(), plan, data, ORIGIN)


def work(sweep: Sweep, data: SweepData, workers: int = 1) -> None:
    """Have threads work on a sweep until they end."""
    threads = [SweepWorker(sweep, data) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        assert thread.wait(PATIENCE)
        assert thread.failure is None


def silenced(sweep: Sweep) -> None:
    """Have it be an hour since anybody who works on a sweep in a file was heard of."""
    storage = sweep.storage.optuna
    assert isinstance(storage, RDBStorage)
    with storage.engine.begin() as connection:
        connection.execute(
            text("UPDATE trial_heartbeats SET heartbeat = datetime('now', '-1 hour')")
        )


def eventually(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    give_up_at = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)  # between two looks


class Gate:
    """Where workers wait for the data, until all are there: then they begin together.

    Parameters
    ----------
    folder : Path
        Where its files are.
    data : SweepData
        What they wait for.
    """

    def __init__(self, folder: Path, data: SweepData) -> None:
        self._folder = folder
        self._data = data
        self._pipes: list[Path] = []

    def new_file(self) -> str:
        """A file for one more worker to read the data from."""
        self._pipes.append(self._folder / f"data-{len(self._pipes)}.npz")
        os.mkfifo(self._pipes[-1])
        return str(self._pipes[-1])

    def open(self) -> None:
        """Let the workers in once each file has one who wants to read it."""
        for pipe in [_with_a_reader(pipe) for pipe in self._pipes]:
            with pipe:
                self._data.save(pipe)


def _with_a_reader(pipe: Path) -> BinaryIO:
    """One end of a pipe, once somebody waits at the other."""
    ends: list[int] = []

    def is_open() -> bool:
        try:
            ends.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError as error:
            if error.errno != errno.ENXIO:  # which says that nobody is there yet
                raise
        return bool(ends)

    eventually(is_open)
    os.set_blocking(ends[0], True)
    return os.fdopen(ends[0], "wb")


class Command:
    """A worker by its command line.

    Parameters
    ----------
    arguments : str
        Of `python -m logreg_core.sweep worker`.
    """

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "logreg_core.sweep", "worker", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        )
        self.output = self.errors = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        self.output, self.errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def trials(self) -> list[int]:
        """Numbers of the trials that it says to have run to their end, in their order."""
        found = re.finditer(r"^trial (\d+):(?!.*given back)", self.output, re.MULTILINE)
        return [int(match[1]) for match in found]

    def hold(self) -> None:
        """Send it to sleep in the middle of whatever it does."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Wake it."""
        self.process.send_signal(signal.SIGCONT)
