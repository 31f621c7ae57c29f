"""The URL and the session, kept the same.

The URL has two parts. The settings that change a result go from page to page, by the
links between them. The view settings of a page are in its URL only: the session keeps
them, so that a visitor who comes back by such a link finds the page as they left it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard.fingerprints import (
    FINGERPRINTS,
    fingerprint_asked_for,
    fingerprints_from_link,
    fingerprints_to_link,
)
from dashboard.notices import note
from dashboard.own_drawings import own_drawings
from dashboard.settings import FIRST_VISIT, from_link, state_to_link
from dashboard.views import BY_PAGE, VIEWS, views_from_link, views_of
from dashboard.words.links import drawings_not_here

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How long a URL may take to the browser and back, in seconds, and how many of the
#: last ones are remembered for that long. Whoever goes back sooner has to do it twice.
_URL_SECONDS: Final = 3.0
_URLS_KEPT: Final = 20


@dataclass(frozen=True)
class _Written:
    """What a part of the URL said, and when it stood there last."""

    part: dict[str, str]
    when: float


#: What a part of the URL said, the present last.
_Trail = tuple[_Written, ...]


def adopt_link(page: str) -> None:
    """Take each part of the URL that is not one which was written here.

    So a link that is opened sets everything, and the browser's way back undoes a
    change. But a widget or button can be quicker than the URL of the change before,
    which has to travel to the browser and back: that one must undo nothing.

    Parameters
    ----------
    page : str
        Title of the page that is opened or shown again.
    """
    parameters = st.query_params.to_dict()
    settings, views = _settings_part(parameters), _views_part(page, parameters)
    state = st.session_state
    if "_page" not in state:
        state["_settings_trail"], state["_views_trail"] = _begun(settings), _begun(views)
        state["_brought"], state["_usual"] = {}, {}
        _adopt_settings(settings)
        _adopt_views(page, views)
    else:
        if page != state["_page"]:  # by a link without view settings: they are as they were left
            _take_defaults(page)
            state["_views_trail"] = _longer(_begun({}), _views_link(page))
        if _is_news(settings, state["_settings_trail"], _settings_link()):
            _adopt_settings(settings)
        if _is_news(views, state["_views_trail"], _views_link(page)):
            _adopt_views(page, views)
    state["_page"] = page


def write_link() -> None:
    """Put the settings and the view settings of this page into the URL, and remember it.

    `frame` does so. A fragment with a view setting does it again, since it is drawn
    without the page around it.
    """
    state = st.session_state
    settings, views = _settings_link(), _views_link(state["_page"])
    link = {**settings, **views}
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)
    state["_settings_trail"] = _longer(state["_settings_trail"], settings)
    state["_views_trail"] = _longer(state["_views_trail"], views)


def link_to_pages() -> dict[str, str]:
    """The query parameters of a link from page to page: what changes a result."""
    return _settings_link()


def _settings_part(parameters: Mapping[str, str]) -> dict[str, str]:
    names = {*FIRST_VISIT.to_state(), *FINGERPRINTS}
    return {name: text for name, text in parameters.items() if name in names}


def _views_part(page: str, parameters: Mapping[str, str]) -> dict[str, str]:
    names = views_of(page)
    return {name: text for name, text in parameters.items() if name in names}


def _is_news(part: dict[str, str], trail: _Trail, now: dict[str, str]) -> bool:
    """Whether this part comes from the visitor: a link, or the browser's way back.

    It does not where a widget has changed it since it was written, or where it says
    what it has said here a moment ago.
    """
    if trail[-1].part != now:
        return False
    recent = [past for past in trail if time.monotonic() - past.when < _URL_SECONDS]
    return all(past.part != part for past in [*recent, trail[-1]])


def _begun(part: dict[str, str]) -> _Trail:
    return (_Written(part, time.monotonic()),)


def _longer(trail: _Trail, part: dict[str, str]) -> _Trail:
    """The trail with what is written now."""
    if trail[-1].part == part:
        return trail
    now = time.monotonic()
    # The one that is left counts as written until now: it was on show all along.
    left = _Written(trail[-1].part, now)
    return (*trail[-_URLS_KEPT:-1], left, _Written(part, now))


def _adopt_settings(part: Mapping[str, str]) -> None:
    settings, notices = from_link(part)
    st.session_state.update(settings.to_state())
    for sentence in notices:
        note(sentence)
    fingerprints_from_link(part)
    if settings.own_drawings == "added" and own_drawings() is None:
        note(drawings_not_here(fingerprint_asked_for("drawings")))


def _adopt_views(page: str, part: Mapping[str, str]) -> None:
    """Take what is named, and the default of all others.

    What depends on the data waits among those brought for `Lab.brought`.
    """
    state, brought = st.session_state, st.session_state["_brought"]
    values, notices = views_from_link(page, part)
    for name, view in views_of(page).items():
        if view.default is not BY_PAGE:
            state[name] = values.get(name, view.default)
            continue
        brought.pop(name, None)
        state.pop(name, None)
        if name in values:
            brought[name] = values[name]
    for sentence in notices:
        note(sentence)


def _take_defaults(page: str) -> None:
    for name, view in views_of(page).items():
        if view.default is not BY_PAGE:
            st.session_state.setdefault(name, view.default)


def _settings_link() -> dict[str, str]:
    return {**state_to_link(st.session_state), **fingerprints_to_link()}


def _views_link(page: str) -> dict[str, str]:
    """What is not as usual on a page."""
    state = st.session_state
    link = {}
    for name, view in views_of(page).items():
        if name in state["_brought"]:
            text = view.kind.write(state["_brought"][name])
        elif name in state and state[name] != _usual(name):
            text = view.kind.write(state[name])
        else:
            continue
        if text is not None:  # a browser may send anything
            link[name] = text
    return link


def _usual(name: str) -> Any:  # noqa: ANN401 - as the values of the setting are
    default = VIEWS[name].default
    return st.session_state["_usual"][name][0] if default is BY_PAGE else default
