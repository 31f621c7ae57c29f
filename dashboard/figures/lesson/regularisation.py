"""The pictures of step 7: θ under several λ, and J along the ray of one θ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.figures.palette import DIVERGING, HELD_OUT, PENALTY, TRAINING, figure
from dashboard.words.plain import short_percent
from logreg_core.scans import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from logreg_core import CostRay, Trial

#: In pixels of the images: between two pictures, and for the words above and below each.
_BETWEEN: Final = 3
_ABOVE: Final = 4
_BELOW: Final = 17

#: Where the bar lies that is as long as θ, below its picture.
_BAR: Final = (SIDE + 0.3, SIDE + 1.7)

#: Powers of ten that the axis of J reaches below the least J under a penalty: enough to see
#: that the other curve does not end there.
_DECADES_BELOW: Final = 4

#: Powers of ten to the right of the longest θ, so that its tick is drawn.
_BEYOND: Final = 0.1

_PICTURE_AXIS: Final[dict[str, Any]] = {"visible": False, "fixedrange": True}


def thetas_under_penalties(trials: Sequence[Trial]) -> go.Figure:
    """θ of each trial, on its own scale of colours, its length as a bar, and what came of it.

    Parameters
    ----------
    trials : sequence of Trial
        Of two classes; from left to right.

    Returns
    -------
    plotly.graph_objects.Figure
        For an aspect of `thetas_aspect`.
    """
    corners = [place * (SIDE + _BETWEEN) for place in range(len(trials))]
    width = _width(len(trials))
    lengths = [_length(trial) for trial in trials]
    return figure(
        300,
        [_weights(trial, left) for trial, left in zip(trials, corners, strict=True)],
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        annotations=[
            text
            for trial, left in zip(trials, corners, strict=True)
            for text in _texts(trial, left + (SIDE - 1) / 2)
        ],
        shapes=[
            _bar(left, length / (max(lengths) or 1.0))
            for left, length in zip(corners, lengths, strict=True)
        ],
        xaxis={**_PICTURE_AXIS, "range": [-0.5, width - 0.5]},
        yaxis={**_PICTURE_AXIS, "range": [SIDE + _BELOW - 0.5, -_ABOVE - 0.5]},
    )


def thetas_aspect(pictures: int) -> float:
    """Width over height of `thetas_under_penalties`, whose pixels are square."""
    return _width(pictures) / (_ABOVE + SIDE + _BELOW)


def _width(pictures: int) -> int:
    return pictures * (SIDE + _BETWEEN) - _BETWEEN


def _length(trial: Trial) -> float:
    """‖θ‖ without the bias, which no penalty holds back."""
    return float(np.linalg.norm(trial.model.theta[1:]))


def _bar(left: float, share: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": left - 0.5,
        "x1": left - 0.5 + share * SIDE,
        "y0": _BAR[0],
        "y1": _BAR[1],
        "fillcolor": PENALTY,
        "line": {"width": 0},
    }


def _weights(trial: Trial, left: int) -> dict[str, Any]:
    weights = trial.model.theta[1:].reshape(SIDE, SIDE)
    limit = float(np.abs(weights).max()) or 1.0
    return {
        "type": "heatmap",
        "x0": left,
        "y0": 0,
        "z": weights,
        "name": f"λ = {trial.config.lam:g}",
        "colorscale": DIVERGING,
        "zmin": -limit,
        "zmax": limit,
        "showscale": False,
        "hovertemplate": "weight %{z:+.3g}",
    }


def _texts(trial: Trial, middle: float) -> list[dict[str, Any]]:
    """The title of a picture, and what stands below it."""
    largest = float(np.abs(trial.model.theta[1:]).max())
    lines = (
        f"‖θ‖ = {_length(trial):.3g}",
        _coloured(TRAINING, f"training {short_percent(trial.last.accuracy)}"),
        _coloured(HELD_OUT, f"held out {short_percent(trial.last.held_out_accuracy)}"),
        f"largest weight {largest:.2g}",
    )
    shared = {"x": middle, "showarrow": False}
    return [
        {**shared, "y": -1, "yanchor": "bottom", "text": f"<b>λ = {trial.config.lam:g}</b>"},
        {
            **shared,
            "y": _BAR[1],
            "yanchor": "top",
            "text": "<br>".join(lines),
            "font": {"size": 12},
        },
    ]


def _coloured(colour: str, text: str) -> str:
    return f'<b><span style="color:{colour}">{text}</span></b>'


def cost_along_ray(ray: CostRay) -> go.Figure:
    """J at c·θ over c, with and without a penalty; the lowest point of each, where it has one."""
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
        annotations=_endless(ray, bottom),
        xaxis={
            "type": "log",
            "dtick": 1,
            "range": [np.log10(ray.factors[0]), np.log10(ray.factors[-1]) + _BEYOND],
            "title": {"text": "c, how many times that θ"},
            "ticklabelstandoff": 6,  # clear of the lowest label of the other axis
            "fixedrange": True,
            "exponentformat": "power",
        },
        yaxis={
            "type": "log",
            "title": {"text": "J at c·θ"},
            "range": [bottom, top],
            "nticks": 6,
            "fixedrange": True,
            "exponentformat": "power",
        },
    )


def _endless(ray: CostRay, bottom: float) -> list[dict[str, Any]]:
    """What is said where J without a penalty leaves the chart."""
    if ray.lowest(0.0) is not None:
        return []
    below = np.flatnonzero(ray.losses < 10.0**bottom)
    at = ray.factors[below[0]] if len(below) else ray.factors[-1]
    return [
        {
            "text": "falls for ever",
            "x": np.log10(at),
            "y": bottom,
            "xanchor": "left",
            "yanchor": "bottom",
            "xshift": 6,
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
        "hovertemplate": f"λ = {lam:g}, c = %{{x:.3g}}: J = %{{y:.3g}}<extra></extra>",
    }
    if lowest is None:
        return [curve]
    point = {
        "type": "scatter",
        "x": [ray.factors[lowest]],
        "y": [costs[lowest]],
        "mode": "markers+text",
        "text": [f"lowest at {ray.factors[lowest]:.2g}·θ"],
        "textposition": "middle right",
        "marker": {"size": 11, "color": colour},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [curve, point]
