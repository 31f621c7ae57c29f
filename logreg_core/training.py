"""fit: from a Dataset and a TrainConfig to a Model, one door for every optimiser."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from logreg_core.config import AUTO
from logreg_core.drawing_style import drawing_style
from logreg_core.errors import ConfigError, DataError
from logreg_core.history import History, Recorder, StopReason
from logreg_core.model import Model
from logreg_core.objective import Objective, SoftmaxObjective
from logreg_core.observer import BrokenOffError, Observer
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.yardstick import Yardstick

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.observer import StepCallback

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class FitResult:
    """What came of a run.

    Attributes
    ----------
    model : Model
        With the θ of the last step.
    history : History
        The steps, from the start on; every one unless there were very many.
    reason : StopReason
        Why it ended.
    evaluations : int
        How often J and its gradient were computed on all examples.
    learning_rate : float, optional
        α at the start of the run, also where "auto" chose it; None where the optimiser
        has none.
    """

    model: Model
    history: History
    reason: StopReason
    evaluations: int
    learning_rate: float | None = None

    @property
    def iterations(self) -> int:
        """How many there were; the start is none."""
        return int(self.history.iteration[-1])

    @property
    def passes(self) -> float:
        """How often the optimiser went through all examples."""
        return float(self.history.passes[-1])

    @property
    def seconds(self) -> float:
        """Time spent training, without watching and without the caller's callback."""
        return float(self.history.seconds[-1])


def fit(
    dataset: Dataset,
    config: TrainConfig,
    callback: StepCallback | None = None,
    *,
    start: FloatArray | None = None,
    held_out: Dataset | None = None,
    recorder: Recorder | None = None,
    stopping: Callable[[], bool] | None = None,
) -> FitResult:
    """Train logistic regression from θ = 0, or from where another training ended.

    Two labels give one θ, which speaks for the larger label; more give one θ a
    class, each class against the rest or all together by softmax.

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
    start : (n,) or (classes, n) ndarray of float64, optional
        The θ to begin at, of the shape that the model's has; 0 where none is given.
    held_out : Dataset, optional
        Examples to measure each step on; never trained on.
    recorder : Recorder, optional
        Where to record, for a caller who wants to read while this runs.
    stopping : callable, optional
        Says whether to stop. Unlike the callback it is asked within an iteration too: one
        that does not end by itself soon is broken off, and does not count.

    Returns
    -------
    FitResult
        Model, history and the reason why it ended. The same data and config give
        the same θ bit for bit on one machine with one number of BLAS threads.

    Raises
    ------
    DataError
        If there is one label only, or a held-out label that training never saw.
    ConfigError
        If a batch is larger than the data, the optimiser cannot do softmax, or the start is
        no θ of these classes.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> result = fit(load_bundled().only(0, 1), TrainConfig(lam=1))
    >>> result.reason
    <StopReason.CONVERGED: 'converged'>
    >>> result.model.theta.shape
    (401,)

    From where it ended it is not far to the minimum of a larger λ.

    >>> digits = load_bundled().only(0, 1)
    >>> warm = fit(digits, TrainConfig(lam=1.1), start=result.model.theta)
    >>> warm.passes < fit(digits, TrainConfig(lam=1.1)).passes
    True
    """
    classes = two_or_more(dataset.classes)
    refused = refusal(config, len(dataset), len(classes))
    if refused is not None:
        raise ConfigError(refused.sentence)
    objective = objective_of(dataset, config, classes)
    if recorder is not None and recorder.explains:
        recorder.curvature = _curvature_to_compare(config, objective)
    yardstick = None
    if held_out is not None:
        X = _design_matrix(held_out, config)
        yardstick = Yardstick(X, targets(held_out, classes), objective.total_loss)
    observer = Observer(
        objective,
        config,
        recorder or Recorder(),
        callback=callback,
        yardstick=yardstick,
        stopping=stopping,
    )
    described = partial(
        Model,
        classes=classes,
        config=config,
        dataset_fingerprint=dataset.fingerprint,
        style=drawing_style(dataset.images),
    )
    beginning = _beginning(start, objective)
    return fit_objective(objective, config, observer, described, beginning)


def fit_objective(
    objective: Objective,
    config: TrainConfig,
    observer: Observer,
    model: Callable[..., Model],
    start: FloatArray | None = None,
) -> FitResult:
    """Minimise an objective, wherever its examples are.

    Parameters
    ----------
    objective : Objective
        J.
    config : TrainConfig
        How.
    observer : Observer
        Who watches, with the recorder of the run.
    model : callable
        From the keyword ``theta`` to the `Model`.
    start : (k·n,) ndarray of float64, optional
        Flat; written to. 0 where none is given.

    Returns
    -------
    FitResult
        With the model and the recorder's history as they are at the end.
    """
    run = _Run(objective, config, observer, np.zeros(objective.size) if start is None else start)
    reason = run.train()
    return FitResult(
        model(theta=observer.theta),
        observer.recorder.history(),
        reason,
        run.evaluations,
        run.learning_rate,
    )


def _beginning(start: FloatArray | None, objective: Objective) -> FloatArray:
    """θ at iteration 0, flat; a copy, which a run may write to."""
    if start is None:
        return np.zeros(objective.size)
    classes, n = objective.classes, objective.X.shape[1]
    shape = (n,) if classes == 1 else (classes, n)
    try:
        theta = np.array(start, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigError("The start must be a θ of numbers.") from error
    if theta.shape != shape:
        raise ConfigError(f"The start has the shape {theta.shape}; θ here has {shape}.")
    if not np.isfinite(theta).all():
        raise ConfigError("The start has entries that are no finite numbers.")
    return theta.ravel()


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
    return targets_of(dataset.labels, classes)


def targets_of(labels: NDArray[np.int64], classes: tuple[int, ...]) -> FloatArray:
    """Say what `targets` says, of labels, (m,), that are all among the classes."""
    asked = classes[1:] if len(classes) == 2 else classes
    return (labels[:, None] == np.array(asked)).astype(np.float64)


def two_or_more(classes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the classes themselves, or raise a DataError where there is one only."""
    if len(classes) < 2:
        raise DataError(
            f"All images show the digit {classes[0]}: "
            "to learn a difference takes two digits or more."
        )
    return classes


@dataclass(frozen=True)
class Refusal:
    """Why `fit` would not begin.

    Attributes
    ----------
    setting : str
        The setting of `TrainConfig` that does not go with the rest.
    sentence : str
        What is wrong, and what to do.
    """

    setting: str
    sentence: str


def refusal(config: TrainConfig, examples: int, classes: int) -> Refusal | None:
    """Tell beforehand what `fit` would refuse, None where it would begin.

    Parameters
    ----------
    config : TrainConfig
        How to train.
    examples : int
        How many there are to learn from, m.
    classes : int
        How many labels they have.

    Examples
    --------
    >>> from logreg_core import TrainConfig
    >>> refusal(TrainConfig(optimizer="sgd", batch_size=64), examples=50, classes=2).setting
    'batch_size'
    >>> refusal(TrainConfig(), examples=50, classes=2) is None
    True
    """
    row = OPTIMIZERS[config.optimizer]
    if "batch_size" in row.settings and config.batch_size > examples:
        return Refusal(
            "batch_size",
            f"A batch of {config.batch_size} is larger than the data: "
            f"there are {examples} training examples.",
        )
    if config.is_softmax(classes) and not row.does_softmax:
        return Refusal(
            "multiclass",
            f"{row.label} does not do softmax over {classes} classes: "
            "take L-BFGS-B, or one-vs-all.",
        )
    return None


def _curvature_to_compare(config: TrainConfig, objective: Objective) -> float | None:
    """L, where somebody has chosen an α that it may explain; "auto" needs no explaining."""
    compares = OPTIMIZERS[config.optimizer].longest_step is not None
    return objective.curvature() if compares and config.learning_rate != AUTO else None


def objective_of(dataset: Dataset, config: TrainConfig, classes: tuple[int, ...]) -> Objective:
    """J of these classes on these images, which are prepared as `config` says."""
    kind = SoftmaxObjective if config.is_softmax(len(classes)) else Objective
    return kind(_design_matrix(dataset, config), targets(dataset, classes), config.lam)


def _design_matrix(dataset: Dataset, config: TrainConfig) -> FloatArray:
    return dataset.prepared(config.preparation).design_matrix()


#: These end the whole run, not one class of it.
_FINAL: Final = frozenset({StopReason.TIME, StopReason.VISITOR, StopReason.DIVERGED})


class _Run:
    """One optimiser on one objective, watched by one observer; `start` is flat, (k·n,)."""

    def __init__(
        self, objective: Objective, config: TrainConfig, observer: Observer, start: FloatArray
    ) -> None:
        self.objective = objective
        self.config = config
        self.observer = observer
        self.start = start
        self.row = OPTIMIZERS[config.optimizer]
        self.evaluations = 0
        self.learning_rate: float | None = None

    def train(self) -> StopReason:
        """All classes together, or one after another; why it ended."""
        everything = slice(0, self.objective.size)
        try:
            self.observer.observe(self.start, everything, passes=0.0)
        except StopIteration:
            return self._honest(self.observer.reason or StopReason.VISITOR)
        # A run that overflows ends as diverged, by its cost; the warning says nothing more.
        with np.errstate(over="ignore", invalid="ignore"):
            # Of two classes, the objective knows one: the second against the first.
            if self.config.learns_class_after_class(self.objective.classes):
                reason = self._class_after_class()
            else:
                reason = self._minimize(
                    self.objective,
                    self.start,
                    lambda theta: (theta, everything, self.objective.passes),
                )
        self.observer.settle()
        return self._honest(reason)

    def _honest(self, reason: StopReason) -> StopReason:
        """At λ = 0, a run may not have arrived anywhere: there may be nowhere to."""
        if self.config.lam > 0 or reason in _FINAL:
            return reason
        if self.observer.separates():
            return StopReason.SEPARATED
        arrived = reason in {StopReason.CONVERGED, StopReason.STALLED}
        if arrived and self.objective.has_one_sided_pixel():
            return StopReason.ENDLESS
        return reason

    def _class_after_class(self) -> StopReason:
        """As the course's oneVsAll: a loop over the classes, each with its own iterations."""
        whole = self.start.copy()
        n = self.objective.X.shape[1]
        passes_before = 0.0
        reasons = []
        for index in range(self.objective.classes):
            alone = self.objective.of_class(index)
            block = slice(index * n, (index + 1) * n)

            def placed(
                theta: FloatArray,
                block: slice = block,
                alone: Objective = alone,
                before: float = passes_before,
            ) -> tuple[FloatArray, slice, float]:
                whole[block] = theta
                return whole, block, before + alone.passes

            reasons.append(self._minimize(alone, self.start[block], placed))
            if reasons[-1] in _FINAL:
                break
            passes_before += alone.passes
        return max(reasons, key=list(StopReason).index)

    def _minimize(
        self,
        objective: Objective,
        start: FloatArray,
        placed: Callable[[FloatArray], tuple[FloatArray, slice, float]],
    ) -> StopReason:
        """The one door: ``scipy.optimize.minimize`` from the start, observed at each iteration."""
        extra: dict[str, Any] = {}
        if self.row.uses_hessian:
            extra["hessp"] = objective.hessian_product

        # What an optimiser knows of one class does not tell of all.
        is_whole = objective is self.objective

        def callback(intermediate_result: OptimizeResult) -> None:
            evaluation = intermediate_result.get("evaluation") if is_whole else None
            self.observer.observe(*placed(np.asarray(intermediate_result.x)), evaluation)

        self.observer.reason = None
        objective.heartbeat = self.observer.heartbeat
        iterations = 0
        # An iteration that is broken off leaves its reason with the observer.
        with suppress(BrokenOffError):
            options = self.row.options(self.config, objective)
            self.learning_rate = options.get("learning_rate")
            result = minimize(
                objective.cost_and_gradient,
                start,
                jac=True,
                method=self.row.method,
                callback=callback,
                options=options,
                **extra,
            )
            iterations = result.nit
        self.evaluations += objective.evaluations
        if self.observer.reason is not None:
            return self.observer.reason
        spent = iterations >= self.config.max_iterations
        return StopReason.ITERATIONS if spent else StopReason.STALLED
