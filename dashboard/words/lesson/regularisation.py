"""What step 7 says: what λ does to θ, and what happens without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.plain import listed, short_percent
from logreg_core import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import Trial

_PENALTY: Final = (
    "The penalty charges for every large weight, but not for the bias: **the larger λ, the "
    "shorter θ**."
)


def regularisation_text(trials: Sequence[Trial], examples: int) -> str:
    """The text of the step.

    Parameters
    ----------
    trials : sequence of Trial
        One for each λ, λ = 0 first; empty before they are over.
    examples : int
        How many they learnt from.
    """
    if not trials:
        return _PENALTY
    return f"{_PENALTY} {_best(trials)} {_without_penalty(trials[0], examples)}"


def misread(trial: Trial, examples: int) -> int:
    """How many of its training examples a trial misreads at its end."""
    return examples - round(trial.last.accuracy * examples)


def _best(trials: Sequence[Trial]) -> str:
    """Which λ does best on held-out digits."""
    most = max(trial.last.held_out_accuracy for trial in trials)
    best = [f"{trial.config.lam:g}" for trial in trials if trial.last.held_out_accuracy == most]
    if len(best) == len(trials):
        here = f"each λ reads **{short_percent(most)}** of them"
    else:
        do = "does" if len(best) == 1 else "do"
        here = f"λ = {listed(best)} {do} best, with **{short_percent(most)}**"
    return f"Held-out digits say how much of it is right: here {here}."


def _without_penalty(trial: Trial, examples: int) -> str:
    """Whether J has a lowest point at λ = 0."""
    wrong = misread(trial, examples)
    if wrong == 0:
        return (
            "At λ = 0 **J has no lowest point** here: every training digit is on its right side, "
            "and a longer θ is only surer of all of them, so that J falls for ever."
        )
    those = f"**{wrong:,}** of {examples:,} training digits"
    if trial.reason is StopReason.ENDLESS:
        return (
            f"At λ = 0 θ misreads {those}, which cost the more the longer it is, and still **J "
            "has no lowest point**: some pixel has ink on one side only, and its weight alone "
            "can grow for ever."
        )
    return (
        "At λ = 0, J falls for ever where every training digit is on its right side; here θ "
        f"misreads {those}, which cost the more the longer it is, so that **J turns up**."
    )
