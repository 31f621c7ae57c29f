"""Explore: what the hyperparameters do."""

from dataclasses import replace

import streamlit as st

from dashboard.figures.sweeps import accuracy_path, rate_map, regularisation_path
from dashboard.frame import frame
from dashboard.sweeps import sweep_tab
from dashboard.views import SWEEPS
from logreg_core import OPTIMIZERS, Outcome, grid

#: Wide enough to show both ends: learnt by heart, and forgotten.
LAMS = (0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)

#: For the map: fewer λ, so that it is done in seconds.
MAP_LAMS = (0.0, 0.1, 1.0, 10.0, 100.0)
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

lab = frame("Explore")
config = lab.settings.config

st.markdown(
    "The same data under many settings: look for where the **held-out** cost is lowest. "
    "With too much λ the digits are forgotten; with too little, where they are hard to tell "
    "apart, their quirks are learnt by heart."
)


def path_pictures(trials: tuple[Outcome, ...]) -> None:
    """Cost and accuracy over λ."""
    costs, accuracies = st.columns(2)
    with costs, st.container(key="sweep_chart"):
        st.plotly_chart(regularisation_path(trials, config.lam), key="path_costs")
    accuracies.plotly_chart(accuracy_path(trials), key="path_accuracies")


def map_pictures(trials: tuple[Outcome, ...]) -> None:
    """Held-out cost over λ and α."""
    st.plotly_chart(rate_map(trials, MAP_LAMS, RATES), key="rate_map")


path_tab, map_tab = st.tabs(list(SWEEPS.values()), key="sweep", on_change="rerun")
with path_tab:
    st.caption(f"{OPTIMIZERS[config.optimizer].label}; all but λ as set on the Train page.")
    sweep_tab(lab, "path", grid(config, {"lam": LAMS}), path_pictures)
with map_tab:
    descent = replace(config, optimizer="gradient-descent")
    st.caption(
        f"Gradient descent, {config.max_iterations} iterations at most: too small an α does "
        "not arrive, too large a one swings back and forth."
    )
    sweep_tab(lab, "map", grid(descent, {"lam": MAP_LAMS, "learning_rate": RATES}), map_pictures)
