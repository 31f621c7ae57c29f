"""What there is to learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.words.plain import plain

if TYPE_CHECKING:
    from logreg_core import Collection, Dataset, Upload


def source_sentence(
    dataset: Dataset, training: Dataset, held_out: Dataset, own: int, weight: int
) -> str:
    """What is shown, and how it is split.

    Parameters
    ----------
    dataset, training, held_out : Dataset
        All images; of the chosen digits, those to learn from and the others.
    own : int
        How many of those to learn from are the visitor's own.
    weight : int
        How often each of these is there.
    """
    times = "" if weight == 1 else f", each counted {weight} times"
    drawn = f", {own * weight:,} of them your {number_of_drawings(own)}{times}," if own else ""
    return (
        f"**{plain(dataset.name)}**: {len(dataset):,} images of 20x20 pixels. "
        f"Of the digits chosen, **{len(training):,}** are to learn from{drawn} "
        f"and **{len(held_out):,}** are held out."
    )


def mnist_progress(done: int, in_all: int) -> str:
    """How far MNIST is, by the bytes that have arrived and those that come in all.

    Examples
    --------
    >>> mnist_progress(3_100_000, 11_594_722)
    'Fetching MNIST: 3.1 of 11.6 MB'
    """
    if in_all == 0:
        return "Opening MNIST…"
    if done == in_all:
        return "Bringing 70,000 images to 20x20…"
    return f"Fetching MNIST: {done / 1e6:.1f} of {in_all / 1e6:.1f} MB"


def until_mnist_is_here(meanwhile: str) -> str:
    """What is shown in the meantime."""
    return f"Until it is here you see “{meanwhile}”, and everything works with these."


def found_sentence(upload: Upload) -> str:
    """What was found in a file, and what to look at before it is used."""
    examples = upload.examples
    digits = ", ".join(map(str, np.unique(examples.labels)))
    side = examples.side
    resized = "" if side == 20 else f", {side}x{side} pixels resized to 20x20"
    return (
        f"**{plain(upload.name)}**: {len(examples.labels):,} images of {digits}{resized}. "
        "**Do these digits stand upright, dark on light paper?** If not, say below how they "
        "are meant."
    )


def added_sentence(new: int, count: int) -> str:
    """How many images of a file joined the visitor's own drawings."""
    here = count - new
    known = f"; {here:,} were there already" if here else ""
    return f"{new:,} of its images were added to your drawings{known}."


def number_of_drawings(count: int) -> str:
    """So many drawings.

    Examples
    --------
    >>> number_of_drawings(1), number_of_drawings(1200)
    ('1 drawing', '1,200 drawings')
    """
    return "1 drawing" if count == 1 else f"{count:,} drawings"


def collected_sentence(own: Collection) -> str:
    """How many drawings there are of each digit."""
    counts = ", ".join(f"{count} of **{digit}**" for digit, count in own.counts.items())
    return f"{len(own):,} collected: {counts}."


KEPT_UNTIL: Final = "They are kept until you close or reload this tab."
