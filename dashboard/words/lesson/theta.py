"""What step 2 says: θ is a vector of the same size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.words.plain import signed

if TYPE_CHECKING:
    from dashboard.margin import Margin
    from dashboard.words.lesson.sides import Sides


def theta_text(answers: Sides, *, learnt: bool) -> str:
    """What θ is, and what it does to x.

    Parameters
    ----------
    answers : Sides
        What θ speaks against, and for.
    learnt : bool
        False where the run has not moved θ away from zeros yet.
    """
    zeros = (
        "Where all of θ is 0, z is 0 whatever is drawn: blend the trained θ in, and z moves."
        if learnt
        else "Here all of θ is still 0, so z is 0 whatever is drawn."
    )
    return (
        "θ has 401 numbers as well: θ₀ meets the 1 in front of x, and each other one the pixel "
        f"in its own place, where ink on :red[**red**] speaks for {answers.one} and ink on "
        f":blue[**blue**] for {answers.zero}. "
        "Multiplied pair by pair and added up, the two vectors make **one number, z = θᵀx**. "
        f"{zeros}"
    )


def bias_of_x() -> str:
    """What the picture of x leaves out."""
    return "and x₀ = 1"


def bias_of_theta(bias: float, answers: Sides) -> str:
    """What the picture of θ leaves out, and its colours.

    Examples
    --------
    >>> from dashboard.words.lesson.sides import sides
    >>> bias_of_theta(-0.5, sides(1, 0))
    'and sθ₀ = −0.50; :red[red] for a 1, :blue[blue] for a 0'
    """
    return f"and sθ₀ = {signed(bias)}; :red[red] for {answers.one}, :blue[blue] for {answers.zero}"


def bias_of_products(bias: float) -> str:
    """What the picture of the products leaves out."""
    return f"and sθ₀ · 1 = {signed(bias)}"


def blended_sum(share: float, whole: float, margin: Margin) -> str:
    """How z follows θ: `margin` is that of so large a `share` of θ, `whole` that of all of it."""
    return f"s · θᵀx = {share:g} · ({signed(whole)}) = **{signed(margin.z)}**"
