"""The table of a sweep's trials: sorted, filtered, downloaded, and opened in Train."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard.address import write_link
from dashboard.explore.open_trial import go_to_train, open_trial, show_refusal
from dashboard.explore.trial_choice import HIDDEN, Choice, begun, chosen, ordered
from dashboard.explore.trial_frame import OPEN, OPEN_WIDTH, column_config, open_label, trial_frame
from dashboard.words.explore.plan import choice_text
from dashboard.words.explore.trial_table import (
    BY_GOAL,
    FILTER_STAYS_HERE,
    NUMBERS_MISSING,
    bound_label,
    order_labels,
    shown_sentence,
    star_sentence,
)
from dashboard.words.explore.trials_csv import short_sweep_name, trials_csv, trials_file_name
from dashboard.words.numbers import number_text
from dashboard.words.settings import SETTINGS
from logreg_core.sweep import Choices
from logreg_core.sweep.front import best_trials
from logreg_core.sweep.scores import TrialScores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.lab import Lab
    from logreg_core.sweep import Goal, Interval, Plan, Sweep, TrialRecord

_CLICK: Final = "open_trial"

#: Where a refusal to open a trial is said.
_PLACE: Final = "table"


def show_trials(lab: Lab, sweep: Sweep, trials: tuple[TrialRecord, ...]) -> None:
    """The table of a sweep, and what can be done with it.

    Made for a fragment that is drawn again while the sweep runs: the browser keeps the
    visitor's place in the table, and the order that a click on a column's head has made.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    sweep : Sweep
        Whose trials.
    trials : tuple of TrialRecord
        As they are now.
    """
    go_to_train()
    listed = begun(trials)
    with st.container(key="trials"):
        if not listed:
            st.caption("Trials are listed here as they begin.")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            order, choice = _order_and_choice(lab, sweep)
            _download(sweep, listed)
        write_link()
        shown = ordered(chosen(listed, choice, sweep.plan.goals), order, sweep.plan.goals)
        st.caption(table_sentence(sweep.plan, shown, listed, choice))
        with st.container(key="trial_refused"):  # in any case, so that the table stays in place
            show_refusal(lab, sweep, _PLACE)
        _table(lab, sweep, shown, listed)


def _order_and_choice(lab: Lab, sweep: Sweep) -> tuple[str, Choice]:
    orders = order_labels(sweep.plan)
    order = st.selectbox(
        "Sort the table by",
        list(orders),
        format_func=lambda order: f"Sort: {orders[order]}",
        key=lab.view_key("trials_by", BY_GOAL, among=tuple(orders)),
        persist_state="session",
        label_visibility="collapsed",
        width=270,
    )
    hides = st.toggle("Hide pruned and failed", key="hide_trials", persist_state="session")
    with st.popover("Filter", icon=":material/filter_alt:"):
        choice = _Filters(sweep).ask(hides=hides)
    return order, choice


class _Filters:
    """The fields of a sweep's filter, all of them empty at first."""

    def __init__(self, sweep: Sweep) -> None:
        self._plan = sweep.plan
        # Another sweep has other values: what was looked for in this one must not hide its trials.
        self._prefix = f"filter_{short_sweep_name(sweep)}"
        self._keys: list[str] = []

    def ask(self, *, hides: bool) -> Choice:
        """Show them, and return what the visitor has filled in."""
        goals = self._plan.goals
        best = self._number("best", f"Only the best by {goals[0].label}", "all", whole=True)
        bounds = tuple(self._bound(goal) for goal in goals)
        among: dict[str, list[Any]] = {}
        between: dict[str, tuple[float | None, float | None]] = {}
        for dimension in self._plan.space.dimensions:
            if isinstance(dimension, Choices):
                among[dimension.setting] = self._values(dimension)
            else:
                between[dimension.setting] = self._ends(dimension)
        st.button("Empty the filter", on_click=self._empty, key=f"{self._prefix}_empty")
        st.caption(FILTER_STAYS_HERE)
        return Choice(hides, among, between, bounds, None if best is None else int(best))

    def _bound(self, goal: Goal) -> float | None:
        bound = self._number(goal.name, bound_label(goal), "any")
        return bound / 100 if bound is not None and goal.is_share else bound

    def _values(self, choices: Choices) -> list[Any]:
        name = choices.setting
        return st.multiselect(
            SETTINGS[name].label,
            choices.values,
            format_func=lambda value: choice_text(name, value),
            placeholder="any",
            key=self._key(name),
            persist_state="session",
        )

    def _ends(self, interval: Interval) -> tuple[float | None, float | None]:
        name = interval.setting
        column = SETTINGS[name].column
        with st.container(horizontal=True):
            least = self._number(f"{name}_from", f"{column} from", number_text(interval.low))
            most = self._number(f"{name}_to", "to", number_text(interval.high))
        return least, most

    def _number(self, name: str, label: str, empty: str, *, whole: bool = False) -> float | None:
        return st.number_input(
            label,
            min_value=1 if whole else 0.0,
            value=None,
            step=1 if whole else None,
            format="%d" if whole else "%g",
            placeholder=empty,
            key=self._key(name),
            persist_state="session",
        )

    def _key(self, name: str) -> str:
        self._keys.append(f"{self._prefix}_{name}")
        return self._keys[-1]

    def _empty(self) -> None:
        for key in self._keys:
            state = st.session_state
            state[key] = [] if isinstance(state[key], list) else None


def table_sentence(
    plan: Plan, shown: Sequence[TrialRecord], listed: Sequence[TrialRecord], choice: Choice
) -> str:
    """What stands above the table.

    Parameters
    ----------
    plan : Plan
        Of the sweep.
    shown, listed : sequence of TrialRecord
        Those in the table, and all that have begun; one at least.
    choice : Choice
        What the visitor wants to see.
    """
    states = [trial.state for trial in listed]
    hidden = {state.value: states.count(state) for state in HIDDEN if choice.hides}
    parts = [shown_sentence(len(shown), len(listed), hidden, so_far=len(listed) < plan.trials)]
    best = {trial.number for trial in best_trials(listed, plan.goals)}
    if any(trial.number in best for trial in shown):
        missed = TrialScores.of_all(listed, plan.goals)[0].missed
        parts.append(star_sentence(len(best), len(plan.goals), missed))
    parts.append("A click on a number opens that trial in Train.")
    if len(listed) <= max(trial.number for trial in listed):
        parts.append(NUMBERS_MISSING)
    return " ".join(parts)


def _download(sweep: Sweep, listed: Sequence[TrialRecord]) -> None:
    st.download_button(
        "Download all as CSV",
        lambda: trials_csv(sweep, listed),
        trials_file_name(sweep),
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="download_trials",
    )


def _table(
    lab: Lab, sweep: Sweep, shown: Sequence[TrialRecord], listed: Sequence[TrialRecord]
) -> None:
    st.dataframe(
        trial_frame(sweep.plan, shown, listed),
        hide_index=True,
        column_config={
            OPEN: st.column_config.ButtonColumn(
                width=OPEN_WIDTH,
                pinned=True,
                help="Opens the trial in Train.",
                on_click=_carry_out_click,
                args=(lab, sweep, listed),
                key=_CLICK,
            ),
            **column_config(sweep.plan),
        },
        placeholder="–",
        alt="Trials of this sweep",
        key="trial_table",
    )


def _carry_out_click(lab: Lab, sweep: Sweep, listed: Sequence[TrialRecord]) -> None:
    click = st.session_state[_CLICK]
    if click is None:
        return
    # By its label: the table may have got other rows since the browser has drawn this one.
    for trial in listed:
        if click["label"] == open_label(trial.number):
            open_trial(lab, sweep, trial, _PLACE)
