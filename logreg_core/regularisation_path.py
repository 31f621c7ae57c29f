"""Train from the strongest λ to the weakest, and see what becomes of θ: the regularisation path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.curve import Curve
from logreg_core.errors import ConfigError
from logreg_core.history import StopReason
from logreg_core.minimum import for_the_minimum
from logreg_core.optimum import NOWHERE
from logreg_core.score import Scores
from logreg_core.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.line import Turns

#: From where the digits are forgotten to where next to nothing holds θ back, four a decade, in
#: numbers that can be read out; and without a penalty.
USUAL_LAMS: Final = (*(float(f"{lam:.3g}") for lam in np.geomspace(1000, 0.001, 25)), 0.0)

#: At λ = 0, where there may be no minimum to arrive at: far more than one that is there takes.
_ITERATIONS_WITHOUT_PENALTY: Final = 10

#: Ends of a training at the minimum, as near as numbers of 64 bits can tell it.
_ARRIVED: Final = frozenset({StopReason.CONVERGED, StopReason.STALLED})


@dataclass(frozen=True, eq=False)
class PathPoint:
    """One training of a regularisation path.

    Attributes
    ----------
    lam : float
        λ, ≥ 0.
    theta : (n,) or (classes, n) ndarray of float64
        Where it ended; read-only.
    scores : Scores
        What it reads of training and held-out examples, and their mean cost without penalty.
    iterations : int
        From where the last training ended.
    passes : float
        Over the training examples, likewise.
    reason : StopReason
        Why it ended.
    """

    lam: float
    theta: NDArray[np.float64]
    scores: Scores
    iterations: int
    passes: float
    reason: StopReason

    @property
    def theta_norm(self) -> float:
        """‖θ‖ without the biases, which no penalty holds back."""
        return float(np.linalg.norm(self.theta[..., 1:]))

    @property
    def is_minimum(self) -> bool:
        """Whether J is lowest here; else θ is only where training was ended."""
        return self.reason in _ARRIVED

    @property
    def has_no_minimum(self) -> bool:
        """Whether J falls for ever, as it may at λ = 0."""
        return self.reason in NOWHERE


def best_of_path(points: Sequence[PathPoint]) -> PathPoint:
    """The point with the lowest held-out cost, of those that are a minimum; λ is the first's.

    Parameters
    ----------
    points : sequence of PathPoint
        At least one.

    Returns
    -------
    PathPoint
        Of them all, where none is a minimum.
    """
    minima = [point for point in points if point.is_minimum] or points
    return min(minima, key=lambda point: point.scores.held_out_cost)


class RegularisationPath(Curve[float, PathPoint]):
    """Trainings from the strongest λ to the weakest, in a thread of their own.

    Each begins at the θ where the last one ended, which is near the minimum that it looks
    for, and goes on to that minimum by an optimiser of its own choice (Friedman, Hastie,
    Tibshirani 2010, *Regularization paths for generalized linear models via coordinate
    descent*, have such warm starts).

    Parameters
    ----------
    training : Dataset
        To learn from.
    held_out : Dataset
        To measure each θ on.
    config : TrainConfig
        Its preparation and its way with several classes count; λ and all that says how to
        get to the minimum do not.
    lams : sequence of float
        Each 0 to 1e6, in any order.
    still_wanted, line
        As for a `TrainingJob`.

    Raises
    ------
    ConfigError
        If there is no λ, or one that is not accepted.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    >>> path = RegularisationPath(training, held_out, TrainConfig(), lams=(0.1, 10, 1))
    >>> path.start()
    >>> path.wait(timeout=60)
    True
    >>> [point.lam for point in path.points]
    [10.0, 1.0, 0.1]
    >>> lengths = [point.theta_norm for point in path.points]
    >>> lengths == sorted(lengths)  # the less λ, the longer θ
    True
    """

    def __init__(
        self,
        training: Dataset,
        held_out: Dataset,
        config: TrainConfig,
        lams: Sequence[float] = USUAL_LAMS,
        *,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        if not lams:
            raise ConfigError("A regularisation path needs at least one λ.")
        super().__init__(
            "regularisation path",
            training,
            held_out,
            for_the_minimum(config, len(training.classes), closely=True),
            still_wanted=still_wanted,
            line=line,
        )
        checked = {float(replace(self.config, lam=lam).lam) for lam in lams}
        self.lams = tuple(sorted(checked, reverse=True))

    def _cases(self) -> tuple[float, ...]:
        return self.lams

    def _point(self, lam: float, training: Dataset, held_out: Dataset) -> PathPoint:
        result = fit(
            training,
            self._config_of(lam),
            self._give_way,
            start=self._points[-1].theta if self._points else None,
            stopping=self._should_end,
        )
        scores = Scores.of_model(result.model, training, held_out)
        theta = result.model.theta
        return PathPoint(lam, theta, scores, result.iterations, result.passes, result.reason)

    def _config_of(self, lam: float) -> TrainConfig:
        """How to train on prepared images."""
        config = replace(self.config, lam=lam, preparation="none")
        if lam > 0:
            return config
        return replace(config, max_iterations=_ITERATIONS_WITHOUT_PENALTY)
