"""Many trainings under many settings, and which of them does best."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.sweeps import rate_map
from dashboard.sweeps import sweep_tab
from logreg_core import grid

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core import Outcome

#: Few λ, so that it is done in seconds.
_LAMS: Final = (0.0, 0.1, 1.0, 10.0, 100.0)
_RATES: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def sweep_panel(lab: Lab) -> None:
    """Show the held-out cost over λ and α."""
    config = lab.settings.config
    descent = replace(config, optimizer="gradient-descent")
    st.caption(
        f"Gradient descent, {config.max_iterations} iterations at most: too small an α does "
        "not arrive, too large a one swings back and forth."
    )
    sweep_tab(lab, "map", grid(descent, {"lam": _LAMS, "learning_rate": _RATES}), _map)


def _map(trials: tuple[Outcome, ...]) -> None:
    st.plotly_chart(rate_map(trials, _LAMS, _RATES), key="rate_map")
