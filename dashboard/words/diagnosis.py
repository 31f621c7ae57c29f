"""What is to be noticed about a run, in a sentence each, and what a button says that helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, assert_never

import numpy as np

from dashboard.settings import written
from dashboard.words.settings import brief, in_words
from logreg_core import AUTO
from logreg_core.diagnosis import (
    Crawling,
    Diverged,
    Noisy,
    NoMinimum,
    NotThereYet,
    Oscillating,
    Overfitting,
    Stalled,
)

if TYPE_CHECKING:
    from logreg_core.diagnosis import AnyFinding, Remedy, Steps

#: Below and above these, a number is read more easily by its power of ten, which Python
#: writes with a sign and a 0 too many: e+05, e-06.
_FEWEST: Final = 1e-4
_MOST: Final = 1e5
_POWER: Final = re.compile(r"e\+?(-?)0*")


def remedy_label(remedy: Remedy) -> str:
    """What a button says that applies a remedy.

    Examples
    --------
    >>> remedy_label({"learning_rate": "auto"})
    'Start with α = auto'
    """
    said = ", ".join(in_words(name, brief(name, value)) for name, value in remedy.items())
    return f"Start with {said}"


def finding_sentence(finding: AnyFinding) -> str:
    """What a finding means, with the numbers that show it; markdown."""
    match finding:
        case Diverged():
            said = _diverged(finding)
        case Oscillating():
            said = _oscillating(finding)
        case Noisy():
            said = _noisy(finding)
        case NoMinimum():
            said = _no_minimum(finding)
        case Overfitting():
            said = _overfitting(finding)
        case Stalled():
            said = _stalled(finding)
        case Crawling():
            said = _crawling(finding)
        case NotThereYet():
            said = _not_there_yet(finding)
        case _:
            assert_never(finding)
    return said


def _diverged(finding: Diverged) -> str:
    by = "in a single step" if finding.iteration == 1 else f"by iteration {finding.iteration:,}"
    reached = f"to {_short(finding.cost)}" if np.isfinite(finding.cost) else "beyond all numbers"
    return (
        f"**Diverging.** {_too_long(finding.steps)}: each step overshoots the valley, and J rose "
        f"from {_short(finding.cost_at_start)} {reached} {by}.{_advice(finding)}"
    )


def _oscillating(finding: Oscillating) -> str:
    return (
        f"**Oscillating.** {_too_long(finding.steps)}: each step overshoots the valley. "
        f"{_swings(finding)}.{_advice(finding)}"
    )


def _noisy(finding: Noisy) -> str:
    batch = "1 example" if finding.batch_size == 1 else f"{finding.batch_size:,} examples"
    return (
        f"**Oscillating.** {_swings(finding)}: each batch, of {batch}, pulls another way. An α "
        "that shrinks or larger batches calm it."
    )


def _no_minimum(finding: NoMinimum) -> str:
    grown = f"from {_short(finding.earlier_size)} halfway to {_short(finding.size)}"
    if finding.separated:
        return (
            "**Perfectly separated.** With every training digit on the right side and λ = 0, J "
            f"falls for ever while θ grows: ‖θ‖ went {grown}. Any λ above 0 stops that."
        )
    return (
        "**No lowest J.** Some pixels have ink on one side only, and at λ = 0 their weights grow "
        f"for ever: ‖θ‖ went {grown}. Any λ above 0 stops that."
    )


def _overfitting(finding: Overfitting) -> str:
    return (
        f"**Overfitting.** The held-out cost was least, {_short(finding.least)}, at iteration "
        f"{finding.iteration:,}, and is {_short(finding.now)} now, though the training cost went "
        "on falling: θ learns by heart. Try a larger λ, or stop there."
    )


def _stalled(finding: Stalled) -> str:
    return (
        "**Stalled.** This optimiser cannot lower J any further, with "
        f"{_short(finding.gradient_norm)} left as the largest entry of the gradient where "
        f"{_short(finding.tolerance)} was asked for. Try a looser tolerance."
    )


def _crawling(finding: Crawling) -> str:
    steps = finding.steps
    automatic = "" if steps.automatic is None else f"{steps.automatic:.2g}"
    compared = (
        f"the usual {automatic}"
        if steps.curvature is None
        else f"1/L = {automatic}, the longest step that never overshoots"
    )
    return (
        f"**Crawling.** α = {written(steps.learning_rate)} is far below {compared}: the last "
        f"{finding.iterations:,} iterations lowered J by {_percent(finding.fell)} only. "
        "Try “auto”."
    )


def _not_there_yet(finding: NotThereYet) -> str:
    return (
        f"**Not there yet.** The last {finding.iterations:,} iterations still lowered J by "
        f"{_percent(finding.fell)}."
    )


def _too_long(steps: Steps | None) -> str:
    """Why steps overshoot, as far as it is known."""
    if steps is None or not steps.are_longer_than_automatic:
        return "The steps are too long"
    alpha = f"α = {written(steps.learning_rate)}"
    if steps.are_too_long:
        return f"{alpha} is above {steps.formula} = {steps.longest:.2g}"
    if steps.curvature is None and steps.automatic is not None:
        return f"{alpha} is far above the usual {steps.automatic:.2g}"
    return f"{alpha} is too large"


def _swings(finding: Oscillating | Noisy) -> str:
    return (
        f"{finding.rises} of the last {finding.of} steps raised J, which went to and fro between "
        f"{_short(finding.least)} and {_short(finding.most)}"
    )


def _advice(finding: Diverged | Oscillating) -> str:
    steps = finding.steps
    longer = steps is not None and steps.are_longer_than_automatic
    return f" Try “{AUTO}”." if longer else ""


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2g} %"


def _short(number: float) -> str:
    """A number of at least 0 as short as it can be read.

    Examples
    --------
    >>> _short(0.69315), _short(31427.8), _short(3.14e12), _short(1e-6)
    ('0.693', '31,428', '3.1e12', '1e-6')
    """
    if 0 < number < _FEWEST or number >= _MOST:
        return _POWER.sub(r"e\1", f"{number:.2g}")
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"
