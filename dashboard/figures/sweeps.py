"""What came of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.palette import HELD_OUT, PENALTY, TRAINING, figure
from dashboard.settings import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go

    from logreg_core import Outcome


def regularisation_path(trials: Sequence[Outcome], chosen: float) -> go.Figure:
    """Cost without penalty over λ, training and held-out, with the λ that is set now."""
    ordered = sorted(trials, key=lambda trial: trial.config.lam)
    chart = _over_lam(
        ordered,
        {
            "training cost": [t.last.cost - t.last.penalty for t in ordered],
            "held-out cost": [t.last.held_out_cost for t in ordered],
        },
        "%{y:.4g}",
    )
    lams = [trial.config.lam for trial in ordered]
    if chosen in lams:
        chart.add_vline(x=lams.index(chosen), line={"color": PENALTY, "dash": "dash", "width": 1})
    chart.update_yaxes(type="log", title="cost without the penalty", exponentformat="power")
    return chart


def accuracy_path(trials: Sequence[Outcome]) -> go.Figure:
    """Accuracy over λ, training and held-out."""
    ordered = sorted(trials, key=lambda trial: trial.config.lam)
    held_out = [t.last.held_out_accuracy for t in ordered]
    chart = _over_lam(
        ordered,
        {"training accuracy": [t.last.accuracy for t in ordered], "held-out accuracy": held_out},
        "%{y:.2%}",
    )
    # 100 % in every trial must not become an axis from 0 to 200 %.
    low = min(min(held_out) - 0.01, 0.975)
    chart.update_yaxes(tickformat=".1%", title="read correctly", range=[low, 1.003])
    return chart


def _over_lam(
    ordered: Sequence[Outcome], curves: Mapping[str, Sequence[float]], hover: str
) -> go.Figure:
    """Two curves, of training and held-out examples, over λ.

    λ = 0 has no place on a logarithmic axis: λ is a category here, in order.
    """
    chart = figure(360, hovermode="x unified")
    for (name, values), colour in zip(curves.items(), (TRAINING, HELD_OUT), strict=True):
        chart.add_scatter(
            x=[written(trial.config.lam) for trial in ordered],
            y=values,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            hovertemplate=hover,
        )
    chart.update_xaxes(type="category", title="λ")
    return chart


#: Power of ten of the cost from which on the map is equally dark: one trial that ran
#: away must not paint all others alike.
_WORST_SHOWN: Final = 1.0


def rate_map(trials: Sequence[Outcome], lams: Sequence[float], rates: Sequence[float]) -> go.Figure:
    """Held-out cost for each λ and learning rate; white where no trial is over yet."""
    costs = np.full((len(lams), len(rates)), np.nan)
    for trial in trials:
        row, column = lams.index(trial.config.lam), rates.index(trial.config.learning_rate)
        costs[row, column] = trial.last.held_out_cost
    shades = np.log10(np.maximum(costs, np.finfo(float).tiny))
    chart = figure(380)
    chart.add_heatmap(
        z=shades,
        x=[written(rate) for rate in rates],
        y=[written(lam) for lam in lams],
        customdata=costs,
        zmin=float(np.nanmin(shades)) if trials else 0.0,
        zmax=float(min(np.nanmax(shades), _WORST_SHOWN)) if trials else 1.0,
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
