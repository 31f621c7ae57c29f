"""θ: what the model looks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.address import write_link
from dashboard.figures.digits import digit_picture
from dashboard.figures.margins import sum_of_z, z_of_each
from dashboard.figures.theory import sigmoid_curve
from dashboard.figures.theta import (
    BARE_ASPECT,
    PICTURE_ASPECT,
    colour_scales,
    grid_aspect,
    mean_difference,
    pixel_map,
    theta_grid,
    theta_heatmap,
    with_outline,
)
from dashboard.frame import frame
from dashboard.laid_over import choose_example
from dashboard.live_chart import live_chart
from dashboard.margin import Margin, all_z, cost, hardest
from dashboard.means import likeness, mean_images
from dashboard.run_controls import follow
from dashboard.timeline import timeline
from dashboard.visitor import kept
from dashboard.words.plain import a_digit
from dashboard.words.theta import (
    bias_sentence,
    contributions_sentence,
    cost_sentence,
    difference_sentence,
    not_learnt_sentence,
    progress_sentence,
    theta_sentence,
    verdict_sentence,
    why_not_the_difference,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from logreg_core import Model

    FloatArray = NDArray[np.float64]

lab = frame("θ")
job = lab.current_run()
model = lab.current_model()
history = job.history()
several = len(model.classes) > 2
one_after_another = model.config.learns_class_after_class(len(model.classes))

examples = job.training.prepared(model.config.preparation)
means = kept("theta_means", examples.fingerprint, lambda: mean_images(examples))

st.markdown(theta_sentence(model.classes, softmax=model.is_softmax))
follow(lab, job)


def choose_digit(place: int) -> None:
    """Have the θ of the digit at this place shown large."""
    st.session_state["theta_digit"] = model.classes[place]


def chosen() -> tuple[int, bool]:
    """The digit whose θ is large, and whether each has colours of its own; with their widgets."""
    digits = model.classes if several else model.classes[1:]
    key = lab.view_key("theta_digit", usual=digits[0], among=digits)
    if not several:
        return digits[0], False
    st.pills(
        "θ of the digit",
        digits,
        required=True,
        wrap=True,  # or a phone would show nine of ten
        key=key,
        persist_state="session",
    )
    own_scale = st.toggle(
        "Each in colours of its own",
        key="own_scale",
        persist_state="session",
        help="Off: the largest weight of all θ sets the deepest colours, and they can be compared. "
        "On: each θ's own largest weight does, and the faint ones can be seen.",
    )
    return st.session_state[key], own_scale


def pictures(snapshot: int) -> None:
    """All that changes with the place in the history."""
    then = replace(model, theta=history.theta[snapshot].reshape(model.theta.shape))
    stacked = then.theta.reshape(-1, 401)
    with st.container(horizontal=True, vertical_alignment="bottom", key="theta_choice"):
        digit, own_scale = chosen()
    row = model.classes.index(digit) if several else 0
    scales = colour_scales(history, own=own_scale)
    with st.container(key="learnt_so_far"):
        if one_after_another:
            st.markdown(progress_sentence(model.classes, int(stacked.any(axis=1).sum())))
    beside_the_difference(stacked[row], digit, scales[row])
    if several:
        st.subheader("All of them, each with its bias", anchor=False)
        live_chart(
            theta_grid(stacked, [str(each) for each in model.classes], scales=scales, chosen=row),
            key="grid_figure",
            aspect=grid_aspect(len(model.classes)),
            on_click=choose_digit,
        )
        st.caption("Click one to see it large.")
    st.subheader("A training digit laid over it", anchor=False)
    over_a_training_digit(then, stacked[row], digit, scales[row])


def beside_the_difference(theta: FloatArray, digit: int, scale: float) -> None:
    """One θ, (401,), large, and what the mean images alone would say."""
    difference = means.difference(digit)
    looks_for, differs = st.columns(2, gap="large")
    with looks_for, st.container(key="theta_heatmap"):
        st.markdown(f"**θ of {digit}**" if several else "**θ**")
        live_chart(
            theta_heatmap(theta, scale=scale, means=means),
            key="theta_figure",
            aspect=PICTURE_ASPECT,
        )
        st.caption(
            bias_sentence(theta[0], model.classes, digit, softmax=model.is_softmax)
            if theta.any()
            else not_learnt_sentence(digit, one_after_another=one_after_another)
        )
    with differs:
        st.markdown("**Difference of the mean images**")
        live_chart(mean_difference(means, digit), key="difference_figure", aspect=PICTURE_ASPECT)
        alike = likeness(theta[1:].reshape(20, 20), difference)
        st.caption(difference_sentence(model.classes, digit, alike))
        with st.expander("Why θ is not just this difference"):
            st.markdown(
                why_not_the_difference(model.classes, model.config.lam, softmax=model.is_softmax)
            )


def over_a_training_digit(then: Model, theta: FloatArray, digit: int, scale: float) -> None:
    """A training digit, θ under its outline, and how the two make z."""
    typical = kept("typical", (examples.fingerprint, digit), lambda: examples.typical(digit))
    number = choose_example(lab, examples, typical, lambda: hardest(then, job.training, digit))
    image, label = examples.images[number], int(examples.labels[number])
    margin = Margin.of(theta, image)
    ink, outline, products = st.columns(3, gap="medium")
    with ink:
        st.markdown(f"**x**: {a_digit(label)}, as the model sees it")
        live_chart(digit_picture(image), key="laid_over_figure", aspect=BARE_ASPECT)
    with outline:
        st.markdown("**θ** with its outline")
        live_chart(
            with_outline(theta_heatmap(theta, scale=scale, means=means, bar=False), image),
            key="outline_figure",
            aspect=BARE_ASPECT,
        )
    with products:
        st.markdown("**θ⊙x**: what each pixel adds to z")
        live_chart(
            pixel_map(margin.contributions, "θ times ink", bar=False),
            key="contributions_figure",
            aspect=BARE_ASPECT,
        )
    st.markdown(contributions_sentence(theta, image, label, softmax=model.is_softmax))
    st.markdown(
        verdict_sentence(then.read(image), model.classes, digit, label, softmax=model.is_softmax)
        + " "
        + cost_sentence(cost(then, image, label, digit), model.classes, softmax=model.is_softmax)
    )
    adds_up, follows = st.columns(2, gap="large")
    with adds_up:
        st.markdown("**Bias and ink add up to z**")
        live_chart(sum_of_z(margin), key="sum_figure")
    with follows:
        st.markdown("**z under each θ**" if several else "**σ makes a probability of z**")
        live_chart(
            z_of_each(all_z(then, image), model.classes, digit)
            if several
            else sigmoid_curve(margin.z),
            key="follows_figure",
        )


@st.fragment
def through_time() -> None:
    """The slider, and all that it moves: the rest of the page need not be drawn for it."""
    with st.container(key="timeline"):
        moment = timeline(history, "theta_timeline")
    pictures(moment.snapshot)
    write_link()


through_time()
