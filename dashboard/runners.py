"""The runners of a race, and the text that carries them in a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from dashboard.settings import FIRST_CONFIG, read, written
from dashboard.words.settings import in_name
from logreg_core import OPTIMIZERS, ConfigError, TrainConfig
from logreg_core.config import OWN_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: More runners than this crowd the chart and the server.
MOST_RUNNERS: Final = 8


@dataclass(frozen=True)
class Runner:
    """One optimiser with settings of its own; all others are the race's.

    Attributes
    ----------
    optimizer : str
        A name in `OPTIMIZERS`.
    own : tuple of (str, value)
        Those of `OWN_SETTINGS` that differ from a first visit's, in that order.
    """

    optimizer: str
    own: tuple[tuple[str, Any], ...] = ()

    def config(self, race: TrainConfig) -> TrainConfig:
        """How it trains, where the race has these settings."""
        usual = {name: getattr(FIRST_CONFIG, name) for name in OWN_SETTINGS}
        return replace(race, optimizer=self.optimizer, **{**usual, **dict(self.own)})

    def with_own(self, setting: str, value: object) -> Runner:
        """The same with another value of one of its own settings."""
        own = {**dict(self.own), setting: value}
        kept = [
            (name, own[name])
            for name in self.settings
            if name in own and own[name] != getattr(FIRST_CONFIG, name)
        ]
        return Runner(self.optimizer, tuple(kept))

    @property
    def settings(self) -> tuple[str, ...]:
        """Those of `OWN_SETTINGS` that its optimiser uses."""
        return tuple(name for name in OWN_SETTINGS if name in OPTIMIZERS[self.optimizer].settings)

    @property
    def name(self) -> str:
        """As a person reads it.

        Examples
        --------
        >>> Runner("momentum", (("learning_rate", 0.3), ("momentum", 0.5))).name
        'Momentum α=0.3, μ=0.5'
        """
        own = [in_name(name, value) for name, value in self.own]
        return f"{OPTIMIZERS[self.optimizer].label} {', '.join(own)}".strip()


#: A race that shows what there is to see: the slow, the ball that rolls, the usual choice
#: of deep learning, and curvature.
FIRST_RUNNERS: Final = tuple(
    Runner(name) for name in ("gradient-descent", "momentum", "adam", "l-bfgs-b")
)


def write_runners(runners: Sequence[Runner]) -> str:
    """The text that carries runners in a link.

    Examples
    --------
    >>> write_runners([Runner("adam"), Runner("sgd", (("batch_size", 64),))])
    'adam,sgd:batch_size=64'
    """
    return ",".join(
        ":".join(
            [runner.optimizer, *(f"{setting}={written(value)}" for setting, value in runner.own)]
        )
        for runner in runners
    )


def read_runners(text: str) -> tuple[Runner, ...]:
    """The runners that a link asks for.

    Raises
    ------
    ConfigError
        If there is none, there are too many, or one of them is not accepted.

    Examples
    --------
    >>> [runner.name for runner in read_runners("adam,sgd:batch_size=64")]
    ['Adam', 'Stochastic (SGD) batch 64']
    """
    entries = [entry for entry in text.split(",") if entry]
    if not 1 <= len(entries) <= MOST_RUNNERS:
        raise ConfigError(f"A race takes 1 to {MOST_RUNNERS} optimisers, not {len(entries)}.")
    return tuple(_read_runner(entry) for entry in entries)


def named(runners: Sequence[Runner]) -> dict[str, Runner]:
    """Runners by a name that no two of them share."""
    by_name: dict[str, Runner] = {}
    for runner in runners:
        names = (runner.name if n == 1 else f"{runner.name} ({n})" for n in count(1))
        by_name[next(name for name in names if name not in by_name)] = runner
    return by_name


def _read_runner(entry: str) -> Runner:
    optimizer, *own = entry.split(":")
    # The config checks itself, and says what it accepts.
    runner = Runner(TrainConfig(optimizer=optimizer).optimizer)
    for part in own:
        setting, _, value = part.partition("=")
        if setting not in runner.settings:
            raise ConfigError(
                f"{OPTIMIZERS[runner.optimizer].label} has no setting {setting[:40]!r} of its "
                f"own: {', '.join(runner.settings) or 'none'} can be given."
            )
        runner = runner.with_own(setting, read(setting, value))
    runner.config(FIRST_CONFIG)
    return runner
