"""What a regularisation path says: too much λ is bias, too little is variance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.words.csv_file import score_cells
from dashboard.words.explore.two_costs import are_close
from dashboard.words.lesson.cost import cost_shown
from dashboard.words.plain import short_percent
from logreg_core import best_of_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import PathPoint, Scores

#: A held-out cost so many times the lowest is clearly worse: of the bundled digits, where the
#: lowest is at no end of the path, the next two λ on either side come to less than 1.08 times it.
_CLEARLY: Final = 1.1

#: Among which the best is looked for where λ = 0 has no minimum.
AMONG: Final = "all λ > 0"


def lowest_text(points: Sequence[PathPoint], *, over: bool) -> str:
    """Which λ does best, and how much of that is chance.

    Parameters
    ----------
    points : sequence of PathPoint
        From the strongest λ to the weakest, at least one.
    over : bool
        Whether no more will come.
    """
    best = best_of_path(points)
    held_out = best.scores.held_out
    the = f"of {AMONG} the" if zero_is_lower(points) else "the"
    lowest = (
        f"{the[0].upper() + the[1:] if over else f'So far {the}'} held-out cost is lowest at "
        f"**λ = {best.lam:,g}** ({cost_shown(best.scores.held_out_cost)}; **{held_out.right:,} of "
        f"{held_out.of:,}** = {short_percent(held_out.share)} read correctly)."
    )
    return " ".join([lowest, *_within_chance(points)]) if over else lowest


def zero_is_lower(points: Sequence[PathPoint]) -> bool:
    """Whether the held-out cost is lower at λ = 0 than at the best, which must be a minimum."""
    lowest = min(points, key=lambda point: point.scores.held_out_cost)
    return lowest.lam == 0 and lowest is not best_of_path(points)


def bias_and_variance(points: Sequence[PathPoint]) -> str:
    """What the two ends of a whole path say, in one sentence; empty where there is no minimum.

    Parameters
    ----------
    points : sequence of PathPoint
        From the strongest λ to the weakest, at least one.
    """
    best = best_of_path(points)
    ends = [end for end in (_strong(points[0], best), _weak(points, best)) if end]
    sentence = "; ".join(ends)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def _strong(first: PathPoint, best: PathPoint) -> str:
    if first is best:
        return (
            f"λ = {first.lam:,g}, the strongest, does best: the less is learnt from these digits, "
            "the better"
        )
    if not _is_clearly_worse(first, best):
        return ""
    is_pair = are_close(first.scores.training_cost, first.scores.held_out_cost)
    close = " and close" if is_pair else ""
    return (
        f"At λ = {first.lam:,g} both costs are high{close} ({_both(first.scores)}): too much λ is "
        "**bias**"
    )


def _weak(points: Sequence[PathPoint], best: PathPoint) -> str:
    minima = [point for point in points if point.is_minimum]
    if not minima:
        return ""
    weakest = minima[-1]
    costs = _both(weakest.scores)
    if weakest is best:
        return (
            f"down to λ = {weakest.lam:,g} the held-out cost only falls, so that less λ brings no "
            "**variance** that would outweigh it"
        )
    if _is_clearly_worse(weakest, best):
        return (
            f"at λ = {weakest.lam:,g} the training cost is lower and the held-out cost higher "
            f"({costs}): too little λ is **variance**"
        )
    return (
        f"from λ = {best.lam:,g} down to {weakest.lam:,g} the held-out cost hardly rises "
        f"({costs}): too little λ does next to no harm here"
    )


def _within_chance(points: Sequence[PathPoint]) -> list[str]:
    """Between which λ the share that is read stays within the interval of the best."""
    best = best_of_path(points)
    low, high = best.scores.held_out.interval
    place = list(points).index(best)
    inside = [low <= point.scores.held_out.share <= high for point in points]
    first = last = place
    while first > 0 and inside[first - 1]:
        first -= 1
    while last < len(points) - 1 and inside[last + 1]:
        last += 1
    if first == last:
        return []
    hardly_told_apart = (
        f"By what is read correctly, {best.scores.held_out.of:,} held-out digits hardly tell the λ "
        f"from {points[first].lam:,g} to {points[last].lam:,g} apart: all of it lies within the "
        "95 % interval of the best."
    )
    return [hardly_told_apart]


def without_penalty_text(points: Sequence[PathPoint]) -> str:
    """What the dots at λ = 0 are worth; nothing while there are none."""
    if not points or points[-1].lam > 0:
        return ""
    if points[-1].has_no_minimum:
        return (
            "At λ = 0 (rings; a triangle lies farther out) **J has no minimum**: θ grows for ever, "
            "and is shown where training was ended."
        )
    if not points[-1].is_minimum:
        return (
            "At λ = 0 (rings; a triangle lies farther out) training was ended before it came to a "
            "minimum; **whether there is one is open**."
        )
    return "At λ = 0 (rings) nothing holds θ back."


def path_rows(points: Sequence[PathPoint]) -> list[dict[str, Any]]:
    """The points as rows of a file."""
    return [
        {
            "lam": point.lam,
            **score_cells(point.scores),
            "theta_norm_without_bias": point.theta_norm,
            "iterations": point.iterations,
            "passes": point.passes,
            "ended": point.reason.value,
        }
        for point in points
    ]


def _is_clearly_worse(point: PathPoint, best: PathPoint) -> bool:
    return point.scores.held_out_cost > _CLEARLY * best.scores.held_out_cost


def _both(scores: Scores) -> str:
    return f"{cost_shown(scores.training_cost)} and {cost_shown(scores.held_out_cost)}"
