"""frame: the first line of every page.

Every page is complete in itself. With ``st.navigation``, a deep link as the first
request to a fresh server would run its page without the rest of the app.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import adopt_link, link_to_pages, write_link
from dashboard.boot import boot
from dashboard.comparisons import end_needless
from dashboard.fingerprints import compare_fingerprints, fingerprint_asked_for
from dashboard.lab import Lab
from dashboard.mnist import do_without_mnist, mnist_on_its_way
from dashboard.notices import forget_notices, note
from dashboard.settings import FIRST_VISIT, SOURCES, Settings
from dashboard.sheet import close_sheet
from dashboard.sources import Source, digits_label, open_source, possible_digits
from dashboard.words.links import file_not_here
from dashboard.words.settings import CHOICES, SETTINGS
from dashboard.work import end_needless_works
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

#: In the browser's tab. An icon by name would be fetched from a server of fonts.
_ICON: Final = Path(__file__).with_name("icon.svg")

_STYLE: Final = """
<style>
  /* The chart is what a visitor came for: let it start near the top. */
  .stMainBlockContainer { padding-top: 3.2rem; padding-bottom: 3rem; max-width: 1320px; }
  h1 { font-size: 2rem !important; padding: 0 0 0.3rem 0 !important; }
  [data-testid="stMetricValue"] { font-size: 1.3rem; }
  /* Pixels are what this is about: a browser would smooth them. */
  .js-plotly-plot image { image-rendering: pixelated; }
  /* Beside a sidebar, three columns would be too narrow for numbers: there they wrap. */
  [class*="_why"] .stColumn { min-width: 240px; max-width: 430px; }
  /* Streamlit's captions have 4.2:1 to the page, too faint for a projector; so they have 7:1. */
  .stApp [data-testid="stCaptionContainer"] { opacity: 0.85; }
  /* On a phone a wide table scrolls by itself, not the whole page. */
  [data-testid="stMarkdownContainer"] table { display: block; overflow-x: auto; }
</style>
"""


def frame(title: str, *, data_settings_in_sidebar: bool = True) -> Lab:
    """Set up the page and return its visitor's lab.

    Parameters
    ----------
    title : str
        As in `PAGES`.
    data_settings_in_sidebar : bool
        False for the page that shows them itself, by `data_settings`.
    """
    st.set_page_config(page_title=f"{title} · Theta Lab", page_icon=_ICON, layout="wide")
    boot()
    st.html(_STYLE)
    arrived = st.session_state.get("_page") != title
    if arrived:
        forget_notices()
        end_needless_works()
        close_sheet()
    adopt_link(title)
    source = _source_at_hand()
    _fall_back_to_possible_digits(source)
    settings = _settings()
    write_link()
    # All of them are there in any case, so that nothing below changes its place.
    place = st.empty()
    st.title(title, anchor=False)
    mnist = st.container(key="mnist_on_its_way")
    with st.container(key="notices"):
        notices = st.empty()
    lab = Lab(settings, source, arrived, place, notices)
    with st.sidebar:
        _navigation()
        if data_settings_in_sidebar:
            data_settings(lab, st.container())
    if lab.waits_for_mnist:
        with mnist:
            mnist_on_its_way()
    lab.show_notices()
    end_needless(lab)
    return lab


def data_settings(lab: Lab, place: DeltaGenerator) -> None:
    """The two selects that decide which images are learnt from."""
    place.selectbox(
        SETTINGS["source"].label,
        SOURCES,
        format_func=CHOICES["source"].__getitem__,
        key="source",
        persist_state="session",
    )
    place.selectbox(
        SETTINGS["digits"].label,
        possible_digits(lab.dataset),
        format_func=lambda digits: digits_label(digits, lab.dataset),
        key="digits",
        persist_state="session",
    )


def _navigation() -> None:
    link = link_to_pages()
    st.markdown("### θ&nbsp; Theta Lab")
    for file, (title, icon) in PAGES.items():
        st.page_link(file, label=title, icon=icon, query_params=link)
    st.divider()


def _settings() -> Settings:
    """The settings as the widgets have them; as on a first visit if they are no good.

    Bounds of widgets are the browser's, so that anything may arrive here.
    """
    try:
        return Settings.from_state(st.session_state)
    except ConfigError as error:
        note(str(error))
        st.session_state.update(FIRST_VISIT.to_state())
        return FIRST_VISIT


def _source_at_hand() -> Source:
    """The chosen source, or the bundled digits and a sentence that says why."""
    name = st.session_state["source"]
    if name != "mnist":
        do_without_mnist()
    try:
        source = open_source(name)
    except DataError as error:
        asked_for = fingerprint_asked_for("data")
        if name == "upload" and asked_for is not None:
            note(file_not_here(asked_for, CHOICES["source"]["bundled"]))
        else:
            note(str(error))
    else:
        compare_fingerprints()
        return source
    if name != "upload":  # a file of one's own can still be chosen
        st.session_state["source"] = "bundled"
    return open_source("bundled")


def _fall_back_to_possible_digits(source: Source) -> None:
    possible = possible_digits(source.dataset)
    wanted = st.session_state["digits"]
    if wanted in possible:
        return
    st.session_state["digits"] = first = possible[-1] if len(possible) == 1 else possible[1]
    note(
        f"“{source.dataset.name}” has no such choice as {wanted.replace('-', ' and ')}: "
        f"you see {digits_label(first, source.dataset)}."
    )
