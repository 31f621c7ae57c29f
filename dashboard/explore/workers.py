"""Who works on a sweep, and how others join."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.explore.standing import works_of
from dashboard.explore.sweep_data import data_of, is_over_data_of
from dashboard.words.explore.workers import (
    DATA_FILE,
    cannot_join,
    command,
    how_to_join,
    workers_table,
)

if TYPE_CHECKING:
    from dashboard.explore.my_sweeps import Reading, Shown
    from dashboard.lab import Lab
    from logreg_core.sweep import SweepData


def workers(lab: Lab, shown: Shown, now: Reading) -> None:
    """A table of those who work on a sweep, and the command that joins it."""
    st.subheader("Workers", anchor=False)
    sweep = shown.sweep
    works = works_of(now.trials)
    with st.container(key="workers_table"):
        if works:
            st.dataframe(
                workers_table(works, shown.workers_here),
                hide_index=True,
                column_config=_columns(),
                key="workers",
            )
    if not sweep.storage.is_shared:
        st.caption(cannot_join())
        return
    st.caption(how_to_join(sweep.storage.kind, can_be_fetched=sweep.origin.can_be_fetched))
    st.code(command(sweep), language="bash", wrap_lines=True)
    if not sweep.origin.can_be_fetched and is_over_data_of(lab, sweep):
        data = data_of(lab, sweep.plan.goals)
        st.download_button(
            "Data of this sweep",
            lambda: _saved(data),
            DATA_FILE,
            icon=":material/download:",
            on_click="ignore",
            key="sweep_data",
        )


def _saved(data: SweepData) -> bytes:
    data.save(file := io.BytesIO())
    return file.getvalue()


def _columns() -> dict[str, Any]:
    return {
        "trials a minute": st.column_config.NumberColumn(format="%.3g"),
        "last heard of, by its own clock": st.column_config.DatetimeColumn(format="HH:mm:ss"),
    }
