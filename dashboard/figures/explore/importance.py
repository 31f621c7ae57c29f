"""How much each setting has decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.figures.axes import percent_ticks
from dashboard.figures.explore.axes import HEIGHT
from dashboard.figures.palette import TRAINING, figure
from dashboard.words.plain import whole_percent
from dashboard.words.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go


def importance_chart(shares: Mapping[str, float]) -> go.Figure:
    """A bar a setting, the longest on top.

    Parameters
    ----------
    shares : mapping of str to float
        Setting → share, the largest first; together 1.
    """
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [SETTINGS[name].column for name in shares],
        "x": list(shares.values()),
        "text": [f"<b>{whole_percent(share)}</b>" for share in shares.values()],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": TRAINING},
        "hoverinfo": "skip",
    }
    return figure(
        HEIGHT,
        [bars],
        showlegend=False,
        bargap=0.35,
        margin={"l": 8, "r": 24, "t": 12, "b": 8},
        xaxis={
            "range": [0, 1.08],
            **percent_ticks(),
            "fixedrange": True,
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
        },
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "fixedrange": True,
            "showgrid": False,
            "tickfont": {"size": 15},
        },
    )
