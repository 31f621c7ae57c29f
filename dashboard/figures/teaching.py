"""What came of learning from a visitor's drawings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.figures.axes import percent_ticks
from dashboard.figures.palette import PENALTY, figure
from dashboard.words.plain import short_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core import Score

#: Between two rows of dumbbells, and within one from the line of before to that of after.
_ROW: Final = 1.0
_APART: Final = 0.24

#: Pixels that a row takes, words and lines together.
_ROW_HEIGHT: Final = 92


@dataclass(frozen=True)
class Dumbbell:
    """One accuracy before and after.

    Attributes
    ----------
    title : str
        Above its lines, as HTML.
    before, after : Score
        What is compared.
    colour : str
        Of the second.
    """

    title: str
    before: Score
    after: Score
    colour: str


def accuracy_dumbbells(dumbbells: Sequence[Dumbbell]) -> go.Figure:
    """Accuracies before and after, one row each, every one with its 95 % interval.

    Parameters
    ----------
    dumbbells : sequence of Dumbbell
        From top to bottom.

    Returns
    -------
    plotly.graph_objects.Figure
        Grey rings are before, filled dots after; thin lines reach as far as the intervals.
    """
    lowest = min(score.interval[0] for each in dumbbells for score in (each.before, each.after))
    chart = figure(
        _ROW_HEIGHT * len(dumbbells) + 36,
        margin={"l": 10, "r": 16, "t": 4, "b": 8},
        showlegend=False,
    )
    for place, each in enumerate(dumbbells):
        above, below = place * _ROW, place * _ROW + _APART
        chart.add_scatter(
            x=[each.before.share, each.after.share],
            y=[above, below],
            mode="lines",
            line={"color": each.colour, "width": 3},
            hoverinfo="skip",
        )
        for when, score, height, marker in (
            ("before", each.before, above, {"symbol": "circle-open", "color": PENALTY}),
            ("after", each.after, below, {"symbol": "circle", "color": each.colour}),
        ):
            _add_end(chart, when, score, height, marker)
        chart.add_annotation(
            text=each.title,
            x=0,
            xref="paper",
            xanchor="left",
            y=above - 0.2,
            yanchor="bottom",
            showarrow=False,
            align="left",
        )
    # A little beyond 100 %, or the dots there would be cut in two.
    chart.update_xaxes(range=[max(lowest - 0.02, -0.02), 1.02], fixedrange=True)
    chart.update_xaxes(percent_ticks(lowest, 1))
    chart.update_yaxes(
        visible=False, range=[(len(dumbbells) - 1) * _ROW + 0.45, -0.55], fixedrange=True
    )
    return chart


def _add_end(
    chart: go.Figure, when: str, score: Score, height: float, marker: dict[str, str]
) -> None:
    low, high = score.interval
    chart.add_scatter(
        x=[score.share],
        y=[height],
        mode="markers",
        name=when,
        marker={**marker, "size": 13, "line": {"width": 3, "color": marker["color"]}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - score.share],
            "arrayminus": [score.share - low],
            "color": marker["color"],
            "thickness": 1.5,
            "width": 5,
        },
        hovertemplate=f"{when}: {score.right:,} of {score.of:,}, {short_percent(score.share)}<br>"
        f"95 % interval {short_percent(low)} to {short_percent(high)}<extra></extra>",
    )
