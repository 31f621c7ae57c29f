"""What was trained on bundled images: trained for one visitor, found by the next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Hashable

    from logreg_core.background import Background

#: Of all visitors together. Of all ten bundled digits one takes 7 MB at most.
_MOST: Final = 20


class Finished:
    """The works that were found or kept last; any thread may ask."""

    def __init__(self) -> None:
        self._works: OrderedDict[Hashable, Background] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Background | None:
        """The work of this key; None where there is none."""
        with self._lock:
            if key in self._works:
                self._works.move_to_end(key)
            return self._works.get(key)

    def keep(self, key: Hashable, work: Background) -> None:
        """Have others find a work that is complete; one that is not is not kept."""
        if not work.complete:
            return
        with self._lock:
            self._works[key] = work
            self._works.move_to_end(key)
            while len(self._works) > _MOST:
                self._works.popitem(last=False)


@st.cache_resource(show_spinner=False)
def finished() -> Finished:
    """Those of this server."""
    return Finished()
