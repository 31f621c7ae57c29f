"""What step 5 says: the gradient, and steps against it."""

from __future__ import annotations

from typing import Final

from dashboard.words.plain import signed

#: Digits of J: enough to be read, and so many that they are no longer J but rounding.
_FEWEST_DIGITS: Final = 3
_MOST_DIGITS: Final = 10


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
    which = "The first step from zeros" if steps == 0 else f"Step {steps + 1}"
    one, other = told_apart(before, after)
    if one == other:
        return f"{which} leaves J at **{one}**: the gradient is next to nothing."
    if after < before:
        return f"{which} takes J from **{one}** down to **{other}**."
    return (
        f"{which} takes J from **{one} up to {other}**: α is too large here, and the step goes "
        "too far."
    )


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as few digits as show that they differ.

    Examples
    --------
    >>> told_apart(0.693147, 0.576), told_apart(0.012345, 0.012344)
    (('0.693', '0.576'), ('0.012345', '0.012344'))
    """
    for digits in range(_FEWEST_DIGITS, _MOST_DIGITS + 1):
        texts = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


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


def theta_title(steps: int) -> str:
    """Above the picture of θ."""
    if steps == 0:
        return "**θ**, all zeros"
    return f"**θ** after {steps} step{'s' if steps > 1 else ''}"


def grows_title() -> str:
    """Above the picture of the gradient."""
    return "**−∂J/∂θ**: :red[grow], :blue[shrink]"


def of_bias(what: str, value: float) -> str:
    """Below a picture of pixels: the number that has no pixel.

    Examples
    --------
    >>> of_bias("bias", -0.01234)
    'bias: −0.0123'
    """
    return f"{what}: {signed(value, '.3g')}"
