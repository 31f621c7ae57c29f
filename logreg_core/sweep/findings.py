"""What the best trials of a sweep have in common, and whether its ranges end too early."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from logreg_core.config import RANGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core.sweep.dimensions import Dimension
    from logreg_core.sweep.record import TrialRecord
    from logreg_core.sweep.scores import TrialScores
    from logreg_core.sweep.space import Space

#: Of a range: nearer to its end than this, better values than the best may lie beyond it, if
#: the middle one of the next best is no farther away than that. A setting that does not
#: matter has its best somewhere, which may be an end too.
_EDGE: Final = 0.03
_NEXT_BEST_EDGE: Final = 0.25
_NEXT_BEST: Final = 5

#: Of all trials, those that are called the best; this many at least, of this many in all.
_BEST: Final = 0.1
_FEWEST_BEST: Final = 5
_FEWEST_TRIALS: Final = 15

#: Of a range: the best of which take up less than this have something in common, and another
#: sweep needs no more than that half. Five places at random would do so in one case of five, ten
#: in one of a hundred.
_NARROW: Final = 0.5


@dataclass(frozen=True)
class Edge:
    """A setting whose best value is the first or the last that was tried.

    Attributes
    ----------
    setting : str
        Which.
    value : float
        The best.
    upper : bool
        Whether larger values might be better still, rather than smaller ones.
    """

    setting: str
    value: float
    upper: bool


@dataclass(frozen=True)
class Agreement:
    """A setting in which the best trials are alike.

    Attributes
    ----------
    setting : str
        Which.
    low, high : object
        Their least and largest value; the same one for a choice.
    best, trials : int
        How many they are, of how many.
    """

    setting: str
    low: Any
    high: Any
    best: int
    trials: int


def edges(scores: TrialScores, space: Space) -> tuple[Edge, ...]:
    """Settings of which the best value lies at the end of what is tried.

    Where several trials are equally good, all of them must. No end is named beyond which a
    setting is not accepted.

    Parameters
    ----------
    scores : TrialScores
        Of one goal; n may be 0.
    space : Space
        What is tried.

    Returns
    -------
    tuple of Edge
        One a setting at most, in the order of `SWEPT`; none where all trials are equally good.
    """
    if scores.are_equal:
        return ()
    equal = scores.ties
    # Of few trials, five would be all.
    next_best = _best_of(scores, min(_NEXT_BEST, math.ceil(len(scores) / 3)))
    found = (_edge(dimension, equal, next_best) for dimension in space.dimensions)
    return tuple(edge for edge in found if edge is not None)


def agreement(scores: TrialScores, space: Space) -> Agreement | None:
    """The setting in which the best tenth of the trials are most alike; None for none.

    Parameters
    ----------
    scores : TrialScores
        Of one goal; n may be 0.
    space : Space
        What is tried.

    Returns
    -------
    Agreement, optional
        None where there are too few trials, all are equally good, or the best are spread wide.
    """
    if len(scores) < _FEWEST_TRIALS or scores.are_equal:
        return None
    best = _best_of(scores, max(_FEWEST_BEST, math.ceil(_BEST * len(scores))))
    widths: dict[str, float] = {}
    for dimension in space.dimensions:
        used = all(dimension.setting in trial.settings for trial in best)
        if used and len(dimension.points) > 1:
            places = [dimension.place_of(trial.settings[dimension.setting]) for trial in best]
            is_ordered = dimension.in_order is not None
            widths[dimension.setting] = max(places) - min(places) if is_ordered else _mixed(places)
    if not widths or min(widths.values()) >= _NARROW:
        return None
    setting = min(widths, key=widths.__getitem__)
    (dimension,) = (each for each in space.dimensions if each.setting == setting)
    values = sorted((trial.settings[setting] for trial in best), key=dimension.place_of)
    return Agreement(setting, values[0], values[-1], len(best), len(scores))


def _mixed(places: Sequence[float]) -> float:
    """Of a choice without an order: no width where all have chosen the same."""
    return 0.0 if len(set(places)) == 1 else 1.0


def _best_of(scores: TrialScores, count: int) -> list[TrialRecord]:
    """The best trials, the best first."""
    return [scores.trials[place] for place in scores.order[:count]]


def _edge(
    dimension: Dimension, equal: Sequence[TrialRecord], next_best: Sequence[TrialRecord]
) -> Edge | None:
    setting, ordered = dimension.setting, dimension.in_order
    used = [setting in trial.settings for trial in (*equal, *next_best)]
    if ordered is None or not all(used):
        return None
    places = [dimension.place_of(trial.settings[setting]) for trial in equal]
    middle = median(dimension.place_of(trial.settings[setting]) for trial in next_best)
    value = next_best[0].settings[setting]
    if max(places) <= _EDGE and middle <= _NEXT_BEST_EDGE and ordered[0] > RANGES[setting].low:
        return Edge(setting, value, upper=False)
    if (
        min(places) >= 1 - _EDGE
        and middle >= 1 - _NEXT_BEST_EDGE
        and ordered[-1] < RANGES[setting].high
    ):
        return Edge(setting, value, upper=True)
    return None
