"""What a database's errors are to a person."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import SQLAlchemyError

from logreg_core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering() -> Iterator[None]:
    """Say in a sentence that the database does not answer, or has no such sweep any more."""
    try:
        yield
    except (SQLAlchemyError, StorageInternalError):
        raise StorageError(
            "The database of the sweeps does not answer; what is in it is not lost."
        ) from None
    except KeyError as error:  # Optuna's, of a study or a trial
        raise StorageError("This sweep has been deleted from the database.") from error
