"""Fixtures of the page tests."""

from __future__ import annotations

import pytest

from dashboard.finished import finished
from tests.pages.visitor import Visitor


@pytest.fixture(autouse=True)
def sweeps_are_kept_in_memory(monkeypatch) -> None:
    """No test writes into the database of whoever runs it."""
    monkeypatch.setenv("THETA_LAB_SWEEPS", "memory")


@pytest.fixture(autouse=True)
def nothing_is_trained_yet() -> None:
    """No test finds what the lesson has trained for a visitor of another one."""
    finished.clear()


@pytest.fixture
def visitor() -> Visitor:
    """A visitor of their own for each test, who has seen nothing yet."""
    return Visitor()
