"""Axes of costs and of shares, from which held-out digits are read, and the 95 % interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import HELD_OUT
from dashboard.words.numbers import power_of_ten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logreg_core import Score

#: Above and below what is shown, of its height, so that no dot is cut in two.
_ROOM: Final = 0.05

#: Powers of ten in which there is room for ticks between them.
_FEW_DECADES: Final = 2.0

#: Powers of ten at most that are labelled.
_MOST_DECADES: Final = 12

#: The height of an axis of shares where every share is 100 %.
_LEAST_SPAN: Final = 0.02

#: On a higher one whole per cent are labelled only.
_FEW_PERCENT: Final = 0.05


def percent_ticks(low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    """Labels of an axis of shares from one to another, with the space that plotly leaves out.

    Examples
    --------
    >>> percent_ticks(0.98, 1)["labelalias"]["98.5%"], percent_ticks()["labelalias"]["50%"]
    ('98.5 %', '50 %')
    """
    step = 1 if high - low > _FEW_PERCENT else 0.1
    first, last = math.floor(100 * low / step), math.ceil(100 * high / step)
    labels = [f"{place * step:.1f}".removesuffix(".0") for place in range(first, last + 1)]
    return {"tickformat": ".1~%", "labelalias": {f"{label}%": f"{label} %" for label in labels}}


def shares_axis(shares: Iterable[float], title: str = "read correctly") -> dict[str, Any]:
    """An axis up to 100 %, and down to the least of the shares, each 0 to 1."""
    low = min([1 - _LEAST_SPAN, *shares])
    return {
        "title": {"text": title},
        # So little above 100 % that no tick stands there.
        "range": [low - _ROOM * (1 - low), 1 + _ROOM * (1 - low)],
        **percent_ticks(low, 1),
        "type": "linear",
        "fixedrange": True,
    }


def costs_axis(costs: Iterable[float], title: str = "mean cost, no penalty") -> dict[str, Any]:
    """A logarithmic axis, as the cost of training digits may be next to nothing.

    Parameters
    ----------
    costs : iterable of float
        What is shown. A very sure model costs exactly 0, which has no logarithm.
    title : str
        What they are.
    """
    shown = [cost for cost in costs if cost > 0] or [1.0]
    low, high = np.log10(min(shown)), np.log10(max(shown))
    room = _ROOM * max(high - low, 1.0)
    ticks = {digit * 10.0**at: power_of_ten(digit, at) for digit, at in log_ticks(low, high)}
    return {
        "title": {"text": title},
        "range": [low - room, high + room],
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "type": "log",
        "fixedrange": True,
    }


def log_ticks(low: float, high: float) -> list[tuple[int, int]]:
    """Digit and exponent of each tick from one power of ten to another, given by their logarithms.

    The powers themselves, with 2 and 5 between them where there is room, or only some of them
    where there are too many.

    Examples
    --------
    >>> log_ticks(-1.0, 0.0)
    [(1, -1), (2, -1), (5, -1), (1, 0), (2, 0), (5, 0)]
    >>> log_ticks(-2.5, 0.0)
    [(1, -3), (1, -2), (1, -1), (1, 0)]
    """
    exponents = range(math.floor(low), math.ceil(high) + 1)
    digits = (1, 2, 5) if high - low < _FEW_DECADES else (1,)
    every = math.ceil(len(exponents) / _MOST_DECADES)
    return [(digit, exponent) for exponent in exponents[::every] for digit in digits]


def interval_bar(*scores: Score) -> dict[str, Any]:
    """The 95 % interval of each share on held-out digits, as plotly has bars of errors."""
    ends = [score.interval for score in scores]
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - score.share for score, (_, high) in zip(scores, ends, strict=True)],
        "arrayminus": [score.share - low for score, (low, _) in zip(scores, ends, strict=True)],
        "color": HELD_OUT,
        "thickness": 2,
        "width": 6,
    }
