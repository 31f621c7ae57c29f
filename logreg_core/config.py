"""TrainConfig: everything that decides how a model is trained, in one frozen value."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.errors import ConfigError
from logreg_core.normalise import PREPARATIONS
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.optimizers.first_order import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Range:
    """What a setting accepts; `low` itself only where `low_included` says so."""

    low: float
    high: float
    low_included: bool = True

    def __contains__(self, value: float) -> bool:
        above = value >= self.low if self.low_included else value > self.low
        return math.isfinite(value) and above and value <= self.high

    def __str__(self) -> str:
        return f"{'from' if self.low_included else 'above'} {self.low:,g} to {_plainly(self.high)}"


def _plainly(number: float) -> str:
    """A limit as a person writes it: 2,147,483,647, not 2.14748e+09."""
    return f"{int(number):,}" if number == int(number) else f"{number:g}"


#: The numbers a TrainConfig accepts. Wide enough for every honest experiment, and
#: narrow enough that no setting can overflow a float or run for days.
RANGES: Final[dict[str, Range]] = {
    "lam": Range(0, 1e6),
    "learning_rate": Range(0, 1e3, low_included=False),
    "max_iterations": Range(1, 10_000),
    "max_seconds": Range(0.001, 3600),
    "tolerance": Range(0, 1),
    "batch_size": Range(1, 1_000_000),
    "momentum": Range(0, 0.999),
    "seed": Range(0, 2**31 - 1),
}
#: Characters of a value that is not accepted which a sentence repeats.
_LONGEST_SHOWN: Final = 40

#: The learning rate that fits itself to the data.
AUTO: Final = "auto"

#: How more than two classes can be learnt.
MULTICLASS: Final = ("one-vs-all", "softmax")

#: The settings among them that are counted.
WHOLE_NUMBERS: Final = ("max_iterations", "batch_size", "seed")

#: The settings that only some optimisers use, and that decide nothing else.
OWN_SETTINGS: Final = ("learning_rate", "schedule", "momentum", "batch_size")

#: The settings that can be swept, in the order in which they are chosen: the optimiser first,
#: since it decides which of the others there are. The seed is none of them: it decides which
#: examples are held out, and every trial of a sweep is measured on the same ones.
SWEPT: Final = (
    "optimizer",
    "lam",
    "learning_rate",
    "schedule",
    "batch_size",
    "momentum",
    "preparation",
    "multiclass",
    "max_iterations",
    "tolerance",
)


@dataclass(frozen=True)
class TrainConfig:
    """How to train: the course's exercise by default.

    Parameters
    ----------
    optimizer : str
        A name in `OPTIMIZERS`, in any case.
    lam : float
        Strength λ of the penalty, 0 to 1e6.
    learning_rate : float or "auto"
        Step size α of first-order optimisers, above 0 to 1e3; "auto" is 1/L, from
        the largest curvature that J can have, or what is usual for optimisers
        with steps of each weight's own.
    schedule : {"constant", "1/t", "cosine"}
        How α shrinks over the run.
    max_iterations : int
        When to stop at the latest, 1 to 10,000.
    max_seconds : float
        When to stop at the latest, in seconds of training, 0.001 to 3600.
    tolerance : float
        Converged when no entry of ∇J is larger than this, 0 to 1.
    batch_size : int
        Examples in a mini-batch, for optimisers that use one.
    momentum : float
        Fraction μ of the last step kept, 0 to 0.999, for optimisers that use it.
    seed : int
        Of the split and of every random choice, 0 to 2³¹ − 1.
    preparation : {"none", "centred", "full"}
        What is done to each image first: nothing, as the course has it; its centre
        of mass to the middle; slant, centre, size and proportions evened out.
    multiclass : {"one-vs-all", "softmax"}
        How more than two classes are learnt: one θ a class against the rest, as
        in the course, or all θ together with one probability over the classes.

    Raises
    ------
    ConfigError
        If a value is of the wrong kind, not finite or out of range.

    Examples
    --------
    >>> TrainConfig(optimizer="BFGS", lam=3).optimizer
    'bfgs'
    >>> TrainConfig(lam=-1)
    Traceback (most recent call last):
        ...
    logreg_core.errors.ConfigError: lam accepts numbers from 0 to 1,000,000, not -1.
    """

    optimizer: str = "l-bfgs-b"
    lam: float = 1.0
    learning_rate: float | str = AUTO
    schedule: str = "constant"
    max_iterations: int = 400
    max_seconds: float = 600.0
    tolerance: float = 1e-6
    batch_size: int = 32
    momentum: float = 0.9
    seed: int = 0
    preparation: str = "none"
    multiclass: str = "one-vs-all"

    def __post_init__(self) -> None:
        check_choice("preparation", self.preparation, PREPARATIONS)
        name = self.optimizer.lower() if isinstance(self.optimizer, str) else self.optimizer
        check_choice("optimizer", name, OPTIMIZERS)
        object.__setattr__(self, "optimizer", name)
        check_choice("schedule", self.schedule, SCHEDULES)
        check_choice("multiclass", self.multiclass, MULTICLASS)
        for setting, accepted in RANGES.items():
            if setting == "learning_rate" and _is_auto(self.learning_rate):
                continue
            also = f' or "{AUTO}"' if setting == "learning_rate" else ""
            whole = setting in WHOLE_NUMBERS
            number = number_in(accepted, setting, getattr(self, setting), whole=whole, also=also)
            object.__setattr__(self, setting, number)

    def to_dict(self) -> dict[str, Any]:
        """Every setting by name, as plain strings and numbers.

        Examples
        --------
        >>> TrainConfig(lam=2.5).to_dict()["lam"]
        2.5
        """
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def with_settings(self, settings: Mapping[str, Any]) -> TrainConfig:
        """The same with some settings otherwise.

        Raises
        ------
        ConfigError
            If a name is unknown or a value is not accepted.

        Examples
        --------
        >>> TrainConfig(lam=2).with_settings({"momentum": 0.5}) == TrainConfig(lam=2, momentum=0.5)
        True
        """
        known = {field.name for field in fields(self)}
        unknown = sorted(set(settings) - known)
        if unknown:
            name = shown(repr(unknown[0]))
            raise ConfigError(f"There is no setting {name}; there are {sorted(known)}.")
        return replace(self, **settings)

    def is_softmax(self, classes: int) -> bool:
        """Whether so many classes share one probability; two have one θ in any case.

        Examples
        --------
        >>> config = TrainConfig(multiclass="softmax")
        >>> config.is_softmax(2), config.is_softmax(3)
        (False, True)
        """
        return self.multiclass == "softmax" and classes > 2

    def learns_class_after_class(self, classes: int) -> bool:
        """Whether so many classes are learnt one after another, each with its own iterations.

        Examples
        --------
        >>> config = TrainConfig(optimizer="bfgs")
        >>> config.learns_class_after_class(2), config.learns_class_after_class(3)
        (False, True)
        """
        several = classes > 2 and not self.is_softmax(classes)
        return several and OPTIMIZERS[self.optimizer].keeps_square_matrix

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> TrainConfig:
        """Build a config from settings by name; those not given keep their default.

        Raises
        ------
        ConfigError
            If a name is unknown or a value is not accepted.

        Examples
        --------
        >>> TrainConfig.from_dict({"lam": 2.5}) == TrainConfig(lam=2.5)
        True
        """
        return cls().with_settings(settings)


def _is_auto(value: object) -> bool:
    return isinstance(value, str) and value == AUTO


def check_choice(name: str, value: object, accepted: Any) -> None:  # noqa: ANN401 - a tuple or a mapping
    """Raise a ConfigError where a value is none of the accepted strings."""
    if not isinstance(value, str) or value not in accepted:
        raise ConfigError(f"{name} accepts {', '.join(accepted)}, not {shown(value)}.")


def number_in(
    accepted: Range, name: str, value: object, *, whole: bool = False, also: str = ""
) -> float:
    """A value as a plain int or float, or a ConfigError that says what is accepted.

    Parameters
    ----------
    accepted : Range
        Where it must lie.
    name : str
        What it is, in the sentence.
    value : object
        Anything, since it may come from outside.
    whole : bool
        Whether it must be a whole number.
    also : str
        What else is accepted, in the sentence.

    Examples
    --------
    >>> number_in(Range(1, 9), "trials", 3.0, whole=True)
    3
    """
    kind = "whole numbers" if whole else "numbers"
    refusal = ConfigError(f"{name} accepts {kind} {accepted}{also}, not {shown(value)}.")
    if isinstance(value, bool | np.bool_ | str | bytes):
        raise refusal
    try:
        number = float(value)  # type: ignore[arg-type]  # anything may come from outside
    except (TypeError, ValueError, OverflowError):
        raise refusal from None
    if number not in accepted or (whole and number != int(number)):
        raise refusal
    return int(number) if whole else number


def shown(value: object) -> str:
    """A value from outside, short enough for a sentence."""
    try:
        text = str(value)
    except ValueError:  # Python writes out no whole number of more than 4300 digits
        text = f"a {type(value).__name__} that is far too long"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
