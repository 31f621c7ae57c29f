"""A line in which runs wait for their turn, so that only so many of them work at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Final, Protocol

#: How long a run works before those who wait come first.
_SLICE_SECONDS: Final = 5.0

#: The same among the runners of a race: short, so that all of them are seen to move.
_RELAY_SECONDS: Final = 0.02

#: Between two questions whether somebody still waits for a turn.
_ASK_SECONDS: Final = 0.2

GiveUp = Callable[[], bool]


class Turns(Protocol):
    """What a run asks for before it works; `Line` and `Relay` offer it."""

    def take(self, who: Hashable, give_up: GiveUp, *, brief: bool = False) -> bool:
        """Wait for one's turn; whether it came before `give_up` said True."""

    def pass_on(self, who: Hashable, give_up: GiveUp, *, brief: bool = False) -> bool:
        """Let others come first where it is their turn; as `take` otherwise."""

    def leave(self, who: Hashable) -> None:
        """Neither work nor wait any more."""

    def ahead_of(self, who: Hashable) -> int | None:
        """How many wait before one; None for whoever does not wait."""


class Line:
    """First come, first served; whoever has worked for a while goes to the end.

    Whoever says that it will be brief comes before all others, and they make room for it:
    a run that sleeps between iterations would else wait for each of them.

    Parameters
    ----------
    places : int
        How many may work at once, at least 1.
    slice_seconds : float
        How long one works, at least, before those who wait come first.

    Examples
    --------
    >>> line = Line(places=1)
    >>> line.take("first", give_up=lambda: True)
    True
    >>> line.take("second", give_up=lambda: True)  # it would not wait
    False
    >>> line.leave("first")
    >>> line.take("second", give_up=lambda: True)
    True
    """

    def __init__(self, places: int, slice_seconds: float = _SLICE_SECONDS) -> None:
        self._places = places
        self._slice_seconds = slice_seconds
        self._waiting: list[Hashable] = []  # the brief ones first
        self._brief: set[Hashable] = set()  # of those who wait
        self._working: dict[Hashable, float] = {}  # who, and since when
        self._condition = threading.Condition()

    def take(self, who: Hashable, give_up: GiveUp, *, brief: bool = False) -> bool:
        """Wait for one's turn; whether it came before `give_up` said True.

        Whoever has it already keeps it.
        """
        with self._condition:
            if who in self._working:
                return True
            self._waiting.insert(len(self._brief) if brief else len(self._waiting), who)
            if brief:
                self._brief.add(who)
            return self._wait(who, give_up)

    def pass_on(self, who: Hashable, give_up: GiveUp, *, brief: bool = False) -> bool:
        """Let those who wait come first, once one has worked for long; then as `take`.

        Those who will be brief come first at once, and the slice goes on after them.
        """
        since = self._working.get(who)
        if since is None:
            return self.take(who, give_up, brief=brief)
        # Without the lock: this is asked after each iteration, and a newcomer who is
        # overlooked is seen after the next.
        if not self._waiting:
            return True
        if self._brief:
            with self._condition:
                del self._working[who]
                self._waiting.insert(len(self._brief), who)
                self._condition.notify_all()
                return self._wait(who, give_up, since)
        if time.monotonic() - since < self._slice_seconds:
            return True
        self.leave(who)
        return self.take(who, give_up)

    def leave(self, who: Hashable) -> None:
        """Neither work nor wait any more."""
        with self._condition:
            if self._working.pop(who, None) is not None:
                self._condition.notify_all()

    def ahead_of(self, who: Hashable) -> int | None:
        """How many wait before one; None for whoever does not wait."""
        with self._condition:
            return self._waiting.index(who) if who in self._waiting else None

    @property
    def is_idle(self) -> bool:
        """Whether nobody works and nobody waits."""
        with self._condition:
            return not (self._working or self._waiting)

    def _wait(self, who: Hashable, give_up: GiveUp, since: float | None = None) -> bool:
        """Wait with the lock, at one's place among those who wait."""
        has_turn = True
        while self._waiting.index(who) >= self._places - len(self._working):
            if give_up():
                has_turn = False
                break
            self._condition.wait(_ASK_SECONDS)
        self._waiting.remove(who)
        self._brief.discard(who)
        if has_turn:
            self._working[who] = time.monotonic() if since is None else since
        else:
            self._condition.notify_all()  # whoever stands behind moves up
        return has_turn


class Relay:
    """Turns for the runners of one race: one works at a time, in one place of a line.

    So a race takes no more of a server than a single run does, and the seconds of each
    runner are its own.

    Parameters
    ----------
    line : Turns
        In which the race has its place.
    """

    def __init__(self, line: Turns) -> None:
        self._line = line
        self._baton = Line(1, _RELAY_SECONDS)
        # Whoever holds the baton speaks for the race in the line; nobody else does.

    def take(self, who: Hashable, give_up: GiveUp, *, brief: bool = False) -> bool:
        """Wait for the baton, then for the race's place in the line."""
        return self._or_leave(
            who,
            self._baton.take(who, give_up, brief=brief)
            and self._line.take(self, give_up, brief=brief),
        )

    def pass_on(self, who: Hashable, give_up: GiveUp, *, brief: bool = False) -> bool:
        """Let other runs, then other runners of this race, come first."""
        return self._or_leave(
            who,
            self.take(who, give_up, brief=brief)
            and self._line.pass_on(self, give_up, brief=brief)
            and self._baton.pass_on(who, give_up, brief=brief)
            and self._line.take(self, give_up, brief=brief),
        )

    def leave(self, who: Hashable) -> None:
        """Hand over the baton; where nobody takes it, the race gives its place back too."""
        self._baton.leave(who)
        # Should a runner take the baton in this very moment, it works without a place until
        # it asks again; the other way round, a place might be lost for good.
        if self._baton.is_idle:
            self._line.leave(self)

    def ahead_of(self, who: Hashable) -> int | None:
        """How many wait before this race in the line; None while it has its place there."""
        del who  # all of a race stand at one place
        return self._line.ahead_of(self)

    def _or_leave(self, who: Hashable, has_turn: bool) -> bool:
        if not has_turn:
            self.leave(who)
        return has_turn
