"""A sweep that others have to do with: workers that die, programs that write, databases that stop.

Each of these sweeps stands in a file that the test can take away.
"""

from __future__ import annotations

import gc
import threading

import optuna
import pytest

from dashboard import sweep_storage as kept
from dashboard.explore.on_this_server import OnThisServer
from dashboard.explore.shown import Reading, Shown, _Read
from dashboard.explore.sweep import _seconds
from logreg_core.sweep import NoSweepError, Origin, StorageError, Sweep, lifetime, open_storage
from logreg_core.sweep.desk import Desk
from tests.made_up_trials import WITHOUT, trial
from tests.pages.visitor import Visitor
from tests.sweeping import PATIENCE, eventually, over_lam, silenced

#: As the page has them for whoever has chosen nothing.
ORIGIN = Origin("bundled", digits=(0, 1), held_out=25, seed=0)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Where the file of the server's sweeps is."""
    (tmp_path / "kept").mkdir()
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path}/kept/sweeps.sqlite3")
    yield tmp_path / "kept"
    kept.sweep_storage().close()


@pytest.fixture
def sweep(folder):  # noqa: ARG001 - a fixture cannot be given usefixtures
    """One of three trials, of which a worker elsewhere has taken the first."""
    begun = Sweep.create(kept.sweep_storage(), over_lam(3), ORIGIN.fetch(), ORIGIN)
    Desk(begun, "elsewhere").take()
    return begun


@pytest.fixture
def gone(folder, sweep):
    """Takes the database away, or brings it back."""

    def be(gone):
        away = folder.with_name("away")
        (folder if gone else away).rename(away if gone else folder)
        sweep.storage.close()

    return be


def look(visitor, **link):
    return visitor.open("pages/explore.py", **link)


def open_endless(visitor):
    """A panel whose trials take long; without waiting for the sweep that begins by itself."""
    visitor.app.switch_page("pages/explore.py")
    endless = {"optimizer": "gradient-descent", "max_iterations": "10000", "tolerance": "0"}
    for name, value in endless.items():
        visitor.app.query_params[name] = value
    visitor.run()


def click(visitor, key):
    visitor.app.button(key=key).click()
    return visitor.run()


def button(visitor, name):
    found = visitor.app.button(key=f"{name}_sweep")
    return found.label, not found.disabled


def test_a_linked_visitor_can_work_on_it_too_and_resume_it_when_its_worker_is_dead(visitor, sweep):
    look(visitor, study=sweep.name)
    assert "The sweep is under way elsewhere; it goes on there without you" in visitor.text()
    assert button(visitor, "resume") == ("Work on it too", True)
    assert button(visitor, "stop") == ("Stop", True)
    silenced(sweep)
    eventually(lambda: visitor.run() and "Nobody works on this sweep now" in visitor.text())
    assert button(visitor, "resume") == ("Resume", True)
    assert button(visitor, "stop") == ("Stop", False)
    click(visitor, "resume_sweep")
    assert visitor.app.session_state["_sweep_worker"].wait(PATIENCE)
    visitor.run()
    assert "3 of 3 trials: 3 finished" in visitor.app.get("progress")[0].proto.text


def test_a_sweep_that_was_stopped_ends_first_and_has_no_time_left(visitor, sweep):
    look(visitor, study=sweep.name)
    click(visitor, "stop_sweep")
    assert "Stopping: a trial under way is given up" in visitor.text(), "one is, elsewhere"
    assert "left" not in visitor.app.get("progress")[0].proto.text
    silenced(sweep)
    eventually(lambda: visitor.run() and "Stopped. **Resume** goes on" in visitor.text())


def test_a_database_that_stops_answering_is_said_and_nothing_is_lost(visitor, sweep, gone):
    look(visitor, study=sweep.name)
    gone(True)
    click(visitor, "stop_sweep")
    assert "The database of the sweeps does not answer" in visitor.text()
    assert "This is how the sweep stood" in visitor.text()
    assert "0 of 3 trials: 1 running" in visitor.app.get("progress")[0].proto.text
    click(visitor, "resume_sweep")
    assert "_sweep_worker" not in visitor.app.session_state
    assert visitor.link()["study"] == sweep.name
    gone(False)
    eventually(lambda: visitor.run() and "This is how the sweep stood" not in visitor.text())
    assert "The sweep is under way" in visitor.text()


def test_a_link_outlives_a_database_that_is_down_and_start_goes_on_in_memory(sweep, gone):
    gone(True)
    visitor = Visitor()
    look(visitor, study=sweep.name)
    assert "The sweep of this link cannot be shown now" in visitor.text()
    assert visitor.link()["study"] == sweep.name
    gone(False)
    visitor.run()
    assert "The sweep of this link cannot be shown now" not in visitor.text()
    assert "0 of 3 trials: 1 running" in visitor.app.get("progress")[0].proto.text
    gone(True)
    click(visitor, "start_sweep")
    worker = visitor.app.session_state["_sweep_worker"]
    assert worker.sweep.storage is kept.memory()
    assert "this sweep is kept in the memory of the server" in visitor.text()
    assert "press **Start**: what it begins is kept in a database" in visitor.text()
    worker.stop()
    gone(False)


def test_where_there_is_no_room_for_another_sweep_the_page_says_so(visitor, sweep, monkeypatch):
    look(visitor, study=sweep.name)
    monkeypatch.setattr(lifetime, "_ROOM", {"sqlite": lifetime._Room(sweeps=1, trials=3)})
    click(visitor, "start_sweep")
    assert "There is no room for so many trials more" in visitor.text()
    assert visitor.link()["study"] == sweep.name


def test_a_trial_of_another_program_is_a_failed_one_on_the_page(visitor, sweep):
    study = optuna.load_study(study_name=sweep.name, storage=sweep.storage.optuna)
    study.optimize(lambda trial: trial.suggest_float("lr", 0, 1), n_trials=1)
    look(visitor, study=sweep.name)
    assert "1 failed, 1 running" in visitor.app.get("progress")[0].proto.text
    assert "Another program, or another version of Theta Lab" in visitor.text()


def test_a_sweep_is_wanted_as_long_as_anybody_is_here_who_has_looked_at_it():
    here = OnThisServer()
    assert not here.is_wanted()
    present = {"who began it", "the same person after reloading the page"}
    for visitor in tuple(present):
        here.look(lambda visitor=visitor: visitor in present)
    present.remove("who began it")
    assert here.is_wanted()
    present.clear()
    assert not here.is_wanted()


def test_whoever_has_the_link_sees_the_worker_of_this_server_and_may_only_stop_it(visitor):
    open_endless(visitor)
    click(visitor, "start_sweep")
    worker = visitor.app.session_state["_sweep_worker"]
    other = Visitor()
    look(other, **visitor.link())
    assert "The sweep is under way" in other.text()
    assert button(other, "resume") == ("Resume", False), "a worker of this server is at it"
    assert button(other, "stop") == ("Stop", True)
    click(other, "stop_sweep")
    assert worker.wait(PATIENCE)
    other.run()
    assert button(other, "resume") == ("Resume", True)
    assert button(other, "stop") == ("Stop", False)


def test_start_ends_the_sweep_that_began_by_itself(visitor):
    open_endless(visitor)
    work = visitor.work("sweep")
    assert work.running
    assert "The sweep is under way." in visitor.text()
    assert "as long as" not in visitor.text(), "it ends on other pages"
    assert "Kept until you leave." in visitor.text()
    click(visitor, "start_sweep")
    assert work.wait(PATIENCE)
    assert "this server works on it as long as you have a page" in visitor.text()
    visitor.app.session_state["_sweep_worker"].stop()


def test_start_says_that_it_ends_the_sweep_under_way_and_the_list_says_that_it_did(visitor):
    open_endless(visitor)
    click(visitor, "start_sweep")
    first = visitor.app.session_state["_sweep_worker"]
    assert "**Start** ends your sweep" not in visitor.text(), "it is off as long as nothing differs"
    visitor.app.number_input(key="plan_trials").set_value(7)
    visitor.run()
    assert "**Start** ends your sweep that is under way" in visitor.text()
    click(visitor, "start_sweep")
    assert first.wait(PATIENCE)
    assert not first.complete, "it was ended, and has not come to its own end"
    ended, under_way = visitor.app.selectbox(key="my_sweep").options
    assert ended.startswith("1: 0/1, 50 trials over optimiser, λ, α, begun ")
    assert ended.endswith("ended when you started another")
    assert under_way.startswith("2: 0/1, 7 trials over")
    choice = visitor.app.selectbox(key="my_sweep")
    choice.select(ended)
    visitor.run()
    assert "Nobody works on this sweep now; it ended when you started another" in visitor.text()
    visitor.app.session_state["_sweep_worker"].stop()


@pytest.mark.parametrize(
    ("over", "stopped", "at_work", "seconds"),
    [
        (True, False, False, None),
        (False, True, False, 5),
        (False, False, False, 5),
        (False, True, True, 1),
        (False, False, True, 1),
    ],
)
def test_a_sweep_that_nobody_works_on_is_read_now_and_then(over, stopped, at_work, seconds):
    assert _seconds(Reading((), stopped, over, at_work), 1) == seconds


@pytest.mark.parametrize(
    ("is_known", "was_here", "ended_since", "at_work"),
    [
        (True, False, True, True),
        (True, False, False, False),
        (True, True, True, False),
        (False, False, True, False),
    ],
)
def test_others_who_are_all_between_two_trials_are_at_work(
    is_known, was_here, ended_since, at_work
):
    """They are seen by what has ended since this server looked last, and was not at it itself."""
    ended = tuple(trial(number, WITHOUT, 1.0) for number in range(2))
    before = Reading(ended[:1] if ended_since else ended, False, False, is_worked_at=False)
    last = _Read("a sweep", was_here, before, fresh_until=0) if is_known else None
    shown = Shown(sweep=None, worker=None, by_itself=False)
    assert shown._others_seem_at_work(ended, last) is at_work


# Opening the database


@pytest.fixture
def slow(monkeypatch, tmp_path):
    """A database that opens when the test says so, and whose old sweeps take for ever to go."""
    answers, forgotten = threading.Event(), threading.Event()
    file = open_storage(f"sqlite:///{tmp_path}/slow.sqlite3")

    def opened(named):
        if named == "memory":
            return open_storage(named)
        answers.wait(PATIENCE)
        return file

    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path}/slow.sqlite3")
    monkeypatch.setattr(kept, "open_storage", opened)
    monkeypatch.setattr(kept, "forget_old", lambda _: forgotten.wait(PATIENCE))
    monkeypatch.setattr(kept, "_PATIENCE_SECONDS", 0)
    yield answers, file
    answers.set()
    forgotten.set()
    file.close()


def test_a_database_that_says_nothing_holds_up_nobody(slow):
    answers, file = slow
    assert kept.sweep_storage() is kept.memory()
    assert kept.is_unreachable()
    answers.set()
    eventually(lambda: kept.sweep_storage() is file)
    assert not kept.is_unreachable()


def test_a_database_that_could_not_be_reached_is_tried_again(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path}/later/sweeps.sqlite3"  # there is no such folder
    monkeypatch.setenv("THETA_LAB_SWEEPS", url)
    monkeypatch.setattr(kept, "_TRY_AGAIN_SECONDS", 0)
    assert kept.sweep_storage() is kept.memory()
    (tmp_path / "later").mkdir()
    eventually(lambda: kept.sweep_storage().kind == "sqlite")
    kept.sweep_storage().close()


def test_a_sweep_is_held_once_for_all_and_let_go_of_when_nobody_looks(sweep):
    name = sweep.name
    mine, theirs = kept.find_sweep(name), kept.find_sweep(name)
    assert mine is theirs
    del mine, theirs
    gc.collect()
    assert name not in kept._looked_at()


def test_a_sweep_that_was_deleted_is_another_matter_than_a_database_that_is_down(sweep, gone):
    held = kept.find_sweep(sweep.name)
    gone(True)
    with pytest.raises(StorageError, match="does not answer") as caught:
        kept.find_sweep(sweep.name)
    assert not isinstance(caught.value, NoSweepError)
    gone(False)
    optuna.delete_study(study_name=held.name, storage=held.storage.optuna)
    with pytest.raises(NoSweepError):
        kept.find_sweep(sweep.name)
