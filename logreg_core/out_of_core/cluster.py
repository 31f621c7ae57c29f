"""The workers that hold the chunks: those of a scheduler somewhere, or some of our own."""

from __future__ import annotations

import logging
import signal
import tempfile
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from distributed import Client, KilledWorker, LocalCluster
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError
from distributed.utils import silence_logging_cmgr

from logreg_core.errors import ClusterError
from logreg_core.out_of_core.computing import SCHEDULER_LOST

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds in which a scheduler must answer, and again one of its workers.
_ANSWER_SECONDS: Final = 5

#: Where dask answers browsers: any free port, for this machine only. It always answers somewhere.
NOBODY: Final = "127.0.0.1:0"

_PACKAGE: Final = "logreg_core"

_HOW_TO_START: Final = (
    "start both in the project's folder, `.venv/bin/python -m dask scheduler` and, on each "
    "machine, `.venv/bin/python -m dask worker ADDRESS`"
)


@contextmanager
def workers(address: str | None = None) -> Iterator[Client]:
    """Have workers for whatever dask computes within the ``with`` block.

    Parameters
    ----------
    address : str, optional
        Of a scheduler, such as tcp://10.0.0.1:8786. Without one, a worker process for each
        core of this machine, which share its memory, spill to its temporary folder and end
        with the block.

    Yields
    ------
    distributed.Client

    Raises
    ------
    ClusterError
        If the scheduler does not answer, has no workers, or is lost; if the workers are, see
        `fit_parts`.
    """
    with ExitStack() as stack:
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))  # what fails is raised here
        if address is None:
            client = _own_workers(stack)
        else:
            client = stack.enter_context(_connected(address))
        try:
            yield client
        except KilledWorker as error:
            raise ClusterError(
                "A worker ended again and again over the same chunk, most likely for want of "
                "memory: give the workers more of it."
            ) from error
        except (FutureCancelledError, CommClosedError) as error:
            raise ClusterError(SCHEDULER_LOST) from error


def _own_workers(stack: ExitStack) -> Client:
    spilled = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    cluster = LocalCluster(
        threads_per_worker=1,  # as a product of ours uses one core
        dashboard_address=NOBODY,
        worker_dashboard_address=NOBODY,
        local_directory=spilled,
        silence_logs=logging.CRITICAL,
    )
    client = stack.enter_context(Client(stack.enter_context(cluster)))
    client.run(_ignore_ctrl_c)
    return client


def _ignore_ctrl_c() -> None:
    """A terminal sends it to workers too; what it means is for the one who started them to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _connected(address: str) -> Client:
    try:
        client = Client(address, timeout=_ANSWER_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"No scheduler of dask answers at {address}: {_HOW_TO_START}."
        ) from error
    try:
        _check_readiness(client, address)
    except ClusterError:
        client.close()
        raise
    return client


def _check_readiness(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_ANSWER_SECONDS)
    except TimeoutError as error:
        raise ClusterError(
            f"The scheduler at {address} has no workers yet: {_HOW_TO_START}."
        ) from error
    # Tasks name functions of this package, and the scheduler reads tasks too.
    of_workers = client.run(find_spec, _PACKAGE)
    everywhere = {
        "The scheduler": client.run_on_scheduler(find_spec, _PACKAGE),
        **{f"The worker {where}": package for where, package in of_workers.items()},
    }
    without = [where for where, package in everywhere.items() if package is None]
    if without:
        raise ClusterError(f"{without[0]} cannot import {_PACKAGE}: {_HOW_TO_START}.")
