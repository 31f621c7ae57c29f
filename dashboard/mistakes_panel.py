"""What the model gets wrong: held-out digits that it misreads, and how sure it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.calibration import reliability_chart
from dashboard.figures.confusion import confusion_chart
from dashboard.figures.digits import captioned_aspect, digit_picture, gallery
from dashboard.figures.probabilities import probability_bars
from dashboard.figures.theta import BARE_ASPECT
from dashboard.live_chart import live_chart
from dashboard.stepping import stepping_buttons
from dashboard.visitor import kept
from dashboard.why_panel import why
from dashboard.words.gallery import page_label
from dashboard.words.mistakes import (
    MISTAKE_PARTS,
    brier_sentence,
    calibration_sentence,
    confidence_sentence,
    cost_sentence,
    held_out_named,
    how_it_is_meant,
    image_title,
    reading_caption,
    reading_label,
    score_sentence,
    shown_sentence,
    too_easy_sentence,
)
from dashboard.words.plain import plain
from dashboard.words.readings import known_digit_sentence
from logreg_core import (
    DataError,
    JobState,
    Score,
    brier_score,
    confusion_matrix,
    filled_edges,
    reliability_curve,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.lab import Lab
    from logreg_core import Dataset, Judgement, Model

    Positions = NDArray[np.int64]

#: Images in a row, and on a page.
_COLUMNS: Final = 6
_PER_PAGE: Final = 4 * _COLUMNS

#: Where none is misread: this many that came nearest to it.
_NEAREST: Final = 16

#: Answers in a bin: of fewer, the share that is right says next to nothing.
_LEAST_IN_BIN: Final = 10

#: Width of the confusion matrix in pixels, by the number of classes.
_MATRIX_WIDTHS: Final = {2: 230, 3: 290, 4: 340}
_MATRIX_WIDTH: Final = 470

#: The choice that is no digit.
_ANY: Final = "any"


@dataclass(frozen=True, eq=False)
class _Judged:
    """Held-out digits, and what a model makes of them.

    Attributes
    ----------
    model : Model
        That judged.
    iteration : int or None
        At which its run was, where it goes on.
    examples : Dataset
        Those digits.
    judgement : Judgement
        Of `examples`.
    """

    model: Model
    iteration: int | None
    examples: Dataset
    judgement: Judgement

    @property
    def is_right(self) -> NDArray[np.bool_]:
        return self.judgement.read_as == self.examples.labels

    @property
    def score(self) -> Score:
        return Score.of_readings(self.judgement.read_as, self.examples.labels)

    def reading(self, position: int) -> tuple[int, int, float]:
        """What an image shows, what it is read as, and how sure the model is of that."""
        judgement = self.judgement
        return (
            int(self.examples.labels[position]),
            int(judgement.read_as[position]),
            float(judgement.confidences[position]),
        )


def mistakes(lab: Lab) -> None:
    """Misread digits, confusion matrix and calibration, apart from the rest of the page."""
    if lab.arrived:
        _judge_anew()
    _mistakes(lab)


@st.fragment
def _mistakes(lab: Lab) -> None:
    st.subheader("What it gets wrong", anchor="what-it-gets-wrong")
    with st.container(key="mistakes"):
        _show(lab)
    write_link()


def _show(lab: Lab) -> None:
    try:
        judged = _judged(lab)
    except DataError as error:
        st.info(plain(str(error)), icon=":material/hourglass_empty:")
        return
    st.markdown(score_sentence(judged.score))
    st.caption(held_out_named(judged.examples.name, judged.model.classes, judged.iteration))
    part = st.segmented_control(
        "Show",
        list(MISTAKE_PARTS),
        format_func=MISTAKE_PARTS.__getitem__,
        required=True,
        key="mistakes_part",
        persist_state="session",
        label_visibility="collapsed",
        on_change=_judge_anew,
    )
    if part == "calibration":
        _calibration(judged)
    else:
        _images(lab, judged)


def _judged(lab: Lab) -> _Judged:
    """Held-out digits of the run that is shown, judged by its model.

    While the run goes on, this stays as it was when it was asked for: images whose order
    changes under one's hands cannot be clicked.
    """
    job = lab.current_run()
    model, goes_on = job.model(), job.state is JobState.RUNNING
    if model is None:
        raise DataError(job.failure or "There is no model yet: try again in a moment.")
    reached = job.latest.iteration if goes_on and job.latest is not None else None
    return kept(
        "held_out_judged",
        (job.held_out.fingerprint, model.config, job if goes_on else model.theta.tobytes()),
        lambda: _Judged(model, reached, job.held_out, model.judge(job.held_out)),
    )


def _judge_anew() -> None:
    """Let the newest model judge: who asks anew wants to see it."""
    st.session_state.pop("_kept_held_out_judged", None)


def _images(lab: Lab, judged: _Judged) -> None:
    """The matrix, the images of a cell of it or all that are misread, and one of them large."""
    cell = _chosen_cell(lab, judged.model.classes)
    matrix, images = st.columns([2, 3], gap="large")
    with matrix:
        _matrix(judged, cell)
    positions = _shown(judged, *cell)
    misread = int(np.count_nonzero(~judged.is_right))
    with images, st.container(key="misread"):
        st.markdown(shown_sentence(len(positions), misread, *cell))
        if not len(positions):
            lab.brought("mistake", ())  # a link may name one: it is said that there is none
            return
        place = _place(lab, positions)
        _one_page(judged, positions, place)
    _one_image(lab, judged, positions, place)


def _chosen_cell(lab: Lab, classes: tuple[int, ...]) -> tuple[int | None, int | None]:
    """Digit that is shown and digit that is read, None for any; with the widgets to choose."""
    choices: list[Any] = [_ANY, *classes]
    chosen = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, title in (("true_digit", "Shows"), ("read_as", "Read as")):
            st.selectbox(
                title,
                choices,
                format_func=lambda digit: "any digit" if digit == _ANY else str(digit),
                key=lab.view_key(name, usual=_ANY, among=choices),
                persist_state="session",
                width=130,
            )
            digit = st.session_state[name]
            chosen.append(None if digit == _ANY else int(digit))
        st.button(
            "All that are misread",
            icon=":material/filter_alt_off:",
            key="all_misread",
            disabled=chosen == [None, None],
            on_click=_choose_cell,
            args=(_ANY, _ANY),
        )
    return chosen[0], chosen[1]


def _choose_cell(label: int | str, read_as: int | str) -> None:
    st.session_state["true_digit"], st.session_state["read_as"] = label, read_as


def _matrix(judged: _Judged, cell: tuple[int | None, int | None]) -> None:
    classes = judged.model.classes
    cells = [[label, read_as] for label in classes for read_as in classes]

    def choose(clicked: Any) -> None:  # noqa: ANN401 - a browser may send anything
        if clicked in cells:
            taken_off = tuple(clicked) == cell
            _choose_cell(*((_ANY, _ANY) if taken_off else clicked))

    with st.container(width=_MATRIX_WIDTHS.get(len(classes), _MATRIX_WIDTH)):
        live_chart(
            confusion_chart(
                confusion_matrix(judged.examples.labels, judged.judgement.read_as, classes),
                classes,
                chosen=cell,
            ),
            key="confusion_matrix",
            aspect=1.0,
            on_point=choose,
        )
    st.caption(
        "How often each digit, a row, is read as each, a column. Grey is right, red is wrong. "
        "**Click a cell** to see its images, and again to see all that are misread."
    )


def _shown(judged: _Judged, label: int | None, read_as: int | None) -> Positions:
    """Positions of the images in question: the surest mistakes first, of others the least sure.

    Of a cell all, else only those that are misread; where there are none at all, some that came
    nearest to it.
    """
    examples, judgement, right = judged.examples, judged.judgement, judged.is_right
    worst_first = np.lexsort(
        (np.where(right, judgement.confidences, -judgement.confidences), right)
    )
    if right.all() and label is None and read_as is None:
        return worst_first[:_NEAREST]
    wanted = (
        np.ones(len(right), dtype=bool) if label is not None and read_as is not None else ~right
    )
    if label is not None:
        wanted &= examples.labels == label
    if read_as is not None:
        wanted &= judgement.read_as == read_as
    return worst_first[wanted[worst_first]]


def _place(lab: Lab, positions: Positions) -> int:
    """Place among those shown, from 0, of the one that is looked at: at first, the first."""
    numbers = (positions + 1).tolist()  # persons count from 1
    key = lab.view_key("mistake", usual=numbers[0], among=numbers, choice_stays=True)
    return numbers.index(st.session_state[key])


def _look(number: int) -> None:
    st.session_state["mistake"] = number


def _one_page(judged: _Judged, positions: Positions, place: int) -> None:
    """The images of the page on which that place is; a click has one of them shown large."""
    page = place // _PER_PAGE
    _page_buttons(positions, page)
    shown = positions[page * _PER_PAGE : (page + 1) * _PER_PAGE].tolist()
    readings = [judged.reading(position) for position in shown]

    def look_at(clicked: Any) -> None:  # noqa: ANN401 - a browser may send anything
        if clicked in range(len(shown)):
            _look(shown[int(clicked)] + 1)

    live_chart(
        gallery(
            judged.examples.images[shown],
            [reading_label(*reading) for reading in readings],
            _COLUMNS,
            framed=place % _PER_PAGE,
            captions=[reading_caption(*reading) for reading in readings],
        ),
        key="misread_images",
        aspect=captioned_aspect(len(shown), _COLUMNS),
        on_point=look_at,
    )
    st.caption(
        "Below each: what it shows → what it is read as, and how sure the model is of that. "
        "**Click one** to see it large."
    )


def _page_buttons(positions: Positions, page: int) -> None:
    """Turn the page, where there are several, to the first image of another."""
    pages = -(-len(positions) // _PER_PAGE)
    with st.container(horizontal=True, vertical_alignment="center", key="misread_pages"):
        if pages == 1:
            return
        stepping_buttons(
            "misread page", page, pages, _look, lambda to: (int(positions[to * _PER_PAGE]) + 1,)
        )
        st.markdown(f"{page_label(page, _PER_PAGE, len(positions))} of {len(positions):,}")


def _one_image(lab: Lab, judged: _Judged, positions: Positions, place: int) -> None:
    """One image, as it is and as the model sees it, and what the model says of it."""
    position, model = int(positions[place]), judged.model
    label = int(judged.examples.labels[position])
    seen = judged.examples.prepared(model.config.preparation).images[position]
    read = model.read(seen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(image_title(label, place, len(positions)), anchor=False, width="content")
        stepping_buttons(
            "mistake", place, len(positions), _look, lambda to: (int(positions[to]) + 1,)
        )
    st.markdown(f"{known_digit_sentence(read, label)} {_cost(judged, position)}")
    with st.container(horizontal=True, gap="medium", key="mistake"):
        with st.container(width=220):
            st.markdown("**The image**")
            live_chart(
                digit_picture(judged.examples.images[position]),
                key="mistake_image",
                aspect=BARE_ASPECT,
            )
        with st.container(width=320):
            st.markdown("**How sure it is of each digit**")
            live_chart(probability_bars(read.probabilities, model.classes), key="mistake_sure")
    st.markdown("#### Why this one")
    why(lab, model, seen, key="mistake")


def _cost(judged: _Judged, position: int) -> str:
    model, judgement = judged.model, judged.judgement
    return cost_sentence(
        float(judgement.costs[position]),
        float(judgement.probabilities[position]),
        int(judged.examples.labels[position]),
        one_vs_all=len(model.classes) > 2 and not model.is_softmax,
    )


def _calibration(judged: _Judged) -> None:
    """How often the model is right where it is so and so sure."""
    confidences, right = judged.judgement.confidences, judged.is_right
    curve = reliability_curve(confidences, right, filled_edges(confidences, _LEAST_IN_BIN))
    classes = judged.model.classes
    picture, words = st.columns([3, 2], gap="large")
    with picture:
        live_chart(
            reliability_chart(curve, least_confidence=1 / len(classes)), key="reliability_curve"
        )
    with words:
        doubt = too_easy_sentence(int(np.count_nonzero(~right)), classes)
        if doubt:
            st.info(doubt, icon=":material/lightbulb:")
        st.markdown(confidence_sentence(curve))
        st.markdown(calibration_sentence(curve))
        st.markdown(brier_sentence(brier_score(confidences, right)))
        st.caption(how_it_is_meant(classes, softmax=judged.model.is_softmax))
