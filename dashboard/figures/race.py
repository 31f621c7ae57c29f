"""The curves of a race."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.axes import log_axis
from dashboard.figures.cost import X_AXES, harmless, shown_steps
from dashboard.figures.palette import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.shown_run import ShownRun

    FloatArray = NDArray[np.float64]

#: What the y axis of a race can show → its title.
RACE_Y_AXES: Final = {
    "gap": "J − J*, gap to the least J",
    "log": "J",
    "linear": "J",
}

#: A runner's name says which settings it has of its own.
_LEGEND_CHARACTERS: Final = 48

#: A curve of fewer steps shows each of them.
_FEW_STEPS: Final = 40

#: Below this a gap is rounding; a curve that gets there ends there.
_LEAST_GAP: Final = 1e-12


def race_chart(
    runs: Sequence[ShownRun],
    *,
    x: str = "iteration",
    y: str = "log",
    optimum: float | None = None,
    at: int | None = None,
    overlays: Sequence[ShownRun] = (),
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
    overlays : sequence of ShownRun
        Other runs to lie below, as dashed lines.

    Returns
    -------
    plotly.graph_objects.Figure
        With at most `MAX_POINTS` points a curve.
    """
    if y == "gap" and optimum is None:
        y = "log"
    chart = figure(430, hovermode="closest")
    for run in overlays:
        _add_curve(chart, run, _points(run, x, y, optimum), dash="dash", width=1.5)
    for run in runs:
        points = _points(run, x, y, optimum)
        _add_curve(chart, run, points, width=2.2)
        if len(run.history):
            _add_marker(chart, run, points, at)
    said = f"{X_AXES[x]} %{{x:.4g}}<br>{RACE_Y_AXES[y]} %{{y:.4g}}"
    chart.update_traces(hovertemplate=said, selector={"hoverinfo": None})
    chart.update_xaxes(title=X_AXES[x], rangemode="tozero")
    linear = y == "linear"
    chart.update_yaxes(
        title=RACE_Y_AXES[y],
        type="linear" if linear else "log",
        rangemode="tozero" if linear else "normal",
    )
    if not linear:
        chart.update_yaxes(log_axis(np.concatenate([curve.y for curve in chart.data])))
    if optimum is not None and y != "gap":
        chart.add_hline(y=optimum, line={"color": "gray", "dash": "dash", "width": 1})
    chart.update_layout(uirevision=f"{x} {y}")
    return chart


def _points(run: ShownRun, x: str, y: str, optimum: float | None) -> tuple[FloatArray, FloatArray]:
    """What a curve goes through, along both axes."""
    along = np.asarray(getattr(run.history, x), dtype=np.float64)
    if y != "gap" or optimum is None:
        return along, run.history.cost
    gap = run.history.cost - optimum
    return along, np.where(gap > _LEAST_GAP, gap, np.nan)


def _add_curve(
    chart: go.Figure,
    run: ShownRun,
    points: tuple[FloatArray, FloatArray],
    **line: Any,  # noqa: ANN401 - plotly's own
) -> None:
    shown = shown_steps(len(run.history))
    name = harmless(run.name, _LEGEND_CHARACTERS)
    chart.add_scatter(
        x=points[0][shown],
        y=points[1][shown],
        name=name,
        legendgroup=name,
        mode="lines+markers" if len(shown) < _FEW_STEPS else "lines",
        line={"color": run.colour, **line},
        marker={"size": 4},
    )


def _add_marker(
    chart: go.Figure, run: ShownRun, points: tuple[FloatArray, FloatArray], at: int | None
) -> None:
    """Where a runner stands, or stood at the chosen iteration."""
    place = -1 if at is None else run.history.position_at(at)
    chart.add_scatter(
        x=[points[0][place]],
        y=[points[1][place]],
        name=harmless(run.name, _LEGEND_CHARACTERS),
        legendgroup=harmless(run.name, _LEGEND_CHARACTERS),
        showlegend=False,
        mode="markers",
        marker={"size": 11, "color": run.colour, "line": {"color": "white", "width": 1.5}},
        hoverinfo="skip",
    )
