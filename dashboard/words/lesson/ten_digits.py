"""Step 9: what it says of ten digits and ten θ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.plain import a_digit, listed, percent, plain, short_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import TrainConfig

_NUMBERS: Final = {
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
}


def ten_digits_text(digits: int, borrowed: tuple[Sequence[int], str] | None = None) -> str:
    """One sentence on one-vs-all and two on softmax.

    Parameters
    ----------
    digits : int
        How many θ there are, 3 to 10.
    borrowed : (digits, name), optional
        Where the data at hand have these digits only: what they have, and the name of the
        data from which the θ are.
    """
    many = _NUMBERS[digits]
    one_vs_all = (
        f"**One-vs-all** gives each of {many} digits a θ of its own, which learns to tell it "
        "from all others; the same x goes through all of them, and the digit goes to the "
        "largest z."
    )
    if borrowed is not None:
        few, name = borrowed
        one_vs_all = (
            f"Your data have no other digits than {listed(few)}, so here are the {many} θ of "
            f"“{plain(name)}”: **one-vs-all** teaches each to tell its digit from all others, and "
            "the same x goes to the digit with the largest z."
        )
    return (
        f"{one_vs_all} **Softmax** learns the {many} θ together and turns their z into shares, "
        "$e^{z_d} / \\sum_{d'} e^{z_{d'}}$. These sum to 1, so that one digit gains only what "
        f"others lose, while one-vs-all asks {many} separate questions, and its answers need not "
        "sum to 1."
    )


def pictures_label(digits: int) -> str:
    """Above the pictures of θ.

    Examples
    --------
    >>> pictures_label(10)
    '**The ten θ**, with the outline of the same x'
    """
    return f"**The {_NUMBERS[digits]} θ**, with the outline of the same x"


def bars_label(digit: int, label: int | None, *, softmax: bool) -> str:
    """Above the bars: what they are, and which digit they say it is.

    Examples
    --------
    >>> bars_label(3, 3, softmax=True)
    '**Softmax of z**: rightly read as a **3**'
    >>> bars_label(8, None, softmax=False)
    '**σ(z) of each** and its share: read as an **8**'
    """
    read_as = f"read as {a_digit(digit, bold=True)}"
    if label is not None:
        read_as = f"rightly {read_as}" if label == digit else f":red[**wrongly**] {read_as}"
    bars = "**Softmax of z**" if softmax else "**σ(z) of each** and its share"
    return f"{bars}: {read_as}"


def in_short(probability: float) -> str:
    """A probability where there is little room, never rounded to a certainty.

    Examples
    --------
    >>> in_short(0.98821), in_short(0.99999), in_short(0.00001)
    ('98.82 %', '>99.99 %', '<0.01 %')
    """
    return percent(probability).replace("more than ", ">").replace("less than ", "<")


def origin_label(name: str, config: TrainConfig, accuracy: float, held_out: int) -> str:
    """Below the figure: from which data the θ are, and what they are worth.

    Examples
    --------
    >>> from logreg_core import TrainConfig
    >>> print(origin_label("ten", TrainConfig(), 0.9622, 449))
    θ learnt from “ten”, one-vs-all, λ = 1: 96.2&nbsp;% of 449 held-out digits read rightly
    """
    return (
        f"θ learnt from “{plain(name)}”, {config.multiclass}, λ = {config.lam:g}: "
        f"{short_percent(accuracy).replace(' ', '&nbsp;')} of {held_out:,} held-out digits "
        "read rightly"
    )


def train_label(digits: int, images: int) -> str:
    """On the button that trains what takes longer than a blink.

    Examples
    --------
    >>> train_label(10, 60_000)
    'Train ten θ on 60,000 images'
    """
    return f"Train {_NUMBERS[digits]} θ on {images:,} images"
