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


def theta_sentence(classes: tuple[int, ...], *, softmax: bool) -> str:
    """What to look at in the picture of θ."""
    if len(classes) == 2:
        return (
            f"What the model looks for: ink on :red[**red**] pixels speaks for a "
            f"**{classes[1]}**, on :blue[**blue**] ones for a **{classes[0]}**; white is zero."
        )
    together = "all learnt together (softmax)" if softmax else "each against all the others"
    return (
        f"One θ a digit, {together}: ink on :red[**red**] pixels speaks for "
        "the digit, on :blue[**blue**] ones against it; white is zero."
    )


def bias_sentence(bias: float, classes: tuple[int, ...], digit: int, *, softmax: bool) -> str:
    """What the bias says before any ink is seen."""
    if softmax:
        return (
            f"Bias θ₀ = {signed(bias, '.3g')}: what z is for blank paper. With softmax it says "
            "something beside the biases of the other digits only: the largest z wins. "
            "The largest weight of the run sets the deepest colours."
        )
    other = classes[0] if len(classes) == 2 else f"not {digit}"
    leaning = digit if bias >= 0 else other
    return (
        f"Bias θ₀ = {signed(bias, '.3g')}: what z is for blank paper, which leans towards "
        f"**{leaning}**. The largest weight of the run sets the deepest colours."
    )


def contributions_sentence(
    theta: NDArray[np.float64], image: NDArray[np.float32], y: int, *, softmax: bool
) -> str:
    """How one image's z adds up, and to which probability where z alone says it."""
    products = theta[1:] * image.ravel()
    spoke_for = float(products[products > 0].sum())
    against = float(products[products < 0].sum())
    z = float(theta[0]) + spoke_for + against
    return (
        f"A {y}: bias {signed(float(theta[0]))}, pixels that speak for "
        f"{signed(spoke_for, '+.2f')}, against {signed(against, '+.2f')}: "
        f"z = {signed(z)}" + ("." if softmax else f", σ(z) = {expit(z):.4f}.")
    )
