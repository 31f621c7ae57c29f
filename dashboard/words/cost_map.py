"""What to look at on the map of the cost, told from the paths that are on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.words.plain import plain
from logreg_core.cost_map import LEAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import CostMap, PathOnMap

#: A path of fewer marks than this has no manner of its own yet.
_MANNER_FROM: Final = 5

#: A path zigzags if more than this fraction of its steps turn by more than a right angle.
_ZIGZAG: Final = 0.5

#: It swings if it is this many times as long as the straight line between its ends.
_SWING: Final = 1.5

#: It creeps if the last half of its marks cover less than this part of that line.
_CREEP: Final = 0.2

#: Of a path of which the plane shows less than this, the contours are not what it met.
_MOSTLY_SHOWN: Final = 0.9

_HOW_TO_READ: Final = (
    "Along a contour J stays the same; towards the lowest J they part ever smaller differences "
    "(a log scale). Watch how a path crosses them: a mark for each θ, ◆ for the last."
)


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
    named = [(plain(name), path) for name, path in zip(names, drawn.paths, strict=True)]
    manners = [f"**{name}** {_manner(path)}" for name, path in named]
    sentences = [
        _HOW_TO_READ,
        "; ".join(manners) + "." if manners else "",
        *(_beyond(name, path) for name, path in named),
        *(_out_of_plane(name, path) for name, path in named),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _manner(path: PathOnMap) -> str:
    """How a path goes, as it is drawn; a verb and what belongs to it."""
    if len(path.iteration) < 2:
        return "has not moved yet"
    taken = f"{path.iteration[-1]:,} {'iteration' if path.iteration[-1] == 1 else 'iterations'}"
    steps = np.diff(np.stack([path.x, path.y], axis=-1), axis=0)  # (t − 1, 2)
    straight = float(np.linalg.norm(steps.sum(axis=0)))
    if len(path.iteration) < _MANNER_FROM or not 0 < straight < np.inf:
        return f"has taken {taken}"
    turned = float(np.mean((steps[1:] * steps[:-1]).sum(axis=1) < 0))
    if turned > _ZIGZAG:
        return f"zigzags: {turned:.0%} of its steps turn back, in {taken}"
    times = float(np.linalg.norm(steps, axis=1).sum()) / straight
    if times > _SWING:
        return f"swings: its way is {times:.1f} times the straight line, in {taken}"
    late = float(np.linalg.norm(steps[len(steps) // 2 :].sum(axis=0))) / straight
    if late < _CREEP:
        return f"creeps: the last half of its {taken} covers {late:.0%} of the way"
    return f"goes nearly straight, in {taken}"


def _beyond(name: str, path: PathOnMap) -> str:
    if not len(path.cost) or bool(np.all(path.cost <= LEAP * path.cost[0])):
        return ""
    return (
        f"**{name}** leaps to where J is more than {LEAP:g} times what it was at θ = 0: "
        "the map does not follow it there."
    )


def _out_of_plane(name: str, path: PathOnMap) -> str:
    if not path.in_plane < _MOSTLY_SHOWN:  # nan is said by `_beyond`
        return ""
    return (
        f"Only {path.in_plane:.0%} of the movement of **{name}** lies in this plane: the contours "
        "under it are not quite those that it met."
    )
