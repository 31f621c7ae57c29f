"""Data: look at what the model learns from."""

import streamlit as st

from dashboard.drawings_panel import drawings_panel
from dashboard.figures.digits import (
    counts_chart,
    digit_numbers,
    gallery,
    mean_images,
    pixel_variances,
)
from dashboard.frame import data_settings, frame
from dashboard.settings import HELD_OUT_RANGE
from dashboard.uploads import upload_form, upload_key
from dashboard.words.data import page_label, row_of_x, source_sentence
from logreg_core import Dataset

#: Images on a page of the gallery.
PER_PAGE = 100

PLAIN = {"displayModeBar": False}

lab = frame("Data", data_settings_in_sidebar=False)
split = lab.split()

with st.container(horizontal=True, vertical_alignment="bottom"):
    data_settings(lab, st.container(horizontal=True, width=520))
    st.slider(
        "Held out (percent)",
        *HELD_OUT_RANGE,
        key="held_out",
        persist_state="session",
        width=200,
        disabled=lab.source.official_held_out is not None,
        help="Examples that are never trained on: what the model makes of them is the fair "
        "measure. MNIST comes with a split of its own, which is kept.",
    )
st.markdown(source_sentence(lab.dataset, split.training, split.held_out, lab.own_count))
with st.expander(
    "Use a file of your own",
    icon=":material/upload_file:",
    expanded=lab.wants_file,
    key=upload_key(),
):
    upload_form(arrived=lab.arrived)
with st.expander("Your own drawings", icon=":material/draw:", key="own_drawings_panel"):
    drawings_panel()

browse, compare = st.columns([3, 2], gap="large")
with browse:
    part = st.segmented_control(
        "Examples",
        ["training", "held out", "all, in the order of the file"],
        default="all, in the order of the file",
        required=True,
        key="part",
        label_visibility="collapsed",
    )
    shown: Dataset = {"training": split.training, "held out": split.held_out}.get(
        part, split.everything
    )
    pages = -(-len(shown) // PER_PAGE)
    page = 0
    if pages > 1:
        page = st.select_slider(
            "Page",
            range(pages),
            format_func=lambda number: page_label(number, PER_PAGE, len(shown)),
            key=f"page_of_{shown.fingerprint[:12]}",
        )
    first = page * PER_PAGE
    images = shown.images[first : first + PER_PAGE]
    labels = shown.labels[first : first + PER_PAGE]
    with st.container(key="gallery"):
        clicked = st.plotly_chart(
            gallery(images, labels),
            config=PLAIN,
            on_select="rerun",
            selection_mode="points",
            key=f"gallery_of_{shown.fingerprint[:12]}_{page}",
        )
    st.caption("Click an image to look closer.")

with compare:
    means, variances, counts = st.tabs(["Mean image", "Where they differ", "How many"])
    means.plotly_chart(mean_images(split.everything), config=PLAIN, key="means")
    means.caption("The mean of all images of a digit: what they have in common.")
    variances.plotly_chart(pixel_variances(split.everything), config=PLAIN, key="variances")
    variances.caption("The variance of each pixel: dark where one hand differs from the next.")
    counts.plotly_chart(counts_chart(split.training, split.held_out), config=PLAIN, key="counts")

points = clicked["selection"]["points"]
number = points[0]["customdata"] if points else 0
st.subheader(f"One image: a {labels[number]}, number {first + number + 1}", anchor=False)
numbers, row = st.columns([3, 2], gap="large")
with numbers:
    st.plotly_chart(digit_numbers(images[number]), config=PLAIN)
with row:
    st.markdown(row_of_x(images[number]))
