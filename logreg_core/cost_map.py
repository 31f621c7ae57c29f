"""The cost around the paths of one or more runs, in the plane of their two main directions.

A path leads through 401 dimensions or ten times as many, but most of it lies in few. Its two
main directions are those of a principal component analysis of the θ snapshots (Lorch 2016,
*Visualizing deep network training trajectories with PCA*; Li et al. 2018, *Visualizing the
loss landscape of neural nets*, section 7). On the plane through their mean::

    θ(x, y) = θ̄ + x u + y v

the margins z = Xθ̄ + x Xu + y Xv cost three products with X for the whole map. So J is exact
at each of its points; what leads out of the plane is left out, and said in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.linalg import eigh

from logreg_core.objective import penalty
from logreg_core.training import objective_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.history import History
    from logreg_core.objective import Objective

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

#: Rows that a map of one θ takes; for k classes it is the k-th part. That keeps a map below
#: half a second. J on 5,000 rows is within a few percent of J on all, on 500 of ten classes
#: within a quarter at worst: a matter of its level rather than of its shape.
ROWS: Final = 5000

#: Grid points along each side.
SIDE: Final = 61

#: Snapshots of all paths together of which the plane is found, each path with its share. One
#: run has fewer; five runs with ten classes would take seconds with all of theirs.
_SNAPSHOTS: Final = 500

#: Where J is this many times as high as at θ = 0, a step is a leap: neither the plane nor
#: the edges of the map follow it, or all else would be a dot.
LEAP: Final = 10.0

#: Beyond the outermost step, this part of the way from end to end is on the map too.
_MARGIN: Final = 0.15

#: The map is at least this high beside its width. A path that is all but straight would else
#: be drawn as a wild curve, by a scale that shows its second direction a hundred times as long.
_LEAST_HEIGHT: Final = 0.5

#: A direction whose share of the movement is the square of this is rounding, not movement.
_NEXT_TO_NOTHING: Final = 1e-6

#: How far the map of a path that has not moved reaches: until z has changed by this much
#: (in the root mean square), which takes σ(z) from one half to almost 0 and almost 1.
_REACH: Final = 4.0

_SEED: Final = 0

#: Margins that are in memory at once: 2 MB of them stay in the cache.
_BLOCK: Final = 250_000


@dataclass(frozen=True)
class Plane:
    """A plane through the space of θ.

    Attributes
    ----------
    origin : (k·n,) ndarray of float64
        θ at x = y = 0, flat.
    directions : (2, k·n) ndarray of float64
        u and v, of length 1 and at right angles.
    explained : (2,) ndarray of float64
        Which fraction of the paths' variance each has, 0 to 1.
    """

    origin: FloatArray
    directions: FloatArray
    explained: FloatArray

    def places(self, thetas: FloatArray) -> FloatArray:
        """Where θ stand on the map, seen at right angles: (t, k·n) → (t, 2)."""
        places: FloatArray = (thetas - self.origin) @ self.directions.T
        return places

    def thetas(self, places: FloatArray) -> FloatArray:
        """The θ of places: (t, 2) → (t, k·n)."""
        thetas: FloatArray = self.origin + places @ self.directions
        return thetas


@dataclass(frozen=True)
class PathOnMap:
    """A run's path as the map shows it; one entry a snapshot of θ.

    Attributes
    ----------
    iteration : (t,) ndarray of int64
        Of each snapshot.
    x, y : (t,) ndarray of float64
        Where it stands.
    cost : (t,) ndarray of float64
        J of the run there: on all examples, and in or out of the plane. See `CostMap.under`.
    in_plane : float
        Fraction of the path's own variance that the plane shows, 0 to 1.
    """

    iteration: IntArray
    x: FloatArray
    y: FloatArray
    cost: FloatArray
    in_plane: float


@dataclass(frozen=True)
class Surface:
    """J over a plane.

    Attributes
    ----------
    plane : Plane
        Which.
    margins : (3, rows, k) ndarray of float64
        Xθ̄, Xu and Xv.
    targets : (rows, k) ndarray of float64
        1 where the example is of the class, else 0.
    total_loss : callable
        As an `Objective` has it.
    lam : float
        λ.
    examples : int
        m, of which the rows may be a sample. The penalty λ/2m is that of all.
    """

    plane: Plane
    margins: FloatArray
    targets: FloatArray
    total_loss: Callable[[FloatArray, FloatArray], FloatArray]
    lam: float
    examples: int

    def cost(self, places: FloatArray) -> FloatArray:
        """J at places of the plane, (p, 2) → (p,); inf or nan where it is beyond a float."""
        rows, k = self.targets.shape
        block = max(1, _BLOCK // (rows * k))
        costs = np.empty(len(places))
        for first in range(0, len(places), block):
            some = places[first : first + block]
            margins = self.margins[0] + np.tensordot(some, self.margins[1:], axes=1)  # (p, rows, k)
            thetas = self.plane.thetas(some).reshape(len(some), k, -1)
            costs[first : first + block] = self.total_loss(margins, self.targets) / rows + penalty(
                thetas, self.lam, self.examples
            )
        return costs


@dataclass(frozen=True, eq=False)
class CostMap:
    """J around some paths; equal to itself only.

    Attributes
    ----------
    x, y : (side,) ndarray of float64
        Places along the first and second main direction, ascending; in units of θ.
    cost : (side, side) ndarray of float64
        J, [row of y, column of x].
    paths : tuple of PathOnMap
        One a run, in their order.
    surface : Surface
        For J at any other place.
    """

    x: FloatArray
    y: FloatArray
    cost: FloatArray
    paths: tuple[PathOnMap, ...]
    surface: Surface

    @property
    def explained(self) -> FloatArray:
        """Which fraction of the paths' variance each direction has, (2,)."""
        return self.surface.plane.explained

    @property
    def rows(self) -> int:
        """Of how many examples J is taken; all, or a sample."""
        return len(self.surface.targets)

    @property
    def examples(self) -> int:
        """How many training examples there are, m."""
        return self.surface.examples

    def under(self, path: PathOnMap) -> FloatArray:
        """J of the map under a path, (t,): on the map's rows, at the θ in the plane."""
        return self.surface.cost(np.stack([path.x, path.y], axis=-1))

    def with_paths(self, histories: Sequence[History]) -> CostMap:
        """The same map with other paths on it: those of the same runs, some steps later."""
        plane = self.surface.plane
        return replace(self, paths=tuple(_on_map(history, plane) for history in histories))


def cost_map(
    dataset: Dataset,
    config: TrainConfig,
    histories: Sequence[History],
    *,
    rows: int = ROWS,
    side: int = SIDE,
) -> CostMap:
    """J in the plane of the two main directions of some runs' paths.

    Each run weighs the same, however many steps it took. Where the paths have no second
    direction, or none at all, that of the steepest descent at the end stands in, or the bias.
    The signs are such that θ = 0 stands on the lower left, so that a map that grows with its
    run does not flip.

    Parameters
    ----------
    dataset : Dataset
        The training examples, unprepared.
    config : TrainConfig
        How the runs were trained: preparation, λ, and how more than two classes are learnt.
        For a race these are the same for all.
    histories : sequence of History
        Of the runs, all on these data. One without steps has an empty path.
    rows : int
        Examples that one θ is measured on at most; k classes take the k-th part. Where there
        are more, a sample of them that has as much of each digit; the same at each call.
    side : int
        Grid points along each side, 2 or more.

    Returns
    -------
    CostMap

    Raises
    ------
    ConfigError
        If a θ does not fit the data.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> training, config = load_bundled().only(0, 1), TrainConfig(lam=1)
    >>> drawn = cost_map(training, config, [fit(training, config).history])
    >>> drawn.cost.shape, drawn.rows
    ((61, 61), 360)
    >>> bool(drawn.explained[0] > drawn.explained[1])
    True
    """
    classes = dataset.classes
    thetas = 1 if len(classes) == 2 else len(classes)
    sample = _sample(dataset.prepared(config.preparation), max(1, rows // thetas))
    # The penalty is λ/2m for all m examples, not for those in the sample.
    lam = config.lam * len(sample) / len(dataset)
    objective = objective_of(sample, replace(config, preparation="none", lam=lam), classes)
    walks = [_walk(history, objective) for history in histories]

    def downhill() -> FloatArray:
        return -objective.evaluate(min(walks, key=lambda walk: walk.lowest).end).gradient

    plane = _main_plane([walk.thetas for walk in walks], downhill)
    stacked = np.stack([plane.origin, *plane.directions]).reshape(3 * objective.classes, -1)
    margins = (objective.X @ stacked.T).reshape(len(sample), 3, -1).swapaxes(0, 1)
    surface = Surface(
        plane, margins, objective.targets, objective.total_loss, config.lam, len(dataset)
    )
    x, y = _axes(np.concatenate([plane.places(walk.thetas) for walk in walks]), margins[1], side)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    cost = surface.cost(grid).reshape(side, side)
    return CostMap(x, y, cost, (), surface).with_paths(histories)


@dataclass(frozen=True)
class _Walk:
    """The snapshots of a run that are no leap, (t, k·n) with t ≥ 1, and J at the last."""

    thetas: FloatArray
    lowest: float

    @property
    def end(self) -> FloatArray:
        end: FloatArray = self.thetas[-1]
        return end


def _walk(history: History, objective: Objective) -> _Walk:
    if not len(history):
        return _Walk(np.zeros((1, objective.size)), np.inf)  # where every run begins
    objective.checked(history.theta[0].ravel())
    costs = _snapshot_costs(history)
    near = costs <= LEAP * history.cost[0]  # not where J is nan either
    return _Walk(history.theta[near].reshape(-1, objective.size), costs[near][-1])


def _snapshot_costs(history: History) -> FloatArray:
    """J of the run at each snapshot of θ, (t,)."""
    costs: FloatArray = history.cost[np.searchsorted(history.iteration, history.theta_iteration)]
    return costs


def _sample(dataset: Dataset, rows: int) -> Dataset:
    """As many of the examples at most, with each digit's share of them; always the same."""
    m = len(dataset)
    if m <= rows:
        return dataset
    shuffled = np.random.default_rng(_SEED).permutation(m)
    by_digit = shuffled[np.argsort(dataset.labels[shuffled], kind="stable")]
    return dataset.take(np.sort(by_digit[np.linspace(0, m - 1, rows).round().astype(np.int64)]))


def _main_plane(paths: Sequence[FloatArray], downhill: Callable[[], FloatArray]) -> Plane:
    """The plane of the two largest principal components, each path of the same weight.

    Parameters
    ----------
    paths : sequence of (t, k·n) ndarray of float64
        At least one, t ≥ 1.
    downhill : callable
        Returns the direction of steepest descent, which is asked for where it must stand in.
    """
    share = max(2, _SNAPSHOTS // len(paths))
    thinned = [path[_spread(len(path), share)] for path in paths]
    origin = np.mean([path.mean(axis=0) for path in thinned], axis=0)
    weighed = np.concatenate([(path - origin) / np.sqrt(len(path)) for path in thinned])
    # The snapshots are far fewer than the numbers of θ: their products are the small matrix.
    products = weighed @ weighed.T
    last = len(products) - 1
    variances, weights = eigh(products, subset_by_index=(max(last - 1, 0), last))
    total = float(np.trace(products))
    is_movement = variances > _NEXT_TO_NOTHING**2 * total
    components = [weighed.T @ column for column in weights[:, is_movement].T[::-1]]
    explained = np.zeros(2)
    explained[: len(components)] = variances[is_movement][::-1] / total if components else 0.0
    directions = _at_right_angles(chain(components, _stand_ins(downhill, len(origin))))
    along = directions @ origin
    flipped = along < -_NEXT_TO_NOTHING * np.linalg.norm(origin)
    return Plane(origin, np.where(flipped[:, None], -directions, directions), explained)


def _spread(count: int, room: int) -> IntArray:
    """Positions of at most `room` out of `count`, evenly spread, the first and the last too."""
    return np.linspace(0, count - 1, min(count, room)).round().astype(np.int64)


def _stand_ins(downhill: Callable[[], FloatArray], size: int) -> Iterator[FloatArray]:
    """Directions for a path that has too few of its own: downhill, the bias, the first pixel."""
    yield downhill()
    yield from np.eye(2, size)


def _at_right_angles(candidates: Iterable[FloatArray]) -> FloatArray:
    """The first two that do not point the same way, made orthonormal (Gram, Schmidt)."""
    directions: list[FloatArray] = []
    for candidate in candidates:
        rest = candidate.copy()
        for direction in directions:
            rest -= (rest @ direction) * direction
        length = np.linalg.norm(rest)
        if length > _NEXT_TO_NOTHING * np.linalg.norm(candidate):
            directions.append(rest / length)
        if len(directions) == 2:
            break
    return np.stack(directions)


def _axes(places: FloatArray, along: FloatArray, side: int) -> tuple[FloatArray, FloatArray]:
    """Both axes of the grid, (side,) each, around (t, 2) places; `along` is Xu."""
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    half = np.ptp(places, axis=0) * (0.5 + _MARGIN)
    if half[0] == 0:
        rms = float(np.sqrt(np.mean(along**2)))
        half[0] = _REACH / rms if rms > 0 else 1.0
    half[1] = max(half[1], _LEAST_HEIGHT * half[0])
    x, y = np.linspace(middle - half, middle + half, side).T
    return x, y


def _on_map(history: History, plane: Plane) -> PathOnMap:
    thetas = history.theta.reshape(len(history.theta), len(plane.origin))
    # A run that has diverged is beyond all bounds; its numbers say so by themselves.
    with np.errstate(over="ignore", invalid="ignore"):
        places = plane.places(thetas)
        share = _share_in_plane(thetas, places)
    x, y = places.T
    return PathOnMap(history.theta_iteration, x, y, _snapshot_costs(history), share)


def _share_in_plane(thetas: FloatArray, places: FloatArray) -> float:
    """1 where a path has not moved: the plane shows all that there is."""
    shown, moved = _movement(places), _movement(thetas)
    return min(shown / moved, 1.0) if moved > 0 else 1.0


def _movement(points: FloatArray) -> float:
    """Sum of the squared distances from the mean, (t, n) → 1; t times the variance."""
    if not len(points):
        return 0.0
    mean = points.mean(axis=0)
    # Without a copy of all points, which ten classes have megabytes of.
    return float(np.vdot(points, points) - len(points) * mean @ mean)
