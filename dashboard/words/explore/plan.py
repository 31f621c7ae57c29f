"""What a sweep tries, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dashboard.words.explore.goals import best_called, gap_in_percent
from dashboard.words.explore.trials import trials_text
from dashboard.words.numbers import number_text, share_text
from dashboard.words.plain import listed
from dashboard.words.settings import SETTINGS, brief
from logreg_core.sweep import PRUNERS, SAMPLERS, SECONDS_TO_GAP, Choices, Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core.sweep import Dimension, Goal, Plan

#: How a number is varied.
SPREADS: Final = {"log": "by ratio", "even": "evenly", "values": "values"}

#: How settings are chosen, and how trials are ended early: names without their explanation.
_SAMPLED: Final = {
    "grid": "a grid",
    "random": "at random",
    "tpe": "chosen by TPE",
    "qmc": "quasi-Monte-Carlo",
}
_PRUNED: Final = {
    "median": "worse than half of the others ended early",
    "halving": "ended early by successive halving",
}

NO_DRAWINGS: Final = (
    "For drawn-digit accuracy, first draw and label some of these digits on the Predict page."
)
GAP: Final = (
    "How near J comes to J*, the lowest there is. The seconds end when it is so near to stay: "
    "a run that only passes through has missed the gap."
)
ALL_OTHERS: Final = "All other settings: as on the Train page"


def drawings_sentence(drawings: int) -> str:
    """On what drawn-digit accuracy is measured, and how far that goes.

    Examples
    --------
    >>> drawings_sentence(1)
    'Measured on your 1 drawing: one more or less read rightly is 100 %.'
    >>> drawings_sentence(12)
    'Measured on your 12 drawings: one more or less read rightly is 8.333 %.'
    """
    drawn = "1 drawing" if drawings == 1 else f"{drawings:,} drawings"
    return f"Measured on your {drawn}: one more or less read rightly is {share_text(1 / drawings)}."


def plan_sentence(plan: Plan) -> str:
    """What a sweep does, as a person would say it."""
    trials = trials_text(plan.trials)
    dimensions = plan.space.dimensions
    fixed = [each for each in dimensions if len(each.points) == 1 and isinstance(each, Choices)]
    varied = [each for each in dimensions if each not in fixed]
    over = f" over {listed(_range(each) for each in varied)}" if varied else ""
    given = f" with {listed(_value(each) for each in fixed)}" if fixed else ""
    pruned = f", {_PRUNED[plan.pruner]}" if plan.pruner in _PRUNED else ""
    return (
        f"**{trials}**{over}{given}, {_SAMPLED[plan.sampler]}{pruned}, for "
        f"**{goals_phrase(plan)}**."
    )


def not_tried_sentence(settings: Sequence[str]) -> str:
    """Why settings of a plan are not tried, since they change nothing here; at least one.

    Examples
    --------
    >>> not_tried_sentence(["batch_size", "momentum"])
    'Not tried: batch and μ, which no optimiser of this sweep uses.'
    >>> not_tried_sentence(["multiclass"])
    'Not tried: several digits, as there are two only.'
    """
    unused = [SETTINGS[setting].column for setting in settings if setting != "multiclass"]
    reasons = [f"{listed(unused)}, which no optimiser of this sweep uses"] if unused else []
    if "multiclass" in settings:
        reasons.append(f"{SETTINGS['multiclass'].column}, as there are two only")
    return f"Not tried: {'; '.join(reasons)}."


def grid_sentence(plan: Plan) -> str:
    """How many trials a grid comes to."""
    return f"The grid has {trials_text(plan.trials)}."


def again_sentence(combinations: int, *, grid_has_all: bool) -> str:
    """That there are more trials than different ones.

    Examples
    --------
    >>> again_sentence(3, grid_has_all=True)
    'Only 3 combinations are possible, so some are tried again and again: **Grid** tries each once.'
    >>> again_sentence(11, grid_has_all=False)
    'Only 11 combinations are possible, so some are tried again and again.'
    """
    only = "1 combination is" if combinations == 1 else f"{combinations:,} combinations are"
    instead = ": **Grid** tries each once" if grid_has_all else ""
    return f"Only {only} possible, so some are tried again and again{instead}."


def choice_text(setting: str, value: str | float) -> str:
    """A value of a setting, with all its digits, as a person chooses it.

    Examples
    --------
    >>> choice_text("optimizer", "adam"), choice_text("lam", 0.1), choice_text("batch_size", 2048)
    ('Adam', '0.1', '2,048')
    """
    said = brief(setting, value)
    return said if isinstance(said, str) else number_text(said)


def goals_phrase(plan: Plan) -> str:
    """What is looked for.

    Examples
    --------
    >>> from logreg_core.sweep import GOALS, Plan, Space
    >>> space = Space((Choices("lam", (0, 1)),))
    >>> goals_phrase(Plan(space, goals=(GOALS["held-out-cost"], GOALS["seconds-to-gap"])))
    'the lowest held-out cost and the fewest seconds to a gap of 1 %'
    """
    return listed(_goal(goal, plan.gap) for goal in plan.goals)


def short_name(plan: Plan) -> str:
    """What a sweep is called in a list.

    Examples
    --------
    >>> from logreg_core.sweep import Plan, Space
    >>> short_name(Plan(Space((Choices("lam", (0, 1)), Choices("optimizer", ("adam",)))), trials=9))
    '9 trials over optimiser, λ'
    """
    names = ", ".join(SETTINGS[setting].column for setting in plan.space.settings)
    return f"{trials_text(plan.trials)} over {names}"


def as_on_field(refusal: str, setting: str) -> str:
    """Why something is not accepted, with the setting called as its field is.

    Examples
    --------
    >>> as_on_field("lam accepts numbers from 0 to 1,000,000, not lama.", "lam")
    'λ accepts numbers from 0 to 1,000,000, not lama.'
    """
    return re.sub(rf"\b{setting}\b", SETTINGS[setting].column, refusal)


def sampler_label(name: str) -> str:
    """As `SAMPLERS` has it, up to the colon: the rest is too long for a select."""
    return SAMPLERS[name].partition(":")[0]


def pruner_label(name: str) -> str:
    """As `PRUNERS` has it, up to the colon."""
    return PRUNERS[name].partition(":")[0]


def explained(labels: Sequence[str]) -> str:
    """Labels with what stands behind their colon, one a line."""
    return "\n".join(f"- **{name}**:{what}" for name, _, what in (x.partition(":") for x in labels))


def _range(dimension: Dimension) -> str:
    name = SETTINGS[dimension.setting].column
    if isinstance(dimension, Interval):
        return f"{name} from {number_text(dimension.low)} to {number_text(dimension.high)}"
    values = (choice_text(dimension.setting, each) for each in dimension.values)
    return f"{name} ({', '.join(values)})"


def _value(dimension: Dimension) -> str:
    value = choice_text(dimension.setting, dimension.points[0])
    plainly = dimension.setting == "optimizer"
    return value if plainly else f"{SETTINGS[dimension.setting].column} {value}"


def _goal(goal: Goal, gap: float) -> str:
    if goal == SECONDS_TO_GAP:
        return f"the fewest seconds to a gap of {number_text(gap_in_percent(gap))} %"
    return f"the {best_called(goal)}"
