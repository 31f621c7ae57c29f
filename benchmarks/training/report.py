"""The table that is printed, the notes below it, and the same as JSON."""

from __future__ import annotations

import json
import math
import os
import platform
import shutil
import subprocess
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import threadpoolctl

from .summary import Line, by_precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .contestant import Contestant

_HEAD: Final = (
    f"{'':26}{'CPU ms':>10}{'wall ms':>10}{'÷ best peer':>13}{'÷ pair':>9}  "
    f"{'width':26}{'tolerance':>10}{'runs':>6}  remark"
)
_PACKAGES: Final = ("numpy", "scipy", "scikit-learn", "torch")

NOTES: Final = (
    "CPU and wall are medians; ratios are of CPU time, which other programs lengthen less.",
    "pair: one X@θ and Xᵀr in float32, the least that a method which uses gradients can do.",
    "The cast from the user's float width (float64; float32 for a million rows) is in the time.",
    "Making X without its bias, for peers with an intercept of their own, is not in the time.",
    "A contestant five times slower than the best peer runs in the first round only.",
    "A class may take 5,000 iterations; with sag and saga 400 to 5,000 passes, as X is large.",
    "Ours draws its rows with seed 0, and its tolerance is searched for with that same seed.",
)
HEAT_NOTES: Final = (
    "Pairs, ten classes, a million rows: the strongest three of a heat run, in their best width,",
    "unless a heat took them three times the best peer's time.",
    "Heats: for pairs 0-1 and 3-8; a thirtieth of ten classes, a hundredth of the million.",
    "Heats and --quick are without sag, saga and Octave, which are far slower wherever they run.",
    "liblinear stays away from the million: one run of it would outlast all others.",
)


def table(lines: Iterable[Line]) -> str:
    """All works, one block a precision."""
    blocks = []
    for group in by_precision(lines):
        title = f"{group[0].work} · relative suboptimality {group[0].precision:.0e}"
        blocks.append("\n".join([title, _HEAD, *map(_row, group)]))
    return "\n\n".join(blocks)


def notes(contestants: Sequence[Contestant], missing: Sequence[str], *, heats: bool) -> str:
    """How it was measured, and the peculiarity of each contestant."""
    said = [*NOTES, *HEAT_NOTES] if heats else NOTES
    peculiar = [f"{contestant.name}: {contestant.note}" for contestant in contestants]
    return "\n".join(f"- {note}" for note in [*said, *peculiar, *missing])


def as_json(lines: Sequence[Line], machine: dict[str, Any]) -> str:
    """Everything in the table, numbers that are none as null."""
    finite = [
        {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in asdict(line).items()
        }
        for line in lines
    ]
    return json.dumps({"machine": machine, "lines": finite}, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> list[Line]:
    """The lines of an earlier run; a number that was none is nan."""
    return [Line(**_with_nan(line)) for line in json.loads(text)["lines"]]


def _with_nan(line: dict[str, Any]) -> dict[str, Any]:
    none_is_meant = {"target"}
    return {
        key: math.nan if value is None and key not in none_is_meant else value
        for key, value in line.items()
    }


def machine() -> dict[str, Any]:
    """Versions, BLAS and its threads, and the load right now."""
    blas = {
        f"{pool['internal_api']} {pool.get('version', '')} {pool.get('architecture', '')}".strip()
        for pool in threadpoolctl.threadpool_info()
        if pool["user_api"] == "blas"
    }
    threads = max(pool["num_threads"] for pool in threadpoolctl.threadpool_info())
    return {
        "python": platform.python_version(),
        **{package: found for package in _PACKAGES if (found := _version(package))},
        **({"octave": found} if (found := _octave_version()) else {}),
        "blas": ", ".join(sorted(blas)),
        "threads": threads,
        "cores": os.cpu_count(),
        "load": load(),
    }


def load() -> float | None:
    """How many programs wanted a core in the last minute; None where nobody counts."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _row(line: Line) -> str:
    ratio, short = _number(line.to_best_peer, 2), line.short > 0
    return (
        f"{line.name:26}{_number(1000 * line.cpu, 1):>10}{_number(1000 * line.wall, 1):>10}"
        f"{f'({ratio})' if short else ratio:>13}{_number(line.to_limit, 0):>9}  "
        f"{line.variant:26}{line.tolerance:>10.1e}{line.runs:>6}  {line.remark}"
    ).rstrip()


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}" if math.isfinite(value) else "—"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _octave_version() -> str:
    program = shutil.which("octave-cli") or shutil.which("octave")
    if program is None:
        return ""
    said = subprocess.run(  # noqa: S603 - Octave itself
        [program, "--norc", "--quiet", "--eval", "disp(version())"],
        check=False,
        capture_output=True,
        text=True,
    )
    return said.stdout.strip()
