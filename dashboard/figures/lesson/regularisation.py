"""The pictures of step 7: θ under several λ, and J along the ray of one θ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import HELD_OUT, PENALTY, TRAINING, figure
from dashboard.figures.theta import grid_aspect, theta_grid
from dashboard.words.plain import short_percent
from logreg_core.scans import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core import CostRay, Outcome

#: Room for the bar and the words below each picture, in pixels of the images.
_BELOW: Final = 17

#: Where the bar lies that is as long as θ, below its picture.
_BAR: Final = (SIDE + 0.3, SIDE + 1.7)

#: Powers of ten that the axis of J reaches below the least J under a penalty: enough to see
#: that the other curve does not end there.
_DECADES_BELOW: Final = 4

#: Powers of ten to the right of the longest θ, so that its tick is drawn.
_BEYOND: Final = 0.1


def thetas_under_penalties(outcomes: Sequence[Outcome]) -> go.Figure:
    """θ of each outcome, on its own scale of colours, its length as a bar, and what came of it.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of two classes; from left to right.

    Returns
    -------
    plotly.graph_objects.Figure
        For an aspect of `thetas_aspect`.
    """
    stacked = np.stack([outcome.model.theta for outcome in outcomes])
    chart = theta_grid(
        stacked,
        [f"λ = {outcome.config.lam:g}" for outcome in outcomes],
        scales=np.abs(stacked[:, 1:]).max(axis=1).tolist(),
        columns=len(outcomes),
        biases=False,
        below=_BELOW,
    )
    lengths = np.linalg.norm(stacked[:, 1:], axis=1)  # without the bias: no penalty holds it back
    shares = lengths / (lengths.max() or 1.0)
    lefts = [picture.x0 for picture in chart.data]
    words = [
        _words(outcome, length, left)
        for outcome, length, left in zip(outcomes, lengths, lefts, strict=True)
    ]
    chart.update_layout(
        annotations=[*chart.layout.annotations, *words],
        shapes=[_bar(left, share) for left, share in zip(lefts, shares, strict=True)],
    )
    return chart


def thetas_aspect(pictures: int) -> float:
    """Width over height of `thetas_under_penalties`, whose pixels are square."""
    return grid_aspect(pictures, pictures, below=_BELOW)


def _bar(left: int, share: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": left - 0.5,
        "x1": left - 0.5 + share * SIDE,
        "y0": _BAR[0],
        "y1": _BAR[1],
        "fillcolor": PENALTY,
        "line": {"width": 0},
    }


def _words(outcome: Outcome, length: float, left: int) -> dict[str, Any]:
    """What stands below a picture."""
    largest = float(np.abs(outcome.model.theta[1:]).max())
    lines = (
        f"‖θ‖ = {length:.3g}",
        _coloured(TRAINING, f"training {short_percent(outcome.scores.training.share)}"),
        _coloured(HELD_OUT, f"held out {short_percent(outcome.scores.held_out.share)}"),
        f"largest weight {largest:.2g}",
    )
    return {
        "x": left + (SIDE - 1) / 2,
        "y": _BAR[1],
        "yanchor": "top",
        "text": "<br>".join(lines),
        "font": {"size": 12},
        "showarrow": False,
    }


def _coloured(colour: str, text: str) -> str:
    return f'<b><span style="color:{colour}">{text}</span></b>'


def cost_along_ray(ray: CostRay) -> go.Figure:
    """J along a ray, with and without a penalty; the lowest point of each, where it has one.

    Parameters
    ----------
    ray : CostRay
        Of the θ of λ = 0.
    """
    least = float(ray.costs(1.0).min())
    bottom, top = np.log10(least) - _DECADES_BELOW, np.log10(ray.costs(1.0).max())
    traces = [
        trace
        for lam, colour in ((0.0, TRAINING), (1.0, PENALTY))
        for trace in _curve_and_lowest(ray, lam, colour)
    ]
    return figure(
        340,
        traces,
        annotations=_beyond(ray, bottom),
        xaxis={
            "type": "log",
            "dtick": 1,
            "range": [np.log10(ray.factors[0]), np.log10(ray.factors[-1]) + _BEYOND],
            "title": {"text": "s, how many times that θ"},
            "ticklabelstandoff": 6,  # clear of the lowest label of the other axis
            "fixedrange": True,
            "exponentformat": "power",
        },
        yaxis={
            "type": "log",
            "title": {"text": "J at s·θ"},
            "range": [bottom, top],
            "nticks": 6,
            "fixedrange": True,
            "exponentformat": "power",
        },
    )


def _beyond(ray: CostRay, bottom: float) -> list[dict[str, Any]]:
    """What is said where J without a penalty leaves the chart before it has turned up."""
    if ray.lowest(0.0) is not None or not ray.losses[-1] < ray.losses[0]:
        return []
    below = np.flatnonzero(ray.losses < 10.0**bottom)
    leaves = (
        {"x": np.log10(ray.factors[below[0]]), "y": bottom, "xanchor": "left", "xshift": 6}
        if len(below)
        else {"x": np.log10(ray.factors[-1]), "y": np.log10(ray.losses[-1]), "xanchor": "right"}
    )
    return [
        {
            **leaves,
            "text": "falls for ever" if ray.falls_for_ever else "turns up farther out",
            "yanchor": "bottom",
            "yshift": 4,
            "font": {"color": TRAINING},
            "showarrow": False,
        }
    ]


def _curve_and_lowest(ray: CostRay, lam: float, colour: str) -> list[dict[str, Any]]:
    costs = ray.costs(lam)
    shown = costs > 0  # J of a very sure model is rounded to 0, which has no logarithm
    lowest = ray.lowest(lam)
    curve = {
        "type": "scatter",
        "x": ray.factors[shown],
        "y": costs[shown],
        "mode": "lines",
        "name": f"λ = {lam:g}",
        "line": {"color": colour, "width": 2.5},
        "hovertemplate": f"λ = {lam:g}, s = %{{x:.3g}}: J = %{{y:.3g}}<extra></extra>",
    }
    if lowest is None:
        return [curve]
    point = {
        "type": "scatter",
        "x": [ray.factors[lowest]],
        "y": [costs[lowest]],
        "mode": "markers+text",
        "text": [f" lowest on this ray: {ray.factors[lowest]:.2g}·θ"],
        "textposition": "middle right",
        "marker": {"size": 11, "color": colour},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [curve, point]
