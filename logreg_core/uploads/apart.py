"""Have a file read in a process of its own, which cannot take this one along."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Generic, TypeVar

import numpy as np

from logreg_core.errors import DataError
from logreg_core.scans import DRAWING_SIDE, PIXELS, SIDE
from logreg_core.uploads.examples import Examples
from logreg_core.uploads.limits import (
    ACCEPTED_UPLOADS,
    BYTES_A_DRAWING,
    BYTES_AN_IMAGE,
    IN_LINE,
    LONGEST_LINE,
    MAX_ANSWER_BYTES,
    MAX_CPU_SECONDS,
    MAX_IMAGES,
    MAX_SECONDS,
    MAX_SECONDS_IN_LINE,
    PHOTO_SIDE,
    TOO_LARGE,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

_PACKAGE: Final = Path(__file__).parents[1]

#: What the process runs. The package's own __init__ would bring all of SciPy, which costs 0.3 s
#: and 40 MB; so the package is made known without it.
_PROGRAM: Final = """
import sys, types
package = types.ModuleType("logreg_core")
package.__path__ = [sys.argv[1]]
sys.modules["logreg_core"] = package
from logreg_core.uploads.reading_process import main
main()
"""

#: Nothing of the server's own environment, which may hold secrets, but what Python needs.
_INHERITED: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "SYSTEMROOT", "TMPDIR")

_LONGEST_SENTENCE: Final = 400
_FACTS: Final = {"count", "side", "lowest", "highest", "paper", "ink_is_known", "drawings"}

_PHOTO_FACTS: Final = {"height", "width", "channels"}

_STOPPED: Final = (
    "Reading the file took too long and was stopped; accepted are {accepted} "
    f"that take {MAX_CPU_SECONDS} s of computing at most."
)
_CRASHED: Final = (
    "The file is damaged in a way that stops its reader; save it once more, as one of {accepted}."
)

_NO_ROOM: Final = "The server has no room to read a file just now: try again in a moment."

#: Two at once would need twice the memory.
_one_at_a_time = threading.Lock()
_standing_by: list[_Reader] = []

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Wanted(Generic[Answer]):
    """What a file is read for."""

    name: str
    accepted: str  # for sentences
    answered: Callable[[dict[str, Any], bytes], Answer | None]  # None for what cannot be

    def checked(self, answer: IO[bytes]) -> Answer:
        """Take a process at its word only as far as the numbers can be checked."""
        length = answer.seek(0, os.SEEK_END)
        answer.seek(0)
        facts = _line(answer) if length <= MAX_ANSWER_BYTES else None
        if facts is not None and "refused" in facts:
            raise DataError(str(facts["refused"])[:_LONGEST_SENTENCE])
        content = None if facts is None else self.answered(facts, answer.read())
        if content is None:
            raise DataError(self.crashed)
        return content

    @property
    def crashed(self) -> str:
        return _CRASHED.format(accepted=self.accepted)


class _Reader:
    """A process that waits for a file."""

    def __init__(self) -> None:
        # A file, not a pipe: the kernel ends a process that writes more than it may.
        self.answer = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `read`
        self.overdue = False
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self.process = subprocess.Popen(  # noqa: S603 - nothing of a visitor's is in the command
            [sys.executable, "-c", _PROGRAM, str(_PACKAGE)],
            stdin=subprocess.PIPE,
            stdout=self.answer,
            stderr=subprocess.DEVNULL,
            cwd=Path(sys.executable).anchor,
            env=environment | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"},
        )

    def has_gone(self) -> bool:
        """Whether it has stood by for so long that it ended."""
        return self.process.poll() is not None

    def close(self) -> None:
        """Let go of what is left of a process that has gone."""
        with self.answer, self.process:
            pass

    def read(self, wanted: _Wanted[Answer], filename: str, data: bytes) -> Answer:
        """Hand it the file, wait, and take its answer."""
        question = {"wanted": wanted.name, "name": filename, "size": len(data)}
        asked = json.dumps(question).encode() + b"\n"
        # Where `subprocess` itself watches the time it asks 20 times a second whether a process
        # has ended, and hands it its input in pieces of 512 bytes.
        last_moment = threading.Timer(MAX_SECONDS, self._end)
        with self.answer, self.process as process:
            last_moment.start()
            # A process that has ended does not take it all: its return code says why.
            with contextlib.suppress(BrokenPipeError):
                self._hand_over(asked, data)
            process.wait()
            last_moment.cancel()
            if process.returncode != 0:
                raise DataError(self._reason(wanted))
            return wanted.checked(self.answer)

    def _end(self) -> None:
        self.overdue = True
        self.process.kill()

    def _reason(self, wanted: _Wanted[Any]) -> str:
        """Why the process ended otherwise than by itself."""
        signalled = -self.process.returncode if sys.platform != "win32" else 0
        if self.overdue or signalled == signal.SIGXCPU:
            return _STOPPED.format(accepted=wanted.accepted)
        if signalled == signal.SIGALRM:  # it had stood by for long enough, just now
            return _NO_ROOM
        if signalled == signal.SIGKILL:  # the kernel, short of memory
            return TOO_LARGE
        return wanted.crashed

    def _hand_over(self, *parts: bytes) -> None:
        if self.process.stdin is not None:
            with self.process.stdin as pipe:
                for part in parts:
                    pipe.write(part)


def read_apart(filename: str, data: bytes) -> Examples:
    """Read labelled digits from a file that nobody vouches for.

    Parameters
    ----------
    filename : str
        Its suffix says how to read it.
    data : bytes
        Its content.

    Raises
    ------
    DataError
        With one sentence, whatever the file did.
    """
    return _read(_EXAMPLES, filename, data)


def read_photo_apart(data: bytes) -> npt.NDArray[np.uint8]:
    """Decode a picture that nobody vouches for, to (height, width, 3) or (height, width, 4).

    Raises
    ------
    DataError
        With one sentence, whatever the picture did.
    """
    return _read(_PHOTO, "", data)


def _read(wanted: _Wanted[Answer], filename: str, data: bytes) -> Answer:
    if not _one_at_a_time.acquire(timeout=MAX_SECONDS_IN_LINE):
        raise DataError(IN_LINE)
    try:
        _make_ready()
        return _standing_by.pop().read(wanted, filename, data)
    except OSError as error:  # no process, no file, no memory left for either
        raise DataError(_NO_ROOM) from error
    finally:
        _one_at_a_time.release()


def stand_by() -> None:
    """Have a process ready: a file that comes soon is read 0.3 s sooner.

    It takes some 30 MB of its own, and ends after five minutes or with this process.
    """
    if _one_at_a_time.acquire(blocking=False):
        try:
            with contextlib.suppress(OSError):  # whoever uploads a file will be told
                _make_ready()
        finally:
            _one_at_a_time.release()


def _make_ready() -> None:
    """See to it that one process, and one that lives, stands by."""
    if _standing_by and _standing_by[0].has_gone():
        _standing_by.pop().close()
    if not _standing_by:
        _standing_by.append(_Reader())


def _examples(facts: dict[str, Any], content: bytes) -> Examples | None:
    """Labelled digits, if the facts are those of the content."""
    if facts.keys() != _FACTS:
        return None
    try:
        count, side = int(facts["count"]), int(facts["side"])
        lowest, highest, paper = (float(facts[name]) for name in ("lowest", "highest", "paper"))
    except (TypeError, ValueError, OverflowError):
        return None
    drawn = bool(facts["drawings"])
    promised = count * (BYTES_AN_IMAGE + drawn * BYTES_A_DRAWING)
    finite = np.isfinite([lowest, highest, paper]).all()
    if not (0 < count <= MAX_IMAGES and len(content) == promised and finite):
        return None
    images = np.frombuffer(content, dtype=np.float32, count=PIXELS * count)
    labels = np.frombuffer(content, dtype=np.int64, count=count, offset=images.nbytes)
    drawings = np.frombuffer(content, dtype=np.uint8, offset=images.nbytes + labels.nbytes)
    return Examples(
        images.reshape(count, SIDE, SIDE),
        labels,
        side,
        lowest,
        highest,
        paper,
        ink_is_known=bool(facts["ink_is_known"]),
        drawings=drawings.reshape(count, DRAWING_SIDE, DRAWING_SIDE) if drawn else None,
    )


def _photo(facts: dict[str, Any], content: bytes) -> npt.NDArray[np.uint8] | None:
    """A picture, if the facts are those of the content."""
    if facts.keys() != _PHOTO_FACTS:
        return None
    try:
        shape = tuple(int(facts[name]) for name in ("height", "width", "channels"))
    except (TypeError, ValueError, OverflowError):
        return None
    height, width, channels = shape
    fits = min(height, width) > 0 and max(height, width) <= PHOTO_SIDE and channels in {3, 4}
    if not fits or len(content) != math.prod(shape):
        return None
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


_EXAMPLES: Final = _Wanted("examples", ", ".join(ACCEPTED_UPLOADS), _examples)
_PHOTO: Final = _Wanted("photo", "PNG and JPEG", _photo)


def _line(answer: IO[bytes]) -> dict[str, Any] | None:
    """The line of facts; None where it is none."""
    try:
        facts = json.loads(answer.readline(LONGEST_LINE))
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None
