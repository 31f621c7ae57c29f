"""What Train shows of a race, at one moment of it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from dashboard.cost_map_panel import cost_map_panel
from dashboard.figures.cost import harmless
from dashboard.figures.palette import RUNNERS
from dashboard.figures.race import race_chart
from dashboard.figures.theta import grid_aspect, largest_weight, theta_grid
from dashboard.live_chart import live_chart
from dashboard.runs import overlaid_runs
from dashboard.shown_run import ShownRun
from dashboard.timeline import moment_of, timeline
from dashboard.views import END
from dashboard.words.plain import a_digit
from dashboard.words.race import optimum_sentence, race_status, race_table
from logreg_core import JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import Race

#: θ pictures side by side.
_COLUMNS: Final = 4

_TO_ONE_PERCENT: Final = "{} until J was within 1 % of J*; empty where it never was."

_SWATCH: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    '<rect y="3" width="20" height="14" rx="4" fill="{colour}"/></svg>'
)


def race_pictures(race: Race, x_axis: str, cost_axis: str) -> None:
    """Status, curves, table, every θ and the slider back in time; it only reads and draws.

    Parameters
    ----------
    race : Race
        Begun.
    x_axis : str
        One of `X_AXES`.
    cost_axis : {"gap", "log", "linear"}
        What of J is shown.
    """
    runs = [
        ShownRun(name, colour, job.history())
        for (name, job), colour in zip(race.jobs.items(), RUNNERS, strict=False)
    ]
    with st.container(key="run_status"):
        st.markdown(race_status(race))
    chart = st.container(key="cost_chart")  # in any case, so that its figure stays the same one
    begun = [run for run in runs if len(run.history)]
    at = None
    with st.container(key="back_in_time"):
        if begun:
            longest = max(begun, key=lambda run: run.history.iteration[-1]).history
            moment = timeline(longest, "race_timeline")
            at = None if moment.is_last else moment.iteration
    # Another run's J* may be another one.
    overlays = () if cost_axis == "gap" else overlaid_runs(beside=race.jobs.values())
    with chart:
        live_chart(
            race_chart(runs, x=x_axis, y=cost_axis, optimum=race.optimum, at=at, overlays=overlays),
            key="cost_figure",
        )
    if not begun:
        return
    st.caption(optimum_sentence(race))
    st.dataframe(
        [
            {"": _swatch(run.colour), **row}
            for run, row in zip(
                runs, race_table(race, {run.name: run.history for run in runs}, at), strict=True
            )
        ],
        hide_index=True,
        column_config=_columns(),
        key="race_table",
    )
    cost_map_panel(
        race.training,
        next(iter(race.configs.values())),
        begun,
        [None if at is None else moment_of(run.history, at).snapshot for run in begun],
        live=race.state is JobState.RUNNING,
    )
    _thetas(race, begun, at)


def _thetas(race: Race, runs: Sequence[ShownRun], at: int | None) -> None:
    """What each runner has learnt by then; of several digits the last one's θ."""
    moments = [moment_of(run.history, END if at is None else at) for run in runs]
    thetas = [run.history.theta[then.snapshot] for run, then in zip(runs, moments, strict=True)]
    stacked = np.array([theta.reshape(-1, 401)[-1] for theta in thetas])
    limit = max(largest_weight(run.history, -1) for run in runs)
    columns = min(_COLUMNS, len(runs))
    live_chart(
        theta_grid(
            stacked,
            [harmless(run.name) for run in runs],
            scales=[limit] * len(runs),
            columns=columns,
            biases=False,
        ),
        key="theta_figure",
        aspect=grid_aspect(len(runs), columns),
    )
    classes = race.training.classes
    st.caption(
        f"What speaks for {a_digit(classes[-1])}, by each of them"
        + ("." if at is None else f", at iteration {at:,} or their last.")
    )


def _swatch(colour: str) -> str:
    drawn = base64.b64encode(_SWATCH.format(colour=colour).encode()).decode()
    return f"data:image/svg+xml;base64,{drawn}"


def _columns() -> dict[str, Any]:
    def number(shape: str, width: int, said: str | None = None) -> Any:  # noqa: ANN401 - Streamlit's own
        return st.column_config.NumberColumn(format=shape, width=width, help=said)

    return {
        "": st.column_config.ImageColumn(width=40),
        "iterations": number("%d", 76),
        "passes": number("%.4g", 64),
        "seconds": number("%.3g", 70),
        "J": number("%.6g", 84),
        "gap J − J*": number("%.2g", 78),
        "passes to 1 %": number("%.4g", 96, _TO_ONE_PERCENT.format("Passes")),
        "seconds to 1 %": number("%.3g", 104, _TO_ONE_PERCENT.format("Seconds")),
        "held-out accuracy": number("percent", 120),
    }
