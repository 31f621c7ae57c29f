"""What the buttons of a run do.

A click is noted by its callback and carried out by the page: settings that were
changed in the same moment are read first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.timeline import back_to_the_end
from dashboard.views import SPEEDS
from logreg_core import JobState, Race

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core import TrainingJob

#: A stopped run ends after its present iteration; the page waits that long for it,
#: so that it is drawn once, with the run ended.
_STOP_SECONDS: Final = 0.4

#: Until a run that was just begun has prepared its images and has a θ to show, so that the
#: page is drawn once; longer, and it is drawn without first.
_FIRST_STEP_SECONDS: Final = 0.3

#: Between two looks of a page that only shows what a run has reached.
_FOLLOW_SECONDS: Final = 1.0


def controls(run: TrainingJob | Race, state: JobState, *, fits: bool) -> None:
    """The row of buttons; those that can do nothing in this state are greyed out.

    Parameters
    ----------
    run : TrainingJob or Race
        That is shown.
    state : JobState
        Of it, asked once for the whole page.
    fits : bool
        Whether it was made with the settings as they are.
    """
    holding = state is JobState.PAUSED
    running = state is JobState.RUNNING
    begun = run.latest is not None and run.latest.iteration > 0
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


def is_live(run: TrainingJob | Race, state: JobState) -> bool:
    """Whether what the page shows of a run in this state changes by itself.

    While it trains; while it prepares the images to hold at θ = 0; and while the referee of
    a race looks for J*.
    """
    begins = state is JobState.PAUSED and run.latest is None
    looks = isinstance(run, Race) and state is JobState.ENDED and not run.is_judged
    return state is JobState.RUNNING or begins or looks


def carry_out_click(lab: Lab, *, racing: bool) -> None:
    """Do what the visitor clicked since the page was drawn, if anything."""
    click = st.session_state.pop("_click", None)
    if click is None:
        return
    run: TrainingJob | Race | None = lab.race if racing else lab.run
    if click == "pause" and run is not None:
        run.pause()
    elif click == "stop" and run is not None:
        run.stop()
        run.wait(_STOP_SECONDS)
    elif click in {"start", "step", "reset"}:
        back_to_the_end()
        _begin(lab, click, racing=racing)


def _begin(lab: Lab, click: str, *, racing: bool) -> None:
    """Go on with a run that holds, or begin another."""
    run: TrainingJob | Race | None = lab.race if racing else lab.run
    if click == "reset" or run is None or not _goes_on(lab, run):
        new = lab.new_race if racing else lab.new_run
        run = new(pace(), by_visitor=True)
    if click == "reset":
        run.hold()
    elif click == "step":
        run.step()
    else:
        run.start()
    run.wait_for_first_step(_FIRST_STEP_SECONDS)


def _goes_on(lab: Lab, run: TrainingJob | Race) -> bool:
    return run.state is JobState.PAUSED and lab.fits_settings(run)


def follow(lab: Lab, job: TrainingJob, *, again: bool = True) -> None:
    """Say that a run is not over, and draw the page anew now and then until it is.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    job : TrainingJob
        That is shown.
    again : bool
        False while the page must be left as it is, under a dialog say.
    """
    # The container is there in any case: were it to come and go, everything below would
    # change its place, and the browser would build canvas and charts anew.
    with st.container(key="run_note"):
        _note_run(lab, job, again=again)


def _note_run(lab: Lab, job: TrainingJob, *, again: bool) -> None:
    if job.state not in {JobState.RUNNING, JobState.PAUSED}:
        if lab.race is not None and lab.race.state is JobState.RUNNING:
            st.info(
                "Your race is under way on **Train**. This is θ of the run with the settings "
                "of one optimiser.",
                icon=":material/timelapse:",
            )
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
    if job.state is JobState.PAUSED or not again:
        return

    @st.fragment(run_every=_FOLLOW_SECONDS)
    def look_again() -> None:
        if job.latest is not step or job.state is not JobState.RUNNING:
            st.rerun()

    look_again()


def pace() -> float:
    """Least seconds of an iteration at the speed that the visitor has chosen."""
    return SPEEDS[st.session_state["speed"]]


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
