"""The curves of a race."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.cost import X_AXES, shown_steps
from dashboard.figures.grid import picture_grid
from dashboard.figures.palette import DIVERGING, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.shown_run import ShownRun

#: What the y axis of a race can show → its title.
RACE_Y_AXES: Final = {
    "gap": "J − J*, gap to the least J",
    "log": "J",
    "linear": "J",
}

#: Below this a gap is rounding; a curve that gets there ends there.
_LEAST_GAP: Final = 1e-12


def race_chart(
    runs: Sequence[ShownRun],
    *,
    x: str = "iteration",
    y: str = "log",
    optimum: float | None = None,
    at: int | None = None,
) -> go.Figure:
    """J of each runner, or its gap to J*, over the race.

    Parameters
    ----------
    runs : sequence of ShownRun
        At least one; a history may still be empty.
    x : str
        One of `X_AXES`.
    y : str
        One of `RACE_Y_AXES`; without `optimum`, "gap" is shown as "log".
    optimum : float, optional
        J*, where it is known and exists.
    at : int, optional
        The iteration that the visitor looks at: each runner is marked where it was then.

    Returns
    -------
    plotly.graph_objects.Figure
        With at most 400 points a curve.
    """
    if y == "gap" and optimum is None:
        y = "log"
    chart = figure(430, hovermode="closest")
    for run in runs:
        history = run.history
        values = _gap(history.cost, optimum) if y == "gap" else history.cost
        along = np.asarray(getattr(history, x))
        shown = shown_steps(len(history))
        chart.add_scatter(
            x=along[shown],
            y=values[shown],
            name=run.name,
            legendgroup=run.name,
            mode="lines+markers" if len(shown) < 40 else "lines",
            line={"color": run.colour, "width": 2.2},
            marker={"size": 4},
            hovertemplate=f"{X_AXES[x]} %{{x:.4g}}<br>{RACE_Y_AXES[y]} %{{y:.4g}}",
        )
        if len(history):
            # One marker a runner: where it stands, or stood at the chosen iteration.
            place = (
                -1 if at is None else int(np.searchsorted(history.iteration, at, side="right")) - 1
            )
            chart.add_scatter(
                x=[along[place]],
                y=[values[place]],
                name=run.name,
                legendgroup=run.name,
                showlegend=False,
                mode="markers",
                marker={"size": 11, "color": run.colour, "line": {"color": "white", "width": 1.5}},
                hoverinfo="skip",
            )
    chart.update_xaxes(title=X_AXES[x], rangemode="tozero")
    chart.update_yaxes(
        title=RACE_Y_AXES[y],
        type="linear" if y == "linear" else "log",
        rangemode="tozero" if y == "linear" else "normal",
        exponentformat="power",
    )
    if optimum is not None and y != "gap":
        chart.add_hline(y=optimum, line={"color": "gray", "dash": "dash", "width": 1})
    chart.update_layout(uirevision=f"{x} {y}")
    return chart


def theta_pictures(
    thetas: Sequence[NDArray[np.float64]],
    names: Sequence[str],
    limit: float,
    *,
    columns: int,
    row_height: int,
) -> go.Figure:
    """Several θ, (401,) each, side by side on one colour scale from −limit to limit."""
    return picture_grid(
        [theta[1:].reshape(20, 20) for theta in thetas],
        names,
        min(columns, len(thetas)),
        colorscale=DIVERGING,
        limits=(-(limit or 1.0), limit or 1.0),
        row_height=row_height,
    )


def _gap(cost: NDArray[np.float64], optimum: float | None) -> NDArray[np.float64]:
    gap = cost - (0.0 if optimum is None else optimum)
    return np.where(gap > _LEAST_GAP, gap, np.nan)
