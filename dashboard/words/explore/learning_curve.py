"""What a learning curve says: whether more digits would help."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any, Final

from scipy.special import stdtrit

from dashboard.words.csv_file import score_cells
from dashboard.words.explore.two_costs import are_close
from dashboard.words.lesson.cost import cost_shown
from dashboard.words.plain import short_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import CurvePoint


#: How probable it is that a mean is called lower by chance alone, by Student's t. More draws make
#: its margin smaller, so that what is clear by few mostly stays so.
_CHANCE: Final = 0.05


@dataclass(frozen=True)
class _Size:
    """The trainings on one number of digits: mean costs, and how far draws differ."""

    m: int
    training_cost: float
    held_out_cost: float
    margin: float  # by which another mean must be lower to be so not just by chance

    @classmethod
    def of(cls, points: Sequence[CurvePoint]) -> _Size:
        held_out = [point.scores.held_out_cost for point in points]
        training = [point.scores.training_cost for point in points]
        return cls(points[0].m, fmean(training), fmean(held_out), _margin(held_out))

    @property
    def gap(self) -> float:
        return self.held_out_cost - self.training_cost


def _margin(draws: Sequence[float]) -> float:
    """Standard errors of a mean, times how many of them so few draws need; 0 for a single one."""
    if len(draws) == 1:
        return 0.0
    errors = float(stdtrit(len(draws) - 1, 1 - _CHANCE))
    return errors * stdev(draws) / math.sqrt(len(draws))


def bias_or_variance(points: Sequence[CurvePoint], lam: float) -> str:
    """Whether more digits would help, in one sentence.

    Parameters
    ----------
    points : sequence of CurvePoint
        All of them, in the order of their sizes; at least one.
    lam : float
        λ of all of them.
    """
    sizes = sorted({point.m for point in points})
    last = _Size.of([point for point in points if point.m == sizes[-1]])
    if len(sizes) == 1:
        return "There are too few digits for a curve."
    before = _Size.of([point for point in points if point.m == sizes[-2]])
    return _trend(before, last, lam)


def _trend(before: _Size, last: _Size, lam: float) -> str:
    fall = before.held_out_cost - last.held_out_cost
    costs = f"{cost_shown(last.training_cost)} and {cost_shown(last.held_out_cost)}"
    falls = fall > before.margin
    # Held-out digits may by chance cost less.
    if last.gap <= 0 or are_close(last.training_cost, last.held_out_cost):
        return f"At {last.m:,} digits the two costs {_met(costs, lam, falls=falls)}"
    steps = f"{cost_shown(before.held_out_cost)} to {cost_shown(last.held_out_cost)}"
    if falls:
        return (
            f"The gap is **variance** ({costs} at {last.m:,} digits), and from {before.m:,} "
            f"digits on the held-out cost still falls, from {steps}: more digits should help."
        )
    if fall > 0:
        return (
            f"A gap is left ({costs} at {last.m:,} digits), but from {before.m:,} digits on the "
            f"held-out cost goes from {steps}, which may be due to the draws: "
            "whether more digits help is **within chance** here."
        )
    return (
        f"A gap is left ({costs} at {last.m:,} digits), but from {before.m:,} digits on the "
        f"held-out cost falls no more: more digits **of this kind** may not help."
    )


def _met(costs: str, lam: float, *, falls: bool) -> str:
    if falls and lam > 0:
        return (
            f"are close ({costs}) and the held-out one still falls: little **variance**, and a "
            f"**bias** by λ = {lam:g}, which weighs less beside more digits."
        )
    if falls:
        return f"are close ({costs}), and the held-out one still falls: more digits should help."
    less = "; whether less λ would, the regularisation path says" if lam > 0 else ""
    return (
        f"have met ({costs}), and the held-out one falls no more, or by chance: what is left is "
        f"**bias**, and more digits would hardly help{less}."
    )


def counted_text(points: Sequence[CurvePoint]) -> str:
    """How many held-out digits the last training reads, and what that proves.

    Parameters
    ----------
    points : sequence of CurvePoint
        In the order of their sizes; at least one.
    """
    score = points[-1].scores.held_out
    low, high = (short_percent(end) for end in score.interval)
    return (
        f"Of {score.of:,} held-out digits {score.right:,} are read correctly in the end, "
        f"{short_percent(score.share)}: with 95 % confidence, between {low} and {high} of all "
        "such digits."
    )


def curve_rows(points: Sequence[CurvePoint]) -> list[dict[str, Any]]:
    """The points as rows of a file."""
    return [{"m": point.m, "seed": point.seed, **score_cells(point.scores)} for point in points]
