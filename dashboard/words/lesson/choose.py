"""The bar of digits: what the digit at hand is, and what was made of it."""

from __future__ import annotations

import re
from typing import Final

from dashboard.words.plain import a_digit, compared, signed

#: On the buttons of the bar and of the sheet.
DRAW: Final = "Draw your own"
ANY_OTHER: Final = "Any other"
USE: Final = "Use it"


def at_hand_line(
    label: int | None, read_as: int, z: float, h: float, *, learnt_anew: bool = False
) -> str:
    """The digit at hand in one line, as markdown.

    Parameters
    ----------
    label : int or None
        What it is; None for the visitor's drawing.
    read_as : int
        What the model took it for.
    z, h : float
        θᵀx and σ of it.
    learnt_anew : bool
        Whether θ is not the model's, but tells what was read from the rest.

    Examples
    --------
    >>> print(at_hand_line(0, 0, -4.3, 0.0134))
    A **0**, rightly read as a **0** ·
    *z*&nbsp;=&nbsp;−4.30, *σ(z)*&nbsp;=&nbsp;0.0134
    >>> print(at_hand_line(None, 8, 2.0, 0.8808))
    Your drawing, read as an **8** ·
    *z*&nbsp;=&nbsp;2.00, *σ(z)*&nbsp;=&nbsp;0.8808
    >>> print(at_hand_line(9, 9, -1.62, 0.1652, learnt_anew=True))
    A **9**, rightly read as a **9** ·
    9&nbsp;against&nbsp;the&nbsp;rest: *z*&nbsp;=&nbsp;−1.62, *σ(z)*&nbsp;=&nbsp;0.1652
    """
    if label is None:
        who = "Your drawing,"
    else:
        shown = a_digit(label, bold=True)
        who = f"A{shown[1:]}, {'rightly' if label == read_as else ':red[**wrongly**]'}"
    # A phone breaks the line before z, not within what is said of it.
    numbers = f"*z* = {signed(z)}, *σ(z)* {compared(h)}"
    if learnt_anew:
        numbers = f"{read_as} against the rest: {numbers}"
    numbers = re.sub("(?<![,:]) ", "&nbsp;", numbers)
    return f"{who} read as {a_digit(read_as, bold=True)} ·\n{numbers}"


def learnt_anew_line(digit: int) -> str:
    """Whose θ the steps follow, where the model has none for one digit alone.

    Parameters
    ----------
    digit : int
        That θ speaks for.

    Examples
    --------
    >>> print(learnt_anew_line(9))
    **Softmax** learns the θ of all digits together, and none of them says by itself whether this
    is a 9: steps 2 to 7 follow a θ that was learnt anew for that, **9 against the rest**.
    """
    return (
        "**Softmax** learns the θ of all digits together, and none of them says by itself whether "
        f"this\nis {a_digit(digit)}: steps 2 to 7 follow a θ that was learnt anew for that, "
        f"**{digit} against the rest**."
    )


def cell_text(label: int | None, read_as: int) -> str:
    """What is said of one picture of the bar under the mouse.

    Examples
    --------
    >>> cell_text(3, 3), cell_text(3, 8), cell_text(None, 8)
    ('a 3', 'a 3, read as an 8', 'your drawing, read as an 8')
    """
    if label is None:
        return f"your drawing, read as {a_digit(read_as)}"
    return a_digit(label) + ("" if label == read_as else f", read as {a_digit(read_as)}")


def number_label(examples: int) -> str:
    """Of the field for any held-out digit.

    Examples
    --------
    >>> number_label(10_000)
    'Held-out digit, 1 to 10,000'
    """
    return f"Held-out digit, 1 to {examples:,}"
