"""Which training digit is laid over θ, with the widgets that choose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.lab import Lab
    from logreg_core import Dataset


def choose_example(lab: Lab, examples: Dataset, first: int, hardest: Callable[[], int]) -> int:
    """Position of the example to lay over θ, from 0; with widgets to choose another.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    examples : Dataset
        To choose from.
    first : int
        Position of the one that is shown until the visitor has chosen another.
    hardest : callable
        Returns the position of the one that costs most; called when that is asked for.
    """
    m = len(examples)
    numbers = range(1, m + 1)  # persons count from 1
    key = lab.view_key("laid_over", usual=first + 1, among=numbers, choice_stays=True)
    position: int = st.session_state[key] - 1

    def choose(where: Callable[[], int]) -> None:
        st.session_state[key] = where() + 1

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
            key=key,
            persist_state="session",
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
