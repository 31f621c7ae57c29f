"""The data that comes with Theta Lab: real handwriting, there without a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from logreg_core.dataset import Dataset
from logreg_core.scans import resized_to_20x20

# Its own README names the source and the licence; make_digits.py beside it made it.
_FILE = Path(__file__).with_name("digits") / "digits.npz"

# The scans count the inked ones among 4x4 dots: 0 is paper, 16 is all ink.
_FULL_INK = 16


@cache
def load_bundled() -> Dataset:
    """Return 1797 handwritten digits of 13 writers, about 180 of each.

    The file holds the 8x8 scans as published, 45 kB; as 20x20 pictures they
    would take 500 kB and be no sharper. They are enlarged here, in 15 ms, and the
    overshoot of the enlarging is cut off: of twelve ways tried, this one looks
    and classifies best.

    Returns
    -------
    Dataset
        1797 images of 0..9 with pixels in 0..1; the same object at each call.

    References
    ----------
    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI
    Machine Learning Repository, 1998, CC BY 4.0.

    Examples
    --------
    >>> load_bundled()
    Dataset('Handwritten digits (UCI)', 1797 images of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    """
    with np.load(_FILE, allow_pickle=False) as file:
        scans, labels = file["images"], file["labels"]  # (1797, 8, 8) and (1797,), uint8
    images = resized_to_20x20(scans, full_ink=_FULL_INK).clip(0, 1)
    return Dataset(images, labels, "Handwritten digits (UCI)")
