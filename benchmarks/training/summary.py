"""From the races of one work to the lines of the table."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .race import Measured, Race
    from .works import Work


@dataclass(frozen=True)
class Line:
    """One contestant at one precision on one work; medians over the work's problems.

    Attributes
    ----------
    work, name : str
        As the table shows them.
    is_ours : bool
        Whether it is one of our optimisers.
    precision : float
        The relative suboptimality that was asked for.
    variant : str
        Its float width.
    tolerance : float
        With which it ran.
    cpu, wall : float
        Median seconds.
    to_best_peer : float
        CPU time by that of the quickest peer that reached the precision; nan where none did.
    to_limit : float
        CPU time by that of one X@θ and Xᵀr pair in float32.
    suboptimality : float
        The worst that it ended with.
    short, problems : int
        On how many problems it fell short, of how many.
    runs : int
        Timed on each problem, the most of any.
    target : float or None
        The ratio to the best peer that ours should not exceed; None for peers.
    failure : str
        What it raised, if it did.
    """

    work: str
    name: str
    is_ours: bool
    precision: float
    variant: str
    tolerance: float
    cpu: float
    wall: float
    to_best_peer: float
    to_limit: float
    suboptimality: float
    short: int
    problems: int
    runs: int
    target: float | None
    failure: str

    @property
    def remark(self) -> str:
        """What the numbers do not say."""
        said = [] if self.target is None else [f"target ≤ {self.target:g}"]
        where = "" if self.problems == 1 else f" on {self.short} of {self.problems}"
        if self.failure:
            said.append(f"failed{where} ({self.failure})")
        elif self.short:
            said.append(f"short{where} (reached {self.suboptimality:.1e})")
        return ", ".join(said)


def lines(work: Work, races: Sequence[Race]) -> list[Line]:
    """Ours first, then the peers by their time; all of one precision together."""
    by_contestant: dict[tuple[float, str], list[tuple[Measured, Race]]] = {}
    for race in races:
        for one in race.measured:
            by_contestant.setdefault((one.precision, one.name), []).append((one, race))
    found = [_line(work, runs) for runs in by_contestant.values()]
    return sorted(found, key=lambda line: (-line.precision, not line.is_ours, line.cpu))


def by_precision(found: Iterable[Line]) -> list[list[Line]]:
    """Cut a list of lines where work or precision changes."""
    return [
        list(group) for _, group in groupby(found, key=lambda line: (line.work, line.precision))
    ]


def _line(work: Work, runs: Sequence[tuple[Measured, Race]]) -> Line:
    measured = [one for one, _ in runs]
    first = measured[0]
    ratios = [_ratio(one.median_cpu, race.best_peer(one.precision)) for one, race in runs]
    return Line(
        work=work.title,
        name=first.name,
        is_ours=first.is_ours,
        precision=first.precision,
        variant=first.variant,
        tolerance=statistics.median(one.tolerance for one in measured),
        cpu=statistics.median(one.median_cpu for one in measured),
        wall=statistics.median(one.median_wall for one in measured),
        to_best_peer=statistics.median(ratios),
        to_limit=statistics.median(one.median_cpu / race.limit_cpu for one, race in runs),
        suboptimality=max(one.suboptimality for one in measured),
        short=sum(not one.reached for one in measured),
        problems=len(measured),
        runs=max(len(one.cpu) for one in measured),
        target=work.targets[first.precision] if first.is_ours else None,
        failure=next((one.failure for one in measured if one.failure), ""),
    )


def _ratio(cpu: float, best: float) -> float:
    return cpu / best if math.isfinite(best) else math.nan
