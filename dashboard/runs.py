"""The runs of a visitor's session, as a table keeps them: few numbers, no images.

They live in ``st.session_state`` and go with the session.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import streamlit as st

from dashboard.figures.cost import shown_steps
from dashboard.figures.palette import OVERLAYS
from dashboard.shown_run import ShownRun
from dashboard.words.recorded_runs import clean_name, default_name
from logreg_core import History, JobState, TrainingJob
from logreg_core.history import STEP_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np

    from dashboard.settings import Settings
    from logreg_core import StopReason

#: Runs kept of a session. One of ten classes at its longest is 64 kB.
MOST_RUNS: Final = 50

#: As many runs can lie over another one as there are colours that can be told apart.
MOST_OVERLAYS: Final = len(OVERLAYS)

_OVER: Final = {JobState.ENDED, JobState.FAILED}


@dataclass(frozen=True)
class ListedRun:
    """One run, under way or over.

    Attributes
    ----------
    number : int
        From 1, in the order in which they began; never given twice.
    name : str
        The visitor's, or one that says what was set.
    settings : Settings
        With which it began.
    data : str
        Name of the images.
    fingerprint, held_out_fingerprint : str
        Of the images to learn from and of those to measure on.
    classes : tuple of int
        The digits that it tells apart.
    examples, held_out_examples : int
        How many images there are.
    state : JobState
        Where it stood when it was looked at last.
    reason : StopReason, optional
        Why it ended.
    learning_rate : float, optional
        α at its start, where its optimiser has one; known when it has ended.
    history : History
        At most 400 steps, and of the θ the last one only.
    overlaid : bool
        Whether the visitor wants it on the chart beside others.
    colour : str, optional
        Of its curves, once it has been overlaid.
    """

    number: int
    name: str
    settings: Settings
    data: str
    fingerprint: str
    held_out_fingerprint: str
    classes: tuple[int, ...]
    examples: int
    held_out_examples: int
    state: JobState
    reason: StopReason | None
    learning_rate: float | None
    history: History
    overlaid: bool = False
    colour: str | None = None


@dataclass
class _Records:
    """What ``st.session_state`` holds of all runs."""

    runs: dict[int, ListedRun] = field(default_factory=dict)
    under_way: dict[int, TrainingJob] = field(default_factory=dict)
    numbers: WeakKeyDictionary[TrainingJob, int] = field(default_factory=WeakKeyDictionary)
    latest: int = 0
    deleted: tuple[ListedRun, TrainingJob | None] | None = None
    gone: int = 0
    notice: str = ""


def record(job: TrainingJob, settings: Settings) -> None:
    """Put a run into the table; one that has been there once is left alone.

    Parameters
    ----------
    job : TrainingJob
        In any state.
    settings : Settings
        With which it was begun.
    """
    records = _records()
    if job in records.numbers:
        return
    records.latest += 1
    number = records.latest
    names = {run.name for run in records.runs.values()}
    run = ListedRun(
        number=number,
        name=default_name(settings, names),
        settings=settings,
        data=job.training.name,
        fingerprint=job.training.fingerprint,
        held_out_fingerprint=job.held_out.fingerprint,
        classes=job.training.classes,
        examples=len(job.training),
        held_out_examples=len(job.held_out),
        state=JobState.READY,
        reason=None,
        learning_rate=None,
        history=_short(job.history()),
    )
    records.numbers[job] = number
    records.under_way[number] = job
    records.runs[number] = run
    _make_room(records)


def recorded_runs() -> tuple[ListedRun, ...]:
    """All runs in the table as they stand now, in the order in which they began."""
    records = _records()
    for number, job in list(records.under_way.items()):
        run = records.runs[number] = _looked_at(records.runs[number], job)
        if run.state in _OVER:
            del records.under_way[number]  # with its long history
    return tuple(records.runs[number] for number in sorted(records.runs))


def overlaid_runs(beside: Collection[TrainingJob] = ()) -> tuple[ShownRun, ...]:
    """The runs that the visitor wants on the chart.

    Parameters
    ----------
    beside : collection of TrainingJob
        The runs that the chart is about: they are there in any case, and not among these.
    """
    if not any(run.overlaid for run in _records().runs.values()):
        return ()  # the usual case, and asked for at each look at a live chart
    shown = {number_of(job) for job in beside}
    return tuple(
        ShownRun(run.name, run.colour, run.history)
        for run in recorded_runs()
        if run.overlaid and run.colour is not None and run.number not in shown
    )


def number_of(job: TrainingJob) -> int | None:
    """Which of the recorded runs this is; None for one that is not in the table."""
    records = _records()
    number = records.numbers.get(job)
    return number if number in records.runs else None


def rename(number: int, name: object) -> None:
    """Give a run another name; one without a letter gives it its first name again.

    Parameters
    ----------
    number : int
        Of the run; one that is not there any more is left alone.
    name : object
        Whatever came from the browser.
    """
    records = _records()
    if number not in records.runs:
        return
    run = records.runs[number]
    others = {other.name for other in records.runs.values() if other is not run}
    new = clean_name(name) or default_name(run.settings, others)
    records.runs[number] = replace(run, name=new)


def set_overlaid(number: int, overlaid: object) -> None:
    """Lay a run over the chart, or take it off; it keeps its colour if it can.

    Parameters
    ----------
    number : int
        Of the run; one that is not there any more is left alone.
    overlaid : object
        Whatever came from the browser; only True lays it over.
    """
    records = _records()
    if number not in records.runs:
        return
    run = records.runs[number]
    if overlaid is not True:
        records.runs[number] = replace(run, overlaid=False)
        return
    others = [other for other in records.runs.values() if other is not run]
    taken = {other.colour for other in others if other.overlaid}
    if len(taken) == MOST_OVERLAYS:
        records.notice = (
            f"{MOST_OVERLAYS} runs are on the chart, and more could not be told apart: take "
            "another one off first."
        )
        return
    free = [colour for colour in OVERLAYS if colour not in taken]
    # One that no other run has had yet, if there is one.
    fresh = [colour for colour in free if colour not in {other.colour for other in others}]
    colour = run.colour if run.colour in free else (fresh or free)[0]
    records.runs[number] = replace(run, overlaid=True, colour=colour)


def delete(number: int) -> None:
    """Take a run out of the table; one that is under way goes on.

    Parameters
    ----------
    number : int
        Of the run; one that is not there any more is left alone.
    """
    records = _records()
    run = records.runs.pop(number, None)
    if run is not None:
        records.deleted = (run, records.under_way.pop(number, None))


def last_deleted() -> ListedRun | None:
    """The run that `undo_deletion` would bring back."""
    deleted = _records().deleted
    return None if deleted is None else deleted[0]


def undo_deletion() -> None:
    """Bring the run back that was deleted last."""
    records = _records()
    if records.deleted is None:
        return
    run, job = records.deleted
    records.deleted = None
    colours = {other.colour for other in records.runs.values() if other.overlaid}
    records.runs[run.number] = replace(run, overlaid=run.overlaid and run.colour not in colours)
    if job is not None:
        records.under_way[run.number] = job
    _make_room(records)


def take_notice() -> str:
    """A sentence on why the last tick did nothing, once; or an empty one."""
    records = _records()
    notice, records.notice = records.notice, ""
    return notice


def runs_gone() -> int:
    """How many runs have made room for later ones."""
    return _records().gone


def _records() -> _Records:
    records: _Records = st.session_state.setdefault("_recorded_runs", _Records())
    return records


def _make_room(records: _Records) -> None:
    """Let the oldest go that is not on the chart; the newest is never the oldest."""
    while len(records.runs) > MOST_RUNS:
        oldest = min(run.number for run in records.runs.values() if not run.overlaid)
        del records.runs[oldest]
        records.under_way.pop(oldest, None)
        records.gone += 1


def _looked_at(run: ListedRun, job: TrainingJob) -> ListedRun:
    state = job.state  # asked first: of one that is over by now, the history is whole
    return replace(
        run,
        state=state,
        reason=job.reason,
        learning_rate=job.learning_rate,
        history=_short(job.history()),
    )


def _short(history: History) -> History:
    """As many steps as a chart can show, and the last θ."""
    steps = shown_steps(len(history))
    columns = {
        name: _own(getattr(history, name)[steps if name in STEP_COLUMNS else slice(-1, None)])
        for name in History.__dataclass_fields__
    }
    return History(**columns)


def _own(part: np.ndarray) -> np.ndarray:
    """Not a view, which would keep the whole in memory."""
    alone = part.copy()
    alone.setflags(write=False)
    return alone
