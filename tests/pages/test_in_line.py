"""Where the server is busy, a visitor reads their place in line."""

from __future__ import annotations

import threading

import pytest

from logreg_core import Line


@pytest.fixture
def line(monkeypatch):
    """A server with one place, which is taken by another visitor once the page is open."""
    line = Line(places=1)
    monkeypatch.setattr("dashboard.lab.TRAININGS", line)
    return line


def test_a_run_that_waits_says_its_place_and_then_trains(visitor, line):
    app = visitor.open("pages/train.py")
    assert line.take("another visitor", give_up=lambda: True)
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    while job.ahead is None:
        assert not job.wait(0.01)
    visitor.run()
    assert "next in line" in visitor.text()
    line.leave("another visitor")
    assert job.wait(timeout=60)
    visitor.run()
    assert "Converged" in visitor.text()


def test_whoever_stops_in_line_gets_a_sentence(visitor, line):
    app = visitor.open("pages/train.py")
    assert line.take("another visitor", give_up=lambda: True)
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    app.button(key="stop").click()
    visitor.run()
    assert job.wait(timeout=60)
    visitor.run()
    assert "before its turn" in visitor.text()


def test_a_reset_that_waits_in_line_shows_the_page_at_once(visitor, line):
    app = visitor.open("pages/train.py")
    assert line.take("another visitor", give_up=lambda: True)
    app.button(key="reset").click()
    visitor.run()
    job = app.session_state["_run"]
    assert job.latest is None
    assert "next in line" in visitor.text()
    line.leave("another visitor")
    assert job.wait_for_first_step(timeout=60)
    job.stop()
    assert job.wait(timeout=60)


def test_whoever_comes_while_the_server_is_busy_reads_the_place_and_is_served(visitor, line):
    assert line.take("another visitor", give_up=lambda: True)
    threading.Timer(1.0, line.leave, ["another visitor"]).start()
    app = visitor.open("pages/theta.py")
    assert app.session_state["_run"].wait(timeout=60)
    assert visitor.live_figure("theta_figure")
