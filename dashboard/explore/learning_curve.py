"""What more training digits help: the learning curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.learning_curve import learning_curve_chart
from dashboard.lab import TRAININGS
from dashboard.live_chart import live_chart
from dashboard.views import DRAWS
from dashboard.visitor import visitor_is_here
from dashboard.words.explore.learning_curve import bias_or_variance, counted_text, curve_rows
from dashboard.work import SHORT_WHERE_LOOKED_FOR, begun, download_rows, trainings_as_they_come
from logreg_core import LearningCurve, for_the_minimum, usual_sizes

if TYPE_CHECKING:
    from dashboard.lab import Lab

#: As step 8 of How it works calls the same, so that what was trained there is here.
_NAME: Final = "learning_curve"


def curve_panel(lab: Lab) -> None:
    """Show costs and accuracies from few training digits to all."""
    said, draws = st.columns([3, 1], vertical_alignment="bottom")
    said.markdown(
        "Do the **two curves** still stand apart at the right end, and does the orange one still "
        "fall? Then more training digits should help."
    )
    draws.segmented_control(
        "Draws of each m",
        DRAWS,
        key="draws",
        persist_state="session",
        required=True,
        help="So often the digits to learn from are drawn anew: the line is the mean, the band "
        "goes from the least to the most.",
    )
    sizes = usual_sizes(lab.split().training)
    times = (len(sizes) - 1) * st.session_state["draws"] + 1
    label = f"Train {times} times on {sizes[0]:,} to {sizes[-1]:,} digits"
    trainings_as_they_come(_NAME, _curve(lab), label, lambda curve: _show(lab, curve))


def _curve(lab: Lab) -> LearningCurve | None:
    """The curve of these digits; with the visitor's λ, but an optimiser that arrives."""
    split = lab.split()
    config = for_the_minimum(lab.settings.config, len(lab.digits))
    seeds = tuple(range(st.session_state["draws"]))
    sizes = usual_sizes(split.training)
    images = sum(sizes[:-1]) * len(seeds) + sizes[-1]
    return begun(
        _NAME,
        (split.training, split.held_out, config, seeds),
        lambda: LearningCurve(
            split.training,
            split.held_out,
            config,
            sizes,
            seeds,
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        ),
        images=images * lab.thetas,
        short=SHORT_WHERE_LOOKED_FOR,
        shared=lab.learns_from_bundled_images,
    )


def _show(lab: Lab, curve: LearningCurve) -> None:
    """What has come of the curve so far."""
    points, lam = curve.points, lab.settings.config.lam
    costs, shares = st.columns(2)
    with costs:
        whose = f" of {lab.thetas} θ together" if lab.thetas > 1 else ""
        st.markdown(f"**Mean cost without the penalty**{whose}, λ = {lam:g}")
        live_chart(learning_curve_chart(points, curve.sizes, "cost"), key="curve_costs")
    with shares:
        st.markdown(f"**Read correctly**, of {len(curve.held_out):,} held-out digits")
        live_chart(learning_curve_chart(points, curve.sizes, "accuracy"), key="curve_shares")
    if not curve.complete:
        return
    st.markdown(bias_or_variance(points, lam))
    st.caption(counted_text(points))
    download_rows(_NAME, lambda: curve_rows(points))
