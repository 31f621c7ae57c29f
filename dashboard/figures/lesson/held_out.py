"""The pictures of step 8: two models on both sets of digits, and the learning curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import HELD_OUT, TRAINING, figure, translucent
from dashboard.words.lesson.cost import power_of_ten
from dashboard.words.lesson.held_out import score_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go

    from logreg_core import CurvePoint, Score, Scores

#: From one model to the next, and from its two dots to the end of its words.
_ROW: Final = 1.0
_WORDS: Final = 0.16

#: The bands are seen through where they cross.
_SEEN_THROUGH: Final = 0.18

#: Beyond 0 and 100 %, so that no dot is cut in two; of the learning curve, of its height.
_ROOM: Final = 0.02
_ABOVE: Final = 0.05

#: Powers of ten in which there is room for ticks between them.
_FEW_DECADES: Final = 2.0

#: The height of a learning curve where every share is 100 %.
_LEAST_SPAN: Final = 0.02


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
            "tickformat": ".0%",
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


def learning_curve_chart(
    points: Sequence[CurvePoint], sizes: Sequence[int], today: Scores, shows: str
) -> go.Figure:
    """Accuracy or cost over m, training and held-out: the mean of all seeds, and a band.

    Parameters
    ----------
    points : sequence of CurvePoint
        Those that are known so far.
    sizes : sequence of int
        All m that there will be, ascending.
    today : Scores
        Of the model at hand, which learnt from the most; its held-out share with its interval.
    shows : {"accuracy", "cost"}
        Which of both.
    """
    by_size = [(m, [p.scores for p in points if p.m == m]) for m in sizes]
    known = [(m, scores) for m, scores in by_size if scores]
    values = _VALUES[shows]
    traces = [
        trace
        for place, (name, colour) in enumerate((("training", TRAINING), ("held out", HELD_OUT)))
        for trace in _line_and_band(
            [m for m, _ in known],
            [[values(each)[place] for each in scores] for _, scores in known],
            name,
            colour,
            _HOVER[shows],
        )
    ]
    axis = _shares_axis if shows == "accuracy" else _costs_axis
    return figure(
        340,
        [*traces, _mark(today, sizes[-1], shows)],
        xaxis={
            "type": "log",
            "title": {"text": "m, training digits"},
            "tickvals": list(sizes),
            "ticktext": [f"{size:,}" for size in sizes],
            "tickangle": 0,
            "fixedrange": True,
        },
        yaxis=axis(today, [point.scores for point in points]),
    )


def _shares(scores: Scores) -> tuple[float, float]:
    return scores.training.share, scores.held_out.share


def _costs(scores: Scores) -> tuple[float, float]:
    return scores.training_cost, scores.held_out_cost


#: What a learning curve shows of scores, on training and on held-out digits; and as plotly
#: writes it.
_VALUES: Final = {"accuracy": _shares, "cost": _costs}
_HOVER: Final = {"accuracy": "%{y:.1%}", "cost": "%{y:.3g}"}


def _shares_axis(today: Scores, others: Sequence[Scores]) -> dict[str, Any]:
    """Up to 100 %, and down to the least share and to the interval of the model at hand."""
    shares = [share for scores in others for share in _shares(scores)]
    low = min(1 - _LEAST_SPAN, today.held_out.interval[0], *shares)
    return {
        "title": {"text": "read correctly"},
        # So little above 100 % that no tick stands there.
        "range": [low - _ABOVE * (1 - low), 1 + _ABOVE * (1 - low)],
        "tickformat": ".1~%",
        "type": "linear",
        "fixedrange": True,
    }


def _costs_axis(today: Scores, others: Sequence[Scores]) -> dict[str, Any]:
    """Logarithmic, as the cost of training digits may be next to nothing."""
    all_costs = [today.held_out_cost, *(cost for scores in others for cost in _costs(scores))]
    # A very sure model costs exactly 0, which has no logarithm.
    costs = [cost for cost in all_costs if cost > 0] or [1.0]
    low, high = np.log10(min(costs)), np.log10(max(costs))
    room = _ABOVE * max(high - low, 1.0)
    ticks = _ticks(int(np.floor(low)), int(np.ceil(high)), between=high - low < _FEW_DECADES)
    return {
        "title": {"text": "mean cost, no penalty"},
        "range": [low - room, high + room],
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "type": "log",
        "fixedrange": True,
    }


def _ticks(low: int, high: int, *, between: bool) -> dict[float, str]:
    """Ticks from one power of ten to another: the powers, or two between each two as well."""
    decades = range(low, high + 1)
    if between:
        return {step * 10.0**at: power_of_ten(step, at) for at in decades for step in (1, 2, 5)}
    return {10.0**at: power_of_ten(1, at) for at in decades}


def _line_and_band(
    ms: Sequence[int], values: Sequence[Sequence[float]], name: str, colour: str, hover: str
) -> list[dict[str, Any]]:
    """The mean at each m, and an outline from the least of them to the most and back."""
    band = {
        "type": "scatter",
        "x": [*ms, *reversed(ms)],
        "y": [*map(max, values), *map(min, reversed(values))],
        "fill": "toself",
        "fillcolor": translucent(colour, _SEEN_THROUGH),
        "mode": "none",
        "showlegend": False,
        "hoverinfo": "skip",
    }
    line = {
        "type": "scatter",
        "x": ms,
        "y": [sum(each) / len(each) for each in values],
        "mode": "lines+markers",
        "name": name,
        "line": {"color": colour, "width": 2.5},
        "hovertemplate": f"m = %{{x}}: {name} {hover}<extra></extra>",
    }
    return [band, line]


def _mark(today: Scores, m: int, shows: str) -> dict[str, Any]:
    """The model at hand on held-out digits; of a share, the 95 % interval is known."""
    mark = {
        "type": "scatter",
        "x": [m],
        "y": [_VALUES[shows](today)[1]],
        "mode": "markers",
        "name": "this model",
        "marker": {"symbol": "diamond", "size": 13, "color": HELD_OUT},
        "cliponaxis": False,
        "hovertemplate": f"this model: {_HOVER[shows]}<extra></extra>",
    }
    if shows != "accuracy":
        return mark
    with_interval = {
        "name": "this model, with its 95 % interval",
        "error_y": _error_bar(today.held_out),
    }
    return mark | with_interval
