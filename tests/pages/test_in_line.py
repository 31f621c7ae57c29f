"""Where the server is busy, a visitor reads their place in line."""

from __future__ import annotations

import pytest

from dashboard.lab import TRAININGS


@pytest.fixture
def busy_server():
    """All places are taken by other visitors; they leave at the end."""
    others = []
    while TRAININGS.take(f"visitor {len(others)}", give_up=lambda: True):
        others.append(f"visitor {len(others)}")
    yield others
    for other in others:
        TRAININGS.leave(other)


def test_a_run_that_waits_says_its_place_and_then_trains(visitor, busy_server):
    TRAININGS.leave(busy_server[0])
    app = visitor.open("pages/train.py")
    assert TRAININGS.take(busy_server[0], give_up=lambda: False)
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    while job.ahead is None:
        assert not job.wait(0.01)
    visitor.run()
    assert "next in line" in visitor.text()
    for other in busy_server:
        TRAININGS.leave(other)
    assert job.wait(timeout=60)
    visitor.run()
    assert "Converged" in visitor.text()


def test_whoever_stops_in_line_gets_a_sentence(visitor, busy_server):
    TRAININGS.leave(busy_server[0])
    app = visitor.open("pages/train.py")
    assert TRAININGS.take(busy_server[0], give_up=lambda: False)
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    app.button(key="stop").click()
    visitor.run()
    assert job.wait(timeout=60)
    visitor.run()
    assert "before its turn" in visitor.text()
