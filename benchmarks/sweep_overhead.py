"""What a trial of a sweep costs beside the training itself.

    python -m benchmarks.sweep_overhead [--rounds 5] [--trials 200] [--mnist DIR]

Sweeps over λ and the learning rate on 1,000 zeros and ones, in memory and in a SQLite file, each
beside a bare loop of `fit` over the very same settings, in turns in one run. Prints medians over
the rounds of milliseconds a trial, on the clock and of CPU. Wanted: at most 2 more in memory and
12 more on SQLite, on the clock, with settings by a grid or at random, also where trials were given
back before, as by stopping a sweep; exits with 1 where a median is above that. TPE, which computes
its next settings, and a pruner, which saves what its trials cost, are there for information. A grid
of 1,936 trials: ``--rounds 1 --trials 1936``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from optuna.storages import InMemoryStorage
from threadpoolctl import threadpool_limits

from benchmarks.sweep_digits import described, sweep_digits
from logreg_core import TrainConfig, fit
from logreg_core.sweep import (
    Interval,
    Origin,
    Plan,
    Space,
    Storage,
    Sweep,
    SweepWorker,
    TrialState,
    open_storage,
)
from logreg_core.sweep.desk import Desk
from logreg_core.sweep.ending import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logreg_core.sweep import SweepData

_ORIGIN: Final = Origin("upload", digits=(0, 1), held_out=20, seed=0)

#: Trained in some ten milliseconds: a cost that is the same for long trials shows best there.
_BASE: Final = TrainConfig(optimizer="gradient-descent", max_iterations=30, tolerance=0)

#: Trials that are given back before the others, where some are.
_GIVEN_BACK: Final = 3

_LONGEST: Final = 3600.0


@dataclass(frozen=True)
class Kind:
    """What is measured, and the milliseconds wanted in memory and on SQLite."""

    sampler: str
    pruner: str = "none"
    given_back: int = 0
    wanted: tuple[int, int] | None = None

    def __str__(self) -> str:
        again = f", {self.given_back} again" if self.given_back else ""
        return f"{self.sampler:8} {self.pruner + again:14}"


_KINDS: Final = (
    Kind("random", wanted=(2, 12)),
    Kind("grid", wanted=(2, 12)),
    Kind("random", given_back=_GIVEN_BACK, wanted=(2, 12)),
    Kind("tpe"),
    Kind("random", "median"),
)


@dataclass(frozen=True)
class Cost:
    """Milliseconds a trial, on the clock and of CPU."""

    clock: float
    cpu: float


@dataclass(frozen=True)
class Round:
    """A sweep beside the bare loop, and how many of its trials were ended early."""

    sweep: Cost
    bare: Cost
    pruned: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=200, help="of each sweep; a square for grids")
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="folder with MNIST's four files")
    given = parser.parse_args()
    threadpool_limits(limits=1, user_api="blas")
    data = sweep_digits(given.mnist)
    print(f"{described(given.mnist)}; {given.trials} trials, medians of {given.rounds} rounds")
    print(f"load average before: {os.getloadavg()[0]:.2f}")
    rounds = _measured(data, given.trials, given.rounds)
    print(f"load average after: {os.getloadavg()[0]:.2f}\n")
    print(
        "sampler  pruner         where    ms a trial: bare   sweep    more  of CPU  wanted"
        "   ended early"
    )
    are_met = [
        _print(kind, where, some, kind.wanted[index] if kind.wanted else None)
        for kind, each in rounds.items()
        for index, (where, some) in enumerate(each.items())
    ]
    if not all(are_met):
        sys.exit(f"{are_met.count(False)} medians are above what is wanted.")


def _print(kind: Kind, where: str, rounds: Sequence[Round], wanted: int | None) -> bool:
    """A line; whether what is wanted is so."""

    def middle(of: Callable[[Round], float]) -> float:
        return statistics.median(of(each) for each in rounds)

    more = middle(lambda each: each.sweep.clock - each.bare.clock)
    print(
        f"{kind} {where:8}"
        f" {middle(lambda each: each.bare.clock):16.2f}"
        f" {middle(lambda each: each.sweep.clock):7.2f}"
        f" {more:7.2f}"
        f" {middle(lambda each: each.sweep.cpu - each.bare.cpu):7.2f}"
        f" {'' if wanted is None else f'≤ {wanted}':>7}"
        f" {middle(lambda each: each.pruned):13.0f}"
    )
    return wanted is None or more <= wanted


def _measured(data: SweepData, trials: int, rounds: int) -> dict[Kind, dict[str, list[Round]]]:
    """Of each kind, and each place to keep a sweep, its rounds; all kinds take turns."""
    found: dict[Kind, dict[str, list[Round]]] = {
        kind: {"memory": [], "sqlite": []} for kind in _KINDS
    }
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for place, (kind, each) in enumerate(found.items()):
                path = Path(folder) / f"{number}-{place}.sqlite3"
                for where, storage in (
                    ("memory", Storage("memory", InMemoryStorage())),
                    ("sqlite", open_storage(f"sqlite:///{path}")),
                ):
                    each[where].append(_round(kind, trials, data, storage))
    return found


def _plan(kind: Kind, trials: int) -> Plan:
    wide = round(trials**0.5)
    lam = Interval("lam", 0.01, 100, steps=wide)
    rate = Interval("learning_rate", 0.01, 1, steps=max(2, trials // wide))
    space = Space((lam, rate))
    return Plan(space, _BASE, sampler=kind.sampler, pruner=kind.pruner, trials=trials)


def _round(kind: Kind, trials: int, data: SweepData, storage: Storage) -> Round:
    plan = _plan(kind, trials)
    sweep = Sweep.create(storage, plan, data, _ORIGIN)
    stopped = Desk(sweep, "stopped")
    tickets = [stopped.take() for _ in range(kind.given_back)]
    for ticket in filter(None, tickets):
        stopped.note(ticket, Ending.given_back())
    worker = SweepWorker(sweep, data)

    def work() -> None:
        worker.start()
        worker.wait(_LONGEST)

    cost = _cost(work, plan.trials)
    if worker.failure is not None:
        raise RuntimeError(worker.failure)
    records = sweep.trials()

    def loop() -> None:
        for record in records:
            fit(data.training, record.config, held_out=data.held_out)

    pruned = sum(record.state is TrialState.PRUNED for record in records)
    return Round(cost, _cost(loop, plan.trials), pruned)


def _cost(what: Callable[[], object], trials: int) -> Cost:
    clock, cpu = time.perf_counter(), time.process_time()
    what()
    return Cost(
        1000 * (time.perf_counter() - clock) / trials, 1000 * (time.process_time() - cpu) / trials
    )


if __name__ == "__main__":
    main()
