"""The database in which sweeps are kept.

By default a SQLite file in the platform's data directory; in memory where that cannot be
written; PostgreSQL, for workers on several machines, by one setting.
"""

from __future__ import annotations

import os
import sqlite3
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import optuna
import platformdirs
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import (
    BaseStorage,
    InMemoryStorage,
    RDBStorage,
    RetryHeartbeatStaleTrialCallback,
)
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from logreg_core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

#: The environment variable that names another database.
VARIABLE: Final = "THETA_LAB_SWEEPS"

#: Its value for a database that lives and dies with the server.
MEMORY: Final = "memory"

#: How often a worker says that it is still there, and after how long a silence its trial is
#: given to another. Seconds.
HEARTBEAT_SECONDS: Final = 5
SILENCE_SECONDS: Final = 30

#: Times that a trial is tried again; one that kills its worker each time must not go round.
_MOST_RETRIES: Final = 3

#: How long a writer waits for another, seconds.
_SQLITE_PATIENCE: Final = 60.0

_ACCEPTED: Final = (
    f"{MEMORY}, sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE are accepted"
)

# What is experimental in Optuna is held by the range of versions in requirements.txt and by
# tests; and heartbeats are ours to send, since we ask and tell.
warnings.filterwarnings("ignore", category=ExperimentalWarning)
warnings.filterwarnings("ignore", message="Heartbeat of storage is supposed to be used")
optuna.logging.set_verbosity(optuna.logging.WARNING)


@dataclass(frozen=True)
class Storage:
    """An open database of sweeps.

    Attributes
    ----------
    kind : {"memory", "sqlite", "postgresql"}
        What it is.
    optuna : BaseStorage
        As Optuna has it.
    """

    kind: str
    optuna: BaseStorage = field(repr=False)

    @property
    def is_shared(self) -> bool:
        """Whether workers of other processes can join its sweeps."""
        return self.kind != MEMORY

    @property
    def lasts(self) -> bool:
        """Whether a sweep is still there when the server has been started anew."""
        return self.kind != MEMORY


def open_storage(
    url: str | None = None,
    *,
    heartbeat_seconds: int = HEARTBEAT_SECONDS,
    silence_seconds: int = SILENCE_SECONDS,
) -> Storage:
    """Open a database, and make its tables where they are missing.

    The same one is returned for the same arguments: all visitors of a server share its
    connections.

    Parameters
    ----------
    url : str, optional
        ``"memory"``, ``sqlite:///PATH`` or ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``;
        by default what the environment variable ``THETA_LAB_SWEEPS`` names, else a SQLite
        file in the platform's data directory, else memory.
    heartbeat_seconds, silence_seconds : int
        How often a worker says that it is still there, and after how long a silence its
        trial is tried again.

    Raises
    ------
    StorageError
        If there is no such database, or it cannot be reached.

    Examples
    --------
    >>> open_storage("memory")
    Storage(kind='memory')
    """
    named = url or os.environ.get(VARIABLE) or ""
    if not named:
        return _default(heartbeat_seconds, silence_seconds)
    return _opened(named, heartbeat_seconds, silence_seconds)


def default_path() -> Path:
    """Where the SQLite file is by default."""
    return Path(platformdirs.user_data_dir("theta-lab", appauthor=False)) / "sweeps.sqlite3"


@cache
def _default(heartbeat_seconds: int, silence_seconds: int) -> Storage:
    path = default_path()
    try:
        # For its owner only: whoever can read it knows the names of all sweeps.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        return _opened(f"sqlite:///{path}", heartbeat_seconds, silence_seconds)
    except (OSError, StorageError):  # a disk that is read-only, full, or none of ours
        return _opened(MEMORY, heartbeat_seconds, silence_seconds)


@cache
def _opened(url: str, heartbeat_seconds: int, silence_seconds: int) -> Storage:
    if url == MEMORY:
        return Storage(MEMORY, InMemoryStorage())
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(f"This is no address of a database; {_ACCEPTED}.") from None
    backend = parsed.get_backend_name()

    def database(engine: dict[str, object]) -> RDBStorage:
        return RDBStorage(
            parsed.render_as_string(hide_password=False),
            engine_kwargs=engine,
            heartbeat_interval=heartbeat_seconds,
            grace_period=silence_seconds,
            heartbeat_stale_trial_callback=retry,
        )

    if backend == "sqlite" and parsed.database:
        path = parsed.database
        storage = _reached(lambda: database({"creator": lambda: _sqlite_connection(path)}))
        event.listen(storage.engine, "begin", _begin_to_write)
        return Storage("sqlite", storage)
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return Storage("postgresql", _reached(lambda: database({"pool_pre_ping": True})))
    raise StorageError(f"Sweeps cannot be kept in {backend} databases of this kind; {_ACCEPTED}.")


#: What becomes of a trial whose worker has fallen silent, or gives it back: it waits again.
retry: Final = RetryHeartbeatStaleTrialCallback(max_retry=_MOST_RETRIES)


def _reached(connect: Callable[[], RDBStorage]) -> RDBStorage:
    """A database, or a StorageError in words that do not repeat its address."""
    try:
        return connect()
    except ImportError:
        raise StorageError(
            "PostgreSQL's driver is not installed: `pip install -r requirements-cluster.txt`."
        ) from None
    except (SQLAlchemyError, StorageInternalError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise StorageError(
            f"The database of the sweeps cannot be reached: {reason[0] if reason else 'no reason'}."
        ) from None
    except RuntimeError:  # tables of another version of Optuna
        raise StorageError(
            "The database of the sweeps was made by another version of Optuna: "
            "`optuna storage upgrade` brings it up to date, or name another database."
        ) from None


def _sqlite_connection(path: str) -> sqlite3.Connection:
    # SQLAlchemy says where a transaction begins, not the driver.
    connection = sqlite3.connect(
        path, timeout=_SQLITE_PATIENCE, isolation_level=None, check_same_thread=False
    )
    # Readers do not wait for a writer; and of what was written last, a crash of the whole
    # machine may lose a second, a crash of the server nothing.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _begin_to_write(connection: Connection) -> None:
    """Take the write lock at once.

    Optuna reads what it then writes: two workers that both had read could take the same
    trial, or be told "database is locked", however long they would wait.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE")
