"""What the pictures of a sweep are called and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.explore.goals import best_called, gap_in_percent, goal_text
from dashboard.words.explore.trials import setting_text, trials_text, value_text
from dashboard.words.plain import listed, short_percent
from dashboard.words.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from logreg_core.sweep import Goal
    from logreg_core.sweep.findings import Agreement, Edge
    from logreg_core.sweep.scores import TrialScores

#: As a link calls a picture → as a person reads it.
PICTURES: Final = {
    "best": "Best so far",
    "parallel": "Parallel coordinates",
    "contour": "Contour",
    "slices": "Slices",
    "importance": "Importance",
    "front": "Pareto front",
}

#: What stands in the place of a picture.
NONE_FINISHED: Final = "The first trials have not come to their end yet."
NONE_USES_BOTH: Final = "No finished trial uses both of these settings."
ALL_EQUAL: Final = "All trials are equally good so far: no setting has decided anything."

#: What stands below.
BRUSHING: Final = (
    "Drag along an axis to see only the lines through that part of it, on several axes if you "
    "like; click on the axis to have all back."
)
BETWEEN: Final = "Between the trials the picture is a guess: a straight way from one to the next."
CELLS: Final = "Each cell has the best of the trials in it."
TOO_FLAT: Final = (
    "For contours, four trials are needed that do not lie on one line; until then there are "
    "the trials alone."
)

#: Where a goal is measured by a clock.
SECONDS_VARY: Final = (
    "Seconds are those of one training each, and differ from one to the next by what else the "
    "machine had to do."
)

#: Where a trial does not use a setting.
NOT_USED: Final = "not used"


def steps_sentence(scores: TrialScores) -> str:
    """When the best came, and whether better ones still come."""
    first = scores.ties[0]
    later = sum(trial.number > first.number for trial in scores.trials)
    none_since = f" None of the {later:,} that finished after it was better." if later > 1 else ""
    return (
        f"The line is the best until then: the {_best_value(scores)}, came with "
        f"trial {first.number}.{none_since}"
    )


def _best_value(scores: TrialScores) -> str:
    return f"{best_called(scores.goal)}, **{goal_text(scores.goal, scores.best_value)}**"


def edge_sentences(edges: Iterable[Edge]) -> str:
    """That the best may lie beyond what is tried."""
    return " ".join(
        f"**The best {SETTINGS[edge.setting].column}, {value_text(edge.setting, edge.value)}, is "
        f"at the {'upper' if edge.upper else 'lower'} end of its range: try "
        f"{'larger' if edge.upper else 'smaller'} ones.**"
        for edge in edges
    )


def parallel_sentence(found: Agreement | None) -> str:
    """What to look at in the parallel coordinates."""
    look = "Each line is a trial, from setting to setting to its result; **orange is good**."
    if found is None:
        return f"{look} Look for axes on which the orange lines run close together."
    name = SETTINGS[found.setting].column
    low, high = value_text(found.setting, found.low), value_text(found.setting, found.high)
    where = f"{name} {low}" if low == high else f"{name} from {low} to {high}"
    return f"{look} The best {found.best} of {found.trials:,} all have {where}."


def contour_sentence(scores: TrialScores, x: str, y: str, *, star: bool, unused: int) -> str:
    """Where the best lies.

    Parameters
    ----------
    scores : TrialScores
        Of the trials that use both settings.
    x, y : str
        The settings.
    star : bool
        Whether a star marks it.
    unused : int
        How many other trials there are, of which one may be better.
    """
    settings, ties = scores.best.settings, len(scores.ties)
    where = f"{setting_text(x, settings[x])} and {setting_text(y, settings[y])}"
    at = f"at the ☆, {where}" if star else f"at {where}"
    among = "Of the trials that use both settings, " if unused else ""
    if ties > 1:
        trials = "" if unused else " trials"
        return f"{among}{ties:,}{trials} have the {_best_value(scores)}; {_first(scores)} is {at}."
    return f"{among}{'the' if unused else 'The'} {_best_value(scores)}, is {at}."


def _first(scores: TrialScores) -> str:
    """Which of those that are equally good is taken for the best."""
    goal = scores.tie_breaker
    return "the first" if goal is None else f"the one with the {best_called(goal)} of them"


def importance_sentence(shares: Mapping[str, float], goal: Goal) -> str:
    """Which setting has decided most."""
    first, share = next(iter(shares.items()))
    return (
        f"**{SETTINGS[first].column}** has decided most about the {goal.label}: "
        f"{short_percent(share)} of what tells the best tenth of the trials from the others."
    )


def too_few_sentence(trials: int, fewest: int) -> str:
    """That so few trials do not tell what decided.

    Examples
    --------
    >>> too_few_sentence(7, 20)
    'What decided is told by the best tenth of the trials: 20 are needed at least, and 7 are there.'
    """
    are = "is" if trials == 1 else "are"
    return (
        f"What decided is told by the best tenth of the trials: {fewest} are needed at least, and "
        f"{trials} {are} there."
    )


def few_trials_sentence(trials: int, enough: int) -> str:
    """That the importance misleads."""
    return (
        f"By {trials_text(trials)} it can mislead: "
        f"from {enough} on, the best tenth is more than a handful."
    )


#: What the importance misses where trials are not spread evenly.
SOUGHT_OUT: Final = (
    "TPE tries most where it is good already: a setting that it has decided upon early seems to "
    "matter less than it does."
)


def off_scale_sentence(worse: int) -> str:
    """That some trials are worse than any colour says; empty for none.

    Examples
    --------
    >>> off_scale_sentence(2)
    '2 trials are worse than the scale of colours says.'
    """
    if not worse:
        return ""
    are = "is" if worse == 1 else "are"
    return f"{trials_text(worse)} {are} worse than the scale of colours says."


def front_sentence(different: int, on_front: int, trials: int, goals: Sequence[Goal]) -> str:
    """What the front is.

    Parameters
    ----------
    different, on_front, trials : int
        Places on the front, trials at them, and trials at all.
    goals : sequence of Goal
        The two.
    """
    first, second = (goal.label for goal in goals)
    if trials == 1:
        return f"So far one trial has both numbers: {first} and {second}."
    if on_front == 1:
        return (
            f"**One of {trials:,} trials** with both numbers is the best in both: {first} and "
            f"{second}."
        )
    those = f"**{on_front:,} of {trials:,} trials** with both numbers"
    if different == 1:
        return f"{those} are the best in both, {first} and {second}, and equally good."
    return (
        f"{those} are on the front: who wants a better {first} than one of them has pays with the "
        f"{second}."
    )


def none_sentence(scores: TrialScores, gap: float) -> str:
    """Why there is nothing to draw, though trials have come to their end.

    Parameters
    ----------
    scores : TrialScores
        Without any trial.
    gap : float
        The plan's, a share of J*.
    """
    finished = scores.missed + scores.overflowed + scores.unsteady
    trials = "1 finished trial" if finished == 1 else f"{finished:,} finished trials"
    if scores.missed:
        return (
            f"None of {trials} came to stay within {gap_in_percent(gap):g} % of J*, the lowest "
            "cost there is: **try a larger gap, more iterations or another optimiser**."
        )
    if not scores.unsteady:
        return f"None of {trials} came to a finite number: **try a smaller α**."
    swung = "J swung" if not scores.overflowed else "J swung, or was no finite number"
    return (
        f"None of {trials} had come to rest at its end: {swung}, so what they came to is "
        "chance. **Try a smaller α, or larger batches**."
    )


def left_out_sentence(
    *, pruned: int = 0, missed: int = 0, overflowed: int = 0, unsteady: int = 0
) -> str:
    """That some trials have no place in the picture; empty for none.

    Examples
    --------
    >>> left_out_sentence(missed=2, overflowed=1)
    'Left out: 2 trials that missed the gap and 1 that came to no finite number.'
    >>> left_out_sentence(pruned=1)
    'Left out: 1 trial that was ended early.'
    """
    why = {
        f"{'was' if pruned == 1 else 'were'} ended early": pruned,
        "missed the gap": missed,
        "came to no finite number": overflowed,
        "ended while J swung": unsteady,
    }
    counts = [(count, reason) for reason, count in why.items() if count]
    if not counts:
        return ""
    (first, reason), *others = counts
    trials = "trial" if first == 1 else "trials"
    parts = [f"{first:,} {trials} that {reason}"]
    parts += [f"{count:,} that {reason}" for count, reason in others]
    return f"Left out: {listed(parts)}."


def beyond_sentence(beyond: int, *, coloured: bool = False) -> str:
    """That some trials are not where they belong; empty for none.

    Parameters
    ----------
    beyond : int
        How many.
    coloured : bool
        Whether a colour says what they came to, rather than their place.

    Examples
    --------
    >>> beyond_sentence(1)
    'One trial lies beyond the scale, and is drawn at its end.'
    >>> beyond_sentence(2, coloured=True)
    '2 trials lie beyond the scale of colours, and have that of its end.'
    """
    if not beyond:
        return ""
    one = beyond == 1
    who = "One trial lies" if one else f"{beyond:,} trials lie"
    if coloured:
        return f"{who} beyond the scale of colours, and {'has' if one else 'have'} that of its end."
    return f"{who} beyond the scale, and {'is' if one else 'are'} drawn at its end."


def outside_sentence(outside: int) -> str:
    """That some trials are to be seen only in a wider picture; empty for none.

    Examples
    --------
    >>> outside_sentence(1)
    'One trial is worse and lies outside the picture: a double click on it shows all.'
    """
    if not outside:
        return ""
    one = outside == 1
    trials = "One trial is" if one else f"{outside:,} trials are"
    lies = "lies" if one else "lie"
    return f"{trials} worse and {lies} outside the picture: a double click on it shows all."


def not_used_sentence(left_out: int, settings: Iterable[str]) -> str:
    """That some trials do not use a setting; empty for none."""
    names = " and ".join(SETTINGS[name].column for name in settings)
    trials = "trial does" if left_out == 1 else "trials do"
    return f"{left_out:,} {trials} not use {names}: left out." if left_out else ""


def no_place_sentence(pruned: int, goal: Goal) -> str:
    """That pruned trials are not in the picture; empty for none."""
    if not pruned:
        return ""
    trials = "trial that was" if pruned == 1 else "trials that were"
    return f"{pruned:,} {trials} ended early had no {goal.label} yet."


#: What to look at in the slices.
SLICES: Final = (
    "Each point is a trial, the later the bluer. A valley or a hill says where a setting does "
    "best; points that spread alike at every value say that it matters little."
)
