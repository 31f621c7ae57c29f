"""A run as it stands, with all that it takes to run it again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from logreg_core.config import AUTO
from logreg_core.history import StopReason
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.training import objective_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.history import History, Step

    FloatArray = NDArray[np.float64]

#: Ends that come from outside: the same settings alone do not lead to them again.
_CUT_SHORT: Final = {None, StopReason.VISITOR, StopReason.TIME}


@dataclass(frozen=True, eq=False)
class RecordedRun:
    """One run of `fit` as far as it has come.

    Parameters
    ----------
    training, held_out : Dataset
        What it learnt from, and what it was measured on.
    config : TrainConfig
        How it was trained.
    history : History
        Its steps, one or more.
    reason : StopReason or None
        Why it ended; None where it is paused.
    source : {"bundled", "mnist", "file"}
        Where the images can be had again: `load_bundled`, `load_mnist` with its official
        split, or nowhere, so that a script is handed them in a file.
    test_fraction : float
        The share that was held out of the bundled images, with the seed of `config`.
    known_rate : float, optional
        α at its start where somebody knows it, as `FitResult` does; else it is worked out.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    >>> result = fit(training, TrainConfig(max_iterations=3), held_out=held_out)
    >>> run = RecordedRun(
    ...     training, held_out, result.model.config, result.history, result.reason, "bundled", 0.25
    ... )
    >>> run.iterations, run.theta.shape, run.was_cut_short
    (3, (401,), False)
    """

    training: Dataset
    held_out: Dataset
    config: TrainConfig
    history: History
    reason: StopReason | None
    source: str
    test_fraction: float
    known_rate: float | None = None

    @property
    def theta(self) -> FloatArray:
        """θ of the last step, (401,) for two classes, (classes, 401) for more."""
        return self.history.theta[-1]

    @property
    def last(self) -> Step:
        """The numbers of the last step."""
        return self.history.step(-1)

    @property
    def iterations(self) -> int:
        """How many there were."""
        return int(self.history.iteration[-1])

    @property
    def classes(self) -> tuple[int, ...]:
        """The digits that are told apart."""
        return self.training.classes

    @property
    def is_softmax(self) -> bool:
        """Whether all classes share one probability."""
        return self.config.is_softmax(len(self.classes))

    @property
    def was_cut_short(self) -> bool:
        """Whether its settings alone do not say where it ended."""
        return self.reason in _CUT_SHORT

    @property
    def summary(self) -> str:
        """One line for the top of a script; a name from outside cannot break out of it."""
        label = OPTIMIZERS[self.config.optimizer].label
        digits = ", ".join(map(str, self.classes))
        return (
            f"{label}, λ = {self.config.lam:g}, "
            f"{len(self.training)} images of {digits} from {self.training.name!a}"
        )

    @cached_property
    def theta_fingerprint(self) -> str:
        """SHA-256 of θ's bytes (float64, class after class) as 64 hexadecimal digits."""
        return hashlib.sha256(self.theta.astype("<f8").tobytes()).hexdigest()

    @cached_property
    def learning_rate(self) -> float | None:
        """α before any schedule, also where it was "auto"; None where there is none.

        For "auto" in a run that has not ended, all training examples may be gone through once.
        """
        row = OPTIMIZERS[self.config.optimizer]
        if "learning_rate" not in row.settings:
            return None
        if self.config.learning_rate != AUTO:
            return float(self.config.learning_rate)
        if self.known_rate is not None:
            return self.known_rate
        objective = objective_of(self.training, self.config, self.classes)
        return float(row.options(self.config, objective)["learning_rate"])
