"""What is asked for on the command line, and the order in which it is done."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from logreg_core import OPTIMIZERS

from . import __doc__ as usage
from .figure import figure
from .memory import peak
from .ours import default_row, our_row
from .peers import missing, peers
from .race import Race, race
from .recording import overhead
from .report import as_json, from_json, load, machine, notes, table
from .search import Hints, merged, settings, strongest
from .summary import Line, lines
from .works import WORKS, Work, digits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core import Dataset

    from .contestant import Contestant
    from .problem import Problem

# --quick: the small work, and no peer that is known to take long.
_QUICK_ROUNDS = 7
_QUICK_WORKS = ("1000",)

# How many peers go from the heats to the race.
_STRONGEST = 3


def main() -> None:
    """Read the arguments, measure, print."""
    asked = _arguments()
    with threadpool_limits(limits=1):
        if asked.read:
            found = [line for file in asked.read for line in from_json(file.read_text("utf-8"))]
            print(table(found))
            _draw(found, asked.figure)
        elif asked.memory:
            print(f"{asked.ours[0]}: {peak(asked.ours[0], asked.mnist, 'million')}")
        elif asked.callback:
            dataset = digits_of(asked.mnist).only(0, 1)
            print(f"{asked.ours[0]}: {overhead(dataset, asked.ours[0], asked.rounds or 31)}")
        else:
            _compare(asked)


def _compare(asked: argparse.Namespace) -> None:
    before = machine()
    contestants = _contestants(asked.ours, quick=asked.quick)
    found: list[Line] = []
    for name in asked.work:
        _say(f"{WORKS[name].title} ...")
        work = replace(WORKS[name], rounds=asked.rounds or WORKS[name].rounds)
        if asked.all_peers:
            work = replace(work, heat_digits=(), absent=())
        found += _compared(work, digits_of(asked.mnist), contestants)
    after = {**before, "load_after": load(), "data": "MNIST" if asked.mnist else "bundled digits"}
    print(", ".join(f"{key} {value}" for key, value in after.items()) + "\n")
    print(table(found) + "\n")
    print(notes(contestants, missing(), heats=not asked.all_peers))
    if asked.json:
        asked.json.write_text(as_json(found, after), encoding="utf-8")
    _draw(found, asked.figure)


def _draw(found: Sequence[Line], file: Path | None) -> None:
    if file:
        file.write_text(figure(found), encoding="utf-8")


def _compared(work: Work, source: Dataset, contestants: Sequence[Contestant]) -> list[Line]:
    """Search, then race, on each problem of one work."""
    contestants = [one for one in contestants if one.name not in work.absent]
    hints = merged(_heat(problem, contestants) for problem in work.heat_problems(source))
    races = []
    for number, problem in enumerate(work.problems(source), start=1):
        entered = settings(problem, contestants, hints)
        races.append(race(problem, entered, work.rounds))
        _say(f"  {number} of {len(work.digits)}: {_ours_in_short(work, races)}")
    return lines(work, races)


def _heat(problem: Problem, contestants: Sequence[Contestant]) -> Hints:
    """Ours and the strongest three peers, each with its best variant and tolerance."""
    found = settings(problem, [one for one in contestants if one.is_quick], {})
    for setting in found:
        trial = setting.trial
        _say(
            f"  heat on {len(problem.X):,} rows, {setting.precision:.0e}: "
            f"{setting.contestant.name}, {setting.variant}, {1000 * trial.cpu:.0f} ms, "
            f"reached {trial.suboptimality:.0e}"
        )
    return strongest(found, _STRONGEST)


def _ours_in_short(work: Work, races: Sequence[Race]) -> str:
    ours = [line for line in lines(work, races) if line.is_ours]
    return ", ".join(f"{line.precision:.0e} ratio {line.to_best_peer:.2f}" for line in ours)


def _contestants(rows: Sequence[str], *, quick: bool) -> list[Contestant]:
    found = [*map(our_row, rows), *peers()]
    return [one for one in found if one.is_quick or not quick]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training",
        description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--mnist", type=Path, help="directory of the four IDX files")
    parser.add_argument("--work", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--rounds", type=int, help="how often each is timed")
    parser.add_argument("--quick", action="store_true", help="the small work only, in a minute")
    parser.add_argument("--all-peers", action="store_true", help="no heats; takes hours")
    parser.add_argument("--ours", nargs="+", choices=OPTIMIZERS, default=[default_row()])
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument("--figure", type=Path, help="where to write the figure, as SVG")
    parser.add_argument("--read", type=Path, nargs="+", help="show runs of --json, measure nothing")
    parser.add_argument("--memory", action="store_true", help="peak memory of ours instead")
    parser.add_argument("--callback", action="store_true", help="the cost of a record instead")
    asked = parser.parse_args()
    if asked.quick:
        asked.work, asked.rounds = list(_QUICK_WORKS), asked.rounds or _QUICK_ROUNDS
    return asked


def _say(words: str) -> None:
    """Progress, beside the table."""
    print(words, file=sys.stderr, flush=True)
