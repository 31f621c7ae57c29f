"""What a model makes of one image, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import expit

from dashboard.words.plain import signed

if TYPE_CHECKING:
    from logreg_core import Model, Reading


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
    return f"read with probability **{_percent(float(read.probabilities.max()))}**{must_choose}"


def known_digit_sentence(read: Reading, label: int) -> str:
    """What an example is, and what it was read as."""
    right = "rightly" if read.digit == label else "**wrongly**"
    probability = _percent(float(read.probabilities.max()))
    return f"A **{label}**, {right} read as a **{read.digit}** with probability {probability}."


def why_sentence(read: Reading, model: Model) -> str:
    """How z adds up, and what follows from it."""
    classes = model.classes
    spoke_for = float(read.contributions[read.contributions > 0].sum())
    against = float(read.contributions[read.contributions < 0].sum())
    other = f"a **{classes[0]}**" if len(classes) == 2 else "any other digit"
    lines = [
        "| what speaks | how loud |",
        "|:--|--:|",
        f"| bias θ₀ | {signed(read.bias, '+.2f')} |",
        f"| ink on :red[red], for a **{read.speaks_for}** | {signed(spoke_for, '+.2f')} |",
        f"| ink on :blue[blue], for {other} | {signed(against, '+.2f')} |",
        f"| **z**, their sum | **{signed(read.z, '+.2f')}** |",
    ]
    if not model.is_softmax:
        lines.append(f"| **σ(z)** | **{_percent(float(expit(read.z)))}** |")
    return "\n".join(lines) + f"\n\n{_verdict(read, model)}"


def _verdict(read: Reading, model: Model) -> str:
    """From z to the digit that is read."""
    if model.is_softmax:
        return (
            f"Each digit has its own θ and its own z. That of **{read.digit}** is the largest; "
            "eᶻ divided by the sum of all eᶻ (softmax) is the probability above."
        )
    if len(model.classes) > 2:
        return (
            f"Each digit has its own θ and its own σ(z). That of **{read.digit}** is the "
            "largest; divided by the sum of all, it is the probability above."
        )
    side, size = ("≥", "at least") if read.z >= 0 else ("<", "below")
    return f"z {side} 0, so σ(z) is {size} 0.5: it is read as a **{read.digit}**."


def _percent(probability: float) -> str:
    """Never rounded to a certainty that no model has."""
    if probability > 0.9999:
        return "more than 99.99 %"
    if probability < 0.0001:
        return "less than 0.01 %"
    return f"{100 * probability:.2f} %"
