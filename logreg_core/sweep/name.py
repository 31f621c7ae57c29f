"""The name of a sweep, which nobody guesses: who knows it can see the sweep and work on it."""

from __future__ import annotations

import re
import secrets
from typing import Final

#: Bytes of chance: nobody guesses 128 bits.
_BYTES: Final = 16

#: As characters, of which each has 6 bits.
_CHARACTERS: Final = -(-8 * _BYTES // 6)
_NAME: Final = re.compile(rf"[A-Za-z0-9_-]{{{_CHARACTERS}}}")


def new_name() -> str:
    """One that no sweep has.

    Examples
    --------
    >>> is_name(new_name()), is_name("my sweep")
    (True, False)
    """
    # No command line may take it for an option.
    while (name := secrets.token_urlsafe(_BYTES)).startswith("-"):
        pass
    return name


def is_name(text: str) -> bool:
    """Whether a sweep can have this name."""
    return _NAME.fullmatch(text) is not None
