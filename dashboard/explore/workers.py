"""Who works on a sweep, and how others join."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.explore.standing import Work, together, works_of
from dashboard.explore.sweep_data import data_of, is_over_data_of
from dashboard.sweep_storage import is_named, is_unreachable, sweep_storage
from dashboard.words.explore.workers import (
    DATA_FILE,
    HEARD,
    RATE,
    THIS_SERVER,
    cannot_join,
    command,
    how_to_join,
    silent_sentence,
    workers_table,
)
from logreg_core.sweep.storage import SILENCE_SECONDS
from logreg_core.sweep.worker import worker_name

if TYPE_CHECKING:
    from dashboard.explore.shown import Reading, Shown
    from dashboard.lab import Lab
    from logreg_core.sweep import SweepData


def workers(lab: Lab, shown: Shown, now: Reading) -> None:
    """A table of those who work on a sweep, and the command that joins it."""
    st.subheader("Workers", anchor=False)
    sweep = shown.sweep
    works = _works(now)
    with st.container(key="workers_table"):
        if works:
            st.dataframe(
                workers_table(works, works_here=shown.works_here),
                hide_index=True,
                column_config=_columns(),
                placeholder="",
                key="workers",
            )
    if not sweep.storage.is_shared:
        has_database = is_unreachable() or sweep_storage().is_shared
        st.caption(cannot_join(has_database=has_database))
        return
    if not now.over and any(work.worker != THIS_SERVER for work in works):
        st.caption(silent_sentence(SILENCE_SECONDS))
    can_be_fetched = sweep.origin.can_be_fetched
    data_is_here = not can_be_fetched and is_over_data_of(lab, sweep)
    st.caption(
        how_to_join(
            sweep.storage.kind,
            is_named=is_named(),
            can_be_fetched=can_be_fetched,
            data_is_here=data_is_here,
        )
    )
    st.code(command(sweep), language="bash", wrap_lines=True)
    if data_is_here:
        data = data_of(lab, sweep.plan.goals)
        st.download_button(
            "Data of this sweep",
            lambda: _saved(data),
            file_name=DATA_FILE,
            mime="application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            key="sweep_data",
        )


def _works(now: Reading) -> list[Work]:
    """Everybody who has worked on it; those of this server, one after another, as one."""
    process = _process(worker_name())
    works = works_of(now.trials)
    here = [work for work in works if _process(work.worker) == process]
    others = [work for work in works if work not in here]
    return [together(here, THIS_SERVER), *others] if here else others


def _process(worker: str) -> str:
    """Of a worker's name, what all workers of one process have in common."""
    return worker.rpartition("-")[0]


def _saved(data: SweepData) -> bytes:
    data.save(file := io.BytesIO())
    return file.getvalue()


def _columns() -> dict[str, Any]:
    return {
        RATE: st.column_config.NumberColumn(format="localized"),
        HEARD: st.column_config.DatetimeColumn(format="HH:mm:ss"),
    }
