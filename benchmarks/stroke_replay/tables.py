"""What was counted, as lines to be printed and as JSON."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from logreg_core import wilson_interval

from .counting import (
    BRUSHES,
    SIZES,
    Share,
    read_right,
    refusals,
    worst_brush,
    worst_cell,
)
from .rasteriser import VISIBLE, differing, rasterised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .browser import Replayed
    from .reading import Outcome, Reader

    Results = Sequence[tuple[Reader, list[Outcome]]]

_FULL: Final = "full"
_LONGEST_MS: Final = 5.0  # that the way to 20x20 may take


@dataclass(frozen=True)
class Target:
    """A share that a model in the preparation "full" should read."""

    training: str
    task: str
    wanted: float
    worst_brush: bool = False


TARGETS: Final = (
    Target("bundled", "0 vs 1", 0.995),
    Target("bundled", "10 digits", 0.93),
    Target("bundled", "10 digits", 0.89, worst_brush=True),
    Target("MNIST", "0 vs 1", 0.995),
    Target("MNIST", "10 digits", 0.86),
)


def report(results: Results) -> Iterator[str]:
    """All that is printed of the counts, line by line."""
    yield from summary(results)
    yield ""
    yield from verdicts(results)
    yield ""
    yield from times(results)
    for reader, outcomes in results:
        if outcomes:
            yield ""
            yield from details(reader, outcomes)


def summary(results: Results) -> Iterator[str]:
    """A line for each model."""
    yield f"{'trained on':24} {'prepared':9} {'task':10} read right (95 % interval)"
    for reader, outcomes in results:
        trained_on = f"{reader.training} ({reader.images:,})"
        yield (
            f"{trained_on:24} {reader.preparation:9} {reader.task:10} "
            f"{read_right(outcomes)} of {len(outcomes):,}"
        )


def verdicts(results: Results) -> Iterator[str]:
    """A line for each target whose model was counted: what is wanted, and whether it is so."""
    for target in TARGETS:
        for reader, outcomes in results:
            asked = (reader.training, reader.task, reader.preparation)
            if outcomes and asked == (target.training, target.task, _FULL):
                yield _verdict(target, outcomes)


def times(results: Results) -> Iterator[str]:
    """How long the way to 20x20 takes."""
    for preparation in dict.fromkeys(reader.preparation for reader, _ in results):
        taken = [
            outcome.milliseconds
            for reader, outcomes in results
            for outcome in outcomes
            if reader.preparation == preparation
        ]
        if taken:
            median = statistics.median(taken)
            yield (
                f"normalise_drawing, {preparation:8} {median:5.2f} ms (median)"
                f"  wanted at most {_LONGEST_MS:g}: {_yes_or_no(median <= _LONGEST_MS)}"
            )


def details(reader: Reader, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """One model's shares by brush width and by size, the worst of them, and what was refused."""
    yield f"{reader.training}, {reader.preparation}, {reader.task}"
    yield _in_a_row("by brush", {brush: read_right(outcomes, brush=brush) for brush in BRUSHES})
    yield _in_a_row("by size", {size: read_right(outcomes, size=size) for size in SIZES})
    brush, size, share = worst_cell(outcomes)
    yield f"  worst      brush {brush}, size {size}: {share} of {share.total:,}"
    refused = refusals(outcomes)
    yield f"  refused    {sum(labels.total() for labels in refused.values())}"
    for sentence, labels in refused.items():
        drawn = ", ".join(f"{count} x {label}" for label, count in sorted(labels.items()))
        yield f"    {drawn}: {sentence}"


def replays(drawn: Sequence[Replayed], of_canvas: Results, of_rasteriser: Results) -> Iterator[str]:
    """What the page itself read, and how far its canvas and the rasteriser differ.

    Parameters
    ----------
    drawn : sequence of Replayed
        As drawn on the page.
    of_canvas, of_rasteriser : Results
        What the same models made of either picture of these drawings.
    """
    right = Share(sum(one.read_as == str(one.drawing.label) for one in drawn), len(drawn))
    yield f"read right by the page itself, of all ten digits: {right} of {right.total:,}"
    for sentence in sorted({one.read_as for one in drawn if not one.read_as.isdigit()}):
        labels = ", ".join(str(one.drawing.label) for one in drawn if one.read_as == sentence)
        yield f"  not read: {labels}: {sentence}"
    shares = [
        differing(one.picture, rasterised(one.drawing.strokes, one.drawing.brush)) for one in drawn
    ]
    yield (
        f"canvas and rasteriser differ by more than {VISIBLE} of 255 in "
        f"{statistics.median(shares):.2%} of the pixels (median), {max(shares):.2%} at most"
    )
    alike = [
        first.read_as == second.read_as
        for (_, canvas), (_, painted) in zip(of_canvas, of_rasteriser, strict=True)
        for first, second in zip(canvas, painted, strict=True)
    ]
    yield f"and are read alike {sum(alike):,} times of {len(alike):,}"


def as_json(results: Results, how: dict[str, Any]) -> str:
    """How it was drawn, and for each model a count for each brush width and size."""
    models = [
        {
            "training": reader.training,
            "images": reader.images,
            "preparation": reader.preparation,
            "task": reader.task,
            "refused": sum(bool(outcome.refusal) for outcome in outcomes),
            "milliseconds": statistics.median(outcome.milliseconds for outcome in outcomes),
            "counts": [
                _as_dict(brush, size, read_right(outcomes, brush=brush, size=size))
                for brush in (None, *BRUSHES)
                for size in (None, *SIZES)
            ],
        }
        for reader, outcomes in results
        if outcomes
    ]
    return json.dumps({"drawn": how, "models": models}, indent=1, ensure_ascii=False)


def _verdict(target: Target, outcomes: Sequence[Outcome]) -> str:
    what = f"{target.training}, {target.task}"
    share = read_right(outcomes)
    if target.worst_brush:
        brush, share = worst_brush(outcomes)
        what += f", worst brush ({brush})"
    reached = _yes_or_no(share.value >= target.wanted)
    return f"{what:45} {share}  wanted {target.wanted:.1%}: {reached}"


def _in_a_row(name: str, shares: dict[str, Share]) -> str:
    cells = "".join(f" {part:>12} {share!s:25}" for part, share in shares.items())
    return f"  {name:9}{cells}".rstrip()


def _yes_or_no(reached: bool) -> str:
    return "yes" if reached else "NO"


def _as_dict(brush: str | None, size: str | None, share: Share) -> dict[str, Any]:
    low, high = wilson_interval(share.hits, share.total)
    return {
        "brush": brush or "any",
        "size": size or "any",
        "right": share.hits,
        "total": share.total,
        "low": low,
        "high": high,
    }
