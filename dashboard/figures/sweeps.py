"""What came of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dashboard.figures.palette import HELD_OUT, PENALTY, TRAINING, figure
from dashboard.settings import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core import Trial


def regularisation_path(trials: Sequence[Trial], chosen: float) -> go.Figure:
    """Cost without penalty over λ, training and held-out, with the λ that is set now.

    λ = 0 has no place on a logarithmic axis: λ is a category here, in order.
    """
    ordered = sorted(trials, key=lambda trial: trial.config.lam)
    lams = [written(trial.config.lam) for trial in ordered]
    chart = figure(360, hovermode="x unified")
    for name, costs, colour in (
        ("training cost", [t.last.cost - t.last.penalty for t in ordered], TRAINING),
        ("held-out cost", [t.last.held_out_cost for t in ordered], HELD_OUT),
    ):
        chart.add_scatter(
            x=lams,
            y=costs,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            hovertemplate="%{y:.4g}",
        )
    if written(chosen) in lams:
        chart.add_vline(
            x=lams.index(written(chosen)), line={"color": PENALTY, "dash": "dash", "width": 1}
        )
    chart.update_xaxes(type="category", title="λ")
    chart.update_yaxes(type="log", title="cost without the penalty", exponentformat="power")
    return chart


def accuracy_path(trials: Sequence[Trial]) -> go.Figure:
    """Accuracy over λ, training and held-out."""
    ordered = sorted(trials, key=lambda trial: trial.config.lam)
    lams = [written(trial.config.lam) for trial in ordered]
    chart = figure(360, hovermode="x unified")
    for name, fractions, colour in (
        ("training accuracy", [t.last.accuracy for t in ordered], TRAINING),
        ("held-out accuracy", [t.last.held_out_accuracy for t in ordered], HELD_OUT),
    ):
        chart.add_scatter(
            x=lams,
            y=fractions,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            hovertemplate="%{y:.2%}",
        )
    chart.update_xaxes(type="category", title="λ")
    # 100 % in every trial must not become an axis from 0 to 200 %.
    least = min(t.last.held_out_accuracy for t in ordered)
    chart.update_yaxes(
        tickformat=".1%", title="read correctly", range=[min(least - 0.01, 0.975), 1.003]
    )
    return chart


def rate_map(trials: Sequence[Trial], lams: Sequence[float], rates: Sequence[float]) -> go.Figure:
    """Held-out cost for each λ and learning rate; white where no trial is over yet."""
    costs = np.full((len(lams), len(rates)), np.nan)
    for trial in trials:
        row, column = lams.index(trial.config.lam), rates.index(trial.config.learning_rate)
        costs[row, column] = trial.last.held_out_cost
    chart = figure(380)
    chart.add_heatmap(
        z=np.log10(np.maximum(costs, np.finfo(float).tiny)),
        x=[written(rate) for rate in rates],
        y=[written(lam) for lam in lams],
        customdata=costs,
        text=[["" if np.isnan(cost) else f"{cost:.3g}" for cost in row] for row in costs],
        texttemplate="%{text}",
        colorscale="Viridis",
        reversescale=True,
        showscale=False,
        hovertemplate="λ = %{y}, α = %{x}<br>held-out cost %{customdata:.4g}<extra></extra>",
    )
    chart.update_xaxes(type="category", title="α, learning rate")
    chart.update_yaxes(type="category", title="λ")
    return chart
