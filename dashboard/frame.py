"""frame: the first line of every page.

Every page is complete in itself. With ``st.navigation``, a deep link as the first
request to a fresh server would run its page without the rest of the app.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard.boot import boot
from dashboard.lab import Lab, Source, digits_label, open_source, possible_digits
from dashboard.mnist import do_without_mnist, mnist_on_its_way
from dashboard.own_drawings import own_drawings
from dashboard.settings import FIRST_VISIT, SOURCES, Settings, from_link, to_link
from dashboard.words.plain import plain
from logreg_core import ConfigError, DataError

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

#: File → title and icon, in the order of the navigation.
PAGES: Final = {
    "app.py": ("How it works", ":material/school:"),
    "pages/data.py": ("Data", ":material/grid_on:"),
    "pages/train.py": ("Train", ":material/trending_down:"),
    "pages/theta.py": ("θ", ":material/blur_on:"),
    "pages/predict.py": ("Predict", ":material/draw:"),
    "pages/explore.py": ("Explore", ":material/query_stats:"),
}

#: How long a URL may take to the browser and back, in seconds, and how many of the
#: last ones are remembered for that long. Whoever goes back sooner has to do it twice.
_URL_SECONDS: Final = 3.0
_URLS_KEPT: Final = 20

_STYLE: Final = """
<style>
  /* The chart is what a visitor came for: let it start near the top. */
  .stMainBlockContainer { padding-top: 3.2rem; padding-bottom: 3rem; max-width: 1320px; }
  h1 { font-size: 2rem !important; padding: 0 0 0.3rem 0 !important; }
  [data-testid="stMetricValue"] { font-size: 1.45rem; }
  /* Pixels are what this is about: a browser would smooth them. */
  .js-plotly-plot image { image-rendering: pixelated; }
  /* On a phone a wide table scrolls by itself, not the whole page. */
  [data-testid="stMarkdownContainer"] table { display: block; overflow-x: auto; }
</style>
"""


@dataclass(frozen=True)
class _Written:
    """A URL's parameters, and when they stood there last."""

    link: dict[str, str]
    when: float


def frame(title: str, *, data_settings_in_sidebar: bool = True) -> Lab:
    """Set up the page and return its visitor's lab.

    Parameters
    ----------
    title : str
        As in `PAGES`.
    data_settings_in_sidebar : bool
        False for the page that shows them itself, by `data_settings`.
    """
    st.set_page_config(
        page_title=f"{title} · Theta Lab", page_icon=":material/blur_on:", layout="wide"
    )
    boot()
    st.html(_STYLE)
    _adopt_link()
    source = _source_at_hand()
    _fall_back_to_possible_digits(source)
    arrived = st.session_state.get("_page") != title
    lab = Lab(_settings(), source, arrived, place=st.empty())
    st.session_state["_page"] = title
    link = _write_link(lab.settings)
    with st.sidebar:
        _navigation(link)
        if data_settings_in_sidebar:
            data_settings(lab, st.container())
    st.title(title, anchor=False)
    with st.container(key="mnist_on_its_way"):  # in any case, see `_show_notices`
        if lab.waits_for_mnist:
            mnist_on_its_way()
    _show_notices(lab)
    return lab


def data_settings(lab: Lab, place: DeltaGenerator) -> None:
    """The two selects that decide which images are learnt from."""
    place.selectbox(
        "Images",
        list(SOURCES),
        format_func=SOURCES.__getitem__,
        key="source",
        persist_state="session",
    )
    place.selectbox(
        "Digits to tell apart",
        possible_digits(lab.dataset),
        format_func=lambda digits: digits_label(digits, lab.dataset),
        key="digits",
        persist_state="session",
    )


def _navigation(link: dict[str, str]) -> None:
    st.markdown("### θ&nbsp; Theta Lab")
    for file, (title, icon) in PAGES.items():
        st.page_link(file, label=title, icon=icon, query_params=link)
    st.divider()


def _notice(sentence: str) -> None:
    """Have a sentence shown on this run of the page."""
    st.session_state.setdefault("_new_notices", []).append(sentence)


def _show_notices(lab: Lab) -> None:
    """Show what was noted, until the visitor goes on to other settings or another page."""
    new = st.session_state.pop("_new_notices", [])
    if new:
        st.session_state["_notices"] = (lab.settings, new)
    elif lab.arrived or st.session_state.get("_notices", (None,))[0] != lab.settings:
        st.session_state.pop("_notices", None)
    with st.container(key="notices"):  # there in any case, so that nothing below changes place
        for notice in st.session_state.get("_notices", (None, []))[1]:
            st.warning(plain(notice), icon=":material/info:")


def _adopt_link() -> None:
    """Take the settings from the URL where it is not one that was written here.

    So a link that is opened sets everything, and the browser's way back undoes a
    change. But a widget or button can be quicker than the URL of the change before,
    which has to travel to the browser and back: that one must undo nothing.
    """
    parameters = st.query_params.to_dict()
    first_run = "source" not in st.session_state
    if not first_run and (_set_by_widget() or _was_just_written(parameters)):
        return
    settings, notices = from_link(parameters)
    st.session_state.update(settings.to_state())
    for sentence in notices:
        _notice(sentence)
    if settings.own_drawings == "added" and own_drawings() is None:
        _notice(
            "This link learns from drawings too, which are not here: they stay with whoever "
            "drew them. You see the run without them."
        )


def _set_by_widget() -> bool:
    """Whether a setting is another than when the page was drawn last."""
    seen: dict[str, Any] = st.session_state["_seen"]
    return any(st.session_state.get(name) != value for name, value in seen.items())


def _was_just_written(parameters: dict[str, str]) -> bool:
    """Whether these are the URL that stands now, or one that it had a moment ago."""
    written: list[_Written] = st.session_state["_written"]
    recent = [past for past in written if time.monotonic() - past.when < _URL_SECONDS]
    return any(past.link == parameters for past in [*recent, written[-1]])


def _settings() -> Settings:
    """The settings as the widgets have them; as on a first visit if they are no good.

    Bounds of widgets are the browser's, so that anything may arrive here.
    """
    try:
        return Settings.from_state(st.session_state)
    except ConfigError as error:
        _notice(str(error))
        st.session_state.update(FIRST_VISIT.to_state())
        return FIRST_VISIT


def _source_at_hand() -> Source:
    """The chosen source, or the bundled digits and a sentence that says why."""
    name = st.session_state["source"]
    if name != "mnist":
        do_without_mnist()
    try:
        return open_source(name)
    except DataError as error:
        _notice(str(error))
    if name != "upload":  # a file of one's own can still be chosen
        st.session_state["source"] = "bundled"
    return open_source("bundled")


def _fall_back_to_possible_digits(source: Source) -> None:
    possible = possible_digits(source.dataset)
    wanted = st.session_state["digits"]
    if wanted in possible:
        return
    st.session_state["digits"] = first = possible[-1] if len(possible) == 1 else possible[1]
    _notice(
        f"“{source.dataset.name}” has no such choice as {wanted.replace('-', ' and ')}: "
        f"you see {digits_label(first, source.dataset)}."
    )


def _write_link(settings: Settings) -> dict[str, str]:
    """Put the settings into the URL, and remember it; the link's parameters."""
    link = to_link(settings)
    shown = st.query_params.to_dict()
    if shown != link:
        st.query_params.from_dict(link)
    now = time.monotonic()
    past: list[_Written] = st.session_state.get("_written", [_Written(shown, now)])
    if past[-1].link != link:
        # The one that is left counts as written until now: it was on show all along.
        past = [*past[-_URLS_KEPT:-1], _Written(past[-1].link, now), _Written(link, now)]
    st.session_state["_written"] = past
    st.session_state["_seen"] = settings.to_state()
    return link
