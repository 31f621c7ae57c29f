"""Where the sweeps of all visitors are kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import streamlit as st
from optuna.trial import TrialState

from logreg_core.sweep import Storage, StorageError, Sweep, open_storage
from logreg_core.sweep.storage import MEMORY, VARIABLE

#: The secret that names the database, as the environment variable does.
SECRET: Final = "sweeps"  # noqa: S105 - its name

#: Streamlit Community Cloud puts the repository here, on a disk that is emptied at each restart.
_SCRATCH: Final = Path("/mount/src")

#: After so many seconds a database that could not be reached is tried again.
_TRY_AGAIN_SECONDS: Final = 60

#: Trials of all sweeps together that are kept in memory, 3 kB each; beyond them, the oldest
#: sweeps go.
_MOST_IN_MEMORY: Final = 20_000


def sweep_storage() -> Storage:
    """The database of the sweeps; memory as long as it cannot be reached."""
    found = _tried(_named())
    return memory() if isinstance(found, str) else found


def storage_failure() -> str | None:
    """Why sweeps are kept in memory where a database is meant, in a sentence; None else."""
    found = _tried(_named())
    return found if isinstance(found, str) else None


def memory() -> Storage:
    """What lives and dies with the server."""
    return open_storage(MEMORY)


def find_sweep(name: str) -> Sweep:
    """The sweep of this name, wherever it is kept.

    Raises
    ------
    StorageError
        If there is none.
    """
    try:
        return Sweep.open_(sweep_storage(), name)
    except StorageError:
        if sweep_storage() is memory():
            raise
        try:  # begun while the database could not be reached
            return Sweep.open_(memory(), name)
        except StorageError:
            pass
        raise


def make_room(storage: Storage, trials: int) -> None:
    """Forget the oldest sweeps in memory, where so many trials more would not fit.

    Of those at which nobody works; a database has room for all of them.
    """
    if storage is not memory():
        return
    kept = storage.optuna
    sizes = {
        study._study_id: study.user_attrs.get("plan", {}).get("trials", 0)  # noqa: SLF001 - nowhere else to be had
        for study in kept.get_all_studies()
    }
    for study in sorted(sizes):
        if sum(sizes.values()) + trials <= _MOST_IN_MEMORY:
            return
        if not _is_worked_at(storage, study):
            kept.delete_study(study)
            sizes[study] = 0


def _is_worked_at(storage: Storage, study: int) -> bool:
    return bool(storage.optuna.get_all_trials(study, deepcopy=False, states=(TrialState.RUNNING,)))


# A success is remembered by `open_storage` too, so that nothing is opened twice.
@st.cache_resource(show_spinner="Opening the database of the sweeps…", ttl=_TRY_AGAIN_SECONDS)
def _tried(named: str) -> Storage | str:
    """The database of this name, or why there is none."""
    try:
        return open_storage(named)
    except StorageError as error:
        return str(error)


def _named() -> str:
    """What this server is told to use; nothing for what is usual."""
    try:
        if SECRET in st.secrets:
            return str(st.secrets[SECRET])
    except FileNotFoundError:  # there is no file of secrets, or it cannot be read
        pass
    on_scratch = Path(__file__).is_relative_to(_SCRATCH)
    return os.environ.get(VARIABLE) or (MEMORY if on_scratch else "")
