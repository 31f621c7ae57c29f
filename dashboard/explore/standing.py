"""How far a sweep has come, what did best, and who works on it: read off its trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logreg_core.sweep import TrialRecord, TrialState
from logreg_core.sweep.scores import TrialScores, loss

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from logreg_core.sweep import Goal, Plan

#: How many of a worker's last trials say how quick it is, and how many there must be: less
#: than these say nothing about the next.
_LAST: Final = 20
_FEWEST: Final = 4


@dataclass(frozen=True)
class Standing:
    """How many trials are how far.

    Attributes
    ----------
    planned, finished, pruned, failed, running : int
        In all, and of those that have begun.
    """

    planned: int
    finished: int
    pruned: int
    failed: int
    running: int

    @property
    def ended(self) -> int:
        """Those that will not change any more."""
        return self.finished + self.pruned + self.failed

    @classmethod
    def of(cls, plan: Plan, trials: Sequence[TrialRecord]) -> Standing:
        """Of a sweep with these trials."""
        states = [trial.state for trial in trials]
        return cls(
            plan.trials,
            states.count(TrialState.FINISHED),
            states.count(TrialState.PRUNED),
            states.count(TrialState.FAILED),
            states.count(TrialState.RUNNING),
        )


@dataclass(frozen=True)
class Work:
    """What one worker has done.

    Attributes
    ----------
    worker : str
        Its name.
    ended : int
        Trials that it has brought to an end.
    a_minute : float or None
        How many it does, by its last ones; None where they are too few to tell.
    now : int or None
        The trial that it has taken; None between two.
    heard : datetime
        When it last took or ended one, by its own clock.
    """

    worker: str
    ended: int
    a_minute: float | None
    now: int | None
    heard: datetime


def works_of(trials: Sequence[TrialRecord]) -> list[Work]:
    """Everybody who has worked on a sweep, who began first the first."""
    by_worker: dict[str, list[TrialRecord]] = {}
    for trial in trials:
        if trial.worker is not None and trial.began is not None:
            by_worker.setdefault(trial.worker, []).append(trial)
    return [_work(worker, own) for worker, own in by_worker.items()]


def together(works: Sequence[Work], name: str) -> Work:
    """Several workers as one, of whom those count for its rate that are at work."""
    last = max(works, key=lambda work: work.heard)
    at_work = [work for work in works if work.now is not None] or [last]
    rates = [work.a_minute for work in at_work if work.a_minute is not None]
    return Work(
        name,
        sum(work.ended for work in works),
        sum(rates) if rates else None,
        at_work[-1].now,
        last.heard,
    )


def seconds_left(
    plan: Plan, trials: Sequence[TrialRecord], here: Collection[str] = ()
) -> float | None:
    """How long a sweep goes on, by the last trials of those who work on it; None: nobody can say.

    Parameters
    ----------
    plan : Plan
        Of the sweep.
    trials : sequence of TrialRecord
        Of the sweep.
    here : collection of str
        Workers that are known to be at work, though they may be between two trials.
    """
    at_work = [work for work in works_of(trials) if work.now is not None or work.worker in here]
    a_minute = [work.a_minute for work in at_work if work.a_minute is not None]
    if not a_minute:
        return None
    left = plan.trials - Standing.of(plan, trials).ended
    return 60 * left / sum(a_minute)


def best_of(
    plan: Plan, trials: Sequence[TrialRecord], goal: Goal | None = None
) -> TrialRecord | None:
    """The finished trial that did best by a goal, see `TrialScores`; None without one.

    Parameters
    ----------
    plan : Plan
        Of the sweep.
    trials : sequence of TrialRecord
        Of the sweep.
    goal : Goal, optional
        One of the plan's; else the first.

    Returns
    -------
    TrialRecord, optional
        The best by `rank`.
    """
    scores = TrialScores.of(trials, plan.goals, goal or plan.goals[0])
    return scores.best if len(scores) else None


def winners(plan: Plan, trials: Sequence[TrialRecord]) -> list[tuple[TrialRecord, list[Goal]]]:
    """The best trials, each with the goals in which it is; none, one or two."""
    found: dict[int, tuple[TrialRecord, list[Goal]]] = {}
    for goal in plan.goals:
        best = best_of(plan, trials, goal)
        if best is not None:
            found.setdefault(best.number, (best, []))[1].append(goal)
    return list(found.values())


def lucky(plan: Plan, trials: Sequence[TrialRecord]) -> list[TrialRecord]:
    """Trials that did better than the best by a goal, but ended while J swung; by number."""
    bests = [(goal, best_of(plan, trials, goal)) for goal in plan.goals]
    return [
        trial
        for trial in trials
        if trial.ended_unsteady
        and any(best and _is_better(trial, best, plan.goals, goal) for goal, best in bests)
    ]


def _is_better(trial: TrialRecord, best: TrialRecord, goals: Sequence[Goal], goal: Goal) -> bool:
    return loss(trial, goals, goal) < loss(best, goals, goal)


def _work(worker: str, trials: Sequence[TrialRecord]) -> Work:
    ended = [trial for trial in trials if trial.began and trial.ended]
    running = [trial.number for trial in trials if trial.state is TrialState.RUNNING]
    return Work(
        worker,
        len(ended),
        _a_minute(ended),
        running[-1] if running else None,
        max(time for trial in trials for time in (trial.began, trial.ended) if time),
    )


def _a_minute(ended: Sequence[TrialRecord]) -> float | None:
    """By how long the last trials took, so that a pause between them does not count."""
    last = ended[-_LAST:]
    if len(last) < _FEWEST:
        return None
    seconds = sum(
        (trial.ended - trial.began).total_seconds()
        for trial in last
        if trial.began is not None and trial.ended is not None
    )
    return 60 * len(last) / seconds if seconds > 0 else None
