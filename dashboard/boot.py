"""Once for each server: what would otherwise cost every visitor, or every click."""

from __future__ import annotations

import gc

# pandas and plotly raise "partially initialized module" when two visitors' threads
# import them first at once; here they come in before any thread starts.
import pandas as pd  # noqa: F401 - imported for its sake
import plotly.graph_objects as go
import streamlit as st
from threadpoolctl import threadpool_limits

from logreg_core import load_bundled


@st.cache_resource(show_spinner=False)
def boot() -> bool:
    """Set up the process; True once it is done."""
    # Matrices of this size are two to three times faster with one BLAS thread.
    threadpool_limits(limits=1, user_api="blas")
    # plotly builds its validators at the first figure.
    go.Figure(go.Scatter(x=[0], y=[0])).to_json()
    load_bundled()
    _set_aside_what_stays()
    return True


@st.cache_resource(show_spinner=False)
def boot_explore() -> bool:
    """The same for what only Explore imports: Optuna, 0.3 s, and its database, 0.2 s."""
    _set_aside_what_stays()
    return True


def _set_aside_what_stays() -> None:
    # Streamlit ends every rerun with a full collection; what imports made is here to stay
    # and need not be gone through each time (67 ms → 10 ms; Optuna's part is 8 ms).
    gc.collect()
    gc.freeze()
