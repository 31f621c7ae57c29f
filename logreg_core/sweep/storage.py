"""The database in which sweeps are kept.

By default a SQLite file in the platform's data directory; in memory where that cannot be
written; PostgreSQL, for workers on several machines, by one setting.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import optuna
import platformdirs
from optuna.exceptions import ExperimentalWarning
from optuna.storages import BaseStorage, InMemoryStorage, RDBStorage
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from logreg_core.errors import StorageError
from logreg_core.sweep.answering import NO_ANSWER, keep_secret, reason, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection

#: The environment variable that names another database.
VARIABLE: Final = "THETA_LAB_SWEEPS"

#: Kinds of databases; the first, which lives and dies with the process, is a value of it too.
MEMORY: Final = "memory"
SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

#: Some providers use the old name in the addresses that they give.
_POSTGRESQL_NAMES: Final = (POSTGRESQL, "postgres")

#: How often a worker says that it is still there, and after how long a silence its trial is
#: given to another. Seconds.
HEARTBEAT_SECONDS: Final = 5
SILENCE_SECONDS: Final = 30

#: How long one who writes waits for another, seconds; and how long who would rather be refused.
_SQLITE_PATIENCE: Final = 60.0
_SQLITE_HASTE: Final = 2.0

#: How long a server may take to answer for the first time, seconds.
_ANSWER_SECONDS: Final = 10

#: What a server is told of every connection, seconds. A transaction takes milliseconds: whoever
#: stays away in the middle of one loses its locks, before those who wait for them give up.
_LIMITS: Final = {
    "idle_in_transaction_session_timeout": 15,
    "lock_timeout": 30,
    "statement_timeout": 60,
}

#: After ten seconds of silence the driver asks whether the server is there, and knows ten later.
_NETWORK: Final = {
    "connect_timeout": _ANSWER_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,  # of what was sent and not heard of, milliseconds
}

#: How a transaction on SQLite begins. Optuna reads what it then writes: had two workers both read,
#: they could take the same trial, or be told "database is locked" however long they would wait. So
#: whoever may write takes the lock at once.
_TO_WRITE: Final = "BEGIN IMMEDIATE"
_TO_READ: Final = "BEGIN"

#: What Optuna is told of a file: it is the connection's own creator that knows the path.
_BY_CREATOR: Final = "sqlite:///sweeps"

#: What databases say where two processes make the same tables at once, and how long to wait
#: before the next attempt.
_COLLISION: Final = ("already exists", "duplicate key", "UNIQUE constraint", "database is locked")
_COLLISION_SECONDS: Final = 0.1

_ACCEPTED: Final = (
    f"{MEMORY}, sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE are accepted"
)

_log: Final = logging.getLogger(__name__)

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
    _reading: BaseStorage | None = field(default=None, repr=False, compare=False)
    _hasty: BaseStorage | None = field(default=None, repr=False, compare=False)

    @property
    def reading(self) -> BaseStorage:
        """The same, where nobody who reads waits for one who writes; only to be read."""
        return self._reading or self.optuna

    @property
    def hasty(self) -> BaseStorage:
        """The same, where one who writes does not wait for another for long."""
        return self._hasty or self.optuna

    @property
    def is_shared(self) -> bool:
        """Whether it is outside of this process: others can join its sweeps, and they last."""
        return self.kind != MEMORY

    @property
    def heartbeat_seconds(self) -> int | None:
        """How often a worker says that it is still there.

        None in memory: who dies with it is missed by nobody.
        """
        return self.optuna.heartbeat_interval if isinstance(self.optuna, RDBStorage) else None

    def beat(self, trial_id: int, *, hasty: bool = False) -> None:
        """Note that somebody is at a trial now; in memory, which has no heartbeats, nothing."""
        storage = self.hasty if hasty else self.optuna
        if isinstance(storage, RDBStorage):
            storage.record_heartbeat(trial_id)

    def close(self) -> None:
        """Close its connections; who uses it again opens others."""
        for storage in (self.optuna, self.reading, self.hasty):
            if isinstance(storage, RDBStorage):
                storage.engine.dispose()


def open_storage(
    url: str | None = None,
    *,
    heartbeat_seconds: int = HEARTBEAT_SECONDS,
    silence_seconds: int = SILENCE_SECONDS,
    existing: bool = False,
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
    existing : bool
        Whether a SQLite file that is not there is refused, rather than made.

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
        address = _address(named) if named else URL.create(SQLITE, database=str(default_path()))
        if address.drivername == SQLITE:
            path = Path(str(address.database))
            if existing and not path.exists():
                raise StorageError(f"There is no database of sweeps at {path}: is it another file?")
            try:
                _make_file(path, is_usual=not named)
            except (OSError, ValueError) as error:  # the latter for what no path can be
                if named:
                    raise _unreached(error) from None
                _warn(reason(error))
                return _MEMORY
        return _opened(address, heartbeat_seconds, silence_seconds)


def private_memory() -> Storage:
    """A database in memory that nobody else has, and that goes with whoever has it.

    Examples
    --------
    >>> private_memory() == open_storage("memory")
    False
    """
    return Storage(MEMORY, InMemoryStorage())


def default_path() -> Path:
    """Where the SQLite file is by default."""
    return Path(platformdirs.user_data_dir("theta-lab", appauthor=False)) / "sweeps.sqlite3"


#: Two visitors at once must not each get connections of their own.
_one_at_a_time = threading.Lock()

_MEMORY: Final = private_memory()


def _make_file(path: Path, *, is_usual: bool) -> None:
    """For its owner only: whoever can read it knows the names of all sweeps."""
    if is_usual:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)


@cache  # a reason is worth one line
def _warn(why: str) -> None:
    _log.warning("Sweeps are kept in memory, since their file cannot be written: %s", why)


@cache
def _opened(address: URL, heartbeat_seconds: int, silence_seconds: int) -> Storage:
    silence = {"heartbeat_interval": heartbeat_seconds, "grace_period": silence_seconds}
    if address.drivername == SQLITE:
        return _reached(lambda: _sqlite(str(address.database), silence))
    return _reached(lambda: _postgresql(address, silence), _host(address))


def _sqlite(path: str, silence: dict[str, Any]) -> Storage:
    def connected(begin: str, patience: float, *, again: bool = False) -> RDBStorage:
        storage = RDBStorage(
            _BY_CREATOR,
            {"creator": lambda: _sqlite_connection(path, patience)},
            skip_table_creation=again,
            skip_compatibility_check=again,
            **silence,
        )
        event.listen(storage.engine, "begin", lambda connection: _begin(connection, begin))
        return storage

    patient = connected(_TO_WRITE, _SQLITE_PATIENCE)
    reading = connected(_TO_READ, _SQLITE_HASTE, again=True)
    return Storage(SQLITE, patient, reading, connected(_TO_WRITE, _SQLITE_HASTE, again=True))


def _postgresql(address: URL, silence: dict[str, Any]) -> Storage:
    storage = RDBStorage(
        # Optuna would take braces for a place where to put its version.
        _with_password(address).replace("{", "{{").replace("}", "}}"),
        {"pool_pre_ping": True, "connect_args": _NETWORK},
        **silence,
    )
    event.listen(storage.engine, "connect", _prepare)
    storage.engine.dispose()  # the connection that it has is not prepared
    return Storage(POSTGRESQL, storage)


def _address(url: str) -> URL:
    """What is accepted of an address, with the driver that we use."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise StorageError(f"This is no address of a database; {_ACCEPTED}.") from None
    backend = address.get_backend_name()
    if backend == SQLITE and "?" in url:  # SQLAlchemy would take what follows for settings
        raise StorageError("The path of a SQLite file of sweeps cannot have a question mark in it.")
    if backend == SQLITE and address.database not in (None, "", ":memory:"):
        return address.set(drivername=SQLITE)
    if backend in _POSTGRESQL_NAMES:
        for password in (address.password, address.query.get("password")):
            if password:
                keep_secret(str(password))
        return address.set(drivername="postgresql+psycopg")
    raise StorageError(f"Sweeps cannot be kept in such a database; {_ACCEPTED}.")


def _with_password(address: URL) -> str:
    return address.render_as_string(hide_password=False)


def _host(address: URL) -> str:
    """Where a server is: the driver does not say so where nobody answers."""
    host = address.host or address.query.get("host") or "localhost"
    return f" at {host}{f':{address.port}' if address.port else ''}"


def _reached(connect: Callable[[], Storage], where: str = "") -> Storage:
    """A database, or a StorageError in words that do not repeat its password."""
    give_up_at = time.monotonic() + _ANSWER_SECONDS
    while True:
        try:
            return connect()
        except ImportError:
            raise StorageError(
                "PostgreSQL's driver is not installed here: `python3 run.py cluster` installs it."
            ) from None
        except (*NO_ANSWER, ValueError) as error:
            collided = any(sign in said(error) for sign in _COLLISION)
            if not collided or time.monotonic() > give_up_at:
                raise _unreached(error, where) from None
            time.sleep(_COLLISION_SECONDS)
        except (RuntimeError, AssertionError):  # tables of another version of Optuna
            raise StorageError(
                "The database of the sweeps was made by another version of Optuna: "
                "`optuna storage upgrade` brings it up to date, or name another database."
            ) from None


def _unreached(error: Exception, where: str = "") -> StorageError:
    why = reason(error)
    return StorageError(f"The database of the sweeps{where} cannot be reached{why and f': {why}'}.")


def _sqlite_connection(path: str, patience: float) -> sqlite3.Connection:
    # SQLAlchemy says where a transaction begins, not the driver.
    connection = sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )
    # A commit need not wait for the disk; and of what was written last, a crash of the whole
    # machine may lose a second, a crash of the server nothing.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _prepare(connection: DBAPIConnection, _: object) -> None:
    """Let nobody wait for ever: the server takes the locks from a worker that sleeps.

    And have all read one clock: Optuna notes heartbeats without their time zone, so that a worker
    from another one would be taken for dead at once.
    """
    cursor = connection.cursor()
    for name, seconds in _LIMITS.items():
        cursor.execute(f"SET {name} = '{seconds}s'")
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    connection.commit()


def _begin(connection: Connection, statement: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - it is connected
    driver.execute(statement)  # past SQLAlchemy, which would take ten times as long
