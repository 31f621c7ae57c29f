"""What Train shows of one run, at one moment of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.cost_map_panel import cost_map_panel
from dashboard.diagnosis_panel import diagnosis_panel
from dashboard.figures.cost import (
    accuracy_chart,
    cost_chart,
    gradient_chart,
    theta_norm_chart,
    with_moment,
)
from dashboard.figures.palette import TRAINING
from dashboard.figures.theta import (
    PICTURE_ASPECT,
    colour_scales,
    grid_aspect,
    theta_grid,
    theta_heatmap,
)
from dashboard.live_chart import live_chart
from dashboard.runs import overlaid_runs
from dashboard.shown_run import ShownRun
from dashboard.timeline import timeline
from dashboard.words.runs import run_numbers, run_status
from dashboard.words.theta import theta_caption
from logreg_core import OPTIMIZERS, JobState

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.timeline import Moment
    from logreg_core import History, TrainingJob

#: θ of several digits side by side, beside the chart.
_COLUMNS: Final = 3


def run_pictures(lab: Lab, job: TrainingJob, x_axis: str, cost_axis: str) -> None:
    """Status, curves, θ and the slider back in time; it only reads and draws.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    job : TrainingJob
        Theirs, begun.
    x_axis : str
        One of `X_AXES`.
    cost_axis : {"log", "linear"}
        Of the cost.
    """
    history = job.history()
    with st.container(key="run_status"):
        st.markdown(run_status(job))
    diagnosis_panel(lab, job, history)
    chart_column, theta_column = st.columns([2, 1])
    moment = None
    with st.container(key="back_in_time"):
        if len(history):
            moment = timeline(history, "run_timeline")
    back = moment is not None and not moment.is_last
    x = float(getattr(history, x_axis)[moment.step]) if moment and back else None
    # In any case, so that its figure stays the same one.
    with chart_column, st.container(key="cost_chart"):
        overlays = overlaid_runs(beside=[job])
        costs = cost_chart(history, x=x_axis, log_cost=cost_axis == "log", overlays=overlays)
        live_chart(with_moment(costs, x), key="cost_figure")
    if moment is None:
        return
    with theta_column:
        _theta(job, history, moment)
    with st.container(horizontal=True, gap="medium", key="run_numbers"):
        for label, value in run_numbers(history, moment.step).items():
            st.metric(label, value, width="content")
    for column, key, curve in zip(
        st.columns(3),
        ("accuracy_figure", "gradient_figure", "norm_figure"),
        (
            accuracy_chart(history, x=x_axis),
            gradient_chart(history, job.config.tolerance, x=x_axis),
            theta_norm_chart(history, x=x_axis),
        ),
        strict=True,
    ):
        with column:
            live_chart(with_moment(curve, x), key=key)
    shown = ShownRun(OPTIMIZERS[job.config.optimizer].label, TRAINING, history)
    cost_map_panel(
        job.training,
        job.config,
        [shown],
        [moment.snapshot if back else None],
        live=job.state is JobState.RUNNING,
    )


def _theta(job: TrainingJob, history: History, moment: Moment) -> None:
    """θ at a moment, on the scale of the whole run: of all digits where there are several."""
    classes = job.training.classes
    stacked = history.theta[moment.snapshot].reshape(-1, 401)
    scales = colour_scales(history, own=False)
    if len(stacked) == 1:
        picture = theta_heatmap(stacked[0], scale=scales[0])
        live_chart(picture, key="theta_figure", aspect=PICTURE_ASPECT)
    else:
        names = [str(digit) for digit in classes]
        grid = theta_grid(stacked, names, scales=scales, columns=_COLUMNS, biases=False)
        aspect = grid_aspect(len(classes), _COLUMNS)
        live_chart(grid, key="theta_figure", aspect=aspect)
    st.caption(theta_caption(classes))
