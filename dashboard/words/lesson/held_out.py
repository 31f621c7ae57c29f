"""What step 8 says: what a number is worth that was measured on held-out digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.plain import short_percent

if TYPE_CHECKING:
    from logreg_core import Score

#: What the learning curve shows, as a link calls it → as a person reads it.
CURVES: Final = {"cost": "Cost", "accuracy": "Read correctly"}

#: Training digits that nobody is astonished to see learnt by heart.
_FEW: Final = 20


def held_out_text(held_out: Score, *, numbers: int, learnt_from: int, dealt: Score | None) -> str:
    """The text of the step.

    Parameters
    ----------
    held_out : Score
        Of the model at hand.
    numbers : int
        How many θ has, of all classes together.
    learnt_from : int
        Training digits of the model at hand.
    dealt : Score or None
        What was learnt of digits, each of them once, whose labels are dealt at random; None
        while it is unknown.
    """
    low, high = held_out.interval
    return (
        f"{_by_heart(numbers, learnt_from, dealt)} A fair number comes from digits that were held "
        "out, as long as nothing was chosen by them either, such as the best λ of step 7: this "
        f"model reads {counted(held_out)} of them, and with 95 % confidence it reads between "
        f"**{short_percent(low)}** and **{short_percent(high)}** of all such digits. The learning "
        "curve trains on ever more digits: where its two lines still stand apart at the right "
        "end, more of them should help."
    )


def _by_heart(numbers: int, learnt_from: int, dealt: Score | None) -> str:
    """Why 100 % of the training digits are easy, as far as that is known."""
    easy = "To read 100 % of the training digits proves little"
    distinct = learnt_from if dealt is None else min(learnt_from, dealt.of)
    if distinct < _FEW:
        return (
            f"{easy}: θ has {numbers:,} numbers, enough to tell nearly any {distinct} images apart."
        )
    if dealt is None:
        return (
            f"{easy}: θ has {numbers:,} numbers, in which it can learn digits **by heart** rather "
            "than what they have in common."
        )
    if dealt.right == dealt.of:
        return (
            f"{easy}: with {numbers:,} numbers, θ here learns **{dealt.of:,} digits by heart**, "
            "though their labels were dealt at random."
        )
    return (
        f"{easy}: with {numbers:,} numbers, θ here comes to read **{dealt.right:,} of "
        f"{dealt.of:,}** digits as labels say that were dealt at random."
    )


def counted(score: Score) -> str:
    """How many of how many, and what share that is.

    Examples
    --------
    >>> from logreg_core import Score
    >>> counted(Score(89, 90))
    '**89 of 90** = **98.9 %**'
    """
    return f"**{score.right:,} of {score.of:,}** = **{short_percent(score.share)}**"


def score_label(score: Score, *, interval: bool) -> str:
    """The same as a label on a chart, with the 95 % interval where it means something.

    Examples
    --------
    >>> from logreg_core import Score
    >>> score_label(Score(89, 90), interval=True)
    '89 of 90 = 98.9 % (94.0 to 99.8 %)'
    """
    share = f"{score.right:,} of {score.of:,} = {short_percent(score.share)}"
    if not interval:
        return share
    low, high = (short_percent(end) for end in score.interval)
    return f"{share} ({low.removesuffix(' %')} to {high})"


def curve_label(lam: float, draws: int, thetas: int) -> str:
    """Above the learning curve: how its models were trained, and whose cost it is.

    Examples
    --------
    >>> curve_label(1, 3, 1)
    '**The learning curve** (λ = 1, 3 draws of each m, each trained to the end)'
    >>> curve_label(0.1, 3, 10)
    '**The learning curve** (λ = 0.1, 3 draws of each m, each trained to the end; the cost of 10 θ)'
    """
    whose = f"; the cost of {thetas} θ" if thetas > 1 else ""
    return (
        f"**The learning curve** (λ = {lam:g}, {draws} draws of each m, each trained to the end"
        f"{whose})"
    )
