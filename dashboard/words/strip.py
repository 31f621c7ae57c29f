"""What the steps from a drawing to 400 numbers do to the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.plain import listed, whole_percent

if TYPE_CHECKING:
    from collections.abc import Collection

    from logreg_core import Reading

#: Name of a stage → what its switch is called.
SWITCHES: Final = {
    "crop": "Crop",
    "stroke": "Set the stroke",
    "slant": "Remove the slant",
    "evening": "Even out",
}


def effect_sentence(read: Reading, otherwise: Reading | None, *, is_on: bool) -> str:
    """What would be read with one switch the other way; None where that would be no digit."""
    way = "Without it:" if is_on else "With it:"
    if otherwise is None:
        return f"{way} no digit"
    sure = f"({whole_percent(float(otherwise.probabilities.max()))})"
    if otherwise.digit == read.digit:
        return f"{way} still {otherwise.digit} {sure}"
    return f"{way} **:red[{otherwise.digit}]** {sure}"


def left_out_sentence(left_out: Collection[str]) -> str:
    """A reminder beside the answer that it was not read as the model wants it; or nothing."""
    names = [f"“{name}”" for stage, name in SWITCHES.items() if stage in left_out]
    return f"Read without {listed(names)}: switches below." if names else ""
