"""The widgets of a race: who runs, and with which settings of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.runners import MOST_RUNNERS, Runner, named, write_runners
from dashboard.settings import FIRST_CONFIG, written
from dashboard.train_settings import offered, shared_settings
from dashboard.words.settings import SETTINGS
from logreg_core import OPTIMIZERS, RANGES, SCHEDULES, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.lab import Lab


def race_settings(lab: Lab) -> None:
    """Tick optimisers, set each of them, and what is the same for all."""
    runners = lab.runners
    ticked = list(dict.fromkeys(runner.optimizer for runner in runners))
    st.session_state["race_ticked"] = ticked
    st.pills(
        "Optimisers",
        list(OPTIMIZERS),
        format_func=lambda name: OPTIMIZERS[name].label,
        selection_mode="multi",
        key="race_ticked",
        wrap=True,
        on_change=_tick,
        args=(runners,),
    )
    examples = len(lab.split().training)
    for place, (name, runner) in enumerate(named(runners).items()):
        refused = refusal(runner.config(lab.settings.config), examples, len(lab.digits))
        if refused is not None:
            st.markdown(f":orange[:material/block: {refused.sentence}]")
        if runner.settings:
            with st.expander(name):
                _own_settings(runners, place, runner)
    st.markdown("**The same for all**")
    shared_settings(len(lab.digits))


def _own_settings(runners: Sequence[Runner], place: int, runner: Runner) -> None:
    values = {**{name: _usual(name) for name in runner.settings}, **dict(runner.own)}
    for setting in runner.settings:
        key = f"race_{place}_{setting}"
        st.session_state[key] = values[setting]  # the link's text is what counts
        what: dict[str, Any] = {
            "label": SETTINGS[setting].label,
            "key": key,
            "on_change": _set,
            "args": (runners, place, setting, key),
        }
        if setting == "schedule":
            st.selectbox(options=SCHEDULES, **what)
        elif setting == "batch_size":
            accepted = RANGES[setting]
            st.number_input(
                min_value=int(accepted.low), max_value=int(accepted.high), step=16, **what
            )
        else:
            options = offered(setting, values[setting])
            st.select_slider(options=options, format_func=written, **what)
    add, remove = st.columns(2)
    add.button(
        "Once more",
        icon=":material/add:",
        help="The same optimiser a second time, to give it another setting.",
        key=f"race_{place}_again",
        disabled=len(runners) >= MOST_RUNNERS,
        on_click=_set_runners,
        args=([*runners[: place + 1], runner, *runners[place + 1 :]],),
    )
    remove.button(
        "Remove",
        icon=":material/close:",
        key=f"race_{place}_remove",
        disabled=len(runners) == 1,
        on_click=_set_runners,
        args=([*runners[:place], *runners[place + 1 :]],),
    )


def _usual(setting: str) -> object:
    return getattr(FIRST_CONFIG, setting)


def _tick(runners: Sequence[Runner]) -> None:
    ticked = st.session_state["race_ticked"]
    there = [runner for runner in runners if runner.optimizer in ticked]
    known = {runner.optimizer for runner in there}
    new = [Runner(name) for name in ticked if name in OPTIMIZERS and name not in known]
    _set_runners([*there, *new][:MOST_RUNNERS] or list(runners[:1]))


def _set(runners: Sequence[Runner], place: int, setting: str, key: str) -> None:
    changed = runners[place].with_own(setting, st.session_state[key])
    _set_runners([*runners[:place], changed, *runners[place + 1 :]])


def _set_runners(runners: Sequence[Runner]) -> None:
    st.session_state["race"] = write_runners(runners)
