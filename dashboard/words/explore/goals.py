"""What a sweep looks for, and what of it was reached, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from dashboard.words.numbers import number_text, share_text
from logreg_core.goals import SECONDS_TO_GAP

if TYPE_CHECKING:
    from logreg_core.goals import Goal

#: Digits of a goal's value.
_DIGITS: Final = 4

#: A gap in per cent is a product, and back a quotient: their last digits are noise.
_CERTAIN_DIGITS: Final = 12


def goal_text(goal: Goal, value: float) -> str:
    """A goal's value as a person reads it.

    Examples
    --------
    >>> from logreg_core.goals import HELD_OUT_ACCURACY, HELD_OUT_COST
    >>> goal_text(HELD_OUT_ACCURACY, 0.987), goal_text(HELD_OUT_COST, 0.0123456)
    ('98.7 %', '0.01235')
    >>> goal_text(SECONDS_TO_GAP, 0.25), goal_text(SECONDS_TO_GAP, math.inf)
    ('0.25 s', 'not reached')
    """
    if not math.isfinite(value):
        return "not reached" if goal == SECONDS_TO_GAP else "no finite number"
    if goal.is_share:
        return share_text(value)
    text = number_text(value, _DIGITS)
    return f"{text} s" if goal == SECONDS_TO_GAP else text


def best_called(goal: Goal) -> str:
    """What the best of a goal is.

    Examples
    --------
    >>> from logreg_core.goals import HELD_OUT_ACCURACY
    >>> best_called(HELD_OUT_ACCURACY), best_called(SECONDS_TO_GAP)
    ('highest held-out accuracy', 'fewest seconds to the gap')
    """
    if goal == SECONDS_TO_GAP:
        return f"fewest {goal.label}"
    return f"{'highest' if goal.more_is_better else 'lowest'} {goal.label}"


def gap_in_percent(gap: float) -> float:
    """A part of J* as a number of per cent.

    Examples
    --------
    >>> gap_in_percent(1e-6), 100 * 1e-6
    (0.0001, 9.999999999999999e-05)
    """
    return float(f"{100 * gap:.{_CERTAIN_DIGITS}g}")


def gap_of_percent(percent: float) -> float:
    """The part of J* that `gap_in_percent` made so many per cent.

    Examples
    --------
    >>> gap_of_percent(gap_in_percent(0.12212)), gap_in_percent(0.12212) / 100
    (0.12212, 0.12211999999999999)
    """
    return float(f"{percent / 100:.{_CERTAIN_DIGITS}g}")
