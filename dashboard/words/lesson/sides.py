"""The two answers to the question of a lesson: what y = 0 and y = 1 are called."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.words.plain import a_digit


class Sides(NamedTuple):
    """What y = 0 is called, and what y = 1."""

    zero: str
    one: str


def sides(digit: int, other: int | None) -> Sides:
    """The two answers, with their article.

    Parameters
    ----------
    digit : int
        That θ speaks for.
    other : int or None
        The other one of two; None where it is told from all others.

    Examples
    --------
    >>> sides(8, 3)
    Sides(zero='a 3', one='an 8')
    >>> sides(3, None).zero
    'not a 3'
    """
    one = a_digit(digit)
    return Sides(f"not {one}" if other is None else a_digit(other), one)
