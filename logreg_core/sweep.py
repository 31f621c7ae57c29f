"""Train once for each of many configs, and note what came of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from logreg_core.config import TrainConfig
from logreg_core.errors import ConfigError, DataError
from logreg_core.job import Watch
from logreg_core.line import Line
from logreg_core.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from logreg_core.dataset import Dataset
    from logreg_core.history import Step, StopReason
    from logreg_core.line import Turns


@dataclass(frozen=True)
class Trial:
    """One training of a sweep.

    Attributes
    ----------
    config : TrainConfig
        How it was trained.
    last : Step
        The numbers at its end.
    reason : StopReason
        Why it ended.
    """

    config: TrainConfig
    last: Step
    reason: StopReason


def grid(base: TrainConfig, axes: Mapping[str, Sequence[Any]]) -> tuple[TrainConfig, ...]:
    """Every combination of the values, on top of a config.

    Parameters
    ----------
    base : TrainConfig
        What the settings that do not vary are.
    axes : mapping of str to sequence
        Setting → its values; the last setting varies fastest.

    Returns
    -------
    tuple of TrainConfig

    Raises
    ------
    ConfigError
        If a value is not accepted.

    Examples
    --------
    >>> from logreg_core import TrainConfig
    >>> [config.lam for config in grid(TrainConfig(), {"lam": [0, 1, 10]})]
    [0.0, 1.0, 10.0]
    """
    return tuple(
        TrainConfig.from_dict({**base.to_dict(), **dict(zip(axes, values, strict=True))})
        for values in product(*axes.values())
    )


class Sweep:
    """A grid of trainings in a thread of its own, which a page can watch and stop.

    Parameters
    ----------
    training, held_out : Dataset
        What to learn from, and what to measure on.
    configs : sequence of TrainConfig
        One trial each, in this order.
    still_wanted, line
        As for a `TrainingJob`.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    >>> sweep = Sweep(training, held_out, grid(TrainConfig(), {"lam": [0.1, 10]}))
    >>> sweep.start()
    >>> sweep.wait(timeout=60)
    True
    >>> sweep.trials[0].last.cost < sweep.trials[1].last.cost  # the larger λ, the larger J
    True
    """

    def __init__(
        self,
        training: Dataset,
        held_out: Dataset,
        configs: Sequence[TrainConfig],
        *,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        self.training = training
        self.held_out = held_out
        self.configs = tuple(configs)
        self._watch = Watch(still_wanted or (lambda: True))
        self._line: Turns = Line(places=1) if line is None else line
        self._trials: list[Trial] = []
        self._stopping = threading.Event()
        self._failure: str | None = None
        self._over = False
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self) -> None:
        """End within the present iteration; trials that are over stay."""
        self._stopping.set()

    def wait(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the end; whether it came."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self.running

    @property
    def running(self) -> bool:
        """Whether more trials may come."""
        return self._thread.is_alive()

    @property
    def ahead(self) -> int | None:
        """How many runs are before this one in line; None where it does not wait for a turn."""
        return self._line.ahead_of(self)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Those that are over, in the order of the configs."""
        return tuple(self._trials)

    @property
    def failure(self) -> str | None:
        """What went wrong, in a sentence; None where nothing did."""
        return self._failure

    def _run(self) -> None:
        try:
            for config in self.configs:
                if not self._line.pass_on(self, self._should_end):
                    return
                result = fit(
                    self.training, config, held_out=self.held_out, stopping=self._should_end
                )
                if self._should_end():
                    return
                last = result.history.step(-1)
                self._trials.append(Trial(config, last, result.reason))
            self._over = True
        except (DataError, ConfigError) as error:
            self._failure = str(error)
        except MemoryError:
            self._failure = "The server has not enough memory for this: take fewer examples."
        finally:
            self._line.leave(self)
            # Any other error is a fault of ours, and goes to the server's log by itself.
            if not (self._over or self._failure or self._should_end()):
                self._failure = "The sweep ended by a fault of Theta Lab; the server's log has it."

    def _should_end(self) -> bool:
        return self._stopping.is_set() or self._watch.is_over()
