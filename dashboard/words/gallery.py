"""What the gallery shows, and what to look for in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.words.plain import a_digit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from logreg_core import Duplicates, Judgement

_TWINS_NAMED: Final = 3

_ONLY_THE_VERY_SAME: Final = (
    "So many of these images resemble each other that only those were looked for which are "
    "the same in every pixel."
)

PARTS: Final = {"all": "all", "training": "training", "held out": "held out"}

ORDERS: Final = {
    "file": "as in the file",
    "digit": "digit by digit",
    "cost": "highest cost first",
    "misread": "misread",
    "duplicates": "duplicates",
}


def images_sentence(count: int) -> str:
    """How many images are shown."""
    return f"**{count:,}** images." if count else "There are no such images."


def judge_named(iteration: int | None) -> str:
    """How a model is called by its iteration; None while its run goes on."""
    if iteration is None:
        return "the model as far as it has come, which is still learning,"
    return f"the model of iteration {iteration:,}"


def misread_sentence(misread: int, count: int, judge: str) -> str:
    """How many are misread, of those in question.

    Examples
    --------
    >>> misread_sentence(12, 360, "the model of iteration 17")
    'The model of iteration 17 reads **12** of 360 images (3.3%) as another digit than their \
label says, the worst first.'
    """
    reads = f"{judge[0].upper()}{judge[1:]} reads"
    if misread == 0:
        return f"{reads} every one of these images as its label says."
    return (
        f"{reads} **{misread:,}** of {count:,} images ({misread / count:.1%}) as another digit "
        "than their label says, the worst first."
    )


def suspects_sentence(misread: int, count: int, judge: str) -> str:
    """The same, and what to look for where the highest costs come first."""
    if count == 0:
        return images_sentence(0)
    return (
        f"{misread_sentence(misread, count, judge).removesuffix(', the worst first.')}"
        f"{'.' if misread else ''} Those that cost it most come first. **Look for labels that "
        "are wrong**, and for digits that you would doubt yourself."
    )


def duplicates_sentence(found: Duplicates, disagreeing: int) -> str:
    """How many groups of the same picture there are, and in how many the labels disagree.

    Examples
    --------
    >>> from logreg_core import Duplicates
    >>> duplicates_sentence(Duplicates((np.array([2, 6]),), nearly=True), 0)
    '**2** images in 1 group of the same picture, or as good as the same.'
    """
    if not found.groups:
        nor = ", nor nearly so." if found.nearly else f". {_ONLY_THE_VERY_SAME}"
        return f"No two of these images are the same{nor}"
    images = sum(len(group) for group in found.groups)
    groups = "1 group" if len(found.groups) == 1 else f"{len(found.groups):,} groups"
    same = "the same picture, or as good as the same" if found.nearly else "the same picture"
    disagree = f"; in **{disagreeing:,}** of them the labels disagree" if disagreeing else ""
    alone = "" if found.nearly else f" {_ONLY_THE_VERY_SAME}"
    return f"**{images:,}** images in {groups} of {same}{disagree}.{alone}"


def thumbnail_label(
    label: int, *, read_as: int | None = None, cost: float = 0.0, group: int = 0
) -> str:
    """What is said of a small image under the mouse; its group of duplicates counts from 1.

    Examples
    --------
    >>> thumbnail_label(3, read_as=5, cost=2.5)
    'a 3, read as a 5, cost 2.50'
    """
    if read_as is not None:
        return f"{a_digit(label)}, read as {a_digit(read_as)}, cost {cost:.2f}"
    return f"{a_digit(label)}, group {group}" if group else a_digit(label)


def page_label(number: int, per_page: int, examples: int) -> str:
    """A page of the gallery by the images on it, counted from 1."""
    return f"{number * per_page + 1:,}–{min((number + 1) * per_page, examples):,}"


def image_title(label: int, place: int, count: int) -> str:
    """One image by its label and its place among those shown."""
    return f"A{a_digit(label)[1:]}, {place + 1:,} of {count:,}"


def image_sentence(
    label: int,
    part: str,
    judgement: Judgement | None,
    *,
    twins: int,
    shown_twins: Sequence[int],
    in_both_parts: bool,
) -> str:
    """What is known of one image, and what the model, if there is one, makes of it.

    Parameters
    ----------
    label : int
        The digit that it is said to show.
    part : str
        The one of the split that it belongs to.
    judgement : Judgement, optional
        Of this image alone.
    twins : int
        How many others of those looked at are the same, or nearly so.
    shown_twins : sequence of int
        Places, from 0, of those among them that are shown.
    in_both_parts : bool
        Whether there is one of them to learn from and one that is held out.
    """
    sentence = f"In the **{part}** set."
    if judgement is not None:
        read_as, probability = int(judgement.read_as[0]), float(judgement.probabilities[0])
        verdict = "rightly" if read_as == label else "**wrongly**"
        sentence += (
            f" The model reads it {verdict} as {a_digit(read_as, bold=True)}; "
            f"to {a_digit(label)} it gives "
            f"{probability:.1%}, which costs **{judgement.costs[0]:.3f}**."
        )
    if twins:
        sentence += f" As good as the same picture: {_named(twins, shown_twins)}."
    if in_both_parts:
        sentence += (
            " It is **both learnt from and held out**, which makes the model look better than "
            "it is."
        )
    return sentence


def _named(twins: int, places: Sequence[int]) -> str:
    """Some images by their places among those shown, and how many there are beside."""
    named = [f"{place + 1:,}" for place in places[:_TWINS_NAMED]]
    more = twins - len(named)
    if not named:
        return f"{more:,} not shown here"
    others = f" and {more:,} more" if more else ""
    return f"number {', '.join(named)} of those shown here{others}"


def row_sentence(image: NDArray[np.floating[Any]], preparation: str) -> str:
    """An image as its row of X, and whether the model learns from that row."""
    inked = int(np.count_nonzero(image > 0.5))
    prepared = (
        ""
        if preparation == "none"
        else " As **Train** is set, the model learns from the image after its preparation; the row "
        "of that is made in the same way."
    )
    return (
        "**The same image as a row of X**: row by row, its 400 pixels become one long vector, and "
        "in front stands the **1** of the bias, so that θ₀ always counts. 1 + 400 = **401 "
        f"numbers**, paper 0 and ink 1; {inked} of the pixels are more ink than paper. A scan "
        "that was resampled may overshoot a little at its edges, below 0 or above 1: it is left "
        f"as it is.{prepared}"
    )
