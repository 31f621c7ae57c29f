"""Axes and colours that the pictures of a sweep have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.axes import log_axis, number_ticks, shares_axis
from dashboard.figures.palette import HELD_OUT
from dashboard.words.explore.trials import value_text
from dashboard.words.numbers import number_text
from dashboard.words.settings import SETTINGS
from logreg_core.sweep import SECONDS_TO_GAP, Choices, Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from logreg_core.sweep import Dimension, Goal, Space, TrialRecord
    from logreg_core.sweep.scores import TrialScores

    FloatArray = NDArray[np.float64]

#: All pictures are so high, so that nothing below moves when another is chosen. Pixels.
HEIGHT: Final = 440

#: Around a picture without a legend, in pixels.
NO_LEGEND: Final = {"l": 8, "r": 8, "t": 12, "b": 8}

#: From good to bad; each reads on white and on near-black paper, for people who cannot tell
#: red from green too.
GOODNESS: Final[list[list[Any]]] = [[0.0, HELD_OUT], [0.45, "#a8688f"], [1.0, "#66769c"]]

#: Trials that are worse than this share of all do not count for a scale: one that ran away must
#: not paint all others alike. Of two, both do.
_SHOWN_SHARE: Final = 0.9

#: Costs below this are as good as none, and would press all others together.
LEAST: Final = 1e-6

#: A value that is so many times smaller or larger than the middle one stands at the edge.
_FARTHEST_BELOW: Final = 1e3
_FARTHEST_ABOVE: Final = 1e2

#: Of a range: what an axis goes beyond its ends.
_BEYOND: Final = 0.04

#: Names on an axis are cut after so many characters.
_LONGEST_NAME: Final = 22


@dataclass(frozen=True)
class SettingAxis:
    """Where the values of a setting lie on an axis.

    Attributes
    ----------
    setting : str
        Which.
    log : bool
        Whether equal ratios are equally long.
    low, high : float
        Positions of the ends.
    values : tuple, optional
        Of a choice, in the order of the axis; None for a range.
    """

    setting: str
    log: bool
    low: float
    high: float
    values: tuple[Any, ...] | None

    @classmethod
    def of(cls, dimension: Dimension) -> SettingAxis:
        """Of what a sweep tries."""
        if isinstance(dimension, Interval):
            ends = np.array([dimension.low, dimension.high], dtype=np.float64)
            low, high = np.log10(ends) if dimension.log else ends
            return cls(dimension.setting, dimension.log, float(low), float(high), None)
        values = dimension.values
        if all(isinstance(value, (int, float)) for value in values):
            values = tuple(sorted(values))
        return cls(dimension.setting, False, 0.0, float(len(values) - 1), values)

    @property
    def is_choice(self) -> bool:
        """Whether it has some values, rather than a range."""
        return self.values is not None

    @property
    def label(self) -> str:
        """Its short name."""
        return SETTINGS[self.setting].column

    def positions(self, trials: Iterable[TrialRecord]) -> FloatArray:
        """Where trials lie, (n,): logarithms to base 10, numbers, or places in `values`.

        nan where a trial does not use the setting.
        """
        found = [trial.settings.get(self.setting) for trial in trials]
        if self.values is not None:
            place = {value: float(number) for number, value in enumerate(self.values)}
            return np.array([place.get(value, math.nan) for value in found])
        numbers = np.array([math.nan if value is None else value for value in found], dtype=float)
        return np.log10(numbers) if self.log else numbers

    def shares(self, trials: Iterable[TrialRecord]) -> FloatArray:
        """Where trials lie from 0, at the low end, to 1."""
        return (self.positions(trials) - self.low) / (self.high - self.low)

    def drawn(self, positions: FloatArray) -> FloatArray:
        """Positions as plotly's axis has them."""
        return 10.0**positions if self.log else positions

    def ticks(self) -> dict[float, str]:
        """Position → label, for where plotly cannot make them itself."""
        if self.values is not None:
            return {float(place): self._name(value) for place, value in enumerate(self.values)}
        return number_ticks(self.low, self.high, log=self.log)

    def layout(self) -> dict[str, Any]:
        """As plotly's axis; its range is the sweep's, whatever has been tried of it yet."""
        beyond = _BEYOND * (self.high - self.low)
        axis: dict[str, Any] = {
            "title": {"text": self.label, "standoff": 10},
            "type": "log" if self.log else "linear",
            "range": [self.low - beyond, self.high + beyond],
        }
        if self.values is None and not self.log:
            return axis  # plotly finds round numbers by itself, and more of them in a zoom
        ticks = self.ticks()
        axis |= {
            "tickvals": self.drawn(np.array(list(ticks))).tolist(),
            "ticktext": list(ticks.values()),
        }
        if self.values is not None:
            axis |= {"range": [-0.5, self.high + 0.5], "showgrid": False}
        return axis

    def _name(self, value: Any) -> str:  # noqa: ANN401 - as the setting's values are
        name = value_text(self.setting, value)
        return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def setting_axes(space: Space) -> tuple[SettingAxis, ...]:
    """An axis for each setting that has more than one value."""
    return tuple(
        SettingAxis.of(dimension)
        for dimension in space.dimensions
        if not isinstance(dimension, Choices) or len(dimension.values) > 1
    )


def goal_is_log(scores: TrialScores) -> bool:
    """Whether a goal's axis is logarithmic: shares are not."""
    return not scores.goal.is_share


def shown_limits(scores: TrialScores) -> tuple[float, float]:
    """What is smaller or larger than these stands at the edge of a picture.

    On separable digits the cost falls without end, and where α is too large it overflows:
    one such trial would leave all others one line.
    """
    if len(scores) == 0 or not goal_is_log(scores):
        return -math.inf, math.inf
    middle = float(np.median(scores.values))
    if middle <= LEAST:  # then the others have the scale
        notable = scores.values[scores.values > LEAST]
        middle = float(np.median(notable)) if len(notable) else LEAST
    return max(middle / _FARTHEST_BELOW, LEAST), middle * _FARTHEST_ABOVE


def shown_values(scores: TrialScores) -> FloatArray:
    """The values as they are drawn, (n,): within `shown_limits`."""
    return np.clip(scores.values, *shown_limits(scores))


def beyond(scores: TrialScores) -> int:
    """How many trials stand at the edge, though they lie farther away."""
    return int((shown_values(scores) != scores.values).sum())


def goal_layout(scores: TrialScores) -> dict[str, Any]:
    """The axis of a goal as plotly has it."""
    title = scores.goal.label
    if goal_is_log(scores):
        return {"title": {"text": title}, "type": "log", **log_axis(shown_values(scores))}
    if scores.goal.is_share:
        return {**shares_axis(scores.values, title), "fixedrange": False}
    return {"title": {"text": title}, "type": "linear"}


def hover_data(goal: Goal, values: ArrayLike) -> FloatArray:
    """Values of a goal, of any shape, as the customdata of `hover_value`."""
    return np.asarray(values, dtype=np.float64) * (100 if goal.is_share else 1)


def hover_value(goal: Goal) -> str:
    """How plotly writes a goal's value under the mouse; like `goal_text`."""
    unit = " %" if goal.is_share else " s" if goal == SECONDS_TO_GAP else ""
    return f"%{{customdata:,.4~g}}{unit}"


def goal_positions(scores: TrialScores) -> FloatArray:
    """Shown values on the goal's own axis, (n,): logarithms to base 10, or as they are."""
    values = shown_values(scores)
    return np.log10(values) if goal_is_log(scores) else values


def goal_ticks(scores: TrialScores, low: float, high: float) -> dict[float, str]:
    """Position → label from one position to another, for where plotly cannot make them itself."""
    ticks = number_ticks(low, high, log=goal_is_log(scores))
    if scores.goal.is_share:
        return {place: f"{number_text(100 * place, 6)} %" for place in ticks}
    return ticks


def usual(scores: TrialScores) -> NDArray[np.bool_]:
    """Which trials, (n,), are not much worse than all others, as one is that ran away."""
    best_first = np.sort(scores.losses)
    worst = max(np.quantile(best_first, _SHOWN_SHARE), best_first[:2].max())
    return np.asarray(scores.losses <= worst)


def colours(scores: TrialScores) -> dict[str, Any]:
    """Plotly's colours of trials by their goal: orange the best."""
    shown = goal_positions(scores)[usual(scores)]
    low, high = float(shown.min()), float(shown.max())
    scale = GOODNESS
    if scores.goal.more_is_better:
        scale = [[1 - place, colour] for place, colour in reversed(GOODNESS)]
    return {"colorscale": scale, "cmin": low, "cmax": high if high > low else low + 1}


def colour_bar(scores: TrialScores) -> dict[str, Any]:
    """The scale beside a picture, with the goal's numbers."""
    scale = colours(scores)
    ticks = goal_ticks(scores, scale["cmin"], scale["cmax"])
    return {
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "thickness": 12,
        "outlinewidth": 0,
        "xpad": 4,
        "title": {"text": scores.goal.label, "side": "right"},
    }


def spread(numbers: Sequence[int]) -> FloatArray:
    """Places from -0.5 to 0.5 that lie apart for neighbouring trials, and stay theirs.

    By the golden ratio: points of one category would else lie on one another.
    """
    return (np.asarray(numbers, dtype=np.float64) * 0.6180339887498949) % 1.0 - 0.5
