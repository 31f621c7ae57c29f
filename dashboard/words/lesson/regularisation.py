"""What step 7 says: what λ does to θ, and what happens without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logreg_core import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import Outcome

_PENALTY: Final = (
    "The penalty charges for every large weight, but not for the bias: **the larger λ, the "
    "shorter θ**."
)
_BOTH_NUMBERS: Final = (
    "A shorter θ fits the training digits less closely, which may make it read new ones better "
    "or worse: below each stands what it reads of both."
)

#: Of a training that was broken off, so that nobody knows where it would have come to.
_BROKEN_OFF: Final = frozenset({StopReason.ITERATIONS, StopReason.TIME})


def regularisation_text(outcomes: Sequence[Outcome]) -> str:
    """The text of the step.

    Parameters
    ----------
    outcomes : sequence of Outcome
        One for each λ, λ = 0 first; empty before they are over.
    """
    if not outcomes:
        return _PENALTY
    return f"{_PENALTY} {_BOTH_NUMBERS} {_without_penalty(outcomes[0])}"


def _without_penalty(outcome: Outcome) -> str:
    """Whether J has a lowest point at λ = 0, as far as that is known."""
    score = outcome.scores.training
    if score.right == score.of:
        return (
            "At λ = 0 **J has no lowest point** here: every training digit is on its right side, "
            "and a longer θ is only surer of all of them, so that J falls for ever."
        )
    those = f"**{score.of - score.right:,}** of {score.of:,} training digits"
    if outcome.reason is StopReason.ENDLESS:
        return (
            f"At λ = 0 θ misreads {those}, which cost the more the longer it is, and still **J "
            "has no lowest point**: some pixel has ink on one side only, and its weight alone "
            "can grow for ever."
        )
    if outcome.reason in _BROKEN_OFF:
        return (
            "At λ = 0, J falls for ever where some θ has every training digit on its right side; "
            f"**whether one has is open** here, since training ended at its limit with {those} "
            "misread."
        )
    return (
        "At λ = 0, J falls for ever where every training digit is on its right side; here θ "
        f"misreads {those}, which cost the more the longer it is, so that **J turns up**."
    )
