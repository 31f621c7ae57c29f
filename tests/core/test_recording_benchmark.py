"""The benchmark of a record times all that the record takes."""

from itertools import count
from types import SimpleNamespace

import pytest

from benchmarks.training import recording
from logreg_core.config import TrainConfig
from logreg_core.objective import Objective
from logreg_core.yardstick import Yardstick


@pytest.fixture
def events(monkeypatch):
    """What happened, in its order; the clock goes on by a second whenever it is read."""
    events, ticks = [], count()

    def spied(owner, name):
        original = getattr(owner, name)

        def noting(*args, **keywords):
            events.append(name)
            return original(*args, **keywords)

        monkeypatch.setattr(owner, name, noting)

    def process_time():
        events.append("clock")
        return float(next(ticks))

    monkeypatch.setattr(recording, "time", SimpleNamespace(process_time=process_time))
    spied(Yardstick, "_measure_waiting")
    spied(Objective, "evaluate")
    return events


def test_all_held_out_images_are_measured_while_the_clock_runs(training_and_held_out, events):
    config = TrainConfig(max_iterations=20)
    recording._recorded(training_and_held_out[0], config, training_and_held_out[1])
    first, last = events.index("clock"), len(events) - 1
    assert events[last] == "clock"
    measured = [place for place, event in enumerate(events) if event == "_measure_waiting"]
    assert len(measured) == 2, "sixteen steps together, and the five that are left"
    assert first < min(measured) <= max(measured) < last


def test_nothing_recorded_ends_with_the_same_check_as_a_record(training_and_held_out, events):
    seconds, check = recording._bare(training_and_held_out[0], TrainConfig(max_iterations=3))
    assert events[-3:] == ["clock", "evaluate", "clock"]
    assert (seconds, check) == (2, 1)


def test_each_way_is_timed_in_each_round(zeros_and_ones, monkeypatch):
    monkeypatch.setattr(recording, "_bare", lambda *_: (2.0, 0.5))
    monkeypatch.setattr(
        recording, "_recorded", lambda _, __, held_out: 2.5 if held_out is None else 3.0
    )
    found = recording.overhead(zeros_and_ones, "l-bfgs-b", rounds=3)
    assert found == recording.Overhead(bare=2, recorded=2.5, with_held_out=3, check=0.5)
    assert "1.50 times (target ≤ 1.1; 2.00 of bare without the check)" in str(found)
    assert "1.50 times" in str(found)
