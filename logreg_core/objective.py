"""The cost J, its gradient and its Hessian: one convention, owned here.

For one class against the rest, with h = σ(Xθ)::

    J(θ)    = (1/m) Σ [ −y log h − (1−y) log(1−h) ] + (λ/2m) Σ_{j≥1} θ_j²
    ∇J(θ)   = (1/m) Xᵀ(h − y) + (λ/m) θ,             without the penalty at j = 0
    ∇²J(θ)v = (1/m) Xᵀ(h(1−h) · Xv) + (λ/m) v,       without the penalty at j = 0

The bias θ_0 is never penalised. λ/2m matches the course's exercise and
scikit-learn at C = 1/λ. Several classes, one against the rest each, are learnt
together: their costs add up, and since no class sees another's θ, the sum is
smallest where each of them is.

For softmax, all classes share one probability: with p = softmax(XΘᵀ), row by row,
and Y the classes as columns of 0 and 1::

    J(Θ)  = −(1/m) Σ_i log p_{i, y_i} + (λ/2m) Σ_k Σ_{j≥1} θ_{kj}²
    ∇J(Θ) = (1/m) (p − Y)ᵀX + (λ/m) Θ,              without the penalty at j = 0

Sources: Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*
(2nd ed.), section 4.4.1; Bishop, *Pattern Recognition and Machine Learning*,
section 4.3.4; the programming exercises 2 and 3 of the Stanford machine-learning
course.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit, logsumexp, softmax

from logreg_core.errors import ConfigError, DataError
from logreg_core.separation import has_one_sided_pixel
from logreg_core.yardstick import accuracy

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


#: Rows that are gone through at once. 800 kB of them stay in the processor's cache between
#: z = Xθ and Xᵀ(h − y), so that all of X is read from memory once and not twice.
_BLOCK: Final = 256

#: The same for float32, where Python's share of a pass would be felt with less.
_ROUGH_BLOCK: Final = 4096

#: Rows between two heartbeats, some milliseconds apart.
_ROWS_A_BEAT: Final = 16_384

#: Rows whose products are summed up at once; of float32 rows, this many become float64.
_GRAM_BLOCK: Final = 8192


def cost_and_gradient(
    theta: ArrayLike, X: ArrayLike, y: ArrayLike, lam: float
) -> tuple[float, FloatArray]:
    """J(θ) of regularised logistic regression and its gradient.

    Parameters
    ----------
    theta : (n,) array_like
        Parameters, the bias first.
    X : (m, n) array_like or dask array
        Design matrix whose first column is the bias (ones). Of a dask array, each chunk of
        rows is worked on where it is, and X may outgrow the memory of this machine.
    y : (m,) array_like or dask array
        Labels, 0 or 1.
    lam : float
        Strength λ ≥ 0 of the penalty. The bias is never penalised.

    Returns
    -------
    cost : float
        J(θ), finite however saturated: for all θ whose squares add up to a float.
    gradient : (n,) ndarray of float64
        ∇J(θ).

    Raises
    ------
    ConfigError
        If θ does not fit X or λ is negative or not finite.
    DataError
        If X is no matrix, has no rows, or y does not fit it or is not 0 and 1.

    Examples
    --------
    At θ = 0 every example costs log 2, whatever it shows.

    >>> cost, gradient = cost_and_gradient([0, 0], [[1, -1], [1, 3]], [0, 1], lam=1)
    >>> round(cost, 6)
    0.693147
    >>> gradient
    array([ 0., -1.])
    """
    objective = _kind_for(X).from_labels(X, y, lam)
    return objective.cost_and_gradient(objective.checked(theta))


def log_loss(margins: FloatArray, targets: FloatArray) -> FloatArray:
    """−log h where the target is 1, −log(1−h) where it is 0, for h = σ(margins).

    log(1 + e^{−z}) keeps its digits where log σ(z) has none left: 1 − h is
    exactly 0 from z = 37 on, and the naive logarithm infinite.

    Parameters
    ----------
    margins : ndarray of float64
        z = Xθ, any shape.
    targets : ndarray of float64
        0 or 1, broadcastable to `margins`.

    Returns
    -------
    ndarray of float64
        The cost of each example, ≥ 0.

    Examples
    --------
    >>> log_loss(np.array([0.0, 40.0]), np.array([1.0, 0.0]))
    array([ 0.69314718, 40.        ])
    """
    against = (1.0 - 2.0 * targets) * margins
    return _log_1_plus_exp(against, np.exp(-np.abs(against)))


def _log_1_plus_exp(z: FloatArray, e: FloatArray) -> FloatArray:
    """log(1 + e^z), given e = e^{−|z|}: as np.logaddexp has it, in a third of its time."""
    losses: FloatArray = np.maximum(z, 0.0) + np.log1p(e)
    return losses


def penalty(stacked: FloatArray, lam: float, examples: int) -> FloatArray:
    """(λ/2m) Σ_{j≥1} θ_j², the part of J that no example has a say in.

    Parameters
    ----------
    stacked : (..., k, n) ndarray of float64
        θ of each class, the bias first, which is left out; one such θ or several.
    lam : float
        λ ≥ 0.
    examples : int
        m.

    Returns
    -------
    (...) ndarray of float64
    """
    if lam == 0:  # also where the squares are too large for a float
        return np.zeros(stacked.shape[:-2])
    squares: FloatArray = np.square(stacked[..., 1:]).sum(axis=(-2, -1))
    return lam / (2 * examples) * squares


def largest_entry(gradient: FloatArray) -> float:
    """By size; nan where any entry is."""
    return float(np.abs(gradient).max())


@dataclass(frozen=True)
class Evaluation:
    """What is known at one θ, so that nothing is computed twice.

    Attributes
    ----------
    theta : (k·n,) ndarray of float64
        Where.
    margins : (m, k) ndarray of float64
        z = XΘᵀ.
    cost, penalty : float
        J, and the part of it that is the penalty.
    gradient : (k·n,) ndarray of float64
        ∇J.
    """

    theta: FloatArray
    margins: FloatArray
    cost: float
    penalty: float
    gradient: FloatArray


class Objective:
    """J of k ≥ 1 one-against-the-rest problems on one design matrix.

    Optimisers see θ flat, (k·n,), class after class; for two digits k = 1.

    Parameters
    ----------
    X : (m, n) ndarray of float64 or float32
        Design matrix, bias first.
    targets : (m, k) ndarray of float64
        1 where the example is of the class, else 0.
    lam : float
        λ ≥ 0.
    """

    #: Bound on the curvature of one example's cost along z: σ'(z) ≤ 1/4.
    steepest = 0.25

    def __init__(self, X: NDArray[np.floating[Any]], targets: FloatArray, lam: float) -> None:
        self.X = X
        self.targets = targets
        self.lam = lam
        #: Called again and again while an optimiser works on rows; may raise, to break that off.
        self.heartbeat: Callable[[], object] | None = None
        self._rows_seen = 0.0
        self._evaluations = 0
        self._last: Evaluation | None = None
        self._last_is_counted = False  # else it was only watched, and the work is to come

    @classmethod
    def from_labels(cls, X: ArrayLike, y: ArrayLike, lam: float) -> Objective:
        """Check what a caller outside the package hands in; see `cost_and_gradient`."""
        X, y = numbers("X", X), numbers("y", y)
        if X.ndim != 2 or X.size == 0:
            raise DataError(
                f"X must be a matrix with at least one row and one column, not of shape {X.shape}."
            )
        if y.shape != (len(X),):
            raise DataError(f"y must hold one label for each of the {len(X)} rows of X.")
        if not np.isfinite(X).all():
            raise DataError("X must hold finite numbers only.")
        if not np.isin(y, (0.0, 1.0)).all():
            raise DataError("y must hold nothing but 0 and 1.")
        return cls(X, y[:, None], checked_lam(lam))

    @property
    def examples(self) -> int:
        """How many rows X has, m."""
        return len(self.X)

    @property
    def classes(self) -> int:
        """How many θ there are, k."""
        return self.targets.shape[1]

    @property
    def size(self) -> int:
        """How many numbers the optimiser sees, k·n."""
        return self.classes * self.X.shape[1]

    @property
    def passes(self) -> float:
        """How often all examples have been gone through; a gradient or Hessian product is one."""
        return self._rows_seen / self.examples

    @property
    def evaluations(self) -> int:
        """How often J and its gradient were computed on all examples."""
        return self._evaluations

    def checked(self, theta: ArrayLike) -> FloatArray:
        """θ as float64, or a ConfigError that says which length was expected."""
        theta = np.asarray(theta, dtype=np.float64)
        if theta.shape != (self.size,):
            raise ConfigError(
                f"θ must have {self.size} entries, one for each column of X, "
                f"not shape {theta.shape}."
            )
        return theta

    def of_class(self, index: int) -> Objective:
        """The problem of one class alone, on the same X."""
        return Objective(self.X, self.targets[:, index : index + 1], self.lam)

    def cost_and_gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """J and ∇J at a flat θ, as ``scipy.optimize.minimize(jac=True)`` wants them.

        Raises
        ------
        ConfigError
            If θ has another length.
        """
        at = self.evaluate(self.checked(theta))
        return at.cost, at.gradient.copy()

    def known_at(self, theta: FloatArray) -> Evaluation | None:
        """The last evaluation, if it was at θ."""
        last = self._last
        return last if last is not None and np.array_equal(theta, last.theta) else None

    def evaluate(self, theta: FloatArray, *, counted: bool = True) -> Evaluation:
        """Everything at θ; free when θ is where the last evaluation was.

        Parameters
        ----------
        theta : (k·n,) ndarray of float64
            Flat.
        counted : bool
            False for whoever only watches: `passes` are the optimiser's.
        """
        last = self.known_at(theta)
        if counted and (last is None or not self._last_is_counted):
            self.count_evaluation()
        if last is not None:
            self._last_is_counted |= counted
            return last
        self._last_is_counted = counted
        self._last = self._exact_evaluation(theta, beating=counted)
        return self._last

    def _exact_evaluation(self, theta: FloatArray, *, beating: bool) -> Evaluation:
        return self._evaluated(theta, self.X, np.float64, beating=beating)

    def rough_evaluation(self, theta: FloatArray, rows: NDArray[np.float32]) -> Evaluation:
        """What `evaluate` says, by products in float32: less than half of the time.

        Parameters
        ----------
        theta : (k·n,) ndarray of float64
            Flat.
        rows : (m, n) ndarray of float32
            X.

        Returns
        -------
        Evaluation
            Right to about six digits of the largest summand.
        """
        self.count_evaluation()
        return self._evaluated(theta, rows, np.float32, beating=True)

    def _evaluated(
        self,
        theta: FloatArray,
        design_matrix: NDArray[np.floating[Any]],
        width: type[np.floating[Any]],
        *,
        beating: bool,
    ) -> Evaluation:
        """J and ∇J, by products in that width; all sums but those within a block in float64."""
        m, k = self.targets.shape
        block = _BLOCK if width is np.float64 else _ROUGH_BLOCK
        stacked = theta.reshape(k, -1)  # (k, n)
        columns = np.ascontiguousarray(stacked.T, dtype=width)  # (n, k)
        margins = np.empty((m, k))
        gradient = self.lam * without_bias(stacked)  # (k, n)
        loss = 0.0
        rows_of = _rows_in(width, design_matrix, block)
        for first in range(0, m, block):
            if beating and first % _ROWS_A_BEAT == 0:
                self._beat()
            rows = slice(first, first + block)
            X, targets = rows_of(rows), self.targets[rows]
            margins[rows] = X @ columns
            losses, errors = self._losses_and_errors(margins[rows], targets)
            gradient += errors.astype(width, copy=False).T @ X
            loss += losses
        paid = float(penalty(stacked, self.lam, m))
        return Evaluation(theta.copy(), margins, loss / m + paid, paid, gradient.ravel() / m)

    @staticmethod
    def _losses_and_errors(margins: FloatArray, targets: FloatArray) -> tuple[float, FloatArray]:
        """Sum of the costs, and h − y, (m, k), from one exponential for both.

        h − y is found as ±σ(±z), so that it keeps its digits where it is next to nothing.
        """
        signs = 1.0 - 2.0 * targets
        against = signs * margins
        e = np.exp(-np.abs(against))
        losses = float(_log_1_plus_exp(against, e).sum())
        return losses, signs * np.where(against > 0.0, 1.0, e) / (1.0 + e)

    @staticmethod
    def _errors(margins: FloatArray, targets: FloatArray) -> FloatArray:
        """The errors h − y, (m, k), where nobody asks for the costs."""
        errors: FloatArray = expit(margins) - targets
        return errors

    def batch_gradient(self, theta: FloatArray, rows: NDArray[np.int64]) -> FloatArray:
        """∇J of some examples only, at a flat θ; its mean over all batches is ∇J.

        Parameters
        ----------
        theta : (k·n,) ndarray of float64
            Flat.
        rows : (b,) ndarray of int
            Which examples, b ≥ 1.
        """
        self._count(len(rows))
        stacked = theta.reshape(self.classes, -1)  # (k, n)
        X = self.X[rows]  # (b, n)
        total = self._errors(X @ stacked.T, self.targets[rows]).T @ X  # (k, n)
        mean = total / len(rows) + self.lam / self.examples * without_bias(stacked)
        return mean.ravel()

    def count_evaluation(self) -> None:
        """Count an optimiser's own evaluation of J and ∇J on all examples."""
        self._evaluations += 1
        self._count(self.examples)

    def count_samples(self, passes: float) -> None:
        """Count an optimiser's work on rows that it has taken from X by itself."""
        self._count(passes * self.examples)

    def hessian_product(self, theta: FloatArray, v: FloatArray) -> FloatArray:
        """∇²J(θ)·v at a flat θ, for a flat v; both (k·n,)."""
        margins = self.evaluate(theta).margins  # (m, k)
        self._count(self.examples)
        direction = v.reshape(self.classes, -1)  # (k, n)
        curved = self._curved(margins, self.X @ direction.T)  # (m, k)
        product = curved.T @ self.X + self.lam * without_bias(direction)  # (k, n)
        return product.ravel() / self.examples

    def safe_learning_rate(self) -> float:
        """1/L, the largest α with which gradient descent never overshoots."""
        return 1.0 / self.curvature()

    def curvature(self) -> float:
        """L, which J curves by at most in any direction, at any θ.

        The largest eigenvalue of XᵀX/m, times the steepest that the cost of one
        example can curve, plus λ/m.
        """
        largest = float(np.linalg.eigvalsh(self.gram())[-1])
        return (self.steepest * largest + self.lam) / self.examples

    def gram(self) -> FloatArray:
        """XᵀX, (n, n)."""
        gram = np.zeros((self.X.shape[1], self.X.shape[1]))
        for first in range(0, self.examples, _GRAM_BLOCK):
            X = np.asarray(self.X[first : first + _GRAM_BLOCK], dtype=np.float64)
            gram += X.T @ X
        return gram

    def accuracy(self, at: Evaluation) -> float:
        """Fraction of the examples that are on the right side there, 0 to 1."""
        return accuracy(at.margins, self.targets)

    def separates_at(self, at: Evaluation) -> bool:
        """Whether some class is told from the others there without a single mistake."""
        return self.separates(at.margins, self.targets)

    def has_one_sided_pixel(self) -> bool:
        """Whether a pixel alone keeps J from having a minimum at λ = 0."""
        return has_one_sided_pixel(self.X, self.targets)

    def _count(self, rows: float) -> None:
        self._rows_seen += rows
        self._beat()

    def _beat(self) -> None:
        if self.heartbeat is not None:
            self.heartbeat()

    @staticmethod
    def losses(margins: FloatArray, targets: FloatArray) -> FloatArray:
        """The cost of each example, (..., m); takes what `total_loss` does."""
        return log_loss(margins, targets).sum(axis=-1)

    @staticmethod
    def total_loss(margins: FloatArray, targets: FloatArray) -> FloatArray:
        """Sum of the costs of the examples, without penalty.

        Parameters
        ----------
        margins : (..., m, k) ndarray of float64
            z, of one θ or of several.
        targets : (m, k) ndarray of float64
            1 where the example is of the class, else 0.

        Returns
        -------
        (...) ndarray of float64
        """
        return log_loss(margins, targets).sum(axis=(-2, -1))

    @classmethod
    def separates(cls, margins: FloatArray, targets: FloatArray) -> bool:
        """Whether some class is told from the others without a single mistake.

        Then, at λ = 0, J has no minimum: it falls for ever while ‖θ‖ grows.
        """
        return bool((cls.mistakes(margins, targets) == 0).any())

    @staticmethod
    def mistakes(margins: FloatArray, targets: FloatArray) -> NDArray[np.int64]:
        """How many examples are not strictly on the right side of each class, (k,)."""
        right_side = np.where(targets == 1, margins, -margins)  # (m, k)
        return (~(right_side > 0)).sum(axis=0)

    @staticmethod
    def _curved(margins: FloatArray, along: FloatArray) -> FloatArray:
        """The Hessian of the single costs with respect to z, times a direction in z."""
        h = expit(margins)  # (m, k)
        curved: FloatArray = h * (1.0 - h) * along
        return curved


class SoftmaxObjective(Objective):
    """J of softmax (multinomial) regression over k ≥ 3 classes.

    Takes and offers what `Objective` does.
    """

    #: The largest eigenvalue of diag(p) − ppᵀ is at most 1/2 (Böhning 1992).
    steepest = 0.5

    def of_class(self, index: int) -> Objective:
        """Refuse: the classes share one probability and are learnt together only."""
        raise ConfigError(
            f"Softmax has no problem of class {index} alone: take one-vs-all, or an optimiser "
            "that keeps no square matrix."
        )

    @staticmethod
    def losses(margins: FloatArray, targets: FloatArray) -> FloatArray:
        """−log p of the true class of each example; margins (..., m, k) → (..., m)."""
        own = (margins * targets).sum(axis=-1)
        return logsumexp(margins, axis=-1) - own

    @staticmethod
    def total_loss(margins: FloatArray, targets: FloatArray) -> FloatArray:
        """Sum of −log p of the true class; margins (..., m, k) → (...)."""
        return SoftmaxObjective.losses(margins, targets).sum(axis=-1)

    @staticmethod
    def mistakes(margins: FloatArray, targets: FloatArray) -> NDArray[np.int64]:
        """How many examples have another class whose z is as large as their own's, (1,)."""
        own = (margins * targets).sum(axis=1)
        others = np.where(targets == 1, -np.inf, margins).max(axis=1)
        return (~(own > others)).sum(keepdims=True)

    @staticmethod
    def _losses_and_errors(margins: FloatArray, targets: FloatArray) -> tuple[float, FloatArray]:
        losses = float(SoftmaxObjective.total_loss(margins, targets))
        return losses, SoftmaxObjective._errors(margins, targets)

    @staticmethod
    def _errors(margins: FloatArray, targets: FloatArray) -> FloatArray:
        errors: FloatArray = softmax(margins, axis=1) - targets
        return errors

    @staticmethod
    def _curved(margins: FloatArray, along: FloatArray) -> FloatArray:
        p = softmax(margins, axis=1)  # (m, k)
        curved: FloatArray = p * (along - (p * along).sum(axis=1, keepdims=True))
        return curved


def _kind_for(X: object) -> type[Objective]:
    """Whose J this X has; dask, which not everybody has, is asked for by its own arrays only."""
    if not hasattr(X, "__dask_graph__"):
        return Objective
    from logreg_core.out_of_core.objective import ChunkedObjective  # noqa: PLC0415 - imports dask

    return ChunkedObjective


def checked_lam(lam: float) -> float:
    """λ, or a ConfigError that says what is accepted."""
    if not (isinstance(lam, (int, float, np.number)) and np.isfinite(lam) and lam >= 0):
        raise ConfigError(f"λ must be a finite number of at least 0, not {lam}.")
    return lam


def numbers(name: str, given: ArrayLike) -> FloatArray:
    """An array of real numbers as float64, or a DataError that calls it by its name."""
    try:
        array = np.asarray(given)
        # NumPy would drop the imaginary part.
        real = None if np.iscomplexobj(array) else array.astype(np.float64, copy=False)
    except (TypeError, ValueError):
        real = None
    if real is None:
        raise DataError(f"{name} must hold real numbers only, in rows of one length.")
    return real


def _rows_in(
    width: type[np.floating[Any]], design_matrix: NDArray[np.floating[Any]], block: int
) -> Callable[[slice], NDArray[np.floating[Any]]]:
    """From a slice of at most `block` rows to those rows in that width, until the next call.

    Of another width, they are written over the last but one: to ask the system for new memory
    block by block takes three times as long as the products, in a process that gives it back each
    time, as dask's workers do; and over the last ones, a third more than over the last but one.
    """
    if design_matrix.dtype == width:
        return design_matrix.__getitem__
    buffers = cycle(np.empty((2, block, design_matrix.shape[1]), dtype=width))

    def overwritten(rows: slice) -> NDArray[np.floating[Any]]:
        narrow = design_matrix[rows]
        X = next(buffers)[: len(narrow)]
        X[:] = narrow
        return X

    return overwritten


def without_bias(stacked: FloatArray) -> FloatArray:
    """The same rows with a 0 where the bias was: what the penalty sees."""
    free = stacked.copy()
    free[:, 0] = 0.0
    return free
