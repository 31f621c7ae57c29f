"""Where the sweeps of all visitors are kept."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

import streamlit as st

from logreg_core.sweep import Storage, StorageError, Sweep, open_storage
from logreg_core.sweep.lifetime import forget_old
from logreg_core.sweep.storage import MEMORY, VARIABLE

#: The secret that names the database, as the environment variable does.
SECRET: Final = "sweeps"  # noqa: S105 - its name

#: Streamlit Community Cloud puts the repository here, on a disk that is emptied at each restart.
_SCRATCH: Final = Path("/mount/src")

#: After so many seconds a database that could not be reached is tried again.
_TRY_AGAIN_SECONDS: Final = 60


def sweep_storage() -> Storage:
    """The database of the sweeps; memory as long as it cannot be reached."""
    return _tried(_named()) or memory()


def is_unreachable() -> bool:
    """Whether sweeps are kept in memory where a database is meant."""
    return _tried(_named()) is None


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
    except StorageError as error:
        if sweep_storage() is memory():
            raise
        try:  # begun while the database could not be reached
            return Sweep.open_(memory(), name)
        except StorageError:
            raise error from None


# A success is remembered by `open_storage` too, so that nothing is opened twice.
@st.cache_resource(show_spinner="Opening the database of the sweeps…", ttl=_TRY_AGAIN_SECONDS)
def _tried(named: str) -> Storage | None:
    """The database of this name; None where it cannot be reached.

    Why not is for whoever runs the server, and not for every visitor: it goes to the log.
    """
    try:
        storage = open_storage(named)
        forget_old(storage)
    except StorageError as error:
        logging.getLogger(__name__).error("%s", error)  # noqa: TRY400 - a sentence, not a traceback
        return None
    return storage


def _named() -> str:
    """What this server is told to use; nothing for what is usual."""
    try:
        if SECRET in st.secrets:
            return str(st.secrets[SECRET])
    except FileNotFoundError:  # there is no file of secrets, or it cannot be read
        pass
    on_scratch = Path(__file__).is_relative_to(_SCRATCH)
    return os.environ.get(VARIABLE) or (MEMORY if on_scratch else "")
