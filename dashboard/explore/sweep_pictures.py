"""The pictures of a sweep, of which one is shown; while it runs, they are drawn once a second."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.explore.axes import HEIGHT, beyond, placeholder, setting_axes
from dashboard.figures.explore.best_so_far import best_so_far_chart, stood_at
from dashboard.figures.explore.contour import cells_chart, contour_chart, plane_between
from dashboard.figures.explore.importance import importance_chart
from dashboard.figures.explore.parallel_coordinates import parallel_chart
from dashboard.figures.explore.pareto import pareto_chart
from dashboard.figures.explore.slice import LOW, slice_chart
from dashboard.live_chart import live_chart
from dashboard.visitor import kept
from dashboard.words.explore.pictures import (
    ALL_EQUAL,
    BETWEEN,
    BRUSHING,
    CELLS,
    NONE_FINISHED,
    NONE_FINITE,
    NONE_USES_BOTH,
    PICTURES,
    SLICES,
    TOO_FEW,
    TOO_FLAT,
    best_sentence,
    beyond_sentence,
    contour_sentence,
    edge_sentences,
    few_trials_sentence,
    front_sentence,
    importance_sentence,
    left_out_sentence,
    no_place_sentence,
    not_used_sentence,
    parallel_sentence,
)
from dashboard.words.settings import SETTINGS
from logreg_core.sweep import GOALS, TrialState
from logreg_core.sweep.best import agreement, edges
from logreg_core.sweep.front import pareto_front
from logreg_core.sweep.importance import ENOUGH_TRIALS, importances
from logreg_core.sweep.scores import Scores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import plotly.graph_objects as go

    from dashboard.figures.explore.axes import SettingAxis
    from dashboard.lab import Lab
    from logreg_core.sweep import Goal, Plan, Sweep, TrialRecord

#: Slices side by side; the rest below.
_COLUMNS: Final = 3

#: While a sweep runs, importances are told anew when there are this many times as many
#: trials: a hundred times at most in all, a tenth of a second each at most.
_GROWTH: Final = 1.1

#: Pixels of a select.
_SELECT_WIDTH: Final = 165

#: Pixels that an axis of the parallel coordinates needs; a narrow screen scrolls.
_AXIS_WIDTH: Final = 92

_STYLE: Final = """
<style>
  /* A sentence that grows by a line must not move the picture. */
  .st-key-sweep_says {{ min-height: 3.2rem; }}
  .st-key-sweep_picture_parallel {{ overflow-x: auto; }}
  .st-key-sweep_picture_parallel .live-chart {{ min-width: {width}px; }}
  /* One at each place where a drag may stop. */
  .st-key-sweep_picture_parallel .axis .tick line {{ display: none; }}
  /* Plotly has them black, on a dark page too. */
  .st-key-sweep_picture_parallel .domain {{ stroke: gray !important; stroke-opacity: 1 !important; }}
</style>
"""


@dataclass(frozen=True)
class _Look:
    """What a picture is made of."""

    plan: Plan
    trials: tuple[TrialRecord, ...]
    goal: Goal
    x: str | None
    y: str | None

    @property
    def axes(self) -> dict[str, SettingAxis]:
        return {axis.setting: axis for axis in setting_axes(self.plan.space)}

    @property
    def scores(self) -> Scores:
        return Scores.of(self.trials, self.plan.goals, self.goal)


@dataclass(frozen=True)
class _Picture:
    """Figures side by side, by a name each, what stands above them and what below."""

    figures: dict[str, go.Figure]
    says: str
    caption: str = ""


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
    st.html(_STYLE.format(width=_AXIS_WIDTH * (len(axes) + len(sweep.plan.goals))))
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
            x, y = _chosen_axes(lab, axes) if shown == "contour" else (None, None)
        write_link()
        look = _Look(sweep.plan, trials, goal, x, y)
        key = (sweep.name, shown, goal, x, y, _stage(trials, shown))
        _show(shown, kept("sweep_picture", key, lambda: _drawn(shown, look)))


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


def _chosen_axes(lab: Lab, axes: Sequence[SettingAxis]) -> tuple[str, str]:
    """Two settings; unless the visitor says otherwise the first two that are ranges."""
    ranges_first = sorted(axes, key=lambda axis: axis.values is not None)
    x = _chosen_axis(lab, "contour_x", [axis.setting for axis in ranges_first])
    others = [axis.setting for axis in ranges_first if axis.setting != x]
    return x, _chosen_axis(lab, "contour_y", others)


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


def _show(shown: str, picture: _Picture) -> None:
    with st.container(key="sweep_says"):
        st.markdown(picture.says)
    with st.container(key=f"sweep_picture_{shown}"):
        side_by_side = min(len(picture.figures), _COLUMNS)
        for place, (name, figure) in enumerate(picture.figures.items()):
            if place % side_by_side == 0:
                columns = st.columns(side_by_side)
            with columns[place % side_by_side]:
                live_chart(figure, key=f"sweep_{shown}_{name}")
    with st.container(key="sweep_caption"):
        if picture.caption:
            st.caption(picture.caption)


def _drawn(shown: str, look: _Look) -> _Picture:
    if not any(trial.state is TrialState.FINISHED for trial in look.trials):
        return _waiting(NONE_FINISHED)
    if len(look.scores) == 0:
        return _waiting(NONE_FINITE)
    return _PICTURES[shown](look)


def _waiting(sentence: str, caption: str = "") -> _Picture:
    """A sentence in the place of a picture."""
    return _Picture({"figure": placeholder(sentence)}, "", caption)


def _best(look: _Look) -> _Picture:
    scores = look.scores
    pruned = [trial for trial in look.trials if trial.state is TrialState.PRUNED]
    without_place = sum(stood_at(trial, scores.goal) is None for trial in pruned)
    return _Picture(
        {"figure": best_so_far_chart(scores, pruned, look.plan.trials)},
        f"{best_sentence(scores)} {edge_sentences(edges(scores, look.plan.space))}",
        f"{_apart(scores)} {no_place_sentence(without_place, scores.goal)}",
    )


def _parallel(look: _Look) -> _Picture:
    every = Scores.of_all(look.trials, look.plan.goals)
    (scores,) = (each for each in every if each.goal is look.goal)
    others = [each for each in every if each.goal is not look.goal]
    if len(scores) == 0:
        return _waiting(NONE_FINITE)
    return _Picture(
        {"figure": parallel_chart(scores, look.plan.space, others)},
        parallel_sentence(agreement(scores, look.plan.space)),
        f"{BRUSHING} {_apart(*every)}",
    )


def _contour(look: _Look) -> _Picture:
    assert look.x is not None  # noqa: S101 - chosen where a contour is
    assert look.y is not None  # noqa: S101 - likewise
    x, y = look.axes[look.x], look.axes[look.y]
    scores = look.scores.with_settings(look.x, look.y)
    unused = len(look.scores) - len(scores)
    caption = f"{not_used_sentence(unused, (look.x, look.y))} {_apart(scores)}"
    if len(scores) == 0:
        return _waiting(NONE_USES_BOTH, caption)
    are_ranges = x.values is None and y.values is None
    says = contour_sentence(scores, look.x, look.y, star=are_ranges)
    says += f" {edge_sentences(edges(scores, look.plan.space))}"
    if not are_ranges:
        return _Picture({"figure": cells_chart(scores, x, y)}, says, f"{CELLS} {caption}")
    plane = plane_between(scores, x, y)
    chart = contour_chart(scores, x, y, plane)
    return _Picture({"figure": chart}, says, f"{TOO_FLAT if plane is None else BETWEEN} {caption}")


def _slices(look: _Look) -> _Picture:
    scores = look.scores
    used = [axis for axis in look.axes.values() if len(scores.with_settings(axis.setting))]
    height = HEIGHT if len(used) <= _COLUMNS else LOW
    figures = {
        axis.setting: slice_chart(scores, axis, title=place % _COLUMNS == 0, height=height)
        for place, axis in enumerate(used)
    }
    return _Picture(
        figures, f"{SLICES} {edge_sentences(edges(scores, look.plan.space))}", _apart(scores)
    )


def _importance(look: _Look) -> _Picture:
    scores = look.scores
    if len(scores) < 2:
        return _waiting(TOO_FEW)
    shares = importances(scores, look.plan.space)
    if shares is None:
        return _waiting(ALL_EQUAL)
    few = len(scores) < ENOUGH_TRIALS
    return _Picture(
        {"figure": importance_chart(shares)},
        importance_sentence(shares, scores.goal),
        f"{few_trials_sentence(len(scores), ENOUGH_TRIALS) if few else ''} {_apart(scores)}",
    )


def _front(look: _Look) -> _Picture:
    first, second = Scores.of_all(look.trials, look.plan.goals)
    if len(first) == 0:
        return _waiting(NONE_FINITE)
    on_front = pareto_front(np.stack([first.values, second.values], axis=-1), look.plan.goals)
    return _Picture(
        {"figure": pareto_chart(first, second, on_front)},
        front_sentence(int(on_front.sum()), len(first), look.plan.goals),
        _apart(first, second),
    )


def _apart(*all_scores: Scores) -> str:
    """Which trials are left out, or drawn where they do not belong."""
    goals = [scores.goal for scores in all_scores]
    at_the_edge = max(beyond(scores) for scores in all_scores)
    left_out = left_out_sentence(all_scores[0].left_out, goals)
    return f"{left_out} {beyond_sentence(at_the_edge)}"


_PICTURES: Final[dict[str, Callable[[_Look], _Picture]]] = {
    "best": _best,
    "parallel": _parallel,
    "contour": _contour,
    "slices": _slices,
    "importance": _importance,
    "front": _front,
}
