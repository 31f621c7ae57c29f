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
    result : str, optional
        The field of a `TrialResult` that says it; None where only a trial that has come to
        its end has it.
    is_share : bool
        Whether it is a part of a whole, 0 to 1.
    """

    name: str
    label: str
    more_is_better: bool
    result: str | None = None
    is_share: bool = False

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        """As Optuna has it."""
        return "maximize" if self.more_is_better else "minimize"


HELD_OUT_ACCURACY: Final = Goal(
    "held-out-accuracy",
    "held-out accuracy",
    more_is_better=True,
    result="held_out_accuracy",
    is_share=True,
)
HELD_OUT_COST: Final = Goal(
    "held-out-cost", "held-out cost", more_is_better=False, result="held_out_cost"
)
SECONDS_TO_GAP: Final = Goal("seconds-to-gap", "seconds to the gap", more_is_better=False)
DRAWN_ACCURACY: Final = Goal(
    "drawn-accuracy",
    "drawn-digit accuracy",
    more_is_better=True,
    result="drawn_accuracy",
    is_share=True,
)

#: Name → goal, in the order in which a page offers them.
GOALS: Final[Mapping[str, Goal]] = MappingProxyType(
    {goal.name: goal for goal in (HELD_OUT_COST, HELD_OUT_ACCURACY, SECONDS_TO_GAP, DRAWN_ACCURACY)}
)
