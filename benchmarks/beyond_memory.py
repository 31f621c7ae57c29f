"""What does it cost when X does not fit into memory? One fit on dask's workers, one in memory.

    python -m benchmarks.beyond_memory [--rows N]

Two worker processes of dask may use half as much memory together as X takes in the narrower of
its two widths, float32: 1.6 GB of a million rows (in memory, `fit` has it as float64). They read
the parts from disk, keep what they may and spill the rest. Then the same rows are trained on in
memory, in this process, by the same optimiser to the same tolerance.

The rows are the bundled threes and eights, drawn at random, moved by up to two pixels and covered
with noise, so that no θ tells them apart without mistakes: the table says how many it reads.

A worker that exceeds its limit is ended by dask's nanny; the table says how many were. The fewest
rows are 600,000: a worker needs 120 MB for itself.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dask
import numpy as np
from distributed import Client, LocalCluster

from logreg_core import Dataset, TrainConfig, fit, load_bundled
from logreg_core.out_of_core import fit_parts, open_parts, write_parts
from logreg_core.out_of_core.cluster import NOBODY
from logreg_core.scans import PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logreg_core.training import FitResult

WORKERS: Final = 2
ROWS: Final = 1_000_000
PART_ROWS: Final = 50_000

DIGITS: Final = (3, 8)
FARTHEST: Final = 2  # pixels
NOISE: Final = 0.3  # σ; ink is 1

#: The least that J still shows in float64: below, line searches see nothing but rounding.
CONFIG: Final = TrainConfig(lam=1, tolerance=1e-8, max_iterations=1000, max_seconds=3600)
SAME: Final = 1e-6

MB: Final = 1e6

#: A worker itself and a chunk in the making; half of X has to be more for each of them.
LEAST_BYTES: Final = 240e6

#: What chunks may take of a worker's limit, and the whole worker. Dask's own 60 % and 70 % suit
#: workers of gigabytes; of 400 MB, the worker itself has half.
SPILLING: Final = {
    "distributed.worker.memory.target": 0.3,
    "distributed.worker.memory.spill": 0.55,
}


def main() -> None:
    """Make the data, train twice, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N", help="of X")
    rows = parser.parse_args().rows
    X_bytes = rows * (1 + PIXELS) * np.dtype(np.float32).itemsize
    if X_bytes / 2 / WORKERS < LEAST_BYTES:
        sys.exit("Half of so small an X is less than two workers need to start: take 600,000 rows.")
    with tempfile.TemporaryDirectory() as folder:
        parts = Path(folder, "parts")
        write_parts(noisy_digits(rows), parts, PART_ROWS)
        print(f"{rows:,} x {1 + PIXELS}: {X_bytes / MB:,.0f} MB as float32")
        apart = on_workers(parts, X_bytes / 2, Path(folder, "spilled"))
        together = in_memory(parts)
    difference = float(np.abs(apart.model.theta - together.model.theta).max())
    print(
        f"training on workers takes {apart.seconds / together.seconds:.2f} times as long; "
        f"largest difference of θ {difference:.1e}"
    )
    if difference > SAME:
        sys.exit(f"They differ by more than {SAME:g}.")


def noisy_digits(rows: int) -> Iterator[Dataset]:
    """Bundled digits, moved and covered with noise, some at a time."""
    bundled = load_bundled().only(*DIGITS)
    random = np.random.default_rng(0)
    for first in range(0, rows, PART_ROWS):
        chosen = random.integers(len(bundled), size=min(PART_ROWS, rows - first))
        images = moved(bundled.images[chosen], random)
        images += random.normal(scale=NOISE, size=images.shape).astype(np.float32)
        yield Dataset(images, bundled.labels[chosen], "noisy digits")


def moved(images: np.ndarray[Any, Any], random: np.random.Generator) -> np.ndarray[Any, Any]:
    """Each image by a whole number of pixels, up or down and left or right."""
    wide = np.pad(images, ((0, 0), (FARTHEST, FARTHEST), (FARTHEST, FARTHEST)))
    windows = np.lib.stride_tricks.sliding_window_view(wide, images.shape[1:], axis=(1, 2))
    down, right = random.integers(2 * FARTHEST + 1, size=(2, len(images)))
    return windows[np.arange(len(images)), down, right]


def on_workers(parts: Path, limit: float, spilled: Path) -> FitResult:
    """Train under the limit, which all workers share, and tell what it took."""
    with (
        dask.config.set(SPILLING),
        LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            memory_limit=int(limit / WORKERS),
            dashboard_address=NOBODY,
            worker_dashboard_address=NOBODY,
            local_directory=str(spilled),
            silence_logs="CRITICAL",
        ) as cluster,
        Client(cluster) as client,
    ):
        processes = set(client.run(os.getpid).values())
        started = time.perf_counter()
        result = fit_parts(parts, CONFIG)
        seconds = time.perf_counter() - started
        on_disk = sum(client.run(bytes_on_disk).values())
        lost = processes - set(client.run(os.getpid).values())
    tell(f"{WORKERS} workers of {limit / WORKERS / MB:,.0f} MB", result, seconds)
    print(f"{'':24}  {on_disk / MB:,.0f} MB of chunks were on disk, {len(lost)} workers were ended")
    return result


def bytes_on_disk(dask_worker: Any) -> int:  # noqa: ANN401 - dask names this argument, and has no types
    """What a worker has spilled."""
    return int(dask_worker.data.spilled_total.disk)


def in_memory(parts: Path) -> FitResult:
    """Train on all rows in this process, and tell what it took."""
    started = time.perf_counter()
    read = [part.read() for part in open_parts(parts)]
    images = np.concatenate([part.images for part in read])
    images.setflags(write=False)
    dataset = Dataset(images, np.concatenate([part.labels for part in read]), "all parts")
    del read
    result = fit(dataset, CONFIG)
    tell("in memory", result, time.perf_counter() - started)
    return result


def tell(where: str, result: FitResult, seconds: float) -> None:
    """One line of the table; the seconds before training are those of reading and surveying."""
    print(
        f"{where:24}  J {result.history.cost[-1]:.9f}  {result.history.accuracy[-1]:.2%} right  "
        f"{result.iterations} iterations  {result.passes:.0f} passes  {result.reason.value}  "
        f"read in {seconds - result.seconds:.1f} s, trained in {result.seconds:.1f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
