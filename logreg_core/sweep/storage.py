"""The database in which sweeps are kept.

By default a SQLite file in the platform's data directory; in memory where that cannot be
written; PostgreSQL, for workers on several machines, by one setting.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import optuna
import platformdirs
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import BaseStorage, InMemoryStorage, RDBStorage
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from logreg_core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection

#: The environment variable that names another database.
VARIABLE: Final = "THETA_LAB_SWEEPS"

#: Kinds of databases; the first, which lives and dies with the server, is a value of it too.
MEMORY: Final = "memory"
SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

#: Some providers use the old name in the addresses that they give.
_POSTGRESQL_NAMES: Final = (POSTGRESQL, "postgres")

#: How often a worker says that it is still there, and after how long a silence its trial is
#: given to another. Seconds.
HEARTBEAT_SECONDS: Final = 5
SILENCE_SECONDS: Final = 30

#: How long a writer waits for another, seconds.
_SQLITE_PATIENCE: Final = 60.0

#: How long a server may take to answer for the first time, seconds.
_PATIENCE: Final = 10

#: How long a transaction may wait for the worker that began it; each takes milliseconds.
_LONGEST_IDLE_SECONDS: Final = 60

#: What databases say where two processes make the same tables at once, and how long to wait
#: before the next attempt.
_COLLISION: Final = ("already exists", "duplicate key", "UNIQUE constraint", "database is locked")
_COLLISION_SECONDS: Final = 0.1

_ACCEPTED: Final = (
    f"{MEMORY}, sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE are accepted"
)

# Heartbeats and the constant liar are experimental in Optuna: that they stay as they are is held
# by the range of versions in requirements.txt, and by tests.
warnings.filterwarnings("ignore", category=ExperimentalWarning)
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
        trial is tried again; 1 or more.

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
    if named == MEMORY:
        return _MEMORY  # at once, whoever else is waiting for a server to answer
    with _one_at_a_time:
        if not named:
            return _default(heartbeat_seconds, silence_seconds)
        return _opened(named, heartbeat_seconds, silence_seconds)


def default_path() -> Path:
    """Where the SQLite file is by default."""
    return Path(platformdirs.user_data_dir("theta-lab", appauthor=False)) / "sweeps.sqlite3"


#: Two visitors at once must not each get connections of their own.
_one_at_a_time = threading.Lock()

_MEMORY: Final = Storage(MEMORY, InMemoryStorage())


@cache
def _default(heartbeat_seconds: int, silence_seconds: int) -> Storage:
    path = default_path()
    try:
        # For its owner only: whoever can read it knows the names of all sweeps.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        return _opened(f"sqlite:///{path}", heartbeat_seconds, silence_seconds)
    except (OSError, StorageError):  # a disk that is read-only, full, or none of ours
        return _MEMORY


@cache
def _opened(url: str, heartbeat_seconds: int, silence_seconds: int) -> Storage:
    address = _address(url)
    engine: dict[str, object]
    if address.drivername == SQLITE:
        path = str(address.database)
        engine = {"creator": lambda: _sqlite_connection(path)}
    else:
        engine = {"pool_pre_ping": True, "connect_args": {"connect_timeout": _PATIENCE}}
    storage = _reached(
        address,
        lambda: RDBStorage(
            # Optuna would take braces for a place where to put its version.
            _with_password(address).replace("{", "{{").replace("}", "}}"),
            engine_kwargs=engine,
            heartbeat_interval=heartbeat_seconds,
            grace_period=silence_seconds,
        ),
    )
    if address.drivername == SQLITE:
        event.listen(storage.engine, "begin", _begin_to_write)
        return Storage(SQLITE, storage)
    event.listen(storage.engine, "connect", _end_idle_transactions)
    storage.engine.dispose()  # the connection that it has knows nothing of it
    return Storage(POSTGRESQL, storage)


def _address(url: str) -> URL:
    """What is accepted of an address, with the driver that we use."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise StorageError(f"This is no address of a database; {_ACCEPTED}.") from None
    backend = address.get_backend_name()
    if backend == SQLITE and address.database not in (None, "", ":memory:"):
        return address.set(drivername=SQLITE)
    if backend in _POSTGRESQL_NAMES:
        return address.set(drivername="postgresql+psycopg")
    raise StorageError(f"Sweeps cannot be kept in such a database; {_ACCEPTED}.")


def _with_password(address: URL) -> str:
    return address.render_as_string(hide_password=False)


def _reached(address: URL, connect: Callable[[], RDBStorage]) -> RDBStorage:
    """A database, or a StorageError in words that do not repeat its password."""
    give_up_at = time.monotonic() + _PATIENCE
    while True:
        try:
            return connect()
        except ImportError:
            raise StorageError(
                "PostgreSQL's driver is not installed here: `python3 run.py cluster` installs it."
            ) from None
        except (SQLAlchemyError, StorageInternalError, sqlite3.Error, ValueError) as error:
            reason = str(getattr(error, "orig", None) or error)
            collided = any(sign in reason for sign in _COLLISION)
            if not collided or time.monotonic() > give_up_at:
                raise StorageError(_unreached(reason, address)) from None
            time.sleep(_COLLISION_SECONDS)
        except (RuntimeError, AssertionError):  # tables of another version of Optuna
            raise StorageError(
                "The database of the sweeps was made by another version of Optuna: "
                "`optuna storage upgrade` brings it up to date, or name another database."
            ) from None


def _unreached(reason: str, address: URL) -> str:
    """What a driver says, on one line and without a password."""
    sentence = "The database of the sweeps cannot be reached"
    line = next(iter(reason.strip().splitlines()), "").rstrip(".")
    if not line or (address.password and str(address.password) in line):
        return f"{sentence}."
    return f"{sentence}: {line}."


def _sqlite_connection(path: str) -> sqlite3.Connection:
    # SQLAlchemy says where a transaction begins, not the driver.
    connection = sqlite3.connect(
        path, timeout=_SQLITE_PATIENCE, isolation_level=None, check_same_thread=False
    )
    # A commit need not wait for the disk; and of what was written last, a crash of the whole
    # machine may lose a second, a crash of the server nothing.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _end_idle_transactions(connection: DBAPIConnection, _: object) -> None:
    """Have the server take its locks from a worker that sleeps while it holds them."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{_LONGEST_IDLE_SECONDS}s'")
    cursor.close()
    connection.commit()


def _begin_to_write(connection: Connection) -> None:
    """Take the write lock at once.

    Optuna reads what it then writes: two workers that both had read could take the same
    trial, or be told "database is locked", however long they would wait.
    """
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - it has just begun
    driver.execute("BEGIN IMMEDIATE")  # past SQLAlchemy, which would take ten times as long
