"""Fixtures of the page tests."""

from __future__ import annotations

import pytest

from tests.pages.visitor import Visitor


@pytest.fixture
def visitor() -> Visitor:
    """A visitor of their own for each test, who has seen nothing yet."""
    return Visitor()
