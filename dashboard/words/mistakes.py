"""What a model gets wrong on held-out digits, and whether it is as sure as it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.words.plain import a_digit, plain, short_percent, whole_percent
from logreg_core import Score

if TYPE_CHECKING:
    from logreg_core import ReliabilityCurve

#: The parts of what is shown, as a link calls them → as a person reads them.
MISTAKE_PARTS: Final = {"images": "Which it misreads", "calibration": "Is it too sure?"}

#: With fewer misread digits than this, whatever is said of them is chance.
_FEW: Final = 5

#: Answers in a bin that is worth a sentence.
_ENOUGH: Final = 10


def held_out_named(name: str, classes: tuple[int, ...], iteration: int | None) -> str:
    """Which images are meant; `iteration` where the run goes on.

    Examples
    --------
    >>> held_out_named("Digits", (3, 8), None)
    'Held-out digits of “Digits”, 3 and 8: the model never learnt from them.'
    """
    *others, last = map(str, classes)
    digits = "all ten digits" if len(classes) == 10 else f"{', '.join(others)} and {last}"
    as_of = "" if iteration is None else f" It is still learning: as of iteration {iteration:,}."
    return f"Held-out digits of “{plain(name)}”, {digits}: the model never learnt from them.{as_of}"


def score_sentence(score: Score) -> str:
    """How many are misread, and between which shares the truth lies.

    Examples
    --------
    >>> score_sentence(Score(111, 112))
    'Of **112** held-out digits **1** is misread: **99.1 %** right (95.1 to 99.8 %, 95 % \
confidence).'
    >>> score_sentence(Score(90, 90))
    'Of **90** held-out digits **none** is misread: **100 %** right (95.9 to 100 %, 95 % \
confidence).'
    """
    wrong = score.of - score.right
    low, high = score.interval
    misread = "**none** is" if wrong == 0 else f"**{wrong:,}** {'is' if wrong == 1 else 'are'}"
    return (
        f"Of **{score.of:,}** held-out digits {misread} misread: "
        f"**{short_percent(score.share)}** right "
        f"({short_percent(low).removesuffix(' %')} to {short_percent(high)}, 95 % confidence)."
    )


def reading_label(label: int, read_as: int, confidence: float) -> str:
    """An image under the mouse.

    Examples
    --------
    >>> reading_label(7, 1, 0.93)
    '7 read as 1, 93 % sure'
    """
    return f"{label} read as {read_as}, {whole_percent(confidence)} sure"


def reading_caption(label: int, read_as: int, confidence: float) -> str:
    """The same in the room below a small image.

    Examples
    --------
    >>> reading_caption(7, 1, 0.9996)
    '7→1 >99 %'
    """
    return f"{label}→{read_as} {whole_percent(confidence)}"


def shown_sentence(count: int, misread: int, label: int | None, read_as: int | None) -> str:
    """Which images the gallery shows.

    Parameters
    ----------
    count : int
        How many it shows.
    misread : int
        How many are misread in all.
    label, read_as : int, optional
        What the visitor asked for.

    Examples
    --------
    >>> shown_sentence(4, 12, 3, 8)
    '**4** times a **3** is read as an **8**, the surest first.'
    >>> shown_sentence(0, 12, 3, None)
    'No **3** is misread.'
    """
    if label is None and read_as is None:
        if misread:
            return f"**All {misread:,} that are misread**, the surest first."
        return f"None is misread. **These {count} came nearest to it**, the least sure first."
    if label is not None and label == read_as:
        return (
            f"**{count:,}** times {a_digit(label, bold=True)} is read as what it is, "
            "the least sure first."
            if count
            else f"No {_bold(label)} is read as what it is."
        )
    shown = "another digit" if label is None else a_digit(label, bold=True)
    read = "misread" if read_as is None else f"read as {a_digit(read_as, bold=True)}"
    if count == 0:
        none = "other digit" if label is None else _bold(label)
        return f"No {none} is {read}."
    times = "Once" if count == 1 else f"**{count:,}** times"
    return f"{times} {shown} is {read}{', the surest first' if count > 1 else ''}."


def cost_sentence(cost: float, probability: float, label: int, *, one_vs_all: bool) -> str:
    """What a held-out image costs, and why.

    Parameters
    ----------
    cost : float
        Of `Judgement.costs`.
    probability : float
        Of the label.
    label : int
        What the image shows.
    one_vs_all : bool
        Whether several digits have a σ(z) of their own.

    Examples
    --------
    >>> cost_sentence(2.3026, 0.1, 3, one_vs_all=False)
    'To a **3** it gives 10.0 %, which costs −log 0.1 = **2.30**.'
    """
    gives = f"To {a_digit(label, bold=True)} it gives {short_percent(probability)}"
    if one_vs_all:
        return f"{gives}. What all its σ(z) say of this image costs **{cost:.2f}**."
    return f"{gives}, which costs −log {probability:.3g} = **{cost:.2f}**."


def image_title(label: int, place: int, count: int) -> str:
    """One image by its label and its place among those shown, from 0."""
    return f"{a_digit(label, bold=True).replace('*', '').capitalize()}, {place + 1:,} of {count:,}"


def confidence_sentence(curve: ReliabilityCurve) -> str:
    """What it means when the model is most sure, and what when it is least sure.

    Examples
    --------
    >>> from logreg_core import reliability_curve
    >>> confidence_sentence(reliability_curve([0.95] * 36, [False] + [True] * 35))
    'Where it says **90 to 100 %**, it is right **97.2 %** of the time (35 of 36).'
    """
    most = len(curve.counts) - 1
    least = [place for place in range(most) if curve.counts[place] >= _ENOUGH][:1]
    return " ".join(_of_bin(curve, place) for place in [most, *least])


def calibration_sentence(curve: ReliabilityCurve) -> str:
    """Whether the model is as sure as it may be, over all answers."""
    score = Score(int(curve.right.sum()), int(curve.counts.sum()))
    said = float(np.average(curve.confidence, weights=curve.counts))
    low, high = score.interval
    if said < low:
        verdict = "**Too modest**"
    elif said > high:
        verdict = "**Too sure**"
    else:
        verdict = f"**As sure as it may be**, as far as {score.of:,} digits can tell"
    return (
        f"{verdict}: on average it says {short_percent(said)} and is right in "
        f"{short_percent(score.share)}. From bin to bin, the two are on average "
        f"**{_points(curve.expected_calibration_error)}** apart (expected calibration error)."
    )


def brier_sentence(score: float) -> str:
    """The mean square of how far what it says is from what came true."""
    return (
        f"Brier score **{score:.3g}**: the mean of (what it said − what came true)², with 1 for "
        "right and 0 for wrong. 0 is perfect; always saying 50 % gives 0.25."
    )


def too_easy_sentence(misread: int, classes: tuple[int, ...]) -> str:
    """Why these digits do not tell how sure the model may be; empty where they do."""
    if misread >= _FEW:
        return ""
    harder = [] if len(classes) == 10 else ["**all ten digits**"]
    harder += [] if {3, 8} <= set(classes) else ["**3 and 8**"]
    suggested = f" Tell {' or '.join(harder)} apart to learn more." if harder else ""
    if misread == 0:
        return (
            "It reads every one of these rightly. They are too easy to tell whether it is right "
            f"nine times in ten where it says 90 %.{suggested}"
        )
    misread_digits = "digit is" if misread == 1 else "digits are"
    return f"Only {misread} {misread_digits} misread: what follows is mostly chance.{suggested}"


def how_it_is_meant(classes: tuple[int, ...], *, softmax: bool) -> str:
    """What is drawn, and which probability is meant where there are several."""
    shown = (
        "Each mark is a bin of answers, with the interval in which its true share lies with 95 % "
        "confidence. On the dashed line a model is right as often as it says; below it, it is "
        "too sure."
    )
    if len(classes) == 2 or softmax:
        return shown
    return (
        f"{shown} Each digit has a σ(z) of its own here, and they need not sum to 1: what counts "
        "as sure is the σ of the digit that is read, divided by the sum of all."
    )


def _of_bin(curve: ReliabilityCurve, place: int) -> str:
    score = Score(int(curve.right[place]), int(curve.counts[place]))
    return (
        f"Where it says **{100 * curve.lower[place]:.0f} to {100 * curve.upper[place]:.0f} %**, "
        f"it is right **{short_percent(score.share)}** of the time "
        f"({score.right:,} of {score.of:,})."
    )


def _bold(digit: int) -> str:
    return f"**{digit}**"


def _points(difference: float) -> str:
    return f"{100 * difference:.1f} percentage points"
