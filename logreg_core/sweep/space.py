"""What a sweep tries: all dimensions together, and their combinations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from logreg_core.config import OWN_SETTINGS, SWEPT
from logreg_core.errors import ConfigError
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.sweep.dimensions import dimension_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from optuna import Trial

    from logreg_core.config import TrainConfig
    from logreg_core.sweep.dimensions import Dimension

#: The setting that decides which of the others there are; it is the first.
_OPTIMIZER: Final = "optimizer"


def settings_with_effect(
    optimizers: Iterable[str], *, several_digits: bool = True
) -> tuple[str, ...]:
    """The settings that change something, of those that can be swept.

    Parameters
    ----------
    optimizers : iterable of str
        Names in `OPTIMIZERS`; a setting of one of them is enough.
    several_digits : bool
        Whether more than two digits are told apart: with two, there is one way to do it.

    Returns
    -------
    tuple of str
        In the order of `SWEPT`.

    Examples
    --------
    >>> settings_with_effect(["bfgs"], several_digits=False)
    ('optimizer', 'lam', 'preparation', 'max_iterations', 'tolerance')
    """
    used = {setting for name in optimizers for setting in OPTIMIZERS[name].settings}
    without = {setting for setting in OWN_SETTINGS if setting not in used}
    if not several_digits:
        without.add("multiclass")
    return tuple(setting for setting in SWEPT if setting not in without)


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
    >>> from logreg_core import TrainConfig
    >>> from logreg_core.sweep import Choices, Interval
    >>> space = Space((Interval("lam", 0.1, 10, steps=3), Choices("optimizer", ("cg", "bfgs"))))
    >>> space.settings
    ('optimizer', 'lam')
    >>> space.grid_size(TrainConfig())
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
        """What a trial trains with, on top of a config: only settings that its optimiser uses.

        Of the digits it knows nothing: a sweep begins with none of the `unused` settings.
        """
        chosen: dict[str, Any] = {}
        for dimension in self.dimensions:
            optimizer = chosen.get(_OPTIMIZER, base.optimizer)
            if dimension.setting in settings_with_effect([optimizer]):
                chosen[dimension.setting] = dimension.suggested(trial)
        return base.with_settings(chosen)

    def shortened(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Settings that Optuna has chosen, as they are tried."""
        return {
            dimension.setting: dimension.shortened(settings[dimension.setting])
            for dimension in self.dimensions
            if dimension.setting in settings
        }

    def grid_size(self, base: TrainConfig) -> int:
        """How many combinations there are of their points.

        Settings that a combination's optimiser does not use are none of it.
        """
        return sum(_size(used) for _, used in self._blocks(base))

    def size(self, base: TrainConfig) -> float:
        """How many combinations a sampler can choose, settings without use aside.

        Examples
        --------
        >>> from logreg_core import TrainConfig
        >>> from logreg_core.sweep import Choices, Interval
        >>> preparation, lam = Choices("preparation", ("none", "full")), Interval("lam", 0.1, 10)
        >>> Space((preparation,)).size(TrainConfig()), Space((preparation, lam)).size(TrainConfig())
        (2, inf)
        """
        return sum(
            math.prod(dimension.size for dimension in used) for _, used in self._blocks(base)
        )

    def grid_point(self, base: TrainConfig, place: int) -> dict[str, Any]:
        """One combination of the points, told without making the others.

        Parameters
        ----------
        base : TrainConfig
            Whose optimiser it is where none is chosen.
        place : int
            From 0 to less than `grid_size`; the last setting varies fastest.

        Returns
        -------
        dict
            Setting → value, without those that the combination's optimiser does not use.

        Raises
        ------
        IndexError
            If there is no such place.

        Examples
        --------
        >>> from logreg_core import TrainConfig
        >>> from logreg_core.sweep import Interval
        >>> space = Space((Interval("lam", 0.1, 10, steps=3), Interval("momentum", 0.5, 0.9)))
        >>> space.grid_point(TrainConfig("bfgs"), 1), space.grid_point(TrainConfig("momentum"), 0)
        ({'lam': 1.0}, {'lam': 0.1, 'momentum': 0.5})
        """
        for chosen, used in self._blocks(base):
            if place < _size(used):
                return {**chosen, **_combination(used, place)}
            place -= _size(used)
        raise IndexError(place)

    def unused(self, base: TrainConfig, *, several_digits: bool = True) -> str | None:
        """A setting that changes nothing, whichever optimiser it is; None for none.

        Parameters
        ----------
        base : TrainConfig
            Whose optimiser it is where none is chosen.
        several_digits : bool
            See `settings_with_effect`.

        Returns
        -------
        str, optional
            The first in the order of `SWEPT`.

        Examples
        --------
        >>> from logreg_core import TrainConfig
        >>> from logreg_core.sweep import Choices
        >>> space = Space((Choices("momentum", (0.5, 0.9)),))
        >>> space.unused(TrainConfig(optimizer="bfgs")), space.unused(TrainConfig("momentum"))
        ('momentum', None)
        """
        optimizers = [chosen.get(_OPTIMIZER, base.optimizer) for chosen, _ in self._blocks(base)]
        used = settings_with_effect(optimizers, several_digits=several_digits)
        return next((setting for setting in self.settings if setting not in used), None)

    def _blocks(self, base: TrainConfig) -> list[tuple[dict[str, Any], tuple[Dimension, ...]]]:
        """For each optimiser what says so in a combination, and the other settings that it uses."""
        first = self.dimensions[0]
        if first.setting != _OPTIMIZER:
            return [({}, self._used(base.optimizer))]
        return [({_OPTIMIZER: name}, self._used(str(name))) for name in first.points]

    def _used(self, optimizer: str) -> tuple[Dimension, ...]:
        used = set(settings_with_effect([optimizer])) - {_OPTIMIZER}
        return tuple(dimension for dimension in self.dimensions if dimension.setting in used)

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
        >>> from logreg_core.sweep import Choices, Interval
        >>> space = Space((Interval("lam", 0.1, 10), Choices("preparation", ("none", "full"))))
        >>> Space.from_list(space.to_list()) == space
        True
        """
        return cls(tuple(dimension_of(each) for each in dimensions))


def _size(dimensions: Sequence[Dimension]) -> int:
    """How many combinations they have."""
    return math.prod(len(dimension.points) for dimension in dimensions)


def _combination(dimensions: Sequence[Dimension], place: int) -> dict[str, Any]:
    """The one at a place from 0, where the last dimension varies fastest."""
    backwards = {}
    for dimension in reversed(dimensions):
        place, index = divmod(place, len(dimension.points))
        backwards[dimension.setting] = dimension.points[index]
    return dict(reversed(backwards.items()))
