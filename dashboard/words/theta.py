"""What the pictures of θ show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import expit

from dashboard.words.plain import signed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def theta_caption(classes: tuple[int, ...]) -> str:
    """What the picture of θ beside the chart shows."""
    if len(classes) == 2:
        return (
            f"θ now: ink on :red[red] pixels speaks for **{classes[1]}**, "
            f"on :blue[blue] ones for **{classes[0]}**."
        )
    return (
        f"θ of the digit **{classes[-1]}** now: :red[red] speaks for it, :blue[blue] against. "
        "The θ page shows all of them."
    )


def theta_sentence(classes: tuple[int, ...]) -> str:
    """What to look at in the picture of θ."""
    if len(classes) == 2:
        return (
            f"What the model looks for: ink on :red[**red**] pixels speaks for a "
            f"**{classes[1]}**, on :blue[**blue**] ones for a **{classes[0]}**; white is zero."
        )
    return (
        "One θ a digit, each against all the others: ink on :red[**red**] pixels speaks for "
        "the digit, on :blue[**blue**] ones against it; white is zero."
    )


def bias_sentence(bias: float, classes: tuple[int, ...], digit: int) -> str:
    """What the bias says before any ink is seen."""
    other = classes[0] if len(classes) == 2 else f"not {digit}"
    leaning = digit if bias >= 0 else other
    return (
        f"Bias θ₀ = {signed(bias, '.3g')}: what z is for blank paper, which leans towards "
        f"**{leaning}**. The largest weight of the run sets the deepest colours."
    )


def contributions_sentence(theta: NDArray[np.float64], image: NDArray[np.float32], y: int) -> str:
    """How one image's z adds up."""
    products = theta[1:] * image.ravel()
    spoke_for = float(products[products > 0].sum())
    against = float(products[products < 0].sum())
    z = float(theta[0]) + spoke_for + against
    return (
        f"A {y}: bias {signed(float(theta[0]))}, pixels that speak for "
        f"{signed(spoke_for, '+.2f')}, against {signed(against, '+.2f')}: "
        f"z = {signed(z)}, σ(z) = {expit(z):.4f}."
    )
