"""What a sweep looks for."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Goal:
    """A number that says how good a trial is.

    Attributes
    ----------
    name : str
        In `GOALS`.
    label : str
        As a person reads it.
    more_is_better : bool
        Whether the largest is looked for, rather than the least.
    """

    name: str
    label: str
    more_is_better: bool

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        """As Optuna has it."""
        return "maximize" if self.more_is_better else "minimize"


HELD_OUT_ACCURACY: Final = Goal("held-out-accuracy", "held-out accuracy", more_is_better=True)
HELD_OUT_COST: Final = Goal("held-out-cost", "held-out cost", more_is_better=False)
SECONDS_TO_GAP: Final = Goal("seconds-to-gap", "seconds to the gap", more_is_better=False)
DRAWN_ACCURACY: Final = Goal("drawn-accuracy", "drawn-digit accuracy", more_is_better=True)

#: Name → goal, in the order in which a page offers them.
GOALS: Final[Mapping[str, Goal]] = MappingProxyType(
    {goal.name: goal for goal in (HELD_OUT_COST, HELD_OUT_ACCURACY, SECONDS_TO_GAP, DRAWN_ACCURACY)}
)
