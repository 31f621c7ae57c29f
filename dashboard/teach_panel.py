"""Teach it: have the model learn from the visitor's drawings, and see what that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.comparisons import ask_for_fair_reading, fair_reading
from dashboard.drawings_panel import weight_choice, weight_note
from dashboard.figures.digits import captioned_aspect, gallery
from dashboard.figures.palette import HELD_OUT, TRAINING
from dashboard.figures.teaching import (
    Dumbbell,
    accuracy_dumbbells,
)
from dashboard.figures.theta import grid_aspect, theta_grid
from dashboard.live_chart import live_chart
from dashboard.own_drawings import own_drawings
from dashboard.teaching import Taught
from dashboard.visitor import kept
from dashboard.words.runs import waiting_sentence
from dashboard.words.teaching import (
    HOW_TO_READ,
    NOTHING_YET,
    OTHER_IS_PAUSED,
    OTHER_RUN,
    PAUSED,
    PROVES_LITTLE,
    as_it_is_sentence,
    change_sentence,
    changed_caption,
    changed_sentence,
    comparison_progress,
    dumbbell_title,
    fair_progress,
    fair_sentence,
    learning_progress,
    not_told_apart_sentence,
    share_sentence,
    traded_sentence,
)
from logreg_core import JobState, Score

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.lab import Lab
    from logreg_core import CrossReading, Dataset, TrainingJob

#: Seconds between two looks at trainings that are under way.
_REFRESH: Final = 0.5

#: Of the drawings that are read otherwise now, as many as are shown.
_CHANGED_SHOWN: Final = 24
_IN_A_ROW: Final = 6


def teach_panel(lab: Lab, job: TrainingJob) -> None:
    """Show how to let the model learn from the drawings, and what came of it.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    job : TrainingJob
        The run whose model reads the drawings: `lab.current_run()`.
    """
    st.subheader("Teach it", anchor="teach-it")
    with st.container(key="teach_panel"):
        own, scans = own_drawings(), lab.own_scans
        if own is None:
            st.markdown(NOTHING_YET)
            return
        if scans is not None:
            _choices(lab, scans)
        waits = not_told_apart_sentence(own.counts, lab.digits)
        with st.container(key="waits"):  # in any case: nothing below changes its place
            if waits:
                st.caption(waits)
        if scans is None:
            return
        if lab.own_drawings is None:
            _as_it_is(lab, job, scans)
        else:
            _outcome(lab, job, scans)


def _choices(lab: Lab, scans: Dataset) -> None:
    """What a drawing counts, and the button that learns or forgets."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weight_choice()
        if lab.own_drawings is None:
            st.button(
                "Learn from my drawings",
                icon=":material/school:",
                type="primary",
                key="learn",
                on_click=_set_own_drawings,
                args=("added",),
            )
        else:
            st.button(
                "Forget them again",
                icon=":material/undo:",
                key="forget",
                on_click=_set_own_drawings,
                args=("left-out",),
                help="The model is then one that has never seen them: that of before, if its "
                "training had come to its end. Your drawings stay.",
            )
    weight_note(lab)
    others = len(lab.split_without_own().training)
    st.markdown(share_sentence(len(scans), lab.own_weight, others))


def _set_own_drawings(value: str) -> None:
    """Before the page is drawn: it then trains with the settings as they are."""
    st.session_state["own_drawings"] = value


def _as_it_is(lab: Lab, job: TrainingJob, scans: Dataset) -> None:
    """How the drawings are read by a model that has not seen them."""
    model = job.model()
    if model is None or not lab.fits_settings(job):
        return
    lab.known_run_without_own()  # to be remembered; nobody has asked to train another
    read_as = kept(
        "own_read_as",
        (model.theta.tobytes(), scans.fingerprint),
        lambda: model.judge(scans).read_as,
    )
    st.markdown(as_it_is_sentence(Score.of_readings(read_as, scans.labels)))


def _outcome(lab: Lab, job: TrainingJob, scans: Dataset) -> None:
    """Before and after, as soon as both are there."""
    if not lab.fits_settings(job):
        if job.state is JobState.PAUSED:
            st.info(OTHER_IS_PAUSED, icon=":material/pause:")
        else:
            st.info(OTHER_RUN, icon=":material/hourglass_empty:")
        return
    before = lab.run_without_own()
    taught = _taught(job, before, scans)
    reading = None if taught is None else fair_reading(lab, scans)
    trains = any(run.state is JobState.RUNNING for run in (job, before))
    live = trains if taught is None else reading is not None and reading.running

    @st.fragment(run_every=_REFRESH if live else None)
    def look() -> None:
        if taught is None:
            _wait(job, before)
            return
        ended = live and reading is not None and not reading.running
        _show(lab, taught, reading)
        write_link()
        if ended:
            st.rerun()

    look()


def _taught(job: TrainingJob, before: TrainingJob, scans: Dataset) -> Taught | None:
    """What the drawings have changed; None as long as one of the two runs is not over."""
    models = [run.model() for run in (before, job)]
    if any(run.state is not JobState.ENDED for run in (before, job)):
        return None
    first, second = models
    if first is None or second is None:
        return None
    key = (before, job, scans.fingerprint)
    return kept("taught", key, lambda: Taught(first, second, scans, job.held_out))


def _wait(job: TrainingJob, before: TrainingJob) -> None:
    """Say what goes on; draw the page anew when it is over."""
    states = {job.state, before.state}
    for run, say in ((job, learning_progress), (before, comparison_progress)):
        _progress(run, say)
    if states == {JobState.ENDED}:
        st.rerun()


def _progress(run: TrainingJob, say: Callable[[int | None], str]) -> None:
    state, ahead, step = run.state, run.ahead, run.latest
    if state is JobState.FAILED:
        st.error(run.failure or "")
    elif state is JobState.PAUSED:
        st.info(PAUSED, icon=":material/pause:")
    elif state is not JobState.ENDED:
        st.status(
            say(None if step is None else step.iteration)
            if ahead is None
            else waiting_sentence(ahead)
        )


def _show(lab: Lab, taught: Taught, reading: CrossReading | None) -> None:
    """All that has changed, from the numbers to the pixels."""
    accuracies, thetas = st.columns(2, gap="large")
    with accuracies, st.container(key="before_and_after"):
        _accuracies(taught, reading)
    with thetas, st.container(key="change_of_theta"):
        _change(lab, taught)
        _read_otherwise(taught)


def _accuracies(taught: Taught, reading: CrossReading | None) -> None:
    """Held-out digits and drawings before and after; with progress, what is fair."""
    own, held_out = taught.own_readings, taught.held_out_readings
    rows = [
        ("Held-out digits", held_out.score_before, held_out.score_after, HELD_OUT),
        ("Your drawings, learnt from", own.score_before, own.score_after, TRAINING),
    ]
    fair = None
    if reading is not None and reading.read_as is not None and reading.parts > 1:
        fair = Score.of_readings(reading.read_as, taught.own.labels)
        rows.append(("Your drawings, each unseen", own.score_before, fair, HELD_OUT))
    live_chart(
        accuracy_dumbbells(
            [
                Dumbbell(dumbbell_title(title, before, after), before, after, colour)
                for title, before, after, colour in rows
            ]
        ),
        key="accuracies_figure",
    )
    st.caption(HOW_TO_READ)
    st.markdown(traded_sentence(held_out))
    st.markdown(PROVES_LITTLE)
    with st.container(key="fair_reading"):
        _fair(own.score_before, fair, reading, len(taught.own))


def _fair(before: Score, fair: Score | None, reading: CrossReading | None, drawings: int) -> None:
    """The cross-validated figure, its progress, or the button that begins it."""
    if drawings == 1:
        st.markdown(fair_sentence(before, before, parts=1))
    elif fair is not None and reading is not None:
        st.markdown(fair_sentence(before, fair, reading.parts))
    elif reading is not None and reading.failure:
        st.error(reading.failure)
    elif reading is not None and reading.running:
        st.progress(reading.done / reading.parts, fair_progress(reading.done, reading.parts))
        if reading.ahead is not None:
            st.caption(waiting_sentence(reading.ahead))
        st.button("Stop", icon=":material/stop:", key="stop_reading", on_click=reading.stop)
    elif st.button(
        "Read each drawing fairly",
        icon=":material/balance:",
        key="read_fairly",
        help="Trains up to five times, each time without some of your drawings, and reads "
        "those. It goes on while you look at other pages.",
    ):
        ask_for_fair_reading()
        st.rerun()


def _change(lab: Lab, taught: Taught) -> None:
    """θ before, θ after and Δθ; of ten digits, of the one that has changed most or is chosen."""
    classes = taught.after.classes
    digit = taught.most_changed
    if len(classes) > 2:
        st.pills(
            "θ of the digit",
            classes,
            required=True,
            wrap=True,
            key=lab.view_key("changed_digit", usual=digit, among=classes),
            persist_state="session",
        )
        digit = st.session_state["changed_digit"]
    thetas = taught.three_thetas(digit)
    before, after, change = (float(np.abs(theta[1:]).max()) for theta in thetas)
    scale = max(before, after)
    live_chart(
        theta_grid(
            thetas,
            ["θ before", "θ after", "Δθ"],
            scales=[scale, scale, change],
            columns=len(thetas),
            biases=False,
        ),
        key="change_figure",
        aspect=grid_aspect(len(thetas), len(thetas)),
    )
    size = float(np.linalg.norm(thetas[2]) / (np.linalg.norm(thetas[0]) or 1.0))
    st.caption(change_sentence(digit, classes, size))


def _read_otherwise(taught: Taught) -> None:
    """The drawings that are read otherwise now."""
    readings = taught.own_readings
    changed = readings.changed
    st.markdown(changed_sentence(len(changed), len(taught.own)))
    if len(changed) == 0:
        return
    shown = changed[:_CHANGED_SHOWN]
    captions = [
        changed_caption(
            *(int(row[place]) for row in (readings.labels, readings.before, readings.after))
        )
        for place in shown
    ]
    live_chart(
        gallery(taught.own.images[shown], captions, _IN_A_ROW, captions=captions, closer=False),
        key="changed_figure",
        aspect=captioned_aspect(len(shown), _IN_A_ROW),
    )
