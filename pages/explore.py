"""Explore: what the settings do, and more training digits."""

import streamlit as st

from dashboard.boot import boot_explore
from dashboard.explore.learning_curve import curve_panel
from dashboard.explore.regularisation_path import path_panel
from dashboard.explore.sweep import sweep_panel
from dashboard.frame import frame
from dashboard.views import EXPLORED

PANELS = {"sweep": sweep_panel, "lam": path_panel, "m": curve_panel}

lab = frame("Explore")
boot_explore()
st.markdown(
    "The same digits, trained many times: look for where the model does best on digits that "
    "were **held out**."
)
st.segmented_control(
    "What is explored",
    list(EXPLORED),
    format_func=EXPLORED.__getitem__,
    required=True,
    key="explore",
    persist_state="session",
    label_visibility="collapsed",
)
explored = st.session_state["explore"]
with st.container(key=f"explore_{explored}"):
    PANELS[explored](lab)
