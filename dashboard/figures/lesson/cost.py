"""What one answer costs, both losses along a line through θ, and the costs of all examples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit, logit

from dashboard.figures.axes import log_ticks
from dashboard.figures.palette import GRID, HELD_OUT, MOMENT, PENALTY, TRAINING, figure
from dashboard.lesson.costs import LEAST_EXPONENT
from dashboard.words.lesson.cost import cost_shown, slope_shown
from dashboard.words.numbers import power_of_ten
from logreg_core import log_loss

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from dashboard.lesson.costs import Answer, CostHistogram, Costs
    from dashboard.words.lesson.sides import Sides
    from logreg_core import LossCurve

    FloatArray = NDArray[np.float64]

#: Of y = 1 and y = 0: red speaks for, blue against, as in θ.
_SIDES: Final = {1: MOMENT, 0: TRAINING}

#: The highest cost that is drawn; one that is higher is said.
_HIGHEST: Final = 6.6

#: The z of which the curves are drawn: their h reach beyond both ends of the slider.
_Z: Final = np.linspace(-6.6, 6.6, 133)

#: Pixels; what stands beside the curves and their slider is as high as both.
_HEIGHT: Final = 400
_SLIDER: Final = 74

#: How much of the height each of two panels has, one above the other.
_LOWER: Final = 0.46

#: Where it is said what the digit at hand costs, and its h where that is much.
_MIDDLE: Final = (0.5, 2.6)
_LEFT: Final = 0.3

_AXIS_OF_SQUARES: Final = {
    "domain": [0.0, _LOWER],
    "anchor": "x",
    "range": [-0.06, 1.12],
    "gridcolor": GRID,
    "zeroline": False,
    "automargin": True,
    "fixedrange": True,
}

#: How far a tangent reaches to either side, as a part of the line that is shown.
_TANGENT: Final = 0.09

#: Powers of ten at the histogram, at most.
_MOST_DECADES: Final = 6

#: Two flags are far from each other from this part of the axis on: on a phone, the words of both
#: do not reach the other's line.
_FAR: Final = 0.45

#: How high the upper one of two flags ends, beside the height of the bars.
_UPPER_FLAG: Final = 1.1


def cost_curves(h: float, answer: Answer, sides: Sides) -> go.Figure:
    """−log h and −log(1 − h) with the squared error below each, a probe, and the digit at hand.

    Parameters
    ----------
    h : float
        Of the probe, between 0 and 1.
    answer : Answer
        The digit at hand.
    sides : Sides
        What y = 0 and y = 1 stand for.
    """
    return figure(
        _HEIGHT,
        [*_curves_of(1, h), *_curves_of(0, h), _mark(answer)],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        annotations=[
            _costs_said(1, h, sides.one),
            _costs_said(0, h, sides.zero),
            _said_of(answer),
        ],
        xaxis={
            "title": {"text": "h, the answer"},
            "range": [-0.02, 1.02],
            "fixedrange": True,
        },
        yaxis={"title": {"text": "cost"}, "range": [-0.2, _HIGHEST + 0.1], "fixedrange": True},
    )


def _curves_of(y: int, h: float) -> list[dict[str, Any]]:
    """Log loss and squared error of all h, where y is what it is, with the probe on both."""
    all_h, colour = expit(_Z), _SIDES[y]
    return [
        _line(all_h, np.square(all_h - y), {"color": PENALTY, "width": 1.5}),
        _line(all_h, log_loss(_Z, np.array(float(y))), {"color": colour, "width": 2.5}),
        {
            "type": "scatter",
            "x": [h, h],
            "y": [(h - y) ** 2, _cost_of(h, y)],
            "mode": "markers",
            "marker": {"size": [8, 12], "color": [PENALTY, colour], "opacity": 1},
            "hoverinfo": "skip",
            "cliponaxis": False,
        },
    ]


def _cost_of(h: float, y: int) -> float:
    return float(log_loss(logit(h), np.array(float(y))))


def _line(x: FloatArray, y: FloatArray, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
    }


def _costs_said(y: int, h: float, side: str) -> dict[str, Any]:
    """The two costs of the probe, in the corner that is free beside the curve of this y."""
    formula = "−log h" if y else "−log(1 − h)"
    left = y == 1
    return {
        "text": f"<b>y = {y}, {side}</b><br>{formula} = <b>{_cost_of(h, y):.2f}</b><br>"
        f'<span style="color:{PENALTY}">(h − {y})² = <b>{(h - y) ** 2:.2f}</b></span>',
        "xref": "paper",
        "yref": "paper",
        "x": 0.11 if left else 0.89,
        "y": 0.99,
        "xanchor": "left" if left else "right",
        "yanchor": "top",
        "align": "left" if left else "right",
        "font": {"color": _SIDES[y], "size": 14},
        "showarrow": False,
    }


def _mark(answer: Answer) -> dict[str, Any]:
    """The digit at hand on the curve of its y; an arrow up where that leaves the chart."""
    is_above = answer.cost > _HIGHEST
    return {
        "type": "scatter",
        "x": [answer.h],
        "y": [min(answer.cost, _HIGHEST)],
        "mode": "markers",
        "marker": {
            "size": 15,
            "symbol": "triangle-up" if is_above else "diamond",
            "color": HELD_OUT,
            "line": {"color": "#ffffff", "width": 1.5},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _said_of(answer: Answer) -> dict[str, Any]:
    """What the digit at hand costs, where no curve goes; a line leads to it."""
    # From the middle, it would lead to a high cost through what is said in the corner.
    high = answer.cost > _MIDDLE[1]
    x = _MIDDLE[0] if not high else _LEFT if answer.h < 0.5 else 1 - _LEFT
    return {
        "text": f"<b>{answer.name}: cost {cost_shown(answer.cost)}</b>",
        "x": answer.h,
        "y": min(answer.cost, _HIGHEST),
        "ax": x,
        "ay": _MIDDLE[1] + 0.8 * high,
        "axref": "x",
        "ayref": "y",
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": HELD_OUT,
        "standoff": 9,
        "font": {"color": HELD_OUT, "size": 14},
    }


@dataclass(frozen=True)
class _Panel:
    """One loss along the line: its axis and colour, its name, and where the top of it is."""

    axis: str
    colour: str
    name: str
    top: float
    curve: LossCurve
    start: LossCurve
    here: LossCurve


def losses_along(costs: Costs) -> go.Figure:
    """The log loss above the squared error, along the same line through θ.

    Parameters
    ----------
    costs : Costs
        Of all training examples.

    Returns
    -------
    plotly.graph_objects.Figure
        For either loss its curve, where that bends down, its slope at the same bad place, and
        where θ is.
    """
    panels = _panels(costs)
    return figure(
        _HEIGHT + _SLIDER,
        [trace for panel in panels for trace in _traces(panel, costs)],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        annotations=[
            note
            for panel in panels
            for note in (_slope_said(float(costs.start.steps[0]), panel), _name(panel))
        ],
        xaxis=_axis_of_line(costs),
        yaxis={"domain": [1 - _LOWER, 1.0], "rangemode": "tozero", "fixedrange": True},
        yaxis2=_AXIS_OF_SQUARES,
    )


def _panels(costs: Costs) -> tuple[_Panel, _Panel]:
    line, start, here = costs.line, costs.start, costs.here
    return (
        _Panel("y", TRAINING, "log loss", 1.0, line.log_loss, start.log_loss, here.log_loss),
        _Panel(
            "y2",
            PENALTY,
            "squared error",
            _LOWER,
            line.squared_error,
            start.squared_error,
            here.squared_error,
        ),
    )


def _traces(panel: _Panel, costs: Costs) -> list[dict[str, Any]]:
    steps = costs.line.steps
    bad, own = float(costs.start.steps[0]), float(costs.here.steps[0])
    drawn = (
        _line(steps, panel.curve.mean, {"color": panel.colour, "width": 3}),
        _bent_down(steps, panel.curve),
        _tangent(bad, panel.start, _TANGENT * float(steps[-1] - steps[0])),
        _point(own, float(panel.here.mean[0])),
    )
    return [{**trace, "yaxis": panel.axis} for trace in drawn]


def _axis_of_line(costs: Costs) -> dict[str, Any]:
    """Below both panels: so many times θ, or the gradient where θ is all zeros."""
    unit: dict[str, Any] = (
        {"title": {"text": "θ is all zeros: times −∇J"}} if costs.is_zero else {"ticksuffix": " θ"}
    )
    return {"anchor": "y2", "nticks": 7, "fixedrange": True, **unit}


def _bent_down(steps: FloatArray, curve: LossCurve) -> dict[str, Any]:
    """Dashes over the curve where it is not convex."""
    drawn = np.where(curve.bends_down, curve.mean, np.nan)
    return _line(steps, drawn, {"color": MOMENT, "width": 3, "dash": "4px 3px"})


def _tangent(step: float, at: LossCurve, half: float) -> dict[str, Any]:
    """A point of a curve, with the line that touches it there."""
    mean, slope = float(at.mean[0]), float(at.slope[0])
    return {
        "type": "scatter",
        "x": [step - half, step, step + half],
        "y": [mean - half * slope, mean, mean + half * slope],
        "mode": "lines+markers",
        "line": {"color": HELD_OUT, "width": 4},
        "marker": {"size": [0, 11, 0], "color": HELD_OUT, "opacity": 1},
        "hoverinfo": "skip",
    }


def _point(step: float, mean: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [step],
        "y": [mean],
        "mode": "markers+text",
        "text": [f"<b>θ: {cost_shown(mean)}</b>"],
        "textposition": "top center",
        "marker": {"size": 10, "color": TRAINING},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _slope_said(step: float, panel: _Panel) -> dict[str, Any]:
    """Beside a point of a falling line; below that of a hill, whose top is level."""
    said = f"<b>{slope_shown(float(panel.start.slope[0]))}</b>"
    is_hill = bool(panel.curve.bends_down.any())
    if is_hill:
        said += f'<br><b style="color:{MOMENT}">bends down</b>'
    return {
        "text": said,
        "x": step,
        "y": float(panel.start.mean[0]),
        "yref": panel.axis,
        "xanchor": "left",
        "yanchor": "top" if is_hill else "bottom",
        "xshift": -30 if is_hill else 14,
        "yshift": -8 if is_hill else 0,
        "align": "left",
        "font": {"color": HELD_OUT, "size": 14},
        "showarrow": False,
    }


def _name(panel: _Panel) -> dict[str, Any]:
    """Of a curve, in the corner that it leaves free."""
    return {
        "text": f"<b>mean {panel.name}</b>",
        "xref": "paper",
        "yref": "paper",
        "x": 0.99,
        "y": panel.top,
        "xanchor": "right",
        "yanchor": "top",
        "font": {"color": panel.colour, "size": 14},
        "showarrow": False,
    }


def cost_bars(histogram: CostHistogram, mean: float, answer: Answer) -> go.Figure:
    """How many training examples cost how much, with their mean and the digit at hand.

    Parameters
    ----------
    histogram : CostHistogram
        Of the costs of all training examples.
    mean : float
        Of them.
    answer : Answer
        To the digit at hand.

    Returns
    -------
    plotly.graph_objects.Figure
        Bars, and a flag for the mean and one for the digit, each a line and its words.
    """
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    flags = _flags(
        _Flag(histogram.place(mean), f"mean: {cost_shown(mean)}", PENALTY),
        _Flag(histogram.place(answer.cost), f"{answer.name}: {cost_shown(answer.cost)}", HELD_OUT),
        among=(low, high),
    )
    return figure(
        320,
        [_bars(histogram)],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 64, "b": 8},
        bargap=0.0,
        shapes=[line for line, _ in flags],
        annotations=[text for _, text in flags],
        xaxis=_axis_of_costs(low, high),
        yaxis={"title": {"text": "examples"}, "fixedrange": True},
    )


def _bars(histogram: CostHistogram) -> dict[str, Any]:
    edges = histogram.edges
    return {
        "type": "bar",
        "x": (edges[1:] + edges[:-1]) / 2,
        "y": histogram.counts,
        "width": float(edges[1] - edges[0]),
        "marker": {"color": TRAINING},
        "hovertemplate": "%{y} examples<extra></extra>",
    }


def _axis_of_costs(low: float, high: float) -> dict[str, Any]:
    ticks = [
        (digit, exponent)
        for digit, exponent in log_ticks(low, high, _MOST_DECADES)
        if low <= math.log10(digit) + exponent <= high
    ]
    return {
        "title": {"text": "cost of one example"},
        "range": [low - 0.1, high + 0.1],
        "tickvals": [math.log10(digit) + exponent for digit, exponent in ticks],
        "ticktext": [_tick(*tick) for tick in ticks],
        "tickangle": 0,
        "fixedrange": True,
    }


def _tick(digit: int, exponent: int) -> str:
    """What stands at a tick; at the least cost that is told from 0, what is less is said too."""
    text = power_of_ten(digit, exponent)
    return f"≤ {text}" if exponent == LEAST_EXPONENT else text


@dataclass(frozen=True)
class _Flag:
    """A line upwards through the bars, with words at its end."""

    x: float
    text: str
    colour: str


def _flags(
    one: _Flag, other: _Flag, *, among: tuple[float, float]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Two flags as line and words, so that neither line goes through the words of the other."""
    left, right = sorted((one, other), key=lambda flag: flag.x)
    low, high = among
    if right.x - left.x > _FAR * (high - low):  # both inwards, where they do not meet
        return [_flag(left, "left", _UPPER_FLAG), _flag(right, "right", 1.0)]
    if left.x + right.x > low + high:
        return [_flag(left, "right", 1.0), _flag(right, "right", _UPPER_FLAG)]
    return [_flag(right, "left", 1.0), _flag(left, "left", _UPPER_FLAG)]


def _flag(flag: _Flag, anchor: str, top: float) -> tuple[dict[str, Any], dict[str, Any]]:
    line = {
        "type": "line",
        "x0": flag.x,
        "x1": flag.x,
        "yref": "paper",
        "y0": 0,
        "y1": top,
        "line": {"color": flag.colour, "width": 2.5, "dash": "dash"},
    }
    text = {
        "text": f"<b>{flag.text}</b>",
        "x": flag.x,
        "y": top,
        "yref": "paper",
        "xanchor": anchor,
        "yanchor": "bottom",
        "font": {"color": flag.colour, "size": 14},
        "showarrow": False,
    }
    return line, text
