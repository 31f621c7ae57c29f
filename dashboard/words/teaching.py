"""What is said where a visitor labels drawings and lets the model learn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.data import number_of_drawings
from dashboard.words.plain import a_digit, listed, whole_percent
from dashboard.words.settings import weight_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.teaching import Readings
    from logreg_core import Score

NOTHING_YET: Final = (
    "Draw, and say above whether it was read rightly. Your drawings are collected, and here the "
    "model can learn from them: you will see what changes, on them and on the held-out digits."
)

OTHER_RUN: Final = (
    "A training of yours with other settings is under way. What your drawings change is shown "
    "when it has ended."
)

OTHER_IS_PAUSED: Final = (
    "A training of yours with other settings is paused: start anew or stop it on **Train**, and "
    "see here what your drawings change."
)

PAUSED: Final = "The training is paused: go on with it on **Train**, and see here what has changed."

HOW_TO_READ: Final = (
    "Grey rings: before, without your drawings. Filled dots: after. The thin lines are 95 % "
    "intervals: the fewer images, the wider."
)

PROVES_LITTLE: Final = (
    "The blue dot **proves little**: the model learnt from these very drawings. "
    "Fair is what a model makes of a drawing that it has not seen."
)


def right_label(digit: int) -> str:
    """On the button that agrees with the model."""
    return f"Right, {a_digit(digit)}"


def kept_as_sentence(label: int, classes: tuple[int, ...]) -> str:
    """Under which label a drawing is kept, and whether this model can learn it.

    Examples
    --------
    >>> kept_as_sentence(3, (3, 8))
    'Kept as a **3**.'
    >>> kept_as_sentence(7, (3, 8))
    'Kept as a **7**. This model tells only 3 and 8 apart: it learns from a 7 once that digit is \
chosen too.'
    """
    kept = f"Kept as {a_digit(label, bold=True)}."
    if label in classes:
        return kept
    return (
        f"{kept} This model tells only {listed(classes)} apart: it learns from {a_digit(label)} "
        "once that digit is chosen too."
    )


def drawn_on_sentence(label: int) -> str:
    """A drawing was kept, and has more strokes by now."""
    return (
        f"You have drawn on since this was kept as {a_digit(label, bold=True)}: "
        "say again what it is, and it takes the place of the earlier one."
    )


def share_sentence(drawings: int, weight: int, others: int) -> str:
    """What part of the training examples the drawings make.

    Examples
    --------
    >>> share_sentence(4, 10, 360)
    'Your **4 drawings** count as **40** of **400** training examples (10 %).'
    """
    counted = drawings * weight
    whole = counted + others
    verb = "counts" if drawings == 1 else "count"
    return (
        f"Your **{number_of_drawings(drawings)}** {verb} as **{counted:,}** of **{whole:,}** "
        f"training examples ({whole_percent(counted / whole)})."
    )


def too_heavy_sentence(drawings: int, chosen: int, weight: int, most: int) -> str:
    """Why drawings count less than was chosen.

    Examples
    --------
    >>> too_heavy_sentence(2000, 30, 10, 20_000)
    '2,000 drawings at 30 examples each would be 60,000: accepted are 20,000 at most, so each \
counts as 10 examples.'
    """
    return (
        f"{number_of_drawings(drawings)} at {weight_label(chosen)} each would be "
        f"{drawings * chosen:,}: accepted are {most:,} at most, so each counts as "
        f"{weight_label(weight)}."
    )


def last_drawings_text(labels: Sequence[int]) -> str:
    """What the picture of the last drawings shows, for those who do not see it.

    Examples
    --------
    >>> last_drawings_text([0, 1, 7])
    'The last of your drawings, kept as 0, 1 and 7'
    """
    return f"The last of your drawings, kept as {listed(tuple(labels))}"


def not_told_apart_sentence(counts: Mapping[int, int], classes: tuple[int, ...]) -> str:
    """Which drawings wait for other digits to be chosen; empty where none does.

    Examples
    --------
    >>> not_told_apart_sentence({3: 2, 7: 1, 9: 4}, (3, 8))
    '5 drawings show 7 and 9. The model tells 3 and 8 apart: they are kept, but not learnt from \
until their digits are chosen.'
    >>> not_told_apart_sentence({3: 2}, (3, 8))
    ''
    """
    waiting = {digit: count for digit, count in counts.items() if digit not in classes}
    if not waiting:
        return ""
    count = sum(waiting.values())
    shows, they, their = (
        ("shows", "it is", "its digit is")
        if count == 1
        else ("show", "they are", "their digits are")
    )
    return (
        f"{number_of_drawings(count)} {shows} {listed(tuple(waiting))}. The model tells "
        f"{listed(classes) if len(classes) < 10 else 'others'} apart: {they} kept, but not learnt "
        f"from until {their} chosen."
    )


def as_it_is_sentence(score: Score) -> str:
    """How the model, which has seen none of them, reads the drawings."""
    low, high = score.interval
    return (
        f"The model has not seen your drawings, and reads **{score.right} of {score.of}** of them "
        f"rightly. From so many, the true share is somewhere from {low:.0%} to {high:.0%}."
    )


def dumbbell_title(what: str, before: Score, after: Score) -> str:
    """Above the lines of an accuracy before and after, as HTML."""
    counts = (
        f"{before.right:,} → {after.right:,} of {after.of:,}"
        if after.of < 1000
        else f"{before.share:.2%} → {after.share:.2%} of {after.of:,}"
    )
    return f"<b>{what}</b>  {counts}"


def traded_sentence(held_out: Readings) -> str:
    """What the held-out digits gained and lost."""
    gained, lost = held_out.newly_right, held_out.newly_wrong
    if gained == lost == 0:
        return "Of the **held-out digits**, none is read rightly now that was not before, or lost."
    return (
        f"Of the **held-out digits**, which no model here learns from, **{gained}** "
        f"{_is_are(gained)} read rightly now that {_was_were(gained)} not, and **{lost}** "
        f"{_is_are(lost)} lost."
    )


def fair_sentence(before: Score, fair: Score, parts: int) -> str:
    """The cross-validated accuracy, and how much to make of it."""
    if parts == 1:
        return (
            "A single drawing cannot be read fairly: there are no others to learn from. Draw and "
            "label more."
        )
    overlap = fair.interval[0] <= before.interval[1] and before.interval[0] <= fair.interval[1]
    if fair.right == before.right:
        verdict = "as many as before"
    elif overlap:
        verdict = f"before, {before.right}; with so few drawings the difference may be chance"
    else:
        verdict = f"before, {before.right}"
    return (
        f"Each drawing read by a model that learnt from the others, in {parts} trainings: "
        f"**{fair.right} of {fair.of}** rightly ({verdict})."
    )


def fair_progress(done: int, parts: int) -> str:
    """How far cross-validation has come."""
    return f"Reading each drawing with a model that has not seen it: {done} of {parts} trainings"


def learning_progress(iteration: int | None) -> str:
    """What the page waits for while it trains."""
    at = "preparing the images" if iteration is None else f"iteration {iteration:,}"
    return f"Learning from your drawings: {at}…"


def comparison_progress(iteration: int | None) -> str:
    """The same of the run to compare with."""
    at = "preparing the images" if iteration is None else f"iteration {iteration:,}"
    return f"Training without your drawings, to compare: {at}…"


def change_sentence(digit: int, classes: tuple[int, ...], size: float) -> str:
    """How to read Δθ, which is `size` times as long as θ was."""
    other = a_digit(classes[0]) if len(classes) == 2 else "others"
    return (
        f"**Δθ** = θ after − θ before, in colours of its own: ink on :red[red] pixels speaks more "
        f"for {a_digit(digit, bold=True)} than before, on :blue[blue] ones more for {other}. "
        f"Δθ is {whole_percent(size)} as long as θ was."
    )


def changed_sentence(changed: int, of: int) -> str:
    """How many drawings are read otherwise now."""
    if changed == 0:
        return (
            f"Each of your {number_of_drawings(of)} is read as before."
            if of > 1
            else ("Your drawing is read as before.")
        )
    are = "is" if changed == 1 else "are"
    return (
        f"**{changed} of your {number_of_drawings(of)}** {are} read otherwise now; "
        "✓ is what you said:"
    )


def changed_caption(label: int, before: int, after: int) -> str:
    """Below a drawing that is read otherwise now, as HTML."""
    mark = "✓" if after == label else "✗"
    return f"{before} → <b>{after}</b> {mark}"


def _is_are(count: int) -> str:
    return "is" if count == 1 else "are"


def _was_were(count: int) -> str:
    return "was" if count == 1 else "were"
