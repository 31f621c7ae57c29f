"""Shares of drawings that were read right, by brush width and by size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logreg_core import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .reading import Outcome

#: As a table calls them → from, and up to but without; px.
BRUSHES: Final = {"10-15 px": (10, 16), "16-21 px": (16, 22), "22-28 px": (22, 29)}
SIZES: Final = {"80-127 px": (80, 127), "127-173 px": (127, 173), "173-220 px": (173, 221)}


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.hits / max(self.total, 1)

    def __str__(self) -> str:
        low, high = wilson_interval(self.hits, self.total)
        return f"{self.value:6.1%} ({low:.1%} to {high:.1%})"


def read_right(
    outcomes: Iterable[Outcome], *, brush: str | None = None, size: str | None = None
) -> Share:
    """Count those that were read right.

    Parameters
    ----------
    outcomes : iterable of Outcome
        Of one model.
    brush, size : str, optional
        Only drawings within these bounds, keys of `BRUSHES` and `SIZES`.
    """
    right = [
        outcome.is_right
        for outcome in outcomes
        if (brush is None or _within(outcome.drawing.brush, BRUSHES[brush]))
        and (size is None or _within(outcome.drawing.size, SIZES[size]))
    ]
    return Share(sum(right), len(right))


def worst_brush(outcomes: Sequence[Outcome]) -> tuple[str, Share]:
    """The range of brush widths that is read worst."""
    shares = {brush: read_right(outcomes, brush=brush) for brush in BRUSHES}
    drawn = {brush: share for brush, share in shares.items() if share.total}
    return min(drawn.items(), key=lambda item: item[1].value)


def worst_cell(outcomes: Sequence[Outcome]) -> tuple[str, str, Share]:
    """The brush width and size that together are read worst."""
    shares = [
        (brush, size, read_right(outcomes, brush=brush, size=size))
        for brush in BRUSHES
        for size in SIZES
    ]
    return min((cell for cell in shares if cell[2].total), key=lambda cell: cell[2].value)


def refusals(outcomes: Iterable[Outcome]) -> dict[str, Counter[int]]:
    """Sentence of refusal → how many drawings of each digit it was said of."""
    found: dict[str, Counter[int]] = {}
    for outcome in outcomes:
        if outcome.refusal:
            found.setdefault(outcome.refusal, Counter())[outcome.drawing.label] += 1
    return found


def misread(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those read wrong, the least probable label first; then those that were refused."""
    wrong = [outcome for outcome in outcomes if not outcome.is_right]
    return sorted(wrong, key=lambda outcome: (outcome.read_as is None, outcome.of_label))


def _within(value: float, bounds: tuple[float, float]) -> bool:
    low, high = bounds
    return low <= value < high
