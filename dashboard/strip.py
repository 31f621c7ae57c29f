"""The way of a drawing to the 400 numbers that the model reads, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.digits import digit_picture, drawing_picture
from dashboard.live_chart import live_chart
from dashboard.words.strip import SWITCHES, effect_sentence
from logreg_core import STAGES
from logreg_core.scans import SIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logreg_core import DrawingStep, Reading

#: Two of them stand side by side on a phone.
_WIDTH: Final = 162


def left_out() -> frozenset[str]:
    """The stages that the visitor has switched off."""
    return frozenset(stage for stage in STAGES if not st.session_state[f"with_{stage}"])


def strip(
    steps: Sequence[DrawingStep], read: Reading, read_otherwise: Callable[[str], Reading | None]
) -> None:
    """Show each step with its sentence, its switch and what it does to the answer.

    Parameters
    ----------
    steps : sequence of DrawingStep
        On the way that is switched on.
    read : Reading
        Of the last one.
    read_otherwise : callable
        Name of a stage → what would be read with its switch the other way; None where that
        would be no digit.
    """
    with st.container(horizontal=True, gap="medium"):
        for position, step in enumerate(steps):
            with st.container(width=_WIDTH):
                st.markdown(f"**{position + 1}. {step.name}**")
                is_last = step.image.shape == (SIDE, SIDE)
                picture = digit_picture if is_last else drawing_picture
                live_chart(picture(step.image), key=f"step_{position}", aspect=1.0)
                if step.stage is not None:
                    _switch(step.stage, read, read_otherwise(step.stage))
                st.caption(step.explanation)


def _switch(stage: str, read: Reading, otherwise: Reading | None) -> None:
    key = f"with_{stage}"
    st.toggle(SWITCHES[stage], key=key, persist_state="session")
    st.markdown(effect_sentence(read, otherwise, is_on=st.session_state[key]))
