"""What is trained only to show what a visitor's drawings change, for as long as that is asked.

The run without the drawings is the lab's; here is the cross-validation that reads each of
them unseen, and the end of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.lab import TRAININGS
from dashboard.visitor import visitor_is_here
from logreg_core import CrossReading

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core import Dataset

#: Images times θs of one training, up to which five of them are a matter of seconds and
#: begin by themselves.
_SHORT: Final = 30_000

#: Many a cross-validation is over by then, and the page need not be drawn twice.
_USUAL_SECONDS: Final = 0.5


def end_needless(lab: Lab) -> None:
    """End what compares with settings or drawings of before; on each page, before it trains.

    What still fits goes on, whichever page the visitor looks at.
    """
    lab.end_needless_run()
    reading = _reading()
    if reading is None:
        return
    if not _fits(reading, lab) or (reading.running and lab.own_drawings is None):
        reading.stop()
        st.session_state["_cross_reading"] = None


def ask_for_fair_reading() -> None:
    """Have `fair_reading` begin, however long it takes."""
    st.session_state["_asked_for_fair_reading"] = True


def fair_reading(lab: Lab, scans: Dataset) -> CrossReading | None:
    """Cross-validation of these drawings, begun where it is short or asked for."""
    reading = _reading()
    asked = st.session_state.pop("_asked_for_fair_reading", False)
    if reading is not None and not asked:
        return reading
    training, weight = lab.split_without_own().training, lab.own_weight
    examples = len(training) + len(scans) * weight
    if len(scans) == 1 or not (asked or examples * lab.thetas <= _SHORT):
        return None
    if reading is not None:
        reading.stop()
    reading = CrossReading(
        training,
        scans,
        weight,
        lab.settings.config,
        still_wanted=visitor_is_here(),
        line=TRAININGS,
    )
    reading.start()
    reading.wait(_USUAL_SECONDS)
    st.session_state["_cross_reading"] = reading
    return reading


def _reading() -> CrossReading | None:
    reading: CrossReading | None = st.session_state.get("_cross_reading")
    return reading


def _fits(reading: CrossReading, lab: Lab) -> bool:
    """Whether it reads the drawings that are here, with the settings as they are."""
    return (
        reading.own == lab.own_scans
        and reading.training == lab.split_without_own().training
        and (reading.weight, reading.config) == (lab.own_weight, lab.settings.config)
    )
