"""How long the map of the cost takes, for one run and for a race.

    python -m benchmarks.cost_map [--rounds 5]

Maps the paths of one run and of five on 1,000 and on 12,665 zeros and ones, and on 5,000
images of ten digits, one-vs-all and softmax: the bundled digits over and over, each in a
grey of its own, so that no two are the same. Prints the median seconds from the
histories to the `CostMap` and to the figure as text, how many rows were used, and how far
J of the map is from J on all rows, in the median and at worst over the map. One BLAS thread.
Ends with 1 if a map of 1,000 examples takes a second or more.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from dashboard.figures.cost_map import cost_map_chart
from dashboard.figures.palette import DIGIT_COLOURS
from logreg_core import Dataset, TrainConfig, cost_map, fit, load_bundled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import History

_RACE: Final = ("l-bfgs-b", "gradient-descent", "momentum", "adam", "sgd")
_ITERATIONS: Final = 300
_LONGEST: Final = 1.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"load {os.getloadavg()[0]:.2f}; n = {rounds}; {_ITERATIONS} iterations at most")
    print(f"{'':38}{'paths':>6}{'rows':>8}{'map, s':>9}{'figure, s':>11}{'J is off by':>18}")
    with threadpool_limits(limits=1, user_api="blas"):
        slowest = max(_measure(_repeated(1000, 0, 1), "one-vs-all", rounds))
        _measure(_repeated(12_665, 0, 1), "one-vs-all", rounds)
        _measure(_repeated(5000), "one-vs-all", rounds)
        _measure(_repeated(5000), "softmax", rounds)
    sys.exit(0 if slowest < _LONGEST else 1)


def _measure(dataset: Dataset, multiclass: str, rounds: int) -> list[float]:
    """Median seconds of the map of one run, and of a race."""
    config = TrainConfig(max_iterations=_ITERATIONS, multiclass=multiclass)
    race = [
        fit(dataset, TrainConfig(name, max_iterations=_ITERATIONS, multiclass=multiclass)).history
        for name in _RACE
    ]
    what = f"{len(dataset):,} images of {len(dataset.classes)} digits, {multiclass}"
    return [_row(what, dataset, config, histories, rounds) for histories in (race[:1], race)]


def _row(
    what: str,
    dataset: Dataset,
    config: TrainConfig,
    histories: Sequence[History],
    rounds: int,
) -> float:
    mapping, drawing = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        drawn = cost_map(dataset, config, histories)
        mapped = time.perf_counter()
        names = _RACE[: len(histories)]
        chart = cost_map_chart(drawn, names, DIGIT_COLOURS[: len(names)], at=[None] * len(names))
        chart.to_json()
        mapping.append(mapped - started)
        drawing.append(time.perf_counter() - mapped)
    whole = cost_map(dataset, config, histories, rows=len(dataset) * len(dataset.classes))
    off = np.abs(drawn.cost / whole.cost - 1)
    seconds = statistics.median(mapping)
    print(
        f"{what:38}{len(histories):6}{drawn.rows:8,}{seconds:9.3f}"
        f"{statistics.median(drawing):11.3f}{np.median(off):9.1%}{off.max():9.1%}"
    )
    return seconds


def _repeated(count: int, *digits: int) -> Dataset:
    """The bundled digits, or some of them, over and over, no two of the same grey."""
    bundled = load_bundled()
    bundled = bundled.only(*digits) if digits else bundled
    which = np.arange(count) % len(bundled)
    grey = np.random.default_rng(0).uniform(0.8, 1.0, (count, 1, 1))
    return Dataset(
        bundled.images[which] * grey.astype(np.float32), bundled.labels[which], "repeated"
    )


if __name__ == "__main__":
    main()
