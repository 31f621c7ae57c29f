"""The picture of step 8: two models on both sets of digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.figures.axes import interval_bar, percent_ticks
from dashboard.figures.palette import HELD_OUT, TRAINING, figure
from dashboard.words.lesson.held_out import score_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go

    from logreg_core import Scores

#: From one model to the next, and from its two dots to the end of its words.
_ROW: Final = 1.0
_WORDS: Final = 0.16

#: Beyond 0 and 100 %, so that no dot is cut in two.
_ROOM: Final = 0.02


def fair_numbers(rows: Mapping[str, Scores]) -> go.Figure:
    """Each model's share on both sets, from top to bottom: a ring for training, a dot held out.

    Only the held-out one has an interval: what was learnt from is no sample of anything.

    Parameters
    ----------
    rows : mapping of str to Scores
        Title of a model → what it reads; at most two.
    """
    return figure(
        340,
        [trace for place, row in enumerate(rows.values()) for trace in _dots(row, place * _ROW)],
        showlegend=False,
        margin={"l": 8, "r": 24, "t": 8, "b": 8},  # right of 100 % is room for half of that label
        annotations=[_words(*row, place * _ROW) for place, row in enumerate(rows.items())],
        xaxis={
            "range": [-_ROOM, 1 + _ROOM],
            **percent_ticks(),
            "fixedrange": True,
            "title": {"text": "read correctly"},
        },
        # Two rows in any case: one that comes later must not move the other.
        yaxis={"visible": False, "range": [_ROW + 0.2, -0.8], "fixedrange": True},
    )


def _dots(row: Scores, height: float) -> list[dict[str, Any]]:
    ring = {
        "type": "scatter",
        "x": [row.training.share],
        "y": [height],
        "mode": "markers",
        "marker": {"symbol": "circle-open", "size": 18, "color": TRAINING, "line": {"width": 3}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    dot = {
        **ring,
        "x": [row.held_out.share],
        "marker": {"size": 10, "color": HELD_OUT},
        "error_x": interval_bar(row.held_out),
    }
    return [ring, dot]


def _words(title: str, row: Scores, height: float) -> dict[str, Any]:
    training = score_label(row.training, interval=False)
    held_out = score_label(row.held_out, interval=True)
    return {
        "text": f"<b>{title}</b>"
        f'<br><span style="color:{TRAINING}">○ training {training}</span>'
        f'<br><span style="color:{HELD_OUT}">● held out {held_out}</span>',
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": height - _WORDS,
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
    }
