"""Axes of costs and of shares, from which held-out digits are read, and the 95 % interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import HELD_OUT
from dashboard.words.lesson.cost import power_of_ten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logreg_core import Score

#: Above and below what is shown, of its height, so that no dot is cut in two.
_ROOM: Final = 0.05

#: Powers of ten in which there is room for ticks between them.
_FEW_DECADES: Final = 2.0

#: The height of an axis of shares where every share is 100 %.
_LEAST_SPAN: Final = 0.02


def shares_axis(shares: Iterable[float]) -> dict[str, Any]:
    """An axis up to 100 %, and down to the least of the shares, each 0 to 1."""
    low = min([1 - _LEAST_SPAN, *shares])
    return {
        "title": {"text": "read correctly"},
        # So little above 100 % that no tick stands there.
        "range": [low - _ROOM * (1 - low), 1 + _ROOM * (1 - low)],
        "tickformat": ".1~%",
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
    ticks = _ticks(int(np.floor(low)), int(np.ceil(high)), between=high - low < _FEW_DECADES)
    return {
        "title": {"text": title},
        "range": [low - room, high + room],
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "type": "log",
        "fixedrange": True,
    }


def _ticks(low: int, high: int, *, between: bool) -> dict[float, str]:
    """Ticks from one power of ten to another: the powers, or two between each two as well."""
    decades = range(low, high + 1)
    if between:
        return {step * 10.0**at: power_of_ten(step, at) for at in decades for step in (1, 2, 5)}
    return {10.0**at: power_of_ten(1, at) for at in decades}


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
