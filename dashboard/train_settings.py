"""The widgets of a TrainConfig, each bound to the setting of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.settings import written
from logreg_core import OPTIMIZERS, RANGES

if TYPE_CHECKING:
    from logreg_core import TrainConfig

PREPARATION_LABELS: Final = {
    "none": "as they are (the course)",
    "centred": "centred by mass",
    "full": "slant, centre and size evened out",
}

#: What the sliders offer. A link may carry any value in range; it then joins them.
OFFERED: Final[dict[str, tuple[float, ...]]] = {
    "lam": (0, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
    "learning_rate": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    "tolerance": (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2),
}


def train_settings(config: TrainConfig) -> None:
    """Show the settings that the chosen optimiser uses, and no others."""
    st.selectbox(
        "Optimiser",
        list(OPTIMIZERS),
        format_func=lambda name: OPTIMIZERS[name].label,
        key="optimizer",
        persist_state="session",
        help="What lowers J, given J and its gradient.",
    )
    row = OPTIMIZERS[config.optimizer]
    st.caption(f"*{row.family}.* {row.explanation}")
    _slider("lam", "λ, penalty on large weights", "Pulls all weights but the bias towards 0.")
    if "learning_rate" in row.settings:
        _slider("learning_rate", "α, learning rate", "How far a step goes along the gradient.")
    _number("max_iterations", "Iterations at most", 50)
    with st.expander("More settings"):
        _slider(
            "tolerance",
            "Tolerance",
            "Converged when no entry of the gradient is larger than this.",
        )
        st.selectbox(
            "Images are used",
            list(PREPARATION_LABELS),
            format_func=PREPARATION_LABELS.__getitem__,
            key="preparation",
            persist_state="session",
            help="Drawings on the Predict page go through the same preparation.",
        )
        _number("seed", "Seed of the split", 1)


def _slider(name: str, label: str, explanation: str) -> None:
    """A slider over a few good values, and whatever value a link has brought."""
    brought = st.session_state.setdefault(f"_brought_{name}", set())
    if st.session_state[name] not in OFFERED[name]:
        brought.add(st.session_state[name])
    st.select_slider(
        label,
        sorted({float(value) for value in OFFERED[name]} | brought),
        format_func=written,
        key=name,
        persist_state="session",
        help=explanation,
    )


def _number(name: str, label: str, step: int) -> None:
    accepted = RANGES[name]
    st.number_input(
        label,
        min_value=int(accepted.low),
        max_value=int(accepted.high),
        step=step,
        key=name,
        persist_state="session",
    )
