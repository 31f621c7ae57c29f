"""A visitor's sweeps: begun by themselves where they are short, watched while they run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard.lab import TRAININGS
from dashboard.settings import to_link
from dashboard.visitor import visitor_is_here
from dashboard.words.runs import best_trial_sentence, waiting_sentence
from logreg_core import AUTO, OPTIMIZERS, Outcome, TrainConfig, Trainings

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.lab import Lab

#: Seconds between two looks at a running sweep.
_REFRESH: Final = 0.5

#: Images times θs below which a sweep is a matter of seconds and begins by itself.
_SHORT: Final = 5_000


def sweep_tab(
    lab: Lab,
    name: str,
    configs: tuple[TrainConfig, ...],
    draw: Callable[[tuple[Outcome, ...]], None],
) -> None:
    """One sweep from top to bottom: its button, its progress, its pictures, its table.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    name : str
        Unique on the page.
    configs : tuple of TrainConfig
        What to train; when they or the data change, the sweep is another.
    draw : callable
        Shows the pictures of the trials that are over.
    """
    sweep = _sweep_of(lab, name, configs)
    running = sweep is not None and sweep.running
    if running:
        st.button("Stop", icon=":material/stop:", key=f"stop_{name}", on_click=_stop, args=(name,))
    elif st.button(
        "Run again" if sweep else "Run", icon=":material/play_arrow:", key=f"run_{name}"
    ):
        sweep = _begin(lab, name, configs)
        st.rerun()
    if sweep is None:
        st.info(
            f"{len(configs)} trainings on {len(lab.split().training):,} images wait for a click."
        )
        return

    @st.fragment(run_every=_REFRESH if running else None)
    def look() -> None:
        ended = running and not sweep.running  # asked first, so that no trial is missed
        trials = sweep.outcomes
        if len(trials) < len(configs):
            st.progress(
                len(trials) / len(configs), f"{len(trials)} of {len(configs)} trainings are over"
            )
        if sweep.ahead is not None:
            st.caption(waiting_sentence(sweep.ahead))
        if sweep.failure:
            st.error(sweep.failure)
        if trials:
            draw(trials)
            _best(lab, trials, over=not sweep.running)
            st.dataframe(_table(trials), hide_index=True, column_config=_columns())
        if ended:
            st.rerun()

    look()


def _best(lab: Lab, trials: tuple[Outcome, ...], *, over: bool) -> None:
    best = min(trials, key=lambda trial: trial.last.held_out_cost)
    st.markdown(best_trial_sentence(best, trials, over=over))
    st.page_link(
        "pages/train.py",
        label="Train with these settings",
        icon=":material/trending_down:",
        query_params=to_link(replace(lab.settings, config=best.config)),
    )


def _table(trials: tuple[Outcome, ...]) -> list[dict[str, object]]:
    with_rate = any("learning_rate" in OPTIMIZERS[t.config.optimizer].settings for t in trials)
    return [
        {
            "λ": trial.config.lam,
            **({"α": _rate(trial)} if with_rate else {}),
            "J": trial.last.cost,
            "held-out cost": trial.last.held_out_cost,
            "training accuracy": trial.last.accuracy,
            "held-out accuracy": trial.last.held_out_accuracy,
            "iterations": trial.last.iteration,
            "passes": trial.last.passes,
            "seconds": trial.last.seconds,
            "ended": trial.reason.value,
        }
        for trial in trials
    ]


def _rate(trial: Outcome) -> float | str | None:
    """α as a number that sorts; none where the run chose it."""
    rate = trial.config.learning_rate
    return None if rate == AUTO else rate


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "λ": number(format="%g"),
        "α": number(format="%g"),
        "J": number(format="%.4g"),
        "held-out cost": number(format="%.4g"),
        "training accuracy": number(format="percent"),
        "held-out accuracy": number(format="percent"),
        "seconds": number(format="%.3f"),
    }


def _sweep_of(lab: Lab, name: str, configs: tuple[TrainConfig, ...]) -> Trainings | None:
    """The sweep of these configs and data; one that is short begins by itself."""
    split = lab.split()
    sweep: Trainings | None = st.session_state.get(f"_sweep_{name}")
    if (
        sweep is not None
        and sweep.configs == configs
        and sweep.training == split.training
        and sweep.held_out == split.held_out
    ):
        return sweep
    if sweep is not None:
        _stop(name)
        del st.session_state[f"_sweep_{name}"]
    thetas = 1 if len(lab.digits) == 2 else len(lab.digits)
    if len(split.training) * thetas <= _SHORT:
        return _begin(lab, name, configs)
    return None


def _begin(lab: Lab, name: str, configs: tuple[TrainConfig, ...]) -> Trainings:
    split = lab.split()
    sweep = Trainings(
        split.training,
        split.held_out,
        configs,
        still_wanted=visitor_is_here(),
        line=TRAININGS,
    )
    sweep.start()
    st.session_state[f"_sweep_{name}"] = sweep
    return sweep


def _stop(name: str) -> None:
    sweep: Trainings = st.session_state[f"_sweep_{name}"]
    sweep.stop()
