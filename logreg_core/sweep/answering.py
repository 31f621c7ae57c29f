"""What a database's errors are to a person."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import SQLAlchemyError

from logreg_core.errors import NoSweepError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator


#: The last is SQLite's own, where a transaction begins past SQLAlchemy; see `storage`.
_NO_ANSWER: Final = (SQLAlchemyError, StorageInternalError, sqlite3.Error)

_DELETED: Final = "This sweep has been deleted from the database."


@contextmanager
def answering(missing: str = _DELETED) -> Iterator[None]:
    """Say in a sentence that the database does not answer, or that a sweep is `missing` there."""
    try:
        yield
    except _NO_ANSWER:
        raise StorageError(
            "The database of the sweeps does not answer; what is in it is not lost."
        ) from None
    except KeyError as error:  # Optuna's, of a study or a trial
        raise NoSweepError(missing) from error
