"""The course's exercises: two digits with every optimiser, and many digits one-vs-all.

    python -m benchmarks.course_exercise FILE.mat [--lam 1]

FILE.mat holds X and y as in the course. With two digits, prints for each optimiser
J, how far it is above the J that Newton's method with the full Hessian finds,
the training accuracy, iterations, passes and seconds. With more, prints how many
images there are of each, and the training accuracy one-vs-all. Without a file, the
zeros and ones of the bundled digits. One BLAS thread.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from logreg_core import (
    OPTIMIZERS,
    Dataset,
    TrainConfig,
    cost_and_gradient,
    fit,
    load_bundled,
    read_upload,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def main() -> None:
    """Train with each and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--lam", type=float, default=1.0)
    arguments = parser.parse_args()
    dataset = _dataset(arguments.file)
    with threadpool_limits(limits=1, user_api="blas"):
        compare = _two_digits if len(dataset.classes) == 2 else _one_vs_all
        compare(dataset, arguments.lam)


def _two_digits(dataset: Dataset, lam: float) -> None:
    X = dataset.design_matrix()
    y = (dataset.labels == dataset.classes[1]).astype(float)
    theta = newton(X, y, lam)
    best, gradient = cost_and_gradient(theta, X, y, lam)
    print(f"{dataset!r}, λ = {lam:g}, load {os.getloadavg()[0]:.2f}")
    print(f"Newton, full Hessian: J* = {best:.12f}, largest entry of ∇J {abs(gradient).max():.1e}")
    print(f"{'':18}{'J':>15}{'J − J*':>10}{'accuracy':>10}{'iterations':>12}{'passes':>8}{'s':>8}")
    for name in OPTIMIZERS:
        config = TrainConfig(optimizer=name, lam=lam, max_iterations=1000)
        result = fit(dataset, config)
        last = result.history.step(-1)
        print(
            f"{name:18}{last.cost:15.12f}{last.cost - best:10.1e}{last.accuracy:10.2%}"
            f"{last.iteration:12}{last.passes:8}{last.seconds:8.3f}  {result.reason.value}"
        )


def _one_vs_all(dataset: Dataset, lam: float) -> None:
    print(f"{dataset!r}, λ = {lam:g}, load {os.getloadavg()[0]:.2f}")
    print("images:", ", ".join(f"{count} of {digit}" for digit, count in dataset.counts.items()))
    for name in ("l-bfgs-b", "sampled-surrogate"):
        config = TrainConfig(optimizer=name, lam=lam, max_iterations=5000)
        result = fit(dataset, config)
        last = result.history.step(-1)
        print(
            f"{name:18} training accuracy {last.accuracy:.2%}, {last.iteration} iterations, "
            f"{last.seconds:.1f} s, {result.reason.value}"
        )


def newton(X: FloatArray, y: FloatArray, lam: float) -> FloatArray:
    """θ of the least J by damped Newton steps, with none of the optimisers that it judges."""
    m, n = X.shape
    penalty = np.full(n, lam)
    penalty[0] = 0.0
    theta = np.zeros(n)
    for _ in range(100):
        cost, gradient = cost_and_gradient(theta, X, y, lam)
        if abs(gradient).max() < 1e-13:
            break
        h = expit(X @ theta)
        hessian = (X.T * (h * (1 - h))) @ X / m + np.diag(penalty) / m
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        size = 1.0
        while size > 1e-8 and cost_and_gradient(theta - size * step, X, y, lam)[0] > cost:
            size /= 2
        theta = theta - size * step
    return theta


def _dataset(file: Path | None) -> Dataset:
    if file is None:
        return load_bundled().only(0, 1)
    return read_upload(file.name, file.read_bytes())


if __name__ == "__main__":
    main()
