#!/usr/bin/env python3
"""Make digits.npz, the data that comes with Theta Lab, from scikit-learn's copy.

    python logreg_core/digits/make_digits.py

Needs scikit-learn, which the running dashboard does not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("digits.npz")


def make_digits(file: Path = FILE) -> None:
    """Write the 1797 scans, (1797, 8, 8) of 0..16, and their labels as uint8."""
    # Imported here: whoever only collects doctests need not wait 2 s for it.
    from sklearn.datasets import load_digits  # noqa: PLC0415 - not needed to import this

    digits = load_digits()
    np.savez_compressed(
        file,
        images=digits.images.astype(np.uint8),  # whole numbers, so nothing is lost
        labels=digits.target.astype(np.uint8),
    )


if __name__ == "__main__":
    make_digits()
