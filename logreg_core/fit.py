"""Train on data that outgrows memory, on dask's workers.

    .venv/bin/python -m logreg_core.fit --data DIR --scheduler ADDRESS [--digits 0,1] [--lam 1] ...

DIR holds parts as `logreg_core.out_of_core.write_parts` writes them, where every worker can read
them by the same path. Without ``--scheduler``, worker processes are started on this machine, which
share its memory and spill what exceeds it to its temporary folder. Ctrl-C ends a training, whose θ
is saved all the same.

This file is a command and nothing else: the function `logreg_core.fit` has its name, and would be
hidden by it once it was imported.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if __name__ == "logreg_core.fit":
    raise ImportError("logreg_core.fit is a function; the command is `python -m logreg_core.fit`.")

from logreg_core.config import AUTO, MULTICLASS, RANGES, TrainConfig
from logreg_core.errors import ClusterError, ConfigError, DataError
from logreg_core.normalise import PREPARATIONS
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.optimizers.first_order import SCHEDULES
from logreg_core.out_of_core import fit_parts, workers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core.history import Step
    from logreg_core.model import Model

#: What a shell expects of a command that Ctrl-C ended.
_CTRL_C: Final = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, a line for each iteration; ends with exit code 1 and one sentence on errors."""
    given = _parser().parse_args(arguments)
    try:
        _train(given)
    except (ClusterError, ConfigError, DataError) as error:
        sys.exit(str(error))
    except BrokenPipeError:  # whoever read what is printed has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_CTRL_C)


def _train(given: argparse.Namespace) -> None:
    config = TrainConfig(
        optimizer=given.optimizer,
        lam=given.lam,
        learning_rate=given.learning_rate,
        schedule=given.schedule,
        momentum=given.momentum,
        max_iterations=given.max_iterations,
        max_seconds=given.max_seconds,
        tolerance=given.tolerance,
        preparation=given.preparation,
        multiclass=given.multiclass,
    )
    if given.out is not None:
        _check_writable(given.out)
    asked_to_stop = threading.Event()

    def told(step: Step) -> None:
        if step.iteration == 0:  # before, there is nothing to save
            signal.signal(signal.SIGINT, lambda *_: _stop(asked_to_stop))
        _tell(step)

    with workers(given.scheduler) as client:
        _print(f"{len(client.nthreads())} workers of {client.scheduler.address} read {given.data}")
        result = fit_parts(
            given.data,
            config,
            digits=given.digits,
            callback=told,
            stopping=asked_to_stop.is_set,
        )
    last = result.history.step(-1)
    _print(
        f"{result.reason.value}: J {last.cost:.9g} after {result.iterations} iterations, "
        f"{result.passes:g} passes and {result.seconds:.1f} s; {last.accuracy:.2%} of the "
        "training examples are read right"
    )
    if given.out is not None:
        _save(result.model, given.out)


def _stop(asked_to_stop: threading.Event) -> None:
    """End with the θ that is reached; who presses Ctrl-C again does not want to wait for it."""
    asked_to_stop.set()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _tell(step: Step) -> None:
    _print(
        f"{step.iteration:5}  J {step.cost:.9g}  largest entry of ∇J {step.gradient_norm:.2e}  "
        f"{step.seconds:.1f} s"
    )


def _print(line: str) -> None:
    """At once: where nobody reads it any more, that shows here and not at the very end."""
    print(line, flush=True)


def _check_writable(out: Path) -> None:
    """Say before hours of training that their result could not be saved."""
    try:
        there = out if out.exists() else out.parent
        is_writable = os.access(there, os.W_OK) and out.parent.is_dir() and not out.is_dir()
    except OSError:  # such as a name that is too long
        is_writable = False
    if not is_writable:
        raise ConfigError(
            f"{out} cannot be written: name a file in a folder that you may write to."
        )


def _save(model: Model, out: Path) -> None:
    """Save it, or where that fails after all, elsewhere: it may have taken hours.

    Raises
    ------
    ConfigError
        If it is not where it should be.
    """
    try:
        model.save(out)
    except OSError as error:
        raise ConfigError(
            f"{out} cannot be written: {error.strerror}. {_saved_elsewhere(model, out.name)}"
        ) from error
    _print(f"Saved as {out}")


def _saved_elsewhere(model: Model, name: str) -> str:
    """Save it among temporary files, and say where."""
    try:
        elsewhere = Path(tempfile.mkdtemp(prefix="theta-lab-")) / name
        model.save(elsewhere)
    except OSError:
        return "Neither can the folder for temporary files: what was learnt is lost."
    return f"What was learnt is saved as {elsewhere} instead."


def _parser() -> argparse.ArgumentParser:
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m logreg_core.fit", description=summary)
    usual = TrainConfig()
    parser.add_argument("--data", required=True, metavar="DIR", help="where the parts are")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of dask, such as tcp://10.0.0.1:8786; else our own"
    )
    parser.add_argument("--digits", type=_digits, help="such as 0,1; all that occur if not given")
    parser.add_argument("--lam", type=float, default=usual.lam, help="λ")
    parser.add_argument(
        "--optimizer",
        default=usual.optimizer,
        metavar="NAME",
        help=", ".join(name for name, row in OPTIMIZERS.items() if not row.picks_rows),
    )
    parser.add_argument(
        "--learning-rate",
        type=_rate,
        default=usual.learning_rate,
        metavar="ALPHA",
        help=f"α of those optimisers that have one, or {AUTO}",
    )
    parser.add_argument("--schedule", default=usual.schedule, choices=SCHEDULES, help="of α")
    parser.add_argument("--momentum", type=float, default=usual.momentum, metavar="MU", help="μ")
    parser.add_argument("--preparation", default=usual.preparation, choices=PREPARATIONS)
    parser.add_argument("--multiclass", default=usual.multiclass, choices=MULTICLASS)
    parser.add_argument("--max-iterations", type=int, default=usual.max_iterations, metavar="N")
    parser.add_argument(
        "--max-seconds", type=float, default=RANGES["max_seconds"].high, metavar="SECONDS"
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=usual.tolerance,
        metavar="T",
        help="converged when no entry of ∇J is larger",
    )
    parser.add_argument("--out", type=_npz, metavar="FILE.npz", help="where to save the model")
    return parser


def _digits(text: str) -> tuple[int, ...]:
    digits = {digit.strip() for digit in text.split(",")}
    if not digits <= set("0123456789"):
        raise argparse.ArgumentTypeError(
            f"digits from 0 to 9 with commas between are accepted, such as 0,1, and not {text!r}"
        )
    return tuple(sorted(map(int, digits)))


def _rate(text: str) -> float | str:
    try:
        return text if text == AUTO else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"a number or {AUTO} is accepted, and not {text!r}"
        ) from None


def _npz(text: str) -> Path:
    path = Path(text)
    return path if path.suffix == ".npz" else path.with_name(f"{path.name}.npz")


if __name__ == "__main__":
    main()
