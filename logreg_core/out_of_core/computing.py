"""Have dask compute something, and look around while it does: it would wait for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

import dask
from distributed import Client, futures_of, wait

from logreg_core.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed import Future

#: Between two looks.
_LOOK_SECONDS: Final = 0.25

#: How long there may be no worker at all: one that a nanny starts anew is there in a few seconds.
LONGEST_ALONE: Final = 30.0

SCHEDULER_LOST: Final = "The scheduler was lost on the way."

_Result = TypeVar("_Result")


def computed(lazy: Any, beat: Callable[[], object] | None = None) -> Any:  # noqa: ANN401 - dask has no types
    """What a collection of dask comes to.

    Parameters
    ----------
    lazy : dask array or delayed
        To be computed, by the workers of the present client or by threads of this process.
    beat : callable, optional
        Called again and again while workers compute; may raise, to end the wait. Threads of this
        process are waited for without a break.

    Returns
    -------
    object
        Such as a NumPy array, of a dask array.

    Raises
    ------
    ClusterError
        If there is no worker for half a minute, or the scheduler is lost. Where dask itself says
        so first, it is an error of dask's, of which `workers` makes a ClusterError.
    """
    client = _present_client()
    if client is None:
        return lazy.compute()
    future = client.compute(lazy)
    return _patiently(client, [future], future.result, beat)


def persisted(*lazy: Any) -> Any:  # noqa: ANN401 - dask has no types
    """Collections whose chunks are made and stay where they are.

    Parameters
    ----------
    *lazy : dask array
        To be made, by whom `computed` says.

    Returns
    -------
    tuple of dask array
        The same, made.

    Raises
    ------
    ClusterError
        As `computed` does.
    """
    kept = dask.persist(*lazy)
    client = _present_client()
    coming = futures_of(kept)  # none where threads of this process have made them
    if client is not None and coming:
        _patiently(client, coming, lambda seconds: wait(coming, seconds))
    return kept


def _present_client() -> Client | None:
    try:
        return Client.current()
    except ValueError:
        return None


def _patiently(
    client: Client,
    coming: list[Future],
    attempt: Callable[[float], _Result],
    beat: Callable[[], object] | None = None,
) -> _Result:
    """What an attempt of so many seconds returns in the end; TimeoutError is its "not yet"."""
    last_seen = time.monotonic()
    while True:
        try:
            return attempt(_LOOK_SECONDS)
        except TimeoutError:
            if any(future.status == "error" for future in coming):
                raise  # a task's own
        if beat is not None:
            beat()
        now = time.monotonic()
        if _has_workers(client):
            last_seen = now
        elif now - last_seen > LONGEST_ALONE:
            raise ClusterError(
                f"All workers were lost, and for {LONGEST_ALONE:g} seconds none came back: start "
                "some, then train again."
            )


def _has_workers(client: Client) -> bool:
    try:
        return bool(client.nthreads())
    except OSError as error:
        raise ClusterError(SCHEDULER_LOST) from error
