"""What step 2 says: θ is a vector of the same size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.words.plain import a_digit, signed

if TYPE_CHECKING:
    from dashboard.margin import Margin


def theta_text(digit: int, other: int | None, *, learnt: bool) -> str:
    """What θ is, and what it does to x.

    Parameters
    ----------
    digit : int
        That θ speaks for.
    other : int or None
        The other one of two; None where it is told from all others.
    learnt : bool
        False where the run has not moved θ away from zeros yet.
    """
    against = "against it" if other is None else f"for {a_digit(other)}"
    zeros = (
        "Where all of θ is 0, z is 0 whatever is drawn: blend θ in, and z moves."
        if learnt
        else "Here all of θ is still 0, so z is 0 whatever is drawn."
    )
    return (
        "θ has 401 numbers as well: θ₀ meets the 1 in front of x, and each other one the pixel "
        f"in its own place, where ink on :red[**red**] speaks for {a_digit(digit)} and ink on "
        f":blue[**blue**] {against}. "
        "Multiplied pair by pair and added up, the two vectors make **one number, z = θᵀx**. "
        f"{zeros}"
    )


def bias_of_x() -> str:
    """What the picture of x leaves out."""
    return "and x₀ = 1"


def bias_of_theta(bias: float, digit: int, other: int | None) -> str:
    """What the picture of θ leaves out, and what its colours mean.

    Examples
    --------
    >>> bias_of_theta(-0.5, 1, 0), bias_of_theta(2, 8, None)
    ('and sθ₀ = −0.50; :red[red] for a 1, :blue[blue] for a 0', \
'and sθ₀ = 2.00; :red[red] for an 8, :blue[blue] against')
    """
    against = "against" if other is None else f"for {a_digit(other)}"
    return f"and sθ₀ = {signed(bias)}; :red[red] for {a_digit(digit)}, :blue[blue] {against}"


def bias_of_products(bias: float) -> str:
    """What the picture of the products leaves out."""
    return f"and sθ₀ · 1 = {signed(bias)}"


def blended_sum(share: float, whole: float, margin: Margin) -> str:
    """How z follows θ: `margin` is that of so large a `share` of θ, `whole` the z of all of it.

    Examples
    --------
    >>> import numpy as np
    >>> from dashboard.margin import Margin
    >>> blended_sum(0.5, -3, Margin(0.5, np.array([-2.0])))
    's · θᵀx = 0.5 · (−3.00) = **−1.50**'
    """
    all_of_it = f"({signed(whole)})" if whole < 0 else signed(whole)
    return f"s · θᵀx = {share:g} · {all_of_it} = **{signed(margin.z)}**"
