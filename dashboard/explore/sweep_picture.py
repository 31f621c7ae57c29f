"""One picture of a sweep: its figures, and what is said above and below them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.explore.axes import (
    HEIGHT,
    LEAST,
    beyond,
    goal_is_log,
    setting_axes,
    shown_values,
    usual,
)
from dashboard.figures.explore.best_so_far import best_so_far_chart
from dashboard.figures.explore.contour import cells_chart, contour_chart, plane_between
from dashboard.figures.explore.importance import importance_chart
from dashboard.figures.explore.parallel_coordinates import parallel_chart
from dashboard.figures.explore.pareto import around_front, pareto_chart
from dashboard.figures.explore.slice import LOW, slice_chart
from dashboard.words.explore.pictures import (
    ALL_EQUAL,
    BETWEEN,
    BRUSHING,
    CELLS,
    NONE_FINISHED,
    NONE_USES_BOTH,
    SECONDS_VARY,
    SLICES,
    SOUGHT_OUT,
    TOO_FLAT,
    beyond_sentence,
    contour_sentence,
    edge_sentences,
    few_trials_sentence,
    front_sentence,
    importance_sentence,
    left_out_sentence,
    no_place_sentence,
    none_sentence,
    not_used_sentence,
    off_scale_sentence,
    outside_sentence,
    parallel_sentence,
    steps_sentence,
    too_few_sentence,
)
from logreg_core.sweep import SECONDS_TO_GAP, TrialState
from logreg_core.sweep.findings import agreement, edges
from logreg_core.sweep.front import pareto_front
from logreg_core.sweep.importance import ENOUGH_TRIALS, FEWEST_TRIALS, importances
from logreg_core.sweep.scores import TrialScores, goal_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import plotly.graph_objects as go

    from dashboard.figures.explore.axes import SettingAxis
    from logreg_core.sweep import Goal, Plan, TrialRecord

#: Figures side by side at most; the rest below.
SIDE_BY_SIDE: Final = 3


@dataclass(frozen=True)
class Look:
    """What a picture is made of.

    Attributes
    ----------
    plan : Plan
        Of the sweep.
    trials : tuple of TrialRecord
        In any state; none yet, or many.
    goal : Goal
        One of the plan, which the picture is about.
    """

    plan: Plan
    trials: tuple[TrialRecord, ...]
    goal: Goal

    @property
    def scores(self) -> TrialScores:
        """What the finished trials came to by the goal."""
        return TrialScores.of(self.trials, self.plan.goals, self.goal)

    @property
    def both(self) -> tuple[TrialScores, ...]:
        """The same by each goal, of the trials that have a number of all."""
        return TrialScores.of_all(self.trials, self.plan.goals)

    @property
    def pruned(self) -> list[TrialRecord]:
        """The trials that were ended early."""
        return [trial for trial in self.trials if trial.state is TrialState.PRUNED]


@dataclass(frozen=True)
class Picture:
    """What is seen of a sweep.

    Attributes
    ----------
    figures : dict of str to plotly.graph_objects.Figure
        Side by side, by a name each; none where there is nothing to draw yet.
    says : str
        Above them, or why there are none; markdown.
    caption : str
        Below them.
    """

    figures: dict[str, go.Figure]
    says: str
    caption: str = ""


def drawn(shown: str, look: Look, across: tuple[SettingAxis, ...] = ()) -> Picture:
    """One of `PICTURES`, or a sentence in its place where there is nothing to draw yet.

    Parameters
    ----------
    shown : str
        Which.
    look : Look
        What it is made of.
    across : tuple of SettingAxis
        Of a contour: the axis across, and the one upwards.
    """
    if not any(trial.state is TrialState.FINISHED for trial in look.trials):
        return _waiting(NONE_FINISHED)
    scores = look.both[0] if shown in _OF_ALL_GOALS else look.scores
    if len(scores) == 0:
        return _waiting(none_sentence(scores, look.plan.gap))
    return _DRAWN[shown](look, *across)


def _waiting(sentence: str, caption: str = "") -> Picture:
    """A sentence in the place of a picture."""
    return Picture({}, sentence, caption)


def _best(look: Look) -> Picture:
    scores = look.scores
    pruned = look.pruned
    values = [goal_value(trial, look.plan.goals, scores.goal) for trial in pruned]
    return Picture(
        {"figure": best_so_far_chart(scores, pruned, look.plan.trials)},
        f"{steps_sentence(scores)} {_ends(look, scores)}",
        f"{_apart([], scores)} {no_place_sentence(values.count(None), scores.goal)}",
    )


def _parallel(look: Look) -> Picture:
    every = look.both
    (scores,) = (each for each in every if each.goal == look.goal)
    others = [each for each in every if each.goal != look.goal]
    return Picture(
        {"figure": parallel_chart(scores, look.plan.space, others)},
        parallel_sentence(agreement(scores, look.plan.space)),
        f"{BRUSHING} {_apart(look.pruned, *every)}",
    )


def _contour(look: Look, x: SettingAxis, y: SettingAxis) -> Picture:
    settings = x.setting, y.setting
    scores = look.scores.with_settings(*settings)
    unused = len(look.scores) - len(scores)
    left_out = f"{not_used_sentence(unused, settings)} {_left_out(look.pruned, scores)}"
    far = beyond_sentence(beyond(scores), coloured=True)
    caption = f"{left_out} {far} {off_scale_sentence(_off_scale(scores))}"
    if len(scores) == 0:
        return _waiting(NONE_USES_BOTH, caption)
    are_ranges = not (x.is_choice or y.is_choice)
    lowest = contour_sentence(scores, *settings, star=are_ranges, unused=unused)
    says = f"{lowest} {_ends(look, scores)}"
    if not are_ranges:
        return Picture({"figure": cells_chart(scores, x, y)}, says, f"{CELLS} {caption}")
    plane = plane_between(scores, x, y)
    chart = contour_chart(scores, x, y, plane)
    return Picture({"figure": chart}, says, f"{TOO_FLAT if plane is None else BETWEEN} {caption}")


def _slices(look: Look) -> Picture:
    scores = look.scores
    axes = setting_axes(look.plan.space)
    used = [axis for axis in axes if len(scores.with_settings(axis.setting))]
    height = HEIGHT if len(used) <= SIDE_BY_SIDE else LOW
    figures = {
        axis.setting: slice_chart(scores, axis, title=place % SIDE_BY_SIDE == 0, height=height)
        for place, axis in enumerate(used)
    }
    return Picture(figures, f"{SLICES} {_ends(look, scores)}", _apart(look.pruned, scores))


def _importance(look: Look) -> Picture:
    scores = look.scores
    if len(scores) < FEWEST_TRIALS:
        return _waiting(too_few_sentence(len(scores), FEWEST_TRIALS))
    shares = importances(scores, look.plan.space)
    if shares is None:
        return _waiting(ALL_EQUAL)
    few = len(scores) < ENOUGH_TRIALS
    misleads = few_trials_sentence(len(scores), ENOUGH_TRIALS) if few else ""
    if look.plan.sampler == "tpe":
        misleads = f"{misleads} {SOUGHT_OUT}"
    return Picture(
        {"figure": importance_chart(shares)},
        importance_sentence(shares, scores.goal),
        f"{misleads} {_left_out(look.pruned, scores)}",
    )


def _front(look: Look) -> Picture:
    first, second = look.both
    on_front = pareto_front(np.stack([first.values, second.values], axis=-1), look.plan.goals)
    different = len(np.unique(first.values[on_front]))  # of two that are equal here, so is all
    outside = int((~around_front(first, second, on_front)).sum())
    by_clock = SECONDS_VARY if SECONDS_TO_GAP in look.plan.goals else ""
    return Picture(
        {"figure": pareto_chart(first, second, on_front)},
        front_sentence(different, int(on_front.sum()), len(first), look.plan.goals),
        f"{_left_out(look.pruned, first)} {outside_sentence(outside)} {by_clock}",
    )


def _ends(look: Look, scores: TrialScores) -> str:
    """That the best may lie beyond what is tried."""
    if goal_is_log(scores) and len(scores) and scores.best_value <= LEAST:
        return ""  # nothing is left to be gained there
    return edge_sentences(edges(scores, look.plan.space))


def _apart(pruned: Sequence[TrialRecord], *all_scores: TrialScores) -> str:
    """Which trials are left out, or drawn where they do not belong."""
    at_edge = max(beyond(scores) for scores in all_scores)
    return f"{_left_out(pruned, all_scores[0])} {beyond_sentence(at_edge)}"


def _off_scale(scores: TrialScores) -> int:
    """Trials that are worse than the last colour, and not told of already as beyond the scale."""
    if len(scores) == 0:
        return 0
    told = shown_values(scores) != scores.values
    return int((~usual(scores) & ~told).sum())


def _left_out(pruned: Sequence[TrialRecord], scores: TrialScores) -> str:
    return left_out_sentence(
        pruned=len(pruned),
        missed=scores.missed,
        overflowed=scores.overflowed,
        unsteady=scores.unsteady,
    )


#: Pictures that need a number of each goal.
_OF_ALL_GOALS: Final = ("parallel", "front")

_DRAWN: Final[dict[str, Callable[..., Picture]]] = {
    "best": _best,
    "parallel": _parallel,
    "contour": _contour,
    "slices": _slices,
    "importance": _importance,
    "front": _front,
}
