"""What the buttons of a run do.

A click is noted by its callback and carried out by the page: settings that were
changed in the same moment are read first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from logreg_core import JobState

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core import TrainingJob

#: What the visitor reads → least seconds that an iteration takes.
SPEEDS: Final = {
    "2 a second": 0.5,
    "10 a second": 0.1,
    "30 a second": 1 / 30,
    "100 a second": 0.01,
    "full speed": 0.0,
}
FIRST_SPEED: Final = "30 a second"

#: A stopped run ends after its present iteration; the page waits that long for it,
#: so that it is drawn once, with the run ended.
_STOP_SECONDS: Final = 0.4

#: Until a reset run has prepared its images and shows θ = 0; longer, and it shows later.
_ZEROS_SECONDS: Final = 5.0

#: Between two looks of a page that only shows what a run has reached.
_FOLLOW_SECONDS: Final = 1.0


def controls(lab: Lab, job: TrainingJob, state: JobState) -> None:
    """The row of buttons; those that can do nothing in this state are greyed out."""
    holding = state is JobState.PAUSED
    running = state is JobState.RUNNING
    fits = lab.fits_settings(job)
    begun = job.latest is not None and job.latest.iteration > 0
    with st.container(horizontal=True):
        label = "Resume" if holding and fits and begun else ("Start" if fits else "Start anew")
        _button("start", label, "play_arrow", off=running and fits)
        _button("pause", "Pause", "pause", off=not running)
        _button("step", "Step", "skip_next", off=running or (holding and not fits))
        _button("stop", "Stop", "stop", off=not (running or holding))
        _button("reset", "Reset", "replay", off=holding and fits and not begun)
    with st.container(key="settings_note"):  # in any case, see `follow`
        if fits:
            return
        ends = "ends it and " if running or holding else ""
        st.info(
            "The settings have changed since this run began: "
            f"**Start anew** {ends}trains with the new ones.",
            icon=":material/tune:",
        )


def carry_out_click(lab: Lab) -> None:
    """Do what the visitor clicked since the page was drawn, if anything."""
    click = st.session_state.pop("_click", None)
    job = lab.run
    if click == "start":
        _paused_or_new(lab).start()
    elif click == "step":
        _paused_or_new(lab).step()
    elif click == "reset":
        reset = lab.new_run(pace(), by_visitor=True)
        reset.hold()
        reset.wait_for_first_step(_ZEROS_SECONDS)
    elif click == "pause" and job is not None:
        job.pause()
    elif click == "stop" and job is not None:
        job.stop()
        job.wait(_STOP_SECONDS)


def follow(lab: Lab, job: TrainingJob) -> None:
    """Say that a run is not over, and draw the page anew now and then until it is."""
    # The container is there in any case: were it to come and go, everything below would
    # change its place, and the browser would build canvas and charts anew.
    with st.container(key="run_note"):
        _note_run(lab, job)


def _note_run(lab: Lab, job: TrainingJob) -> None:
    if job.state not in {JobState.RUNNING, JobState.PAUSED}:
        return
    step = job.latest
    reached = "" if step is None else f", iteration {step.iteration}"
    earlier = (
        "" if lab.fits_settings(job) else " It began with other settings than those chosen now."
    )
    st.info(
        f"Your training is {job.state.value}: this is θ as of now{reached}.{earlier}",
        icon=":material/timelapse:",
    )
    if job.state is JobState.PAUSED:
        return

    @st.fragment(run_every=_FOLLOW_SECONDS)
    def look_again() -> None:
        if job.latest is not step or job.state is not JobState.RUNNING:
            st.rerun()

    look_again()


def pace() -> float:
    """Least seconds of an iteration at the speed that the visitor has chosen."""
    return SPEEDS[st.session_state.get("speed", FIRST_SPEED)]


def _button(key: str, label: str, icon: str, *, off: bool) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if key == "start" else "secondary",
        key=key,
        on_click=_note_click,
        args=(key,),
        disabled=off,
    )


def _note_click(key: str) -> None:
    st.session_state["_click"] = key


def _paused_or_new(lab: Lab) -> TrainingJob:
    job = lab.run
    if job is not None and job.state is JobState.PAUSED and lab.fits_settings(job):
        return job
    return lab.new_run(pace(), by_visitor=True)
