"""Train once for each of many configs, and note what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from logreg_core.background import Background
from logreg_core.score import Scores
from logreg_core.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.history import Step, StopReason
    from logreg_core.line import Turns
    from logreg_core.model import Model


@dataclass(frozen=True)
class Outcome:
    """What came of one of several trainings.

    Attributes
    ----------
    config : TrainConfig
        How it was trained.
    last : Step
        The numbers at its end.
    reason : StopReason
        Why it ended.
    model : Model
        What it learnt.
    scores : Scores
        How many of the training and of the held-out examples it reads rightly.
    """

    config: TrainConfig
    last: Step
    reason: StopReason
    model: Model
    scores: Scores


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
        base.with_settings(dict(zip(axes, values, strict=True)))
        for values in product(*axes.values())
    )


class Trainings(Background):
    """A grid of trainings in a thread of its own, which a page can watch and stop.

    Parameters
    ----------
    training, held_out : Dataset
        What to learn from, and what to measure on.
    configs : sequence of TrainConfig
        One outcome each, in this order.
    still_wanted, line
        As for a `TrainingJob`.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    >>> trainings = Trainings(training, held_out, grid(TrainConfig(), {"lam": [0.1, 10]}))
    >>> trainings.start()
    >>> trainings.wait(timeout=60)
    True
    >>> small, large = (outcome.last.cost for outcome in trainings.outcomes)
    >>> small < large  # the larger λ, the larger J
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
        super().__init__("series of trainings", still_wanted=still_wanted, line=line)
        self.training = training
        self.held_out = held_out
        self.configs = tuple(configs)
        self._outcomes: list[Outcome] = []

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Those that are over, in the order of the configs."""
        return tuple(self._outcomes)

    def _work(self) -> None:
        for config in self.configs:
            if not self._line.pass_on(self, self._should_end):
                return
            result = fit(
                self.training,
                config,
                self._give_way,
                held_out=self.held_out,
                stopping=self._should_end,
            )
            if self._should_end():
                return
            last = result.history.step(-1)
            scores = Scores.of_model(result.model, self.training, self.held_out)
            self._outcomes.append(Outcome(config, last, result.reason, result.model, scores))
