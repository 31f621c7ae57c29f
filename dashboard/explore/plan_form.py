"""The widgets of a plan: what is swept, how it is chosen, and what for.

What is typed stays as it is, also where it is not accepted; the link has the last plan that was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import link_to_pages, write_link
from dashboard.explore.dimension_form import (
    OFFERED,
    chosen_of,
    dimension_form,
    fill,
    read_dimension,
    refused,
)
from dashboard.explore.plan_link import check_length, read_plan, write_plan
from dashboard.views import FIRST_PLAN
from dashboard.words.explore.goals import gap_in_percent, gap_of_percent
from dashboard.words.explore.plan import (
    ALL_OTHERS,
    GAP,
    NO_DRAWINGS,
    again_sentence,
    drawings_sentence,
    explained,
    grid_sentence,
    not_tried_sentence,
    pruner_label,
    sampler_label,
)
from dashboard.words.explore.progress import scale_sentence
from dashboard.words.settings import SETTINGS
from logreg_core import ConfigError
from logreg_core.sweep import (
    DRAWN_ACCURACY,
    GOALS,
    PRUNERS,
    SAMPLERS,
    SECONDS_TO_GAP,
    SWEPT,
    Plan,
    Space,
    settings_with_effect,
)
from logreg_core.sweep.plan import ACCEPTED

if TYPE_CHECKING:
    from dashboard.lab import Lab

#: What a plan has whole numbers for.
_COUNTS: Final = ("trials", "seed")

#: Of a count beside a select, whose words need all the rest.
_COUNT: Final = 100


@dataclass(frozen=True)
class Planned:
    """What the form says.

    Attributes
    ----------
    plan : Plan
        The last one that was accepted, on top of the settings of now.
    fault : str or None
        Why what stands in the form now is not accepted.
    is_said : bool
        Whether the form says so itself, at a field.
    """

    plan: Plan
    fault: str | None = None
    is_said: bool = False


def planned(lab: Lab) -> Planned:
    """The plan as the widgets have it; to be asked before they are drawn."""
    _follow_link()
    offered, state = _settings_with_effect(lab), st.session_state
    try:
        plan = _read(lab, offered)
        check_length(text := write_plan(plan))
    except ConfigError as error:
        is_said = any(refused(setting) for setting in _swept(offered))
        return Planned(_accepted(lab), str(error), is_said)
    state["plan"] = state["_plan_in_form"] = text
    state["_plan_accepted"] = plan
    write_link()
    return Planned(plan)


def plan_form(lab: Lab, now: Planned) -> None:
    """Show the widgets."""
    _what(lab)
    for setting in _swept(_settings_with_effect(lab)):
        dimension_form(setting)
    _goals(lab)
    with st.container(key="plan_scale"):  # in any case, so that no field is drawn anew
        if scale := scale_sentence(now.plan):
            st.caption(f":orange[{scale}]")
    _how(now)
    _all_others()


def _follow_link() -> None:
    """Fill the widgets anew where a link, or the way back, has brought another plan."""
    state = st.session_state
    if state["plan"] == state.get("_plan_in_form"):
        return
    try:
        plan = read_plan(state["plan"])
    except ConfigError:  # nobody but a browser that is not ours
        plan = read_plan(FIRST_PLAN)
    known = {dimension.setting: dimension for dimension in plan.space.dimensions}
    state["_plan_swept"] = list(known)
    for setting in SWEPT:
        fill(known.get(setting, OFFERED[setting]))
    state["plan_goals"] = [goal.name for goal in plan.goals]
    state["plan_gap"] = gap_in_percent(plan.gap)
    for name in ("sampler", "pruner", "trials", "seed"):
        state[f"plan_{name}"] = getattr(plan, name)
    state["_plan_in_form"], state["_plan_accepted"] = state["plan"], plan


def _accepted(lab: Lab) -> Plan:
    """The last plan that was, on top of the settings of now where that is possible."""
    plan: Plan = st.session_state["_plan_accepted"]
    try:
        return replace(plan, base=lab.settings.config)
    except ConfigError:  # with another optimiser its grid has too many trials
        return plan


def _settings_with_effect(lab: Lab) -> list[str]:
    """Those that change something, with these digits and the optimisers that are tried."""
    swept = st.session_state["_plan_swept"]
    tried = chosen_of("optimizer") if "optimizer" in swept else []
    optimizers = tried or [lab.settings.config.optimizer]
    return list(settings_with_effect(optimizers, several_digits=len(lab.digits) > 2))


def _swept(offered: list[str]) -> list[str]:
    return [setting for setting in offered if setting in st.session_state["_plan_swept"]]


def _read(lab: Lab, offered: list[str]) -> Plan:
    state = st.session_state
    space = Space(tuple(read_dimension(setting) for setting in _swept(offered)))
    goals = tuple(GOALS[name] for name in state["plan_goals"])
    if DRAWN_ACCURACY in goals and lab.own_scans is None:
        raise ConfigError(NO_DRAWINGS)
    for name in _COUNTS:
        if state[f"plan_{name}"] is None:
            raise ConfigError(f"{name} accepts whole numbers {ACCEPTED[name]}: its field is empty.")
    return Plan(
        space,
        lab.settings.config,
        goals,
        state["plan_sampler"],
        state["plan_pruner"] if len(goals) < 2 else "none",
        state["plan_trials"],
        state["plan_seed"],
        gap_of_percent(state["plan_gap"]),
    )


def _what(lab: Lab) -> None:
    offered = _settings_with_effect(lab)
    st.session_state["plan_swept"] = _swept(offered)
    st.pills(
        "What is tried",
        offered,
        format_func=lambda setting: SETTINGS[setting].column,
        selection_mode="multi",
        key="plan_swept",
        wrap=True,
        on_change=_tick,
        args=(offered,),
    )
    idle = [setting for setting in st.session_state["_plan_swept"] if setting not in offered]
    with st.container(key="plan_not_tried"):  # in any case, so that no field is drawn anew
        if idle:
            st.caption(not_tried_sentence(idle))


def _tick(offered: list[str]) -> None:
    """Take what is ticked; what is not offered now stays for when it is."""
    state = st.session_state
    elsewhere = [setting for setting in state["_plan_swept"] if setting not in offered]
    state["_plan_swept"] = [*state["plan_swept"], *elsewhere]


def _goals(lab: Lab) -> None:
    state = st.session_state
    chosen = state["plan_goals"]
    has_drawings = lab.own_scans is not None
    st.multiselect(
        "For the best",
        [name for name in GOALS if has_drawings or name != DRAWN_ACCURACY.name or name in chosen],
        format_func=lambda name: GOALS[name].label,
        max_selections=2,
        key="plan_goals",
        persist_state="session",
        help="One goal, or two of which neither is given up for the other.",
    )
    drawings = lab.own_scans
    if drawings is None:
        st.caption(NO_DRAWINGS)
    elif DRAWN_ACCURACY.name in chosen:
        st.caption(drawings_sentence(len(drawings)))
    if SECONDS_TO_GAP.name in chosen:
        st.number_input(
            "Gap, % of J*",
            min_value=gap_in_percent(ACCEPTED["gap"].low),
            max_value=gap_in_percent(ACCEPTED["gap"].high),
            step=0.5,
            format="%g",
            key="plan_gap",
            persist_state="session",
            help=GAP,
        )


def _how(now: Planned) -> None:
    """How settings are chosen and trials ended, each beside a number: a form that is not tall."""
    is_grid = st.session_state["plan_sampler"] == "grid"
    with st.container(horizontal=True, gap="xsmall"):
        st.selectbox(
            "Settings are chosen",
            list(SAMPLERS),
            format_func=sampler_label,
            key="plan_sampler",
            persist_state="session",
            help=explained(list(SAMPLERS.values())),
        )
        _count("Trials", "trials", disabled=is_grid)
    with st.container(horizontal=True, gap="xsmall"):
        st.selectbox(
            "Ended early",
            list(PRUNERS),
            format_func=pruner_label,
            key="plan_pruner",
            persist_state="session",
            disabled=len(st.session_state["plan_goals"]) == 2,
            help=explained(list(PRUNERS.values()))
            + "\n\nWith two goals none is: one that is behind in one may be ahead in the other.",
        )
        _count("Seed", "seed")
    if now.fault is None and (said := _combinations(now.plan)):
        st.caption(said)


def _combinations(plan: Plan) -> str:
    """How many there are, where the number of trials does not say so itself; else empty."""
    if plan.sampler == "grid":
        return grid_sentence(plan)
    possible = plan.space.size(plan.base)
    if possible >= plan.trials:
        return ""
    return again_sentence(int(possible), grid_has_all=plan.space.grid_size(plan.base) == possible)


def _count(label: str, name: str, *, disabled: bool = False) -> None:
    """A whole number of a plan."""
    # No largest one, and none that an empty field stands for: a field that changes what is typed,
    # or keeps what was there, says nothing of it.
    st.number_input(
        label,
        min_value=int(ACCEPTED[name].low),
        value=None,
        step=1,
        key=f"plan_{name}",
        persist_state="session",
        disabled=disabled,
        width=_COUNT,
    )


def _all_others() -> None:
    st.page_link(
        "pages/train.py",
        label=ALL_OTHERS,
        icon=":material/trending_down:",
        query_params=link_to_pages(),
    )
