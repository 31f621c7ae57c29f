"""Train: watch an optimiser, or several of them, lower J, with the settings in reach."""

import streamlit as st

from dashboard.figures.cost import X_AXES
from dashboard.frame import frame
from dashboard.race_pictures import race_pictures
from dashboard.race_settings import race_settings
from dashboard.run_card import run_card
from dashboard.run_controls import carry_out_click, controls, is_live, pace
from dashboard.run_pictures import run_pictures
from dashboard.runs import record
from dashboard.runs_panel import runs_panel
from dashboard.train_settings import train_settings
from dashboard.views import COST_AXES, MODES, SPEEDS
from logreg_core import Race, TrainingJob

#: Seconds between two looks at a run that goes slowly enough for eyes to follow, and at one
#: at full speed: to draw a page takes a browser a quarter of a second of the same machine.
REFRESH = 0.4
REFRESH_AT_FULL_SPEED = 1.0

lab = frame("Train")
st.segmented_control(
    "Who trains",
    list(MODES),
    format_func=MODES.__getitem__,
    required=True,
    key="mode",
    persist_state="session",
    label_visibility="collapsed",
)
racing = st.session_state["mode"] == "race"
st.markdown(
    "Which optimiser gets to the bottom first? All start from the same θ, in **equal turns**."
    if racing
    else "Watch the cost J fall as θ learns: the **held-out** curve tells whether it helps."
)
carry_out_click(lab, racing=racing)
run = lab.current_race() if racing else (lab.run or lab.current_run())
if isinstance(run, TrainingJob) and lab.fits_settings(run):
    record(run, lab.settings_of(run))
elif isinstance(run, Race) and lab.is_own(run) and lab.fits_settings(run):
    for job in run.jobs.values():
        record(job, lab.settings_of(job))
state = run.state  # asked once: buttons and pictures must not see two different ones

# The chart stands first: on a phone, what comes second is below.
picture_column, settings_column = st.columns([3, 1], gap="large")

with settings_column:
    if racing:
        race_settings(lab)
    else:
        train_settings(lab.settings.config, len(lab.digits), len(lab.split().training))
    st.select_slider(
        "Speed",
        list(SPEEDS),
        key="speed",
        persist_state="session",
        help="How fast to go at most, so that eyes can follow. It does not change the result.",
    )
    if lab.visitor_began(run):
        run.seconds_per_iteration = pace()

with picture_column:
    controls(run, state, fits=lab.fits_settings(run))
    with st.container(horizontal=True):
        st.segmented_control(
            "Along the chart",
            list(X_AXES),
            format_func=X_AXES.__getitem__,
            required=True,
            key="x_axis",
            persist_state="session",
            wrap=True,  # or a phone would cut it off
            label_visibility="collapsed",
        )
        st.segmented_control(
            "Cost axis",
            COST_AXES if racing else COST_AXES[:2],
            format_func=lambda axis: "gap to J*" if axis == "gap" else axis,
            required=True,
            key="cost_axis",
            persist_state="session",
            wrap=True,  # or a phone would cut it off
            label_visibility="collapsed",
        )
x_axis, cost_axis = st.session_state["x_axis"], st.session_state["cost_axis"]


live = is_live(run, state)
refresh = REFRESH if run.seconds_per_iteration else REFRESH_AT_FULL_SPEED


@st.fragment(run_every=refresh if live else None)
def pictures() -> None:
    """What changes while the run goes on; it only reads and draws."""
    # Asked before the history is read, so that the end is never missed.
    ended = live and not is_live(run, run.state)
    if isinstance(run, Race):
        race_pictures(run, x_axis, cost_axis)
    else:
        run_pictures(lab, run, x_axis, cost_axis)
    if ended:
        st.rerun()  # the buttons outside of this fragment must know


with picture_column:
    pictures()

if isinstance(run, TrainingJob):
    run_card(lab, run)
runs_panel(run.jobs.values() if isinstance(run, Race) else [run])
