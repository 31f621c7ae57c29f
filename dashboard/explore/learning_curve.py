"""What more training digits help: the learning curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from dashboard.lab import Lab


def curve_panel(lab: Lab) -> None:
    """Show cost and accuracy over m."""
    st.info(f"Train on few of the {len(lab.split().training):,} training digits, and on more.")
