"""The peer that runs in a process of its own: Octave, with fminunc and conjugate gradients."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from .contestant import Contestant, Outcome, Variant, iteration_limit

if TYPE_CHECKING:
    from .problem import Problem

_SCRIPT: Final = Path(__file__).with_name("octave_peer.m")

_METHODS: Final = {
    "fminunc": "Octave's own quasi-Newton method with a trust region, TolFun = TolX = tolerance",
    "fmincg-like": "Polak-Ribière conjugate gradients in Octave's language, as the course's "
    "fmincg; ends when no entry of ∇J is larger than the tolerance",
}


def octave_peers() -> list[Contestant]:
    """Empty where Octave is not installed."""
    program = shutil.which("octave-cli") or shutil.which("octave")
    if program is None:
        return []
    return [
        Contestant(
            name=f"Octave {method}",
            note=f"{note}; its time is taken inside Octave, without its start and reading X.",
            solve=partial(_solve, program, method),
            is_quick=False,
        )
        for method, note in _METHODS.items()
    ]


def _solve(
    program: str, method: str, problem: Problem, variant: Variant, tolerance: float
) -> Outcome:
    folder = Path(_handed_over(problem).name)
    m, k = problem.targets.shape
    numbers = (m, problem.X.shape[1], k, problem.lam, tolerance, iteration_limit(problem))
    width = {"float32": "single", "float64": "double"}[variant.width]
    command = [program, "--norc", "--quiet", str(_SCRIPT), str(folder), method, width]
    ran = subprocess.run(  # noqa: S603 - Octave, our script, numbers
        [*command, *map(repr, numbers)], check=False, capture_output=True, text=True
    )
    if ran.returncode != 0:
        raise RuntimeError(ran.stderr.strip().splitlines()[0])
    cpu, wall = map(float, ran.stdout.split()[-2:])
    return Outcome(np.fromfile(folder / "theta").reshape(k, -1), cpu, wall)


@lru_cache(maxsize=1)
def _handed_over(problem: Problem) -> tempfile.TemporaryDirectory[str]:
    """A folder with X and the targets as raw float64; gone when another problem comes."""
    folder = tempfile.TemporaryDirectory()
    problem.X.astype(np.float64, copy=False).tofile(Path(folder.name) / "X")
    problem.targets.tofile(Path(folder.name) / "targets")
    return folder
