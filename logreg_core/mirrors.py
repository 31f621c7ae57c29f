"""Files from whichever of several mirrors gives them: verified, and within bounded time.

What can go wrong between here and there has no end: names that nobody resolves,
addresses that swallow every packet, servers that take a request and never answer,
or send a byte now and then for ever. A mirror gets a few seconds to answer and
must then keep a least rate; one that fails in this is not asked again.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pooch
import requests
import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Called with the bytes of a file that have arrived; may raise to cancel.
    Arrived = Callable[[int], None]

# A mirror that is there answers in less than one second. Names and several addresses
# are tried within this too, for which neither the system nor requests has a limit.
_SECONDS_TO_ANSWER: Final = 4.0

# Between two calls of `arrived` while a mirror is silent, so that one can cancel.
_TICK: Final = 0.2

# Seconds without a byte; and, a moment later, whoever waits for a thread that should have noticed.
_SILENT_SECONDS: Final = 10.0
_LONGEST_READ: Final = _SILENT_SECONDS + 1.0

# Bytes a second, over this many seconds. Whoever gets less would wait for MNIST's
# 12 MB for more than twenty minutes, and does better with the files on a stick.
_LEAST_RATE: Final = 10_000
_RATE_SECONDS: Final = 15.0

# Times that a mirror is asked for a file: a connection may break once.
_ROUNDS: Final = 2

_BYTES_AT_ONCE: Final = 65_536


_Result = TypeVar("_Result")


class _TooSlowError(OSError):
    """A mirror does not answer, or sends next to nothing."""


class Mirrors:
    """Addresses that serve the same files.

    Parameters
    ----------
    addresses : sequence of str
        Each ending in a slash; tried in this order.

    Examples
    --------
    >>> Mirrors([]).download(Path("nowhere"), "file.gz", 10, "0" * 32, lambda _: None)
    False
    """

    def __init__(self, addresses: tuple[str, ...] | list[str]) -> None:
        self._addresses = tuple(addresses)
        self._given_up: set[str] = set()

    def download(self, directory: Path, name: str, size: int, md5: str, arrived: Arrived) -> bool:
        """Bring a file into a directory, whole and verified, or leave nothing there.

        Parameters
        ----------
        directory : Path
            Where to put it.
        name : str
            Of the file, here and there.
        size : int
            Its bytes; more than that is never taken.
        md5 : str
            Its MD5.
        arrived : callable
            Called with the bytes that have arrived, several times a second also
            while none do. An exception that it raises (no OSError, no ValueError)
            ends the download and reaches the caller.

        Returns
        -------
        bool
            Whether a mirror gave it.
        """

        def download_to(url: str, file: str, _: object) -> None:
            with Path(file).open("wb") as stream:
                stream.writelines(_blocks(url, size, arrived))

        for address in self._addresses * _ROUNDS:
            if address in self._given_up:
                continue
            try:
                pooch.retrieve(
                    address + name, f"md5:{md5}", name, directory, downloader=download_to
                )
            except (_TooSlowError, requests.ConnectionError, requests.Timeout):
                self._given_up.add(address)
            except (OSError, ValueError):  # refused, cut off; or pooch found another hash
                continue
            else:
                return True
        return False


def _blocks(url: str, size: int, arrived: Arrived) -> Iterator[bytes]:
    """The bytes of a URL as they come, `size` of them at most."""
    done = done_before = 0

    def still_there() -> None:
        arrived(done)

    before = time.monotonic()
    response = _answer(url, still_there)
    reading: Future[bytes] = _started(_read, response)
    try:
        while block := _in_time(reading, still_there, _LONGEST_READ):
            done += len(block)
            if done > size:
                raise ValueError("That is more than the file has.")
            yield block
            arrived(done)
            now = time.monotonic()
            if now - before >= _RATE_SECONDS:
                if done - done_before < _LEAST_RATE * _RATE_SECONDS:
                    raise _TooSlowError(url)
                before, done_before = now, done
            reading = _started(_read, response)
    finally:
        # To close it now would wait for a read that is under way.
        reading.add_done_callback(lambda _: response.close())


def _read(response: requests.Response) -> bytes:
    try:
        # The .gz as it is, even where a server says that it is an encoding.
        block: bytes = response.raw.read1(_BYTES_AT_ONCE, decode_content=False)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise _TooSlowError(response.url) from error
    except urllib3.exceptions.HTTPError as error:
        raise OSError("The connection broke.") from error
    return block


def _answer(url: str, waiting: Callable[[], None]) -> requests.Response:
    """The response to a request, its body not yet read."""
    answer = _started(_ask, url)
    try:
        waiting()
        response = _in_time(answer, waiting, _SECONDS_TO_ANSWER)
        response.raise_for_status()
    except BaseException:
        answer.add_done_callback(_close)
        raise
    return response


def _ask(url: str) -> requests.Response:
    return requests.get(
        url,
        stream=True,
        timeout=(_SECONDS_TO_ANSWER, _SILENT_SECONDS),
        headers={"Accept-Encoding": "identity"},
    )


def _started(work: Callable[..., _Result], *arguments: object) -> Future[_Result]:
    """Have something done in a thread that keeps no program from ending."""
    future: Future[_Result] = Future()

    def run() -> None:
        try:
            result = work(*arguments)
        except Exception as error:  # noqa: BLE001 - whoever waits for the result gets it
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="mirror", daemon=True).start()
    return future


def _in_time(future: Future[_Result], waiting: Callable[[], None], seconds: float) -> _Result:
    """The result, if it comes within so many seconds; `waiting` is called meanwhile."""
    deadline = time.monotonic() + seconds
    while not wait([future], _TICK).done:
        waiting()
        if time.monotonic() >= deadline:
            raise _TooSlowError("no answer")
    return future.result()


def _close(answer: Future[requests.Response]) -> None:
    """Close a response that came when nobody wanted it any more."""
    if answer.exception() is None:
        answer.result().close()
