"""The gallery: images by page, digit and order, and one of them large."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.digits import (
    digit_numbers,
    gallery,
    mean_images,
    pixel_variances,
    row_of_x,
)
from dashboard.stepping import stepping_buttons
from dashboard.visitor import kept
from dashboard.words.gallery import (
    ORDERS,
    PARTS,
    duplicates_sentence,
    image_sentence,
    image_title,
    images_sentence,
    judge_named,
    misread_sentence,
    page_label,
    row_sentence,
    suspects_sentence,
    thumbnail_label,
)
from dashboard.words.plain import plain, short_fingerprint
from logreg_core import DataError, JobState, copies
from logreg_core.duplicates import duplicates

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboard.lab import Lab
    from dashboard.splits import Split
    from logreg_core import Dataset, Duplicates, Judgement

    Positions = np.ndarray[tuple[int], np.dtype[np.int64]]

#: Images on a page of the gallery.
PER_PAGE: Final = 100

#: Data sets whose duplicates are kept for all visitors together: a few numbers for each.
_COMPARISONS_KEPT: Final = 20

#: The choice that is no digit.
_EVERY: Final = "every"

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
    sentence : str
        How many they are and what to look for, or why there are none.
    judgement : Judgement, optional
        What the model makes of `examples`, where the order depends on it.
    groups : (m,) ndarray of int, optional
        Number of the group of duplicates of each of `examples`, where they are shown.
    """

    examples: Dataset
    positions: Positions
    key: str
    sentence: str
    judgement: Judgement | None = None
    groups: Positions | None = None


def browse(lab: Lab, split: Split) -> None:
    """Choose, page through, click, and look closer: all of it without the rest of the page."""
    if lab.arrived:
        _judge_anew()
    _browse(lab, split)


@st.fragment
def _browse(lab: Lab, split: Split) -> None:
    _gallery(lab, split)
    write_link()


def _gallery(lab: Lab, split: Split) -> None:
    part, digit, order = _choices(lab)
    try:
        with st.empty():  # for what is shown while one waits; nothing below changes its place
            view = _view(lab, split, part, digit, order)
    except DataError as error:  # the order asks for a model, and there is none for these images
        st.info(plain(str(error)), icon=":material/hourglass_empty:")
        return
    if len(view.positions) == 0:
        st.info(view.sentence, icon=":material/check:")
        return
    st.markdown(view.sentence)
    pictures, closer = st.columns([3, 2], gap="large")
    with pictures, st.container(key="gallery"):
        _look_at_brought(lab, view)
        place = _place_and_page(view)
        lab.show_view("image", place + 1, usual=1)
        _one_page(view, place)
    with closer:
        _one_image(lab, split, view, place)
    _one_row(lab, view, place)


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
    digits: list[Any] = [_EVERY, *lab.digits]
    left, right = st.columns([2, 3])
    part = left.pills(
        "Examples",
        parts,
        format_func=PARTS.__getitem__,
        required=True,
        key=lab.view_key("part", usual=parts[0], among=parts),
        persist_state="session",
        on_change=_judge_anew,
    )
    digit = right.selectbox(
        "Digits",
        digits,
        format_func=lambda digit: "every digit" if digit == _EVERY else f"only {digit}",
        key=lab.view_key("only_digit", usual=_EVERY, among=digits),
        persist_state="session",
        width=200,
    )
    order = st.pills(
        "Show",
        list(ORDERS),
        format_func=ORDERS.__getitem__,
        required=True,
        key="gallery_order",
        persist_state="session",
        on_change=_judge_anew,
    )
    return part or parts[0], None if digit == _EVERY else digit, order or "file"


def _view(lab: Lab, split: Split, part: str, digit: int | None, order: str) -> _View:
    """The images in question, in their order."""
    examples = {"training": split.to_look_at, "held out": split.held_out}.get(
        part, split.everything
    )
    key = f"{short_fingerprint(examples.fingerprint)}_{digit}_{order}"
    labels = examples.labels
    positions = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
    if order == "duplicates":
        return kept("duplicates", key, lambda: _of_duplicates(examples, digit, key))
    if order in {"cost", "misread"}:
        judgement, judge = _judgement(lab, examples)
        misread = positions[judgement.read_as[positions] != labels[positions]]
        shown, say = (
            (misread, misread_sentence) if order == "misread" else (positions, suspects_sentence)
        )
        worst_first = shown[np.argsort(-judgement.costs[shown], kind="stable")]
        sentence = say(len(misread), len(positions), judge)
        return _View(examples, worst_first, key, sentence, judgement)
    if order == "digit":
        positions = positions[np.argsort(labels[positions], kind="stable")]
    return _View(examples, positions, key, images_sentence(len(positions)))


def _of_duplicates(examples: Dataset, digit: int | None, key: str) -> _View:
    """The groups of duplicates, one after another; with a digit those in which it occurs."""
    labels, found = examples.labels, _duplicates(examples.fingerprint, examples)
    if digit is not None:
        of_digit = tuple(group for group in found.groups if digit in labels[group])
        found = replace(found, groups=of_digit)
    positions = np.concatenate([np.empty(0, dtype=np.int64), *found.groups])
    sentence = duplicates_sentence(found, found.disagreeing(labels))
    return _View(examples, positions, key, sentence, groups=found.of_each(len(labels)))


@st.cache_resource(show_spinner="Comparing all images…", max_entries=_COMPARISONS_KEPT)
def _duplicates(fingerprint: str, _examples: Dataset) -> Duplicates:  # noqa: ARG001 - the key
    return duplicates(_examples.images)


def _judgement(lab: Lab, examples: Dataset) -> tuple[Judgement, str]:
    """What the model of the current run makes of these images, and how it is called.

    While the run goes on, this stays as it was when it was asked for: pages whose order
    changes under one's hands cannot be turned.
    """
    job = lab.current_run()
    model, goes_on = job.model(), job.state is JobState.RUNNING
    which = job.config if goes_on or model is None else model.theta.tobytes()
    iteration = None if goes_on or job.latest is None else job.latest.iteration
    with st.spinner("Reading all images…"):
        return kept(
            "judgement",
            (examples.fingerprint, which),
            lambda: (lab.judge(examples), judge_named(iteration)),
        )


def _judge_anew() -> None:
    """Let the newest model judge: who asks anew wants to see it."""
    st.session_state.pop("_kept_judgement", None)


def _look_at_brought(lab: Lab, view: _View) -> None:
    """Look at the image that a link names, the first where it names none."""
    brought = lab.brought("image", range(1, len(view.positions) + 1))
    if brought is None and "image" not in st.session_state:  # a link has just been opened
        brought = 1
    if brought is not None:
        _look(view.key, int(view.positions[brought - 1]))


def _place_and_page(view: _View) -> int:
    """Place of the image that is looked at, from 0; with widgets to turn its page.

    The page is that of the image which was chosen, else the one that was turned to, of
    which the first image is looked at.
    """
    pages = -(-len(view.positions) // PER_PAGE)
    key = f"page_of_{view.key}"
    chosen = _chosen_place(view)
    turned_to = min(int(st.session_state.get(key, 0)), pages - 1)
    place = turned_to * PER_PAGE if chosen is None else chosen
    st.session_state[key] = page = place // PER_PAGE
    if pages == 1:
        return place
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        stepping_buttons("page", page, pages, _turn_to, lambda to: (key, to), ends=True)
        st.select_slider(
            "Page",
            range(pages),
            format_func=lambda number: page_label(number, PER_PAGE, len(view.positions)),
            key=key,
            label_visibility="collapsed",
            width=240,
            on_change=_look_at_first,
        )
    return place


def _chosen_place(view: _View) -> int | None:
    """Place of the image that was chosen in this view; None where none was."""
    seen, position = st.session_state.get("_looked_at", ("", -1))
    places = np.flatnonzero(view.positions == position)
    return int(places[0]) if seen == view.key and places.size else None


def _turn_to(key: str, page: int) -> None:
    st.session_state[key] = page
    _look_at_first()


def _look_at_first() -> None:
    """Look at the first image of whichever page is turned to."""
    st.session_state.pop("_looked_at", None)


def _look(view: str, position: int) -> None:
    """Have an image of a view shown large."""
    st.session_state["_looked_at"] = (view, position)


def _one_page(view: _View, place: int) -> None:
    """The images of the page on which that place is; a click has one of them shown large."""
    page = place // PER_PAGE
    shown = view.positions[page * PER_PAGE : (page + 1) * PER_PAGE]
    chart = f"gallery_of_{view.key}_{page}"

    def look_at_clicked() -> None:
        points = st.session_state[chart]["selection"]["points"]
        if points:
            _look(view.key, int(shown[int(points[0]["customdata"])]))

    st.plotly_chart(
        gallery(
            view.examples.images[shown],
            [_thumbnail_label(view, int(position)) for position in shown],
            framed=place % PER_PAGE,
        ),
        config=_PLAIN,
        on_select=look_at_clicked,
        selection_mode="points",
        key=chart,
    )
    st.caption("Click an image to look closer.")


def _thumbnail_label(view: _View, position: int) -> str:
    label = int(view.examples.labels[position])
    if view.judgement is not None:
        read_as, cost = view.judgement.read_as[position], view.judgement.costs[position]
        return thumbnail_label(label, read_as=int(read_as), cost=float(cost))
    return thumbnail_label(label, group=0 if view.groups is None else int(view.groups[position]))


def _one_image(lab: Lab, split: Split, view: _View, place: int) -> None:
    """The image at this place, with its numbers and what is known of it."""
    position = int(view.positions[place])
    image, label = view.examples.images[position], int(view.examples.labels[position])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(image_title(label, place, len(view.positions)), anchor=False, width="content")
        stepping_buttons(
            "image",
            place,
            len(view.positions),
            _look,
            lambda to: (view.key, int(view.positions[to])),
        )
    st.markdown(_said_of(lab, split, view, position))
    st.plotly_chart(digit_numbers(image), config=_PLAIN, key="one_image")


def _said_of(lab: Lab, split: Split, view: _View, position: int) -> str:
    """What can be said of one image: its part, what it is read as, and its duplicates."""
    one = view.examples.take([position])
    try:
        judgement = lab.judge(one)
    except DataError:  # then nothing is said of a model
        judgement = None
    image = one.images[0]
    twins = copies(image, view.examples.images)
    twins = twins[twins != position]
    parts = (split.training, split.held_out)
    return image_sentence(
        int(one.labels[0]),
        _part_of(split, view.examples, position),
        judgement,
        twins=len(twins),
        shown_twins=np.flatnonzero(np.isin(view.positions, twins)).tolist(),
        in_both_parts=all(copies(image, part.images).size > 0 for part in parts),
    )


def _part_of(split: Split, examples: Dataset, position: int) -> str:
    """Whether an image is to learn from or held out."""
    if examples is split.everything:
        return "held out" if split.is_held_out[position] else "training"
    return "held out" if examples is split.held_out else "training"


def _one_row(lab: Lab, view: _View, place: int) -> None:
    """The image at this place as its row of X."""
    position = int(view.positions[place])
    image = view.examples.images[position]
    st.plotly_chart(row_of_x(image), config=_PLAIN, key="row_of_x")
    sentence, download = st.columns([4, 1], gap="large")
    sentence.markdown(row_sentence(image, lab.settings.config.preparation))
    download.download_button(
        "This row as .csv",
        lambda: ",".join(f"{value:.9g}" for value in (1.0, *image.ravel())) + "\n",
        f"row_{position + 1}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
