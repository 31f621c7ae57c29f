"""What the table of a sweep's trials says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.words.explore.trials import trials_text
from dashboard.words.plain import listed
from dashboard.words.settings import SETTINGS

if TYPE_CHECKING:
    from logreg_core.sweep import Goal, Plan, TrialRecord


@dataclass(frozen=True)
class ResultColumn:
    """A result of a trial in the table.

    Attributes
    ----------
    label : str
        Over its column.
    best_first : str
        As an order of the table.
    more_is_better : bool
        Whether the largest is on top in that order.
    is_share : bool
        Whether it is read in per cent.
    """

    label: str
    best_first: str
    more_is_better: bool = False
    is_share: bool = False


#: Of a number in the table; the browser prints them.
PRINTED_DIGITS: Final = 4

#: Field of a `TrialResult` → how the table has it, in the order of its columns.
RESULTS: Final = {
    "held_out_cost": ResultColumn("held-out cost", "lowest held-out cost"),
    "held_out_accuracy": ResultColumn("held-out accuracy", "highest held-out accuracy", True, True),
    "cost": ResultColumn("J", "lowest J"),
    "seconds": ResultColumn("seconds", "fewest seconds"),
    "iterations": ResultColumn("iterations", "fewest iterations"),
    "accuracy": ResultColumn("training accuracy", "highest training accuracy", True, True),
    "passes": ResultColumn("passes", "fewest passes"),
}

#: Why a trial cannot be opened.
IMAGES_NOT_HERE: Final = (
    "The trials of this sweep were trained on other images than those at hand: choose the file or "
    "the drawings that it learnt from, and try again."
)

#: Below the fields of the filter.
FILTER_STAYS_HERE: Final = "The link does not carry the filter, and **Download** has all trials."

#: Orders of the table that are neither of a setting nor of a result.
BY_GOAL: Final = "goal"
BY_SECOND_GOAL: Final = "second-goal"
NEWEST: Final = "newest"

#: What orders a table, as a link calls it; which of them there are, the sweep knows.
ORDERS: Final = (BY_GOAL, BY_SECOND_GOAL, NEWEST, *SETTINGS, *RESULTS)


def order_labels(plan: Plan) -> dict[str, str]:
    """The orders in which the table of a sweep can stand, as a person reads them.

    Examples
    --------
    >>> from logreg_core.sweep import Interval, Plan, Space
    >>> list(order_labels(Plan(Space((Interval("lam", 0.1, 10),)))).values())[:4]
    ['best held-out cost', 'newest', 'λ', 'highest held-out accuracy']
    """
    goals = dict(zip((BY_GOAL, BY_SECOND_GOAL), plan.goals, strict=False))
    named = {goal.result for goal in plan.goals}
    return {
        **{order: f"best {goal.label}" for order, goal in goals.items()},
        NEWEST: "newest",
        **{name: SETTINGS[name].column for name in plan.space.settings},
        **{name: column.best_first for name, column in RESULTS.items() if name not in named},
    }


def bound_label(goal: Goal) -> str:
    """Over the number that a trial must reach in a goal.

    Examples
    --------
    >>> from logreg_core.sweep import GOALS
    >>> bound_label(GOALS["held-out-cost"]), bound_label(GOALS["drawn-accuracy"])
    ('Held-out cost at most', 'Drawn-digit accuracy at least, %')
    """
    label = goal.label[0].upper() + goal.label[1:]
    return f"{label} at least, %" if goal.is_share else f"{label} at most"


def ended(trial: TrialRecord) -> str:
    """How a trial ended, or that it has not."""
    if trial.note:
        return f"{trial.state.value}: {trial.note}"
    if trial.result is None:
        return trial.state.value
    missed = trial.values is not None and math.inf in trial.values
    swung = ", J swung" if trial.result.unsteady else ""
    return f"{trial.result.reason}{swung}{', gap missed' if missed else ''}"


def shown_sentence(shown: int, begun: int, hidden: dict[str, int], *, so_far: bool = False) -> str:
    """How many trials the table shows, and why not all.

    Parameters
    ----------
    shown, begun : int
        In the table, and at all.
    hidden : dict of str to int
        State → how many that the switch hides.
    so_far : bool
        Whether more will begin: the table is drawn anew less often than the bar above it.

    Examples
    --------
    >>> shown_sentence(4, 4, {}), shown_sentence(4, 4, {}, so_far=True)
    ('4 trials.', '4 trials so far.')
    >>> shown_sentence(87, 200, {"pruned": 100, "failed": 3})
    '87 of 200 trials: 100 pruned and 3 failed are hidden, 10 are left out by the filter.'
    """
    trials = f"{trials_text(begun)}{' so far' if so_far else ''}"
    if shown == begun:
        return f"{trials}."
    named = [f"{count:,} {state}" for state, count in hidden.items() if count]
    switched_off = sum(hidden.values())
    reasons = [f"{listed(named)} {_are(switched_off)} hidden"] if named else []
    filtered = begun - shown - switched_off
    if filtered:
        reasons.append(f"{filtered:,} {_are(filtered)} left out by the filter")
    return f"{shown:,} of {trials}: {', '.join(reasons)}."


def star_sentence(best: int, goals: int, missed: int = 0) -> str:
    """What the star says.

    Parameters
    ----------
    best : int
        How many have one.
    goals : int
        Of the sweep.
    missed : int
        How many trials can have none, since they missed the gap of one of two goals.

    Examples
    --------
    >>> star_sentence(1, 1), star_sentence(3, 1), star_sentence(1, 2)
    ('★ is the best.', '★ are the best, equally good.', '★ is the best in both goals.')
    >>> star_sentence(1, 2, missed=3)
    '★ is the best in both goals; a trial that missed the gap has none.'
    """
    if goals == 1:
        return "★ is the best." if best == 1 else "★ are the best, equally good."
    which = (
        "is the best in both goals"
        if best == 1
        else "are those that no other trial beats in one goal without being worse in the other"
    )
    return f"★ {which}{'; a trial that missed the gap has none' if missed else ''}."


#: Where the numbers of trials have gaps.
NUMBERS_MISSING: Final = (
    "A number that is missing was given up, and its trial tried again under another."
)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
