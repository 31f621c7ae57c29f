"""What is asked for on the command line, and the order in which it is done."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from threadpoolctl import threadpool_limits

from logreg_core import DataError, Dataset, load_bundled, load_mnist, read_upload

from .rasteriser import rasterised
from .reading import read_by_all, readers
from .sheet import contact_sheet
from .strokes import PARTS, drawn_digits, evenly
from .tables import as_json, replays, report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reading import Reader
    from .strokes import DrawnDigit
    from .tables import Results

_IN_THE_BROWSER: Final = 100  # drawings; each takes a second or two


def main(usage: str) -> None:
    """Read the arguments, draw, train, print; `usage` explains them."""
    parser = _parser(usage)
    asked = parser.parse_args()
    try:
        with threadpool_limits(limits=1):
            _count(asked)
    except DataError as error:
        parser.error(str(error))


def _count(asked: argparse.Namespace) -> None:
    drawn = drawn_digits(asked.strokes, part=asked.part, repeats=asked.repeats, seed=asked.seed)
    _say("training ...")
    models = list(readers(_trainings(asked), asked.lam))
    if asked.browser:
        drawn = evenly(drawn, asked.browser)
    print(
        f"{len(drawn):,} drawings, {asked.part} digits of {asked.strokes.name}, "
        f"{asked.repeats} of each, seed {asked.seed}; λ = {asked.lam:g}"
    )
    if asked.repeats > 1:
        print("Repeats of a digit are alike: the true intervals are wider than those given.")
    print()
    results = _on_the_page(drawn, models) if asked.browser else _rasterised(drawn, models)
    for line in report(results):
        print(line)
    if asked.sheet:
        _write_sheets(asked.sheet, results)
    if asked.json:
        how = {
            "drawings": len(drawn),
            "part": asked.part,
            "repeats": asked.repeats,
            "seed": asked.seed,
            "lam": asked.lam,
            "browser": bool(asked.browser),
        }
        asked.json.write_text(as_json(results, how), encoding="utf-8")


def _rasterised(drawn: Sequence[DrawnDigit], models: Sequence[Reader]) -> Results:
    _say(f"reading {len(drawn):,} drawings ...")
    return read_by_all(models, ((one, rasterised(one.strokes, one.brush)) for one in drawn))


def _on_the_page(drawn: Sequence[DrawnDigit], models: Sequence[Reader]) -> Results:
    """Draw in Chromium, and print what only that shows."""
    from .browser import replayed  # noqa: PLC0415 - Playwright is needed for nothing else

    done = []
    for one in replayed(drawn):
        done.append(one)
        _say(f"drawn {len(done)} of {len(drawn)}: a {one.drawing.label}, read as {one.read_as}")
    results = read_by_all(models, ((one.drawing, one.picture) for one in done))
    for line in replays(done, results, _rasterised([one.drawing for one in done], models)):
        print(line)
    print()
    return results


def _trainings(asked: argparse.Namespace) -> dict[str, Dataset]:
    """Name → training set, as the tables call it."""
    trainings = {"bundled": load_bundled()}
    if asked.mnist:
        trainings["MNIST"] = load_mnist(asked.mnist).training
    if asked.train:
        trainings[asked.train.name] = read_upload(asked.train.name, asked.train.read_bytes())
    return trainings


def _write_sheets(file: Path, results: Results) -> None:
    """One for each training set and task, in the preparation "full"."""
    for reader, outcomes in results:
        if reader.preparation == "full" and outcomes:
            title = f"Trained on {reader.training}, {reader.task}"
            contact_sheet(title, outcomes).save(sheet_file(file, reader))


def sheet_file(file: Path, reader: Reader) -> Path:
    """Where a model's contact sheet goes: sheet.png → sheet_bundled_10_digits.png."""
    words = [file.stem, Path(reader.training).stem.lower(), *reader.task.split()]
    return file.with_name("_".join(words) + file.suffix)


def _parser(usage: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.drawn_digits",
        description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--strokes", type=Path, required=True, help="pen strokes as JSON")
    parser.add_argument("--part", choices=PARTS, default="all", help="which digits of the file")
    parser.add_argument("--repeats", type=int, default=1, help="how often each digit is drawn")
    parser.add_argument("--seed", type=int, default=0, help="of sizes, places and brush widths")
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="train on MNIST as well")
    parser.add_argument("--train", type=Path, metavar="FILE", help="train on this file as well")
    parser.add_argument("--lam", type=float, default=1.0, help="strength λ of the penalty")
    parser.add_argument(
        "--sheet",
        type=Path,
        metavar="FILE.png",
        help="contact sheets of what was misread, FILE_bundled_10_digits.png and so on",
    )
    parser.add_argument(
        "--browser",
        type=int,
        metavar="N",
        nargs="?",
        const=_IN_THE_BROWSER,
        help=f"draw N of the digits (default {_IN_THE_BROWSER}) on the page in Chromium",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the numbers")
    return parser


def _say(words: str) -> None:
    """Progress, beside the tables."""
    print(words, file=sys.stderr, flush=True)
