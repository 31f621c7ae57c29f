"""Plan: everything that decides what a sweep tries, and in which order, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from logreg_core.config import RANGES, Range, TrainConfig, check_choice, number_in
from logreg_core.errors import ConfigError
from logreg_core.goals import GOALS, HELD_OUT_COST, Goal
from logreg_core.sweep.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The name under which a study has its plan; one that has a plan is a sweep of ours.
PLAN: Final = "plan"

#: How the settings of a trial are chosen: name → what a person reads.
SAMPLERS: Final = MappingProxyType(
    {
        "grid": "Grid: every combination",
        "random": "Random",
        "tpe": "TPE: more where it was good (tree-structured Parzen estimator)",
        "qmc": "Quasi-Monte-Carlo: evenly spread (Sobol)",
    }
)

#: How a trial that does badly is ended early: name → what a person reads.
PRUNERS: Final = MappingProxyType(
    {
        "none": "None: every trial to its end",
        "median": "Median: what is worse than half of the others",
        "halving": "Successive halving: ever fewer go on, ever longer",
    }
)

#: Trials of a sweep at most; `lifetime` says what room they take.
MOST_TRIALS: Final = 2000

#: The numbers that a plan accepts; a gap is a fraction of J*.
ACCEPTED: Final = MappingProxyType(
    {"trials": Range(1, MOST_TRIALS), "seed": RANGES["seed"], "gap": Range(1e-9, 1)}
)

_USUAL: Final = TrainConfig()


@dataclass(frozen=True)
class Plan:
    """What to sweep over, what for, and how.

    Parameters
    ----------
    space : Space
        The settings to try.
    base : TrainConfig
        All others.
    goals : tuple of Goal
        One, or two of which neither is given up for the other.
    sampler : str
        One of `SAMPLERS`.
    pruner : str
        One of `PRUNERS`; with two goals "none" only, since a trial that is behind in one may
        be ahead in the other.
    trials : int
        How many, 1 to `MOST_TRIALS`; of a grid, as many as it has combinations, whatever is
        said here.
    seed : int
        Of what is chosen at random, 0 to 2³¹ − 1. Apart from TPE, which goes by what is known
        when a trial begins, the same plan tries the same settings on any number of workers.
    gap : float
        (J − J*)/J*, to which `SECONDS_TO_GAP` counts, 1e-9 to 1.

    Raises
    ------
    ConfigError
        If one of them is not accepted.

    Examples
    --------
    >>> from logreg_core.sweep import Interval
    >>> plan = Plan(Space((Interval("lam", 0.01, 100, steps=9),)), sampler="grid")
    >>> plan.trials
    9
    """

    space: Space
    base: TrainConfig = _USUAL
    goals: tuple[Goal, ...] = (HELD_OUT_COST,)
    sampler: str = "tpe"
    pruner: str = "none"
    trials: int = 50
    seed: int = 0
    gap: float = 0.01

    def __post_init__(self) -> None:
        check_choice("sampler", self.sampler, SAMPLERS)
        check_choice("pruner", self.pruner, PRUNERS)
        if len(self.goals) not in (1, 2) or len(set(self.goals)) < len(self.goals):
            raise ConfigError("A sweep has one goal, or two different ones.")
        if len(self.goals) == 2 and self.pruner != "none":
            raise ConfigError(
                "With two goals no trial is ended early, since one that is behind in one may be "
                "ahead in the other: take the pruner “none”."
            )
        if self.sampler == "grid":
            object.__setattr__(self, "trials", self.space.grid_size(self.base))
        for name, accepted in ACCEPTED.items():
            number = number_in(accepted, name, getattr(self, name), whole=name != "gap")
            object.__setattr__(self, name, number)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, which a database can hold."""
        return {
            "space": self.space.to_list(),
            "base": self.base.to_dict(),
            "goals": [goal.name for goal in self.goals],
            "sampler": self.sampler,
            "pruner": self.pruner,
            "trials": self.trials,
            "seed": self.seed,
            "gap": self.gap,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Plan:
        """From what `to_dict` gave.

        Raises
        ------
        ConfigError
            If something is missing or not accepted.

        Examples
        --------
        >>> from logreg_core.sweep import Choices
        >>> plan = Plan(Space((Choices("lam", (0, 1)),)), goals=(GOALS["held-out-accuracy"],))
        >>> Plan.from_dict(plan.to_dict()) == plan
        True
        """
        try:
            settings = dict(plain)
            settings["space"] = Space.from_list(settings["space"])
            settings["base"] = TrainConfig.from_dict(settings["base"])
            settings["goals"] = tuple(GOALS[name] for name in settings["goals"])
            return cls(**settings)
        except ConfigError:
            raise
        except (KeyError, TypeError, ValueError):
            raise ConfigError("This is no plan of a sweep that Theta Lab knows.") from None
