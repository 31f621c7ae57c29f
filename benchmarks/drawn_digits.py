"""How often is a drawn digit read right? Replays pen strokes and counts.

    python -m benchmarks.drawn_digits --strokes FILE

FILE is JSON: ``{"digits": [{"label": 7, "strokes": [[[x, y], ...], ...]}, ...]}`` with y down.
Each digit is drawn once on 280x280, at a random size, place and brush width, and read by models
that were trained on the bundled digits, one for each preparation. The recipe was tuned on digits
0, 2, 4, ... of such a file: ``--part odd`` counts those that it never saw.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw

from logreg_core import (
    PREPARATIONS,
    DataError,
    TrainConfig,
    fit,
    load_bundled,
    read_upload,
    wilson_interval,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from logreg_core import Dataset, Model

    Stroke = npt.NDArray[np.float64]  # (points, 2), x and y

CANVAS: Final = 280
SIZES: Final = (80.0, 220.0)  # px, longest side of the pen's path
BRUSHES: Final = (10.0, 28.0)  # px
SUPERSAMPLING: Final = 4  # Pillow draws without antialiasing
PARTS: Final = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}


@dataclass(frozen=True, eq=False)
class Drawing:
    """A digit as it stands on the canvas: (280, 280) uint8, ink 255 on paper 0."""

    label: int
    brush: float
    image: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    def __str__(self) -> str:
        low, high = wilson_interval(self.hits, self.total)
        return f"{self.hits / max(self.total, 1):6.1%} ({low:.1%} to {high:.1%})"


def rasterised(strokes: Sequence[Stroke], brush: float) -> npt.NDArray[np.uint8]:
    """Draw strokes, in pixels of the canvas, with a round brush of this width."""
    side, radius = CANVAS * SUPERSAMPLING, brush * SUPERSAMPLING / 2
    picture = Image.new("L", (side, side))
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(x, y) for x, y in (stroke * SUPERSAMPLING).tolist()]
        pen.line(points, fill=255, width=round(2 * radius))
        for x, y in points:  # round joints and ends
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(picture.reduce(SUPERSAMPLING))


def placed(
    strokes: Sequence[Stroke], size: float, brush: float, random: np.random.Generator
) -> list[Stroke]:
    """Scale the pen's path to a longest side of `size` and put it anywhere on the canvas."""
    points = np.concatenate(strokes)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = size / max(float(extent.max()), 1.0)
    margin = brush / 2 + 1
    place = margin + random.random(2) * (CANVAS - 2 * margin - extent * scale)
    return [(stroke - corner) * scale + place for stroke in strokes]


def drawings(file: Path, part: str, seed: int) -> list[Drawing]:
    """Draw each digit of the file once; digit i is drawn alike, whatever part is asked for."""
    digits = json.loads(file.read_text(encoding="utf-8"))["digits"]
    drawn = []
    for index in range(len(digits))[PARTS[part]]:
        random = np.random.default_rng([seed, index])
        size, brush = random.uniform(*SIZES), random.uniform(*BRUSHES)
        strokes = [np.asarray(stroke, dtype=np.float64) for stroke in digits[index]["strokes"]]
        image = rasterised(placed(strokes, size, brush, random), brush)
        drawn.append(Drawing(digits[index]["label"], brush, image))
    return drawn


def is_read_right(model: Model, drawing: Drawing) -> bool:
    """Whether the likeliest class is the one drawn; a drawing that is refused is not."""
    try:
        probabilities = model.predict_drawing(drawing.image)
    except DataError:
        return False
    return model.classes[int(probabilities.argmax())] == drawing.label


def by_brush(model: Model, drawn: Sequence[Drawing]) -> dict[str, Share]:
    """Count for each third of the range of brushes, and for all."""
    right = np.array([is_read_right(model, drawing) for drawing in drawn], dtype=bool)
    brush = np.array([drawing.brush for drawing in drawn])
    edges = np.linspace(*BRUSHES, 4).tolist()
    shares = {"all brushes": Share(int(right.sum()), len(right))}
    for low, high in pairwise(edges):
        third = right[(brush >= low) & (brush < high)]
        shares[f"{low:.0f} to {high:.0f} px"] = Share(int(third.sum()), len(third))
    return shares


def report(training: Dataset, drawn: Sequence[Drawing], lam: float) -> list[str]:
    """Train on zeros and ones, then on all digits, in each preparation, and count."""
    lines = [f"trained on {training.name}, {len(training)} images, λ = {lam:g}"]
    for digits in ((0, 1), training.classes):
        wanted = [drawing for drawing in drawn if drawing.label in digits]
        for preparation in PREPARATIONS:
            config = TrainConfig(preparation=preparation, lam=lam, max_iterations=500)
            model = fit(training.only(*digits), config).model
            lines += [
                f"  {len(digits):2} digits, {preparation:8} {brushes:12} {share}"
                for brushes, share in by_brush(model, wanted).items()
            ]
    return lines


def main() -> None:
    """Read the arguments, draw, train, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--strokes", type=Path, required=True, help="pen strokes as JSON")
    parser.add_argument("--part", choices=PARTS, default="all", help="which digits of the file")
    parser.add_argument("--train", type=Path, help="a file of images, instead of the bundled ones")
    parser.add_argument("--lam", type=float, default=1.0, help="strength λ of the penalty")
    parser.add_argument("--seed", type=int, default=0, help="of sizes, places and brushes")
    asked = parser.parse_args()
    training = read_upload(asked.train.name, asked.train.read_bytes()) if asked.train else None
    lines = report(
        training or load_bundled(), drawings(asked.strokes, asked.part, asked.seed), asked.lam
    )
    print("\n".join(lines))


if __name__ == "__main__":
    main()
