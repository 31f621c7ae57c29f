"""Trials per second of worker processes that share a database.

    python -m benchmarks.sweep_workers [--trials 300] [--storage URL] [--mnist DIR]

Worker processes by their command line on PostgreSQL: one, then two, on trials over λ and the
learning rate with 1,000 zeros and ones, the same for both, counted while all of them are at work.
The server is started for the benchmark and thrown away, or is the one of --storage. Then two
processes write 1,000 quick trials to one SQLite file. Exits with 1 where a trial was lost or run
twice, or a worker was told that the database is locked.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.sweep_digits import described, sweep_digits
from logreg_core import TrainConfig
from logreg_core.sweep import Interval, Origin, Plan, Space, Sweep, TrialState, open_storage
from run import postgresql_programs
from tests.postgresql import running_server
from tests.sweeping import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logreg_core.sweep import SweepData, TrialRecord

_ORIGIN: Final = Origin("upload", digits=(0, 1), held_out=20, seed=0)
_SPACE: Final = Space((Interval("lam", 0.01, 100), Interval("learning_rate", 0.01, 1)))

#: Trained in 50 and in 2 milliseconds.
_TRIAL: Final = TrainConfig(optimizer="gradient-descent", max_iterations=200, tolerance=0)
_QUICK: Final = TrainConfig(optimizer="gradient-descent", max_iterations=2, tolerance=0)

_MANY: Final = 1_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=300, help="on PostgreSQL, for each count")
    parser.add_argument("--storage", metavar="URL", help="a PostgreSQL database to use instead")
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="folder with MNIST's four files")
    given = parser.parse_args()
    print(f"{described(given.mnist)}; {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = sweep_digits(given.mnist)
        data.save(folder / "data.npz")
        held = []
        with _postgresql(given.storage) as url:
            if url is None:
                print("PostgreSQL is not installed here: name a server by --storage.")
            else:
                plan = Plan(_SPACE, _TRIAL, sampler="random", trials=given.trials)
                held += [_run(url, plan, data, workers, folder) for workers in (1, 2)]
        url = f"sqlite:///{folder / 'sweeps.sqlite3'}"
        quick = Plan(_SPACE, _QUICK, sampler="random", trials=_MANY)
        held.append(_run(url, quick, data, 2, folder))
    if not all(held):
        sys.exit("A trial was lost or run twice, or a worker was told “locked”.")


@contextmanager
def _postgresql(url: str | None) -> Iterator[str | None]:
    programs = None if url else postgresql_programs()
    if programs is None:
        yield url
        return
    with running_server(programs) as server:
        yield server.new_database()


def _run(url: str, plan: Plan, data: SweepData, workers: int, folder: Path) -> bool:
    """Measure and print; whether each trial was run once, and nobody told "locked"."""
    storage = open_storage(url)
    sweep = Sweep.create(storage, plan, data, _ORIGIN)
    arguments = ("--study", sweep.name, "--storage", url, "--data", str(folder / "data.npz"))
    with ExitStack() as stack:
        joined = [stack.enter_context(Command(*arguments)) for _ in range(workers)]
        codes = [worker.ended() for worker in joined]
    trials = sweep.trials()
    ran = sorted(number for worker in joined for number in worker.trials())
    finished = sum(trial.state is TrialState.FINISHED for trial in trials)
    locked = sum("locked" in worker.errors for worker in joined)
    each_once = ran == [trial.number for trial in trials]
    print(
        f"{storage.kind}, {workers} worker{'s' * (workers > 1)}: {_rate(trials):.1f} trials per "
        f"second; {finished} of {plan.trials} finished, "
        f"{'each run once' if each_once else 'NOT each run once'}, "
        f"{locked} told “locked”, exit codes {codes}; load average {os.getloadavg()[0]:.2f}",
        flush=True,
    )
    return each_once and finished == plan.trials and not locked


def _rate(trials: tuple[TrialRecord, ...]) -> float:
    """Trials per second while all workers were at work."""
    begins: dict[str | None, list[float]] = {}
    ends: dict[str | None, list[float]] = {}
    for trial in trials:
        if trial.began is not None and trial.ended is not None:
            begins.setdefault(trial.worker, []).append(trial.began.timestamp())
            ends.setdefault(trial.worker, []).append(trial.ended.timestamp())
    begin = max(min(times) for times in begins.values())
    end = min(max(times) for times in ends.values())
    counted = sum(begin < time <= end for times in ends.values() for time in times)
    return counted / (end - begin)


if __name__ == "__main__":
    main()
