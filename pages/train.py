"""Train: watch an optimiser lower J, with its settings in reach."""

import streamlit as st

from dashboard.diagnosis_panel import diagnosis_panel
from dashboard.figures.cost import X_AXES, accuracy_chart, cost_chart, gradient_chart
from dashboard.figures.theta import theta_heatmap
from dashboard.frame import frame
from dashboard.live_chart import live_chart
from dashboard.run_controls import FIRST_SPEED, SPEEDS, carry_out_click, controls, pace
from dashboard.train_settings import train_settings
from dashboard.words.runs import run_numbers, run_status
from dashboard.words.theta import theta_caption
from logreg_core import JobState

#: Seconds between two looks at a running job.
REFRESH = 0.4

lab = frame("Train")
st.markdown("Watch the cost J fall as θ learns: the **held-out** curve tells whether it helps.")
carry_out_click(lab)
job = lab.run or lab.current_run()
state = job.state  # asked once: buttons and pictures must not see two different ones

# The chart stands first: on a phone, what comes second is below.
picture_column, settings_column = st.columns([3, 1], gap="large")

with settings_column:
    train_settings(lab.settings.config, len(lab.digits), len(lab.split().training))
    st.select_slider(
        "Speed",
        list(SPEEDS),
        value=FIRST_SPEED,
        key="speed",
        persist_state="session",
        help="How fast to go at most, so that eyes can follow. It does not change the result.",
    )
    if lab.own_run_is_under_way:
        job.seconds_per_iteration = pace()

with picture_column:
    controls(lab, job, state)
    with st.container(horizontal=True):
        x_axis = st.segmented_control(
            "Along the chart",
            list(X_AXES),
            format_func=X_AXES.__getitem__,
            default="iteration",
            required=True,
            key="x_axis",
            persist_state="session",
            label_visibility="collapsed",
        )
        cost_axis = st.segmented_control(
            "Cost axis",
            ["log", "linear"],
            default="log",
            required=True,
            key="cost_axis",
            persist_state="session",
            label_visibility="collapsed",
        )


@st.fragment(run_every=REFRESH if state is JobState.RUNNING else None)
def pictures() -> None:
    """What changes while the run goes on; it only reads and draws."""
    # Asked before the history is read, so that the end is never missed.
    ended = state is JobState.RUNNING and job.state is not state
    history = job.history()
    model = job.model()
    with st.container(key="run_status"):
        st.markdown(run_status(job))
    diagnosis_panel(lab, job, history)
    chart_column, theta_column = st.columns([2, 1])
    with chart_column, st.container(key="cost_chart"):
        live_chart(cost_chart(history, x=x_axis, log_cost=cost_axis == "log"), key="cost_figure")
    with theta_column:
        if model is not None:
            live_chart(theta_heatmap(model.theta.reshape(-1, 401)[-1]), key="theta_figure")
        st.caption(theta_caption(job.training.classes))
    columns = st.columns(5)
    for column, (label, value) in zip(columns, run_numbers(history).items(), strict=True):
        column.metric(label, value)
    left, right = st.columns(2)
    with left:
        live_chart(accuracy_chart(history, x=x_axis), key="accuracy_figure")
    with right:
        live_chart(gradient_chart(history, job.config.tolerance, x=x_axis), key="gradient_figure")
    if ended:
        st.rerun()  # the buttons outside of this fragment must know


with picture_column:
    pictures()
