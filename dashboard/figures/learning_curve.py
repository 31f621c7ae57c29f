"""The learning curve: cost or accuracy over the number of training digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.figures.axes import costs_axis, interval_bar, shares_axis
from dashboard.figures.palette import HELD_OUT, TRAINING, figure, translucent
from dashboard.words.plain import short_percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import plotly.graph_objects as go

    from logreg_core import CurvePoint, Scores

#: The bands are seen through where they cross.
_SEEN_THROUGH: Final = 0.18


def learning_curve_chart(
    points: Sequence[CurvePoint], sizes: Sequence[int], shows: str, today: Scores | None = None
) -> go.Figure:
    """Accuracy or cost over m, training and held-out: the mean of all seeds, and a band.

    Parameters
    ----------
    points : sequence of CurvePoint
        Those that are known so far.
    sizes : sequence of int
        All m that there will be, ascending.
    shows : {"accuracy", "cost"}
        Which of both.
    today : Scores, optional
        Of a model at hand, which learnt from the most; its held-out share with its interval.
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
            _SAID[shows],
        )
    ]
    mark = [] if today is None else [_mark(today, sizes[-1], shows)]
    axis = _shares_axis if shows == "accuracy" else _costs_axis
    return figure(
        340,
        [*traces, *mark],
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


#: What a learning curve shows of scores, on training and on held-out digits; and under the mouse.
_VALUES: Final = {"accuracy": _shares, "cost": _costs}
_SAID: Final = {"accuracy": short_percent, "cost": "{:.3g}".format}


def _shares_axis(today: Scores | None, others: Sequence[Scores]) -> dict[str, Any]:
    """Down to the interval of the model at hand too."""
    at_hand = [] if today is None else [today.held_out.interval[0]]
    return shares_axis([*at_hand, *(share for scores in others for share in _shares(scores))])


def _costs_axis(today: Scores | None, others: Sequence[Scores]) -> dict[str, Any]:
    at_hand = [] if today is None else [today.held_out_cost]
    return costs_axis([*at_hand, *(cost for scores in others for cost in _costs(scores))])


def _line_and_band(
    ms: Sequence[int],
    values: Sequence[Sequence[float]],
    name: str,
    colour: str,
    said: Callable[[float], str],
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
    means = [sum(each) / len(each) for each in values]
    line = {
        "type": "scatter",
        "x": ms,
        "y": means,
        "text": [said(mean) for mean in means],
        "mode": "lines+markers",
        "name": name,
        "line": {"color": colour, "width": 2.5},
        "hovertemplate": f"m = %{{x}}: {name} %{{text}}<extra></extra>",
    }
    return [band, line]


def _mark(today: Scores, m: int, shows: str) -> dict[str, Any]:
    """The model at hand on held-out digits; of a share, the 95 % interval is known."""
    value = _VALUES[shows](today)[1]
    mark = {
        "type": "scatter",
        "x": [m],
        "y": [value],
        "mode": "markers",
        "name": "this model",
        "marker": {"symbol": "diamond", "size": 13, "color": HELD_OUT},
        "cliponaxis": False,
        "hovertemplate": f"this model: {_SAID[shows](value)}<extra></extra>",
    }
    if shows != "accuracy":
        return mark
    with_interval = {
        "name": "this model, with its 95 % interval",
        "error_y": interval_bar(today.held_out),
    }
    return mark | with_interval
