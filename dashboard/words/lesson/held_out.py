"""What step 8 says: what a number is worth that was measured on held-out digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.words.plain import short_percent

if TYPE_CHECKING:
    from logreg_core import Score


def held_out_text(held_out: Score, *, numbers: int, by_heart: int) -> str:
    """The text of the step.

    Parameters
    ----------
    held_out : Score
        Of the model at hand.
    numbers : int
        How many θ has, of all classes together.
    by_heart : int
        Digits whose labels are dealt at random.
    """
    low, high = held_out.interval
    return (
        f"To read 100 % of the training digits proves little: with {numbers:,} numbers, θ can "
        f"learn {by_heart:,} digits **by heart**, even if their labels are dealt at random. A fair "
        f"number comes from digits that were held out: this model reads {counted(held_out)} of "
        f"them, and with 95 % confidence it reads between **{short_percent(low)}** and "
        f"**{short_percent(high)}** of all such digits. The learning curve trains on ever more "
        "digits: where its two lines still stand apart at the right end, more of them should "
        "help."
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
