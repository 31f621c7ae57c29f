"""fit: from a Dataset and a TrainConfig to a Model, one door for every optimiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from logreg_core.errors import DataError
from logreg_core.history import History, Recorder, Step, StopReason, Stopwatch
from logreg_core.model import Model
from logreg_core.normalise import drawing_style
from logreg_core.objective import Objective, log_loss
from logreg_core.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset

    FloatArray = NDArray[np.float64]
    StepCallback = Callable[[Step], object]


@dataclass(frozen=True)
class FitResult:
    """What came of a run.

    Attributes
    ----------
    model : Model
        With the θ of the last step.
    history : History
        Every step, from θ = 0 on.
    reason : StopReason
        Why it ended.
    """

    model: Model
    history: History
    reason: StopReason


def fit(
    dataset: Dataset,
    config: TrainConfig,
    callback: StepCallback | None = None,
    *,
    held_out: Dataset | None = None,
    recorder: Recorder | None = None,
) -> FitResult:
    """Train logistic regression from θ = 0.

    Two labels give one θ, which speaks for the larger label; more give one θ a
    class, each class against the rest.

    Parameters
    ----------
    dataset : Dataset
        Training examples of two labels or more, as they are: the images are
        prepared here, as `config` says.
    config : TrainConfig
        How to train.
    callback : callable, optional
        Called with the `Step` after each iteration, number 0 (the start)
        included; raises StopIteration to stop.
    held_out : Dataset, optional
        Examples to measure each step on; never trained on.
    recorder : Recorder, optional
        Where to record, for a caller who wants to read while this runs.

    Returns
    -------
    FitResult
        Model, history and the reason why it ended.

    Raises
    ------
    DataError
        If there is one label only, or a held-out label that training never saw.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> result = fit(load_bundled().only(0, 1), TrainConfig(lam=1))
    >>> result.reason
    <StopReason.CONVERGED: 'converged'>
    >>> result.model.theta.shape
    (401,)
    """
    classes = _two_or_more(dataset)
    design = _design_matrix(dataset, config)
    objective = Objective(design, targets(dataset, classes), config.lam)
    yardstick = None if held_out is None else _Yardstick.of(held_out, classes, config)
    observer = _Observer(objective, config, recorder or Recorder(), callback, yardstick)
    reason = _train(objective, config, observer)
    model = Model(
        theta=observer.theta,
        classes=classes,
        config=config,
        dataset_fingerprint=dataset.fingerprint,
        style=drawing_style(dataset.images),
    )
    return FitResult(model, observer.recorder.history(), reason)


def targets(dataset: Dataset, classes: tuple[int, ...]) -> FloatArray:
    """1 where an example is of the class, else 0: (m, 1) for two classes, (m, k) for k > 2.

    Raises
    ------
    DataError
        If a label is none of the classes.
    """
    strangers = sorted(set(dataset.classes) - set(classes))
    if strangers:
        raise DataError(f"The digit {strangers[0]} is not among the classes {classes}.")
    asked = classes[1:] if len(classes) == 2 else classes
    return (dataset.labels[:, None] == np.array(asked)).astype(np.float64)


def accuracy(margins: FloatArray, wanted: FloatArray) -> float:
    """Fraction of examples on the right side.

    Parameters
    ----------
    margins : (m, k) ndarray
        z = XΘᵀ; k = 1 for two classes, where z ≥ 0, h ≥ 0.5, reads as the second.
    wanted : (m, k) ndarray
        1 where the example is of the class, else 0.

    Returns
    -------
    float
        0 to 1.
    """
    if wanted.shape[1] == 1:
        return float(np.mean((margins >= 0) == (wanted == 1)))
    return float(np.mean(margins.argmax(axis=1) == wanted.argmax(axis=1)))


def _two_or_more(dataset: Dataset) -> tuple[int, ...]:
    if len(dataset.classes) < 2:
        raise DataError(
            f"All images show the digit {dataset.classes[0]}: "
            "to learn a difference takes two digits or more."
        )
    return dataset.classes


def _design_matrix(dataset: Dataset, config: TrainConfig) -> FloatArray:
    return dataset.prepared(config.preparation).design_matrix()


@dataclass(frozen=True)
class _Yardstick:
    """Held-out examples, ready to be measured on."""

    X: FloatArray
    wanted: FloatArray

    @classmethod
    def of(cls, held_out: Dataset, classes: tuple[int, ...], config: TrainConfig) -> _Yardstick:
        return cls(_design_matrix(held_out, config), targets(held_out, classes))

    def measure(self, stacked: FloatArray) -> tuple[float, float]:
        """Cost without penalty and accuracy, at (k, n) θ."""
        margins = self.X @ stacked.T
        cost = float(log_loss(margins, self.wanted).sum()) / len(self.X)
        return cost, accuracy(margins, self.wanted)


class _Observer:
    """Watches every iteration: records it, tells the caller, and says when to stop."""

    def __init__(
        self,
        objective: Objective,
        config: TrainConfig,
        recorder: Recorder,
        callback: StepCallback | None,
        yardstick: _Yardstick | None,
    ) -> None:
        self.objective = objective
        self.recorder = recorder
        self.reason: StopReason | None = None
        self._tolerance = config.tolerance
        self._callback = callback
        self._yardstick = yardstick
        self._stopwatch = Stopwatch()
        self._iteration = 0
        self._theta = np.zeros(objective.size)

    @property
    def theta(self) -> FloatArray:
        """The last finite θ, (n,) for two classes, (k, n) for more."""
        return self._shaped(self._theta)

    def _shaped(self, theta: FloatArray) -> FloatArray:
        return (
            theta.copy()
            if self.objective.classes == 1
            else theta.reshape(self.objective.classes, -1).copy()
        )

    def observe(self, theta: FloatArray, block: slice, passes: int) -> None:
        """One iteration ended at θ, flat; `block` is the part that is being trained.

        Raises
        ------
        StopIteration
            When the run should end; `reason` then says why.
        """
        at = self.objective.evaluate(theta)
        if not np.isfinite(at.cost) or not np.isfinite(at.gradient).all():
            self._end(StopReason.DIVERGED)
        stacked = theta.reshape(self.objective.classes, -1)
        held_out_cost, held_out_accuracy = (
            self._yardstick.measure(stacked) if self._yardstick else (np.nan, np.nan)
        )
        gradient_norm = float(np.abs(at.gradient[block]).max())
        step = Step(
            iteration=self._iteration,
            cost=at.cost,
            penalty=at.penalty,
            held_out_cost=held_out_cost,
            accuracy=accuracy(at.margins, self.objective.targets),
            held_out_accuracy=held_out_accuracy,
            gradient_norm=gradient_norm,
            passes=passes,
            seconds=self._stopwatch.seconds(),
        )
        self._theta = theta.copy()
        self._iteration += 1
        self.recorder.add(step, self._shaped(theta))
        self._tell(step)
        if gradient_norm <= self._tolerance:
            self._end(StopReason.CONVERGED)

    def _tell(self, step: Step) -> None:
        if self._callback is None:
            return
        with self._stopwatch:
            try:
                self._callback(step)
            except StopIteration:
                self._end(StopReason.VISITOR)

    def _end(self, reason: StopReason) -> None:
        self.reason = reason
        raise StopIteration


def _train(objective: Objective, config: TrainConfig, observer: _Observer) -> StopReason:
    """Run the optimiser on all classes together, or class after class."""
    one_by_one = objective.classes > 1 and OPTIMIZERS[config.optimizer].keeps_square_matrix
    everything = slice(0, objective.size)
    try:
        observer.observe(np.zeros(objective.size), everything, passes=0)
    except StopIteration:
        return observer.reason or StopReason.VISITOR
    # A run that overflows ends as diverged, by its cost; the warning says nothing more.
    with np.errstate(over="ignore", invalid="ignore"):
        if one_by_one:
            return _class_after_class(objective, config, observer)
        return _minimize(
            objective, config, observer, lambda theta: (theta, everything, objective.passes)
        )


def _class_after_class(
    objective: Objective, config: TrainConfig, observer: _Observer
) -> StopReason:
    """As the course's oneVsAll: a loop over the classes, each with its own iterations."""
    whole = np.zeros(objective.size)
    n = objective.X.shape[1]
    passes_before = 0
    reasons = []
    for index in range(objective.classes):
        alone = objective.of_class(index)
        block = slice(index * n, (index + 1) * n)

        def placed(
            theta: FloatArray,
            block: slice = block,
            alone: Objective = alone,
            before: int = passes_before,
        ) -> tuple[FloatArray, slice, int]:
            whole[block] = theta
            return whole, block, before + alone.passes

        reasons.append(_minimize(alone, config, observer, placed))
        if reasons[-1] in {StopReason.VISITOR, StopReason.DIVERGED}:
            break
        passes_before += alone.passes
    return max(reasons, key=list(StopReason).index)


def _minimize(
    objective: Objective,
    config: TrainConfig,
    observer: _Observer,
    placed: Callable[[FloatArray], tuple[FloatArray, slice, int]],
) -> StopReason:
    """The one door: ``scipy.optimize.minimize`` from θ = 0, observed at each iteration."""
    row = OPTIMIZERS[config.optimizer]
    extra: dict[str, Any] = {"hessp": objective.hessian_product} if row.uses_hessian else {}

    def callback(intermediate_result: OptimizeResult) -> None:
        observer.observe(*placed(np.asarray(intermediate_result.x)))

    observer.reason = None
    result = minimize(
        objective.cost_and_gradient,
        np.zeros(objective.size),
        jac=True,
        method=row.method,
        callback=callback,
        options=row.options(config),
        **extra,
    )
    if observer.reason is not None:
        return observer.reason
    spent = result.nit >= config.max_iterations
    return StopReason.ITERATIONS if spent else StopReason.STALLED
