"""The plan of a sweep as the text that carries it in a link.

Such as ``lam=0.01..100,optimizer=adam;sgd,goal=held-out-accuracy,trials=100``: a range from .. to
.. is gone through by ratio unless it says ``:even``, a number behind it says how many values it
has in a grid, and values are parted by semicolons. What is left out is as usual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.settings import FIRST_CONFIG, read, written
from logreg_core import ConfigError
from logreg_core.sweep import GOALS, SWEPT, Choices, Goal, Interval, Plan, Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.sweep import Dimension

#: A longer text than this is not read, and so none is written into a link.
_MOST_CHARACTERS: Final = 1000

_EVEN: Final = "even"

#: What a plan has beside its settings, in the order of the text; the goals come first.
_USUAL: Final[dict[str, Any]] = {
    "sampler": Plan.sampler,
    "pruner": Plan.pruner,
    "trials": Plan.trials,
    "seed": Plan.seed,
    "gap": Plan.gap,
}
_GOALS: Final = "goal"


def write_plan(plan: Plan) -> str:
    """The text that carries a plan; what it is built upon is carried by the other settings.

    Examples
    --------
    >>> write_plan(Plan(Space((Interval("lam", 0, 10, log=False),)), FIRST_CONFIG, trials=9))
    'lam=0..10:even,trials=9'
    """
    parts = {dimension.setting: _written(dimension) for dimension in plan.space.dimensions}
    if plan.goals != Plan.goals:
        parts[_GOALS] = ";".join(goal.name for goal in plan.goals)
    for name, usual in _USUAL.items():
        value = getattr(plan, name)
        is_counted = name == "trials" and plan.sampler == "grid"
        if value != usual and not is_counted:
            parts[name] = written(value)
    return ",".join(f"{name}={text}" for name, text in parts.items())


def read_plan(text: str) -> Plan:
    """The plan that a link asks for, on top of a first visit's settings.

    Raises
    ------
    ConfigError
        If it is none, or something in it is not accepted.

    Examples
    --------
    >>> read_plan("lam=0.1;1;10,sampler=grid").trials
    3
    """
    check_length(text)
    parts: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        if name not in {*SWEPT, _GOALS, *_USUAL} or name in parts:
            raise ConfigError(f"A plan of a sweep has no {name[:40]!r} here.")
        parts[name] = value
    dimensions = tuple(_read_dimension(name, parts[name]) for name in SWEPT if name in parts)
    others = {name: _READ[name](parts[name]) for name in _USUAL if name in parts}
    goals = _read_goals(parts[_GOALS]) if _GOALS in parts else Plan.goals
    return Plan(Space(dimensions), FIRST_CONFIG, goals, **others)


def check_length(text: str) -> None:
    """Raise a ConfigError where the text of a plan is longer than a link may carry."""
    if len(text) > _MOST_CHARACTERS:
        raise ConfigError("This plan is too long for a link: name fewer values, or take a range.")


def _written(dimension: Dimension) -> str:
    if isinstance(dimension, Choices):
        return ";".join(written(value) for value in dimension.values)
    text = f"{written(dimension.low)}..{written(dimension.high)}"
    if not dimension.log:
        text += f":{_EVEN}"
    return text if dimension.steps == Interval.steps else f"{text}:{dimension.steps}"


def _read_dimension(setting: str, text: str) -> Dimension:
    ends, *how = text.split(":")
    if ".." not in ends:
        return Choices(setting, tuple(read(setting, each) for each in text.split(";")))
    low, high = (read(setting, end) for end in ends.split("..", maxsplit=1))
    log = _EVEN not in how
    steps = [_whole(each) for each in how if each != _EVEN]
    if len(how) > 2 or len(steps) > 1:
        raise ConfigError("A range is written from..to, from..to:even or from..to:even:steps.")
    return Interval(setting, low, high, log, *steps)  # type: ignore[arg-type]  # it checks itself


def _read_goals(text: str) -> tuple[Goal, ...]:
    names = text.split(";")
    if not set(names) <= set(GOALS):
        raise ConfigError(f"goal accepts {', '.join(GOALS)}.")
    return tuple(GOALS[name] for name in names)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError("A plan of a sweep has whole numbers here.") from None


def _real(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ConfigError("gap accepts numbers.") from None


_READ: Final[dict[str, Callable[[str], Any]]] = {
    "sampler": str,
    "pruner": str,
    "trials": _whole,
    "seed": _whole,
    "gap": _real,
}
