"""What is said of costs: of one answer, and of all examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.lesson.costs import LEAST_EXPONENT
from dashboard.words.numbers import power_of_ten, raised
from dashboard.words.plain import compared, signed

if TYPE_CHECKING:
    from dashboard.lesson.costs import Answer

#: Below this a cost is said as a power of ten.
_SMALL: Final = 0.0001

#: Below this a slope is next to nothing.
_FLAT: Final = 0.001

#: From here on, decimals say nothing.
_LARGE: Final = 100


def cost_shown(cost: float) -> str:
    """A cost, ≥ 0, with three digits.

    Examples
    --------
    >>> cost_shown(6.2126), cost_shown(0.01234), cost_shown(3.46e-11), cost_shown(1234.5)
    ('6.21', '0.0123', '3.5 × 10⁻¹¹', '1,234')
    >>> cost_shown(0.0)
    'less than 10⁻³⁰⁰'
    """
    if cost < 10.0**LEAST_EXPONENT:
        return f"less than {power_of_ten(1, LEAST_EXPONENT)}"
    if cost < _SMALL:
        digits, exponent = f"{cost:.1e}".split("e")
        return f"{digits} × 10{raised(int(exponent))}"
    return f"{cost:,.0f}" if cost >= _LARGE else f"{cost:#.3g}"


def slope_shown(slope: float) -> str:
    """How steep a curve is at a point.

    Examples
    --------
    >>> slope_shown(-6.287), slope_shown(-0.0224), slope_shown(-1e-9)
    ('slope −6.3', 'slope −0.022', 'slope almost 0')
    """
    if abs(slope) < _FLAT:
        return "slope almost 0"
    return f"slope {signed(slope, ',.0f' if abs(slope) >= _LARGE else '.2g')}"


def digit_at_hand(label: int | None) -> str:
    """What the digit of the page is called.

    Examples
    --------
    >>> digit_at_hand(3), digit_at_hand(None)
    ('this 3', 'your drawing')
    """
    return "your drawing" if label is None else f"this {label}"


def cost_text(answer: Answer, *, drawn: bool, m: int, lam: float) -> str:
    """Step 4, in three sentences.

    Parameters
    ----------
    answer : Answer
        To the digit at hand.
    drawn : bool
        Whether that is a drawing, whose y is what it was read as.
    m : int
        How many training examples there are.
    lam : float
        λ.
    """
    y = f"{'read as ' if drawn else ''}y = {answer.y:.0f}"
    penalty = ", plus a penalty for large θ (step 7)" if lam else ""
    return (
        "An answer h costs **−log h** if y = 1 and **−log(1 − h)** if y = 0, so "
        f"{answer.name} ({y}, h {compared(answer.h)}) costs **{cost_shown(answer.cost)}**. "
        "The surer a mistake, the more it costs, while squared error ends at 1 and goes flat "
        "where θ most needs a slope. "
        f"**J** is the mean cost of all {m:,} training examples{penalty}."
    )


def mean_and_penalty(mean: float, penalty: float, total: float, lam: float) -> str:
    """J as the sum that it is.

    Examples
    --------
    >>> mean_and_penalty(0.0029, 0.0123, 0.0152, 1.0)
    'J = mean cost 0.00290 + penalty 0.0123 = **0.0152**'
    >>> mean_and_penalty(0.0029, 0.0, 0.0029, 0.0)
    'J = mean cost = **0.00290** (λ = 0, no penalty)'
    """
    if lam == 0:
        return f"J = mean cost = **{cost_shown(total)}** (λ = 0, no penalty)"
    penalty_shown = cost_shown(penalty) if penalty else "0"
    return f"J = mean cost {cost_shown(mean)} + penalty {penalty_shown} = **{cost_shown(total)}**"


def half_shown(half: int, m: int) -> str:
    """How unevenly the costs are spread.

    Parameters
    ----------
    half : int
        How many of the costliest examples cost as much as all others together, at least 1.
    m : int
        How many examples there are.

    Returns
    -------
    str
        A label.

    Examples
    --------
    >>> half_shown(6, 288)
    'at least half of all cost: the 6 costliest of 288'
    >>> half_shown(1, 288)
    'at least half of all cost: the costliest of 288'
    """
    return f"at least half of all cost: the {'' if half == 1 else f'{half:,} '}costliest of {m:,}"


def worst_title(count: int) -> str:
    """Above the examples that cost most.

    Examples
    --------
    >>> worst_title(8)
    'The 8 that cost most, and what they are read as'
    >>> worst_title(1)
    'The one that costs most, and what it is read as'
    """
    if count == 1:
        return "The one that costs most, and what it is read as"
    return f"The {count} that cost most, and what they are read as"


def worst_caption(cost: float, h: float, digit: int, other: int | None) -> str:
    """Below one of them, in a few letters.

    Parameters
    ----------
    cost, h : float
        Of the example.
    digit : int
        What y = 1 stands for.
    other : int or None
        What y = 0 stands for; None for all others.

    Returns
    -------
    str
        Its cost, and what it is read as.

    Examples
    --------
    >>> worst_caption(2.31, 0.9, 8, 3), worst_caption(2.31, 0.1, 8, 3)
    ('2.31 → 8', '2.31 → 3')
    >>> worst_caption(2.31, 0.1, 8, None)
    '2.31 → not 8'
    """
    no = f"not {digit}" if other is None else f"{other}"
    return f"{cost_shown(cost)} → {digit if h >= 0.5 else no}"


def worst_label(position: int, y: float, h: float, cost: float) -> str:
    """What is said of one of them under the mouse.

    Examples
    --------
    >>> worst_label(56, 1.0, 0.1, 2.3026)
    'training example 57: y = 1, h = 0.1000, cost 2.30'
    """
    return (
        f"training example {position + 1:,}: y = {y:.0f}, h {compared(h)}, cost {cost_shown(cost)}"
    )
