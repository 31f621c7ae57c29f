"""Dimensions: the settings of a TrainConfig that a sweep tries, with their values or range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from logreg_core.config import (
    RANGES,
    SWEPT,
    WHOLE_NUMBERS,
    Range,
    TrainConfig,
    number_in,
    shown,
)
from logreg_core.errors import ConfigError

if TYPE_CHECKING:
    from optuna import Trial

#: Significant digits of a number that is chosen from a range: more say nothing more, and would
#: stand in every table, slider and link.
_DIGITS: Final = 4

#: Values that are named, or points of a range in a grid, at most: more are no grid any more.
MOST_POINTS: Final = 100
_POINTS: Final = Range(2, MOST_POINTS)

#: Numbers that are named and have a first and a last among them, at least.
_FEWEST_IN_ORDER: Final = 3

#: A value of a setting; which they are, TrainConfig says.
_Value: TypeAlias = Any

_SHAPE: Final = "A setting of a sweep has values, or a range from low to high."


@dataclass(frozen=True)
class Choices:
    """A setting that takes one of several values.

    Parameters
    ----------
    setting : str
        One of `SWEPT`.
    values : tuple
        One to `MOST_POINTS` that `TrainConfig` accepts, each once.

    Raises
    ------
    ConfigError
        If the setting cannot be swept, or a value is not accepted.

    Examples
    --------
    >>> Choices("lam", (0, 1, 10)).values
    (0.0, 1.0, 10.0)
    """

    setting: str
    values: tuple[_Value, ...]

    def __post_init__(self) -> None:
        _check_setting(self.setting)
        if not self.values:
            raise ConfigError(f"Name one value of {self.setting} at least.")
        if len(self.values) > MOST_POINTS:
            raise ConfigError(f"Name at most {MOST_POINTS} values of {self.setting}.")
        accepted = tuple(_accepted(self.setting, value) for value in self.values)
        if len(set(accepted)) < len(accepted):
            raise ConfigError(f"Name each value of {self.setting} once.")
        object.__setattr__(self, "values", accepted)

    @property
    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        return CategoricalDistribution(self.values)

    @property
    def points(self) -> tuple[_Value, ...]:
        """Its values in a grid."""
        return self.values

    @property
    def in_order(self) -> tuple[float, ...] | None:
        """From the least to the largest; None where they are no numbers, or too few."""
        numbers = [value for value in self.values if isinstance(value, (int, float))]
        if len(numbers) < max(_FEWEST_IN_ORDER, len(self.values)):
            return None
        return tuple(sorted(numbers))

    @property
    def size(self) -> int:
        """How many values a sampler can choose."""
        return len(self.values)

    def at(self, place: float) -> _Value:
        """The value at a place from 0 to less than 1."""
        return self.values[int(place * len(self.values))]

    def place_of(self, value: _Value) -> float:
        """From 0, for the first of the values in their order, to 1.

        Examples
        --------
        >>> Choices("lam", (10, 0, 1)).place_of(1)
        0.5
        """
        values = self.in_order or self.values
        return values.index(value) / max(len(values) - 1, 1)

    def suggested(self, trial: Trial) -> _Value:
        """What a trial takes."""
        return trial.suggest_categorical(self.setting, self.values)

    def shortened(self, value: _Value) -> _Value:
        """A value as it is tried: as it was named."""
        return value

    def to_dict(self) -> dict[str, Any]:
        """As plain values; see `dimension_of`."""
        return {"setting": self.setting, "values": list(self.values)}


@dataclass(frozen=True)
class Interval:
    """A setting that takes any number from a range.

    Parameters
    ----------
    setting : str
        One of `SWEPT` that is a number.
    low, high : float
        Accepted by `TrainConfig`, the first less than the second.
    log : bool
        Whether equal ratios count alike, rather than equal differences; then `low` > 0.
    steps : int
        Values in a grid, 2 to `MOST_POINTS`, both ends among them.

    Raises
    ------
    ConfigError
        If one of them is not as said.

    Examples
    --------
    >>> Interval("lam", 0.01, 100, steps=5).points
    (0.01, 0.1, 1.0, 10.0, 100.0)
    """

    setting: str
    low: float
    high: float
    log: bool = True
    steps: int = 5

    def __post_init__(self) -> None:
        _check_setting(self.setting)
        if self.setting not in RANGES:
            raise ConfigError(f"{self.setting} is no number: name the values to try.")
        if isinstance(self.low, str) or isinstance(self.high, str):
            raise ConfigError("A range has numbers as its ends, such as 0.5 and 10.")
        if not isinstance(self.log, bool):
            raise ConfigError(f"log accepts True or False, not {shown(self.log)}.")
        for end in ("low", "high"):
            number = getattr(self, end)
            accepted = number_in(RANGES[self.setting], self.setting, number, whole=self._whole)
            object.__setattr__(self, end, accepted)
        if not self.low < self.high:
            raise ConfigError(
                f"The range of {self.setting} goes from {self.low:g} to {self.high:g}: "
                "its first number must be less than its second."
            )
        if self.log and self.low == 0:
            raise ConfigError(
                f"By ratio, a range of {self.setting} cannot begin at 0: "
                "begin above it, vary it evenly, or name the values to try."
            )
        object.__setattr__(self, "steps", number_in(_POINTS, "steps", self.steps, whole=True))

    @property
    def _whole(self) -> bool:
        return self.setting in WHOLE_NUMBERS

    @property
    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        if self._whole:
            return IntDistribution(int(self.low), int(self.high), log=self.log)
        return FloatDistribution(self.low, self.high, log=self.log)

    @cached_property
    def points(self) -> tuple[float, ...]:
        """Its values in a grid, evenly spread, both ends among them; each once.

        They are fewer than `steps` where numbers fall together.
        """
        spread = np.geomspace if self.log else np.linspace
        values = spread(self.low, self.high, self.steps)
        if self._whole:
            return tuple(int(value) for value in np.unique(values.round()))
        between = {self.shortened(float(value)) for value in values[1:-1]}
        return tuple(sorted({self.low, self.high} | between))

    @property
    def in_order(self) -> tuple[float, ...]:
        """The least and the largest number."""
        return self.low, self.high

    @property
    def size(self) -> float:
        """How many values a sampler can choose: inf but for whole numbers."""
        return self.high - self.low + 1 if self._whole else math.inf

    def at(self, place: float) -> float:
        """The number at a place from 0 to less than 1."""
        # Each whole number has half of the way to its neighbours.
        low, high = (self.low - 0.5, self.high + 0.5) if self._whole else self.in_order
        if self.log:  # the ratio of the ends may be larger than any float
            low, high = math.log(low), math.log(high)
        number = low + place * (high - low)
        if self.log:
            number = math.exp(number)
        within = min(max(number, self.low), self.high)
        return round(within) if self._whole else within

    def place_of(self, value: float) -> float:
        """From 0, at its low end, to 1.

        Examples
        --------
        >>> Interval("lam", 0, 10, log=False).place_of(5.0)
        0.5
        """
        low, high = self.in_order
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return (value - low) / (high - low)

    def suggested(self, trial: Trial) -> float:
        """What a trial takes."""
        if self._whole:
            return trial.suggest_int(self.setting, int(self.low), int(self.high), log=self.log)
        return self.shortened(trial.suggest_float(self.setting, self.low, self.high, log=self.log))

    def shortened(self, value: float) -> float:
        """A value as it is tried: with four digits, or more in a narrow range.

        Examples
        --------
        >>> Interval("lam", 0.01, 100).shortened(0.031327724205041096)
        0.03133
        """
        if self._whole:
            return value
        digits = _DIGITS + math.floor(math.log10(self.high / (self.high - self.low)))
        return min(max(float(f"{value:.{digits}g}"), self.low), self.high)

    def to_dict(self) -> dict[str, Any]:
        """As plain values; see `dimension_of`."""
        ends = {"setting": self.setting, "low": self.low, "high": self.high}
        return {**ends, "log": self.log, "steps": self.steps}


Dimension = Choices | Interval


def dimension_of(plain: Mapping[str, Any]) -> Dimension:
    """From what `to_dict` of either kind gave.

    Parameters
    ----------
    plain : mapping
        With plain values; whatever it is, where somebody else has written it.

    Returns
    -------
    Choices or Interval
        As it was.

    Raises
    ------
    ConfigError
        If it is not accepted.

    Examples
    --------
    >>> dimension_of({"setting": "lam", "values": [0, 1]})
    Choices(setting='lam', values=(0.0, 1.0))
    """
    if not isinstance(plain, Mapping):
        raise ConfigError(_SHAPE)
    try:
        if "values" in plain:
            return Choices(plain["setting"], tuple(plain["values"]))
        return Interval(**plain)
    except (KeyError, TypeError):
        raise ConfigError(_SHAPE) from None


def _check_setting(setting: str) -> None:
    if setting not in SWEPT:
        raise ConfigError(f"{shown(setting)} cannot be swept; accepted are {', '.join(SWEPT)}.")


def _accepted(setting: str, value: _Value) -> _Value:
    return getattr(TrainConfig.from_dict({setting: value}), setting)
