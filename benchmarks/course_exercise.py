"""The course's exercise: zeros against ones, λ = 1, from θ = 0, with every optimiser.

    python -m benchmarks.course_exercise FILE.mat [--lam 1]

FILE.mat holds X and y as in the course, of two digits. Prints for each optimiser
J, how far it is above the J that Newton's method with the full Hessian finds,
the training accuracy, iterations, passes and seconds. Without a file, the zeros
and ones of the bundled digits.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

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
    X = dataset.design_matrix()
    y = (dataset.labels == dataset.classes[1]).astype(float)
    theta = newton(X, y, arguments.lam)
    best, gradient = cost_and_gradient(theta, X, y, arguments.lam)
    print(f"{dataset!r}, λ = {arguments.lam:g}, load {os.getloadavg()[0]:.2f}")
    print(f"Newton, full Hessian: J* = {best:.12f}, largest entry of ∇J {abs(gradient).max():.1e}")
    print(f"{'':18}{'J':>15}{'J − J*':>10}{'accuracy':>10}{'iterations':>12}{'passes':>8}{'s':>8}")
    for name in OPTIMIZERS:
        config = TrainConfig(optimizer=name, lam=arguments.lam, max_iterations=1000)
        result = fit(dataset, config)
        last = result.history.step(-1)
        print(
            f"{name:18}{last.cost:15.12f}{last.cost - best:10.1e}{last.accuracy:10.2%}"
            f"{last.iteration:12}{last.passes:8}{last.seconds:8.3f}  {result.reason.value}"
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
