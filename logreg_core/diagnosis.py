"""What a person should notice about a run: what went wrong, by which numbers, what helps.

Whether something is wrong is read from the run itself: an α above 2/L need not do any
harm, since J curves less the surer the model is. L only explains what J has shown.

The numbers below are set so that the default runs of every optimiser on the bundled
digits draw no remark on any of their steps, and all runs at a far too large α do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.config import AUTO, RANGES
from logreg_core.history import StopReason
from logreg_core.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.history import History

    FloatArray = NDArray[np.float64]

    #: Settings of a `TrainConfig`, and what they should become.
    Remedy = Mapping[str, float | str]

#: J above its start for so many steps does not come back soon; AdaGrad's first steps
#: take it there for up to six.
_LOST_STEPS: Final = 10

#: The newest steps that are looked at for swings, and the first ones, which are not: a
#: heavy ball swings once or twice before it settles, and that is as it should be.
_SWING_STEPS: Final = 30
_SETTLING_STEPS: Final = 20

#: J swings when its rises within those steps add up to this many times its mean: good
#: runs reach 0.1, good ones by mini-batches 0.45; a far too large α gives 1 to 30.
_SWINGS: Final = 1.0

#: One step that goes wrong is no swing.
_FEWEST_RISES: Final = 3

#: J this many times as high as it was once has not settled, though it may just be coming
#: down from a leap; all steps since then are looked at.
_FAR_ABOVE_LEAST: Final = 2.0

#: The held-out cost rises when it is higher than its least by this fraction of it …
_OVERFITTING_RATIO: Final = 1.25

#: … and by so much: less may be owed to one or two of some ninety held-out examples.
_OVERFITTING_COST: Final = 0.02

#: J falls still when it has lost this fraction in the last tenth of the run. Those that
#: have lost less are mostly within a few percent of the least J.
_STILL_FALLING: Final = 0.01

#: An α this many times shorter than "auto" is short, and a run of so many steps shows it;
#: J then falls by less than it could, and by more than this.
_SHORT: Final = 5.0
_SHORT_FROM_STEP: Final = 50
_HARDLY_FALLING: Final = 0.001

#: What is tried next: this many times the iterations, the λ, the examples in a batch.
_MORE_ITERATIONS: Final = 4
_MORE_PENALTY: Final = 10.0
_LARGER_BATCH: Final = 4

#: The λ to begin with, and the μ that most people use.
_SOME_PENALTY: Final = 0.1
_USUAL_MOMENTUM: Final = 0.9

#: What converges where steps of one length would take too long.
_QUASI_NEWTON: Final = "l-bfgs-b"


@dataclass(frozen=True)
class Steps:
    """How long the steps of a run are, and how long they could be.

    Attributes
    ----------
    learning_rate : float or "auto"
        α of the run.
    curvature : float, optional
        L, where it is known.
    automatic : float, optional
        The α that "auto" stands for, where it is known.
    longest : float, optional
        The α beyond which steps can grow instead of dying out; None where L is not known
        or each weight has a step of its own.
    formula : str, optional
        What `longest` is, such as 2/L.
    """

    learning_rate: float | str
    curvature: float | None = None
    automatic: float | None = None
    longest: float | None = None
    formula: str | None = None

    @property
    def are_too_long(self) -> bool:
        """Whether α is above what J's curvature allows everywhere."""
        return self.longest is not None and self._is_above(self.longest)

    @property
    def are_longer_than_automatic(self) -> bool:
        """Whether "auto" would be shorter; so it is taken where that is not known."""
        return self.learning_rate != AUTO and (
            self.automatic is None or self._is_above(self.automatic)
        )

    @property
    def are_short(self) -> bool:
        """Whether "auto" would be several times longer."""
        return self.automatic is not None and self._is_below(self.automatic / _SHORT)

    @property
    def are_shorter_than_automatic(self) -> bool:
        """Whether "auto" would be longer."""
        return self.automatic is not None and self._is_below(self.automatic)

    def _is_above(self, limit: float) -> bool:
        return not isinstance(self.learning_rate, str) and self.learning_rate > limit

    def _is_below(self, limit: float) -> bool:
        return not isinstance(self.learning_rate, str) and self.learning_rate < limit


@dataclass(frozen=True)
class Finding:
    """Something to notice about a run; what it is, says its class.

    Attributes
    ----------
    remedies : tuple of mapping
        Settings by name and what they should become, best first; maybe none.
    """

    remedies: tuple[Remedy, ...]


@dataclass(frozen=True)
class Diverged(Finding):
    """J is higher than at the start, and stays so.

    Attributes
    ----------
    cost_at_start, cost : float
        J at θ = 0, and the newest, which may be infinite or nan.
    iteration : int
        Of the newest.
    steps : Steps, optional
        None for an optimiser that has no α.
    """

    cost_at_start: float
    cost: float
    iteration: int
    steps: Steps | None


@dataclass(frozen=True)
class Oscillating(Finding):
    """J goes up and down, since the steps are too long.

    Attributes
    ----------
    rises, of : int
        How many of the newest steps raised J, of how many.
    least, most : float
        J at its lowest and highest within them.
    steps : Steps, optional
        None for an optimiser that has no α.
    """

    rises: int
    of: int
    least: float
    most: float
    steps: Steps | None


@dataclass(frozen=True)
class Noisy(Finding):
    """J goes up and down, since each batch is another sample.

    Attributes
    ----------
    rises, of, least, most
        See `Oscillating`.
    batch_size : int
        Examples in a batch.
    """

    rises: int
    of: int
    least: float
    most: float
    batch_size: int


@dataclass(frozen=True)
class NoMinimum(Finding):
    """At λ = 0, J falls for ever while θ grows.

    Attributes
    ----------
    separated : bool
        Whether all training examples are on the right side; else a pixel is inked on one
        side only.
    cost : float
        J now.
    earlier_size, size : float
        ‖θ‖ halfway through the run, and now.
    """

    separated: bool
    cost: float
    earlier_size: float
    size: float


@dataclass(frozen=True)
class Overfitting(Finding):
    """The held-out cost rises while the training cost falls.

    Attributes
    ----------
    least, now : float
        Held-out cost at its lowest, and the newest.
    iteration : int
        Of its lowest.
    """

    least: float
    now: float
    iteration: int


@dataclass(frozen=True)
class Stalled(Finding):
    """The optimiser could not lower J any further, short of the tolerance.

    Attributes
    ----------
    gradient_norm, tolerance : float
        Largest entry of ∇J, and what was asked for.
    """

    gradient_norm: float
    tolerance: float


@dataclass(frozen=True)
class Crawling(Finding):
    """J falls little by little, since the steps are short.

    Attributes
    ----------
    fell : float
        The fraction of J that was lost over the newest iterations.
    iterations : int
        How many of them.
    steps : Steps
        How long they are, and could be.
    """

    fell: float
    iterations: int
    steps: Steps


@dataclass(frozen=True)
class NotThereYet(Finding):
    """The run has ended while J was still falling.

    Attributes
    ----------
    fell, iterations
        See `Crawling`.
    """

    fell: float
    iterations: int


#: What `diagnose` finds: a `match` over it can be checked to leave nothing out.
AnyFinding = (
    Diverged | Oscillating | Noisy | NoMinimum | Overfitting | Stalled | Crawling | NotThereYet
)


def diagnose(
    history: History,
    config: TrainConfig,
    reason: StopReason | None,
    *,
    curvature: float | None = None,
    lost_cost: float | None = None,
) -> tuple[AnyFinding, ...]:
    """Say what a person should notice about a run, most important first.

    Parameters
    ----------
    history : History
        Of any length, 0 included.
    config : TrainConfig
        Of the run.
    reason : StopReason or None
        Why it ended; None while it goes on.
    curvature : float, optional
        L of the run's objective, with which an α is explained; see `Recorder.curvature`.
    lost_cost : float, optional
        J of the step by which it diverged, see `Recorder.lost_cost`.

    Returns
    -------
    tuple of Finding
        None at all for a run that does well.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> zeros_and_ones = load_bundled().only(0, 1)
    >>> result = fit(zeros_and_ones, TrainConfig(lam=0))
    >>> [finding] = diagnose(result.history, result.model.config, result.reason)
    >>> type(finding).__name__, finding.remedies[0]
    ('NoMinimum', {'lam': 0.1})
    >>> better = fit(zeros_and_ones, TrainConfig(lam=0.1))
    >>> diagnose(better.history, better.model.config, better.reason)
    ()
    """
    if not len(history):
        return ()
    steps = _steps(config, curvature)
    unsteady = _diverged(history, config, reason, steps, lost_cost) or _swinging(
        history, config, steps
    )
    if unsteady is not None:  # nothing else can be read from such a run
        return (unsteady,)
    found = (
        _no_minimum(history, config, reason),
        # Whoever learns by heart need not get any further.
        _overfitting(history, config)
        or _stalled(history, config, reason)
        or _slow(history, config, reason, steps),
    )
    return tuple(finding for finding in found if finding is not None)


def ended_unsteady(history: History, config: TrainConfig) -> bool:
    """Whether a run ended while J swung, by its steps or its batches: its last numbers are chance.

    Parameters
    ----------
    history : History
        Of any length, 0 included.
    config : TrainConfig
        Of the run.

    Returns
    -------
    bool
        True where `diagnose` finds swings or noise in it.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> long = TrainConfig("gradient-descent", learning_rate=20)
    >>> ended_unsteady(fit(load_bundled().only(0, 1), long).history, long)
    True
    """
    if not len(history):
        return False
    return _swinging(history, config, None) is not None


def _steps(config: TrainConfig, curvature: float | None) -> Steps | None:
    row = OPTIMIZERS[config.optimizer]
    if "learning_rate" not in row.settings:
        return None
    if row.longest_step is None:
        return Steps(config.learning_rate, automatic=row.usual_rate)
    if curvature is None:
        return Steps(config.learning_rate)
    momentum = config.momentum if "momentum" in row.settings else 0.0
    return Steps(
        config.learning_rate,
        curvature,
        automatic=1.0 / curvature,
        longest=row.longest_step.times(momentum) / curvature,
        formula=row.longest_step.formula,
    )


def _diverged(
    history: History,
    config: TrainConfig,
    reason: StopReason | None,
    steps: Steps | None,
    lost_cost: float | None,
) -> Diverged | None:
    cost, start, iteration = history.cost, float(history.cost[0]), int(history.iteration[-1])
    remedies = _calmer(config, steps)
    if reason is StopReason.DIVERGED:
        reached = float(cost[-1]) if lost_cost is None else lost_cost
        return Diverged(remedies, start, reached, iteration + 1, steps)
    if len(cost) > _LOST_STEPS and cost[-_LOST_STEPS:].min() > start:
        return Diverged(remedies, start, float(cost[-1]), iteration, steps)
    return None


def _swinging(
    history: History, config: TrainConfig, steps: Steps | None
) -> Oscillating | Noisy | None:
    settled = history.cost[_SETTLING_STEPS:]
    if len(settled) <= _SWING_STEPS // 2:
        return None
    recent = settled[-_SWING_STEPS - 1 :]
    if settled[-1] > _FAR_ABOVE_LEAST * settled.min():
        recent = settled[settled.argmin() :]
    changes = np.diff(recent)
    rises = int(np.count_nonzero(changes > 0))
    climbed = float(changes[changes > 0].sum())
    if rises < _FEWEST_RISES or climbed < _SWINGS * recent.mean():
        return None
    least, most = float(recent.min()), float(recent.max())
    by_batches = "batch_size" in OPTIMIZERS[config.optimizer].settings
    if by_batches and not (steps is not None and steps.are_too_long):
        return Noisy(_less_noise(config), rises, len(changes), least, most, config.batch_size)
    return Oscillating(_calmer(config, steps), rises, len(changes), least, most, steps)


def _calmer(config: TrainConfig, steps: Steps | None) -> tuple[Remedy, ...]:
    """Settings under which J comes down and stays down."""
    uses = OPTIMIZERS[config.optimizer].settings
    remedies: list[Remedy] = []
    if steps is not None and steps.are_longer_than_automatic:
        remedies.append({"learning_rate": AUTO})
    if "momentum" in uses and config.momentum > _USUAL_MOMENTUM:
        remedies.append({"momentum": _USUAL_MOMENTUM})
    if not remedies and "schedule" in uses and config.schedule == "constant":
        remedies.append({"schedule": "1/t"})
    return (*remedies, *_by_quasi_newton(config))


def _less_noise(config: TrainConfig) -> tuple[Remedy, ...]:
    larger: Remedy = {"batch_size": _LARGER_BATCH * config.batch_size}
    if config.schedule != "constant":
        return (larger,)
    return ({"schedule": "1/t"}, larger)


def _by_quasi_newton(config: TrainConfig) -> tuple[Remedy, ...]:
    first_order = "learning_rate" in OPTIMIZERS[config.optimizer].settings
    return ({"optimizer": _QUASI_NEWTON},) if first_order else ()


def _no_minimum(
    history: History, config: TrainConfig, reason: StopReason | None
) -> NoMinimum | None:
    if config.lam > 0:
        return None
    # Of several classes that are learnt one against the rest, each may make mistakes
    # though the largest z is always the right one.
    one_problem = history.theta.ndim == 2 or config.multiclass == "softmax"
    separates_by_now = reason is None and one_problem and history.accuracy[-1] == 1
    separated = reason is StopReason.SEPARATED or bool(separates_by_now)
    if not (separated or reason is StopReason.ENDLESS):
        return None
    return NoMinimum(
        ({"lam": _SOME_PENALTY},),
        separated,
        float(history.cost[-1]),
        float(np.linalg.norm(history.theta[len(history.theta) // 2])),
        float(np.linalg.norm(history.theta[-1])),
    )


def _overfitting(history: History, config: TrainConfig) -> Overfitting | None:
    held_out = history.held_out_cost
    if not np.isfinite(held_out).all():
        return None
    best = int(held_out.argmin())
    # The lowest of the last tenth: a single step may be a bad one by chance.
    by_now = float(held_out[-max(1, len(held_out) // 10) :].min())
    clearly = max(_OVERFITTING_RATIO * held_out[best], held_out[best] + _OVERFITTING_COST)
    learns_by_heart = history.training_cost[-1] < history.training_cost[best]
    if by_now <= clearly or not learns_by_heart:
        return None
    iteration = int(history.iteration[best])
    remedies: list[Remedy] = []
    if config.lam < RANGES["lam"].high:
        remedies.append({"lam": _more_penalty(config)})
    if _would_pass_through(history, config):
        remedies.append({"max_iterations": iteration})
    return Overfitting(tuple(remedies), float(held_out[best]), float(held_out[-1]), iteration)


def _more_penalty(config: TrainConfig) -> float:
    more = _MORE_PENALTY * config.lam or _SOME_PENALTY
    return min(float(f"{more:.6g}"), RANGES["lam"].high)


def _would_pass_through(history: History, config: TrainConfig) -> bool:
    """Whether a run with fewer iterations at most goes the same way, only less far."""
    classes = history.theta.shape[1] if history.theta.ndim > 2 else 2
    one_by_one = config.learns_class_after_class(classes)
    paced = "schedule" in OPTIMIZERS[config.optimizer].settings and config.schedule == "cosine"
    return not (one_by_one or paced)


def _stalled(history: History, config: TrainConfig, reason: StopReason | None) -> Stalled | None:
    if reason is not StopReason.STALLED:
        return None
    norm = float(history.gradient_norm[-1])
    # Several classes may have stalled one after another, and the last one least of all.
    reached = max(norm, 10 * config.tolerance, np.finfo(np.float64).eps)
    looser = float(f"1e{math.ceil(math.log10(reached))}")
    remedies = ({"tolerance": looser},) if looser in RANGES["tolerance"] else ()
    return Stalled(remedies, norm, config.tolerance)


def _slow(
    history: History, config: TrainConfig, reason: StopReason | None, steps: Steps | None
) -> Crawling | NotThereYet | None:
    """J falls still, though the run has ended or goes on with short steps."""
    done = int(history.iteration[-1])
    spent = reason in {StopReason.ITERATIONS, StopReason.TIME}
    short = steps is not None and steps.are_short and done >= _SHORT_FROM_STEP
    if not (spent or (reason is None and short)):
        return None
    before = len(history) - 1 - len(history) // 10
    # Of the lowest so far, so that a swing is taken for no fall.
    fell = 1.0 - float(history.cost.min() / history.cost[: before + 1].min())
    if before < 1 or fell < (_HARDLY_FALLING if short else _STILL_FALLING):
        return None
    iterations = done - int(history.iteration[before])
    if steps is not None and short:
        return Crawling(({"learning_rate": AUTO},), fell, iterations, steps)
    return NotThereYet(_further(config, reason, steps), fell, iterations)


def _further(
    config: TrainConfig, reason: StopReason | None, steps: Steps | None
) -> tuple[Remedy, ...]:
    """What gets a run nearer to the least J."""
    remedies: list[Remedy] = []
    most = int(RANGES["max_iterations"].high)
    if steps is not None and steps.are_shorter_than_automatic:
        remedies.append({"learning_rate": AUTO})
    elif reason is StopReason.ITERATIONS and config.max_iterations < most:
        more = min(_MORE_ITERATIONS * config.max_iterations, most)
        remedies.append({"max_iterations": more})
    return (*remedies, *_by_quasi_newton(config))
