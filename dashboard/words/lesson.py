"""The steps of the theory, with the numbers of one digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from dashboard.words.plain import a_digit, signed

if TYPE_CHECKING:
    from dashboard.lesson import Blackboard, Line
    from logreg_core import Reading


def z_sentence(read: Reading) -> str:
    """The weighted sum in numbers."""
    inked = float(read.contributions.sum())
    return (
        "The sum of all θ⊙x, plus the bias: "
        f"**z = θᵀx = {signed(read.bias)} {signed(inked, '+.2f')} = {signed(read.z)}**."
    )


def sigmoid_sentence(z: float, classes: tuple[int, ...], read: Reading) -> str:
    """Which side of the threshold z is on, and what a tie means."""
    h = float(expit(z))
    above = f"The digit above has z = {signed(read.z)}."
    if len(classes) > 2:
        return (
            f"σ(z) = **{h:.3f}** says how strongly this θ speaks for "
            f"{a_digit(read.speaks_for)}. Each of the {len(classes)} digits has its own; "
            f"the largest is read, above 0.5 or not. {above}"
        )
    verdict = read.speaks_for if h >= 0.5 else classes[0]
    return (
        f"σ(z) = **{h:.3f}**, so this would be **a {verdict}**: the threshold is 0.5, where z = 0. "
        f"At exactly 0.5 it goes to the {read.speaks_for}, as in the course. {above}"
    )


def cost_sentence(h: float, cost: float) -> str:
    """Why a confident mistake is dear."""
    return (
        f"If it is y = 1, saying h = {h:.3f} costs **{-np.log(h):.2f}**; if it is y = 0, "
        f"**{-np.log1p(-h):.2f}**. Being sure and wrong costs without bound, being sure and "
        f"right almost nothing. The digit above costs {cost:.4f}; J is the mean over all."
    )


def step_sentence(board: Blackboard, alpha: float) -> str:
    """What one step does to J."""
    return (
        f"At θ = 0 every digit costs log 2, so J = **{board.cost_before:.4f}**. The picture is "
        f"−∇J, the mean over {len(board.h):,} examples of their pixels times (y − h): where θ "
        f"should :red[grow] and where it should :blue[shrink]. One step of α = {alpha:g} along it, "
        f"θ ← θ − α∇J, brings J to **{board.cost_after:.4f}**."
    )


def four_ways(lines: tuple[Line, ...], values: dict[str, object]) -> str:
    """A table: each quantity as formula, Octave, NumPy and value."""
    rows = ["| | formula | Octave | NumPy | value |", "|:--|:--|:--|:--|--:|"]
    rows += [
        f"| **{line.name}** | ${line.formula}$ | `{line.octave}` | "
        f"`{line.name} = {line.numpy}` | {_value(values[line.name])} |"
        for line in lines
    ]
    return "\n".join(rows)


def _value(value: object) -> str:
    """A number, or the first ones of a vector."""
    numbers = np.atleast_1d(np.asarray(value))
    if numbers.size == 1:
        return f"{numbers[0]:.6g}"
    return f"{numbers[0]:.3g}, {numbers[1]:.3g}, … ({numbers.size} numbers)"
