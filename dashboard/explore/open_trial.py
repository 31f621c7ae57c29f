"""A trial of a sweep opened in Train."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import link_to_pages
from dashboard.settings import ALL_DIGITS, OWN_DRAWINGS, Settings
from dashboard.sources import open_source, possible_digits
from dashboard.words.explore.trial_table import images_not_here
from logreg_core import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.lab import Lab
    from dashboard.sources import Source
    from logreg_core.sweep import Origin, Sweep, TrialRecord

_OPENED: Final = "_trial_opened"
_REFUSED: Final = "_trial_refused"


def open_trial(lab: Lab, sweep: Sweep, trial: TrialRecord) -> None:
    """Set what a trial was trained with; the page then goes to Train by `go_to_train`.

    A run that the visitor has begun there goes on, and Train says so.
    """
    state = st.session_state
    try:
        settings = _settings_of(lab, sweep, trial)
    except (ConfigError, DataError) as error:
        state[_REFUSED] = str(error)
        return
    state.update(settings.to_state())
    state["mode"] = "one"
    lab.make_way()
    state[_OPENED] = True


def go_to_train() -> None:
    """Show Train where a trial was opened: a callback itself cannot leave the page."""
    if st.session_state.pop(_OPENED, False):
        st.switch_page("pages/train.py", query_params=link_to_pages())


def refusal_once() -> str | None:
    """Why the trial that was clicked cannot be opened."""
    sentence: str | None = st.session_state.pop(_REFUSED, None)
    return sentence


def _settings_of(lab: Lab, sweep: Sweep, trial: TrialRecord) -> Settings:
    """The settings under which Train learns from just the images of this trial.

    Raises
    ------
    ConfigError, DataError
        If there are none.
    """
    wanted = sweep.fingerprints["training"]
    for settings, source in _candidates(lab, sweep.origin, trial):
        # While MNIST is on its way, others stand in for its images.
        if source.stands_in or _trains_on(lab, settings, source) == wanted:
            return settings
    raise DataError(images_not_here(trial.number))


def _candidates(lab: Lab, origin: Origin, trial: TrialRecord) -> Iterator[tuple[Settings, Source]]:
    """The images at hand, without and with the visitor's drawings, and those to be fetched."""
    digits = "-".join(map(str, origin.digits)) if len(origin.digits) == 2 else ALL_DIGITS
    config = trial.config
    checked = Settings.from_state(
        {
            **replace(lab.settings, config=config, digits=digits).to_state(),
            "held_out": origin.held_out,
            "seed": origin.seed,
        }
    )
    if not lab.source.stands_in and digits in possible_digits(lab.dataset):
        for own in OWN_DRAWINGS:
            yield replace(checked, own_drawings=own), lab.source
    if origin.can_be_fetched:
        fetched = replace(checked, source=origin.source, own_drawings=OWN_DRAWINGS[0])
        yield fetched, open_source(origin.source)


def _trains_on(lab: Lab, settings: Settings, source: Source) -> str:
    there = replace(lab, settings=settings, source=source)
    return there.split().training.fingerprint
