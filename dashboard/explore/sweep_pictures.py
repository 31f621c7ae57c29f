"""The pictures of a sweep, of which the visitor chooses the one that is shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import write_link
from dashboard.explore.sweep_picture import SIDE_BY_SIDE, Look, drawn
from dashboard.figures.explore.axes import HEIGHT, setting_axes
from dashboard.live_chart import live_chart
from dashboard.visitor import kept
from dashboard.words.explore.pictures import PICTURES
from dashboard.words.settings import SETTINGS
from logreg_core.sweep import GOALS, TrialState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.explore.sweep_picture import Picture
    from dashboard.figures.explore.axes import SettingAxis
    from dashboard.lab import Lab
    from logreg_core.sweep import Goal, Plan, Sweep, TrialRecord

#: While a sweep runs, importances are told anew when there are this many times as many
#: trials: a hundred times at most in all, a tenth of a second each at most.
_GROWTH: Final = 1.1

#: Pixels of a select.
_SELECT_WIDTH: Final = 165

#: Pixels that an axis of the parallel coordinates needs for its name; a narrow screen scrolls.
_AXIS_WIDTH: Final = 124

_STYLE: Final = """
<style>
  /* A sentence that grows by a line must not move the picture. */
  .st-key-sweep_says {{ min-height: 3.2rem; }}
  .st-key-sweep_picture_parallel {{ overflow-x: auto; }}
  .st-key-sweep_picture_parallel .live-chart {{ min-width: {width}px; }}
  /* A sentence where a picture will be, and as high, so that nothing below moves then. */
  .st-key-sweep_no_picture {{
    min-height: {height}px;
    justify-content: center;
    text-align: center;
  }}
  /* One at each place where a drag may stop. */
  .st-key-sweep_picture_parallel .axis .tick line {{ display: none; }}
  /* Plotly has them black, on a dark page too. */
  .st-key-sweep_picture_parallel .domain {{
    stroke: gray !important;
    stroke-opacity: 1 !important;
  }}
</style>
"""


def show_pictures(lab: Lab, sweep: Sweep, trials: tuple[TrialRecord, ...]) -> None:
    """Show one picture of a sweep, chosen among those that it has; once a page.

    What is drawn is kept until another trial has ended, so that it can be called again and
    again while a sweep runs.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    sweep : Sweep
        Which.
    trials : tuple of TrialRecord
        Of ``sweep.trials()``; none yet, or many.
    """
    axes = setting_axes(sweep.plan.space)
    st.html(_style(len(axes) + len(sweep.plan.goals)))
    with st.container(key="sweep_pictures"):
        views = _views(sweep.plan, axes)
        chosen = st.segmented_control(
            "Picture of the sweep",
            views,
            format_func=PICTURES.__getitem__,
            required=True,
            key=lab.view_key("sweep_view", usual=_usual_view(sweep.plan, axes), among=views),
            persist_state="session",
            label_visibility="collapsed",
        )
        shown = str(chosen)  # one of them, since one is required
        with st.container(key="sweep_picture_settings", horizontal=True):
            goal = _chosen_goal(lab, sweep.plan, shown)
            across = _chosen_axes(lab, axes) if shown == "contour" else ()
        write_link()
        key = (sweep.name, shown, goal, across, _stage(trials, shown))
        look = Look(sweep.plan, trials, goal)
        _show(shown, kept("sweep_picture", key, lambda: drawn(shown, look, across)))


def _style(axes: int) -> str:
    """Of all pictures; the parallel coordinates have so many axes."""
    return _STYLE.format(width=_AXIS_WIDTH * axes, height=HEIGHT)


def _views(plan: Plan, axes: Sequence[SettingAxis]) -> list[str]:
    """The pictures that a sweep can have, whatever its trials come to."""
    has = {
        "best": len(plan.goals) == 1,
        "parallel": len(axes) > 0,
        "contour": len(axes) > 1,
        "slices": len(axes) > 0,
        "importance": len(axes) > 1,
        "front": len(plan.goals) == 2,
    }
    return [name for name in PICTURES if has[name]]


def _usual_view(plan: Plan, axes: Sequence[SettingAxis]) -> str:
    """The one that has all of the sweep in it."""
    if len(plan.goals) == 2:
        return "front"
    return ("best", "slices", "contour")[len(axes)] if len(axes) < 3 else "parallel"


def _chosen_goal(lab: Lab, plan: Plan, shown: str) -> Goal:
    if len(plan.goals) == 1 or shown == "front":
        return plan.goals[0]
    names = [goal.name for goal in plan.goals]
    chosen = st.selectbox(
        "Goal",
        names,
        format_func=lambda name: GOALS[name].label,
        key=lab.view_key("sweep_goal", usual=names[0], among=names),
        persist_state="session",
        width=_SELECT_WIDTH,
    )
    return GOALS[chosen]


def _chosen_axes(lab: Lab, axes: Sequence[SettingAxis]) -> tuple[SettingAxis, SettingAxis]:
    """Two settings; unless the visitor says otherwise the first two that are ranges."""
    ranges_first = {axis.setting: axis for axis in sorted(axes, key=lambda axis: axis.is_choice)}
    x = _chosen_axis(lab, "contour_x", list(ranges_first))
    y = _chosen_axis(lab, "contour_y", [setting for setting in ranges_first if setting != x])
    return ranges_first[x], ranges_first[y]


def _chosen_axis(lab: Lab, name: str, settings: list[str]) -> str:
    chosen: str = st.selectbox(
        "Across" if name == "contour_x" else "Upwards",
        settings,
        format_func=lambda setting: SETTINGS[setting].column,
        key=lab.view_key(name, usual=settings[0], among=settings, choice_stays=True),
        persist_state="session",
        width=_SELECT_WIDTH,
    )
    return chosen


def _stage(trials: Sequence[TrialRecord], shown: str) -> tuple[int, ...]:
    """How far a sweep is: as long as it is the same, so is the picture."""
    states = [trial.state for trial in trials]
    finished = states.count(TrialState.FINISHED)
    if shown == "importance" and finished and TrialState.RUNNING in states:
        return (math.floor(math.log(finished, _GROWTH)),)
    return finished, states.count(TrialState.PRUNED), len(states)


def _show(shown: str, picture: Picture) -> None:
    with st.container(key="sweep_says"):
        if picture.figures:
            st.markdown(picture.says)
    with st.container(key=f"sweep_picture_{shown}"):
        if not picture.figures:
            with st.container(key="sweep_no_picture"):
                st.markdown(picture.says)
        columns_of_row = max(1, min(len(picture.figures), SIDE_BY_SIDE))
        for place, (name, figure) in enumerate(picture.figures.items()):
            if place % columns_of_row == 0:
                columns = st.columns(columns_of_row)
            with columns[place % columns_of_row]:
                live_chart(figure, key=f"sweep_{shown}_{name}")
    with st.container(key="sweep_caption"):
        if picture.caption:
            st.caption(picture.caption)
