"""How long a sweep is kept, so that a server that many share does not grow for ever."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import optuna

from logreg_core.errors import StorageFullError
from logreg_core.sweep.answering import answering
from logreg_core.sweep.plan import PLAN
from logreg_core.sweep.storage import MEMORY, POSTGRESQL, SQLITE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


@dataclass(frozen=True)
class _Room:
    """How many sweeps there may be in one place, and how many trials they may have together."""

    sweeps: int
    trials: int


_FULL: Final = (
    "There is no room for so many trials more: others are at work on theirs. Try again in some "
    "minutes, or with fewer."
)

#: A trial takes up to 14 kB in memory and 4 kB in a file: 140 MB, which a small server has, and
#: 800 MB.
_ROOM: Final = {MEMORY: _Room(100, 10_000), SQLITE: _Room(1_000, 200_000)}


@dataclass(frozen=True)
class _Kept:
    """A sweep in a database: its name, when it was touched, and how many trials it plans."""

    name: str
    touched: float
    trials: int


def touch(reading: optuna.Study, writing: optuna.Study) -> None:
    """Note that somebody has to do with a sweep now: Optuna's view to read it, and to write it."""
    now = time.time()
    touched = reading.user_attrs.get(_TOUCHED)
    if not isinstance(touched, float) or now - touched > _MINUTE:
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
    return _forget(storage, [each for each in _kept(storage) if each.touched < oldest_kept])


def make_room(storage: Storage, trials: int) -> None:
    """Delete sweeps where another of so many trials has no room, those first that rest longest.

    Of PostgreSQL nothing is deleted, as by `forget_old`.

    Raises
    ------
    StorageFullError
        If others are at work on what takes the room.
    StorageError
        If the database does not answer.
    """
    room = _ROOM.get(storage.kind)
    if room is None:
        return
    kept = _kept(storage)
    resting = sum(each.touched < time.time() - _AT_WORK for each in kept)  # these come first
    going = 0
    while not _fits(trials, kept[going:], room):
        if going == resting:
            raise StorageFullError(_FULL)
        going += 1
    _forget(storage, kept[:going])


def _fits(trials: int, kept: Sequence[_Kept], room: _Room) -> bool:
    return len(kept) < room.sweeps and trials + sum(each.trials for each in kept) <= room.trials


def _kept(storage: Storage) -> list[_Kept]:
    """The sweeps of a database; the one that rests longest first.

    Studies of other programs in the same database are none of ours.
    """
    with answering():
        studies = storage.optuna.get_all_studies()
    kept = (_kept_of(study.study_name, study.user_attrs) for study in studies)
    return sorted((each for each in kept if each is not None), key=lambda each: each.touched)


def _kept_of(name: str, own: Mapping[str, Any]) -> _Kept | None:
    """None for a study of another program, which may have the same names for other things."""
    plan, touched = own.get(PLAN), own.get(_TOUCHED)
    trials = plan.get("trials") if isinstance(plan, dict) else None
    if isinstance(touched, float) and isinstance(trials, int):
        return _Kept(name, touched, trials)
    return None


def _forget(storage: Storage, sweeps: Sequence[_Kept]) -> int:
    forgotten = 0
    for sweep in sweeps:
        with answering():
            try:
                optuna.delete_study(study_name=sweep.name, storage=storage.optuna)
                forgotten += 1
            except KeyError:  # another server was quicker
                continue
    return forgotten
