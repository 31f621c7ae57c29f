"""Data: look at what the model learns from."""

import streamlit as st

from dashboard.drawings_panel import drawings_panel
from dashboard.figures.digits import counts_chart
from dashboard.frame import data_settings, frame
from dashboard.gallery import browse, digit_means, digit_variances
from dashboard.settings import HELD_OUT_RANGE
from dashboard.uploads import begin_upload, upload_form, upload_key
from dashboard.words.data import source_sentence
from dashboard.words.settings import SETTINGS

PLAIN = {"displayModeBar": False}

lab = frame("Data", data_settings_in_sidebar=False)
split = lab.split()

with st.container(horizontal=True, vertical_alignment="bottom"):
    data_settings(lab, st.container(horizontal=True, width=520))
    st.slider(
        SETTINGS["held_out"].label,
        *HELD_OUT_RANGE,
        format="%d %%",
        key="held_out",
        persist_state="session",
        width=200,
        disabled=lab.source.official_held_out is not None,
        help="Examples that are never trained on: what the model makes of them is the fair "
        "measure. MNIST comes with a split of its own, which is kept.",
    )
st.markdown(
    source_sentence(lab.dataset, split.training, split.held_out, lab.own_count, lab.own_weight)
)
with st.expander(
    "Use a file of your own",
    icon=":material/upload_file:",
    expanded=lab.wants_file,
    key=upload_key(),
):
    if lab.arrived:
        begin_upload()
    upload_form(lab.split_without_own().style)
with st.expander("Your own drawings", icon=":material/draw:", key="own_drawings_panel"):
    drawings_panel(lab)

browse(lab, split)

st.subheader("What the digits have in common", anchor=False)
means, variances, counts = st.columns(3, gap="medium")
means.plotly_chart(digit_means(split), config=PLAIN, key="means")
means.caption("The **mean** of all images of a digit: what they have in common.")
variances.plotly_chart(digit_variances(split), config=PLAIN, key="variances")
variances.caption("The **variance** of each pixel: dark where one hand differs from the next.")
counts.plotly_chart(counts_chart(split.training, split.held_out), config=PLAIN, key="counts")
counts.caption("**How many** examples of each, to learn from and held out.")
