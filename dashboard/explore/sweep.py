"""Many trainings under many settings, and which of them does best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import streamlit as st

from dashboard.explore import my_sweeps
from dashboard.explore.plan_form import Planned, plan_form, planned
from dashboard.explore.plan_link import write_plan
from dashboard.explore.progress import best_so_far, curves, progress
from dashboard.explore.sweep_data import (
    is_over_data_of,
    may_be_over_data_of,
    settings_of,
    told_settings,
)
from dashboard.explore.sweep_pictures import show_pictures
from dashboard.explore.trial_table import show_trials
from dashboard.explore.workers import workers
from dashboard.notices import note
from dashboard.settings import to_link
from dashboard.sweep_storage import is_unreachable, lacks_driver, sweep_storage
from dashboard.views import FIRST_PLAN
from dashboard.words.explore.plan import plan_sentence
from dashboard.words.explore.progress import (
    AT_ITS_FIELD,
    BY_ITSELF,
    ENDS_ANOTHER,
    LINKED,
    MISSED,
    NO_DATABASE,
    NO_DRIVER,
    OF_THIS_VISIT,
    OTHER_SETTINGS,
    UNREACHABLE,
    kept_sentence,
    last_accepted_sentence,
    next_sentence,
    other_data_sentence,
    waits_sentence,
)
from dashboard.words.plain import plain
from logreg_core import ConfigError, DataError

if TYPE_CHECKING:
    from dashboard.explore.shown import Reading, Shown
    from dashboard.lab import Lab
    from logreg_core.sweep import Plan, Sweep

#: Seconds between two looks at a sweep that goes on, at its pictures and table, and at one that
#: somebody else may resume.
_LOOK: Final = 1.0
_LOOK_AT_PICTURES: Final = 3.0
_LOOK_NOW_AND_THEN: Final = 5.0

#: Widths of the pictures and of the plan.
_PICTURES_AND_PLAN: Final = (5, 3)

#: Where the plan has no room beside the pictures for a range in one line, it stands below them.
_STYLE: Final = """
<style>
  .st-key-sweep_and_plan > * > .stHorizontalBlock > .stColumn { min-width: min(300px, 100%); }
</style>
"""


def sweep_panel(lab: Lab) -> None:
    """Show a sweep, and the plan of the next one."""
    my_sweeps.take_linked_plan()
    now = planned(lab)
    _carry_out_click(lab, now)
    shown = my_sweeps.shown_sweep(lab)
    reading = None if shown is None else shown.read()
    # The chart stands first: on a phone, what comes second is below.
    st.html(_STYLE)
    with st.container(key="sweep_and_plan"):
        pictures, plan = st.columns(_PICTURES_AND_PLAN, gap="large")
    with plan, st.container(gap="small"):
        plan_form(lab, now)
    with pictures:
        st.markdown(_headline(now, shown))
        _controls(lab, now, shown, reading)
        with st.container(key="about_sweep"):  # in any case, so that nothing changes its place
            _choose(shown)
            if shown is None and now.fault is None:
                st.info(waits_sentence(now.plan, len(lab.split().training)))
            elif shown is not None:
                _about(lab, now, shown, over=reading is not None and reading.over)
        if shown is not None and reading is not None:
            _follow(lab, shown, reading)
    if shown is not None and reading is not None:
        _details(lab, shown, reading)


def _headline(now: Planned, shown: Shown | None) -> str:
    """What the sweep on show tries, or the one that **Start** would begin."""
    if shown is not None:
        return plan_sentence(shown.sweep.plan)
    sentence = plan_sentence(now.plan)
    return sentence if now.fault is None else last_accepted_sentence(sentence)


def _controls(lab: Lab, now: Planned, shown: Shown | None, reading: Reading | None) -> None:
    """The row of buttons; those that can do nothing now are greyed out."""
    goes_on = can_resume = is_same = False
    if shown is not None and reading is not None:
        ended = reading.over or reading.stopped
        goes_on = not ended and reading.is_worked_at
        fits = is_over_data_of(lab, shown.sweep)
        can_resume = fits and not (reading.over or shown.works_here)
        is_same = fits and not shown.by_itself and shown.sweep.plan == now.plan
    with st.container(horizontal=True):
        off = now.fault is not None or (goes_on and is_same)
        _button("start", "Start anew" if is_same else "Start", "play_arrow", off=off)
        _button("stop", "Stop", "stop", off=not goes_on)
        resume = ("Work on it too", "group_add") if goes_on and can_resume else ("Resume", "resume")
        _button("resume", *resume, off=not can_resume)
        if shown is not None and not shown.by_itself:
            _link(lab, shown)
    with st.container(key="plan_fault"):  # in any case, so that nothing below changes its place
        if now.fault is not None:
            said = AT_ITS_FIELD if now.is_said else plain(now.fault)
            st.markdown(f":orange[:material/block: {said}]")
        if is_unreachable():
            why = NO_DRIVER if lacks_driver() else f"{NO_DATABASE} {UNREACHABLE}"
            st.warning(why, icon=":material/info:")
        if my_sweeps.is_missed(shown):
            st.warning(MISSED, icon=":material/info:")
    kept_in = sweep_storage() if shown is None else shown.sweep.storage
    kept = kept_sentence(kept_in, by_itself=shown is not None and shown.by_itself)
    ends = my_sweeps.another_is_ended_by_start() and not off
    st.caption(f"{kept} {ENDS_ANOTHER}" if ends else kept)


def _button(what: str, label: str, icon: str, *, off: bool) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if what == "start" else "secondary",
        key=f"{what}_sweep",
        on_click=_note_click,
        args=(what,),
        disabled=off,
    )


def _note_click(what: str) -> None:
    st.session_state["_sweep_click"] = what


def _carry_out_click(lab: Lab, now: Planned) -> None:
    """Do what the visitor clicked; settings that were changed in the same moment come first."""
    click = st.session_state.pop("_sweep_click", None)
    if click == "start" and now.fault is None:
        my_sweeps.start(lab, now.plan)
    elif click in {"stop", "resume"}:
        shown = my_sweeps.shown_sweep(lab)
        if shown is not None and click == "stop":
            my_sweeps.stop(shown)
        elif shown is not None:
            my_sweeps.resume(lab, shown)
    lab.show_notices()


def _link(lab: Lab, shown: Shown) -> None:
    sweep = shown.sweep
    settings = told_settings(lab, sweep, sweep.plan.base)
    with st.popover("Link", icon=":material/link:"):
        st.markdown(LINKED)
        plan = write_plan(sweep.plan)
        with_plan = {} if plan == FIRST_PLAN else {"plan": plan}
        parameters = {**to_link(settings), **with_plan, "study": sweep.name}
        address = st.context.url or "/explore"
        st.code(f"{address}?{urlencode(parameters)}", language=None, wrap_lines=True)


def _choose(shown: Shown | None) -> None:
    """A select of the visitor's sweeps, where there is one to choose."""
    mine = my_sweeps.my_sweeps()
    name = None if shown is None or shown.by_itself else shown.sweep.name
    if set(mine) <= {name}:
        return
    st.session_state["my_sweep"] = name
    st.selectbox(
        "My sweeps",
        list(mine),
        format_func=mine.__getitem__,
        key="my_sweep",
        help=OF_THIS_VISIT,
        on_change=lambda: my_sweeps.choose(st.session_state["my_sweep"]),
    )


def _about(lab: Lab, now: Planned, shown: Shown, *, over: bool) -> None:
    """What **Start** would begin, where that is another sweep than the one on show."""
    plan, planned_now = shown.sweep.plan, plan_sentence(now.plan)
    if now.fault is None and planned_now != plan_sentence(plan):
        st.caption(next_sentence(planned_now))
    elif shown.by_itself:
        st.caption(BY_ITSELF)
    elif _untried(plan) != _untried(now.plan):
        st.caption(OTHER_SETTINGS)
    if not is_over_data_of(lab, shown.sweep):
        _over_other_data(lab, shown, over=over)


def _untried(plan: Plan) -> dict[str, Any]:
    """The settings that all trials of a plan have in common."""
    every = plan.base.to_dict()
    return {name: value for name, value in every.items() if name not in plan.space.settings}


def _over_other_data(lab: Lab, shown: Shown, *, over: bool) -> None:
    taken = may_be_over_data_of(lab, shown.sweep)
    st.info(
        other_data_sentence(shown.sweep.origin, over=over, at_hand=taken), icon=":material/info:"
    )
    if taken:
        st.button(
            "Take its images, settings and plan",
            key="take_data",
            on_click=_take_data,
            args=(lab, shown.sweep),
        )


def _take_data(lab: Lab, sweep: Sweep) -> None:
    try:
        st.session_state.update(settings_of(lab, sweep, sweep.plan.base).to_state())
    except (ConfigError, DataError) as error:
        note(str(error))
        return
    my_sweeps.take_plan(sweep)


def _follow(lab: Lab, shown: Shown, before: Reading) -> None:
    """What changes while a sweep goes on; it only reads and draws."""

    @st.fragment(run_every=_seconds(before, _LOOK))
    def look() -> None:
        here = shown.works_here  # asked first, so that no trial is missed
        now = shown.read()
        progress(shown, now)
        curves(shown, now)
        best_so_far(lab, shown, now)
        if (now.over, now.stopped, now.is_worked_at, here) != was:
            st.rerun()  # the buttons outside of this fragment must know

    was = (before.over, before.stopped, before.is_worked_at, shown.works_here)
    look()


def _details(lab: Lab, shown: Shown, before: Reading) -> None:
    """Pictures, table and workers: dearer to draw, and not so urgent."""

    @st.fragment(run_every=_seconds(before, _LOOK_AT_PICTURES))
    def look() -> None:
        now = shown.read()
        show_pictures(lab, shown.sweep, now.trials)
        show_trials(lab, shown.sweep, now.trials)
        workers(lab, shown, now)

    look()


def _seconds(reading: Reading, usual: float) -> float | None:
    """Between two looks; None where nothing changes any more."""
    if reading.over:
        return None
    return usual if reading.is_worked_at else max(usual, _LOOK_NOW_AND_THEN)
