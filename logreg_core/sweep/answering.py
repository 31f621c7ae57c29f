"""What a database's errors are to a person."""

from __future__ import annotations

import logging
import sqlite3
import time
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import SQLAlchemyError

from logreg_core.errors import NoSweepError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator


#: What is raised where a database does not answer. The last is SQLite's own, where a transaction
#: begins past SQLAlchemy; see `storage`.
NO_ANSWER: Final = (SQLAlchemyError, StorageInternalError, sqlite3.Error)

_DELETED: Final = "This sweep has been deleted from the database."

#: A page asks again and again: the log has the same reason once a minute.
_QUIET_SECONDS: Final = 60.0

_log: Final = logging.getLogger(__name__)

_passwords: set[str] = set()
_logged: dict[str, float] = {}


@contextmanager
def answering(missing: str = _DELETED) -> Iterator[None]:
    """Say in a sentence that the database does not answer, or that a sweep is `missing` there.

    Why it does not answer is for whoever runs the server: it goes to the log.
    """
    try:
        yield
    except NO_ANSWER as error:
        _tell(reason(error))
        raise StorageError(
            "The database of the sweeps does not answer; what is in it is not lost."
        ) from None
    except KeyError as error:
        if not _is_of_optuna(error):
            raise  # a fault of ours
        raise NoSweepError(missing) from error


def keep_secret(password: str) -> None:
    """Have no `reason` repeat it."""
    _passwords.add(password)


def reason(error: BaseException) -> str:
    """Why a database does not answer, on one line; empty where that repeats a password."""
    line = next(iter(said(error).strip().splitlines()), "").rstrip(".")
    return "" if any(password in line for password in _passwords) else line


def said(error: BaseException) -> str:
    """All that a driver says, which may have a password in it."""
    if isinstance(error, StorageInternalError) and error.__cause__ is not None:
        error = error.__cause__  # Optuna's own words are the same of any error
    return str(getattr(error, "orig", None) or error)


def _tell(why: str) -> None:
    now = time.monotonic()
    for known, when in list(_logged.items()):
        if now - when >= _QUIET_SECONDS:  # of many reasons, none is kept for ever
            _logged.pop(known, None)
    if _logged.setdefault(why, now) == now:
        _log.warning("The database of the sweeps does not answer: %s", why)


def _is_of_optuna(error: KeyError) -> bool:
    """Whether it was Optuna that missed something: a study, or a trial."""
    *_, (innermost, _) = traceback.walk_tb(error.__traceback__)
    return str(innermost.f_globals.get("__name__")).startswith("optuna.")
