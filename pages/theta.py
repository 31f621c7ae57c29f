"""θ: what the model looks for."""

import streamlit as st

from dashboard.figures.theta import (
    largest_weight,
    mean_difference,
    pixel_map,
    theta_grid,
    theta_heatmap,
)
from dashboard.frame import frame
from dashboard.run_controls import follow
from dashboard.words.theta import bias_sentence, contributions_sentence, theta_sentence
from logreg_core import JobState

lab = frame("θ")
job = lab.current_run()
model = lab.current_model()
history = job.history()
several = len(model.classes) > 2

st.markdown(theta_sentence(model.classes, softmax=model.is_softmax))
follow(lab, job)

with st.container(horizontal=True, vertical_alignment="bottom"):
    digit = model.classes[-1]
    if several:
        digit = st.segmented_control(
            "θ of the digit", list(model.classes), default=digit, required=True, key="theta_digit"
        )
    last = len(history.theta) - 1
    snapshot = last
    if last > 0 and job.state is not JobState.RUNNING:  # a slider that grows cannot be held
        snapshot = st.select_slider(
            "Iteration (drag it back in time)",
            range(last + 1),
            value=last,
            format_func=lambda index: str(history.theta_iteration[index]),
            key=f"snapshot_of_{id(job)}_{last}",
        )

stacked = history.theta[snapshot].reshape(-1, 401)
row = model.classes.index(digit) if several else 0
theta = stacked[row]
# One scale over the whole run, or every step back would look as strong as the end.
scale = largest_weight(history, row)

picture, beside = st.columns(2, gap="large")
with picture:
    with st.container(key="theta_heatmap"):
        st.plotly_chart(
            theta_heatmap(theta, scale=scale, height=460), config={"displaylogo": False}
        )
    st.caption(bias_sentence(theta[0], model.classes, digit, softmax=model.is_softmax))
with beside:
    compared, laid_over = st.tabs(["Beside the difference of the means", "On one image"])
    examples = job.training.prepared(model.config.preparation)
    with compared:
        st.plotly_chart(mean_difference(examples, digit), config={"displaylogo": False})
        st.caption(
            f"Mean image of {digit} minus the mean of the others: where they differ is "
            "where θ can learn; θ keeps what tells them apart best."
        )
    with laid_over:
        number = st.slider("Training image", 0, len(examples) - 1, key="laid_over")
        image = examples.images[number]
        st.plotly_chart(
            pixel_map(theta[1:].reshape(20, 20) * image, "θ times ink", height=330),
            config={"displaylogo": False},
        )
        st.caption(
            contributions_sentence(
                theta, image, int(examples.labels[number]), softmax=model.is_softmax
            )
        )

if several:
    st.subheader("All of them, on one scale", anchor=False)
    st.plotly_chart(theta_grid(stacked, model.classes), config={"displaylogo": False})
