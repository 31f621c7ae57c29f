"""What becomes of θ, its cost and its accuracy as λ shrinks: the regularisation path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import write_link
from dashboard.figures.explore.regularisation_path import (
    PICTURES_ASPECT,
    costs_over_lam,
    lengths_over_lam,
    shares_over_lam,
    thetas_along_path,
)
from dashboard.lab import TRAININGS
from dashboard.live_chart import live_chart
from dashboard.settings import to_link
from dashboard.visitor import visitor_is_here
from dashboard.words.explore.regularisation_path import (
    bias_and_variance,
    lowest_text,
    path_rows,
    without_penalty_text,
)
from dashboard.work import SHORT_WHERE_LOOKED_FOR, begun, download_rows, trainings_as_they_come
from logreg_core import RegularisationPath, best_of_path
from logreg_core.regularisation_path import USUAL_LAMS

if TYPE_CHECKING:
    from dashboard.lab import Lab

_NAME: Final = "regularisation_path"


def path_panel(lab: Lab) -> None:
    """Show costs, accuracies and θ from the strongest λ to the weakest."""
    st.markdown(
        "Where is the **orange** curve lowest? Right of there λ holds θ back too much; left of "
        "there, look whether the curve rises again."
    )
    images = len(lab.split().training)
    each = f", {lab.thetas} θ each" if lab.thetas > 1 else ""
    label = f"Train {len(USUAL_LAMS)} times on {images:,} digits{each}"
    trainings_as_they_come(_NAME, _path(lab), label, lambda path: _show(lab, path))


def _path(lab: Lab) -> RegularisationPath | None:
    """The path of these digits; λ and the optimiser of the visitor make no difference to it."""
    split, config = lab.split(), lab.settings.config
    return begun(
        _NAME,
        (split.training, split.held_out, config.preparation, config.multiclass),
        lambda: RegularisationPath(
            split.training,
            split.held_out,
            config,
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        ),
        images=len(split.training) * lab.thetas * len(USUAL_LAMS),
        short=SHORT_WHERE_LOOKED_FOR,
        shared=lab.learns_from_bundled_images,
    )


def _show(lab: Lab, path: RegularisationPath) -> None:
    """What has come of the path so far."""
    points, own = path.points, lab.settings.config.lam
    if not points:
        return
    costs, shares = st.columns(2)
    with costs:
        whose = f" of {lab.thetas} θ together" if lab.thetas > 1 else ""
        st.markdown(f"**Mean cost without the penalty**{whose}")
        live_chart(costs_over_lam(points, path.lams, own), key="path_costs")
    with shares:
        st.markdown("**Read correctly**, with 95 % intervals of the held-out digits")
        live_chart(shares_over_lam(points, path.lams, own), key="path_shares")
    _conclusion(lab, path)
    thetas, lengths = st.columns(2)
    with thetas:
        row = _row(lab)
        live_chart(thetas_along_path(points, row), key="path_thetas", aspect=PICTURES_ASPECT)
    with lengths:
        st.markdown("**The length of θ**")
        live_chart(lengths_over_lam(points, path.lams, own), key="path_lengths")
        st.caption(without_penalty_text(points))


def _row(lab: Lab) -> int:
    """Which θ of each λ is pictured; asked where there are several."""
    if lab.thetas == 1:
        st.markdown(f"**θ**, which speaks for the {lab.digits[1]}, each on its own scale")
        return 0
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**θ** of the digit", width="content")
        digit = st.selectbox(
            "Whose θ is shown",
            lab.digits,
            key=lab.view_key("path_digit", usual=lab.digits[0], among=lab.digits),
            persist_state="session",
            label_visibility="collapsed",
            width=80,
        )
    write_link()
    return lab.digits.index(digit)


def _conclusion(lab: Lab, path: RegularisationPath) -> None:
    points, over = path.points, path.complete
    if not over:
        st.markdown(lowest_text(points, over=False))
        return
    st.markdown(bias_and_variance(points))
    st.caption(lowest_text(points, over=True))
    best = best_of_path(points)
    config = replace(lab.settings.config, lam=best.lam)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/train.py",
            label=f"Train with λ = {best.lam:,g}",
            icon=":material/trending_down:",
            query_params=to_link(replace(lab.settings, config=config)),
            width="content",
        )
        download_rows(_NAME, lambda: path_rows(points))
