"""The sweeps that a visitor has started or was linked to, and what works on them for this one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import write_link
from dashboard.explore.on_this_server import on_this_server
from dashboard.explore.plan_link import read_plan, write_plan
from dashboard.explore.shown import Shown, forget_reading
from dashboard.explore.sweep_data import data_of, origin_of
from dashboard.lab import TRAININGS
from dashboard.notices import note
from dashboard.sweep_storage import (
    find_sweep,
    is_unreachable,
    memory,
    shared,
    sweep_storage,
)
from dashboard.views import FIRST_PLAN
from dashboard.visitor import visitor_is_here
from dashboard.words.explore.progress import ENDED_BY_ANOTHER, IN_MEMORY, called
from dashboard.work import begun, end_work, is_begun
from logreg_core import DataError
from logreg_core.sweep import (
    NoSweepError,
    StorageError,
    StorageFullError,
    Sweep,
    SweepWorker,
    private_memory,
)

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core.sweep import Origin, Plan, SweepData

#: A worker that is asked to end does so after its present iteration: the page waits so long.
_STOP_SECONDS: Final = 0.4

#: And so long for the first trials of one that begins.
_START_SECONDS: Final = 0.1


def shown_sweep(lab: Lab) -> Shown | None:
    """The sweep of the link, else the small one that begins by itself.

    None where that is long, or the link has a plan, which waits for a click.
    """
    name = st.session_state["study"]
    if name is None:
        return _by_itself(lab)
    try:
        sweep = _known(name) or find_sweep(name)
    except NoSweepError as error:
        if not is_unreachable():  # else it may be there later
            note(str(error))
            lab.show_notices()
            st.session_state["study"] = None
            write_link()
        return _by_itself(lab)
    except StorageError:  # as above; `is_missed` says so
        return _by_itself(lab)
    _remember(sweep)
    return Shown(sweep, on_this_server(sweep.name).worker, by_itself=False)


def take_linked_plan() -> None:
    """Put the plan of a sweep that a link has brought into the form; a plan of the link's wins.

    To be asked before the form is.
    """
    state = st.session_state
    name = state["study"]
    if name in {None, state.get("_plan_of")}:
        return
    try:
        sweep = _known(name) or find_sweep(name)
    except StorageError:  # `shown_sweep` says so
        return
    state["_my_sweep"], state["_plan_of"] = sweep, name
    if state["plan"] == FIRST_PLAN:
        take_plan(sweep)


def take_plan(sweep: Sweep) -> None:
    """Put the plan of a sweep into the form."""
    st.session_state["plan"] = write_plan(sweep.plan)


def is_missed(shown: Shown | None) -> bool:
    """Whether the link names a sweep that cannot be shown now."""
    return st.session_state["study"] is not None and (shown is None or shown.by_itself)


def start(lab: Lab, plan: Plan) -> None:
    """Begin a sweep, with a worker on this server; the one before it ends, and can be resumed."""
    data, origin = data_of(lab, plan.goals), origin_of(lab, plan.goals)
    try:
        sweep = shared(_created(plan, data, origin))
    except StorageFullError as error:
        note(str(error))
        return
    _remember(sweep, is_new=True)
    _show(sweep)
    _work_on(_worker(sweep, data))


def _created(plan: Plan, data: SweepData, origin: Origin) -> Sweep:
    try:
        return Sweep.create(sweep_storage(), plan, data, origin)
    except StorageFullError:
        raise
    except StorageError as error:
        note(f"{error} {IN_MEMORY}")
        return Sweep.create(memory(), plan, data, origin)


def stop(shown: Shown) -> None:
    """Have everybody who works on a sweep end."""
    try:
        shown.sweep.stop()
    except StorageError as error:
        note(str(error))
    if shown.worker is not None:
        shown.worker.stop()
        shown.worker.wait(_STOP_SECONDS)
    forget_reading()


def resume(lab: Lab, shown: Shown) -> None:
    """Go on with a sweep, with a worker on this server."""
    sweep = shown.sweep
    try:
        data = data_of(lab, sweep.plan.goals)
        worker = _worker(sweep, data)
        sweep.resume()
    except (DataError, StorageError) as error:
        note(str(error))
        return
    _work_on(worker)


def my_sweeps() -> dict[str, str]:
    """Name → what it is called, of all that this visitor has started or was linked to."""
    ended = _ended_by_another()
    return {
        name: f"{known_as}{ENDED_BY_ANOTHER if name in ended else ''}"
        for name, known_as in _called().items()
    }


def another_is_ended_by_start() -> bool:
    """Whether a sweep of the visitor's is under way, which goes on no more once one is started."""
    worker = _own_worker()
    return worker is not None and worker.running and worker.sweep.name in _called()


def gave_way(shown: Shown) -> bool:
    """Whether a sweep ended since the visitor has started another."""
    return shown.sweep.name in _ended_by_another()


def choose(name: str) -> None:
    """Show one of them, with its plan."""
    try:
        sweep = find_sweep(name)
    except StorageError as error:
        note(str(error))
        return
    _remember(sweep)
    _show(sweep)


def _show(sweep: Sweep) -> None:
    end_work("sweep")  # the one that began by itself is looked at no more
    st.session_state.update(study=sweep.name, _plan_of=sweep.name)
    take_plan(sweep)
    write_link()


def _worker(sweep: Sweep, data: SweepData) -> SweepWorker:
    """One that ends when nobody is here any more who has looked at the sweep."""
    wanted = on_this_server(sweep.name).is_wanted
    return SweepWorker(sweep, data, still_wanted=wanted, line=TRAININGS)


def _work_on(worker: SweepWorker) -> None:
    """Have it work in place of the visitor's last one."""
    before = _own_worker()
    if before is not None and before.running:
        _ended_by_another().add(before.sweep.name)
        before.stop()
    _ended_by_another().discard(worker.sweep.name)
    st.session_state["_sweep_worker"] = on_this_server(worker.sweep.name).worker = worker
    worker.start()
    worker.wait(_START_SECONDS)
    forget_reading()


def _by_itself(lab: Lab) -> Shown | None:
    """A sweep as is usual, in memory that goes with it."""
    if st.session_state["plan"] != FIRST_PLAN and not is_begun("sweep"):
        return None  # who comes with a plan has come for that one
    plan = replace(read_plan(FIRST_PLAN), base=lab.settings.config)
    data = data_of(lab, plan.goals)

    def make() -> SweepWorker:
        sweep = Sweep.create(private_memory(), plan, data, origin_of(lab, plan.goals))
        return SweepWorker(sweep, data, still_wanted=visitor_is_here(), line=TRAININGS)

    work = begun(
        "sweep",
        (plan, data.training, data.held_out),
        make,
        images=len(data.training) * lab.thetas * plan.trials,
        shared=lab.learns_from_bundled_images,
    )
    if work is None:
        return None
    return Shown(work.sweep, _resumed(work.sweep) or work, by_itself=True)


def _resumed(sweep: Sweep) -> SweepWorker | None:
    """The visitor's last worker, where it goes on with a sweep that began by itself."""
    worker = _own_worker()
    return worker if worker is not None and worker.sweep.name == sweep.name else None


def _own_worker() -> SweepWorker | None:
    """The last one that this visitor has put to work."""
    worker: SweepWorker | None = st.session_state.get("_sweep_worker")
    return worker


def _ended_by_another() -> set[str]:
    """The visitor's sweeps that ended since another one was started."""
    ended: set[str] = st.session_state.setdefault("_ended_by_another", set())
    return ended


def _remember(sweep: Sweep, *, is_new: bool = False) -> None:
    """Put it into the visitor's list, which has names only: one sweep may hold megabytes."""
    st.session_state["_my_sweep"] = sweep
    mine = _called()
    if sweep.name not in mine:
        mine[sweep.name] = called(
            len(mine) + 1, sweep, f"{'begun' if is_new else 'seen'} {_clock()}"
        )


def _known(name: str) -> Sweep | None:
    """The sweep that was shown last, where it has this name."""
    last: Sweep | None = st.session_state.get("_my_sweep")
    return last if last is not None and last.name == name else None


def _called() -> dict[str, str]:
    called: dict[str, str] = st.session_state.setdefault("_my_sweeps", {})
    return called


def _clock() -> str:
    """The time of day where the visitor is."""
    minutes = st.context.timezone_offset or 0
    return f"{datetime.now(timezone(timedelta(minutes=-minutes))):%H:%M}"
