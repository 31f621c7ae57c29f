"""Where a visitor looks after the runs of their session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard.runs import (
    MOST_RUNS,
    delete,
    last_deleted,
    number_of,
    recorded_runs,
    rename,
    runs_gone,
    set_overlaid,
    take_notice,
    undo_deletion,
)
from dashboard.runs_table import DELETE, OPEN, runs_table
from dashboard.words.plain import plain
from dashboard.words.recorded_runs import (
    LONGEST_NAME,
    SETTING_LABELS,
    another_j_sentence,
    gone_sentence,
    same_for_all,
)
from dashboard.words.runs_csv import runs_csv
from logreg_core import RANGES

if TYPE_CHECKING:
    from collections.abc import Collection

    from pandas.io.formats.style import Styler

    from dashboard.runs import ListedRun
    from logreg_core import TrainingJob

#: Columns that a visitor can write into.
_EDITABLE: Final = ("overlay", "name")

#: Settings that are numbers wherever they are used.
_NUMBERS: Final = sorted({*RANGES, "held_out"} - {"learning_rate"})


def runs_panel(on_chart: Collection[TrainingJob]) -> None:
    """The table of runs, and what can be done with them.

    It belongs outside of anything that is drawn again by itself: a table that is
    drawn anew under the mouse cannot be used.

    Parameters
    ----------
    on_chart : collection of TrainingJob
        What the chart above is about: a run, or the runners of a race.
    """
    with st.container(key="runs"):
        st.subheader("Runs of this session", anchor=False)
        runs = recorded_runs()
        if runs:
            _table_and_words(runs, {number_of(job) for job in on_chart})
        else:
            st.caption("Runs that you start are listed here.")
        with st.container(horizontal=True):
            _buttons(runs)


def _table_and_words(runs: tuple[ListedRun, ...], on_chart: set[int | None]) -> None:
    # A run that is on the chart may have been deleted from the table.
    shown = [run for run in runs if run.number in on_chart]
    usual = shown[0] if shown else runs[-1]
    alone = len(on_chart) == 1 and bool(shown)
    _editor(runs_table(runs, usual, on_chart=alone))
    if len(runs) > 1:
        which = "the run with the blue mark, on the chart" if alone else f"“{plain(usual.name)}”"
        st.caption(
            f"Compared with {which}: :orange-background[other settings], and "
            ":green-background[the best] of those results that can be compared with its own."
        )
    overlaid = [run for run in runs if shown and run.overlaid and run not in shown]
    for sentence in (
        same_for_all(runs),
        another_j_sentence(usual, overlaid),
        gone_sentence(runs_gone(), MOST_RUNS),
    ):
        if sentence:
            st.caption(sentence)
    notice = take_notice()
    if notice:
        st.warning(notice, icon=":material/info:")


def _editor(table: Styler) -> None:
    # What the browser sends back names rows by their place: these are they.
    numbers = [int(number) for number in table.index]
    if st.session_state.setdefault("_runs_in_table", numbers) != numbers:
        # A click on its way, made in a table of other rows, must not meet another run.
        st.session_state["_runs_in_table"] = numbers
        _start_a_new_editor()
    version = st.session_state.get("_runs_version", 0)
    key, click = f"runs_table_{version}", f"run_action_{version}"
    st.data_editor(
        table,
        hide_index=True,
        disabled=[name for name in table.columns if name not in _EDITABLE],
        column_config=_columns(click, numbers),
        placeholder="–",
        alt="Runs of this session",
        key=key,
        on_change=_carry_out_edits,
        args=(key, numbers),
    )


def _columns(click: str, numbers: list[int]) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "overlay": st.column_config.CheckboxColumn(
            "overlay",
            pinned=True,
            width=90,
            help="Lay this run over the one that the chart shows: J solid, held-out cost dashed.",
        ),
        "curves": st.column_config.ImageColumn("", pinned=True, width=60),
        "name": st.column_config.TextColumn("name", max_chars=LONGEST_NAME, width=160),
        **{SETTING_LABELS[name]: number(format="%g") for name in _NUMBERS},
        "α": st.column_config.TextColumn(width=90),
        "digits": st.column_config.TextColumn(width=90),
        "iterations": number(format="%d", width=85),
        "J": number(format="%.6g", width=100),
        "held-out cost": number(format="%.4g", width=110),
        "training accuracy": number(format="percent"),
        "held-out accuracy": number(format="percent"),
        "passes": number(format="%.4g"),
        "seconds": number(format="%.3f"),
        "do": st.column_config.ButtonColumn(
            "", on_click=_carry_out_click, args=(click, numbers), key=click
        ),
    }


def _buttons(runs: tuple[ListedRun, ...]) -> None:
    st.download_button(
        "Download all as CSV",
        lambda: runs_csv(runs),
        "runs.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=not runs,
        key="download_runs",
    )
    deleted = last_deleted()
    if deleted is not None:
        st.button(
            f"Bring back “{plain(deleted.name)}”",
            icon=":material/undo:",
            on_click=undo_deletion,
            key="undo_deletion",
        )


def _carry_out_edits(key: str, numbers: list[int]) -> None:
    """Take over what was written into the table, before the page is drawn.

    The editor goes on holding its edits and lays them over each new table. Where the
    table has become just that, they change nothing; where it has not, such as a name
    that was wiped and is the first one again, a new editor takes its place.
    """
    edits = st.session_state[key]["edited_rows"]
    for place, cells in edits.items():
        if not _can_be_carried_out(place, cells, numbers):
            continue
        if "overlay" in cells:
            set_overlaid(numbers[place], cells["overlay"])
        if "name" in cells:
            rename(numbers[place], cells["name"])
    if not all(_is_shown(place, cells, numbers) for place, cells in edits.items()):
        _start_a_new_editor()


def _can_be_carried_out(place: int, cells: object, numbers: list[int]) -> bool:
    """Whether this is what the editor sends; anything may come from outside."""
    known = isinstance(cells, dict) and set(cells) <= set(_EDITABLE)
    return known and 0 <= place < len(numbers)


def _is_shown(place: int, cells: dict[str, object], numbers: list[int]) -> bool:
    """Whether the table has become what this edit says."""
    if not _can_be_carried_out(place, cells, numbers):
        return False
    run = next((run for run in recorded_runs() if run.number == numbers[place]), None)
    return run is not None and cells == {
        name: value
        for name, value in (("overlay", run.overlaid), ("name", run.name))
        if name in cells
    }


def _carry_out_click(key: str, numbers: list[int]) -> None:
    click = st.session_state[key]
    if click is None or not 0 <= click["row"] < len(numbers):
        return
    number = numbers[click["row"]]
    if click["label"] == DELETE:
        delete(number)
    elif click["label"] == OPEN:
        _open_settings(number)


def _open_settings(number: int) -> None:
    for run in recorded_runs():
        if run.number == number:
            st.session_state.update(run.settings.to_state())


def _start_a_new_editor() -> None:
    """One that knows of no edits; it has a key of its own."""
    st.session_state["_runs_version"] = st.session_state.get("_runs_version", 0) + 1
