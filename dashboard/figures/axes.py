"""Axes of costs and of shares, from which held-out digits are read, and the 95 % interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import HELD_OUT
from dashboard.words.numbers import number_text, power_of_ten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from logreg_core import Score

#: Above and below what is shown, of its height, so that no dot is cut in two.
_ROOM: Final = 0.05

#: Powers of ten in which there is room for ticks between them.
_FEW_DECADES: Final = 2.2

#: Powers of ten at most that are labelled; where they are more, every so manieth is.
_MOST_DECADES: Final = 12
_DECADE_STEPS: Final = (1, 2, 3, 5, 10, 20, 50, 100)

#: Labels on an axis, about.
_TICKS: Final = 6

#: Beyond these a cost axis shows nothing that anybody could use.
_LOWEST_COST: Final = 1e-10
_HIGHEST_COST: Final = 1e6

#: With more powers of ten than this, labels between them would overlap.
_DECADES_WITH_SUBDIVISIONS: Final = 3

#: With fewer than this, even steps such as 5.2, 5.4 are better labels than 2 and 5.
_DECADES_WITHOUT_STEPS: Final = 0.75

#: The height of an axis of shares where every share is 100 %.
_LEAST_SPAN: Final = 0.02

#: On a higher one whole per cent are labelled only.
_FEW_PERCENT: Final = 0.05

#: On a lower one ticks stand closer than a tenth of one per cent.
_LESS_THAN_A_PERCENT: Final = 0.006


def percent_ticks(low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    """Labels of an axis of shares from one to another, with the space that plotly leaves out.

    Examples
    --------
    >>> percent_ticks(0.98, 1)["labelalias"]["98.5%"], percent_ticks()["labelalias"]["50%"]
    ('98.5 %', '50 %')
    >>> percent_ticks(0.944, 0.947)["labelalias"]["94.45%"]
    '94.45 %'
    """
    digits = sum(high - low <= span for span in (_FEW_PERCENT, _LESS_THAN_A_PERCENT))
    step = 0.1**digits
    first, last = math.floor(100 * low / step), math.ceil(100 * high / step)
    labels = [_trimmed(f"{place * step:.{digits}f}") for place in range(first, last + 1)]
    return {
        "tickformat": f".{max(1, digits)}~%",
        "labelalias": {f"{label}%": f"{label} %" for label in labels},
    }


def _trimmed(number: str) -> str:
    """Without zeros at its end that say nothing."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def shares_axis(shares: Iterable[float], title: str = "read correctly") -> dict[str, Any]:
    """An axis up to 100 %, and down to the least of the shares, each 0 to 1."""
    low = min([1 - _LEAST_SPAN, *shares])
    foot = low - _ROOM * (1 - low)
    return {
        "title": {"text": title},
        # So little above 100 % that no tick stands there.
        "range": [foot, 1 + _ROOM * (1 - low)],
        **percent_ticks(foot, 1),
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


def log_ticks(low: float, high: float, most: int = _MOST_DECADES) -> list[tuple[int, int]]:
    """Digit and exponent of each tick from one power of ten to another, given by their logarithms.

    The powers themselves, with 2 and 5 between them where there is room, or only some of them
    where there are more than `most`.

    Examples
    --------
    >>> log_ticks(-1.0, 0.0)
    [(1, -1), (2, -1), (5, -1), (1, 0), (2, 0), (5, 0)]
    >>> log_ticks(-2.5, 0.0)
    [(1, -3), (1, -2), (1, -1), (1, 0)]
    """
    exponents = range(math.floor(low), math.ceil(high) + 1)
    digits = (1, 2, 5) if high - low < _FEW_DECADES else (1,)
    every = next(step for step in _DECADE_STEPS if high - low <= most * step)
    return [(digit, at) for at in exponents if at % every == 0 for digit in digits]


def number_ticks(low: float, high: float, *, log: bool) -> dict[float, str]:
    """Round numbers between two positions, about six of them, with their labels.

    Examples
    --------
    >>> number_ticks(-2, 1, log=True)
    {-2.0: '0.01', -1.0: '0.1', 0.0: '1', 1.0: '10'}
    >>> number_ticks(0, 1, log=False)
    {0.0: '0', 0.2: '0.2', 0.4: '0.4', 0.6: '0.6', 0.8: '0.8', 1.0: '1'}
    """
    if log:
        numbers = [digit * 10.0**exponent for digit, exponent in log_ticks(low, high)]
        inside = {math.log10(x): number_text(x, 6) for x in numbers if low <= math.log10(x) <= high}
        if len(inside) > 1 or low == high:
            return inside or {low: number_text(10.0**low, 3)}
        even = number_ticks(10.0**low, 10.0**high, log=False)
        return {math.log10(number): text for number, text in even.items() if number > 0}
    if not low < high:
        return {low: number_text(low, 3)}
    rough = (high - low) / (_TICKS - 1)
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(m * magnitude for m in (1, 2, 5, 10) if m * magnitude >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    numbers = [float(f"{place * step:.12g}") for place in range(first, last + 1)]
    return {number: number_text(number, 6) for number in numbers}


def log_axis(costs: NDArray[np.float64]) -> dict[str, Any]:
    """Labels and limits of a logarithmic cost axis that stays readable however far J goes.

    Its range is left to plotly at each step of a run: one that was given once, such as for a
    single point, would be kept as if the visitor had zoomed.
    """
    positive = costs[np.isfinite(costs) & (costs > 0)]
    decades = np.log10(positive.max() / positive.min()) if len(positive) else 0.0
    axis: dict[str, Any] = {
        "exponentformat": "power",
        "autorangeoptions": {"clipmin": _LOWEST_COST, "clipmax": _HIGHEST_COST},
    }
    if decades <= _DECADES_WITH_SUBDIVISIONS:
        axis["tickformat"] = "~g"
        if decades >= _DECADES_WITHOUT_STEPS:
            axis["dtick"] = "D2"  # 0.1, 0.2, 0.5, 1
    return axis


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
