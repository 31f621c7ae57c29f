"""What a model makes of one image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.words.plain import a_digit, percent

if TYPE_CHECKING:
    from logreg_core import Reading


def asked_for(classes: tuple[int, ...]) -> str:
    """What the visitor should draw.

    Examples
    --------
    >>> asked_for((3, 8)), asked_for((0, 1, 2))
    ('Draw a 3 or an 8', 'Draw a 0, a 1 or a 2')
    """
    if len(classes) == 10:
        return "Draw a digit"
    *first, last = map(a_digit, classes)
    return f"Draw {', '.join(first)} or {last}"


def certainty(read: Reading, classes: tuple[int, ...], *, softmax: bool) -> str:
    """How sure the model is of what it read, and what it can say at all."""
    knows = " or ".join(str(digit) for digit in classes) if len(classes) < 4 else "these digits"
    must_choose = f"  \nIt knows only {knows} and has to choose." if len(classes) < 10 else ""
    if len(classes) > 2 and not softmax and read.z < 0:
        must_choose = "  \n**No θ is sure of it**: every σ(z) is below 50 %, but it has to choose."
    return f"read with probability **{percent(float(read.probabilities.max()))}**{must_choose}"


def known_digit_sentence(read: Reading, label: int) -> str:
    """What an example is, and what it was read as."""
    right = "rightly" if read.digit == label else "**wrongly**"
    probability = percent(float(read.probabilities.max()))
    shown = a_digit(label, bold=True)
    return (
        f"A{shown[1:]}, {right} read as {a_digit(read.digit, bold=True)} "
        f"with probability {probability}."
    )
