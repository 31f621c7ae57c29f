"""The widgets of a TrainConfig, each bound to the setting of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.settings import written
from dashboard.words.settings import CHOICES, SETTINGS
from logreg_core import AUTO, OPTIMIZERS, RANGES, refusal

if TYPE_CHECKING:
    from logreg_core import Refusal, TrainConfig

#: What the sliders offer. A link may carry any value in range; it then joins them.
_OFFERED: Final[dict[str, tuple[float | str, ...]]] = {
    "lam": (0, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
    "learning_rate": (AUTO, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    "momentum": (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99),
    "tolerance": (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2),
}


def train_settings(config: TrainConfig, digits: int, examples: int) -> None:
    """Show the settings that the chosen optimiser uses, and no others.

    What a run would refuse is said below the field, before anybody starts one.

    Parameters
    ----------
    config : TrainConfig
        As set now.
    digits : int
        How many digits are told apart.
    examples : int
        How many there are to learn from.
    """
    uses = OPTIMIZERS[config.optimizer].settings
    refused = refusal(config, examples, digits)
    _optimizer(config)
    _penalty()
    if "learning_rate" in uses:
        _slider(
            "learning_rate",
            "How far a step goes along the gradient. “auto” takes the longest step that never "
            "overshoots, or what is usual where each weight has a step of its own.",
        )
    if "schedule" in uses:
        _choice("schedule")
    if "momentum" in uses:
        _slider("momentum", "How much of the last step is kept.")
    if "batch_size" in uses:
        _number("batch_size", 16)
        _refused("batch_size", refused)
    _goal_and_budget(digits, refused)


def shared_settings(digits: int) -> None:
    """Show the settings that all optimisers of a race share.

    Parameters
    ----------
    digits : int
        How many digits are told apart.
    """
    _penalty()
    _goal_and_budget(digits)


def offered(name: str, *values: float | str) -> list[float | str]:
    """What the slider of a setting has: what it always offers, and these values.

    Examples
    --------
    >>> offered("momentum", 0.6)
    [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]
    """
    return sorted({*_OFFERED[name], *values}, key=_auto_first)


def _auto_first(value: float | str) -> float:
    return -1.0 if isinstance(value, str) else value


def _penalty() -> None:
    _slider("lam", "Pulls all weights but the bias towards 0.")


def _goal_and_budget(digits: int, refused: Refusal | None = None) -> None:
    if digits > 2:
        _choice("multiclass")
        _refused("multiclass", refused)
    _number("max_iterations", 50)
    with st.expander("More settings"):
        _slider("tolerance", "Converged when no entry of the gradient is larger than this.")
        _seconds("max_seconds")
        _choice("preparation")
        _number("seed", 1)


def _optimizer(config: TrainConfig) -> None:
    _choice("optimizer")
    row = OPTIMIZERS[config.optimizer]
    st.caption(f"*{row.family}.* {row.explanation}")


def _refused(name: str, refused: Refusal | None) -> None:
    """Say what a run would refuse, at the field that it is about."""
    with st.container(key=f"refused_{name}"):  # in any case, so that nothing below changes place
        if refused is not None and refused.setting == name:
            st.markdown(f":orange[:small[:material/block: {refused.sentence}]]")


def _choice(name: str) -> None:
    labels = CHOICES[name]
    st.selectbox(
        SETTINGS[name].label,
        list(labels),
        format_func=labels.__getitem__,
        key=name,
        persist_state="session",
    )


def _slider(name: str, explanation: str) -> None:
    """A slider over a few good values, and whatever value a link has brought."""
    brought = st.session_state.setdefault(f"_brought_{name}", set())
    if st.session_state[name] not in _OFFERED[name]:
        brought.add(st.session_state[name])
    st.select_slider(
        SETTINGS[name].label,
        offered(name, *brought),
        format_func=written,
        key=name,
        persist_state="session",
        help=explanation,
    )


def _number(name: str, step: int) -> None:
    accepted = RANGES[name]
    st.number_input(
        SETTINGS[name].label,
        min_value=int(accepted.low),
        max_value=int(accepted.high),
        step=step,
        key=name,
        persist_state="session",
    )


def _seconds(name: str) -> None:
    accepted = RANGES[name]
    st.number_input(
        SETTINGS[name].label,
        min_value=float(accepted.low),
        max_value=float(accepted.high),
        step=10.0,
        format="%g",
        key=name,
        persist_state="session",
    )
