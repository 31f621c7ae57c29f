"""Where the sweeps of all visitors are kept."""

from __future__ import annotations

import logging
import os
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

import streamlit as st

from logreg_core.sweep import (
    NoSweepError,
    Storage,
    StorageError,
    Sweep,
    forget_old,
    open_storage,
)
from logreg_core.sweep.storage import MEMORY, VARIABLE

#: The secret that names the database, as the environment variable does.
SECRET: Final = "sweeps"  # noqa: S105 - its name

#: Streamlit Community Cloud puts the repository here, on a disk that is emptied at each restart.
_SCRATCH: Final = Path("/mount/src")

#: The first visitor waits so long for the database, which takes a tenth of it where all is
#: well; and one that could not be reached is tried again after so many seconds.
_PATIENCE_SECONDS: Final = 5.0
_TRY_AGAIN_SECONDS: Final = 60.0


def sweep_storage() -> Storage:
    """The database of the sweeps; memory as long as it cannot be reached."""
    return _database(_named()).storage() or memory()


def is_unreachable() -> bool:
    """Whether sweeps are kept in memory where a database is meant."""
    return _database(_named()).storage() is None


def lacks_driver() -> bool:
    """Whether it cannot be reached for want of PostgreSQL's driver."""
    return _named().startswith("postgres") and find_spec("psycopg") is None


def is_named() -> bool:
    """Whether this server is told which database to use; else it takes what is usual."""
    return bool(_named())


def memory() -> Storage:
    """What lives and dies with the server."""
    return open_storage(MEMORY)


def find_sweep(name: str) -> Sweep:
    """The sweep of this name, wherever it is kept.

    Raises
    ------
    NoSweepError
        If there is none.
    StorageError
        If the database does not answer.
    """
    known = _looked_at().get(name)
    if known is None:
        return shared(_opened(name))
    known.touch()
    return known


def shared(sweep: Sweep) -> Sweep:
    """The same for all visitors who look at a sweep: of 2,000 trials each would hold 13 MB."""
    return _looked_at().setdefault(sweep.name, sweep)


def _opened(name: str) -> Sweep:
    try:
        return Sweep.open_(sweep_storage(), name)
    except StorageError as error:
        if sweep_storage() is memory():
            raise
        try:  # begun while the database could not be reached
            return Sweep.open_(memory(), name)
        except NoSweepError:
            raise error from None


@st.cache_resource(show_spinner=False)
def _looked_at() -> WeakValueDictionary[str, Sweep]:
    """The sweeps that somebody looks at, by their names; the others are let go of."""
    return WeakValueDictionary()


class _Database:
    """A database that is opened in a thread, and again where that failed.

    One that takes a connection and then says nothing must not hold up the visitors.

    Parameters
    ----------
    named : str
        As for `open_storage`.
    """

    def __init__(self, named: str) -> None:
        self._named = named
        self._storage: Storage | None = None
        self._lock = threading.Lock()
        self._tried = threading.Event()
        self._begin()
        self._tried.wait(_PATIENCE_SECONDS)

    def storage(self) -> Storage | None:
        """None as long as it could not be reached."""
        with self._lock:
            rests = not self._thread.is_alive() and time.monotonic() >= self._again_at
            if self._storage is None and rests:
                self._begin()
        return self._storage

    def _begin(self) -> None:
        self._again_at = time.monotonic() + _TRY_AGAIN_SECONDS
        self._thread = threading.Thread(target=self._open, name="sweep storage", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        try:
            try:
                self._storage = open_storage(self._named)
            finally:
                self._tried.set()
            forget_old(self._storage)  # it may take seconds, for which nobody needs to wait
        except StorageError as error:
            # Why is for whoever runs the server, and not for every visitor.
            logging.getLogger(__name__).error("%s", error)  # noqa: TRY400 - a sentence, not a traceback


@st.cache_resource(show_spinner="Opening the database of the sweeps…")
def _database(named: str) -> _Database:
    return _Database(named)


def _named() -> str:
    """What this server is told to use; nothing for what is usual."""
    try:
        if SECRET in st.secrets:
            return str(st.secrets[SECRET])
    except FileNotFoundError:  # there is no file of secrets, or it cannot be read
        pass
    on_scratch = Path(__file__).is_relative_to(_SCRATCH)
    return os.environ.get(VARIABLE) or (MEMORY if on_scratch else "")
