"""Which training digit is laid over θ, with the widgets that choose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core import Dataset


def choose_example(examples: Dataset, first: int, hardest: Callable[[], int]) -> int:
    """Position of the example to lay over θ, from 0; with widgets to choose another.

    Parameters
    ----------
    examples : Dataset
        To choose from.
    first : int
        Position of the one that is shown until the visitor has chosen one of these.
    hardest : callable
        Returns the position of the one that costs most; called when that is asked for.
    """
    m = len(examples)
    of, chosen = st.session_state.get("_laid_over", (None, 0))
    position = chosen if of == examples.fingerprint else first
    st.session_state["laid_over"] = position + 1  # persons count from 1

    def choose(where: Callable[[], int]) -> None:
        st.session_state["_laid_over"] = (examples.fingerprint, where())

    buttons: dict[str, tuple[str, str, Callable[[], int]]] = {
        "previous": ("", ":material/chevron_left:", lambda: (position - 1) % m),
        "next": ("", ":material/chevron_right:", lambda: (position + 1) % m),
        "random": (
            "A random one",
            ":material/casino:",
            lambda: int(np.random.default_rng().integers(m)),
        ),
        "hardest": ("The one that costs most", ":material/warning:", hardest),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            f"Training digit, 1 to {m:,}",
            min_value=1,
            max_value=m,
            key="laid_over",
            on_change=choose,
            args=(lambda: st.session_state["laid_over"] - 1,),
            width=170,
        )
        for name, (label, icon, where) in buttons.items():
            st.button(
                label,
                icon=icon,
                help=None if label else f"{name.title()} training digit",
                key=f"laid_over_{name}",
                on_click=choose,
                args=(where,),
            )
    return position
