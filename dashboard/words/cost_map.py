"""What to look at on the map of the cost, told from the paths that are on it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.words.plain import plain
from logreg_core.cost_map import LEAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import CostMap, PathOnMap

#: A path of fewer marks than this has no manner of its own yet.
_MANNER_FROM: Final = 5

#: A path zigzags if more than this part of its length are steps that turn by more than a
#: right angle.
_ZIGZAG: Final = 0.3

#: It swings if it is this many times as long as the straight line between its ends.
_SWING: Final = 1.5

#: It creeps if the last half of its marks cover less than this part of that line.
_CREEP: Final = 0.2

#: Of a path of which the plane shows less than this, the contours are not what it met.
_MOSTLY_SHOWN: Final = 0.9

_HOW_TO_READ: Final = (
    "Along a contour J stays the same; towards its lowest, contours stand for ever smaller "
    "differences (a log scale). Watch how a path crosses them: a mark for each θ, ◆ for the last."
)


class _Manner(Enum):
    """How a path goes, and what the number says that is told of it."""

    ZIGZAG = "Zigzagging, with this much of the way in steps that turn back"
    SWING = "Swinging, this many times as long as the straight line"
    CREEP = "Creeping, with only this much of the way left to the second half of the iterations"
    DIRECT = "Without much of a detour, in this many iterations"
    BEGUN = "Just begun, after this many iterations"


def cost_map_sentence(drawn: CostMap, names: Sequence[str]) -> str:
    """How to read the map, and what each path on it does.

    Parameters
    ----------
    drawn : CostMap
        As the figure shows it.
    names : sequence of str
        One a path; may come from outside.

    Returns
    -------
    str
        Markdown.
    """
    named = [(f"**{plain(name)}**", path) for name, path in zip(names, drawn.paths, strict=True)]
    told = [(name, *_manner(path)) for name, path in named]
    sentences = [_HOW_TO_READ]
    for manner in _Manner:
        those = [f"{name} ({number})" for name, whose, number in told if whose is manner]
        if those:
            sentences.append(f"{manner.value}: {', '.join(those)}.")
    leaping = [name for name, path in named if _leaps(path)]
    if leaping:
        sentences.append(
            f"Too far off for this map, where J is more than {LEAP:g} times what it was at θ = 0, "
            f"are steps of {', '.join(leaping)}."
        )
    aside = [f"{name} ({p.in_plane:.0%})" for name, p in named if p.in_plane < _MOSTLY_SHOWN]
    if aside:
        sentences.append(
            f"Not all movement lies in this plane; of {', '.join(aside)} so little does that the "
            "contours under it are not quite those that it met."
        )
    return " ".join(sentences)


def _manner(path: PathOnMap) -> tuple[_Manner, str]:
    """How a path goes as it is drawn, and the number that tells it."""
    taken = f"{path.iteration[-1]:,}" if len(path.iteration) else "0"
    steps = np.diff(np.stack([path.x, path.y], axis=-1), axis=0)  # (t − 1, 2)
    lengths = np.linalg.norm(steps, axis=1)
    straight = float(np.linalg.norm(steps.sum(axis=0)))
    if len(path.iteration) < _MANNER_FROM or not 0 < straight < np.inf:
        return _Manner.BEGUN, taken
    way = float(lengths.sum())
    turning = float(lengths[1:][(steps[1:] * steps[:-1]).sum(axis=1) < 0].sum()) / way
    if turning > _ZIGZAG:
        return _Manner.ZIGZAG, f"{turning:.0%}"
    if way > _SWING * straight:
        return _Manner.SWING, f"{way / straight:.1f}"
    late = float(np.linalg.norm(steps[len(steps) // 2 :].sum(axis=0))) / straight
    if late < _CREEP:
        return _Manner.CREEP, f"{late:.0%}"
    return _Manner.DIRECT, taken


def _leaps(path: PathOnMap) -> bool:
    return len(path.cost) > 0 and not bool(np.all(path.cost <= LEAP * path.cost[0]))
