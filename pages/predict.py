"""Predict: draw a digit, see it read, and see why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.address import write_link
from dashboard.announcement import announcement
from dashboard.canvas import SIDE, headline, put_drawing_back, sheet_of_paper
from dashboard.drawing import drawing as current_drawing
from dashboard.drawings_panel import follow_collection, label_form
from dashboard.figures.digits import digit_picture
from dashboard.figures.probabilities import probability_bars
from dashboard.figures.theta import BARE_ASPECT
from dashboard.frame import frame
from dashboard.image_file import Picture, choose_way, take_picture
from dashboard.live_chart import live_chart
from dashboard.mistakes_panel import mistakes
from dashboard.run_controls import follow
from dashboard.strip import left_out, strip
from dashboard.teach_panel import teach_panel
from dashboard.views import BRUSH_RANGE
from dashboard.why_panel import why
from dashboard.words.readings import asked_for, certainty
from dashboard.words.runs import model_sentence
from dashboard.words.strip import left_out_sentence
from logreg_core import DataError, DrawingStep, Reading, drawing_steps

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    from numpy.typing import NDArray

#: Of canvas, answer and what the model sees, in pixels: a column would be narrower than the
#: canvas on a small screen.
WIDTHS = (300, 240, 260)

lab = frame("Predict")
model = lab.current_model()
job = lab.current_run()

st.markdown(
    f"{asked_for(model.classes)} with mouse, pen or finger: it is read after each stroke, "
    "and below you see **which ink spoke for it and which against**."
)
with st.sidebar:  # above the canvas it would push the paper from under the pen
    follow(lab, job)
if lab.arrived:
    put_drawing_back()


def way_of(drawing: NDArray[np.uint8], without: Collection[str]) -> tuple[DrawingStep, ...]:
    """From a drawing to what the model sees."""
    return drawing_steps(drawing, model.config.preparation, style=model.style, without=without)


def reading_without(drawing: NDArray[np.uint8], without: Collection[str]) -> Reading | None:
    """What is read of a drawing without some stages; None where it is no digit then."""
    try:
        return model.read(way_of(drawing, without)[-1].image)
    except DataError:
        return None


def typical_example() -> NDArray[np.float32]:
    """A held-out image of the first digit, as the model sees it."""
    return model.prepare(job.held_out.images[[job.held_out.typical(model.classes[0])]])[0]


def drawn_on_paper() -> Picture:
    """The canvas and what belongs to it; what is drawn there."""
    sheet_of_paper(st.session_state["brush"])
    # In one row, so that a phone shows the digit that was read below it.
    with st.container(horizontal=True, vertical_alignment="center", width=SIDE):
        st.markdown("Pen width", width="content")
        st.slider(
            "Pen width",
            *BRUSH_RANGE,
            key="brush",
            persist_state="session",
            label_visibility="collapsed",
            width="stretch",
        )
    return Picture(drawing=current_drawing(), complaint=f"{asked_for(model.classes)}…")


def given_digit(way: str) -> Picture:
    """What the visitor draws, or the picture that they give."""
    if way == "canvas":
        return drawn_on_paper()
    with headline():
        st.markdown("**Your picture**")
    return take_picture(way)


def answer(read: Reading | None, complaint: str, left_out_here: Collection[str]) -> None:
    """What was read, how sure that is; or what to do where nothing was."""
    with headline():
        st.markdown("**Read as**", width="content")
        announcement(complaint if read is None else f"Read as {read.digit}", key="answer_said")
    with st.container(key="prediction"):
        if read is None:
            st.markdown(f"*{complaint}*")
            return
        st.html(f'<div style="font-size:5rem;font-weight:700;line-height:1">{read.digit}</div>')
        st.markdown(certainty(read, model.classes, softmax=model.is_softmax))
        live_chart(probability_bars(read.probabilities, model.classes), key="probabilities")
        st.caption(left_out_sentence(left_out_here))


def seen_by_the_model(image: NDArray[np.float32], title: str) -> None:
    """The 20x20 pixels that are read."""
    with headline():
        st.markdown(f"**{title}**")
    with st.container(key="model_input"):
        live_chart(digit_picture(image), key="model_input_figure", aspect=BARE_ASPECT)


@st.fragment
def reading() -> None:
    """The canvas and all that follows from it: a stroke draws only this anew."""
    follow_collection()
    write_link()
    way = choose_way()
    with st.container(horizontal=True, gap="medium"):
        paper, beside, right = (st.container(width=width) for width in WIDTHS)
    # A container of its own, so that nothing below is taken for another when the way changes.
    with paper, st.container():
        given = given_digit(way)

    drawn, complaint = given.drawing, given.complaint
    without = left_out()
    steps: tuple[DrawingStep, ...] = ()
    if drawn is not None:
        try:
            steps = way_of(drawn.pixels, without)
        except DataError as error:
            complaint = str(error)
    example = f"a held-out {model.classes[0]}"  # something to look at until then
    image = steps[-1].image if steps else typical_example()
    read = model.read(image)

    with beside:
        answer(read if steps else None, complaint, without & {step.stage for step in steps})
    with right:
        seen_by_the_model(image, "What the model sees" if steps else f"Until then: {example}")

    st.caption(model_sentence(job))
    st.markdown(
        "Below: [why](#why) · [teach it](#teach-it) · [what it gets wrong](#what-it-gets-wrong)"
    )
    with st.container(key="teach"):
        label_form(drawn if steps else None, read, model.classes)
    with st.container(key="strip"):
        if steps and drawn is not None:
            st.subheader(
                f"From your {'drawing' if way == 'canvas' else 'picture'} to 400 numbers",
                anchor=False,
            )
            pixels = drawn.pixels
            strip(
                (*(given.steps or steps[:1]), *steps[1:]),  # a photo has its ink found in steps
                read,
                lambda stage: reading_without(pixels, without ^ {stage}),
            )

    st.subheader("Why" if steps else f"Why {example} is read as it is", anchor="why")
    why(lab, model, image, key="drawn")


reading()
teach_panel(lab, job)
mistakes(lab)
