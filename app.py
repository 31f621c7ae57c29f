"""How it works: the whole of logistic regression on one digit."""

import numpy as np
import streamlit as st

from dashboard.address import link_to_pages
from dashboard.drawing import drawn_digit
from dashboard.figures.digits import digit_picture
from dashboard.figures.theory import example_cost_curves, sigmoid_curve
from dashboard.figures.theta import pixel_map, theta_heatmap
from dashboard.frame import frame
from dashboard.lesson import ALPHA, LINES, Lesson, blackboard, values
from dashboard.run_controls import follow
from dashboard.views import H_RANGE, Z_RANGE
from dashboard.visitor import kept
from dashboard.words.lesson import (
    cost_sentence,
    four_ways,
    sigmoid_sentence,
    step_sentence,
    z_sentence,
)
from dashboard.words.plain import a_digit
from dashboard.words.readings import known_digit_sentence
from dashboard.words.runs import held_out_sentence

PLAIN = {"displayModeBar": False}

lab = frame("How it works")
model = lab.current_model()
job = lab.current_run()

st.markdown(
    "Logistic regression reads a digit by **one weighted sum**: each pixel speaks for or against "
    "it, as loudly as its weight in θ says. Pick a digit and follow it through."
)

follow(lab, job)
examples = job.training.prepared(model.config.preparation)
drawing = drawn_digit(model)
with st.container(horizontal=True, vertical_alignment="bottom"):
    own = drawing is not None and st.toggle(
        "Your drawing", key="own_digit", persist_state="session"
    )
    number = st.number_input(
        f"Held-out digit, 1 to {len(job.held_out):,}",
        1,
        len(job.held_out),
        key=lab.view_key(
            "example",
            usual=job.held_out.typical(model.classes[0]) + 1,
            among=range(1, len(job.held_out) + 1),
        ),
        persist_state="session",
        disabled=own,
        width=240,
    )
if own and drawing is not None:
    lesson = Lesson(model, drawing, None)
else:
    scan = model.prepare(job.held_out.images[[number - 1]])[0]
    lesson = Lesson(model, scan, int(job.held_out.labels[number - 1]))
read = lesson.reading
if lesson.label is not None:
    st.markdown(known_digit_sentence(read, lesson.label))
board = kept(
    "blackboard",
    (model, read.speaks_for),
    lambda: blackboard(model, examples, read.speaks_for),
)

if model.is_softmax:
    st.caption(
        "This model shares one probability among the digits (softmax). What follows looks at one "
        "of its θ, as if for that digit against the rest."
    )

st.subheader("1 · Pixels times weights", anchor=False)
image, theta, product = st.columns(3, gap="medium")
image.markdown("**x**, the digit: 400 pixels, and a 1 for the bias")
image.plotly_chart(digit_picture(lesson.image, height=300), config=PLAIN)
theta.markdown(f"**θ**, what speaks for {a_digit(read.speaks_for)}")
theta.plotly_chart(theta_heatmap(lesson.theta, height=320), config=PLAIN)
product.markdown("**θ⊙x**, the ink that counts")
product.plotly_chart(pixel_map(read.contributions, "θ times ink", height=320), config=PLAIN)
st.markdown(z_sentence(read))

left, right = st.columns(2, gap="large")
with left:
    st.subheader("2 · The sigmoid makes it a probability", anchor=False)
    z_of_digit = float(np.clip(round(read.z, 1), *Z_RANGE))
    z = st.slider(
        "z", *Z_RANGE, step=0.1, key=lab.view_key("z", usual=z_of_digit), persist_state="session"
    )
    st.plotly_chart(sigmoid_curve(z), config=PLAIN)
    st.markdown(sigmoid_sentence(z, model.classes, read))
with right:
    st.subheader("3 · What a mistake costs", anchor=False)
    h = st.slider(
        "h, what the model says",
        *H_RANGE,
        step=0.002,
        format="%.3f",
        key="h",
        persist_state="session",
    )
    st.plotly_chart(example_cost_curves(h), config=PLAIN)
    st.markdown(cost_sentence(h, lesson.cost))

st.subheader("4 · The gradient says where θ should go", anchor=False)
picture, sentence = st.columns(2, gap="large")
picture.plotly_chart(
    pixel_map(-board.first_gradient[1:].reshape(20, 20), "θ wants to grow by", height=330),
    config=PLAIN,
)
with sentence:
    st.markdown(step_sentence(board, ALPHA))
    st.page_link(
        "pages/train.py",
        label="Let an optimiser take all the steps",
        icon=":material/trending_down:",
        query_params=link_to_pages(),
    )

st.subheader("5 · The same as formula, Octave, NumPy and value", anchor=False)
st.markdown(four_ways(LINES, values(lesson, board)))

st.subheader("6 · Why some digits are held out", anchor=False)
st.markdown(held_out_sentence(job, model))
