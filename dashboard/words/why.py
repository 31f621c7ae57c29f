"""Why an image is read as it is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from dashboard.words.plain import a_digit, percent, signed, whole_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dashboard.margin import Margin
    from logreg_core import Flip, HeavyPixel, Model, Reading


def verdict(read: Reading, model: Model) -> str:
    """From z to the digit that is read."""
    z = f"**z = {signed(read.z)}**"
    answer = f"read as {a_digit(read.digit, bold=True)}"
    h = percent(float(expit(read.z)))
    if len(model.classes) == 2:
        side = "at least" if read.z >= 0 else "below"
        return (
            f"Bias and ink add up to {z}. That is {side} 0, so σ(z), how sure the model is of "
            f"{a_digit(read.speaks_for, bold=True)}, is {side} 50 %, namely {h}: it is {answer}."
        )
    largest = (
        f"Each digit has its own θ and its own z. For **{read.digit}**, bias and ink add up to "
        f"{z}, and no digit has a larger one: it is {answer}. "
    )
    probability = percent(float(read.probabilities.max()))
    if model.is_softmax:
        return (
            largest
            + f"eᶻ divided by the sum of all eᶻ (softmax) is its probability, {probability}."
        )
    return (
        largest
        + f"σ(z) is {h}; divided by the sum of all σ(z), it is its probability, {probability}."
    )


def weights_title(read: Reading, classes: tuple[int, ...]) -> str:
    """What stands above the picture of θ."""
    if len(classes) == 2:
        return (
            f"times **θ**: :red[red] for {a_digit(classes[1])}, "
            f":blue[blue] for {a_digit(classes[0])}"
        )
    return f"times **θ of {read.digit}**: :red[red] for it, :blue[blue] against"


def heaviest_sentence(
    pixels: Sequence[HeavyPixel], contributions: NDArray[np.float64], *, among: str = "θ⊙x"
) -> str:
    """How much of the whole the heaviest pixels make.

    Parameters
    ----------
    pixels : sequence of HeavyPixel
        The heaviest, numbered from 1 in the picture.
    contributions : (20, 20) ndarray of float64
        What every pixel adds.
    among : str
        What the picture shows.
    """
    if not pixels:
        return "No pixel adds anything: where there is ink, there is no weight."
    share = sum(abs(pixel.contribution) for pixel in pixels) / np.abs(contributions).sum()
    which = "The one pixel" if len(pixels) == 1 else f"The {len(pixels)} pixels"
    weigh = "weighs" if len(pixels) == 1 else "weigh"
    return (
        f"{which} that {weigh} most, numbered in {among}, "
        f"{weigh} **{whole_percent(share)}** of all, for and against taken together."
    )


def bars_legend() -> str:
    """How to read the bars of single pixels."""
    return "Number, (row, column) from 0, ink × weight = what it adds to z."


def duel_sentence(margin: Margin, digit: int, rival: int, *, softmax: bool) -> str:
    """What z of the digit that was read minus z of another one says.

    Parameters
    ----------
    margin : Margin
        Of the difference of the two θ.
    digit, rival : int
        The one that was read, and the one to compare it with.
    softmax : bool
        Whether all classes share one probability.
    """
    difference = f"z of {digit} minus z of {rival} is **{signed(margin.z, '+.2f')}**"
    colours = (
        f"Ink on :red[red] speaks for {a_digit(digit, bold=True)}, "
        f"on :blue[blue] for {a_digit(rival, bold=True)}."
    )
    if softmax:
        return (
            f"{colours} {difference}, the log odds of {a_digit(digit)} "
            f"against {a_digit(rival)}: if it is one of these two, "
            f"it is {a_digit(digit)} with σ({signed(margin.z)}) = "
            f"{percent(float(expit(margin.z)))}."
        )
    outcome = f"the {digit} is ahead" if margin.z > 0 else "it is a tie"
    return (
        f"{colours} {difference}, so {outcome}. This is *not* the log odds of "
        f"{a_digit(digit)} against {a_digit(rival)}: one θ has learnt {digit} against all "
        f"others, the other {rival} against all others, and the difference only says "
        "which of the two is surer."
    )


def z_difference(digit: int, rival: int) -> str:
    """The z of one digit minus that of another, as HTML for a figure."""
    return f"z<sub>{digit}</sub> − z<sub>{rival}</sub>"


def share_in_two(digit: int, rival: int) -> str:
    """The probability of one digit if it is one of two, as HTML for a figure."""
    return f"p<sub>{digit}</sub> / (p<sub>{digit}</sub> + p<sub>{rival}</sub>)"


def decided_sentence(pixels: Sequence[HeavyPixel], digit: int, rival: int) -> str:
    """Which pixels decided between two digits."""
    if not pixels:
        return f"No pixel tells {a_digit(digit)} from {a_digit(rival)} here: the biases decide."
    named = ", ".join(
        f"row {pixel.row}, column {pixel.column} for "
        f"{a_digit(digit if pixel.contribution > 0 else rival)}"
        f" ({signed(pixel.contribution, '+.2f')})"
        for pixel in pixels[:3]
    )
    return f"The heaviest: {named}."


def flip_sentence(flip: Flip, image: NDArray[np.float32]) -> str:
    """How large the smallest change is that flips the answer, and from what to what.

    Parameters
    ----------
    flip : Flip
        The change.
    image : (20, 20) ndarray of float32
        Before it.
    """
    before, after = flip.before, flip.after
    changed, inked = flip.added + flip.removed, float(image.sum())
    share = f", {whole_percent(changed / inked)} of the ink there is" if inked > 0 else ""
    return (
        f"From **{before.digit}** ({percent(float(before.probabilities.max()))}) to "
        f"**{after.digit}** ({percent(float(after.probabilities.max()))}): ink worth "
        f"**{_pixels(changed)} pixels** changes ({_pixels(flip.added)} added, "
        f"{_pixels(flip.removed)} removed){share}; no pixel changes by more than "
        f"{np.abs(flip.change).max():.2g}."
    )


def deepest_sentence(flip: Flip) -> str:
    """What the deepest colour of the change is: its picture is as colourful for any."""
    return f"The deepest colour is {np.abs(flip.change).max():.2g} of a pixel's ink."


def flip_explained() -> str:
    """What the smallest change is the smallest of, and what it is not."""
    return (
        "Smallest: the least sum of squared changes, with ink from 0 to 1, that takes another "
        "digit a hair beyond the tie. It is made on the 20x20 pixels that the model sees, not on "
        "a drawing, and rarely one that a pen could make."
    )


def no_flip_sentence(digit: int) -> str:
    """Why no change is shown."""
    return (
        f"No ink from 0 to 1 on these 400 pixels would be read as another digit than **{digit}**: "
        "all pixels together can say too little against it."
    )


def _pixels(ink: float) -> str:
    return f"{ink:.1f}" if ink < 10 else f"{ink:.0f}"
