"""A run as pictures and tables show it: by its name, in its colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logreg_core import History


@dataclass(frozen=True)
class ShownRun:
    """One run among those that are shown together.

    Attributes
    ----------
    name : str
        As the visitor reads it.
    colour : str
        As plotly has it.
    history : History
        As far as the run has come.
    """

    name: str
    colour: str
    history: History
