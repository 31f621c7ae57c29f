"""Images that stay with their visitor: a link carries their fingerprint instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.notices import note
from dashboard.words.links import not_accepted, other_images, same_images
from dashboard.words.plain import FINGERPRINT_LENGTH, short_fingerprint, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.settings import Settings

_WELL_FORMED: Final = re.compile(rf"[0-9a-f]{{{FINGERPRINT_LENGTH}}}")


@dataclass(frozen=True)
class _Images:
    """Images that a setting asks for, and which no link can bring."""

    called: str
    setting: str
    value: str
    place: str  # in the session


#: Name of the fingerprint in a link → the images.
FINGERPRINTS: Final = {
    "data": _Images("file", "source", "upload", "_uploaded"),
    "drawings": _Images("collection of drawings", "own_drawings", "added", "_own_drawings"),
}


def fingerprints_to_link() -> dict[str, str]:
    """The fingerprints of the images here that the settings ask for, else those asked for."""
    link = {
        name: _here(name) or fingerprint_asked_for(name)
        for name in FINGERPRINTS
        if _is_in_use(name)
    }
    return {name: text for name, text in link.items() if text is not None}


def fingerprints_here(settings: Settings) -> dict[str, str]:
    """The fingerprints of the images here that these settings ask for, whatever is set now."""
    state = settings.to_state()
    here = {
        name: _here(name)
        for name, images in FINGERPRINTS.items()
        if state[images.setting] == images.value
    }
    return {name: text for name, text in here.items() if text is not None}


def fingerprints_from_link(parameters: Mapping[str, str]) -> None:
    """Take note of which images a link is about."""
    st.session_state["_asked_for"] = asked_for = {}
    st.session_state["_compared"] = set()
    for name in FINGERPRINTS:
        text = parameters.get(name)
        if text is None:
            continue
        if _WELL_FORMED.fullmatch(text):
            asked_for[name] = text
        else:
            note(
                not_accepted(
                    f"{name} accepts the first {FINGERPRINT_LENGTH} hexadecimal digits of a "
                    f"fingerprint, not “{shortened(text)}”.",
                    "whatever is here",
                )
            )


def compare_fingerprints() -> None:
    """Say once whether the images here are those that the link is about."""
    for name, images in FINGERPRINTS.items():
        asked_for, here = fingerprint_asked_for(name), _here(name)
        if asked_for is None or here is None or not _is_in_use(name):
            continue
        same = asked_for == here
        compared: set[tuple[str, bool]] = st.session_state["_compared"]
        if (name, same) in compared:
            continue
        compared.add((name, same))
        if same:
            st.toast(same_images(images.called, here), icon=":material/check:")
        else:
            note(other_images(images.called, asked_for, here))


def fingerprint_asked_for(name: str) -> str | None:
    """The fingerprint that the link has under this name in `FINGERPRINTS`; None for none."""
    asked_for: dict[str, str] = st.session_state.get("_asked_for", {})
    return asked_for.get(name)


def _here(name: str) -> str | None:
    dataset = st.session_state.get(FINGERPRINTS[name].place)
    return None if dataset is None else short_fingerprint(dataset.fingerprint)


def _is_in_use(name: str) -> bool:
    images = FINGERPRINTS[name]
    return bool(st.session_state[images.setting] == images.value)
