"""Who works on a sweep, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.words.plain import listed
from logreg_core.sweep.storage import POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.explore.standing import Work
    from logreg_core.sweep import Sweep

THIS_SERVER: Final = "this server"

#: Titles of the columns that are no plain numbers or words.
RATE: Final = "trials a minute"
HEARD: Final = "last heard of, by its own clock"

#: What the file with the data of a sweep is called.
DATA_FILE: Final = "theta-lab-sweep-data.npz"

#: Where to have it from.
_FILE_HERE: Final = "put the file with the data of this sweep there, which is offered below"
_FILE_ELSEWHERE: Final = (
    "put the file with the data of this sweep there, which is offered on this page to whoever has "
    "chosen its images"
)

#: At work on what, without a trial: of a worker that may be gone, and of one that is there.
_NOTHING: Final = "nothing now"
_NEXT: Final = "the next trial"


def workers_table(works: Sequence[Work], *, works_here: bool) -> list[dict[str, Any]]:
    """One row a worker, by column title.

    Parameters
    ----------
    works : sequence of Work
        What each has done.
    works_here : bool
        Whether this server is known to be at it, also between two trials.
    """
    return [_row(work, at_work=works_here and work.worker == THIS_SERVER) for work in works]


def _row(work: Work, *, at_work: bool) -> dict[str, Any]:
    between = _NEXT if at_work else _NOTHING
    return {
        "worker": work.worker,
        "trials done": work.ended,
        # Three digits, which a pattern would write as powers of ten where there are thousands.
        RATE: None if work.a_minute is None else float(f"{work.a_minute:.3g}"),
        "at work on": between if work.now is None else f"trial {work.now}",
        HEARD: work.heard,
    }


def silent_sentence(seconds: float) -> str:
    """What becomes of a worker that was killed, or cut off.

    Examples
    --------
    >>> print(silent_sentence(30))
    A worker that says nothing for 30 seconds is taken for dead, and its trial is tried again.
    """
    return (
        f"A worker that says nothing for {seconds:g} seconds is taken for dead, and its trial is "
        "tried again."
    )


def command(sweep: Sweep) -> str:
    """What has another machine work on a sweep; it names neither password nor path."""
    data = "" if sweep.origin.can_be_fetched else f" --data {DATA_FILE}"
    return f".venv/bin/python -m logreg_core.sweep worker --study {sweep.name}{data}"


def how_to_join(kind: str, *, is_named: bool, can_be_fetched: bool, data_is_here: bool) -> str:
    """What to do before the command.

    Parameters
    ----------
    kind : str
        Of the database; see `Storage`.
    is_named : bool
        Whether this server is told which database to use, so that a worker has to be as well.
    can_be_fetched : bool
        Whether a worker finds the data by itself.
    data_is_here : bool
        Whether the page offers them as a file.
    """
    where = (
        "On any machine that reaches the database and has a copy of Theta Lab's folder that "
        "`python3 run.py cluster` has set up"
        if kind == POSTGRESQL
        else "In another terminal of the machine that this server runs on"
    )
    named = (
        "set the environment variable `THETA_LAB_SWEEPS` to the address of the database, as this "
        "server has it"
    )
    todo = [
        "go to the folder of Theta Lab",
        *([named] if is_named else []),
        *([] if can_be_fetched else [_FILE_HERE if data_is_here else _FILE_ELSEWHERE]),
    ]
    return f"{where}: {listed(todo)}, then:"


def cannot_join(*, has_database: bool) -> str:
    """Nobody else can work on a sweep that is in memory.

    Parameters
    ----------
    has_database : bool
        Whether this server keeps others where machines meet, if only while that answers.
    """
    how = (
        "press **Start**: what it begins is kept in a database, as long as that answers"
        if has_database
        else "name a database in `THETA_LAB_SWEEPS` or in the secret `sweeps` and start the "
        "server anew"
    )
    return (
        "This sweep is in the memory of this server, where no other machine reaches it. To have "
        f"several work on one, {how}."
    )
