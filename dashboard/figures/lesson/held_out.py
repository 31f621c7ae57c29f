"""The pictures of step 8: two models on both sets of digits, and the learning curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard.figures.palette import HELD_OUT, TRAINING, figure, translucent
from dashboard.words.lesson.held_out import score_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core import CurvePoint, Score

#: From one model to the next, and from its two dots to the end of its words.
_ROW: Final = 1.0
_WORDS: Final = 0.16

#: The bands are seen through where they cross.
_SEEN_THROUGH: Final = 0.18

#: Beyond 0 and 100 %, so that no dot is cut in two; of the learning curve, of its height.
_ROOM: Final = 0.02
_ABOVE: Final = 0.05

#: The height of a learning curve where every share is 100 %.
_LEAST_SPAN: Final = 0.02


@dataclass(frozen=True)
class TwoScores:
    """What a model makes of the digits that it learnt from, and of those that it did not.

    Attributes
    ----------
    title : str
        Whose they are.
    training, held_out : Score
        Those.
    """

    title: str
    training: Score
    held_out: Score


def fair_numbers(rows: Sequence[TwoScores]) -> go.Figure:
    """Each model's share on both sets, from top to bottom: a ring for training, a dot held out.

    Only the held-out one has an interval: what was learnt from is no sample of anything.
    """
    return figure(
        340,
        [trace for place, row in enumerate(rows) for trace in _dots(row, place * _ROW)],
        showlegend=False,
        margin={"l": 8, "r": 24, "t": 8, "b": 8},  # right of 100 % is room for half of that label
        annotations=[_words(row, place * _ROW) for place, row in enumerate(rows)],
        xaxis={
            "range": [-_ROOM, 1 + _ROOM],
            "tickformat": ".0%",
            "fixedrange": True,
            "title": {"text": "read correctly"},
        },
        # Two rows in any case: one that comes later must not move the other.
        yaxis={"visible": False, "range": [_ROW + 0.2, -0.8], "fixedrange": True},
    )


def _dots(row: TwoScores, height: float) -> list[dict[str, Any]]:
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
        "error_x": _error_bar(row.held_out),
    }
    return [ring, dot]


def _error_bar(score: Score) -> dict[str, Any]:
    low, high = score.interval
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - score.share],
        "arrayminus": [score.share - low],
        "color": HELD_OUT,
        "thickness": 2,
        "width": 6,
    }


def _words(row: TwoScores, height: float) -> dict[str, Any]:
    training = score_label(row.training, interval=False)
    held_out = score_label(row.held_out, interval=True)
    return {
        "text": f"<b>{row.title}</b>"
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


def learning_curve_chart(
    points: Sequence[CurvePoint], sizes: Sequence[int], today: TwoScores
) -> go.Figure:
    """Accuracy over m, training and held-out: the mean of all seeds, from worst to best as a band.

    Parameters
    ----------
    points : sequence of CurvePoint
        Those that are known so far.
    sizes : sequence of int
        All m that there will be, ascending.
    today : TwoScores
        Of the model at hand, which learnt from the most; its held-out share with its interval.
    """
    low = min(
        1 - _LEAST_SPAN,
        today.held_out.interval[0],
        today.training.share,
        *(min(point.training.share, point.held_out.share) for point in points),
    )
    ms = sorted({point.m for point in points})
    traces = [
        trace
        for name, colour in (("training", TRAINING), ("held_out", HELD_OUT))
        for trace in _line_and_band(
            ms,
            [[getattr(p, name).share for p in points if p.m == m] for m in ms],
            name.replace("_", " "),
            colour,
        )
    ]
    return figure(
        340,
        [*traces, _mark(today.held_out, sizes[-1])],
        xaxis={
            "type": "log",
            "title": {"text": "m, training digits"},
            "tickvals": list(sizes),
            "ticktext": [f"{size:,}" for size in sizes],
            "tickangle": 0,
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "read correctly"},
            # So little above 100 % that no tick stands there.
            "range": [low - _ABOVE * (1 - low), 1 + _ABOVE * (1 - low)],
            "tickformat": ".1~%",
            "fixedrange": True,
        },
    )


def _line_and_band(
    ms: Sequence[int], shares: Sequence[Sequence[float]], name: str, colour: str
) -> list[dict[str, Any]]:
    """The mean share at each m, and an outline from the least of them to the most and back."""
    band = {
        "type": "scatter",
        "x": [*ms, *reversed(ms)],
        "y": [*map(max, shares), *map(min, reversed(shares))],
        "fill": "toself",
        "fillcolor": translucent(colour, _SEEN_THROUGH),
        "mode": "none",
        "showlegend": False,
        "hoverinfo": "skip",
    }
    line = {
        "type": "scatter",
        "x": ms,
        "y": [sum(each) / len(each) for each in shares],
        "mode": "lines+markers",
        "name": name,
        "line": {"color": colour, "width": 2.5},
        "hovertemplate": f"m = %{{x}}: {name} %{{y:.1%}}<extra></extra>",
    }
    return [band, line]


def _mark(held_out: Score, m: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [m],
        "y": [held_out.share],
        "mode": "markers",
        "name": "this model, with its 95 % interval",
        "marker": {"symbol": "diamond", "size": 13, "color": HELD_OUT},
        "error_y": _error_bar(held_out),
        "cliponaxis": False,
        "hovertemplate": "this model: %{y:.1%}<extra></extra>",
    }
