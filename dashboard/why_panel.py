"""Why an image is read as it is: from its ink to z, from z to the digit, and what would flip it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.digits import digit_picture
from dashboard.figures.margins import pixel_bars, sum_of_z, z_of_each
from dashboard.figures.theory import sigmoid_curve
from dashboard.figures.theta import BARE_ASPECT, pixel_map, theta_heatmap
from dashboard.live_chart import live_chart
from dashboard.margin import Margin, all_z
from dashboard.words.plain import a_digit
from dashboard.words.why import (
    bars_legend,
    decided_sentence,
    deepest_sentence,
    duel_sentence,
    flip_explained,
    flip_sentence,
    heaviest_sentence,
    no_flip_sentence,
    share_in_two,
    verdict,
    weights_title,
    z_difference,
)
from logreg_core import heaviest_pixels, lead, rivals, smallest_flip

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.lab import Lab
    from logreg_core import Model, Reading

    Image = NDArray[np.float32]

#: Of the charts that stand beside ten bars, in pixels.
_HEIGHT: Final = 260


def why(lab: Lab, model: Model, image: Image, *, key: str) -> None:
    """Show why a model reads an image as it does.

    Parameters
    ----------
    lab : Lab
        Of the visitor, for the link.
    model : Model
        That reads it.
    image : (20, 20) ndarray of float32
        Prepared as the model has it: a drawing or an example.
    key : str
        Begins all keys of this panel, so that a page can have two. In the link, the digit
        that the visitor compares with is ``{key}_rival``.
    """
    read = model.read(image)
    with st.container(key=f"{key}_why"):
        st.markdown(verdict(read, model))
        _product(model, read, image, key)
        _sum(model, read, image, key)
        if len(model.classes) > 2:
            st.markdown("##### Against another digit")
            _duel(lab, model, read, image, key)
        st.markdown("##### The smallest change that would flip it")
        with st.container(key=f"{key}_flip"):
            _flip(model, image, key)


def _product(model: Model, read: Reading, image: Image, key: str) -> None:
    """The ink, θ, and what their product says on each pixel."""
    theta = model.theta_of(read.speaks_for)
    ink, weights, products = st.columns(3, gap="medium")
    with ink:
        st.markdown("**x**, the ink that the model sees")
        _square(digit_picture(image), f"{key}_ink")
    with weights:
        st.markdown(weights_title(read, model.classes))
        _square(theta_heatmap(theta, bar=False), f"{key}_theta")
    with products:
        st.markdown("is **θ⊙x**, what each pixel adds to z")
        heaviest = heaviest_pixels(theta, image)
        _square(
            pixel_map(read.contributions, "θ times ink", bar=False, numbered=heaviest),
            f"{key}_contributions",
        )


def _sum(model: Model, read: Reading, image: Image, key: str) -> None:
    """Bias and ink to z, z to the answer, and the pixels that weigh most."""
    heaviest = heaviest_pixels(model.theta_of(read.speaks_for), image)
    adds_up, follows, pixels = st.columns(3, gap="medium")
    with adds_up:
        st.markdown("**Bias and ink add up to z**")
        margin = Margin(read.bias, read.contributions)
        live_chart(sum_of_z(margin, height=_HEIGHT), key=f"{key}_sum")
    with follows:
        if model.is_softmax:
            _all_z(model, read, image, key)
        else:
            st.markdown("**σ makes a probability of z**")
            live_chart(sigmoid_curve(read.z, height=_HEIGHT), key=f"{key}_sigmoid")
    with pixels:
        st.markdown("**The pixels that weigh most**")
        live_chart(pixel_bars(heaviest), key=f"{key}_heaviest")
        st.caption(f"{bars_legend()} {heaviest_sentence(heaviest, read.contributions)}")


def _all_z(model: Model, read: Reading, image: Image, key: str) -> None:
    st.markdown("**z under each θ: the largest wins**")
    live_chart(z_of_each(all_z(model, image), model.classes, read.digit), key=f"{key}_all_z")


def _duel(lab: Lab, model: Model, read: Reading, image: Image, key: str) -> None:
    """The digit that was read against the next best one, or one that the visitor chooses."""
    rival = _choose_rival(lab, read.digit, rivals(model, image), key)
    theta = lead(model, read.digit, rival)
    margin, heaviest = Margin.of(theta, image), heaviest_pixels(theta, image)
    st.markdown(duel_sentence(margin, read.digit, rival, softmax=model.is_softmax))
    picture, adds_up, follows = st.columns(3, gap="medium")
    with picture:
        st.markdown(f"**(θ of {read.digit} − θ of {rival}) ⊙ x**")
        _square(
            pixel_map(
                margin.contributions, "difference of θ times ink", bar=False, numbered=heaviest
            ),
            f"{key}_duel",
        )
        st.caption(
            f"{heaviest_sentence(heaviest, margin.contributions, among='this picture')} "
            f"{decided_sentence(heaviest, read.digit, rival)}"
        )
    total = z_difference(read.digit, rival)
    with adds_up:
        st.markdown(f"**How far the {read.digit} leads**")
        live_chart(
            sum_of_z(margin, bias="biases", total=total, height=_HEIGHT), key=f"{key}_duel_sum"
        )
    with follows:
        if model.is_softmax:
            st.markdown(f"**The share of {read.digit} in the two**")
            live_chart(
                sigmoid_curve(
                    margin.z,
                    across=total,
                    up=share_in_two(read.digit, rival),
                    height=_HEIGHT,
                ),
                key=f"{key}_duel_sigmoid",
            )
        else:
            _all_z(model, read, image, key)


def _choose_rival(lab: Lab, digit: int, nearest: tuple[int, ...], key: str) -> int:
    """The digit to compare with, with its widget; the nearest until the visitor has chosen."""
    among = sorted(nearest)
    name = lab.view_key(f"{key}_rival", usual=nearest[0], among=among)
    st.pills(
        f"{digit} against",
        among,
        required=True,
        wrap=True,  # or a phone would show nine of ten
        key=name,
        persist_state="session",
        help=f"Until you choose, the one that comes next to it, here {nearest[0]}.",
    )
    rival: int = st.session_state[name]
    return rival


def _flip(model: Model, image: Image, key: str) -> None:
    """The nearest image that is read as another digit."""
    flip = smallest_flip(model, image)
    if flip is None:
        st.markdown(no_flip_sentence(model.read(image).digit))
        return
    st.markdown(flip_sentence(flip, image))
    before, change, after = st.columns(3, gap="medium")
    with before:
        st.markdown(f"**Read as {a_digit(flip.before.digit)}**")
        _square(digit_picture(image), f"{key}_before")
    with change:
        st.markdown("plus :red[ink added], :blue[ink removed]")
        _square(pixel_map(flip.change, "change of ink", bar=False), f"{key}_change")
        st.caption(deepest_sentence(flip))
    with after:
        st.markdown(f"is **read as {a_digit(flip.after.digit)}**")
        _square(digit_picture(flip.image), f"{key}_after")
    st.caption(flip_explained())


def _square(figure: go.Figure, key: str) -> None:
    live_chart(figure, key=key, aspect=BARE_ASPECT)
