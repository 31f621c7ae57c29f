"""What a contestant is: a name, a way to solve a problem, and its peculiarity."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from .problem import Problem

    FloatArray = NDArray[np.float64]

# Iterations that a solver may spend on one class: so many that none is cut short, and
# none that has lost its way runs for hours.
_ITERATIONS: Final = 5_000

# Passes that a stochastic one may: so many entries of X gone through, but no fewer and
# no more passes than these. It costs a hundred times the best long before.
_ENTRIES: Final = 2e9
_FEWEST_PASSES: Final = 400
_MOST_PASSES: Final = 5_000


@dataclass(frozen=True)
class Variant:
    """A way to run one contestant.

    Attributes
    ----------
    width : str
        The float width, as NumPy and torch name it.
    together : bool
        Whether several classes are learnt at once, not one after another.
    intercept_scaling : float
        Of liblinear, which needs it; 1 for the others.
    """

    width: str = "float64"
    together: bool = False
    intercept_scaling: float = 1.0

    def __str__(self) -> str:
        together = ", at once" if self.together else ""
        scaling = f", scaling {self.intercept_scaling:g}" if self.intercept_scaling != 1 else ""
        return f"{self.width}{together}{scaling}"


FLOAT32: Final = Variant("float32")
FLOAT64: Final = Variant("float64")


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a run: Θ, (k, n) float64, and its seconds of CPU and on the wall."""

    theta: FloatArray
    cpu: float
    wall: float


@dataclass(frozen=True, eq=False)
class Contestant:
    """One row of the comparison.

    Attributes
    ----------
    name : str
        As the table shows it.
    note : str
        Its peculiarity, in one line.
    solve : callable
        From a problem, a variant and a tolerance to an `Outcome`.
    variants : tuple of Variant
        All that it can do; the best one for each precision is shown.
    is_ours : bool
        Whether it is compared with the best of the others, or one of the others.
    is_quick : bool
        Whether it takes part where a minute is all there is.
    """

    name: str
    note: str
    solve: Callable[[Problem, Variant, float], Outcome]
    variants: tuple[Variant, ...] = (FLOAT32, FLOAT64)
    is_ours: bool = False
    is_quick: bool = True

    def variants_for(self, problem: Problem) -> tuple[Variant, ...]:
        """Those that differ on this problem: one class is always alone."""
        several = problem.targets.shape[1] > 1
        return tuple(variant for variant in self.variants if several or not variant.together)


def timed(
    fit: Callable[[Problem, Variant, float], FloatArray],
) -> Callable[[Problem, Variant, float], Outcome]:
    """Put a watch on a function that returns Θ; a solver's warnings are not shown."""

    def solve(problem: Problem, variant: Variant, tolerance: float) -> Outcome:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # falling short is judged by J, not by words
            wall, cpu = time.perf_counter(), time.process_time()
            theta = fit(problem, variant, tolerance)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return Outcome(theta, cpu, wall)

    return solve


def iteration_limit(problem: Problem, *, stochastic: bool = False) -> int:
    """How many iterations (of a stochastic solver: passes) one class may take."""
    if not stochastic:
        return _ITERATIONS
    return int(min(max(_ENTRIES / problem.X.size, _FEWEST_PASSES), _MOST_PASSES))
