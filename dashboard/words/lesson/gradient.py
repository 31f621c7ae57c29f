"""What step 5 says: the gradient, and steps against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.plain import signed

if TYPE_CHECKING:
    from dashboard.lesson.question import Question

#: Digits of J: enough to be read, and so many that they are no longer J but rounding.
_FEWEST_DIGITS: Final = 3
_MOST_DIGITS: Final = 10

#: Beyond this, all digits of a number are too many to be read.
_LARGE: Final = 1e9


def gradient_text(steps: int, before: float, after: float) -> str:
    """What the gradient is, where θ goes, and what the next step does to J.

    Parameters
    ----------
    steps : int
        Taken from zeros so far, k.
    before, after : float
        J there and one step on.
    """
    return (
        "**∂J/∂θ has one number for each number of θ**: how fast J rises as that one grows. "
        "θ wants to go the other way, to grow on :red[**red**] pixels and to shrink on "
        ":blue[**blue**] ones, and a step takes it α times that far. "
        + _next_step(steps, before, after)
    )


def _next_step(steps: int, before: float, after: float) -> str:
    which = "The first step" if steps == 0 else f"Step {steps + 1}"
    one, other = told_apart(before, after)
    if one == other:
        return f"{which} would leave J at **{one}**: the gradient is next to nothing."
    if after < before:
        return f"{which} would take J from **{one}** down to **{other}**."
    return f"{which} would take J from **{one} up to {other}**: with this α it goes too far."


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as few digits as show that they differ; alike where none do.

    Examples
    --------
    >>> told_apart(0.693147, 0.576), told_apart(0.0123452, 0.0123451)
    (('0.693', '0.576'), ('0.0123452', '0.0123451'))
    >>> told_apart(2.5, 12_500.3), told_apart(1500.2, 1500.4)
    (('2.50', '12,500'), ('1,500.2', '1,500.4'))
    """
    for digits in range(_FEWEST_DIGITS, _MOST_DIGITS + 1):
        texts = _written(one, digits), _written(other, digits)
        if texts[0] != texts[1]:
            return texts
    return (_written(one, _FEWEST_DIGITS),) * 2


def _written(cost: float, digits: int) -> str:
    if 1000 <= cost < _LARGE:
        return f"{cost:,.{max(digits - len(str(int(cost))), 0)}f}"
    return f"{cost:#.{digits}g}"


def steps_taken(steps: int, reason_to_stay: str) -> str:
    """How many there are, beside the buttons, and why there can be no more.

    Examples
    --------
    >>> steps_taken(1, ""), steps_taken(500, "the page takes no more than 500")
    ('1 step taken', '500 steps taken: the page takes no more than 500')
    """
    taken = "no step taken" if steps == 0 else f"{steps} step{'s' if steps > 1 else ''} taken"
    return f"{taken}: {reason_to_stay}" if reason_to_stay else taken


def taking_steps(steps: int, examples: int) -> str:
    """What one waits for."""
    return f"Taking {steps} steps over {examples:,} images…"


def theta_title(steps: int, question: Question) -> str:
    """Above the picture of θ; of ten digits it is that of one.

    Parameters
    ----------
    steps : int
        Taken from zeros so far, k.
    question : Question
        That θ answers.

    Returns
    -------
    str
        A label, in markdown.
    """
    name = "**θ**" if question.other is not None else f"**θ** of {question.digit}"
    if steps == 0:
        return f"{name}, all zeros"
    return f"{name} after {steps} step{'s' if steps > 1 else ''}"


def grows_title() -> str:
    """Above the picture of the gradient."""
    return "**−∂J/∂θ**: :red[grow], :blue[shrink]"


def bias_label(value: float, *, wants: bool = False) -> str:
    """Below a picture of pixels: the number that has no pixel, or how it wants to change.

    Examples
    --------
    >>> bias_label(-0.01234), bias_label(0.5, wants=True)
    ('bias θ₀ = −0.0123', 'bias θ₀: +0.5')
    """
    return f"bias θ₀: {signed(value, '+.3g')}" if wants else f"bias θ₀ = {signed(value, '.3g')}"
