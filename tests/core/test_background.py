"""What works in the background can be watched and stopped, and says what went wrong."""

import threading

import pytest

from logreg_core.background import Background
from logreg_core.errors import ConfigError, DataError
from logreg_core.line import Line

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure


class Raises(Background):
    """Fails at once."""

    def __init__(self, error, **more):
        super().__init__("trial", **more)
        self.error = error

    def _work(self):
        raise self.error


class Waits(Background):
    """Holds its turn until it should end."""

    def __init__(self, **more):
        super().__init__("vigil", **more)
        self.works = threading.Event()

    def _work(self):
        if not self._line.take(self, self._should_end):
            return
        self.works.set()
        while not self._should_end():
            self._stopping.wait(0.01)


@pytest.mark.parametrize("error", [DataError("No images."), ConfigError("No such optimiser.")])
def test_what_a_person_can_mend_is_said_as_it_is(error):
    work = Raises(error)
    work.start()
    assert work.wait(SOON)
    assert work.failure == str(error)


def test_too_little_memory_is_said_in_a_sentence():
    work = Raises(MemoryError())
    work.start()
    assert work.wait(SOON)
    assert "not enough memory" in work.failure


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_the_program_is_named_as_one():
    work = Raises(ZeroDivisionError())
    work.start()
    assert work.wait(SOON)
    assert work.failure == "The trial ended by a fault of Theta Lab; the server's log has it."


def test_it_runs_from_start_to_stop_and_a_stop_is_no_failure():
    work = Waits()
    assert not work.running
    work.start()
    assert work.works.wait(SOON)
    assert work.running
    work.stop()
    assert work.wait(SOON)
    assert not work.running
    assert work.failure is None


def test_it_is_complete_only_where_nothing_cut_it_short():
    class Done(Background):
        def _work(self):
            pass

    whole, failed, stopped = Done("task"), Raises(DataError("No images.")), Waits()
    for work in (whole, failed, stopped):
        assert not work.complete
        work.start()
    stopped.stop()
    assert [work.wait(SOON) for work in (whole, failed, stopped)] == [True] * 3
    assert [work.complete for work in (whole, failed, stopped)] == [True, False, False]
    whole.stop()
    assert whole.complete, "a stop after its end takes nothing away"


def test_it_waits_for_its_turn_and_gives_it_back_at_its_end():
    line = Line(places=1)
    first, second = Waits(line=line), Waits(line=line)
    first.start()
    assert first.works.wait(SOON)
    second.start()
    while second.ahead is None:  # until its thread stands in line
        assert not second.works.is_set()
    assert second.ahead == 0
    first.stop()
    assert second.works.wait(SOON)
    assert second.ahead is None
    second.stop()
    assert second.wait(SOON)
    assert line.is_idle


def test_it_can_be_stopped_while_it_waits_for_its_turn():
    line = Line(places=1)
    assert line.take("another", give_up=lambda: True)
    work = Waits(line=line)
    work.start()
    work.stop()
    assert work.wait(SOON)
    assert not work.works.is_set()


@pytest.mark.parametrize("error", [DataError("No images."), MemoryError()])
def test_it_gives_its_turn_back_where_it_fails(error):
    line = Line(places=1)

    class TakesAndRaises(Raises):
        def _work(self):
            self._line.take(self, self._should_end)
            super()._work()

    work = TakesAndRaises(error, line=line)
    work.start()
    assert work.wait(SOON)
    assert line.is_idle


def test_it_ends_when_nobody_wants_it_any_more(monkeypatch):
    monkeypatch.setattr("logreg_core.job.ABANDONED_SECONDS", 0)
    work = Waits(still_wanted=lambda: False)
    work.start()
    assert work.wait(SOON)
