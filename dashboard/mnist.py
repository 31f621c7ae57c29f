"""MNIST for all visitors: one fetch for the server, and what those see who wait for it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.words.data import mnist_progress, until_mnist_is_here
from dashboard.words.settings import CHOICES
from logreg_core import MNISTFetch

if TYPE_CHECKING:
    from logreg_core.mnist import MNIST

#: Between two looks of one who waits.
_LOOK_SECONDS: Final = 0.3


@st.cache_resource(show_spinner=False)
def mnist_fetch() -> MNISTFetch:
    """The one of this server."""
    return MNISTFetch()


def mnist_at_hand() -> MNIST | None:
    """MNIST where it is in memory; None while it is on its way.

    Raises
    ------
    DataError
        Once, if it cannot be had. The next call tries again.
    """
    return mnist_fetch().ask(_visitor())


def do_without_mnist() -> None:
    """Let this visitor wait no longer; a download that nobody waits for ends."""
    mnist_fetch().leave(_visitor())


def mnist_on_its_way() -> None:
    """The progress, which moves by itself until MNIST is here or cannot be had; and Cancel."""
    # Captured, since it must be the one that this visitor has asked.
    fetch, visitor = mnist_fetch(), _visitor()

    @st.fragment(run_every=_LOOK_SECONDS)
    def look() -> None:
        progress = fetch.look(visitor)
        if progress is None:
            st.rerun()
        st.progress(
            min(1.0, progress.done / max(progress.in_all, 1)),
            mnist_progress(progress.done, progress.in_all),
        )

    with st.container(horizontal=True, vertical_alignment="bottom", border=True):
        with st.container():
            look()
        st.button("Cancel", icon=":material/close:", key="cancel_mnist", on_click=_cancel)
    st.caption(until_mnist_is_here(CHOICES["source"]["bundled"]))


def _cancel() -> None:
    do_without_mnist()
    st.session_state["source"] = "bundled"


def _visitor() -> str:
    """A name for this visitor, which nobody else knows."""
    name: str = st.session_state.setdefault("_visitor", uuid.uuid4().hex)
    return name
