"""The cost J, its gradient and its Hessian: one convention, owned here.

For one class against the rest, with h = σ(Xθ)::

    J(θ)    = (1/m) Σ [ −y log h − (1−y) log(1−h) ] + (λ/2m) Σ_{j≥1} θ_j²
    ∇J(θ)   = (1/m) Xᵀ(h − y) + (λ/m) θ,             without the penalty at j = 0
    ∇²J(θ)v = (1/m) Xᵀ(h(1−h) · Xv) + (λ/m) v,       without the penalty at j = 0

The bias θ_0 is never penalised. λ/2m matches the course's exercise and
scikit-learn at C = 1/λ. Several classes, one against the rest each, are learnt
together: their costs add up, and since no class sees another's θ, the sum is
smallest where each of them is.

Sources: Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*
(2nd ed.), section 4.4.1; the programming exercises 2 and 3 of the Stanford
machine-learning course.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from logreg_core.errors import ConfigError, DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


def cost_and_gradient(
    theta: ArrayLike, X: ArrayLike, y: ArrayLike, lam: float
) -> tuple[float, FloatArray]:
    """J(θ) of regularised logistic regression and its gradient.

    Parameters
    ----------
    theta : (n,) array_like
        Parameters, the bias first.
    X : (m, n) array_like
        Design matrix whose first column is the bias (ones).
    y : (m,) array_like
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
    objective = Objective.from_labels(X, y, lam)
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
    return np.logaddexp(0.0, (1.0 - 2.0 * targets) * margins)


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
    X : (m, n) ndarray of float64
        Design matrix, bias first.
    targets : (m, k) ndarray of float64
        1 where the example is of the class, else 0.
    lam : float
        λ ≥ 0.

    Attributes
    ----------
    passes : int
        How often the whole of X has been gone through (an evaluation or a
        Hessian product is one pass).
    """

    def __init__(self, X: FloatArray, targets: FloatArray, lam: float) -> None:
        self.X = X
        self.targets = targets
        self.lam = lam
        self.passes = 0
        self._last: Evaluation | None = None

    @classmethod
    def from_labels(cls, X: ArrayLike, y: ArrayLike, lam: float) -> Objective:
        """Check what a caller outside the package hands in; see `cost_and_gradient`."""
        X = np.asarray(X, dtype=np.float64)
        y = np.asarray(y, dtype=np.float64)
        if X.ndim != 2 or len(X) == 0:
            raise DataError(f"X must be a matrix with at least one row, not of shape {X.shape}.")
        if y.shape != (len(X),):
            raise DataError(f"y must hold one label for each of the {len(X)} rows of X.")
        if not np.isfinite(X).all():
            raise DataError("X must hold finite numbers only.")
        if not np.isin(y, (0.0, 1.0)).all():
            raise DataError("y must hold nothing but 0 and 1.")
        if not (np.isfinite(lam) and lam >= 0):
            raise ConfigError(f"λ must be a finite number of at least 0, not {lam}.")
        return cls(X, y[:, None], lam)

    @property
    def classes(self) -> int:
        """How many θ there are, k."""
        return self.targets.shape[1]

    @property
    def size(self) -> int:
        """How many numbers the optimiser sees, k·n."""
        return self.classes * self.X.shape[1]

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
        """J and ∇J at a flat θ, as ``scipy.optimize.minimize(jac=True)`` wants them."""
        at = self.evaluate(theta)
        return at.cost, at.gradient.copy()

    def evaluate(self, theta: FloatArray) -> Evaluation:
        """Everything at θ; free when θ is where the last evaluation was."""
        if self._last is not None and np.array_equal(theta, self._last.theta):
            return self._last
        self.passes += 1
        m = len(self.X)
        stacked = theta.reshape(self.classes, -1)  # (k, n)
        margins = self.X @ stacked.T  # (m, k)
        errors = expit(margins) - self.targets  # (m, k)
        gradient = errors.T @ self.X  # (k, n)
        gradient += self.lam * _without_bias(stacked)
        penalty = self.lam / (2 * m) * float(np.square(stacked[:, 1:]).sum())
        cost = float(log_loss(margins, self.targets).sum()) / m + penalty
        self._last = Evaluation(theta.copy(), margins, cost, penalty, gradient.ravel() / m)
        return self._last

    def hessian_product(self, theta: FloatArray, v: FloatArray) -> FloatArray:
        """∇²J(θ)·v at a flat θ, for a flat v; both (k·n,)."""
        h = expit(self.evaluate(theta).margins)  # (m, k)
        self.passes += 1
        direction = v.reshape(self.classes, -1)  # (k, n)
        curved = h * (1.0 - h) * (self.X @ direction.T)  # (m, k)
        product = curved.T @ self.X + self.lam * _without_bias(direction)  # (k, n)
        flat: FloatArray = product.ravel() / len(self.X)
        return flat


def _without_bias(stacked: FloatArray) -> FloatArray:
    """The same rows with a 0 where the bias was: what the penalty sees."""
    free = stacked.copy()
    free[:, 0] = 0.0
    return free
