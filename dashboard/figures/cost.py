"""The curves of a run."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.axes import log_axis, percent_ticks
from dashboard.figures.palette import HELD_OUT, MOMENT, PENALTY, TRAINING, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.shown_run import ShownRun
    from logreg_core import History

#: More points than this on a curve cannot be seen, only waited for.
MAX_POINTS: Final = 400

#: A longer name of a run than this takes too much of the legend; the table has it whole.
_LEGEND_CHARACTERS: Final = 24

#: The names of overlaid runs stand where cost curves are not, at the top on the right:
#: above the chart they would take its height, and move the page under the mouse.
_OVERLAY_LEGEND: Final = {
    "x": 1,
    "xanchor": "right",
    "y": 1,
    "yanchor": "top",
    "bgcolor": "rgba(128, 128, 128, 0.12)",
    "font": {"size": 11},
    "tracegroupgap": 0,
}

#: What the x axis can count: field of `History` → its title.
X_AXES: Final = {
    "iteration": "iterations",
    "passes": "passes over the data",
    "seconds": "seconds of training",
}


def cost_chart(
    history: History,
    *,
    x: str = "iteration",
    log_cost: bool = True,
    overlays: Sequence[ShownRun] = (),
) -> go.Figure:
    """J, its data part and the held-out cost over a run.

    Parameters
    ----------
    history : History
        Of any length, 0 included.
    x : str
        One of `X_AXES`.
    log_cost : bool
        Whether the cost axis is logarithmic.
    overlays : sequence of ShownRun
        Other runs to lie below it, each of another colour: J solid, held-out cost dashed.

    Returns
    -------
    plotly.graph_objects.Figure
        With at most `MAX_POINTS` points a curve.
    """
    shown = shown_steps(len(history))
    steps = np.asarray(getattr(history, x))[shown]
    chart = figure(380, legend2=_OVERLAY_LEGEND, hovermode="x unified")
    curves = (
        ("J (with penalty)", history.cost, TRAINING, "solid", 2.5),
        ("training cost", history.training_cost, TRAINING, "dot", 1.5),
        ("held-out cost", history.held_out_cost, HELD_OUT, "solid", 2.5),
    )
    for name, values, colour, dash, width in curves:
        chart.add_scatter(
            x=steps,
            y=values[shown],
            name=name,
            mode="lines+markers" if len(shown) < 40 else "lines",
            line={"color": colour, "dash": dash, "width": width},
            marker={"size": 4},
            cliponaxis=len(shown) > 1,  # a step that is alone lies on the edge
            hovertemplate="%{y:.4g}",
        )
    for run in overlays:
        _overlay(chart, run, x)
    chart.update_xaxes(title=X_AXES[x], rangemode="tozero")
    chart.update_yaxes(
        title="cost",
        type="log" if log_cost else "linear",
        rangemode="normal" if log_cost else "tozero",
    )
    if log_cost:
        chart.update_yaxes(log_axis(np.concatenate([curve.y for curve in chart.data])))
    # A zoom belongs to the axes it was made on.
    chart.update_layout(uirevision=f"{x} {log_cost}")
    return chart


def _overlay(chart: go.Figure, run: ShownRun, x: str) -> None:
    """Two curves of one run, which a click on its name hides and shows together."""
    shown = shown_steps(len(run.history))
    name = harmless(run.name)
    for what, values, dash in (
        ("J", run.history.cost, "solid"),
        ("held-out", run.history.held_out_cost, "dash"),
    ):
        chart.add_scatter(
            x=np.asarray(getattr(run.history, x))[shown],
            y=values[shown],
            # By this plotly knows a hidden curve again when others come and go.
            uid=f"{what} of the run in {run.colour}",
            name=name if what == "J" else f"{name}, held-out",
            legend="legend2",
            legendgroup=run.colour,
            showlegend=what == "J",
            mode="lines",
            line={"color": run.colour, "dash": dash, "width": 2},
            zorder=-1,
            hovertemplate="%{y:.4g}",
        )


def harmless(name: str, characters: int = _LEGEND_CHARACTERS) -> str:
    """A visitor's words, short, and harmless where plotly would take them for tags."""
    whole = len(name) <= characters
    return escape(name if whole else f"{name[: characters - 1]}…", quote=False)


def accuracy_chart(history: History, *, x: str = "iteration") -> go.Figure:
    """Fraction read correctly over a run, training and held-out."""
    shown = shown_steps(len(history))
    chart = figure(230, hovermode="x unified")
    for name, values, colour in (
        ("training accuracy", history.accuracy, TRAINING),
        ("held-out accuracy", history.held_out_accuracy, HELD_OUT),
    ):
        chart.add_scatter(
            x=getattr(history, x)[shown],
            y=values[shown],
            name=name,
            mode="lines",
            line={"color": colour, "width": 2},
            customdata=100 * values[shown],
            hovertemplate="%{customdata:.2f} %",
        )
    chart.update_xaxes(title=X_AXES[x], rangemode="tozero")
    chart.update_yaxes(range=[-0.02, 1.03], **percent_ticks())
    return chart


def gradient_chart(history: History, tolerance: float, *, x: str = "iteration") -> go.Figure:
    """Largest entry of the gradient over a run, and the tolerance at which it ends."""
    shown = shown_steps(len(history))
    chart = figure(230, hovermode="x unified")
    chart.add_scatter(
        x=getattr(history, x)[shown],
        y=history.gradient_norm[shown],
        name="largest entry of ∇J",
        mode="lines",
        line={"color": TRAINING, "width": 2},
        hovertemplate="%{y:.2g}",
    )
    if tolerance > 0:
        chart.add_hline(y=tolerance, line={"color": PENALTY, "dash": "dash", "width": 1})
    chart.update_xaxes(title=X_AXES[x], rangemode="tozero")
    chart.update_yaxes(type="log", exponentformat="power")
    chart.update_layout(showlegend=True)
    return chart


def theta_norm_chart(history: History, *, x: str = "iteration") -> go.Figure:
    """How long θ, of all classes together, was over a run."""
    shown = shown_steps(len(history))
    chart = figure(230, hovermode="x unified")
    chart.add_scatter(
        x=getattr(history, x)[shown],
        y=history.theta_norm[shown],
        name="‖θ‖, length of θ",
        mode="lines",
        line={"color": TRAINING, "width": 2},
        hovertemplate="%{y:.3g}",
    )
    chart.update_xaxes(title=X_AXES[x], rangemode="tozero")
    chart.update_yaxes(rangemode="tozero")
    chart.update_layout(showlegend=True)
    return chart


def with_moment(chart: go.Figure, x: float | None) -> go.Figure:
    """The same figure with a line at the moment that the visitor looks at; None for the end."""
    if x is not None:
        chart.add_vline(x, line={"color": MOMENT, "width": 1.5})
    return chart


def shown_steps(steps: int) -> NDArray[np.int64]:
    """Positions of at most `MAX_POINTS` steps, evenly spread, the first and the last included.

    Examples
    --------
    >>> shown_steps(3)
    array([0, 1, 2])
    >>> len(shown_steps(9999)), shown_steps(9999)[-1]
    (400, np.int64(9998))
    """
    if steps <= MAX_POINTS:
        return np.arange(steps)
    return np.linspace(0, steps - 1, MAX_POINTS).round().astype(np.int64)
