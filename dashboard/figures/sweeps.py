"""What came of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.figures.palette import figure
from dashboard.settings import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core import Outcome


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
