"""What a trial of a sweep costs beside the training itself.

    python -m benchmarks.sweep_overhead [--rounds 5] [--trials 200] [--mnist DIR]

Sweeps over λ and the learning rate on 1,000 zeros and ones, in memory and in a SQLite file, each
beside a bare loop of `fit` over the very same settings, in turns in one run. Prints medians over
the rounds of milliseconds a trial, on the clock and of CPU. Wanted: at most 2 more in memory and
12 more on SQLite, with settings by a grid or at random. TPE, which computes its next settings,
and a pruner, which saves what its trials cost, are there for information.
"""

from __future__ import annotations

import argparse
import os
import statistics
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logreg_core.sweep import SweepData

_ORIGIN: Final = Origin("upload", digits=(0, 1), held_out=20, seed=0)

#: Trained in some ten milliseconds: a cost that is the same for long trials shows best there.
_BASE: Final = TrainConfig(optimizer="gradient-descent", max_iterations=30, tolerance=0)

#: What is measured: sampler, pruner, milliseconds wanted in memory and on SQLite.
_KINDS: Final = (
    ("random", "none", (2, 12)),
    ("grid", "none", (2, 12)),
    ("tpe", "none", None),
    ("random", "median", None),
)

_LONGEST: Final = 3600.0


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
        "sampler  pruner  where    ms a trial: bare   sweep    more  of CPU  wanted   ended early"
    )
    for (sampler, pruner, wanted), each in rounds.items():
        for index, (where, some) in enumerate(each.items()):
            _print(sampler, pruner, where, some, wanted[index] if wanted else None)


def _print(
    sampler: str, pruner: str, where: str, rounds: Sequence[Round], wanted: int | None
) -> None:
    def middle(of: Callable[[Round], float]) -> float:
        return statistics.median(of(each) for each in rounds)

    print(
        f"{sampler:8} {pruner:7} {where:8}"
        f" {middle(lambda each: each.bare.clock):16.2f}"
        f" {middle(lambda each: each.sweep.clock):7.2f}"
        f" {middle(lambda each: each.sweep.clock - each.bare.clock):7.2f}"
        f" {middle(lambda each: each.sweep.cpu - each.bare.cpu):7.2f}"
        f" {'' if wanted is None else f'≤ {wanted}':>7}"
        f" {middle(lambda each: each.pruned):13.0f}"
    )


def _measured(
    data: SweepData, trials: int, rounds: int
) -> dict[tuple[str, str, tuple[int, int] | None], dict[str, list[Round]]]:
    """Of each kind, and each place to keep a sweep, its rounds; all kinds take turns."""
    found: dict[tuple[str, str, tuple[int, int] | None], dict[str, list[Round]]] = {
        kind: {"memory": [], "sqlite": []} for kind in _KINDS
    }
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for kind, each in found.items():
                plan = _plan(kind[0], kind[1], trials)
                path = Path(folder) / f"{number}-{kind[0]}-{kind[1]}.sqlite3"
                each["memory"].append(_round(plan, data, Storage("memory", InMemoryStorage())))
                each["sqlite"].append(_round(plan, data, open_storage(f"sqlite:///{path}")))
    return found


def _plan(sampler: str, pruner: str, trials: int) -> Plan:
    wide = round(trials**0.5)
    lam = Interval("lam", 0.01, 100, steps=wide)
    rate = Interval("learning_rate", 0.01, 1, steps=max(2, trials // wide))
    return Plan(Space((lam, rate)), _BASE, sampler=sampler, pruner=pruner, trials=trials)


def _round(plan: Plan, data: SweepData, storage: Storage) -> Round:
    sweep = Sweep.create(storage, plan, data, _ORIGIN)
    worker = SweepWorker(sweep, data)

    def work() -> None:
        worker.start()
        worker.wait(_LONGEST)

    cost = _cost(work, plan.trials)
    if worker.failure is not None:
        raise RuntimeError(worker.failure)
    trials = sweep.trials()

    def loop() -> None:
        for trial in trials:
            fit(data.training, trial.config, held_out=data.held_out)

    pruned = sum(trial.state is TrialState.PRUNED for trial in trials)
    return Round(cost, _cost(loop, plan.trials), pruned)


def _cost(what: Callable[[], object], trials: int) -> Cost:
    clock, cpu = time.perf_counter(), time.process_time()
    what()
    return Cost(
        1000 * (time.perf_counter() - clock) / trials, 1000 * (time.process_time() - cpu) / trials
    )


if __name__ == "__main__":
    main()
