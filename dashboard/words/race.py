"""What a race has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.words.runs import waiting_sentence
from logreg_core import JobState, first_within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logreg_core import History, Race, TrainingJob

#: J within this fraction of J* is as good as there for any purpose but a race.
_AS_GOOD_AS_THERE: Final = 0.01


def race_status(race: Race) -> str:
    """Where a race stands, in a sentence or two."""
    state = race.state
    if state is JobState.RUNNING and race.ahead is not None:
        return waiting_sentence(race.ahead)
    if state is JobState.RUNNING:
        running = sum(job.state is JobState.RUNNING for job in race.jobs.values())
        runners = "1 optimiser" if len(race.jobs) == 1 else f"{len(race.jobs)} optimisers"
        return f"Racing: {running} of {runners} still under way, from the same θ of zeros."
    if state is JobState.PAUSED and (race.latest is None or race.latest.iteration == 0):
        return (
            "Ready: every θ is all zeros. **Start** lets them go, **Step** does one iteration of "
            "each."
        )
    if state is JobState.PAUSED:
        return "Paused."
    return f"The race is over. {_winner(race)}"


def optimum_sentence(race: Race) -> str:
    """What J* is, or why there is none."""
    if race.optimum is not None:
        return f"J* = {race.optimum:.8g} is the least J there is, found by a referee."
    if race.has_no_optimum:
        return "There is no J*: at λ = 0 these digits can be told apart, and J falls for ever."
    if race.is_judged:
        return "No J* is known: the referee was not there in the time that it was given."
    if race.state is JobState.PAUSED:
        return "The referee, who looks for J*, waits as well."
    return "A referee is still looking for J*, the least J there is."


def race_table(
    race: Race, histories: Mapping[str, History], at: int | None = None
) -> list[dict[str, Any]]:
    """One row a runner, by column title.

    Parameters
    ----------
    race : Race
        Of which these are the histories.
    histories : mapping of str to History
        By name of the runner.
    at : int, optional
        The iteration at which each is looked at; its last if it had fewer, or if not given.
    """
    optimum = race.optimum
    return [
        {"optimiser": name, **_row(race.jobs[name], history, optimum, at)}
        for name, history in histories.items()
    ]


def _row(
    job: TrainingJob, history: History, optimum: float | None, at: int | None
) -> dict[str, Any]:
    if not len(history):
        return {"state": job.failure or "waits"}
    step = -1 if at is None else history.position_at(at)
    there = None if optimum is None else first_within(history, optimum, _AS_GOOD_AS_THERE)
    return {
        "iterations": int(history.iteration[step]),
        "passes": float(history.passes[step]),
        "seconds": float(history.seconds[step]),
        "J": float(history.cost[step]),
        "gap J − J*": None if optimum is None else float(history.cost[step] - optimum),
        "passes to 1 %": None if there is None else float(history.passes[there]),
        "seconds to 1 %": None if there is None else float(history.seconds[there]),
        "held-out accuracy": float(history.held_out_accuracy[step]),
        "state": job.failure or (job.reason.value if job.reason else job.state.value),
    }


def _winner(race: Race) -> str:
    if race.optimum is None:
        return ""
    seconds = {}
    for name, job in race.jobs.items():
        history = job.history()
        there = first_within(history, race.optimum, _AS_GOOD_AS_THERE)
        if there is not None:
            seconds[name] = float(history.seconds[there])
    if not seconds:
        return "None of them came within 1 % of J*: give them more iterations."
    first = min(seconds, key=seconds.__getitem__)
    return f"**{first}** was first within 1 % of J*, after {_time(seconds[first])}."


def _time(seconds: float) -> str:
    """As a person says it.

    Examples
    --------
    >>> _time(0.00259), _time(61.2)
    ('2.6 ms', '61 seconds')
    """
    return f"{1000 * seconds:.2g} ms" if seconds < 1 else f"{seconds:,.2g} seconds"
