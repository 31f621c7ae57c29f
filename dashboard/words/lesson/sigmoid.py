"""What step 3 says: the sigmoid makes a probability of z, and a threshold an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import expit

from dashboard.words.lesson.sides import Sides, sides
from dashboard.words.plain import compared, short_percent, signed

if TYPE_CHECKING:
    from logreg_core import Decisions


def sigmoid_text(digit: int, other: int | None, *, digits: int) -> str:
    """What σ does, how a threshold decides, and what another one would change.

    Parameters
    ----------
    digit : int
        That θ speaks for.
    other : int or None
        The other one of two; None where it is told from all others.
    digits : int
        How many the model tells apart.
    """
    zero, one = sides(digit, other)
    first = (
        f"σ turns any z into a number between 0 and 1, read as **the probability h of {one}**: "
        "z = 0 gives 0.5, and the farther z is from 0, the closer h comes to 0 or 1. "
    )
    second = (
        f"The threshold t makes an answer of it, {one} where h ≥ t and {zero} below: at t = 0.5 "
        f"the answer changes at z = 0, and exactly there it is {one}. "
    )
    if other is None:
        third = (
            f"A lower threshold misses fewer {digit}s and raises more false alarms; the model's "
            f"own choice among its {digits} digits needs none, since the largest z wins (step 9)."
        )
    else:
        third = (
            f"A lower threshold misses fewer {digit}s and takes more {other}s for them, "
            "a higher one the other way round."
        )
    return first + second + third


def digit_name(z: float, threshold: float, answers: Sides) -> str:
    """The mark of the digit at hand, and its answer.

    Examples
    --------
    >>> digit_name(-2, 0.5, sides(1, 0))
    'this digit: σ(−2.00) = 0.1192, a 0'
    >>> digit_name(0, 0.5, sides(3, None))
    'this digit: σ(0.00) = 0.5000, a 3'
    """
    h = float(expit(z))
    return f"this digit: {_sigma(z)}, {answers.one if h >= threshold else answers.zero}"


def probe_name(z: float) -> str:
    """The mark that the slider moves.

    Examples
    --------
    >>> probe_name(2)
    'z on the slider: σ(2.00) = 0.8808'
    """
    return f"z on the slider: {_sigma(z)}"


def crossing_name(threshold: float, crossing: float) -> str:
    """The line of the threshold, and the z at which the curve crosses it.

    Examples
    --------
    >>> crossing_name(0.9, 2.1972)
    'threshold 0.9: z = log(t/(1−t)) = 2.20'
    """
    return f"threshold {threshold:g}: z = log(t/(1−t)) = {signed(crossing)}"


def region_names(answers: Sides) -> tuple[str, str]:
    """What lies left and right of the threshold."""
    return f"← called {answers.zero}", f"called {answers.one} →"


def cell_names() -> tuple[str, str, str, str]:
    """What the four cells of the table are called, row by row; as HTML."""
    return (
        "true negative",
        "false positive<br>(false alarm)",
        "false negative<br>(missed)",
        "true positive",
    )


def curve_title(farther_out: int) -> str:
    """What stands above the curve; how many held-out digits lie beyond the ends of its axis.

    Examples
    --------
    >>> curve_title(0)
    '**σ(z)**, and below it where the held-out digits lie'
    >>> curve_title(2)
    '**σ(z)**, and below it where the held-out digits lie (2 farther out, counted at the ends)'
    """
    beyond = f" ({farther_out:,} farther out, counted at the ends)" if farther_out else ""
    return f"**σ(z)**, and below it where the held-out digits lie{beyond}"


def table_title(threshold: float, k: int) -> str:
    """What stands above the table.

    Examples
    --------
    >>> table_title(0.5, 90)
    '**90 held-out digits** at threshold 0.5'
    """
    return f"**{k:,} held-out digits** at threshold {threshold:g}"


def rates(decisions: Decisions) -> str:
    """Accuracy, precision and recall, where there are any.

    Examples
    --------
    >>> from logreg_core import Decisions
    >>> rates(Decisions.at(0.5, h=[0.1, 0.9, 0.4], y=[0, 1, 1]))
    'accuracy **66.7 %** · precision **100 %** · recall **50.0 %**'
    >>> rates(Decisions.at(0.5, h=[0.1], y=[0]))
    'accuracy **100 %** · precision **none called** · recall **none there**'
    """
    precision = _share(decisions.precision, "none called")
    recall = _share(decisions.recall, "none there")
    return (
        f"accuracy **{short_percent(decisions.accuracy)}** · precision **{precision}** · "
        f"recall **{recall}**"
    )


def _share(share: float | None, none: str) -> str:
    return none if share is None else short_percent(share)


def _sigma(z: float) -> str:
    return f"σ({signed(z)}) {compared(float(expit(z)))}"
