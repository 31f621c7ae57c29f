"""One quantity in four ways: as formula, Octave, NumPy and value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.words.plain import signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Way:
    """One quantity, and how it is written three times.

    A test executes the NumPy lines of the page from top to bottom, in one namespace, and
    compares what they come to with what the page shows; another does so with Octave.

    Attributes
    ----------
    name : str
        Of the variable that both lines assign.
    formula : str
        LaTeX.
    octave, numpy : str
        One statement each, which may use what stands above it.
    """

    name: str
    formula: str
    octave: str
    numpy: str


def four_ways(ways: Sequence[Way], values: Mapping[str, object]) -> str:
    r"""A table, as markdown: each quantity as formula, Octave, NumPy and value.

    Examples
    --------
    >>> way = Way("z", "z = x", "z = x;", "z = x")
    >>> print(four_ways([way], {"z": -0.5}))
    | formula | Octave | NumPy | value |
    |:--|:--|:--|--:|
    | $\displaystyle z = x$ | `z = x;` | `z = x` | **−0.5** |
    """
    rows = ["| formula | Octave | NumPy | value |", "|:--|:--|:--|--:|"]
    return "\n".join([*rows, *(_row(way, values[way.name]) for way in ways)])


def _row(way: Way, value: object) -> str:
    """Fractions as large as in a line of their own: this is projected."""
    formula = rf"$\displaystyle {way.formula}$"
    return f"| {formula} | `{way.octave}` | `{way.numpy}` | **{shown(value)}** |"


def shown(value: object) -> str:
    r"""A number with six digits, the first three of a vector, the size of a matrix.

    Examples
    --------
    >>> shown(-0.123456789), shown(np.array([1.0, 0.25, 0, 4])), shown(np.ones((3, 5)))
    ('−0.123457', '1, 0.25, 0, … (4\xa0numbers)', '3 x 5')
    """
    numbers = np.asarray(value)
    if numbers.ndim == 2:
        return f"{numbers.shape[0]:,} x {numbers.shape[1]:,}"
    if numbers.ndim == 1:
        first = ", ".join(signed(float(number), ".4g") for number in numbers[:3])
        return f"{first}, … ({len(numbers):,}\u00a0numbers)" if len(numbers) > 3 else first
    return signed(float(numbers), ".6g")
