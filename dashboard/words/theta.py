"""What the pictures of θ show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import expit

from dashboard.margin import Margin
from dashboard.words.plain import a_digit, compared, signed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from logreg_core import Reading


def theta_caption(classes: tuple[int, ...]) -> str:
    """What the picture of θ beside the chart shows."""
    if len(classes) == 2:
        return (
            f"θ: ink on :red[red] pixels speaks for **{classes[1]}**, "
            f"on :blue[blue] ones for **{classes[0]}**."
        )
    return "θ of each digit: ink on :red[red] pixels speaks for it, on :blue[blue] ones against."


def theta_sentence(classes: tuple[int, ...], *, softmax: bool) -> str:
    """What to look at in the picture of θ."""
    if len(classes) == 2:
        return (
            f"What the model looks for: ink on :red[**red**] pixels speaks for "
            f"{a_digit(classes[1], bold=True)}, on :blue[**blue**] ones for "
            f"{a_digit(classes[0], bold=True)}; white is zero."
        )
    together = "all learnt together (softmax)" if softmax else "each against all the others"
    return (
        f"One θ a digit, {together}: ink on :red[**red**] pixels speaks for "
        "the digit, on :blue[**blue**] ones against it; white is zero."
    )


def bias_sentence(bias: float, classes: tuple[int, ...], digit: int, *, softmax: bool) -> str:
    """What the bias says before any ink is seen."""
    if softmax:
        return (
            f"Bias θ₀ = {signed(bias, '.3g')}: what z is for blank paper. With softmax it says "
            "something beside the biases of the other digits only: the largest z wins. "
            "The largest weight of the run sets the deepest colours."
        )
    other = classes[0] if len(classes) == 2 else f"not {digit}"
    leaning = digit if bias >= 0 else other
    return (
        f"Bias θ₀ = {signed(bias, '.3g')}: what z is for blank paper, which leans towards "
        f"**{leaning}**. The largest weight of the run sets the deepest colours."
    )


def not_learnt_sentence(digit: int, *, one_after_another: bool) -> str:
    """Why a picture of θ is all white."""
    if one_after_another:
        return f"The θ of **{digit}** is not learnt yet: it is all zeros until its turn comes."
    return "θ is all zeros: nothing is learnt yet, every digit gets z = 0 and σ(z) = 0.5."


def progress_sentence(classes: tuple[int, ...], begun: int) -> str:
    """How far an optimiser has come that learns one digit after another.

    Parameters
    ----------
    classes : tuple of int
        The digits, in the order in which they are learnt.
    begun : int
        How many of them have a θ that is not all zeros.
    """
    if not begun:
        return f"One θ after another is learnt, {len(classes)} in all; none has begun."
    return (
        f"One θ after another is learnt: here that of **{classes[begun - 1]}**, "
        f"digit {begun} of {len(classes)}."
    )


def difference_sentence(classes: tuple[int, ...], digit: int, alike: float | None) -> str:
    """What the picture of the difference of the means shows, and how like θ it is.

    Parameters
    ----------
    classes : tuple of int
        The digits that are told apart.
    digit : int
        That θ speaks for.
    alike : float or None
        Cosine of the angle between θ and the difference; None beside zeros.
    """
    others = f"of {classes[0]}" if len(classes) == 2 else "of all others"
    shown = (
        f"The mean image of **{digit}** minus that {others}: "
        f"on :red[red] pixels {a_digit(digit)} has more ink, on :blue[blue] ones less. "
    )
    if alike is None:
        return shown + "Beside a θ of zeros there is no likeness to speak of."
    return shown + (
        f"Likeness to θ (cosine): **{signed(alike)}**, where 1 is the same picture "
        "and 0 has nothing in common with it."
    )


def why_not_the_difference(classes: tuple[int, ...], lam: float, *, softmax: bool) -> str:
    """Why θ is another picture than the difference of the means."""
    if len(classes) == 2 or softmax:
        first = (
            "Where all digits are about equally frequent, −∇J at θ = 0 is this very picture. A "
            "method that follows the gradient begins with it: drag the iteration back to 1 and "
            "watch the likeness."
        )
    else:
        first = (
            "−∇J at θ = 0 is mostly the mean of all *other* digits, in blue, since they are "
            "many more: go through the first iterations and watch the likeness."
        )
    penalty = "nothing holds" if lam == 0 else "the penalty holds"
    return (
        f"- **Where it begins.** {first}\n"
        "- **Pixels hang together.** A stroke inks several neighbours at once. The difference of "
        "the means counts each of them; θ shares one weight among them, and takes back with one "
        "pixel what another has said too loudly: so it turns patchy, and may even be blue where "
        "the difference is red.\n"
        "- **The doubtful ones count.** Once a digit is read with certainty it hardly pulls at θ "
        "any more. What is left are those that look like another digit, and they are no mean "
        "images.\n"
        f"- **λ.** Here it is {lam:g}: {penalty} θ back. The larger λ, the more alike the two "
        "pictures, in the limit the same but for their strength; the smaller, the finer the "
        "differences that θ goes after, down to quirks of single images."
    )


def contributions_sentence(
    theta: NDArray[np.float64], image: NDArray[np.float32], y: int, *, softmax: bool
) -> str:
    """How one image's z adds up, and to which probability where z alone says it."""
    margin = Margin.of(theta, image)
    return (
        f"A{a_digit(y)[1:]}: bias {signed(margin.bias)}, "
        f"ink on :red[red] {signed(margin.spoke_for, '+.2f')}, "
        f"ink on :blue[blue] {signed(margin.spoke_against, '+.2f')}: "
        f"**z = {signed(margin.z)}**"
        + ("." if softmax else f", σ(z) {compared(float(expit(margin.z)))}.")
    )


def verdict_sentence(
    read: Reading, classes: tuple[int, ...], digit: int, label: int, *, softmax: bool
) -> str:
    """What follows from z, for the θ of one digit and for the model as a whole.

    Parameters
    ----------
    read : Reading
        What the whole model makes of the image.
    classes : tuple of int
        The digits that are told apart.
    digit : int
        Whose θ is looked at.
    label : int
        What the image shows.
    softmax : bool
        Whether all classes share one probability.
    """
    right = "rightly" if read.digit == label else "**wrongly**"
    outcome = f"it is read as {a_digit(read.digit, bold=True)}, {right}."
    if len(classes) == 2:
        side, size = ("≥", "at least") if read.z >= 0 else ("<", "below")
        return (
            f"z {side} 0, so σ(z), how sure the model is of {a_digit(digit)}, "
            f"is {size} 0.5: {outcome}"
        )
    if softmax:
        probability = compared(float(read.probabilities[classes.index(digit)]))
        meaning = (
            "Alone, this z means nothing: eᶻ divided by the sum of the eᶻ of all "
            f"{len(classes)} θ is the probability of {a_digit(digit)}, here {probability}."
        )
    else:
        meaning = f"σ(z) is how sure this θ alone is of {a_digit(digit)} against all others."
    if not read.probabilities.std():
        return f"{meaning} All z are the same, and a tie goes to the first: {outcome}"
    return f"{meaning} The θ of **{read.digit}** has the largest z: {outcome}"


def cost_sentence(cost: float, classes: tuple[int, ...], *, softmax: bool) -> str:
    """What the image adds to the sum that J is the mean of."""
    under = "" if len(classes) == 2 or softmax else " under this θ"
    return f"Its cost{under}: {cost:.3g}."
