"""What a sweep tries: settings of a TrainConfig, each with its values or its range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from logreg_core.config import RANGES, SWEPT, WHOLE_NUMBERS, TrainConfig
from logreg_core.errors import ConfigError
from logreg_core.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from optuna import Trial

#: Those of them that only some optimisers use.
_OF_SOME_OPTIMIZERS: Final = frozenset({"learning_rate", "schedule", "batch_size", "momentum"})

#: Significant digits of a number that is chosen from a range: more say nothing more, and would
#: stand in every table, slider and link.
_DIGITS: Final = 4

#: Points of a range in a grid, at most: more are no grid any more.
MOST_POINTS: Final = 100


@dataclass(frozen=True)
class Choices:
    """A setting that takes one of several values.

    Parameters
    ----------
    setting : str
        One of `SWEPT`.
    values : tuple
        One or more that `TrainConfig` accepts, each once.

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
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        _check_setting(self.setting)
        if not self.values:
            raise ConfigError(f"Name one value of {self.setting} at least.")
        accepted = tuple(_accepted(self.setting, value) for value in self.values)
        if len(set(accepted)) < len(accepted):
            raise ConfigError(f"Name each value of {self.setting} once.")
        object.__setattr__(self, "values", accepted)

    @property
    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        return CategoricalDistribution(self.values)

    @property
    def points(self) -> tuple[Any, ...]:
        """Its values in a grid."""
        return self.values

    def at(self, place: float) -> Any:  # noqa: ANN401 - as the setting's values are
        """The value at a place from 0 to less than 1."""
        return self.values[int(place * len(self.values))]

    def suggested(self, trial: Trial) -> Any:  # noqa: ANN401 - as the setting's values are
        """What a trial takes."""
        return trial.suggest_categorical(self.setting, self.values)

    def shortened(self, value: Any) -> Any:  # noqa: ANN401 - as the setting's values are
        """A value as it is tried: as it was named."""
        return value

    def to_dict(self) -> dict[str, Any]:
        """As plain values; see `Space.from_list`."""
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
            raise ConfigError("A range has numbers as its ends.")
        for end in ("low", "high"):
            object.__setattr__(self, end, _accepted(self.setting, getattr(self, end)))
        if not self.low < self.high:
            raise ConfigError(
                f"The range of {self.setting} goes from {self.low:g} to {self.high:g}: "
                "its first number must be less than its second."
            )
        if self.log and self.low == 0:
            raise ConfigError(
                f"On a logarithmic range {self.setting} cannot be 0: "
                "begin above it, or name the values to try."
            )
        if not (isinstance(self.steps, int) and 2 <= self.steps <= MOST_POINTS):
            raise ConfigError(f"A grid has 2 to {MOST_POINTS} values of a range.")

    @property
    def _whole(self) -> bool:
        return self.setting in WHOLE_NUMBERS

    @property
    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        if self._whole:
            return IntDistribution(int(self.low), int(self.high), log=self.log)
        return FloatDistribution(self.low, self.high, log=self.log)

    @property
    def points(self) -> tuple[float, ...]:
        """Its values in a grid, evenly spread; fewer where whole numbers fall together."""
        spread = np.geomspace if self.log else np.linspace
        values = spread(self.low, self.high, self.steps)
        if self._whole:
            return tuple(int(value) for value in np.unique(values.round()))
        return (self.low, *(self.shortened(float(value)) for value in values[1:-1]), self.high)

    def at(self, place: float) -> float:
        """The number at a place from 0 to less than 1."""
        if self._whole:  # each whole number has half of the way to its neighbours
            low, high = self.low - 0.5, self.high + 0.5
            number = low * (high / low) ** place if self.log else low + place * (high - low)
            return int(np.clip(round(number), self.low, self.high))
        if self.log:
            return float(self.low * (self.high / self.low) ** place)
        return self.low + place * (self.high - self.low)

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
        """As plain values; see `Space.from_list`."""
        ends = {"setting": self.setting, "low": self.low, "high": self.high}
        return {**ends, "log": self.log, "steps": self.steps}


Dimension = Choices | Interval


@dataclass(frozen=True)
class Space:
    """All settings that a sweep tries.

    Parameters
    ----------
    dimensions : tuple of Choices or Interval
        One or more, of a setting each.

    Raises
    ------
    ConfigError
        If there is none, or two are of one setting.

    Examples
    --------
    >>> space = Space((Interval("lam", 0.1, 10, steps=3), Choices("optimizer", ("cg", "bfgs"))))
    >>> space.settings
    ('optimizer', 'lam')
    >>> len(space.grid(TrainConfig()))
    6
    """

    dimensions: tuple[Dimension, ...]

    def __post_init__(self) -> None:
        if not self.dimensions:
            raise ConfigError("Choose one setting at least to sweep over.")
        settings = [dimension.setting for dimension in self.dimensions]
        if len(set(settings)) < len(settings):
            raise ConfigError("Name each setting of a sweep once.")
        in_order = sorted(self.dimensions, key=lambda dimension: SWEPT.index(dimension.setting))
        object.__setattr__(self, "dimensions", tuple(in_order))

    @property
    def settings(self) -> tuple[str, ...]:
        """Those that are tried, in the order of `SWEPT`."""
        return tuple(dimension.setting for dimension in self.dimensions)

    def suggested(self, trial: Trial, base: TrainConfig) -> TrainConfig:
        """What a trial trains with, on top of a config: only settings that its optimiser uses."""
        chosen: dict[str, Any] = {}
        for dimension in self.dimensions:
            if _is_used(dimension.setting, chosen.get("optimizer", base.optimizer)):
                chosen[dimension.setting] = dimension.suggested(trial)
        return with_settings(base, chosen)

    def shortened(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Settings that Optuna has chosen, as they are tried."""
        return {
            dimension.setting: dimension.shortened(settings[dimension.setting])
            for dimension in self.dimensions
            if dimension.setting in settings
        }

    def grid(self, base: TrainConfig) -> tuple[dict[str, Any], ...]:
        """Every combination once; the last setting varies fastest.

        Returns
        -------
        tuple of dict
            Setting → value, without those that the combination's optimiser does not use.
        """
        combinations = []
        for values in product(*(dimension.points for dimension in self.dimensions)):
            named = dict(zip(self.settings, values, strict=True))
            optimizer = named.get("optimizer", base.optimizer)
            used = {name: value for name, value in named.items() if _is_used(name, optimizer)}
            combinations.append(used)
        once = {tuple(combination.items()): combination for combination in combinations}
        return tuple(once.values())

    def grid_size(self, base: TrainConfig) -> int:
        """How many combinations `grid` has; told without making them."""
        sizes = {dimension.setting: len(dimension.points) for dimension in self.dimensions}
        first = self.dimensions[0]
        optimizers = first.points if first.setting == "optimizer" else (base.optimizer,)
        sizes.pop("optimizer", None)
        return sum(
            math.prod(size for name, size in sizes.items() if _is_used(name, str(optimizer)))
            for optimizer in optimizers
        )

    def to_list(self) -> list[dict[str, Any]]:
        """As plain values."""
        return [dimension.to_dict() for dimension in self.dimensions]

    @classmethod
    def from_list(cls, dimensions: Iterable[Mapping[str, Any]]) -> Space:
        """From what `to_list` gave.

        Raises
        ------
        ConfigError
            If it is not accepted.

        Examples
        --------
        >>> space = Space((Interval("lam", 0.1, 10), Choices("preparation", ("none", "full"))))
        >>> Space.from_list(space.to_list()) == space
        True
        """
        return cls(tuple(_dimension(dict(each)) for each in dimensions))


def with_settings(base: TrainConfig, settings: Mapping[str, Any]) -> TrainConfig:
    """A config with some settings otherwise.

    Raises
    ------
    ConfigError
        If one is not accepted.
    """
    return TrainConfig.from_dict({**base.to_dict(), **settings})


def _dimension(plain: dict[str, Any]) -> Dimension:
    try:
        if "values" in plain:
            return Choices(plain["setting"], tuple(plain["values"]))
        return Interval(**plain)
    except (KeyError, TypeError):
        raise ConfigError("A setting of a sweep has values, or a range from low to high.") from None


def _check_setting(setting: str) -> None:
    if setting not in SWEPT:
        raise ConfigError(f"{setting} cannot be swept; accepted are {', '.join(SWEPT)}.")


def _accepted(setting: str, value: Any) -> Any:  # noqa: ANN401 - TrainConfig says what is accepted
    return getattr(TrainConfig.from_dict({setting: value}), setting)


def _is_used(setting: str, optimizer: str) -> bool:
    return setting not in _OF_SOME_OPTIMIZERS or setting in OPTIMIZERS[optimizer].settings
