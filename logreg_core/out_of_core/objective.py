"""J and its gradient on a dask array: each chunk of rows is worked on where it lies.

J is a sum over the examples, so it is a sum over chunks of them::

    m J(θ) = Σ_chunks m_c J_c(θ) at λ = 0, + (λ/2) Σ_{j≥1} θ_j²

What is summed is what `Objective` says of each chunk: this file knows no formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import dask.array as da
import numpy as np

from logreg_core.errors import DataError
from logreg_core.objective import Evaluation, Objective, checked_lam, numbers, penalty, without_bias
from logreg_core.out_of_core.computing import computed
from logreg_core.separation import extremes, is_one_sided

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


#: Rows of sums that are added up by one task: with dask's own 4, every third task would do that.
_TOGETHER: Final = 16


@dataclass(frozen=True)
class ChunkedEvaluation(Evaluation):
    """What is known at one θ; `margins` has no rows, since those of the examples stay put.

    Attributes
    ----------
    accuracy : float
        Fraction of the examples on the right side, 0 to 1.
    mistakes : (k,) ndarray of int64
        See `Objective.mistakes`.
    """

    accuracy: float
    mistakes: NDArray[np.int64]


class ChunkedObjective(Objective):
    """J of k ≥ 1 classes on rows that are in many chunks, on many machines.

    An evaluation is one graph and one round trip: θ goes to the chunks as an argument of their
    tasks, and a row of sums for each comes back, added up on the way. Nothing else is moved.

    Parameters
    ----------
    X : (m, n) dask array of float64 or float32
        Design matrix, bias first, in chunks of whole rows. Persisted, the chunks stay on the
        workers; else they are made anew at each evaluation.
    targets : (m, k) dask array of float64
        1 where the example is of the class, else 0; in chunks of the same rows.
    lam : float
        λ ≥ 0.
    kind : type
        Whose J: `Objective`, or `SoftmaxObjective`.
    """

    X: Any  # dask's arrays have no types
    targets: Any

    def __init__(
        self, X: da.Array, targets: da.Array, lam: float, kind: type[Objective] = Objective
    ) -> None:
        super().__init__(X, targets, lam)
        self.kind = kind
        self.steepest = kind.steepest

    @classmethod
    def from_labels(cls, X: Any, y: Any, lam: float) -> ChunkedObjective:  # noqa: ANN401 - dask has no types
        """Check what a caller outside the package hands in; see `cost_and_gradient`.

        What the chunks hold is checked as they are first gone through, by the same rules.

        Raises
        ------
        DataError
            If X is no matrix of dask with rows whose number it knows, or y does not fit it.
        ConfigError
            If λ is negative or not finite.
        """
        if not isinstance(X, da.Array):
            raise DataError(f"X must be an array of dask or NumPy, not a {type(X).__name__}.")
        if X.ndim != 2 or 0 in X.shape:
            raise DataError(
                f"X must be a matrix with at least one row and one column, not of shape {X.shape}."
            )
        if np.isnan(X.shape).any():
            raise DataError("X must know its number of rows: call X.compute_chunk_sizes() first.")
        y = _labels(y)
        if y.shape != X.shape[:1]:
            raise DataError(f"y must hold one label for each of the {len(X)} rows of X.")
        rows = tuple(rows for rows in X.chunks[0] if rows)  # a chunk may be empty, X may not
        X = X.rechunk((rows, -1))
        targets = da.map_blocks(
            _checked_targets,
            X,
            y.rechunk((rows,))[:, None],
            chunks=(rows, (1,)),
            dtype=np.float64,
            meta=np.empty((0, 0)),
        )
        return cls(X, targets, checked_lam(lam))

    def of_class(self, index: int) -> ChunkedObjective:
        """The problem of one class alone, on the same X."""
        return ChunkedObjective(self.X, self.targets[:, index : index + 1], self.lam, self.kind)

    def hessian_product(self, theta: FloatArray, v: FloatArray) -> FloatArray:
        """∇²J(θ)·v at a flat θ, for a flat v; both (k·n,)."""
        self._count(self.examples)
        total = self._summed(_curvature_along, self.size, self._beat, theta=theta, v=v)
        along = without_bias(v.reshape(self.classes, -1)).ravel()
        return (total + self.lam * along) / self.examples

    def gram(self) -> FloatArray:
        """XᵀX, (n, n)."""
        n = self.X.shape[1]
        return self._summed(_gram, n * n, self._beat).reshape(n, n)

    def accuracy(self, at: Evaluation) -> float:
        """Fraction of the examples that are on the right side there, 0 to 1."""
        return _own(at).accuracy

    def separates_at(self, at: Evaluation) -> bool:
        """Whether some class is told from the others there without a single mistake."""
        return bool((_own(at).mistakes == 0).any())

    def has_one_sided_pixel(self) -> bool:
        """Whether a pixel alone keeps J from having a minimum at λ = 0."""
        n = self.X.shape[1]
        sides = max(2, self.classes)
        least = self._chunk_by_chunk(_least_of_chunk, 2 * sides * n)
        least_of_all = computed(least.min(axis=0, split_every=_TOGETHER))
        lowest, highest_turned = least_of_all.reshape(2, sides, n)
        return is_one_sided(lowest, -highest_turned)

    def _exact_evaluation(self, theta: FloatArray, *, beating: bool) -> Evaluation:
        if beating:
            self._beat()
        counts = 1 if self.kind is not Objective else self.classes
        width = 2 + counts + self.size
        beat = self._beat if beating else None
        loss, right, *others = self._summed(_sums_of_chunk, width, beat, theta=theta)
        mistakes, gradient = np.split(np.array(others), [counts])
        stacked = theta.reshape(self.classes, -1)  # (k, n)
        m = self.examples
        paid = float(penalty(stacked, self.lam, m))
        return ChunkedEvaluation(
            theta=theta.copy(),
            margins=np.empty((0, self.classes)),
            cost=float(loss) / m + paid,
            penalty=paid,
            gradient=(gradient + self.lam * without_bias(stacked).ravel()) / m,
            accuracy=float(right) / m,
            mistakes=mistakes.astype(np.int64),
        )

    def _summed(
        self,
        of_chunk: Callable[..., FloatArray],
        width: int,
        beat: Callable[[], object] | None,
        **arguments: FloatArray,
    ) -> FloatArray:
        """What the chunks have to say, added up, (width,)."""
        rows = self._chunk_by_chunk(of_chunk, width, **arguments)
        total: FloatArray = computed(rows.sum(axis=0, split_every=_TOGETHER), beat)
        return total

    def _chunk_by_chunk(
        self, of_chunk: Callable[..., FloatArray], width: int, **arguments: FloatArray
    ) -> Any:  # noqa: ANN401 - dask has no types
        """A row of numbers for each chunk, (chunks, width), to be computed."""
        return da.map_blocks(
            _row,
            self.X,
            self.targets,
            kind=self.kind,
            of_chunk=of_chunk,
            **arguments,
            chunks=((1,) * self.X.numblocks[0], (width,)),
            dtype=np.float64,
            meta=np.empty((0, 0)),
        )


def _labels(y: Any) -> da.Array:  # noqa: ANN401 - dask has no types
    """Labels as an array of dask that knows its length."""
    if not isinstance(y, da.Array):
        return da.from_array(numbers("y", y), chunks=-1)
    if np.isnan(y.shape).any():
        raise DataError("y must know its number of labels: call y.compute_chunk_sizes() first.")
    return y


def _own(at: Evaluation) -> ChunkedEvaluation:
    if not isinstance(at, ChunkedEvaluation):
        raise TypeError("This evaluation is of examples in memory.")
    return at


def _checked_targets(X: ArrayLike, y: NDArray[Any]) -> FloatArray:
    """The labels of a chunk as targets, (rows, 1)."""
    return Objective.from_labels(X, y[:, 0], 0.0).targets


def _row(
    X: NDArray[np.floating[Any]],
    targets: FloatArray,
    *,
    kind: type[Objective],
    of_chunk: Callable[..., FloatArray],
    **arguments: FloatArray,
) -> FloatArray:
    """What a chunk has to say, (1, width)."""
    # An array that was scattered to the workers may start at any byte; a product on it would
    # take 6 to 18 times as long as one on its copy.
    aligned = np.require(X, requirements="A")
    # A run that overflows ends as diverged, by its cost; the warning says nothing more.
    with np.errstate(over="ignore", invalid="ignore"):
        return of_chunk(kind(aligned, targets, 0.0), **arguments)[None]


def _sums_of_chunk(chunk: Objective, theta: FloatArray) -> FloatArray:
    """Costs, examples on the right side, mistakes and gradient, all summed over the rows."""
    m = chunk.examples
    at = chunk.evaluate(theta)
    mistakes = chunk.mistakes(at.margins, chunk.targets)
    return np.concatenate([[m * at.cost, m * chunk.accuracy(at)], mistakes, m * at.gradient])


def _curvature_along(chunk: Objective, theta: FloatArray, v: FloatArray) -> FloatArray:
    return chunk.examples * chunk.hessian_product(theta, v)


def _gram(chunk: Objective) -> FloatArray:
    return chunk.gram().ravel()


def _least_of_chunk(chunk: Objective) -> FloatArray:
    """Least entries of each column, and the largest with their sign turned: the least of −X."""
    lowest, highest = extremes(chunk.X, chunk.targets)
    return np.concatenate([lowest, -highest]).ravel()
