"""How far a sweep has come, its trials as they learn, and the best so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.explore.my_sweeps import gave_way
from dashboard.explore.open_trial import go_to_train, open_trial, show_refusal
from dashboard.explore.standing import Standing, best_of, lucky, seconds_left, winners
from dashboard.figures.explore.axes import LEAST
from dashboard.figures.explore.curves import Curve, curves_chart
from dashboard.live_chart import live_chart
from dashboard.words.explore.pictures import none_sentence
from dashboard.words.explore.progress import (
    AS_IT_STOOD,
    best_sentence,
    failed_sentence,
    lucky_sentence,
    standing_text,
    state_phrase,
    time_left,
    what_to_look_at,
)
from dashboard.words.plain import plain
from dashboard.words.runs import waiting_sentence
from logreg_core.sweep import TrialRecord, TrialState
from logreg_core.sweep.scores import TrialScores

if TYPE_CHECKING:
    from dashboard.explore.shown import Reading, Shown
    from dashboard.lab import Lab
    from logreg_core.history import Recorder
    from logreg_core.sweep import Plan

#: Where a refusal to open the best trial is said.
_PLACE: Final = "best"


def progress(shown: Shown, now: Reading) -> None:
    """The bar, the counts, and what stands in the way."""
    trials, plan = now.trials, shown.sweep.plan
    standing = Standing.of(plan, trials)
    here = (shown.worker.name,) if shown.works_here and shown.worker is not None else ()
    seconds = None if now.over or now.stopped else seconds_left(plan, trials, here)
    left = "" if seconds is None else f" · {time_left(seconds)}"
    with st.container(key="sweep_progress", gap="xsmall"):
        st.progress(min(1.0, standing.ended / standing.planned), f"{standing_text(standing)}{left}")
        st.markdown(_state(shown, now))
        failed = [trial for trial in trials if trial.state is TrialState.FAILED]
        if failed:
            st.caption(plain(failed_sentence(failed[-1].note, len(failed))))
        if now.failure:
            st.warning(plain(now.failure), icon=":material/info:")
        elif shown.worker is not None and shown.worker.failure:
            st.error(plain(shown.worker.failure))


def curves(shown: Shown, now: Reading) -> None:
    """All trials on one chart: those that have ended behind those that run."""
    plan = shown.sweep.plan
    best = best_of(plan, now.trials)
    running = [trial for trial in now.trials if trial.state is TrialState.RUNNING]
    live_chart(
        curves_chart(
            [_recorded(trial) for trial in now.trials if trial.result and trial is not best],
            _running(shown, running),
            None if best is None else _recorded(best, "the best"),
        ),
        key="sweep_curves",
    )
    is_cut = any(cost < LEAST for trial in now.trials for _, cost in trial.curve)
    st.caption(what_to_look_at(plan, has_best=best is not None, is_cut=is_cut))


def best_so_far(lab: Lab, shown: Shown, now: Reading) -> None:
    """What did best, and a button that trains with it."""
    go_to_train()
    with st.container(key="sweep_best"):  # in any case, so that nothing below changes its place
        plan = shown.sweep.plan
        best_trials = winners(plan, now.trials)
        if not best_trials:
            _say_why_none_is_best(plan, now)
        for place, (best, won) in enumerate(best_trials):
            st.markdown(best_sentence(plan, won, best, over=now.over))
            st.button(
                "Train with these settings",
                icon=":material/trending_down:",
                type="tertiary",
                key=f"open_best_{place}",
                on_click=open_trial,
                args=(lab, shown.sweep, best, _PLACE),
            )
        by_luck = lucky(plan, now.trials)
        if by_luck:
            st.caption(lucky_sentence(by_luck))
        show_refusal(lab, shown.sweep, _PLACE)


def _say_why_none_is_best(plan: Plan, now: Reading) -> None:
    scores = TrialScores.of(now.trials, plan.goals, plan.goals[0])
    if scores.missed or scores.overflowed or scores.unsteady:
        st.markdown(none_sentence(scores, plan.gap))


def _state(shown: Shown, now: Reading) -> str:
    if now.failure:
        return AS_IT_STOOD
    ahead = shown.worker.ahead if shown.works_here and shown.worker is not None else None
    if ahead is not None:
        return waiting_sentence(ahead)
    return state_phrase(
        over=now.over,
        stopped=now.stopped,
        worked_at=now.is_worked_at,
        works_here=shown.works_here,
        by_itself=shown.by_itself,
        gave_way=gave_way(shown),
    )


def _running(shown: Shown, trials: list[TrialRecord]) -> list[Curve]:
    """The curves of trials under way: of this server's to the last step, of others' as reported."""
    now = None if shown.worker is None else shown.worker.now
    drawn = [] if now is None else [_live(now.number, now.recorder)]
    return drawn + [
        _recorded(trial) for trial in trials if now is None or trial.number != now.number
    ]


def _live(number: int, recorder: Recorder) -> Curve:
    history = recorder.history()
    return Curve(f"trial {number}, under way", history.passes, history.held_out_cost)


def _recorded(trial: TrialRecord, name: str = "") -> Curve:
    points = np.array(trial.curve, dtype=np.float64).reshape(-1, 2)
    called = f"trial {trial.number}" + (f", {name}" if name else "")
    return Curve(called, points[:, 0], points[:, 1])
