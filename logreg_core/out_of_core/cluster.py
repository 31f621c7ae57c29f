"""The workers that hold the chunks: those of a scheduler somewhere, or some of our own."""

from __future__ import annotations

import logging
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from distributed import Client, KilledWorker, LocalCluster
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError

from logreg_core.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds in which a scheduler must answer, and again one of its workers.
_PATIENCE: Final = 5

_HOW_TO_START: Final = (
    "start them in the project's folder: `.venv/bin/python -m dask scheduler`, and on each machine "
    "`.venv/bin/python -m dask worker ADDRESS`"
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
        If the scheduler does not answer, has no workers, or they get lost.
    """
    with ExitStack() as stack:
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
            raise ClusterError("The scheduler was lost on the way.") from error


def _own_workers(stack: ExitStack) -> Client:
    spilled = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    cluster = LocalCluster(
        threads_per_worker=1,  # as a product of ours uses one core
        dashboard_address=None,
        local_directory=spilled,
        silence_logs=logging.CRITICAL,  # what fails is raised here too
    )
    return stack.enter_context(Client(stack.enter_context(cluster)))


def _connected(address: str) -> Client:
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"No scheduler of dask answers at {address}: {_HOW_TO_START}."
        ) from error
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        client.run(_is_ready)
    except TimeoutError as error:
        client.close()
        raise ClusterError(
            f"The scheduler at {address} has no workers: {_HOW_TO_START}."
        ) from error
    except ImportError as error:
        client.close()
        raise ClusterError(f"The workers cannot import logreg_core: {_HOW_TO_START}.") from error
    return client


def _is_ready() -> bool:
    """Sent to each worker, which has to import this module for it."""
    return True
