"""Before the race: the loosest tolerance, and the better variant, of each contestant."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .works import PRECISIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .contestant import Contestant, Variant
    from .problem import Problem

#: Tolerances to choose from, the loosest first, four a decade.
TOLERANCES: Final = tuple(10.0 ** (-rung / 4) for rung in range(57))

# A contestant that has spent this many times the best's CPU time, and at least these
# seconds, in one run and is still short is not asked for more digits.
_PATIENCE: Final = 10
_LEAST_PATIENCE: Final = 2.0

# Who takes this many times the best peer's CPU time in a heat has no chance in the race.
_NO_CHANCE: Final = 3

# A run as short as this is repeated before variants are compared, s.
_SHORT_RUN: Final = 0.1
_REPEATS: Final = 3

# What a solver raises when it cannot go on, or cannot take the problem at all.
FAILURES: Final = (ArithmeticError, MemoryError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Trial:
    """One run of the search: how near it came, how long it took, why it failed."""

    suboptimality: float = math.inf
    cpu: float = math.inf
    failure: str = ""


@dataclass(frozen=True)
class Setting:
    """What a contestant enters the race with.

    Attributes
    ----------
    contestant, variant : Contestant, Variant
        Who, and in which way.
    precision : float
        The relative suboptimality that is asked for.
    rung : int
        Of `TOLERANCES`.
    trial : Trial
        What the search saw at this tolerance.
    """

    contestant: Contestant
    variant: Variant
    precision: float
    rung: int
    trial: Trial

    @property
    def tolerance(self) -> float:
        """The loosest that reached the precision, else the one that came nearest."""
        return TOLERANCES[self.rung]

    @property
    def reached(self) -> bool:
        """Whether the precision was reached."""
        return self.trial.suboptimality <= self.precision


@dataclass(frozen=True)
class Hint:
    """What was best on similar problems: only these variants, and begin at this rung."""

    variants: frozenset[Variant]
    rung: int

    def __or__(self, other: Hint) -> Hint:
        return Hint(self.variants | other.variants, (self.rung + other.rung) // 2)


#: By contestant's name and precision; who has none stays away.
Hints = dict[tuple[str, float], Hint]


def settings(problem: Problem, contestants: Sequence[Contestant], hints: Hints) -> list[Setting]:
    """Search for every contestant and precision; with hints, for those that have one."""
    found: list[Setting] = []
    for contestant in contestants:
        runs = [_Runs(problem, contestant, v) for v in contestant.variants_for(problem)]
        for precision in PRECISIONS:
            hint = hints.get((contestant.name, precision))
            if hints and hint is None:
                continue
            patience = _patience(found, precision)
            found.append(_best_setting(runs, precision, hint, patience))
    return found


def strongest(found: Iterable[Setting], count: int) -> Hints:
    """Ours, and of the peers the `count` best at each precision that have a chance, as hints."""
    found = list(found)
    chosen: Hints = {}
    for precision in PRECISIONS:
        at = [setting for setting in found if setting.precision == precision]
        peers = sorted((s for s in at if not s.contestant.is_ours), key=_rank)
        contenders = [s for s in peers[:count] if s is peers[0] or _has_a_chance(s, peers[0])]
        ours = [s for s in at if s.contestant.is_ours]
        for setting in [*ours, *contenders]:
            chosen[setting.contestant.name, precision] = Hint(
                frozenset({setting.variant}), setting.rung
            )
    return chosen


def _has_a_chance(setting: Setting, best: Setting) -> bool:
    return setting.reached and setting.trial.cpu <= _NO_CHANCE * best.trial.cpu


def merged(heats: Iterable[Hints]) -> Hints:
    """Whoever is strong in any of the heats, in each way in which it was strong."""
    chosen: Hints = {}
    for hints in heats:
        for key, hint in hints.items():
            chosen[key] = chosen[key] | hint if key in chosen else hint
    return chosen


def loosest(
    reaches: Callable[[int], bool], start: int, length: int, hopeless: Callable[[int], bool]
) -> int | None:
    """Return the first of `length` rungs that reaches; each rung is tighter than the last.

    Gallops from `start`, doubling its step, and bisects what is left.

    Parameters
    ----------
    reaches : callable
        Whether a rung reaches; False then True, as far as it is asked.
    start : int
        Where to begin.
    length : int
        How many rungs there are.
    hopeless : callable
        Asked about a rung that does not reach: whether to look no further.

    Returns
    -------
    int or None
        None where none reaches.

    Examples
    --------
    >>> loosest(lambda rung: rung >= 5, start=2, length=10, hopeless=lambda rung: False)
    5
    """
    short, reaching, step = start, start, 1
    if reaches(start):
        while True:
            if reaching == 0:
                return 0
            short = max(reaching - step, 0)
            if not reaches(short):
                break
            reaching, step = short, 2 * step
    else:
        while True:
            if short == length - 1 or hopeless(short):
                return None
            reaching = min(short + step, length - 1)
            if reaches(reaching):
                break
            short, step = reaching, 2 * step
    while reaching - short > 1:
        middle = (short + reaching) // 2
        short, reaching = (short, middle) if reaches(middle) else (middle, reaching)
    return reaching


@dataclass
class _Runs:
    """Runs of one contestant in one variant on one problem, each done once."""

    problem: Problem
    contestant: Contestant
    variant: Variant
    trials: dict[int, Trial] = field(default_factory=dict)

    def at(self, rung: int) -> Trial:
        if rung not in self.trials:
            self.trials[rung] = self._run(rung)
        return self.trials[rung]

    def _run(self, rung: int) -> Trial:
        try:
            outcome = self.contestant.solve(self.problem, self.variant, TOLERANCES[rung])
        except FAILURES as failure:
            return Trial(failure=f"{type(failure).__name__}: {failure}".splitlines()[0])
        return Trial(self.problem.suboptimality(outcome.theta), outcome.cpu)

    def repeated(self, rung: int) -> Trial:
        """The shortest of a few runs, where one is so short that chance decides."""
        first = self.at(rung)
        if first.cpu >= _SHORT_RUN:
            return first
        again = [self._run(rung) for _ in range(_REPEATS - 1)]
        return min([first, *again], key=lambda trial: trial.cpu)

    def nearest(self) -> int:
        """The rung that came nearest to the optimum, or quickest as near as that."""
        best = min(trial.suboptimality for trial in self.trials.values())
        near = [r for r, trial in self.trials.items() if trial.suboptimality <= 1.5 * best]
        return min(near, key=lambda rung: self.trials[rung].cpu)


def _best_setting(
    runs: Iterable[_Runs], precision: float, hint: Hint | None, patience: float
) -> Setting:
    # A gradient as small as the precision is a first guess that has been near.
    start = hint.rung if hint else round(-4 * math.log10(precision))
    return min(
        (
            _setting(one, precision, start, patience)
            for one in runs
            if hint is None or one.variant in hint.variants
        ),
        key=_rank,
    )


def _setting(runs: _Runs, precision: float, start: int, patience: float) -> Setting:
    def reaches(rung: int) -> bool:
        return runs.at(rung).suboptimality <= precision

    def hopeless(rung: int) -> bool:
        return runs.at(rung).cpu > patience

    rung = loosest(reaches, start, len(TOLERANCES), hopeless)
    rung = runs.nearest() if rung is None else rung
    return Setting(runs.contestant, runs.variant, precision, rung, runs.repeated(rung))


def _rank(setting: Setting) -> tuple[bool, float]:
    """Order: those that reach by CPU time, then the others by how near they came."""
    trial = setting.trial
    return not setting.reached, trial.cpu if setting.reached else trial.suboptimality


def _patience(found: Iterable[Setting], precision: float) -> float:
    """Seconds that a run may take and still be asked for a tighter tolerance."""
    times = [
        setting.trial.cpu
        for setting in found
        if setting.precision == precision and setting.reached and not setting.contestant.is_ours
    ]
    return max(_PATIENCE * min(times, default=math.inf), _LEAST_PATIENCE)
