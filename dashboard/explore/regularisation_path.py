"""What becomes of the cost and the accuracy as λ grows: the regularisation path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.sweeps import accuracy_path, regularisation_path
from dashboard.sweeps import sweep_tab
from logreg_core import OPTIMIZERS, grid

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core import Outcome

#: Wide enough to show both ends: learnt by heart, and forgotten.
_LAMS: Final = (0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)


def path_panel(lab: Lab) -> None:
    """Show cost and accuracy over λ."""
    config = lab.settings.config
    st.caption(f"{OPTIMIZERS[config.optimizer].label}; all but λ as set on the Train page.")

    def pictures(trials: tuple[Outcome, ...]) -> None:
        costs, accuracies = st.columns(2)
        with costs, st.container(key="sweep_chart"):
            st.plotly_chart(regularisation_path(trials, config.lam), key="path_costs")
        accuracies.plotly_chart(accuracy_path(trials), key="path_accuracies")

    sweep_tab(lab, "path", grid(config, {"lam": _LAMS}), pictures)
