"""The gallery: images by page, digit and order, and one of them large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.figures.digits import (
    digit_numbers,
    gallery,
    mean_images,
    pixel_variances,
    row_of_x,
)
from dashboard.lab import kept
from dashboard.words.gallery import (
    ORDERS,
    PARTS,
    empty_sentence,
    image_sentence,
    image_title,
    page_label,
    row_sentence,
    thumbnail_label,
    view_sentence,
)
from dashboard.words.plain import plain
from logreg_core import DataError
from logreg_core.duplicates import duplicates

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboard.lab import Lab, Split
    from logreg_core import Dataset, Judgement

    Positions = np.ndarray[tuple[int], np.dtype[np.int64]]

#: Images on a page of the gallery.
PER_PAGE: Final = 100

_PLAIN: Final = {"displayModeBar": False}


@dataclass(frozen=True, eq=False)
class _View:
    """What the gallery shows.

    Attributes
    ----------
    examples : Dataset
        All of the part that is looked at.
    positions : (k,) ndarray of int
        Those shown, in their order.
    key : str
        Another one for other images or another order.
    judgement : Judgement, optional
        What the model makes of `examples`, where the order depends on it.
    groups : tuple of ndarray
        Of duplicates, where they are shown.
    """

    examples: Dataset
    positions: Positions
    key: str
    judgement: Judgement | None = None
    groups: tuple[Positions, ...] = ()


@st.fragment
def browse(lab: Lab, split: Split) -> None:
    """Choose, page through, click, and look closer: all of it without the rest of the page."""
    part, digit, order = _choices(lab)
    try:
        view = _view(lab, split, part, digit, order)
    except DataError as error:  # the order asks for a model, and there is none for these images
        st.info(plain(str(error)), icon=":material/hourglass_empty:")
        return
    if len(view.positions) == 0:
        st.info(empty_sentence(order), icon=":material/check:")
        return
    st.markdown(view_sentence(order, view.examples, view.positions, view.judgement, view.groups))
    pictures, closer = st.columns([3, 2], gap="large")
    with pictures, st.container(key="gallery"):
        page = _page(view)
        shown = view.positions[page * PER_PAGE : (page + 1) * PER_PAGE]
        texts = [thumbnail_label(view.examples, int(p), view.judgement, view.groups) for p in shown]
        chart = f"gallery_of_{view.key}_{page}"
        st.plotly_chart(
            gallery(view.examples.images[shown], texts),
            config=_PLAIN,
            on_select=lambda: _look_at(chart, view.key, page),
            selection_mode="points",
            key=chart,
        )
        st.caption("Click an image to look closer.")
    with closer:
        _one_image(lab, split, view, page)


def digit_means(split: Split) -> go.Figure:
    """The mean image of each digit; drawn once for these images."""
    everything = split.everything
    return kept("means", everything.fingerprint, lambda: mean_images(everything))


def digit_variances(split: Split) -> go.Figure:
    """The variance of each pixel; drawn once for these images."""
    everything = split.everything
    return kept("variances", everything.fingerprint, lambda: pixel_variances(everything))


def _choices(lab: Lab) -> tuple[str, int | None, str]:
    """Which part, which digit (None for all) and which order."""
    # An official split has two parts that nobody sees as one.
    official = lab.source.official_held_out is not None
    parts = [part for part in PARTS if not (official and part == "all")]
    left, right = st.columns([2, 3])
    part = left.pills(
        "Examples",
        parts,
        format_func=PARTS.__getitem__,
        default=parts[0],
        required=True,
        key="official_part" if official else "part",
    )
    digit = right.selectbox(
        "Digits",
        [None, *lab.digits],
        format_func=lambda digit: "every digit" if digit is None else f"only {digit}",
        key="only_digit",
        width=200,
    )
    order = st.pills(
        "Order",
        list(ORDERS),
        format_func=ORDERS.__getitem__,
        default="file",
        required=True,
        key="gallery_order",
    )
    return part or parts[0], digit, order or "file"


def _view(lab: Lab, split: Split, part: str, digit: int | None, order: str) -> _View:
    """The images in question, in their order."""
    examples = {"training": split.training, "held out": split.held_out}.get(part, split.everything)
    key = f"{examples.fingerprint[:12]}_{digit}_{order}"
    labels = examples.labels
    positions = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
    if order == "digit":
        return _View(examples, positions[np.argsort(labels[positions], kind="stable")], key)
    if order == "duplicates":
        groups = _duplicates(examples)
        if digit is not None:
            groups = tuple(group for group in groups if digit in labels[group])
        return _View(examples, np.concatenate([*groups, positions[:0]]), key, groups=groups)
    if order in {"cost", "misread"}:
        judgement = _judgement(lab, examples)
        if order == "misread":
            positions = positions[judgement.read_as[positions] != labels[positions]]
        worst_first = np.argsort(-judgement.costs[positions], kind="stable")
        return _View(examples, positions[worst_first], key, judgement)
    return _View(examples, positions, key)


def _judgement(lab: Lab, examples: Dataset) -> Judgement:
    """What the model of the current run makes of these images."""
    model = lab.current_run().model()
    key = (examples.fingerprint, None if model is None else model.theta.tobytes())
    with st.spinner("Reading all images…"):
        return kept("judgement", key, lambda: lab.judge(examples))


def _duplicates(examples: Dataset) -> tuple[Positions, ...]:
    with st.spinner("Comparing all images…"):
        return kept("duplicates", examples.fingerprint, lambda: duplicates(examples.images)).groups


def _page(view: _View) -> int:
    """Number of the page, from 0; with widgets to turn it where there are several."""
    pages = -(-len(view.positions) // PER_PAGE)
    key = f"page_of_{view.key}"
    page = min(int(st.session_state.get(key, 0)), pages - 1)
    st.session_state[key] = page
    if pages == 1:
        return page
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for name, icon, to in (
            ("First page", "first_page", 0),
            ("Previous page", "chevron_left", page - 1),
            ("Next page", "chevron_right", page + 1),
            ("Last page", "last_page", pages - 1),
        ):
            st.button(
                "",
                icon=f":material/{icon}:",
                help=name,
                key=name.lower().replace(" ", "_"),
                disabled=not 0 <= to < pages or to == page,
                on_click=_turn_to,
                args=(key, to),
            )
        st.select_slider(
            "Page",
            range(pages),
            format_func=lambda number: page_label(number, PER_PAGE, len(view.positions)),
            key=key,
            label_visibility="collapsed",
            width=240,
        )
    return page


def _turn_to(key: str, page: int) -> None:
    st.session_state[key] = page


def _look_at(chart: str, view: str, page: int) -> None:
    """Take a click on the gallery; before it is drawn."""
    points = st.session_state[chart]["selection"]["points"]
    if points:
        _look(view, page * PER_PAGE + int(points[0]["customdata"]))


def _look(view: str, place: int) -> None:
    """Have the image at this place of a view shown large, and its page."""
    st.session_state["_looked_at"] = (view, place)
    st.session_state[f"page_of_{view}"] = place // PER_PAGE


def _one_image(lab: Lab, split: Split, view: _View, page: int) -> None:
    """The image that was clicked, else the first of the page, as numbers and as its row of X."""
    seen, place = st.session_state.get("_looked_at", ("", 0))
    if seen != view.key or place // PER_PAGE != page or place >= len(view.positions):
        place = page * PER_PAGE
    position = int(view.positions[place])
    image, label = view.examples.images[position], int(view.examples.labels[position])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(image_title(label, place, len(view.positions)), anchor=False, width="content")
        for name, icon, to in (
            ("Previous image", "chevron_left", place - 1),
            ("Next image", "chevron_right", place + 1),
        ):
            st.button(
                "",
                icon=f":material/{icon}:",
                help=name,
                key=name.lower().replace(" ", "_"),
                disabled=not 0 <= to < len(view.positions),
                on_click=_look,
                args=(view.key, to),
            )
    st.markdown(_said_of(lab, split, view, position))
    st.plotly_chart(digit_numbers(image), config=_PLAIN, key="one_image")
    st.plotly_chart(row_of_x(image), config=_PLAIN, key="row_of_x")
    st.markdown(row_sentence(image))
    st.download_button(
        "This row of X as .csv",
        lambda: ",".join(f"{value:.9g}" for value in (1.0, *image.ravel())) + "\n",
        f"row_{position + 1}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _said_of(lab: Lab, split: Split, view: _View, position: int) -> str:
    """What can be said of one image: its part, what it is read as, and its duplicates."""
    one = view.examples.take([position])
    same = next((group for group in view.groups if position in group), None)
    twins = () if same is None else np.flatnonzero(np.isin(view.positions, same[same != position]))
    try:
        judgement = lab.judge(one)
    except DataError:  # then nothing is said of a model
        judgement = None
    part = _part_of(split, view.examples, position)
    return image_sentence(int(one.labels[0]), part, judgement, [int(place) for place in twins])


def _part_of(split: Split, examples: Dataset, position: int) -> str:
    """Whether an image is to learn from or held out."""
    if examples is split.everything:
        return "held out" if split.is_held_out[position] else "training"
    return "held out" if examples is split.held_out else "training"
