"""Several optimisers on the same data, from the same θ, at the same time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from logreg_core.errors import ConfigError
from logreg_core.job import JobState, TrainingJob
from logreg_core.line import Line, Relay
from logreg_core.optimum import NOWHERE, is_there, to_the_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.history import Step
    from logreg_core.line import Turns

#: What all runners of a race share: who starts elsewhere or runs to another goal is in
#: another race.
SHARED_SETTINGS: Final = ("lam", "preparation", "multiclass", "seed")

_OVER: Final = frozenset({JobState.ENDED, JobState.FAILED})


class Race:
    """A `TrainingJob` for each of several optimisers, and a referee who looks for J*.

    One of them works at a time, in turns so short that all are seen to move; so the seconds
    of each are its own, and the race takes one place of the `line`.

    Parameters
    ----------
    training, held_out : Dataset
        What to learn from, and what to measure on.
    configs : mapping of str to TrainConfig
        Name of a runner → how it trains; at least one, all with the same `SHARED_SETTINGS`.
    seconds_per_iteration, still_wanted, line
        As for a `TrainingJob`.

    Attributes
    ----------
    jobs : dict of str to TrainingJob
        One a runner.

    Raises
    ------
    ConfigError
        If there is no runner, or two of them do not run to the same goal.

    Examples
    --------
    >>> from logreg_core import TrainConfig, load_bundled
    >>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    >>> race = Race(training, held_out, {
    ...     "fast": TrainConfig(optimizer="l-bfgs-b"),
    ...     "slow": TrainConfig(optimizer="gradient-descent", max_iterations=10),
    ... })
    >>> race.start()
    >>> race.wait_for_optimum(timeout=60)
    True
    >>> gaps = {name: job.latest.cost - race.optimum for name, job in race.jobs.items()}
    >>> bool(0 <= gaps["fast"] < 1e-9 < gaps["slow"])
    True
    """

    def __init__(
        self,
        training: Dataset,
        held_out: Dataset,
        configs: Mapping[str, TrainConfig],
        *,
        seconds_per_iteration: float = 0.0,
        still_wanted: Callable[[], bool] | None = None,
        line: Turns | None = None,
    ) -> None:
        goal = _common_goal(configs)
        self.training = training
        self.held_out = held_out
        self.configs = dict(configs)
        relay = Relay(Line(places=1) if line is None else line)

        def job(config: TrainConfig, pace: float) -> TrainingJob:
            return TrainingJob(
                training,
                held_out,
                config,
                seconds_per_iteration=pace,
                still_wanted=still_wanted,
                line=relay,
            )

        self.jobs = {name: job(config, seconds_per_iteration) for name, config in configs.items()}
        self._referee = job(to_the_end(goal, len(training.classes)), 0.0)

    def start(self) -> None:
        """Begin, or go on after a pause."""
        self._referee.start()
        for job in self._not_over():
            job.start()

    def hold(self) -> None:
        """Begin, and hold at θ = 0."""
        self._referee.hold()
        for job in self._not_over():
            job.hold()

    def step(self) -> None:
        """One iteration of each, then hold."""
        self._referee.start()
        for job in self._not_over():
            job.step()

    def pause(self) -> None:
        """Hold each before its next iteration, the referee too."""
        for job in (*self._not_over(), self._referee):
            job.pause()

    def stop(self) -> None:
        """End each with the θ that it has reached; the referee goes on looking for J*."""
        for job in self.jobs.values():
            job.stop()
        if self._referee.state is JobState.PAUSED:
            self._referee.start()

    def end(self) -> None:
        """End all, the referee too."""
        self.stop()
        self._referee.stop()

    def wait(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the end of all runners; whether it came."""
        return _all_over(self.jobs.values(), timeout)

    def wait_for_optimum(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the end of all, the referee too; whether it came."""
        return _all_over((*self.jobs.values(), self._referee), timeout)

    @property
    def seconds_per_iteration(self) -> float:
        """Least time that an iteration of each takes; may be set while they run."""
        return next(iter(self.jobs.values())).seconds_per_iteration

    @seconds_per_iteration.setter
    def seconds_per_iteration(self, seconds: float) -> None:
        for job in self.jobs.values():
            job.seconds_per_iteration = seconds

    @property
    def state(self) -> JobState:
        """Running while one of them runs, paused while none runs but one could."""
        states = [job.state for job in self.jobs.values()]
        for state in (JobState.RUNNING, JobState.PAUSED, JobState.READY, JobState.ENDED):
            if state in states:
                return state
        return JobState.FAILED

    @property
    def latest(self) -> Step | None:
        """The newest step of the runner that has done most iterations; None before the first."""
        steps = [job.latest for job in self.jobs.values() if job.latest is not None]
        return max(steps, key=lambda step: step.iteration, default=None)

    def wait_for_first_step(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds until each has a θ to show; whether they have."""
        until = time.monotonic() + timeout
        return all(
            job.wait_for_first_step(max(0.0, until - time.monotonic()))
            for job in self.jobs.values()
        )

    @property
    def ahead(self) -> int | None:
        """How many runs are before this race in line; None where it does not wait."""
        return self._referee.ahead

    @property
    def optimum(self) -> float | None:
        """J*, the least J that there is.

        None before it is known, and where it was not found; see `has_no_optimum`.
        """
        if self._referee.reason is None or self._referee.reason in NOWHERE:
            return None
        found = self._referee.history().step(-1)
        if not is_there(found):
            return None
        # The referee stops where rounding hides what is left; a runner may be luckier.
        reached = [job.latest.cost for job in self.jobs.values() if job.latest is not None]
        return min([found.cost, *reached])

    @property
    def has_no_optimum(self) -> bool:
        """Whether J falls for ever, as it may at λ = 0."""
        return self._referee.reason in NOWHERE

    @property
    def is_judged(self) -> bool:
        """Whether nobody looks for J* any more, found or not."""
        return self._referee.state in _OVER

    def _not_over(self) -> list[TrainingJob]:
        return [job for job in self.jobs.values() if job.state not in _OVER]


def _all_over(jobs: Iterable[TrainingJob], timeout: float) -> bool:
    until = time.monotonic() + timeout
    return all(job.wait(max(0.0, until - time.monotonic())) for job in jobs)


def _common_goal(configs: Mapping[str, TrainConfig]) -> TrainConfig:
    """One of the configs; ConfigError where another has another goal."""
    if not configs:
        raise ConfigError("A race takes at least one optimiser.")
    first, *others = configs.values()
    for setting in SHARED_SETTINGS:
        if any(getattr(other, setting) != getattr(first, setting) for other in others):
            raise ConfigError(
                f"All optimisers of a race have the same {setting}, or they would not run to the "
                "same goal."
            )
    return first
