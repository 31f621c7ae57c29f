"""The process in which one file is read, within limits, and which then ends.

Whatever a hostile file makes of the libraries that read it, it makes of a process
that holds nothing of anybody's. On its standard input come what is wanted, the
file's name, its length and its content; on its standard output, which is a file,
goes what `answer` writes. ``logreg_core.uploads.apart`` is the other end.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from logreg_core.errors import DataError
from logreg_core.uploads.limits import (
    MAX_ANSWER_BYTES,
    MAX_CPU_SECONDS,
    MAX_MEMORY_BYTES,
    TOO_LARGE,
)
from logreg_core.uploads.photos import photo_in
from logreg_core.uploads.readers import examples_in

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    import numpy.typing as npt

    #: The facts of its first line, and the arrays after it.
    _Answer = tuple[dict[str, object], list[npt.NDArray[Any]]]

#: It stands by for so long, then makes room; the next file starts another.
STANDS_BY_SECONDS: Final = 300


def main() -> None:
    """Read one file from standard input and answer on standard output."""
    Image.preinit()  # Pillow's readers are files too, opened while that still costs nobody time
    _limit()
    warnings.simplefilter("ignore")  # what libraries warn of is refused or does no harm
    asked, content = _asked(sys.stdin.buffer)
    _end_after(0)
    if asked:
        answer(asked["wanted"], asked["name"], content, sys.stdout.buffer)
    os._exit(0)  # what it holds goes with it; to take it down piece by piece costs 20 ms


def answer(wanted: str, filename: str, content: bytes, out: IO[bytes]) -> None:
    """Write one line of JSON, and after it the arrays it announces, as bytes.

    Parameters
    ----------
    wanted : {"examples", "photo"}
        Labelled digits, or one picture as it looks.
    filename : str
        Its suffix says how to read examples.
    content : bytes
        The file's.
    out : binary file
        To write to.
    """
    try:
        facts, arrays = _ANSWERS[wanted](filename, content)
    except DataError as error:
        out.write(_line({"refused": str(error)}))
    except MemoryError:
        out.write(_line({"refused": TOO_LARGE}))
    else:
        out.write(_line(facts))
        for array in arrays:
            out.write(np.ascontiguousarray(array).data)
    out.flush()


def _examples(filename: str, content: bytes) -> _Answer:
    examples = examples_in(filename, content)
    facts: dict[str, object] = {
        "count": len(examples.labels),
        "side": examples.side,
        "lowest": examples.lowest,
        "highest": examples.highest,
        "paper": examples.paper,
        "ink_is_known": examples.ink_is_known,
        "drawings": examples.drawings is not None,
    }
    arrays: list[npt.NDArray[Any]] = [examples.images, examples.labels]
    return facts, arrays if examples.drawings is None else [*arrays, examples.drawings]


def _photo(_: str, content: bytes) -> _Answer:
    pixels = photo_in(content)
    height, width, channels = pixels.shape
    return {"height": height, "width": width, "channels": channels}, [pixels]


_ANSWERS: Final = {"examples": _examples, "photo": _photo}


def _line(content: dict[str, object]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _asked(source: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Wait for a file; nothing is asked where nobody asks any more."""
    line = source.readline()
    if not line:
        return {}, b""
    asked = json.loads(line)
    return asked, source.read(asked["size"])


def _end_after(seconds: int) -> None:
    """Have this process ended after so long; 0 takes it back."""
    if sys.platform != "win32":
        signal.alarm(seconds)


def _limit() -> None:
    """Let the kernel hold this process to its limits."""
    if sys.platform == "win32":  # there the other end alone watches over time and length
        return
    _end_after(STANDS_BY_SECONDS)
    most_memory = _taken() + MAX_MEMORY_BYTES
    # Should memory run out all the same, this process is the first to go, not the server.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for what, most, at_last in (
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS, MAX_CPU_SECONDS + 1),  # a signal that says why first
        (resource.RLIMIT_FSIZE, MAX_ANSWER_BYTES, MAX_ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),  # no child of its own
        (resource.RLIMIT_AS, most_memory, most_memory),
    ):
        with contextlib.suppress(OSError, ValueError):  # a limit that stands is lower
            resource.setrlimit(what, (most, at_last))


def _taken() -> int:
    """Bytes of address space that this process has before it reads anything."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:  # no Linux
        return 0
    return int(pages) * resource.getpagesize()
