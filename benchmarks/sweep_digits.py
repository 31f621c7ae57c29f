"""1,000 zeros and ones to learn from, for the benchmarks of sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core import Dataset, load_bundled
from logreg_core.mnist import load_mnist
from logreg_core.sweep import SweepData

if TYPE_CHECKING:
    from pathlib import Path

_TRAINING: Final = 1_000
_HELD_OUT: Final = 250


def sweep_digits(mnist: Path | None) -> SweepData:
    """MNIST's first from a folder, or the bundled ones again and again in paler ink."""
    if mnist is not None:
        digits = load_mnist(mnist)
        return SweepData(
            digits.training.only(0, 1).take(np.arange(_TRAINING)),
            digits.held_out.only(0, 1).take(np.arange(_HELD_OUT)),
        )
    bundled = load_bundled().only(0, 1)
    which = np.arange(_TRAINING + _HELD_OUT) % len(bundled)
    ink = np.random.default_rng(0).uniform(0.9, 1.0, (len(which), 20, 20))
    images = (bundled.images[which] * ink).astype(np.float32)
    labels = bundled.labels[which]
    return SweepData(
        Dataset(images[:_TRAINING], labels[:_TRAINING], "training"),
        Dataset(images[_TRAINING:], labels[_TRAINING:], "held out"),
    )


def described(mnist: Path | None) -> str:
    """The same in words."""
    source = "MNIST's first" if mnist else "the 360 bundled ones, repeated in paler ink"
    return f"{_TRAINING:,} zeros and ones, {_HELD_OUT} held out: {source}"
