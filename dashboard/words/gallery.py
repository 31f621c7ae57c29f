"""What the gallery shows, and what to look for in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from logreg_core import Dataset, Judgement

    Positions = NDArray[np.int64]

_TWINS_NAMED: Final = 3

PARTS: Final = {"all": "all", "training": "training", "held out": "held out"}

ORDERS: Final = {
    "file": "as in the file",
    "digit": "digit by digit",
    "cost": "highest cost first",
    "misread": "misread",
    "duplicates": "duplicates",
}


def view_sentence(
    order: str,
    examples: Dataset,
    positions: Positions,
    judgement: Judgement | None,
    groups: tuple[Positions, ...],
) -> str:
    """How many images are shown, and what to look for."""
    count = f"**{len(positions):,}**"
    if order == "cost":
        return (
            f"{count} images, those first that cost the model most. "
            "**Look for labels that are wrong**, and for digits that you would doubt yourself."
        )
    if order == "misread" and judgement is not None:
        share = len(positions) / max(len(examples), 1)
        return (
            f"{count} of {len(examples):,} images ({share:.1%}) are read as another digit than "
            "their label says, the worst first."
        )
    if order == "duplicates":
        disagreeing = sum(len(np.unique(examples.labels[group])) > 1 for group in groups)
        disagree = f"; in **{disagreeing}** of them the labels disagree" if disagreeing else ""
        return f"{count} images in {len(groups):,} groups of the same picture{disagree}."
    return f"{count} images."


def empty_sentence(order: str) -> str:
    """Why there is nothing to show."""
    if order == "misread":
        return "The model reads every one of these images as its label says."
    if order == "duplicates":
        return "No two of these images are the same, nor nearly so."
    return "There are no such images."


def thumbnail_label(
    examples: Dataset,
    position: int,
    judgement: Judgement | None,
    groups: tuple[Positions, ...],
) -> str:
    """What is said of a small image under the mouse."""
    label = f"a {examples.labels[position]}"
    if judgement is not None:
        read_as, cost = judgement.read_as[position], judgement.costs[position]
        return f"{label}, read as a {read_as}, cost {cost:.2f}"
    number = next((n for n, group in enumerate(groups, start=1) if position in group), None)
    return f"{label}, group {number}" if number is not None else label


def page_label(number: int, per_page: int, examples: int) -> str:
    """A page of the gallery by the images on it, counted from 1."""
    return f"{number * per_page + 1:,}–{min((number + 1) * per_page, examples):,}"


def image_title(label: int, place: int, count: int) -> str:
    """One image by its label and its place among those shown."""
    return f"A {label}, {place + 1:,} of {count:,}"


def image_sentence(label: int, part: str, judgement: Judgement | None, twins: Sequence[int]) -> str:
    """What is known of one image, and what the model, if there is one, makes of it.

    `twins` are the places, from 0, of the same picture among those shown.
    """
    sentence = f"In the **{part}** set."
    if judgement is not None:
        read_as, probability = int(judgement.read_as[0]), float(judgement.probabilities[0])
        verdict = "rightly" if read_as == label else "**wrongly**"
        sentence += (
            f" The model reads it {verdict} as a **{read_as}**; to a {label} it gives "
            f"{probability:.1%}, which costs **{judgement.costs[0]:.3f}**."
        )
    if twins:
        named = ", ".join(f"{place + 1:,}" for place in twins[:_TWINS_NAMED])
        more = len(twins) - _TWINS_NAMED
        others = f" and {more:,} more" if more > 0 else ""
        sentence += f" As good as the same picture: number {named}{others} of those shown here."
    return sentence


def row_sentence(image: NDArray[np.floating[Any]]) -> str:
    """An image as its row of X."""
    inked = int(np.count_nonzero(image > 0.5))
    return (
        "**The same image as a row of X**: row by row, its 400 pixels become one long vector, and "
        "in front stands the **1** of the bias, so that θ₀ always counts. 1 + 400 = **401 "
        f"numbers**, paper 0 and ink 1; {inked} of the pixels are more ink than paper. A scan "
        "that was resampled may overshoot a little at its edges, below 0 or above 1: it is left "
        "as it is."
    )
