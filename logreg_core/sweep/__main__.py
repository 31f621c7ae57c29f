"""Work on a sweep from any machine: take its trials, one after another, until none is left.

.venv/bin/python -m logreg_core.sweep worker --study NAME [--storage URL] [--data FILE]
"""

from __future__ import annotations

import argparse
import math
import os
import queue
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from threadpoolctl import threadpool_limits

from logreg_core.errors import ConfigError, DataError, NoSweepError, StorageError
from logreg_core.sweep import Sweep, SweepData, SweepWorker, TrialState, open_storage
from logreg_core.sweep.storage import HEARTBEAT_SECONDS, SILENCE_SECONDS, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logreg_core.sweep import Goal, TrialRecord

#: Between two looks whether the worker has ended, seconds.
_LOOK_SECONDS: Final = 0.2

#: How long a worker that is asked to end may take to give its trial back, seconds: far more than
#: the iteration that it is at, unless the database is slow.
_LEAVE_SECONDS: Final = 10.0

_EXAMPLE: Final = f"""
example:
  export {VARIABLE}=postgresql://theta:PASSWORD@db.example.org/sweeps
  .venv/bin/python -m logreg_core.sweep worker --study NAME

The page of a sweep, under Workers, has the command with the sweep's name. On a command line
everybody on the machine can read a password: rather name the database by {VARIABLE}.
Ctrl-C ends a worker; its trial goes to another. So does the trial of a worker that is killed.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Work; ends with exit code 1 and one sentence on errors."""
    given = _parser().parse_args(arguments)
    try:
        _work(given)
    except (ConfigError, DataError, StorageError) as error:
        sys.exit(str(error))
    except BrokenPipeError:  # whoever read what is printed has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:  # before there was a trial to give back
        sys.exit(0)


def _work(given: argparse.Namespace) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threadpool_limits(limits=1, user_api="blas")  # on matrices as small as ours one is quickest
    storage = open_storage(
        given.storage,
        heartbeat_seconds=given.heartbeat,
        silence_seconds=given.silence,
        existing=True,
    )
    try:
        sweep = Sweep.open_(storage, given.study)
    except NoSweepError as error:
        raise NoSweepError(
            f"{error} This worker looked in {storage.kind}: {VARIABLE} names the database, and has "
            "to be here as it is where the sweep was begun."
        ) from None
    if sweep.stopped:
        raise StorageError("The sweep is stopped: resume it on its page, then start the worker.")
    data = sweep.origin.fetch() if given.data is None else SweepData.load(given.data)
    told: queue.SimpleQueue[TrialRecord] = queue.SimpleQueue()
    worker = SweepWorker(sweep, data, name=given.name, told=told.put)
    print(f"{worker.name} joins a sweep of {sweep.plan.trials} trials.", flush=True)
    _watch(worker, told)


def _watch(worker: SweepWorker, told: queue.SimpleQueue[TrialRecord]) -> None:
    """Print a line a trial, until the worker has ended."""
    faults: list[str] = []
    threading.excepthook = lambda fault: faults.append(_told_of(fault))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.stop())
    done = 0
    worker.start()
    try:
        over = False
        while not over:
            over = worker.wait(_LOOK_SECONDS)
            while not told.empty():
                trial = told.get()
                done += trial.state is not TrialState.WAITING
                print(_line(trial, worker.sweep.plan.goals), flush=True)
    finally:
        worker.stop()
        worker.wait(_LEAVE_SECONDS)  # it gives its trial back
    if worker.failure is not None:
        sys.exit(" ".join((worker.failure, *faults)))
    print(f"{worker.name} leaves after {done} trials.", flush=True)


def _line(trial: TrialRecord, goals: Sequence[Goal]) -> str:
    settings = ", ".join(
        f"{name} {value if isinstance(value, str) else format(value, '.4g')}"
        for name, value in trial.settings.items()
    )
    start = f"trial {trial.number}: {settings}: "
    if trial.state is TrialState.WAITING:
        return f"{start}given back"
    if trial.state is TrialState.FAILED or trial.result is None:
        return f"{start}failed. {trial.note}"
    seconds = f"{trial.result.seconds:.2f} s"
    if trial.values is None:
        return f"{start}ended early, {seconds}"
    values = zip(goals, trial.values, strict=True)
    reached = [f"{goal.label} {value:.4g}" for goal, value in values if not math.isnan(value)]
    swung = ["J swung"] if trial.ended_unsteady else []
    return start + ", ".join([*reached, *swung, seconds])


def _told_of(fault: threading.ExceptHookArgs) -> str:
    """Where a fault of ours is, without what it says, which may have a password in it."""
    last = traceback.extract_tb(fault.exc_traceback)[-1]
    return f"({fault.exc_type.__name__} in {Path(last.filename).name}, line {last.lineno})"


def _parser() -> argparse.ArgumentParser:
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m logreg_core.sweep")
    worker = parser.add_subparsers(required=True, metavar="worker").add_parser(
        "worker",
        help=summary,
        description=summary,
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    worker.add_argument("--study", required=True, metavar="NAME", help="name of the sweep")
    worker.add_argument(
        "--storage",
        metavar="URL",
        help="database of the sweeps, as the dashboard has it: sqlite:///PATH or postgresql://…; "
        f"if not given, what {VARIABLE} names, else this user's own file",
    )
    worker.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="data of the sweep, downloaded on its page; bundled digits and MNIST need none",
    )
    worker.add_argument("--name", help="of this worker; by default machine, process and chance")
    # For tests, which do not wait for long.
    worker.add_argument(
        "--heartbeat", type=_seconds, default=HEARTBEAT_SECONDS, help=argparse.SUPPRESS
    )
    worker.add_argument("--silence", type=_seconds, default=SILENCE_SECONDS, help=argparse.SUPPRESS)
    return parser


def _seconds(text: str) -> int:
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"whole seconds from 1 on are accepted, and not {text!r}")
    return int(text)


if __name__ == "__main__":
    main()
