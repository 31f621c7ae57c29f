"""A trial of a sweep opened in Train."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import link_to_pages
from dashboard.explore.sweep_data import settings_of
from dashboard.words.plain import plain
from logreg_core import ConfigError, DataError

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core.sweep import Sweep, TrialRecord

_OPENED: Final = "_trial_opened"
_REFUSED: Final = "_trial_refused"


def open_trial(lab: Lab, sweep: Sweep, trial: TrialRecord, place: str) -> None:
    """Set what a trial was trained with; `go_to_train` or `show_refusal` comes next.

    A run that the visitor has begun there goes on, and Train says so.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    sweep, trial : Sweep, TrialRecord
        Which.
    place : str
        Where it was clicked.
    """
    state = st.session_state
    state.pop(_REFUSED, None)
    try:
        settings = settings_of(lab, sweep, trial.config)
    except (ConfigError, DataError) as error:
        state[_REFUSED] = (place, sweep.name, lab.settings), str(error)
        return
    state.update(settings.to_state())
    state["mode"] = "one"
    lab.make_way()
    state[_OPENED] = True


def go_to_train() -> None:
    """Show Train where a trial was opened: a callback itself cannot leave the page."""
    if st.session_state.pop(_OPENED, False):
        st.switch_page("pages/train.py", query_params=link_to_pages())


def show_refusal(lab: Lab, sweep: Sweep, place: str) -> None:
    """Say where it was clicked why a trial cannot be opened, as long as that may be so."""
    about, sentence = st.session_state.get(_REFUSED, (None, ""))
    if about == (place, sweep.name, lab.settings):
        st.warning(plain(sentence), icon=":material/info:")
