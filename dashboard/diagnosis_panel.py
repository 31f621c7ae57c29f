"""What is to be noticed about a run, each with a button that does something about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.words.diagnosis import finding_sentence, remedy_label
from logreg_core import TrainConfig, diagnose, refusal
from logreg_core.diagnosis import Crawling, NotThereYet, Stalled

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core import History, TrainingJob
    from logreg_core.diagnosis import AnyFinding, Remedy

#: More than this is not read, but scrolled past.
_MOST_FINDINGS: Final = 2
_MOST_REMEDIES: Final = 2

#: Widths of a sentence and of its buttons.
_SAID_AND_DONE: Final = (5, 2)

#: Nothing is wrong where these are said: it could only be better.
_HINTS: Final = (Crawling, NotThereYet, Stalled)


def diagnosis_panel(lab: Lab, job: TrainingJob, history: History | None = None) -> None:
    """Show what is to be noticed about a run, nothing where it does well.

    A button applies a remedy to the settings and starts the run anew; the page must
    call `carry_out_click` before.

    Parameters
    ----------
    lab : Lab
        Of the visitor.
    job : TrainingJob
        Their run.
    history : History, optional
        Of that run, where the page has it already.
    """
    if "_click" in st.session_state:
        # Clicked within a fragment, which has run alone: the page carries it out.
        st.rerun()
    findings = diagnose(
        job.history() if history is None else history,
        job.config,
        job.reason,
        curvature=job.curvature,
        lost_cost=job.lost_cost,
    )
    offered: list[Remedy] = []
    with st.container(key="diagnosis"):  # in any case, so that nothing below changes its place
        for row, finding in enumerate(findings[:_MOST_FINDINGS]):
            _show(finding, _to_offer(lab, finding, offered), row)


def _to_offer(lab: Lab, finding: AnyFinding, offered: list[Remedy]) -> list[Remedy]:
    """Remedies that are not offered yet, and that a run would not refuse."""
    remedies = [
        remedy for remedy in finding.remedies if remedy not in offered and _is_possible(lab, remedy)
    ][:_MOST_REMEDIES]
    offered += remedies
    return remedies


def _is_possible(lab: Lab, remedy: Remedy) -> bool:
    config = TrainConfig.from_dict({**lab.settings.config.to_dict(), **remedy})
    return refusal(config, len(lab.split().training), len(lab.digits)) is None


def _show(finding: AnyFinding, remedies: list[Remedy], row: int) -> None:
    hint = isinstance(finding, _HINTS)
    callout, icon = (st.info, "lightbulb") if hint else (st.warning, "warning")
    said, done = st.columns(_SAID_AND_DONE, gap="small", vertical_alignment="center")
    with said:
        callout(finding_sentence(finding), icon=f":material/{icon}:")
    for place, remedy in enumerate(remedies):
        done.button(
            remedy_label(remedy),
            key=f"remedy_{row}_{place}",
            on_click=_note_remedy,
            args=(remedy,),
            width="stretch",
        )


def _note_remedy(remedy: Remedy) -> None:
    """Change the settings as their widgets would, and note a click on Start."""
    st.session_state.update(remedy)
    st.session_state["_click"] = "start"
