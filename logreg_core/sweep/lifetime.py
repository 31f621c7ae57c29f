"""How long a sweep is kept, so that a server that many share does not grow for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import optuna

from logreg_core.sweep.answering import answering
from logreg_core.sweep.storage import POSTGRESQL

if TYPE_CHECKING:
    from logreg_core.sweep.storage import Storage

#: When somebody last began a sweep, opened it or worked on it; seconds since 1970.
_TOUCHED: Final = "touched"

#: Nobody needs to know it more exactly, and to note it takes a millisecond.
_MINUTE: Final = 60.0

#: Whoever works on a sweep notes it again and again; this is longer than any pause in between.
_AT_WORK: Final = 10 * _MINUTE

_DAY: Final = 24 * 60 * _MINUTE

#: How long a sweep that nobody touches is kept in a file.
KEPT_DAYS: Final = 90

#: Sweeps in memory at most; of 50 trials each they take about 20 MB.
MOST_IN_MEMORY: Final = 100


def touch(reading: optuna.Study, writing: optuna.Study) -> None:
    """Note that somebody has to do with a sweep now: Optuna's view to read it, and to write it."""
    now = time.time()
    if now - reading.user_attrs.get(_TOUCHED, 0.0) > _MINUTE:
        writing.set_user_attr(_TOUCHED, now)


def forget_old(storage: Storage, days: float = KEPT_DAYS) -> int:
    """Delete sweeps that nobody has begun, opened or worked on for a while.

    For the dashboard to call when it opens its database. Of PostgreSQL nothing is deleted: who
    runs a database server decides about what is in it.

    Parameters
    ----------
    storage : Storage
        Where.
    days : float
        How long nobody must have touched a sweep.

    Returns
    -------
    int
        How many were deleted.

    Raises
    ------
    StorageError
        If the database does not answer.

    Examples
    --------
    >>> from logreg_core.sweep import open_storage
    >>> forget_old(open_storage("memory"))
    0
    """
    if storage.kind == POSTGRESQL:
        return 0
    oldest_kept = time.time() - days * _DAY
    return _forget(storage, [name for name, at in _touched(storage) if at < oldest_kept])


def make_room(storage: Storage) -> None:
    """Delete sweeps in memory where there are `MOST_IN_MEMORY`, those first that rest longest."""
    touched = _touched(storage)
    too_many = len(touched) - MOST_IN_MEMORY + 1  # for the one that comes
    if too_many > 0:
        resting = [name for name, at in touched if at < time.time() - _AT_WORK]
        _forget(storage, resting[:too_many])


def _touched(storage: Storage) -> list[tuple[str, float]]:
    """Name of each sweep, and when it was touched; the one that rests longest first.

    Studies of other programs in the same database are none of ours.
    """
    with answering():
        studies = storage.optuna.get_all_studies()
    times = [(each.study_name, each.user_attrs.get(_TOUCHED)) for each in studies]
    return sorted(((name, at) for name, at in times if at is not None), key=lambda pair: pair[1])


def _forget(storage: Storage, names: list[str]) -> int:
    forgotten = 0
    for name in names:
        with answering():
            try:
                optuna.delete_study(study_name=name, storage=storage.optuna)
                forgotten += 1
            except KeyError:  # another server was quicker
                continue
    return forgotten
