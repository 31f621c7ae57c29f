"""What the pictures of a sweep are called and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.words.plain import short_percent
from dashboard.words.settings import SETTINGS, brief, in_words
from logreg_core import DRAWN_ACCURACY, HELD_OUT_ACCURACY, SECONDS_TO_GAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from logreg_core.sweep import Goal, TrialRecord
    from logreg_core.sweep.best import Agreement, Edge
    from logreg_core.sweep.scores import Scores

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
NONE_FINITE: Final = "No finished trial has come to a number that has a place here."
NONE_USES_BOTH: Final = "No finished trial uses both of these settings."
ALL_EQUAL: Final = "All trials are equally good so far: no setting has decided anything."
TOO_FEW: Final = "Two finished trials at least are needed to tell what decided."

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

#: Where a trial does not use a setting.
NOT_USED: Final = "not used"

_SHARES: Final = (HELD_OUT_ACCURACY, DRAWN_ACCURACY)


def goal_text(goal: Goal, value: float) -> str:
    """A goal's value as a person reads it.

    Examples
    --------
    >>> goal_text(HELD_OUT_ACCURACY, 0.987), goal_text(SECONDS_TO_GAP, 0.01234)
    ('98.7 %', '0.0123 s')
    """
    if goal in _SHARES:
        return short_percent(value)
    return f"{value:.3g} s" if goal is SECONDS_TO_GAP else f"{value:.3g}"


def is_share(goal: Goal) -> bool:
    """Whether a goal goes from 0 to 1, and is read in per cent."""
    return goal in _SHARES


def best_called(goal: Goal) -> str:
    """What the best of a goal is.

    Examples
    --------
    >>> best_called(HELD_OUT_ACCURACY)
    'highest held-out accuracy'
    """
    return f"{'highest' if goal.more_is_better else 'lowest'} {goal.label}"


def value_text(setting: str, value: Any) -> str:  # noqa: ANN401 - a setting is a string or a number
    """A setting's value, as short as it is told from others on an axis.

    Examples
    --------
    >>> value_text("lam", 0.0123456), value_text("optimizer", "cg"), value_text("batch_size", 64)
    ('0.0123', 'Conjugate gradient (CG)', '64')
    """
    said = brief(setting, value)
    return f"{said:.3g}" if isinstance(said, float) else str(said)


def setting_text(setting: str, value: Any) -> str:  # noqa: ANN401 - likewise
    """A setting with its value, in a sentence.

    Examples
    --------
    >>> setting_text("lam", 0.0123456), setting_text("optimizer", "cg")
    ('λ = 0.0123', 'Conjugate gradient (CG)')
    """
    said = brief(setting, value)
    return in_words(setting, float(f"{said:.3g}") if isinstance(said, float) else said)


def settings_text(settings: Mapping[str, Any], between: str = ", ") -> str:
    """All settings of a trial."""
    return between.join(setting_text(name, value) for name, value in settings.items())


def trial_text(trial: TrialRecord) -> str:
    """A trial under the mouse, as HTML."""
    return f"<b>Trial {trial.number}</b><br>{settings_text(trial.settings, '<br>')}"


def best_sentence(scores: Scores) -> str:
    """Which trial is the best, and whether better ones still come."""
    best, equal = scores.best, _equally_good(scores)
    with_these = f"with {settings_text(best.settings)}"
    if equal > 1:
        return f"{equal:,} trials have the {_best_value(scores)}; the first, {with_these}."
    later = sum(trial.number > best.number for trial in scores.trials)
    none_since = f" None of the {later:,} after it was better." if later > 1 else ""
    return f"Trial {best.number} has the {_best_value(scores)}, {with_these}.{none_since}"


def _best_value(scores: Scores) -> str:
    return f"{best_called(scores.goal)}, **{goal_text(scores.goal, scores.best_value)}**"


def _equally_good(scores: Scores) -> int:
    """How many trials are as good as the best."""
    return int((scores.values == scores.best_value).sum())


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


def contour_sentence(scores: Scores, x: str, y: str, *, star: bool) -> str:
    """Where the best lies, and whether a star marks it."""
    settings, equal = scores.best.settings, _equally_good(scores)
    where = f"{setting_text(x, settings[x])} and {setting_text(y, settings[y])}"
    at = f"at the ☆, {where}" if star else f"at {where}"
    if equal > 1:
        return f"{equal:,} trials have the {_best_value(scores)}; the first is {at}."
    return f"The {_best_value(scores)}, is {at}."


def importance_sentence(shares: Mapping[str, float], goal: Goal) -> str:
    """Which setting has decided most."""
    first, share = next(iter(shares.items()))
    return (
        f"**{SETTINGS[first].column}** has decided most about the {goal.label}: "
        f"{short_percent(share)} of what tells the best tenth of the trials from the others."
    )


def few_trials_sentence(trials: int, enough: int) -> str:
    """That the importance misleads."""
    return (
        f"By {trials} {'trial' if trials == 1 else 'trials'} it can mislead: "
        f"from {enough} on, the best tenth is more than a handful."
    )


def front_sentence(on_front: int, trials: int, goals: tuple[Goal, ...]) -> str:
    """What the front is."""
    first, second = (goal.label for goal in goals)
    if on_front == 1:
        return f"One of {trials:,} trials is the best in both: {first} and {second}."
    return (
        f"**{on_front} of {trials:,} trials** are on the front: who wants a better {first} than "
        f"one of them has pays with the {second}."
    )


def left_out_sentence(left_out: int, goals: Iterable[Goal]) -> str:
    """That some trials have no place in the picture; empty for none."""
    if not left_out:
        return ""
    why = "never reached the gap" if SECONDS_TO_GAP in goals else "came to no finite number"
    return f"{left_out:,} finished {'trial' if left_out == 1 else 'trials'} {why}: left out."


def beyond_sentence(beyond: int) -> str:
    """That some trials are not where they belong; empty for none."""
    if not beyond:
        return ""
    who = "One trial lies" if beyond == 1 else f"{beyond:,} trials lie"
    return f"{who} far beyond the others, and {'is' if beyond == 1 else 'are'} drawn at the edge."


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
