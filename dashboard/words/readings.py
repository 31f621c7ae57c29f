"""What a model makes of one image."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logreg_core import Reading


def asked_for(classes: tuple[int, ...]) -> str:
    """What the visitor should draw."""
    if len(classes) == 10:
        return "Draw a digit"
    first = ", a ".join(str(digit) for digit in classes[:-1])
    return f"Draw a {first} or a {classes[-1]}"


def certainty(read: Reading, classes: tuple[int, ...]) -> str:
    """How sure the model is of what it read, and what it can say at all."""
    knows = " or ".join(str(digit) for digit in classes) if len(classes) < 4 else "these digits"
    must_choose = f"  \nIt knows only {knows} and has to choose." if len(classes) < 10 else ""
    return f"read with probability **{percent(float(read.probabilities.max()))}**{must_choose}"


def known_digit_sentence(read: Reading, label: int) -> str:
    """What an example is, and what it was read as."""
    right = "rightly" if read.digit == label else "**wrongly**"
    probability = percent(float(read.probabilities.max()))
    return f"A **{label}**, {right} read as a **{read.digit}** with probability {probability}."


def percent(probability: float) -> str:
    """A probability or a share from 0 to 1, never rounded to a certainty that no model has."""
    if probability > 0.9999:
        return "more than 99.99 %"
    if probability < 0.0001:
        return "less than 0.01 %"
    return f"{100 * probability:.2f} %"
